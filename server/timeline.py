"""What happened, read from the database: one arrival or one case, run by run, with facts, reasons, messages and promises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checkpoints.database import Database
from checkpoints.inbox import ARRIVAL
from graph.arrivals import Arrival
from graph.case import ActionRecord, CaseRecord, EscalationRecord, FollowUp
from graph.commit import Outcome, RunRecord, SendMessage
from graph.context import OrderContext
from graph.gates.verdict import Verdict


@dataclass(frozen=True)
class Said:
    """One customer text and how far it has come."""

    message: SendMessage
    state: str
    """`pending`, `delivered`, `dropped` or `dead`."""
    why: str = ""

    @property
    def was_read(self) -> bool:
        """Whether the text went to the customer."""
        return self.message.visible and self.state == "delivered"

    @property
    def fate(self) -> str:
        """In a word: sent, draft, waiting, or dropped or refused with the reason."""
        if self.state == "dropped":
            return f"dropped: {self.why}" if self.why else "dropped"
        if self.state == "dead":
            return f"a dead letter: {self.why}"
        if not self.message.visible:
            return "draft, not sent"
        return "sent" if self.state == "delivered" else "waiting to be sent"


@dataclass(frozen=True)
class Acted:
    """One gated action: the verdict it was given (where it is still known) and how far it has come."""

    record: ActionRecord
    verdict: Verdict | None


@dataclass(frozen=True)
class LedgerLine:
    """One line of the append-only ledger."""

    at: datetime
    who: str
    what: str
    why: str


@dataclass(frozen=True)
class RunStory:
    """One run: what it decided, on which facts, and what came of it."""

    record: RunRecord
    outcome: Outcome
    context: OrderContext | None
    said: tuple[Said, ...]
    acted: tuple[Acted, ...]
    notes: tuple[str, ...]
    ledger: tuple[LedgerLine, ...]

    @property
    def is_receipt(self) -> bool:
        """Whether the run only told what came of the actions of an earlier one."""
        return self.record.kind == "receipt"

    def reason(self, about: str) -> str:
        """Why this sender or order: the `because` line that starts with the word."""
        return next((line.removeprefix(f"{about}: ") for line in self.record.because if line.startswith(f"{about}: ")), "")


@dataclass(frozen=True)
class ArrivalStory:
    """What came of one arrival: the arrival, the state of its work, and its runs in order."""

    arrival: Arrival
    state: str
    why: str
    runs: tuple[RunStory, ...]
    follow_up: FollowUp | None
    """The promise of the first run's case as it stands now."""

    @property
    def said(self) -> tuple[Said, ...]:
        """All customer texts, in order."""
        return tuple(said for run in self.runs for said in run.said)

    @property
    def acted(self) -> tuple[Acted, ...]:
        """All gated actions, in order."""
        return tuple(acted for run in self.runs for acted in run.acted)

    @property
    def escalation(self) -> EscalationRecord | None:
        """The review request that this arrival opened or changed."""
        return next((run.outcome.escalation for run in self.runs if run.outcome.escalation is not None and not run.is_receipt), None)


@dataclass(frozen=True)
class CaseStory:
    """One case from its opening until now."""

    case: CaseRecord
    runs: tuple[RunStory, ...]
    arrivals: dict[str, Arrival]
    """What started each run, by arrival id."""
    actions: tuple[ActionRecord, ...]
    escalations: tuple[EscalationRecord, ...]
    follow_ups: tuple[FollowUp, ...]


def arrival_story(connection: Database, root_arrival_id: str) -> ArrivalStory:
    """All runs that an arrival led to. Raises `KeyError` for an unknown arrival."""
    row = connection.execute(
        "select state, why, body from arrivals join personal on ref = 'arrival:' || arrival_id where arrival_id = ?", (root_arrival_id,)
    ).fetchone()
    if row is None:
        raise KeyError(root_arrival_id)
    runs = _runs(connection, "root_arrival_id = ?", root_arrival_id)
    case_id = next((run.record.case_id for run in runs if run.record.case_id), None)
    promises = [follow_up for follow_up in _follow_ups(connection, case_id) if follow_up.status == "open"]
    return ArrivalStory(ARRIVAL.validate_json(row[2]), row[0], row[1], runs, promises[0] if promises else None)


def case_story(connection: Database, case_id: str) -> CaseStory | None:
    """Everything of one case, oldest first; None for an unknown case."""
    doc = connection.execute("select doc from cases where case_id = ?", (case_id,)).fetchone()
    if doc is None:
        return None
    runs = (*_held_back_before(connection, CaseRecord.model_validate_json(doc[0])), *_runs(connection, "case_id = ?", case_id))
    reviews = connection.execute(
        "select body from escalations join personal on ref = 'escalation:' || escalation_id where case_id = ? order by seq", (case_id,)
    )
    sql = "select body from actions join personal on ref = 'action:' || action_id where case_id = ? order by actions.rowid"
    actions = connection.execute(sql, (case_id,))
    return CaseStory(
        case=CaseRecord.model_validate_json(doc[0]),
        runs=runs,
        arrivals=_arrivals(connection, [run.record.arrival_id for run in runs]),
        actions=tuple(ActionRecord.model_validate_json(row[0]) for row in actions),
        escalations=tuple(EscalationRecord.model_validate_json(row[0]) for row in reviews),
        follow_ups=_follow_ups(connection, case_id),
    )


def list_cases(connection: Database, *, open_only: bool = False) -> tuple[CaseRecord, ...]:
    """All cases, the newest first."""
    only = "where is_open = 1" if open_only else ""
    rows = connection.execute(f"select doc from cases {only} order by opened_at desc, rowid desc")
    return tuple(CaseRecord.model_validate_json(row[0]) for row in rows)


def _held_back_before(connection: Database, case: CaseRecord) -> tuple[RunStory, ...]:
    """What was suppressed about the order since its case before this one, while there was no case to keep it in."""
    sql = "select max(opened_at) from cases where customer_id = ? and order_id = ? and opened_at < ?"
    whose, opened = (case.customer_id, case.order_id), case.opened_at.isoformat()
    earlier = connection.execute(sql, (*whose, opened)).fetchone()[0] or ""
    where = (
        "case_id is null and json_extract(doc, '$.customer_id') = ? and json_extract(doc, '$.order_id') = ? "
        "and json_extract(doc, '$.disposition') = 'suppress' and at > ? and at <= ?"
    )
    return _runs(connection, where, *whose, earlier, opened)


def _runs(connection: Database, where: str, *values: str | None) -> tuple[RunStory, ...]:
    rows = connection.execute(
        "select outcome.body, context.body from runs "
        "join personal as outcome on outcome.ref = 'outcome:' || run_id "
        f"left join personal as context on context.ref = 'context:' || run_id where {where} order by seq",
        values,
    ).fetchall()
    return tuple(_run(connection, Outcome.model_validate_json(row[0]), row[1]) for row in rows)


def _run(connection: Database, outcome: Outcome, context: str | None) -> RunStory:
    run_id = outcome.run.run_id
    return RunStory(
        record=outcome.run,
        outcome=outcome,
        context=OrderContext.model_validate_json(context) if context else None,
        said=_said(connection, run_id),
        acted=_acted(connection, outcome),
        notes=tuple(json.loads(body)["text"] for body, _, _ in _effects(connection, run_id, "write_note")),
        ledger=_ledger(connection, run_id),
    )


def _said(connection: Database, run_id: str) -> tuple[Said, ...]:
    rows = _effects(connection, run_id, "send_message")
    return tuple(Said(SendMessage.model_validate_json(body), state, why) for body, state, why in rows)


def _effects(connection: Database, run_id: str, kind: str) -> list[tuple[str, str, str]]:
    return connection.execute(
        "select body, state, why from outbox join personal on ref = 'effect:' || key where run_id = ? and outbox.kind = ? order by seq",
        (run_id, kind),
    ).fetchall()


def _acted(connection: Database, outcome: Outcome) -> tuple[Acted, ...]:
    verdicts = {verdict.action: verdict for verdict in outcome.verdicts}
    sql = "select body from actions join personal on ref = 'action:' || action_id where run_id = ? order by actions.rowid"
    rows = connection.execute(sql, (outcome.run.run_id,))
    records = [ActionRecord.model_validate_json(row[0]) for row in rows]
    return tuple(Acted(record, verdicts.get(record.wanted.action)) for record in records)


def _ledger(connection: Database, run_id: str) -> tuple[LedgerLine, ...]:
    rows = connection.execute("select at, who, what, why from ledger where run_id = ? order by seq", (run_id,))
    return tuple(LedgerLine(datetime.fromisoformat(row[0]), *row[1:]) for row in rows)


def _follow_ups(connection: Database, case_id: str | None) -> tuple[FollowUp, ...]:
    rows = connection.execute("select doc from follow_ups where case_id = ? order by rowid", (case_id,))
    return tuple(FollowUp.model_validate_json(row[0]) for row in rows)


def _arrivals(connection: Database, arrival_ids: Sequence[str]) -> dict[str, Arrival]:
    marks = ",".join("?" * len(arrival_ids))
    rows = connection.execute(f"select body from personal where ref in ({marks})", [f"arrival:{arrival_id}" for arrival_id in arrival_ids])
    arrivals = [ARRIVAL.validate_json(row[0]) for row in rows]
    return {arrival.arrival_id: arrival for arrival in arrivals}
