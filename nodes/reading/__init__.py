"""Reading: what one message says, by rules and vocabulary alone."""

from nodes.reading.message import read_message

__all__ = ["read_message"]
