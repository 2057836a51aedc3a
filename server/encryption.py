"""The key of the checkpoints, as the environment says it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

ENCRYPTION_KEY = "WISMO_ENCRYPTION_KEY"
KEY_BYTES = 32


class EncryptionKeyError(Exception):
    """The setting cannot be used; the message never quotes it."""


def keys_of(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """The keys of `WISMO_ENCRYPTION_KEY`: base64 of 32 bytes each, apart by blanks or commas, the newest first. Empty: nothing is encrypted."""
    return tuple(_key(text) for text in environment.get(ENCRYPTION_KEY, "").replace(",", " ").split())


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise EncryptionKeyError(f"{ENCRYPTION_KEY} must be base64 of {KEY_BYTES} bytes, e.g. from `openssl rand -base64 {KEY_BYTES}`")
    return key
