"""What a rollout says of a case: tables, percentages, and the phases that are shipped."""

from __future__ import annotations

from importlib.resources import as_file, files
from itertools import pairwise

import pytest

from graph.labels import Action, Channel, Condition, Mode
from graph.rollout import Rollout, place_of
from server.policy_file import check_policy
from server.rollout.phases import PHASES, next_phase, shipped_phase

TRANSIT, STALLED = Condition.STANDARD_IN_TRANSIT, Condition.NO_TRACKING_MOVEMENT


def _share(rules: Rollout, condition: Condition | None = TRANSIT, actions: tuple[Action, ...] = (), *, proactive: bool = False) -> int:
    return rules.share(channel=Channel.EMAIL, condition=condition, actions=actions, proactive=proactive)


@pytest.mark.parametrize(
    ("tables", "share"),
    [
        ({}, 100),
        ({"mode": "shadow"}, 0),
        ({"channels": {"email": 30}}, 30),
        ({"channels": {"chat": 30}}, 0),
        ({"channels": {"chat": 30, "*": 70}}, 70),
        ({"channels": {"email": 80}, "conditions": {"standard_in_transit": 40}}, 40),
        ({"conditions": {"delivered": 100}}, 0),
        ({"actions": {"*": 0}}, 100),
        ({"proactive": 0}, 100),
    ],
)
def test_the_smallest_percentage_that_concerns_a_case_counts(tables: dict[str, object], share: int) -> None:
    assert _share(Rollout.model_validate(tables)) == share


def test_actions_and_unasked_messages_have_percentages_of_their_own() -> None:
    rules = Rollout.model_validate({"actions": {"carrier_investigation": 60, "*": 0}, "proactive": 20})
    assert _share(rules, actions=(Action.CARRIER_INVESTIGATION,)) == 60
    assert _share(rules, actions=(Action.CARRIER_INVESTIGATION, Action.CANCEL)) == 0
    assert _share(rules, proactive=True) == 20


def test_messages_without_an_order_have_an_entry_too() -> None:
    assert _share(Rollout.model_validate({"conditions": {"none": 100}}), None) == 100
    assert _share(Rollout.model_validate({"conditions": {"delivered": 100}}), None) == 0


def test_places_are_stable_and_even() -> None:
    places = [place_of(f"case_{number}") for number in range(20_000)]
    assert places == [place_of(f"case_{number}") for number in range(20_000)]
    assert place_of("case_0") == 57, "a released service must not move cases between shadow and live"
    counts = [places.count(place) for place in range(100)]
    assert min(counts) > 130
    assert max(counts) < 270


@pytest.mark.parametrize("name", PHASES)
def test_shipped_phases_are_usable_policies(name: str) -> None:
    with as_file(files("server") / "rollout" / "phases" / f"{name}.toml") as path:
        assert check_policy(path) == ()
    assert shipped_phase(name).phase == name


def test_phases_only_ever_add() -> None:
    live = [
        {(channel, condition, action) for channel in Channel for condition in Condition for action in (None, *Action)
         if shipped_phase(name).share(channel=channel, condition=condition, actions=[action] if action else [], proactive=False)}
        for name in PHASES
    ]  # fmt: skip
    assert all(before < after for before, after in pairwise(live))
    assert live[0] == set()
    assert len(live[-1]) == len(Channel) * len(Condition) * (len(Action) + 1)


def test_every_phase_but_the_last_has_numbers_that_end_it() -> None:
    assert [name for name in PHASES if not shipped_phase(name).exit.model_dump(exclude_none=True)] == ["actions"]
    assert [next_phase(name) for name in (*PHASES, "own")] == [*PHASES[1:], None, None]
    assert shipped_phase("observe").mode is Mode.SHADOW
