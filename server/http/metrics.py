"""How the house is, as Prometheus reads it. Numbers only: no ids, no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checkpoints.database import Database
from checkpoints.dead_letters import COUNTED
from checkpoints.transaction import snapshot
from graph.labels import Disposition, Queue, System
from server.http.front import Front

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_UNPROCESSED = (
    "select coalesce(accepted.at, arrivals.at) from arrivals left join accepted using (arrival_id) where state in ('waiting', 'working') "
    "order by arrivals.seq limit 1"
)
_PENDING = "select runs.at from outbox join runs using (run_id) where state = 'pending' order by outbox.seq limit 1"
_PROMISES = (
    "select follow_ups.due_at from follow_ups join cases using (case_id) where status = 'open' and follow_ups.due_at is not null and is_open = 1"
)


@dataclass(frozen=True)
class Metric:
    """One measure with its values, by label."""

    name: str
    kind: str
    help: str
    values: tuple[tuple[str, float], ...]

    def lines(self) -> Iterable[str]:
        """As text."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        for label, value in self.values:
            yield f"{self.name}{label} {value:.10g}"


def metrics_text(front: Front) -> str:
    """All measures."""
    with snapshot(front.database):
        found = _measured(front)
    return "".join(f"{line}\n" for metric in found for line in metric.lines())


def _measured(front: Front) -> tuple[Metric, ...]:
    db, now = front.database, front.now()
    due = [datetime.fromisoformat(row[0]) for row in db.execute(_PROMISES)]
    waiting = [record for record in front.reviews.open_reviews() if record.is_open]
    approval = max(((now - record.opened_at).total_seconds() for record in waiting), default=0.0)
    runs = dict(db.execute("select json_extract(doc, '$.disposition'), count(*) from runs group by 1").fetchall())
    return (
        _gauge("oldest_unprocessed_arrival_age_seconds", "Age of the oldest arrival that nobody has finished.", _age(db, _UNPROCESSED, now)),
        _gauge("promises_at_risk", "Open promises that fall due within the lead time, or are overdue.", sum(at <= now + front.lead for at in due)),
        _gauge("promises_open", "Open promises.", len(due)),
        _gauge("outbox_age_seconds", "Age of the oldest effect that waits to be delivered.", _age(db, _PENDING, now)),
        _gauge("outbox_pending", "Effects that wait to be delivered.", _count(db, "outbox where state = 'pending'")),
        _gauge("dead_letters", "Arrivals that could not be worked on, and deliveries that the endpoint will not have.", _count(db, COUNTED)),
        _gauge("approval_age_seconds", "Age of the oldest review that waits for a decision.", approval),
        _each("open_reviews", "gauge", "Reviews that wait, by queue.", "queue", {q.value: sum(r.queue is q for r in waiting) for q in Queue}),
        _each("runs_total", "counter", "Runs by disposition.", "disposition", {one.value: runs.get(one.value, 0) for one in Disposition}),
        _each("backend_breaker_open", "gauge", "1 while a connected system is left alone, because it failed too often.", "system", _breakers(front)),
        _gauge(
            "outbound_down", "1 while the shop's endpoint does not take deliveries.", int(bool(front.house.postman and front.house.postman.is_down))
        ),
        _gauge("paused", "1 while the pause switch is on.", int(front.house.outbox.is_paused)),
    )


def _breakers(front: Front) -> dict[str, int]:
    """The embedded systems have none."""
    remote = front.house.remote
    known = remote.breakers() if remote else {}
    return {system.value: int(known.get(system, False)) for system in System}


def _gauge(name: str, text: str, value: float) -> Metric:
    return Metric(f"wismo_{name}", "gauge", text, (("", float(value)),))


def _each(name: str, kind: str, text: str, label: str, values: dict[str, int]) -> Metric:
    return Metric(f"wismo_{name}", kind, text, tuple((f'{{{label}="{value}"}}', float(number)) for value, number in values.items()))


def _age(db: Database, sql: str, now: datetime) -> float:
    row = db.execute(sql).fetchone()
    return max(0.0, (now - datetime.fromisoformat(row[0])).total_seconds()) if row else 0.0


def _count(db: Database, what: str) -> int:
    return int(db.execute(f"select count(*) from {what}").fetchone()[0])
