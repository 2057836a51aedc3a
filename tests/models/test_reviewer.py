"""A reviewer's free text that is not unmistakable: a model says what it seems to mean, the thread asks, a yes confirms it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.reviews import Reviews
from server.slack.answers import asked_back
from server.wiring import furnish
from tests.doors.shop import Step, later
from tests.models.local_model import Behaviour, LocalModel, fails, hangs, says
from tests.reviews.desk import AGENT, CANCEL, CX, FRAUD, Desk, dear
from tools.language_model.chat import ChatModel

VAGUE = "fine by me, cancel it then"
OpensDesk = Callable[..., Desk]


def means(decision: str, action: str = "") -> Behaviour:
    return says({"decision": decision, "action": action})


@pytest.fixture
def desk(local: LocalModel) -> Iterator[OpensDesk]:
    closing: list[Callable[[], None]] = []

    def build(**settings: Any) -> Desk:
        furnishing = furnish(read_policy(None), patience=PATIENCE, model=ChatModel(local.settings(**{"uses": "reviewer", **settings})))
        opened = Desk(furnishing, dear())
        closing.extend((opened.close, furnishing.close))
        opened.hears(CANCEL)
        return opened

    yield build
    for close in closing:
        close()


def reason(step: Step) -> str:
    return str(step.result["reason"])


def test_what_seems_to_be_meant_is_asked_back_and_counts_after_a_yes(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("approve", "cancel")
    place = desk()
    vague = place.says(VAGUE)
    assert (reason(vague), vague.executed, place.performed()) == ("unclear_decision", [], [])
    meant = place.the_review().meant
    assert meant is not None and (meant.reviewer, meant.verb, meant.action) == (CX, "approve", "cancel")

    yes = place.says("yes", at=later(2))
    assert (reason(yes), yes.executed) == ("approved", ["cancel"])
    assert place.the_review().meant is None
    assert len(local.calls) == 1


def test_the_thread_is_asked_what_is_meant(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("deny")
    place = desk()
    vague = place.says("I would rather leave it as it is")
    reviews = Reviews(place.house.connection)
    answered, record = reviews.answered(vague.root), reviews.record(place.the_review().escalation_id)
    assert answered is not None and record is not None
    assert "do you mean: *deny*? Reply *yes*" in asked_back(CX, answered, record)


def test_a_denial_is_confirmed_too(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("deny")
    place = desk()
    place.says("I would rather leave it as it is")
    assert reason(place.says("Confirmed.", at=later(2))) == "denied"


@pytest.mark.parametrize("by", [AGENT, FRAUD, "U0STRANGER"])
def test_somebody_else_s_yes_confirms_nothing(local: LocalModel, desk: OpensDesk, by: str) -> None:
    local.behaviour = means("approve", "cancel")
    place = desk()
    place.says(VAGUE)
    assert place.says("yes", by=by, at=later(2)).executed == []
    assert place.performed() == []


@pytest.mark.parametrize("words", ["yes?", "yes and no", "yes but wait", "maybe", "ok", "yes, refund it"])
def test_only_a_plain_yes_confirms(local: LocalModel, desk: OpensDesk, words: str) -> None:
    local.behaviour = means("approve", "cancel")
    place = desk()
    place.says(VAGUE)
    local.behaviour = means("none")
    assert place.says(words, at=later(2)).executed == []
    assert place.performed() == []


def test_a_yes_without_a_question_confirms_nothing(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("none")
    assert reason(desk().says("yes")) == "unclear_decision"


def test_another_word_in_between_takes_the_question_back(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("approve", "cancel")
    place = desk()
    place.says(VAGUE)
    local.behaviour = means("none")
    place.says("the customer called again", at=later(1.5))
    assert place.says("yes", at=later(2)).executed == []


def test_an_unmistakable_decision_needs_no_model(local: LocalModel, desk: OpensDesk) -> None:
    place = desk()
    assert place.says("Approved, cancel the order.").executed == ["cancel"]
    assert local.calls == []


def test_words_of_somebody_who_may_not_decide_are_not_read(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("approve", "cancel")
    assert reason(desk().says(VAGUE, by="U0STRANGER")) == "not_authorised"
    assert local.calls == []


WRONG: dict[str, Behaviour] = {
    "not an option": means("approve", "refund"),
    "no action at all": means("approve", "give everything away"),
    "hand back": means("hand_back"),
    "another form": says({"verdict": "approve"}),
    "no JSON": says("approve"),
    "500": fails(500),
    "hanging": hangs,
}


@pytest.mark.parametrize("behaviour", WRONG.values(), ids=WRONG.keys())
def test_whatever_the_model_says_nothing_is_decided(local: LocalModel, desk: OpensDesk, behaviour: Behaviour) -> None:
    local.behaviour = behaviour
    place = desk(seconds=0.5)
    step = place.says(VAGUE)
    assert (reason(step), place.performed(), place.the_review().meant) == ("unclear_decision", [], None)


def test_what_identifies_somebody_is_masked(local: LocalModel, desk: OpensDesk) -> None:
    local.behaviour = means("none")
    desk().says(f"{VAGUE}. Ava Lindqvist called from +1 312 555 0187 about WEB-1042, ava@mailbox.example, 2210 W Addison St")
    for secret in ("Ava", "Lindqvist", "0187", "WEB-1042", "mailbox", "Addison"):
        assert secret not in local.calls[0].whole, secret
