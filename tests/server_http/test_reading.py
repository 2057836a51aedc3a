"""Reading: cases page by page, one case with its timeline, promises the soonest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.case import CaseRecord, FollowUp
from tests.server_http.place import Json, Place


async def pages(place: Place, path: str, **parameters: Any) -> list[list[Json]]:
    """All pages of a list."""
    found, after = [], {}
    while after is not None:
        page = (await place.get(path, **parameters, **after)).json()
        found.append(page["items"])
        after = {"after": page["next"]} if page["next"] else None
    return found


def put_cases(place: Place, number: int) -> None:
    """Cases in the store, each with a promise; two of them opened at the same moment."""
    for each in range(number):
        opened, case_id = place.clock.now() - timedelta(hours=each // 2), f"case_{each}"
        due = place.clock.now() + timedelta(minutes=10 * each) if each else None
        case = CaseRecord(wismo_case_id=case_id, source_channel="chat", customer_id=f"C-{each}", order_id=f"O-{each}", opened_at=opened)
        made = FollowUp(follow_up_id=f"f_{each}", case_id=case_id, made_at=opened, due_at=due)
        row = (case_id, f"C-{each}", f"O-{each}", None, each % 3 > 0, opened.isoformat(), 1, case.model_dump_json())
        place.house.connection.execute("insert into cases values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        told = (f"f_{each}", case_id, due.isoformat() if due else None, "open", made.model_dump_json())
        place.house.connection.execute("insert into follow_ups values (?, ?, ?, ?, ?)", told)


async def test_every_case_is_on_one_page_the_newest_first(at: Any) -> None:
    place = await at()
    put_cases(place, 7)
    found = await pages(place, "/v1/cases", limit=3)
    assert [[case["wismo_case_id"] for case in page] for page in found] == [
        ["case_1", "case_0", "case_3"],
        ["case_2", "case_5", "case_4"],
        ["case_6"],
    ]


async def test_a_page_that_is_just_full_is_the_last(at: Any) -> None:
    place = await at()
    put_cases(place, 4)
    assert [len(page) for page in await pages(place, "/v1/cases", limit=2)] == [2, 2]
    assert [len(page) for page in await pages(place, "/v1/cases", limit=4)] == [4]


async def test_open_and_closed_cases_apart(at: Any) -> None:
    place = await at()
    put_cases(place, 7)
    listed = {state: [case["wismo_case_id"] for page in await pages(place, "/v1/cases", open=state) for case in page] for state in ("true", "false")}
    assert set(listed["false"]) == {"case_0", "case_3", "case_6"}
    assert set(listed["true"]) == {"case_1", "case_2", "case_4", "case_5"}


async def test_promises_the_soonest_first_and_which_are_at_risk(at: Any) -> None:
    place = await at()
    put_cases(place, 7)
    place.clock.set(place.clock.now() + timedelta(minutes=16))
    found = [promise for page in await pages(place, "/v1/follow-ups", limit=2) for promise in page]
    assert [(one["order_id"], one["is_at_risk"]) for one in found] == [("O-1", True), ("O-2", True), ("O-4", False), ("O-5", False)]


async def test_a_watch_without_a_promise_is_last(at: Any) -> None:
    place = await at()
    put_cases(place, 3)
    place.house.connection.execute("update cases set is_open = 1")
    found = (await place.get("/v1/follow-ups")).json()["items"]
    assert [(one["follow_up_id"], one["due_at"] is None) for one in found] == [("f_1", False), ("f_2", False), ("f_0", True)]


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/follow-ups", "/v1/escalations"])
@pytest.mark.parametrize("after", ["x", "W10=", "WzEsMl0=", "bnVsbA==", "W1tdLFtdXQ==", "é", "[" * 900, "x" * 1_001])
async def test_a_word_that_we_did_not_give_is_refused(at: Any, path: str, after: str) -> None:
    place = await at()
    response = await place.get(path, after=after)
    assert response.status_code == 422
    assert [one["field"] for one in response.json()["errors"]] == ["after"]


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1.5"])
async def test_a_page_has_a_size(at: Any, limit: str) -> None:
    place = await at()
    assert (await place.get("/v1/cases", limit=limit)).status_code == 422


async def test_a_case_is_told_from_its_opening_until_now(at: Any) -> None:
    place = await at("pub-044")
    answer = await place.customer_writes()
    await place.decides("U0CXLEAD", decision="approve", approved_action="cancel")
    told = (await place.get(f"/v1/cases/{answer['case_id']}")).json()
    kinds = [run["run"]["kind"] for run in told["timeline"]]
    assert kinds[:2] == ["message", "decision"] and "receipt" in kinds
    first = told["timeline"][0]
    assert first["arrival"]["text"] == place.story["steps"][0]["text"]
    assert [said["text"] for said in first["said"]] == [answer["text"]] and first["said"][0]["fate"] == "sent"
    assert first["run"]["path"][0] == "intake" and first["ledger"]
    assert {check["result"] for action in first["actions"] for check in action["checks"]} <= {"pass", "fail", "unknown"}
    assert [action["status"] for action in told["actions"] if action["wanted"]["action"] == "cancel"] == ["executed"]
    assert told["escalations"][0]["decided_by"] == "U0CXLEAD"
    assert told["follow_ups"]


@pytest.mark.parametrize("case_id", ["case_x", "'; drop table cases; --", "%2e%2e", "x" * 300])
async def test_an_unknown_case_is_not_found(at: Any, case_id: str) -> None:
    place = await at()
    assert (await place.get(f"/v1/cases/{case_id}")).status_code == 404
