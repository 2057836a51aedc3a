"""Resolution eligibility: what is wanted, what the gates say, and what follows from it (specification, section 5)."""
