"""The only place where all is wired together: store, backends, policy, texts and the compiled graph."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
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
from server.review_desk import QuietDesk, ReviewDesk
from server.time_and_ids import DerivedIds
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore


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

    def close(self) -> None:
        """Close the checkpoints."""
        self.saver.conn.close()


def furnish(
    policy: Policy,
    *,
    folder: Path | None = None,
    textbook: TextBook | None = None,
    patience: float | None = None,
    keys: Sequence[bytes] = (),
) -> Furnishing:
    """Load what is the same for every case. Checkpoints live in the folder (in memory, where there is none), encrypted where there is a key."""
    saver = StoreSaver(open_checkpoints(folder / "checkpoints.sqlite" if folder else ":memory:"), keys)
    return Furnishing(
        policy=policy,
        calendar=calendar_of(policy),
        textbook=textbook or TextBook.load(),
        patience=patience or policy.backends.timeout_seconds,
        graph=draw(all_nodes(), Deps).compile(checkpointer=saver),
        saver=saver,
    )


def build(folder: Path | None, furnishing: Furnishing, clock: Clock, *, wall: Callable[[], float] = time.time) -> House:
    """A house whose cases and world live in a folder (or in memory, where there is none)."""
    connection = connect(folder / "wismo.sqlite" if folder else ":memory:").conn
    store = CaseStore(connection)
    world = EmbeddedStore.open(folder / "world.sqlite" if folder else ":memory:")
    deps = Deps(
        clock=clock,
        ids=DerivedIds(),
        backends=EmbeddedBackends(world),
        memory=store,
        ledger=store,
        policy=furnishing.policy,
        calendar=furnishing.calendar,
        textbook=furnishing.textbook,
        patience=furnishing.patience,
    )
    return House(connection, Inbox(connection, wall), Outbox(connection, wall), store, world, deps, furnishing.graph, furnishing.saver)
