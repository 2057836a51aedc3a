"""Runs that are worth a person's look, and what becomes of the verdict (specification, section 9)."""
