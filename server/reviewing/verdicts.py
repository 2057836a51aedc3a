"""A person's verdict on a run: in the ledger for ever, its words and labels with the customer's data, and as an evaluation case."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from checkpoints.database import Database
from checkpoints.transaction import transaction
from graph.commit import RunRecord
from server.tickets.ticket import Labels
from server.tracing import Tracing


class Verdict(BaseModel):
    """What a person says of a run; `labels` is what a right answer has."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    at: AwareDatetime
    who: str
    says: Literal["right", "wrong"]
    note: str = ""
    labels: Labels = Labels()


def labels_of(run: RunRecord) -> Labels:
    """What a run that was right is held to from now on."""
    return Labels(
        condition=(run.condition,) if run.condition else None,
        disposition=(run.disposition,),
        reason=(run.reason,) if run.reason else None,
        handler=(run.handler,),
        order_id=run.order_id if run.condition else None,
        triggers=run.triggers,
    )


def run_of(database: Database, run_id: str) -> RunRecord | None:
    """The run of that id."""
    row = database.execute("select doc from runs where run_id = ?", (run_id,)).fetchone()
    return RunRecord.model_validate_json(row[0]) if row else None


def record_verdict(database: Database, run: RunRecord, verdict: Verdict, tracing: Tracing | None = None) -> None:
    """Keep a verdict; a later one of the same run takes its place, the ledger keeps both. The note stays out of the ledger."""
    with transaction(database):
        database.execute(
            "insert or replace into personal (ref, customer_id, kind, body) values (?, ?, 'verdict', ?)",
            (f"verdict:{run.root_arrival_id}", run.customer_id, verdict.model_dump_json(exclude_none=True)),
        )
        database.execute(
            "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, ?, ?, ?, ?, '', ?, '')",
            (verdict.at.isoformat(), run.case_id, run.run_id, verdict.who, f"verdict: {verdict.says}", run.policy_version),
        )
    if tracing is not None:
        tracing.judged(run.run_id, verdict.who, right=verdict.says == "right")


def verdict_on(database: Database, root_arrival_id: str) -> Verdict | None:
    """The last verdict on what came of an arrival; None where nobody judged it, or the customer was erased."""
    row = database.execute("select body from personal where ref = ?", (f"verdict:{root_arrival_id}",)).fetchone()
    return Verdict.model_validate_json(row[0]) if row else None


def expectations_on(database: Database, root_arrival_id: str) -> dict[str, Any]:
    """What an evaluation holds the message to, because a person judged it."""
    verdict = verdict_on(database, root_arrival_id)
    return verdict.labels.expectations() if verdict else {}
