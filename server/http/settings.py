"""What the environment says about the HTTP door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.labels import Mode
from server.http.signatures import secrets_in

SOURCES = ("oms", "wms", "supplier", "inventory", "carrier")
MAX_BODY = 256 * 1024
MAX_WAIT = 30.0
PER_MINUTE = "WISMO_RATE_PER_MINUTE"
SECRET = "WISMO_WEBHOOK_SECRET_"


class SettingsError(Exception):
    """A setting cannot be used; the message names it, never its value."""


@dataclass(frozen=True)
class HttpSettings:
    """How the door behaves."""

    mode: Mode = Mode.SHADOW
    per_minute: int = 600
    """Requests of one token, or of one webhook source."""
    secrets: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    """By source: what its webhooks may be signed with."""

    @classmethod
    def of(cls, environment: Mapping[str, str], mode: Mode = Mode.SHADOW) -> HttpSettings:
        """From `WISMO_RATE_PER_MINUTE` and `WISMO_WEBHOOK_SECRET_<SOURCE>`. Raises `SettingsError`."""
        secrets = {source: _secrets(SECRET + source.upper(), environment) for source in SOURCES if environment.get(SECRET + source.upper())}
        unknown = {name for name in environment if name.startswith(SECRET)} - {SECRET + source.upper() for source in SOURCES}
        if unknown:
            raise SettingsError(f"{min(unknown)}: there is no such source; sources are {', '.join(SOURCES)}")
        return cls(mode, _number(PER_MINUTE, environment, cls.per_minute), secrets)


def _secrets(name: str, environment: Mapping[str, str]) -> tuple[bytes, ...]:
    try:
        return secrets_in(environment[name])
    except ValueError as problem:
        raise SettingsError(f"{name} {problem}") from None


def _number(name: str, environment: Mapping[str, str], default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise SettingsError(f"{name} must be a whole number between 1 and 1000000")
    return int(text)
