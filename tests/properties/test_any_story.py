"""Whatever the world and whatever is said: what a customer may read, what may be done, what is kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import jsonschema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.doors.shop import Json, Scene, Shop, Step
from tests.properties.conftest import Opened
from tests.properties.stories import INTERNAL, NUMBERS, STREETS, Saying, Story, sayings, scenes, stories
from tests.properties.telling import unfounded

RESULT: Final = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "evals/scenarios/result.schema.json").read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)
EXAMPLES: Final = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""A story shrinks for minutes, so a failing one is shown as it was drawn."""
NEVER: Final = re.compile(
    r"fraud|betrug|fraude|\brisk|risiko|riesgo|risque|suspicio|verdächtig|sospech|margin\b|quarant|cycle.count|allocation|threshold|guarantee"
    r"|definitely|slack|language model|[{}<>]|\bNone\b|evil\.example",
    re.IGNORECASE,
)
NEEDS: Final = {
    "carrier": {
        "return_to_sender", "delivery_failed", "carrier_exception", "no_tracking_movement", "label_created_no_pickup", "late_in_transit",
        "available_for_pickup", "standard_in_transit", "delivered", "delivered_not_received",
    },
    "wms": {"warehouse_pick_delay", "processing_within_sla"},
    "inventory": {"allocation_conflict"},
    "supplier": {"supplier_backorder"},
}  # fmt: skip
HOLDS: Final = {"fraud_hold", "payment_hold", "address_hold"}


def told(shop: Shop, story: Story) -> Iterator[Step]:
    """The steps of a story, one after the other."""
    for saying, at in story.moments():
        yield shop.hears(saying.text, at=at, **saying.arrival)


def gated(shop: Shop, step: Step) -> list[Json]:
    """The action rows of a step, those that it only ended aside."""
    sql = "select body from actions join runs using (run_id) join personal on ref = 'action:' || action_id where root_arrival_id = ?"
    rows = shop.rows(sql, step.root)
    return [row for row in (json.loads(each[0]) for each in rows) if row["at"] >= step.shop.clock.now().isoformat()[:16]]


@EXAMPLES
@given(story=stories())
def test_every_number_day_and_month_comes_from_a_cited_fact(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for step in told(shop, story):
            for message in step.messages:
                zone = story.zones.get(message["to_customer_id"] or "", "UTC")
                assert unfounded(message, zone) == [], message["text"]


@EXAMPLES
@given(story=stories())
def test_no_internal_word_no_forbidden_word_and_nothing_of_anybody_else_is_told(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for step in told(shop, story):
            for message in step.messages:
                _tells_no_secret(message, story.scene)


def _tells_no_secret(message: Json, scene: Scene) -> None:
    text = message["text"]
    assert not [word for word in INTERNAL if word.lower() in text.lower()], text
    for other in {*NUMBERS} - {message["to_customer_id"]}:
        tracking = [row["tracking_number"] for row in scene.world["shipments"] if row["order_id"].removeprefix("O-") in NUMBERS[other]]
        for secret in (*NUMBERS[other], STREETS[other], *tracking):
            assert secret not in text, text
    own = {fact["value"] for fact in message["facts"] if fact["field"].endswith(("title", "tracking_url"))}
    for value in sorted(own, key=len, reverse=True):
        text = text.replace(value, " ")
    assert not NEVER.search(text), text
    if message["to_customer_id"] is None:
        assert {fact["source"] for fact in message["facts"]} <= {"case", "policy"}
        assert not any(name in text for name in ("Ava", "Ben"))


@EXAMPLES
@given(story=stories())
def test_dates_that_are_cited_stand_in_the_world(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for step in told(shop, story):
            known = {_instant(value) for value in _leaves(shop.now()) if _instant(value)}
            for message in step.messages:
                for fact in message["facts"]:
                    at = _instant(fact["value"])
                    assert at is None or fact["source"] == "case" or fact["field"].endswith("as_of") or at in known, fact


@EXAMPLES
@given(story=stories())
def test_what_is_executed_was_eligible_and_happens_once(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for step in told(shop, story):
            for row in step.actions:
                results = {check["result"] for check in row["checks"]}
                if row["status"] == "executed":
                    assert row["gate"] == "eligible"
                    assert results == {"pass"}
                    assert step.customer_id is not None
                if "fail" in results:
                    assert row["gate"] == "ineligible"
                assert row["gate"] != "eligible" or results <= {"pass"}
            rows = Counter((row["wanted"]["action"], row["case_id"], row["run_id"]) for row in gated(shop, step))
            assert all(count == 1 for count in rows.values()), "one row per action and step"
        orders = shop.effects("perform_action")
        assert story.mode == "live" or orders == []
        assert all(count == 1 for count in Counter(row["order"]["key"] for row in orders).values())
        replaced = [line["replaces"] for order in shop.now()["orders"] for line in order["lines"] if line["replaces"]]
        assert len(orders) >= len(replaced)
        for order in shop.now()["orders"]:
            again = [line["replaces"] for line in order["lines"] if line["replaces"]]
            assert len(again) == len(set(again))
            assert float(order["payment"]["refunded_amount"]) <= float(order["total"])


@EXAMPLES
@given(
    scene=scenes(faults=False),
    system=st.sampled_from(("oms", "wms", "supplier", "inventory", "carrier")),
    said=st.lists(sayings(), max_size=2, min_size=1),
)
def test_a_silent_system_is_neither_cited_nor_guessed(opened: Opened, scene: Scene, system: str, said: list[Saying]) -> None:
    scene.fault(system, "error")
    story = Story(scene, tuple(said), "live")
    with opened(story) as shop:
        for step in told(shop, story):
            assert system not in {fact["source"] for message in step.messages for fact in message["facts"]}
            assert not NEEDS.get(system, set()) & set(step.conditions_all)
            assert system != "oms" or step.condition in {None, "facts_unavailable"}


@EXAMPLES
@given(story=stories(most=2))
def test_the_same_message_again_changes_nothing(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for number, (saying, at) in enumerate(story.moments()):
            name = f"{shop.name}-again-{number}"
            first = shop.hears(saying.text, at=at, message_id=name, **saying.arrival)
            before, world = shop.everything(), shop.now()
            second = shop.hears(saying.text, at=at, message_id=name, **saying.arrival)

            assert shop.everything() == before
            assert shop.now() == world
            assert {**first.result, "step": 0} == {**second.result, "step": 0}


@EXAMPLES
@given(story=stories())
def test_a_promise_is_told_exactly_when_it_is_kept_in_the_same_commit(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        known: set[str] = set()
        for step in told(shop, story):
            rows = shop.follow_ups()
            fresh = [row for row in rows if row.follow_up_id not in known and row.due_at is not None]
            known |= {row.follow_up_id for row in rows}
            standing = {row.due_at for row in rows if row.status == "open" and row.due_at}
            promised = [_instant(fact["value"]) for message in step.messages for fact in message["facts"] if fact["field"] == "follow_up.due_at"]
            assert set(promised) <= standing, step.text
            assert {row.due_at for row in fresh if row.status == "open"} <= set(promised) or not step.messages
            for case_id in {row.case_id for row in rows}:
                assert sum(row.status == "open" for row in rows if row.case_id == case_id) <= 1
            for case in shop.cases():
                due = [row.due_at for row in rows if row.case_id == case.wismo_case_id and row.status == "open"]
                assert case.next_follow_up_due_at == (due[0] if due else None)
            _is_told(step)


def _is_told(step: Step) -> None:
    """What is promised is read in the text, in the future, and makes the step what it is."""
    for message in step.messages:
        due = [_instant(fact["value"]) for fact in message["facts"] if fact["field"] == "follow_up.due_at"]
        assert len(due) <= 1
        assert all(at and at > datetime.fromisoformat(message["at"]) for at in due)
    if step.disposition == "monitor":
        assert any(fact["field"] == "follow_up.due_at" for message in step.messages for fact in message["facts"])


@EXAMPLES
@given(story=stories())
def test_every_result_is_of_the_contracts_shape_and_makes_sense(opened: Opened, story: Story) -> None:
    with opened(story) as shop:
        for step in told(shop, story):
            RESULT.validate(step.result)
            assert step.error is None
            assert step.disposition in {"answer", "monitor", "ask", "escalate", "handoff", "none"}
            assert (step.disposition == "none") <= (step.messages == [])
            assert (step.disposition == "handoff") <= (step.messages == [] and step.internal_notes != [])
            assert (step.disposition == "escalate") is bool(step.escalation and step.escalation["status"] == "open")
            assert (step.condition is None) is (step.conditions_all == [])
            assert step.condition is None or step.condition == step.conditions_all[0]
            if step.condition in HOLDS:
                assert step.handler == "guarded_hold"
            if step.escalation:
                assert "wait" in step.escalation["options"]
            assert len(shop.rows("select 1 from escalations where status = 'open' group by case_id having count(*) > 1")) == 0
        assert [row[0] for row in shop.rows("select distinct state from arrivals")] == ["done"]


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\dT", value):
        return None
    return datetime.fromisoformat(value)


def _leaves(tree: object) -> Iterator[object]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value)
    else:
        yield tree
