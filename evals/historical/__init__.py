"""A sample of historical tickets with labels, and the script that makes it."""
