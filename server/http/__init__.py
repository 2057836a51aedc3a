"""The HTTP door: everything that comes in over the web is checked, kept and acknowledged here; what is known can be read."""
