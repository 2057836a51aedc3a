"""What a fault in force does to a caller, for reads and actions alike."""

from __future__ import annotations

import asyncio

from graph.labels import System
from graph.ports import BackendError


async def fail_if_told(system: System, fault: str | None) -> None:
    """Never come back on a timeout, raise on an error; a malformed answer is damaged later, where it is made."""
    if fault == "timeout":
        await asyncio.Event().wait()
    if fault == "error":
        raise BackendError(system, "answered with an error")
