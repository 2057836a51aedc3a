"""How the service does: what cases came to, counted from what was committed (specification, section 9)."""
