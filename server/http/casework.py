"""`/v1/cases`, `/v1/follow-ups`: what is known. Reading changes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from checkpoints.transaction import snapshot
from graph.case import CaseRecord, FollowUp
from server.http.admission import Office, Reader
from server.http.case_timeline import CaseTimeline, timeline_of
from server.http.front import Front
from server.http.paging import After, Limit, next_of, place_of
from server.http.problems import Problem, documented
from server.timeline import case_story

REFUSALS = documented(401, 403, 422, 429, 500)

router = APIRouter(prefix="/v1", tags=["cases"])


class CasePage(BaseModel):
    """Some cases, the newest first."""

    items: list[CaseRecord]
    next: str | None


class Promise(FollowUp):
    """A promise or watch, and whose it is. At risk: it falls due within the lead time of the policy, or is overdue."""

    order_id: str | None
    customer_id: str | None
    is_at_risk: bool


class PromisePage(BaseModel):
    """Some follow-ups that are open, the soonest first; those without a promise are last."""

    items: list[Promise]
    next: str | None


@router.get("/cases", responses=REFUSALS)
async def cases(
    front: Office,
    _: Reader,
    limit: Limit = 50,
    after: After = None,
    is_open: Annotated[bool | None, Query(alias="open", description="Only those that are open, or only those that are closed.")] = None,
) -> CasePage:
    """The cases, the newest first."""
    place = place_of(after, 2)
    rows = front.database.execute(
        "select doc, opened_at, case_id from cases where (cast(:is_open as integer) is null or is_open = :is_open) "
        "and (cast(:at as text) is null or (opened_at, case_id) < (:at, :id)) order by opened_at desc, case_id desc limit :limit",
        {"is_open": is_open, **_after(place), "limit": limit + 1},
    ).fetchall()
    more = next_of(list(rows[limit - 1][1:])) if len(rows) > limit else None
    return CasePage(items=[CaseRecord.model_validate_json(row[0]) for row in rows[:limit]], next=more)


@router.get("/cases/{case_id}", responses={**REFUSALS, **documented(404)})
async def case(case_id: str, front: Office, _: Reader) -> CaseTimeline:
    """One case from its opening until now: every run with its path, reasons, texts, notes and actions."""
    with snapshot(front.database):
        story = case_story(front.database, case_id)
    if story is None:
        raise Problem(404)
    return timeline_of(story)


@router.get("/follow-ups", responses=REFUSALS)
async def follow_ups(front: Office, _: Reader, limit: Limit = 50, after: After = None) -> PromisePage:
    """The open promises and watches, the soonest first."""
    place = place_of(after, 2)
    due = "coalesce(strftime('%Y-%m-%dT%H:%M:%f', follow_ups.due_at), '9999')"
    rows = front.database.execute(
        f"select follow_ups.doc, cases.doc, {due}, follow_up_id from follow_ups join cases using (case_id) where status = 'open' "
        f"and is_open = 1 and (cast(:at as text) is null or ({due}, follow_up_id) > (:at, :id)) order by 3, follow_up_id limit :limit",
        {**_after(place), "limit": limit + 1},
    ).fetchall()
    more = next_of(list(rows[limit - 1][2:])) if len(rows) > limit else None
    return PromisePage(items=[_promise(front, row[0], row[1]) for row in rows[:limit]], next=more)


def _after(place: list[str] | None) -> dict[str, str | None]:
    at, name = place or (None, None)
    return {"at": at, "id": name}


def _promise(front: Front, doc: str, case_doc: str) -> Promise:
    made, case = FollowUp.model_validate_json(doc), CaseRecord.model_validate_json(case_doc)
    is_at_risk = made.due_at is not None and made.due_at <= front.now() + front.lead
    return Promise(**made.model_dump(), order_id=case.order_id, customer_id=case.customer_id, is_at_risk=is_at_risk)
