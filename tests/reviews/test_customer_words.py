"""A reviewer's text for the customer is used only if it is proven; a rejected one never blocks the decision (section 5)."""

from __future__ import annotations

import asyncio

import pytest

from server.worker import drain
from tests.doors.shop import later
from tests.reviews.conftest import Opens
from tests.reviews.desk import AGENT, CANCEL, CX, REFUND, dear, gone

SAFE = [
    ("deny", "We are waiting for the carrier's answer before we decide about a refund."),
    ("approve", "Your refund of $60.00 is on its way back to you."),
    ("deny", "UPS reports your order 1042 as lost, and we are looking into it."),
]
UNSAFE = [
    "UPS did not find it, says U0CXLEAD.",
    "Norvik Components is to blame for this.",
    "You will have it by Friday, April 3.",
    "Your refund of $99.00 is on its way back to you.",
    "Our fraud team looked at your order.",
    "This order is a risk for us.",
    "Here is a voucher of $20.00 for your trouble.",
    "Your order 2077 is on its way.",
    "Wir warten auf die Antwort des Paketdienstes, bevor wir über die Erstattung entscheiden.",
    "Estamos esperando la respuesta del transportista antes de decidir sobre el reembolso.",
    "We guarantee that it arrives on time.",
    "See https://evil.example/refund for more.",
    "Ask Jordan Malik in the warehouse.",
    "ZANZIBAR-3 was written on the shelf.",
]


@pytest.mark.parametrize(("decision", "words"), SAFE)
def test_words_that_are_proven_are_the_text(opens: Opens, decision: str, words: str) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    step = desk.decides(decision, customer_safe_message=words)

    assert step.disposition == "resume"
    assert len(step.visible) == 1
    assert words in step.text
    assert step.text.startswith("Hi Ava")


@pytest.mark.parametrize("decision", ["approve", "deny"])
@pytest.mark.parametrize("words", UNSAFE)
def test_other_words_are_replaced_and_the_decision_stands(opens: Opens, decision: str, words: str) -> None:
    scene = gone().supply("delayed")
    scene.world["fulfillments"][0]["internal_note"] = "ZANZIBAR-3"
    desk = opens(scene)
    desk.hears(REFUND)
    step = desk.decides(decision, customer_safe_message=words)

    assert (step.disposition, step.reason) == ("resume", {"approve": "approved", "deny": "denied"}[decision])
    assert step.executed == (["refund"] if decision == "approve" else [])
    assert len(step.visible) == 1
    assert words not in step.text
    assert ("$60.00" in step.text) is (decision == "approve")


def test_words_in_the_language_of_the_customer(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears("1042 ist verloren gegangen, bitte erstatten Sie mir das Geld.")
    english = "We are waiting for the carrier's answer before we decide about a refund."

    step = desk.decides("deny", customer_safe_message=english)

    assert step.visible[0]["language"] == "de"
    assert english not in step.text


def test_words_for_the_customer_keep_the_promise(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    step = desk.decides("deny", customer_safe_message="We are waiting for the carrier's answer before we decide about a refund.")

    assert step.due is not None
    assert "Thursday, March 12" in step.text


@pytest.mark.parametrize("words", ["Your order 1042 is cancelled, so nothing will be sent.", "We cancelled it for you and nothing will be sent."])
def test_success_that_did_not_happen_is_not_told_in_the_reviewers_words(opens: Opens, words: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.house.outbox.pause(True)
    step = desk.decides("approve", customer_safe_message=words)
    desk.patch(faults={"oms": "error"})
    desk.house.outbox.pause(False)
    asyncio.run(drain(desk.house, "desk"))

    assert (step.reason, desk.performed()) == ("approved", [])
    assert len(desk.said()) == 2
    assert all(words not in text for text in desk.said())


def test_to_wait_sends_no_words(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve", approved_action="wait", customer_safe_message="We look into your order 1042.")

    assert step.messages == []


def test_a_refused_decision_sends_no_words(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve", by=AGENT, customer_safe_message="Your order 1042 is cancelled.")

    assert (step.reason, step.messages) == ("over_limit", [])


def test_rationale_never_reaches_the_customer(opens: Opens) -> None:
    for decision in ("approve", "deny"):
        desk = opens(gone())
        desk.hears(REFUND)
        step = desk.decides(decision, by=CX, rationale="GPS ping QUOKKA, depot manager talks to the driver.", at=later(1))
        assert "QUOKKA" not in step.text
        assert CX not in step.text
