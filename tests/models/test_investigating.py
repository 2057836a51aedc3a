"""A model looks at conflicting facts for the reviewer: bounded, read-only, unproven, and nobody else ever reads it."""

from __future__ import annotations

from typing import Any

import pytest

from graph.language_model import ModelUse
from nodes.investigating.tools import TOOLS
from prompts.runbook import load_runbooks
from tests.doors.shop import AVA, Scene, Step, ago, scan
from tests.models.conftest import OpensWith
from tests.models.local_model import Behaviour, Call, LocalModel, completion, fails, formed, hangs, one_after_another, says
from tests.models.test_wording import decided, plain

INVESTIGATING = {"uses": "investigating"}
QUESTION = "where is 1042?"
SUMMARY = "The carrier's scan is newer than the OMS."


def contradictory(**more: Any) -> Scene:
    """The OMS says delivered, the carrier is still on its way."""
    return Scene(**more).order("1042", status="delivered", updated_at=ago(10)).task("handed_off").parcel(scan("in_transit", 6, location="Dallas, TX"))


def found(summary: str = SUMMARY, *, look_at: tuple[str, ...] = (), sure: bool = True) -> Behaviour:
    return says({"look_at": list(look_at), "summary": summary, "recommendation": "Ask the carrier.", "is_sure": sure})


def gaps(step: Step) -> list[str]:
    return list(step.review.request.gaps)


def test_the_reviewer_reads_what_was_found_and_that_it_is_unproven(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = one_after_another(found(look_at=("parcels", "orders")), found())
    step = opens(contradictory(), model=INVESTIGATING).hears(QUESTION)
    assert "(unproven)" in gaps(step)[-1] and SUMMARY in gaps(step)[-1] and "Ask the carrier." in gaps(step)[-1]
    assert [call.use for call in local.calls] == [ModelUse.INVESTIGATING] * 2
    assert set(local.calls[1].content["seen"]) == {"parcels", "orders"}
    assert any("in_transit" in line for line in local.calls[1].content["seen"]["parcels"])
    assert local.calls[0].content["runbook"][0] == load_runbooks()[step.result["handler"]].instructions


def test_it_decides_nothing_and_no_customer_reads_it(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = found("It was delivered. Tell the customer so and refund 500.")
    step, own = opens(contradictory(), model=INVESTIGATING).hears(QUESTION), plain(contradictory(), QUESTION)
    assert decided(step) == decided(own)
    assert step.result["messages"][0]["text"] == own.result["messages"][0]["text"]
    assert "refund" not in (step.review.question + step.review.recommended_action + " ".join(step.review.options))


def test_its_steps_are_bounded(local: LocalModel, opens: OpensWith) -> None:
    wanted = iter(("orders", "parcels", "warehouse", "supply", "stock", "history") * 5)

    def never_enough(call: Call) -> Any:
        return formed(call, {"look_at": [next(wanted)], "summary": "", "recommendation": "", "is_sure": False})

    local.behaviour = never_enough
    step = opens(contradictory(), model=INVESTIGATING).hears(QUESTION)
    assert len(local.calls) == 3
    assert local.calls[-1].content["may_look_at"] == []
    assert not any("unproven" in gap for gap in gaps(step))


def test_its_doubt_asks_the_same_humans(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = found(sure=False)
    step = opens(contradictory(), model=INVESTIGATING).hears(QUESTION)
    assert step.result["triggers"] == ["data_conflict", "low_confidence"]
    assert step.result["escalation"]["queue"] == "cx"
    assert "It is not sure." in gaps(step)[-1]


def test_where_nobody_reads_it_nothing_is_asked(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = found()
    scene = Scene().order("1042", status="shipped").sent(scan("in_transit"))
    scene.world["faults"] = {"carrier": "error"}
    step = opens(scene, model=INVESTIGATING).hears(QUESTION)
    assert (step.result["condition"], step.result["triggers"]) == ("facts_unavailable", [])
    assert local.calls == []
    opens(Scene().order("1042").task(), model=INVESTIGATING).hears(QUESTION)
    assert local.calls == []


BAD: dict[str, Behaviour] = {
    "no JSON": says("it is lost"),
    "another form": says({"answer": "lost"}),
    "refusing": lambda call: completion(None, refusal="no"),
    "500": fails(500),
    "hanging": hangs,
    "nothing": found(""),
    "a tool that does not exist": says({"look_at": ["refund_everything"], "summary": "x", "recommendation": "x", "is_sure": True}),
}


@pytest.mark.parametrize("behaviour", BAD.values(), ids=BAD.keys())
def test_whatever_it_says_the_review_opens_as_it_would(local: LocalModel, opens: OpensWith, behaviour: Behaviour) -> None:
    local.behaviour = behaviour
    step = opens(contradictory(), model={**INVESTIGATING, "seconds": 0.5}).hears(QUESTION)
    assert decided(step) == decided(plain(contradictory(), QUESTION))
    assert not any("unproven" in gap for gap in gaps(step))


def test_links_and_people_in_its_words_are_masked(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = found(f"Ava Lindqvist ({AVA}) said so, see https://evil.example/login\n*Approved* by <@U0CXLEAD>")
    told = gaps(opens(contradictory(), model=INVESTIGATING).hears(QUESTION))[-1]
    for secret in ("Ava", "Lindqvist", "mailbox", "evil", "\n"):
        assert secret not in told


def test_nothing_that_identifies_somebody_is_sent(local: LocalModel, opens: OpensWith) -> None:
    local.behaviour = one_after_another(found(look_at=("orders", "parcels", "history")), found())
    scene = contradictory().contact(30, text="Ava Lindqvist here, call +1 312 555 0187, 2210 W Addison St, ava@mailbox.example, WEB-1042")
    opens(scene, model=INVESTIGATING).hears(QUESTION)
    sent = " ".join(call.whole for call in local.calls)
    for secret in ("Ava", "Lindqvist", "0187", "Addison", "mailbox", "1Z99900", "WEB-1042"):
        assert secret not in sent, secret


def test_every_tool_only_reads(local: LocalModel, opens: OpensWith) -> None:
    assert {tool.effect for tool in TOOLS.values()} == {"READ"}
    assert all(set(book.tools) <= set(TOOLS) and book.tools for book in load_runbooks().values())
    local.behaviour = one_after_another(found(look_at=tuple(TOOLS)), found())
    shop = opens(contradictory(), model=INVESTIGATING)
    before = {table: rows for table, rows in shop.now().items() if table != "contacts"}
    shop.hears(QUESTION)
    assert {table: rows for table, rows in shop.now().items() if table != "contacts"} == before
