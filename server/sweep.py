"""The sweep: what no message and no event tells of. Level-triggered: run twice, or late, it does nothing wrong.

Moments that fell due (promises, thresholds, reviewers' reminders and deadlines, messages held back), arrivals left behind by a crash,
open cases whose facts are old (the webhook may never have come), and, where the policy says so, the OMS's open orders page by page.
It also removes the checkpoints that nobody needs any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from checkpoints.commit_rows import utc
from checkpoints.database import Database
from checkpoints.retention import drop_old_threads
from graph.arrivals import Arrival, LookArrived
from graph.facts import Order
from graph.labels import Mode, System
from graph.policy import Policy
from nodes.asking import ask
from nodes.monitoring.monitor import examine_order
from server.delivery import deliver
from server.timers import next_due
from server.trouble import trouble
from server.wiring import House
from server.worker import drain

AT_ONCE = 8
"""Orders of a page whose facts are pulled at the same time."""
_log = logging.getLogger("wismo.sweep")


@dataclass(frozen=True)
class Swept:
    """What one sweep did: the root arrivals that it worked on, by why it did."""

    left_behind: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    looked_again: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    """Open orders that nobody asked about and that something is wrong with."""
    open_orders: int = 0
    """How many open orders of the OMS were looked through."""
    because: str = ""
    """Why the OMS did not give its open orders."""
    checkpoints: int = 0
    """Threads of the graph that nobody needs any more, removed."""


@dataclass(frozen=True)
class Page:
    """One page of the OMS's open orders."""

    orders: int = 0
    found: tuple[str, ...] = ()
    next_after: str | None = None
    because: str = ""


class Sweep:
    """The sweep of one house. A root arrival begins with `under`, where somebody has to find them again."""

    def __init__(self, house: House, owner: str, *, under: str = "") -> None:
        self._house = house
        self._owner = owner
        self._under = f"{under}/" if under else ""
        self._after: str | None = None
        self._old_after: str | None = None
        self._again_at: datetime | None = None

    async def once(self) -> Swept:
        """Everything at once."""
        await deliver(self._house)
        left_behind = await self._work_on(_left_behind(self._house.connection))
        due = await self.let_time_pass()
        found = await self.look_everywhere()
        return replace(found, left_behind=left_behind, due=due, checkpoints=self.tidy())

    async def let_time_pass(self) -> tuple[str, ...]:
        """Every moment is worked on before the next: what an expiry changes, a reminder must know. What fails waits for the next sweep."""
        deps, tried = self._house.deps, list[Arrival]()
        while due := next_due(self._house.connection, deps.clock.now(), deps.policy, besides=[arrival.arrival_id for arrival in tried]):
            tried.append(due.arrival)
            await self._look_at((due.arrival,))
        return self._roots(tried)

    async def look_everywhere(self) -> Swept:
        """Look again where facts are old, and at all open orders, if the policy says so."""
        looked_again, pages = await self.look_again(), await self._all_pages()
        found = tuple(root for page in pages for root in page.found)
        because = pages[-1].because if pages else ""
        return Swept(looked_again=looked_again, found=found, open_orders=sum(page.orders for page in pages), because=because)

    async def look_around(self) -> None:
        """A worker's share, without a hurry: a sweep begins when it is time for one, and takes one page of open orders at a time."""
        now, rules = self._house.deps.clock.now(), self._house.deps.policy.sweep
        if self._after is None and (self._again_at is None or now >= self._again_at):
            self._again_at = now + timedelta(minutes=rules.every_minutes)
            await self.look_again()
            self._old_after = self._old_after or ""
            self._after = "" if self._pages(rules.open_orders) else None
        if self._old_after is not None:
            _, self._old_after = self._tidy_page(self._old_after)
        if self._after is not None:
            self._after = (await self._page(self._after)).next_after

    def tidy(self) -> int:
        """Remove the checkpoints of cases that were closed long ago."""
        removed, after = self._tidy_page("")
        while after is not None:
            more, after = self._tidy_page(after)
            removed += more
        return removed

    def _tidy_page(self, after: str) -> tuple[int, str | None]:
        days = self._house.deps.policy.retention.checkpoint_days
        before = self._house.deps.clock.now() - timedelta(days=days)
        return drop_old_threads(self._house.saver, self._house.connection, before, after)

    async def look_again(self) -> tuple[str, ...]:
        """Ask about open cases whose facts are old, as if the event had come that may have got lost."""
        deps = self._house.deps
        return await self._look_at(stale_looks(self._house.connection, deps.clock.now(), deps.policy))

    def _pages(self, is_wanted: bool) -> bool:
        """Whether open orders are looked through: where the policy says so, and an entry point is a schedule."""
        entrance = self._house.entrance
        return is_wanted and (entrance is None or entrance.deployments.for_sweep(self._house.deps.clock.now()) is not None)

    async def _all_pages(self) -> list[Page]:
        pages, after = list[Page](), "" if self._pages(self._house.deps.policy.sweep.open_orders) else None
        while after is not None:
            pages.append(await self._page(after))
            after = pages[-1].next_after
        return pages

    async def _page(self, after: str) -> Page:
        """Look through a page of open orders; only what is news gets an arrival of its own."""
        deps = self._house.deps
        size, retries = deps.policy.sweep.page_size, deps.policy.backends.retries
        answer = await ask(System.OMS, lambda: deps.backends.oms.open_orders(after, size), patience=deps.patience, retries=retries)
        orders = [order for order in answer.value or () if order.order_id > after]
        strangers, limit = _without_case(self._house.connection, orders), asyncio.Semaphore(AT_ONCE)
        looks = await asyncio.gather(*(self._look_if_news(order, limit) for order in strangers))
        found = await self._look_at(look for look in looks if look is not None)
        return Page(len(orders), found, max((order.order_id for order in orders), default=None), answer.because)

    async def _look_if_news(self, order: Order, limit: asyncio.Semaphore) -> LookArrived | None:
        deps, entrance = self._house.deps, self._house.entrance
        look = _look(order.order_id, order.order_id, order.customer_id, deps.policy.mode.default, deps.clock.now(), deps.policy)
        if entrance is not None and (way := entrance.deployments.for_sweep(deps.clock.now())) is not None:
            look = look.model_copy(update={"deployment": way.name, "mode": entrance.mode_of(way, look.mode)})
        async with limit:
            examined = await examine_order(order, look, deps, self._house.store)
        return look if examined.start is not None or examined.deferred is not None else None

    async def _look_at(self, arrivals: Iterable[Arrival]) -> tuple[str, ...]:
        """Keep these arrivals and work on those that are not done; the same look again is the same arrival."""
        kept = [arrival for arrival in arrivals if self._house.inbox.state(arrival.arrival_id) not in {"done", "dead"}]
        for arrival in kept:
            self._house.inbox.put(arrival, self._under + arrival.arrival_id)
        return await self._work_on(self._roots(kept))

    async def _work_on(self, roots: Sequence[str]) -> tuple[str, ...]:
        """One attempt at each. A failure of any kind is survived: it stays in the inbox, and the others must not wait for it."""
        for root in roots:
            try:
                await drain(self._house, self._owner, among=(root,))
            except Exception as error:
                _log.error("an arrival failed with %s; the inbox keeps it and says why", trouble(error))
        return tuple(roots)

    def _roots(self, arrivals: Iterable[Arrival]) -> tuple[str, ...]:
        return tuple(self._under + arrival.arrival_id for arrival in arrivals)


def stale_looks(connection: Database, now: datetime, policy: Policy) -> tuple[LookArrived, ...]:
    """A look at each open case whose facts were last pulled longer ago than the policy says, the oldest first."""
    rows = connection.execute(
        "select * from (select case_id, order_id, customer_id, "
        "(select json_extract(doc, '$.mode') from runs where runs.case_id = cases.case_id order by seq desc limit 1), "
        "(select max(at) from runs where runs.case_id = cases.case_id and json_extract(doc, '$.condition') is not null) as looked_at, "
        "opened_at, rowid as place from cases where is_open = 1 and order_id is not null and customer_id is not null "
        "and coalesce(cast(json_extract(doc, '$.taken_over') as text), '0') = '0') as standing "
        "where coalesce(looked_at, opened_at) <= ? order by coalesce(looked_at, ''), place",
        (utc(now - timedelta(hours=policy.sweep.look_again_hours)),),
    ).fetchall()
    return tuple(_look(row[0], row[1], row[2], Mode(row[3] or policy.mode.default), now, policy) for row in rows)


def _look(key: str, order_id: str, customer_id: str, mode: Mode, now: datetime, policy: Policy) -> LookArrived:
    """One look for each case or order and each span between two looks (a day, unless the policy says otherwise)."""
    span = timedelta(hours=policy.sweep.look_again_hours).total_seconds()
    since = datetime.fromtimestamp(now.timestamp() // span * span, UTC)
    fields = {"arrival_id": f"look:sweep:{key}:{since.isoformat()}", "at": now, "mode": mode, "why": "sweep"}
    return LookArrived.model_validate({**fields, "order_id": order_id, "customer_id": customer_id})


def _left_behind(connection: Database) -> list[str]:
    """Arrivals that nobody finished; those that a worker holds right now cannot be leased."""
    sql = "select root_arrival_id from arrivals where state in ('waiting', 'working') group by root_arrival_id order by min(seq)"
    return [row[0] for row in connection.execute(sql)]


def _without_case(connection: Database, orders: Sequence[Order]) -> list[Order]:
    """Orders without an open case and without a message that waits for its moment: those are looked at anyway."""
    marks = ",".join("?" * len(orders))
    rows = connection.execute(
        f"select order_id from cases where is_open = 1 and customer_id in ({marks}) union select order_id from deferred where order_id in ({marks})",
        [*(order.customer_id for order in orders), *(order.order_id for order in orders)],
    ).fetchall()
    known = {row[0] for row in rows}
    return [order for order in orders if order.order_id not in known]
