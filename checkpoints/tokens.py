"""Tokens of the HTTP door. Only the hash of a token's secret is kept; it cannot be read back.

A token is `wismo_<id>_<secret>` with 256 random bits, so one round of SHA-256 is the right hash: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoints.database import Database
from checkpoints.transaction import transaction

_NOBODY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
"""What is compared for an unknown id, so that it takes as long."""
_COLUMNS = "token_id, name, scopes, reviewer, created_at, revoked_at"


class Scope(StrEnum):
    """What a token is good for."""

    INTAKE = "intake"
    INTAKE_VOUCH = "intake_vouch"
    EVENTS = "events"
    READ = "read"
    DECIDE = "decide"
    ADMIN = "admin"


@dataclass(frozen=True)
class Token:
    """One token, as far as it may be shown."""

    token_id: str
    name: str
    scopes: frozenset[Scope]
    reviewer: str | None
    """Whose decisions it brings."""
    created_at: datetime
    revoked_at: datetime | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it is good for that. Who vouches may also just send; an admin may all but decide, which takes a reviewer."""
        if scope is Scope.DECIDE:
            return scope in self.scopes and self.reviewer is not None
        return bool(self.scopes & {scope, Scope.ADMIN}) or (scope is Scope.INTAKE and Scope.INTAKE_VOUCH in self.scopes)


class Tokens:
    """The tokens of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def issue(self, name: str, scopes: frozenset[Scope], at: datetime, *, reviewer: str | None = None) -> tuple[Token, str]:
        """Make a token; its text is returned here and nowhere else. Raises `ValueError` for scopes that do not fit the reviewer."""
        if not scopes:
            raise ValueError("a token without a scope is good for nothing")
        if (Scope.DECIDE in scopes) != (reviewer is not None):
            raise ValueError("the scope decide and a reviewer belong together")
        token = Token(secrets.token_hex(6), name, scopes, reviewer, at)
        secret = secrets.token_urlsafe(32)
        with transaction(self._connection):
            self._connection.execute(
                "insert into tokens (token_id, name, scopes, reviewer, created_at, hash) values (?, ?, ?, ?, ?, ?)",
                (token.token_id, name, " ".join(sorted(scopes)), reviewer, at.isoformat(), _hash(secret)),
            )
        return token, f"wismo_{token.token_id}_{secret}"

    def find(self, text: str) -> Token | None:
        """The living token of that text. Takes the same time for an unknown id and a wrong secret."""
        _, _, rest = text.partition("wismo_")
        token_id, _, secret = rest.partition("_")
        row = self._connection.execute(f"select hash, {_COLUMNS} from tokens where token_id = ?", (token_id,)).fetchone()
        is_right = hmac.compare_digest(_hash(secret), row[0] if row else _NOBODY)
        token = _token(row[1:]) if row else None
        return token if token is not None and is_right and text.startswith("wismo_") and token.revoked_at is None else None

    def every(self) -> tuple[Token, ...]:
        """All tokens, the oldest first, the revoked ones too."""
        return tuple(_token(row) for row in self._connection.execute(f"select {_COLUMNS} from tokens order by rowid"))

    def revoke(self, token_id: str, at: datetime) -> bool:
        """End a token; false if there is no living one of that id."""
        with transaction(self._connection):
            sql = "update tokens set revoked_at = ? where token_id = ? and revoked_at is null"
            return bool(self._connection.execute(sql, (at.isoformat(), token_id)).rowcount)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: tuple[str, str, str, str | None, str, str | None]) -> Token:
    token_id, name, scopes, reviewer, created_at, revoked_at = row
    ended = datetime.fromisoformat(revoked_at) if revoked_at else None
    return Token(token_id, name, frozenset(Scope(scope) for scope in scopes.split()), reviewer, datetime.fromisoformat(created_at), ended)
