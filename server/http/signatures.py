"""Signatures of webhooks by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`, fresh, by one of several secrets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

TOLERANCE_SECONDS = 300
"""How far a timestamp may be from now, before and after: what is older is a replay."""
MIN_SECRET_BYTES = 24
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class Refusal(StrEnum):
    """Why a signed request is not believed."""

    INCOMPLETE = "a header of webhook-id, webhook-timestamp, webhook-signature is missing"
    TIMESTAMP = "webhook-timestamp is no time within five minutes of now"
    MISMATCH = "webhook-signature has no valid v1 signature of this request"


def refusal_of(headers: Mapping[str, str], body: bytes, secrets: tuple[bytes, ...], now: float) -> Refusal | None:
    """Why a request is not believed; None where one of its signatures was made with one of the secrets."""
    message_id, timestamp, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (message_id and timestamp and given):
        return Refusal.INCOMPLETE
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and abs(now - int(timestamp)) <= TOLERANCE_SECONDS):
        return Refusal.TIMESTAMP
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    wanted = [_signature(secret, signed) for secret in secrets]
    candidates = [text.encode() for version, _, text in (one.partition(",") for one in given.split()) if version == "v1"]
    matches = [hmac.compare_digest(one, right) for one in candidates for right in wanted]
    return None if any(matches) else Refusal.MISMATCH


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature header of a request."""
    return f"v1,{_signature(secret, b'.'.join((message_id.encode(), str(timestamp).encode(), body))).decode()}"


def secrets_in(text: str) -> tuple[bytes, ...]:
    """The keys of a setting: one or more `whsec_...`, apart by blanks or commas. Raises `ValueError` for anything else, without quoting it."""
    keys = tuple(_key(one) for one in text.replace(",", " ").split())
    if not keys:
        raise ValueError("has no secret in it")
    return keys


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith("whsec_") or not key:
        raise ValueError("must be whsec_ and then base64")
    if len(key) < MIN_SECRET_BYTES:
        raise ValueError(f"is too short: a secret has at least {MIN_SECRET_BYTES} bytes")
    return key


def _signature(secret: bytes, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())
