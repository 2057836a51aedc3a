"""The clocks and ids that the server hands in."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime


class SystemClock:
    """The real time, in UTC."""

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was set: replay and demo."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move the clock."""
        self._at = at.astimezone(UTC)


class DerivedIds:
    """Ids derived from what they stand for: the same run again gives the same ids, so nothing happens twice."""

    def new(self, kind: str, *parts: str) -> str:
        """A readable prefix and 12 characters of a digest."""
        digest = hashlib.sha256("\x1f".join((kind, *parts)).encode()).digest()
        return f"{kind}_{base64.b32encode(digest)[:12].decode().lower()}"
