"""What falls due by itself. Level-triggered: asking twice, or late, does nothing wrong.

Answers that wait for the end of the night, reviewers' reminders and deadlines, promises (a little before they are due), thresholds
that time alone may pass, and messages that were held back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checkpoints.database import Database
from graph.arrivals import Arrival, LookArrived, MessageArrived, ReceiptArrived, TimerArrived
from graph.case import EscalationRecord, FollowUp
from graph.labels import Mode
from graph.policy import Policy


@dataclass(frozen=True)
class Due:
    """One moment that a case waits for, as the arrival that says so; the same moment is the same arrival."""

    at: datetime
    rank: int
    arrival: Arrival


def next_due(connection: Database, until: datetime, policy: Policy, *, besides: Collection[str] = ()) -> Due | None:
    """The earliest moment up to `until` that nobody has worked on, but for these arrivals; None when nothing waits."""
    moments = [*_reviews(connection), *_promises(connection, until, policy), *_held_texts(connection, until), *_held_back(connection)]
    waiting = [due for due in moments if due.at <= until]
    done = _known(connection, [due.arrival.arrival_id for due in waiting])
    fresh = [due for due in waiting if due.arrival.arrival_id not in done and due.arrival.arrival_id not in besides]
    return min(fresh, key=lambda due: (due.at, due.rank, due.arrival.arrival_id), default=None)


def _reviews(connection: Database) -> list[Due]:
    rows = connection.execute(
        "select body, json_extract(runs.doc, '$.mode') from escalations join personal on ref = 'escalation:' || escalation_id "
        "join runs on runs.run_id = escalations.run_id where escalations.status in ('open', 'reminded', 'expired') order by escalations.seq"
    ).fetchall()
    return [due for body, mode in rows for due in _review_moments(EscalationRecord.model_validate_json(body), Mode(mode))]


def _review_moments(record: EscalationRecord, mode: Mode) -> list[Due]:
    def due(at: datetime, what: str, rank: int) -> Due:
        key = f"timer:{what}:{record.escalation_id}:{at.isoformat()}"
        fields = {"arrival_id": key, "at": at, "mode": mode, "what": what, "escalation_id": record.escalation_id}
        return Due(at, rank, TimerArrived.model_validate(fields))

    reminder, expiry = due(record.reminder_at, "reminder", 0), due(record.deadline, "expiry", 1)
    return {"open": [reminder, expiry], "reminded": [expiry]}.get(record.status.value, [reminder])


def _promises(connection: Database, until: datetime, policy: Policy) -> list[Due]:
    """The moments of open promises and watches; the database leaves out what is far ahead, the exact moment is computed."""
    soon = (until + timedelta(minutes=policy.events.lead_minutes + 1)).isoformat()
    rows = connection.execute(
        "select follow_ups.doc, json_extract(cases.doc, '$.order_id'), json_extract(cases.doc, '$.customer_id'), "
        "(select json_extract(doc, '$.mode') from runs where runs.case_id = cases.case_id order by seq desc limit 1), "
        "(select deadline from escalations where escalations.case_id = cases.case_id and status in ('open', 'reminded') limit 1) "
        "from follow_ups join cases using (case_id) where is_open = 1 and coalesce(cast(json_extract(cases.doc, '$.taken_over') as text), '0') = '0' "
        "and follow_up_id in (select follow_up_id from follow_ups where status = 'open' and julianday(due_at) <= julianday(:soon) union "
        "select follow_up_id from follow_ups where status = 'open' and julianday(json_extract(doc, '$.look_at')) <= julianday(:soon))",
        {"soon": soon},
    ).fetchall()
    found = []
    for doc, order_id, customer_id, mode, deadline in rows:
        follow_up = FollowUp.model_validate_json(doc)
        if order_id is not None and customer_id is not None:
            found += _promise_moments(follow_up, order_id, customer_id, Mode(mode), deadline, policy)
        elif order_id is None and follow_up.due_at is not None:
            found += _asked_again(connection, follow_up, policy)
    return found


def _asked_again(connection: Database, follow_up: FollowUp, policy: Policy) -> list[Due]:
    """A question that came while the OMS was silent has no order to look at: the message itself is worked on again."""
    row = connection.execute(
        "select body from runs join personal on ref = 'arrival:' || arrival_id where case_id = ? and json_extract(body, '$.kind') = 'message' "
        "order by seq desc limit 1",
        (follow_up.case_id,),
    ).fetchone()
    if row is None or follow_up.due_at is None:
        return []
    again = {"arrival_id": f"again:{follow_up.follow_up_id}:{follow_up.due_at.isoformat()}", "asked_again_for": follow_up.follow_up_id}
    at = max(follow_up.send_at or follow_up.due_at - timedelta(minutes=policy.events.lead_minutes), follow_up.made_at)
    return [Due(at, 2, MessageArrived.model_validate_json(row[0]).model_copy(update=again))]


def _promise_moments(follow_up: FollowUp, order_id: str, customer_id: str, mode: Mode, deadline: str | None, policy: Policy) -> list[Due]:
    moments = []
    if follow_up.due_at is not None:
        expires_with_it = deadline is not None and datetime.fromisoformat(deadline) == follow_up.due_at
        early = follow_up.send_at or follow_up.due_at - timedelta(minutes=policy.events.lead_minutes)
        at = max(follow_up.due_at if expires_with_it else early, follow_up.made_at)
        key = f"{follow_up.follow_up_id}:{follow_up.due_at.isoformat()}"
        moments.append(Due(at, 2, _look("follow_up", key, at, order_id, customer_id, mode)))
    if follow_up.look_at is not None:
        key = f"{follow_up.follow_up_id}:{follow_up.look_at.isoformat()}"
        moments.append(Due(follow_up.look_at, 3, _look("threshold", key, follow_up.look_at, order_id, customer_id, mode)))
    return moments


def _held_texts(connection: Database, until: datetime) -> list[Due]:
    """Texts after a decision that wait for the morning; they go before a promise that falls due then, for they keep it."""
    rows = connection.execute("select due_at, receipt from held_texts where due_at <= ?", (until.astimezone(UTC).isoformat(),)).fetchall()
    return [Due(datetime.fromisoformat(at), 1, ReceiptArrived.model_validate_json(receipt)) for at, receipt in rows]


def _held_back(connection: Database) -> list[Due]:
    rows = connection.execute("select order_id, customer_id, due_at, mode from deferred").fetchall()
    moments = [(row[0], row[1], datetime.fromisoformat(row[2]), Mode(row[3])) for row in rows]
    return [Due(at, 4, _look("deferred", f"{order}:{at.isoformat()}", at, order, customer, mode)) for order, customer, at, mode in moments]


def _look(why: str, key: str, at: datetime, order_id: str, customer_id: str, mode: Mode) -> LookArrived:
    fields = {"arrival_id": f"look:{why}:{key}", "at": at.astimezone(UTC), "mode": mode, "why": why}
    return LookArrived.model_validate({**fields, "order_id": order_id, "customer_id": customer_id})


def _known(connection: Database, ids: list[str]) -> set[str]:
    marks = ",".join("?" * len(ids))
    sql = f"select arrival_id from arrivals where state in ('done', 'dead') and arrival_id in ({marks})"
    return {row[0] for row in connection.execute(sql, ids)}
