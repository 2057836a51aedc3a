"""The desk that acts in the embedded store: every action at most once per key, with its receipt in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from pydantic import ValidationError

from graph.labels import Action, System
from graph.ports import ActionOrder, ActionRefused, BackendError, Receipt
from tools.embedded.effects import Refused, make_change, system_of
from tools.embedded.faults import fail_if_told
from tools.embedded.store import EmbeddedStore


class EmbeddedActionDesk:
    """WRITE. Cancels, refunds, replaces, readdresses, exchanges and investigates in the embedded store."""

    def __init__(self, store: EmbeddedStore, connected: Collection[System] = frozenset(System)) -> None:
        self._store = store
        self._connected = connected

    async def perform(self, order: ActionOrder, at: datetime) -> Receipt:
        """Perform an action; the same key again gives the first receipt and changes nothing."""
        system = system_of(order.action)
        try:
            await self._fail_if_told(system)
            return self._perform_once(order, at)
        except sqlite3.Error as broken:
            raise BackendError(system, f"store: {type(broken).__name__}") from broken
        except Refused as refused:
            raise ActionRefused(system, f"refused: {refused}") from None
        except ValidationError as wrong:
            raise ActionRefused(system, f"refused: no valid {wrong.title} would be left") from None

    async def receipt(self, key: str, action: Action) -> Receipt | None:
        """The receipt of a key, if it was ever performed."""
        found = self._store.performed(key)
        return Receipt.model_validate_json(found) if found is not None else None

    async def _fail_if_told(self, system: System) -> None:
        if system is not System.OMS and system not in self._connected:
            raise BackendError(system, "not connected")
        fault = self._store.fault_of(system)
        await fail_if_told(system, fault)
        if fault == "malformed":
            raise BackendError(system, "answered with nonsense")

    def _perform_once(self, order: ActionOrder, at: datetime) -> Receipt:
        with self._store.transaction() as db:
            found = self._store.performed(order.key)
            if found is not None:
                return Receipt.model_validate_json(found)
            make_change(self._store, order, at)
            receipt = Receipt(key=order.key, action=order.action, executed_at=at, reference=_reference(order))
            db.execute("INSERT INTO performed (key, document) VALUES (?, ?)", (order.key, receipt.model_dump_json()))
            return receipt


def _reference(order: ActionOrder) -> str:
    """The same for the same key, so that replay is exact."""
    return f"{order.action.value}-{sha256(order.key.encode()).hexdigest()[:12]}"
