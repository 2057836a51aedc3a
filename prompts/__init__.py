"""The words of the service: what it reads and what it writes, as data."""
