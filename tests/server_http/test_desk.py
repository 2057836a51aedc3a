"""Reviews over HTTP: listed by urgency, decided by the token's own reviewer, the same way as in Slack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.case import EscalationRecord
from graph.labels import Queue
from tests.server_http.place import Place


async def test_an_approval_is_executed_and_the_customer_is_told(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    assert place.executed == []
    told = await place.decides("U0CXLEAD", decision="approve", approved_action="cancel", rationale="Nothing is picked.")
    assert (told["disposition"], told["reason"]) == ("resume", "approved")
    assert (len(place.executed), len(place.said)) == (1, 2)
    assert place.review.decided_by == "U0CXLEAD"


async def test_free_text_is_a_decision_only_where_it_is_unmistakable(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    unclear = await place.decides("U0CXLEAD", text="has anybody started picking this yet?")
    assert (unclear["reason"], place.executed) == ("unclear_decision", [])
    assert (await place.decides("U0CXLEAD", text="Approved, cancel the order."))["reason"] == "approved"
    assert len(place.executed) == 1


@pytest.mark.parametrize(("reviewer", "reason"), [("U0SHIPLEAD", "not_authorised"), ("somebody", "not_authorised"), ("U0CXAGENT", "over_limit")])
async def test_who_may_not_decide_changes_nothing(at: Any, reviewer: str, reason: str) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    assert (await place.decides(reviewer, decision="approve"))["reason"] == reason
    assert place.executed == [] and place.review.is_open


async def test_the_first_valid_decision_counts(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    await place.decides("U0CXLEAD", decision="deny")
    assert (await place.decides("U0CXLEAD", decision="approve"))["reason"] == "already_decided"
    assert place.executed == []


async def test_a_decision_that_is_sent_twice_is_one(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    path, token = f"/v1/escalations/{place.review.escalation_id}/decisions", place.token("decide", reviewer="U0CXLEAD")
    body = {"message_id": "d1", "decision": "approve"}
    first, second = [(await place.post(path, body, token=token)).json() for _ in range(2)]
    assert first == second
    assert (await place.post(path, {**body, "decision": "deny"}, token=token)).status_code == 409
    await place.work()
    assert len(place.executed) == 1


async def test_an_unknown_review_is_not_found(at: Any) -> None:
    place = await at()
    body = {"message_id": "d1", "decision": "approve"}
    assert (await place.post("/v1/escalations/esc_x/decisions", body, token=place.token("decide", reviewer="U0CXLEAD"))).status_code == 404


async def test_open_reviews_are_listed_page_by_page_the_most_urgent_first(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    own = place.review
    for number, queue in enumerate((Queue.SHIPPING, Queue.CX, Queue.FRAUD, Queue.CX)):
        other = {"escalation_id": f"esc_{number}", "queue": queue, "deadline": own.deadline - timedelta(hours=number)}
        put_review(place, own.model_copy(update=other))
    seen, after = [], {}
    while after is not None:
        page = (await place.get("/v1/escalations", limit=2, **after)).json()
        seen += [item["escalation_id"] for item in page["items"]]
        after = {"after": page["next"]} if page["next"] else None
    assert seen == ["esc_2", "esc_0", "esc_3", "esc_1", own.escalation_id]


async def test_a_decided_review_waits_no_more(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    [waiting] = (await place.get("/v1/escalations")).json()["items"]
    assert waiting["request"]["order_number"] == "20693"
    await place.decides("U0CXLEAD", decision="deny")
    assert (await place.get("/v1/escalations")).json() == {"items": [], "next": None}


def put_review(place: Place, record: EscalationRecord) -> None:
    """One more review in the store."""
    told = (record.escalation_id, record.case_id, record.status, record.queue, record.deadline.isoformat(), record.request.run_id)
    sql = "insert into escalations (escalation_id, case_id, status, queue, deadline, run_id) values (?, ?, ?, ?, ?, ?)"
    place.house.connection.execute(sql, told)
    body = (f"escalation:{record.escalation_id}", record.model_dump_json())
    place.house.connection.execute("insert into personal values (?, null, 'escalation', ?)", body)
