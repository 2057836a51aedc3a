"""The only place where all is wired together: store, backends, policy, texts and the compiled graph."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from checkpoints.case_store import CaseStore
from checkpoints.inbox import Inbox
from checkpoints.outbox import Outbox
from checkpoints.saver import StoreSaver, open_checkpoints
from checkpoints.schema import connect
from graph.calendar import BusinessCalendar
from graph.policy import Policy
from graph.ports import Clock
from graph.topology import draw
from nodes.deps import Deps
from nodes.table import all_nodes
from prompts.texts import TextBook
from server.calendar_file import calendar_of
from server.connections_file import Wires
from server.outbound.endpoint import Endpoint
from server.outbound.postman import Postman
from server.review_desk import QuietDesk, ReviewDesk
from server.time_and_ids import DerivedIds
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore
from tools.http_backends.backends import HttpBackends


@dataclass(frozen=True)
class House:
    """One running installation on the embedded default."""

    connection: Any
    inbox: Inbox
    outbox: Outbox
    store: CaseStore
    world: EmbeddedStore
    deps: Deps
    graph: Any
    saver: StoreSaver
    review_desk: ReviewDesk = field(default_factory=QuietDesk)
    postman: Postman | None = None
    """Carries replies and notes to the shop's helpdesk, where it is connected; else they stay here."""
    remote: HttpBackends | None = None
    """The shop's systems, where they are connected over HTTP."""

    async def hang_up(self) -> None:
        """Give the connections to the shop's systems back, on the loop that used them."""
        for each in (self.postman, self.remote):
            if each is not None:
                await each.aclose()

    def close(self) -> None:
        """Close the databases."""
        self.world.close()
        self.connection.close()


@dataclass(frozen=True)
class Furnishing:
    """What all houses of one process share: policy, calendar, texts, and the compiled graph with its one checkpointer."""

    policy: Policy
    calendar: BusinessCalendar
    textbook: TextBook
    patience: float
    graph: Any
    saver: StoreSaver
    wires: Wires | None = None
    """Where the shop's systems are; None is the embedded default."""

    def close(self) -> None:
        """Close the checkpoints."""
        self.saver.conn.close()


def furnish(
    policy: Policy,
    *,
    folder: Path | None = None,
    textbook: TextBook | None = None,
    patience: float | None = None,
    wires: Wires | None = None,
) -> Furnishing:
    """Load what is the same for every case. Checkpoints live in the folder (in memory, where there is none)."""
    saver = StoreSaver(open_checkpoints(folder / "checkpoints.sqlite" if folder else ":memory:"))
    return Furnishing(
        policy=policy,
        calendar=calendar_of(policy),
        textbook=textbook or TextBook.load(),
        patience=patience or policy.backends.timeout_seconds,
        graph=draw(all_nodes(), Deps).compile(checkpointer=saver),
        saver=saver,
        wires=wires,
    )


def build(folder: Path | None, furnishing: Furnishing, clock: Clock, *, wall: Callable[[], float] = time.time) -> House:
    """A house whose cases and world live in a folder (or in memory, where there is none)."""
    connection = connect(folder / "wismo.sqlite" if folder else ":memory:").conn
    store, outbox = CaseStore(connection), Outbox(connection)
    world = EmbeddedStore.open(folder / "world.sqlite" if folder else ":memory:")
    embedded, wires = EmbeddedBackends(world), furnishing.wires
    remote = _remote(wires, embedded, furnishing) if wires else None
    deps = Deps(
        clock=clock,
        ids=DerivedIds(),
        backends=remote or embedded,
        memory=store,
        ledger=store,
        policy=furnishing.policy,
        calendar=furnishing.calendar,
        textbook=furnishing.textbook,
        patience=furnishing.patience,
    )
    postman = _postman(connection, outbox, wires, deps) if wires else None
    inbox = Inbox(connection, wall)
    return House(connection, inbox, outbox, store, world, deps, furnishing.graph, furnishing.saver, postman=postman, remote=remote)


def _remote(wires: Wires, embedded: EmbeddedBackends, furnishing: Furnishing) -> HttpBackends:
    """The shop's systems. Without a helpdesk among them the service's own record of what was said serves as the support history."""
    rules, own = furnishing.policy.backends, embedded.support
    assert own is not None
    breaker = (rules.breaker_failures, rules.breaker_seconds)
    return HttpBackends(wires.connections, wires.tokens, own_record=own, timeout=furnishing.patience, breaker=breaker)


def _postman(connection: Any, outbox: Outbox, wires: Wires, deps: Deps) -> Postman | None:
    outbound, rules = wires.connections.outbound, deps.policy.delivery
    if outbound is None:
        return None
    endpoint = Endpoint(outbound.url, wires.secrets, timeout=rules.timeout_seconds)
    return Postman(connection, outbox, endpoint, deps.clock, rules)
