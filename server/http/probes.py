"""Asking the outside systems whether they answer; seldom, however often that is wanted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Literal

from graph.labels import System
from graph.ports import Backends
from nodes.asking import ask
from server.wiring import House

NOBODY = "readiness-check"
FRESH_SECONDS = 5.0
Answers = Literal["ok", "failing", "not_connected"]
Question = Callable[[], Awaitable[object]]


class Probes:
    """The systems of one house."""

    def __init__(self, house: House, seconds: Callable[[], float]) -> None:
        self._house = house
        self._seconds = seconds
        self._known: tuple[float, dict[System, Answers]] | None = None
        self._asking = asyncio.Lock()

    async def backends(self) -> dict[System, Answers]:
        """Which systems answer, as of a few seconds ago."""
        async with self._asking:
            if self._known is None or self._seconds() - self._known[0] >= FRESH_SECONDS:
                asked = _questions(self._house.deps.backends)
                answers = await asyncio.gather(*(self._answers(system, question) for system, question in asked.items()))
                self._known = (self._seconds(), dict(zip(asked, answers, strict=True)))
            return self._known[1]

    async def _answers(self, system: System, question: Question | None) -> Answers:
        if question is None:
            return "not_connected"
        try:
            answer = await ask(system, question, patience=self._house.deps.patience, retries=0)
        except sqlite3.Error:
            return "failing"
        return "ok" if answer.is_known else "failing"


def _questions(backends: Backends) -> dict[System, Question | None]:
    """A question to each system that costs little and reveals nothing."""
    wms, supplier, inventory = backends.wms, backends.supplier, backends.inventory
    carrier, support = backends.carrier, backends.support
    return {
        System.OMS: lambda: backends.oms.order(NOBODY),
        System.WMS: (lambda: wms.fulfillments(NOBODY)) if wms else None,
        System.SUPPLIER: (lambda: supplier.supply((NOBODY,))) if supplier else None,
        System.INVENTORY: (lambda: inventory.levels((NOBODY,))) if inventory else None,
        System.CARRIER: (lambda: carrier.parcels(NOBODY)) if carrier else None,
        System.SUPPORT: (lambda: support.contacts(NOBODY)) if support else None,
    }
