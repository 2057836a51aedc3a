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
from checkpoints.database import Database
from checkpoints.inbox import Inbox
from checkpoints.outbox import Outbox
from checkpoints.run_saver import RunSaver
from checkpoints.storage import SqliteFolder, Storages
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
    """One running installation."""

    connection: Database
    inbox: Inbox
    outbox: Outbox
    store: CaseStore
    world: EmbeddedStore
    deps: Deps
    graph: Any
    saver: RunSaver
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
    saver: RunSaver
    storages: Storages
    """Where a house of a folder keeps its cases."""

    def close(self) -> None:
        """Close the checkpoints."""
        self.saver.close()


def furnish(
    policy: Policy,
    *,
    folder: Path | None = None,
    storages: Storages = SqliteFolder,
    textbook: TextBook | None = None,
    patience: float | None = None,
) -> Furnishing:
    """Load what is the same for every case. Checkpoints live in the storage of the folder: files in it, or memory, where there is none."""
    saver = storages(folder).saver()
    return Furnishing(
        policy=policy,
        calendar=calendar_of(policy),
        textbook=textbook or TextBook.load(),
        patience=patience or policy.backends.timeout_seconds,
        graph=draw(all_nodes(), Deps).compile(checkpointer=saver),
        saver=saver,
        storages=storages,
    )


def build(folder: Path | None, furnishing: Furnishing, clock: Clock, *, wall: Callable[[], float] = time.time) -> House:
    """A house whose world lives in a folder (in memory, where there is none), and whose cases in the storage of that folder."""
    connection = furnishing.storages(folder).connect()
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
