"""Connections to the outside: backend systems, channels and the demo shop."""
