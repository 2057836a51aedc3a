"""A socket that a command listens on."""

from __future__ import annotations

import socket

from server.cli.refusal import refuse


def listening_on(host: str, port: int) -> socket.socket:
    """A listening socket; one that cannot be had ends the command."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)  # with its protocol named, asyncio switches off delays of small packets
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
        return listening
    except OSError as problem:
        refuse(f"cannot listen on {host} port {port}: {problem.strerror or problem}")
