"""Who wrote, about which order, and what is wanted of it (specification, section 1)."""
