"""The escalation: one review request per case at a time, with everything a reviewer needs (specification, section 4)."""
