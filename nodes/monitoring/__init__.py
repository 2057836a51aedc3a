"""The monitor: decides, before any graph runs, whether something is worth telling (specification, section 7)."""
