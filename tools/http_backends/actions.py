"""The desk that acts over HTTP: an action is posted with its key, and its receipt looked up by that key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.labels import Action, System
from graph.ports import ActionOrder, ActionRefused, MalformedAnswer, Receipt
from tools.http_backends.answers import read, rows_in
from tools.http_backends.exchange import Exchange

MAX_WHY = 200


class Refusal(BaseModel):
    """Why a system will never do it (the `detail` of a problem document, RFC 9457)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    detail: str = ""


class HttpActionDesk:
    """WRITE. Posts actions to the system that carries them out; whoever repeats one asks for its receipt first."""

    def __init__(self, exchanges: Mapping[System, Exchange]) -> None:
        self._exchanges = exchanges

    async def perform(self, order: ActionOrder, at: datetime) -> Receipt:
        """Perform an action. Raises `ActionRefused` where the system never will, `BackendFailure` where the outcome is unknown."""
        system = _system_of(order.action)
        exchange = self._exchanges.get(system)
        if exchange is None:
            raise ActionRefused(system, "it takes no actions from here")
        body = {**order.model_dump(mode="json", exclude_none=True), "at": at.isoformat()}
        said = await exchange.order("/actions", body, order.key)
        if said.status == 422:
            raise ActionRefused(system, f"refused: {_why(said.body)}")
        receipt = read(system, Receipt, said.body)
        if (receipt.key, receipt.action) != (order.key, order.action):
            raise MalformedAnswer(system, "the receipt is of another action")
        return receipt

    async def receipt(self, key: str, action: Action) -> Receipt | None:
        """The receipt of a key, if it was ever performed: the system that carries out the action is asked."""
        system = _system_of(action)
        exchange = self._exchanges.get(system)
        if exchange is None:
            return None
        body = await exchange.get("/actions", [("key", key)])
        rows = rows_in(system, Receipt, body, lambda row: (row.key, row.action) == (key, action))
        return rows[0] if rows else None


def _system_of(action: Action) -> System:
    return System.CARRIER if action is Action.CARRIER_INVESTIGATION else System.OMS


def _why(body: bytes) -> str:
    """The system's words, as plain text of one line."""
    try:
        detail = Refusal.model_validate_json(body).detail
    except ValidationError:
        detail = ""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in detail).split())
    return plain[:MAX_WHY] or "no reason given"
