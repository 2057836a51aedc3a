"""Refund and replacement of the same lines exclude each other: what the customer asks for last replaces what only waits (section 5)."""

from __future__ import annotations

import pytest

from graph.case import EscalationStatus
from tests.doors.shop import Scene, item, later, scan
from tests.reviews.conftest import Opens
from tests.reviews.desk import REFUND, REPLACE, SHIPPING, Desk, gone

WORDS = {
    "en": "I would rather have a refund for 1042, please.",
    "de": "Bitte erstatten Sie mir lieber das Geld für 1042.",
    "fr": "Je préfère un remboursement pour la commande 1042, s'il vous plaît.",
    "es": "Prefiero que me devuelvan el dinero del pedido 1042, por favor.",
}


def waiting(desk: Desk) -> list[str]:
    return [row.wanted.action.value for row in desk.actions("pending_approval")]


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_later_wish_replaces_the_one_that_waits(opens: Opens, words: str) -> None:
    desk = opens(gone("150.00", available=9))
    first = desk.hears(REPLACE)
    assert (first.disposition, waiting(desk)) == ("escalate", ["replacement"])

    second = desk.hears(words, at=later(0.5))

    assert (second.disposition, second.gates["refund"], second.case_id) == ("answer", "needs_approval", first.case_id)
    assert waiting(desk) == ["refund"]
    assert [wanted.action.value for wanted in desk.the_review().wanted] == ["refund"]
    assert {"refund", "replacement"} <= set(desk.the_review().options)


def test_the_reviewer_decides_about_the_later_wish(opens: Opens) -> None:
    desk = opens(gone("150.00", available=9))
    desk.hears(REPLACE)
    desk.hears(WORDS["en"], at=later(0.5))

    decided = desk.decides("approve", by=SHIPPING)

    assert (decided.reason, decided.executed) == ("approved", ["refund"])
    assert "$150.00" in decided.text
    assert waiting(desk) == []


def test_what_is_only_recommended_is_replaced_too(opens: Opens) -> None:
    scene = Scene().order("1042", item(price="150.00")).sent(scan("damaged")).stock()
    desk = opens(scene)
    assert desk.hears("where is 1042?").statuses["replacement"] == "pending_approval"

    second = desk.hears(WORDS["en"], at=later(0.5))

    assert second.gates["refund"] == "needs_approval"
    assert waiting(desk) == ["refund"]


def test_a_later_wish_that_needs_nobody_ends_the_review(opens: Opens) -> None:
    desk = opens(Scene().order("1042", item(item_class="oversize")).sent(scan("lost")).stock())
    desk.hears(REPLACE)

    second = desk.hears(WORDS["en"], at=later(0.5))

    assert (second.executed, waiting(desk)) == (["refund"], [])
    assert desk.the_review().status is EscalationStatus.ANSWERED
    assert "review" not in second.text


def test_a_later_wish_that_is_not_possible_replaces_nothing(opens: Opens) -> None:
    desk = opens(gone("150.00", available=9, payment={"state": "authorized"}))
    desk.hears(REPLACE)

    second = desk.hears(WORDS["en"], at=later(0.5))

    assert second.gates["refund"] == "ineligible"
    assert waiting(desk) == ["replacement"]


def test_what_was_done_excludes_the_other(opens: Opens) -> None:
    desk = opens(gone("40.00", available=9))
    assert "replacement" in desk.hears(REPLACE).executed
    done = desk.performed()

    second = desk.hears(REFUND, at=later(0.5))

    assert second.gates["refund"] == "ineligible"
    assert second.checks("refund")["exclusive"] == "fail"
    assert desk.performed() == done
