"""The only place where all is wired together: store, backends, policy, texts and the compiled graph."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from langgraph.pregel import Pregel

from checkpoints.case_store import CaseStore
from checkpoints.database import Database
from checkpoints.inbox import Inbox
from checkpoints.outbox import Outbox
from checkpoints.run_saver import RunSaver
from checkpoints.storage import SqliteFolder, Storages
from graph.calendar import BusinessCalendar
from graph.deployments import Deployments
from graph.language_model import NoModel
from graph.policy import Policy
from graph.ports import Clock, Model
from graph.topology import draw
from nodes.deps import Deps
from nodes.table import all_nodes
from prompts.texts import TextBook
from server.calendar_file import calendar_of
from server.connections_file import Wires
from server.entrance import Entrance
from server.outbound.endpoint import Endpoint
from server.outbound.postman import Postman
from server.review_desk import QuietDesk, ReviewDesk
from server.time_and_ids import DerivedIds
from server.tracing import NoTracing, Tracing
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore
from tools.http_backends.backends import HttpBackends


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
    tracing: Tracing = field(default_factory=NoTracing)
    postman: Postman | None = None
    """Carries replies and notes to the shop's helpdesk, where it is connected; else they stay here."""
    remote: HttpBackends | None = None
    """The shop's systems, where they are connected over HTTP."""
    entrance: Entrance | None = None
    """Which arrivals start a run; without one all do."""

    async def hang_up(self) -> None:
        """Give the connections to the shop's systems back, on the loop that used them."""
        for each in (self.postman, self.remote):
            if each is not None:
                await each.aclose()

    def close(self) -> None:
        """Close the databases."""
        self.world.close()
        self.connection.close()


class NotConnectedError(Exception):
    """The cases of a folder rest on the facts of connected systems: they are not judged by the empty embedded ones."""


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
    wires: Wires | None = None
    """Where the shop's systems are; None is the embedded default."""
    deployments: Deployments | None = None
    """What starts a run; None is everything."""
    model: Model = field(default_factory=NoModel)
    tracing: Tracing = field(default_factory=NoTracing)

    def close(self) -> None:
        """Close the checkpoints; what is traced has a moment to leave."""
        self.tracing.close()
        self.saver.close()


def furnish(
    policy: Policy,
    *,
    folder: Path | None = None,
    storages: Storages = SqliteFolder,
    textbook: TextBook | None = None,
    patience: float | None = None,
    wires: Wires | None = None,
    deployments: Deployments | None = None,
    model: Model | None = None,
    tracing: Tracing | None = None,
    keys: Sequence[bytes] = (),
) -> Furnishing:
    """Load what is the same for every case. Checkpoints live in the storage of the folder (in memory, where there is none), encrypted with a key."""
    saver = storages(folder).saver(keys)
    return Furnishing(
        policy=policy,
        calendar=calendar_of(policy),
        textbook=textbook or TextBook.load(),
        patience=patience or policy.backends.timeout_seconds,
        graph=draw(_awake(all_nodes()), Deps).compile(checkpointer=saver),
        saver=saver,
        storages=storages,
        wires=wires,
        deployments=deployments,
        model=model or NoModel(),
        tracing=tracing or NoTracing(),
    )


def _awake(nodes: Mapping[str, Any]) -> dict[str, Any]:
    """The same nodes. Only the map itself sleeps, at `await_reviewer`: no subgraph looks for a checkpoint of its own."""
    return {name: node.copy({"checkpointer": False}) if isinstance(node, Pregel) else node for name, node in nodes.items()}


def build(folder: Path | None, furnishing: Furnishing, clock: Clock, *, wall: Callable[[], float] = time.time) -> House:
    """A house whose world lives in a folder (or in memory) and its cases in the storage of that folder, wired to the shop's systems, if connected."""
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
        model=furnishing.model,
    )
    house = House(
        connection,
        Inbox(connection, wall),
        Outbox(connection, wall),
        store,
        world,
        deps,
        furnishing.graph,
        furnishing.saver,
        tracing=furnishing.tracing,
    )
    if furnishing.deployments is not None:
        house = replace(house, entrance=Entrance(connection, furnishing.deployments, furnishing.policy, clock))
    if furnishing.wires is not None:
        connection.execute("insert or replace into switches values ('connected', 'on')")
        return connected(house, furnishing.wires)
    if connection.execute("select 1 from switches where name = 'connected' and value = 'on'").fetchone():
        house.close()
        raise NotConnectedError("this data folder works on connected systems, and nothing says where they are: set WISMO_CONNECTIONS again")
    return house


def connected(house: House, wires: Wires) -> House:
    """The house with the shop's systems. Without a helpdesk among them its own record of what was said serves as the support history."""
    deps, outbound = house.deps, wires.connections.outbound
    own, rules = deps.backends.support, deps.policy.backends
    assert own is not None
    breaker = (rules.breaker_failures, rules.breaker_seconds)
    remote = HttpBackends(wires.connections, wires.tokens, own_record=own, timeout=deps.patience, breaker=breaker)
    postman = None
    if outbound is not None:
        endpoint = Endpoint(outbound.url, wires.secrets, timeout=deps.policy.delivery.timeout_seconds)
        postman = Postman(house.connection, house.outbox, endpoint, deps.clock, deps.policy.delivery)
    return replace(house, deps=replace(deps, backends=remote), remote=remote, postman=postman)
