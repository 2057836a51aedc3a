"""Who may come in: by a token with the right scope, or, for events, by a signature."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from checkpoints.tokens import Scope, Token
from server.http.front import Front, front_of
from server.http.guard import ASKER
from server.http.problems import Problem
from server.http.signatures import SIGNATURE, refusal_of

bearer = HTTPBearer(auto_error=False, scheme_name="token", description="A token of `wismo token add`.")
signature = APIKeyHeader(
    name=SIGNATURE,
    auto_error=False,
    scheme_name="signature",
    description="Standard Webhooks: `v1,` and base64 HMAC-SHA256 of `id.timestamp.body`; with webhook-id and webhook-timestamp.",
)

Given = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
Signed = Annotated[str | None, Depends(signature)]


def needs(scope: Scope) -> Callable[..., Awaitable[Token]]:
    """Lets in who has a token with that scope."""

    async def admitted(request: Request, given: Given) -> Token:
        return _by_token(request, front_of(request), given, scope)

    return admitted


async def sender_of_events(request: Request, source: str, given: Given, signed: Signed) -> str:
    """Lets in a token with the scope events, or a request that is signed with a secret of the source; and says who it is."""
    front = front_of(request)
    if given is not None or signed is None:
        return _by_token(request, front, given, Scope.EVENTS).token_id
    secrets = front.settings.secrets.get(source, ())
    if not secrets:
        raise _unknown("webhooks of this source have no secret here")
    refusal = refusal_of(request.headers, await request.body(), secrets, front.now().timestamp())
    if refusal is not None:
        raise _unknown(refusal.value)
    sender = f"webhook:{source}"
    request.scope[ASKER] = sender
    _count(front, sender)
    return sender


def _by_token(request: Request, front: Front, given: HTTPAuthorizationCredentials | None, scope: Scope) -> Token:
    token = front.tokens.find(given.credentials) if given is not None else None
    if token is None:
        raise _unknown("a valid token is needed: Authorization: Bearer wismo_...")
    request.scope[ASKER] = token.token_id
    _count(front, token.token_id)
    if not token.may(scope):
        raise Problem(403, f"this needs a token with the scope {scope.value}")
    return token


def _count(front: Front, sender: str) -> None:
    if wait := front.limiter.wait_of(sender):
        raise Problem(429, "this sender asks too often", headers={"retry-after": str(math.ceil(wait))})


def _unknown(why: str) -> Problem:
    return Problem(401, why, headers={"www-authenticate": "Bearer"})


Reader = Annotated[Token, Depends(needs(Scope.READ))]
Sender = Annotated[Token, Depends(needs(Scope.INTAKE))]
Decider = Annotated[Token, Depends(needs(Scope.DECIDE))]
Admin = Annotated[Token, Depends(needs(Scope.ADMIN))]
EventSender = Annotated[str, Depends(sender_of_events)]
Office = Annotated[Front, Depends(front_of)]
