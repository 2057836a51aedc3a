"""User groups as reviewers: asked from Slack, kept for five minutes, closed when Slack does not say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from graph.labels import Queue
from graph.policy import Policy, Reviewer
from server.policy_file import read_policy

GROUP = "S0CXTEAM"


def _policy() -> Policy:
    policy = read_policy(None)
    row = Reviewer(slack_id=GROUP, queues=frozenset({Queue.CX}), limit=Decimal(5_000))
    return policy.model_copy(update={"escalation": policy.escalation.model_copy(update={"reviewers": (row,)})})


async def test_a_member_decides_and_the_ledger_has_the_person(at_work: Any) -> None:
    place = await at_work("pub-044", _policy())
    place.slack.groups[GROUP] = ["U0DANA"]
    await place.customer_writes()
    await place.submit(await place.modal_for("approve:cancel", "U0DANA"), "U0DANA")
    await place.work()
    assert place.reasons() == ["approved"] and len(place.executed) == 1
    assert "U0DANA" in {row[0] for row in place.station.house.connection.execute("select who from ledger")}
    assert place.slack.count("usergroups.users.list") == 1


async def test_a_group_that_cannot_be_read_has_no_members(at_work: Any) -> None:
    place = await at_work("pub-044", _policy())
    await place.customer_writes()
    await place.reply("approved, cancel the order", "U0DANA")
    await place.work()
    assert place.reasons() == ["not_authorised"] and place.executed == []
    place.slack.groups[GROUP] = ["U0DANA"]
    await place.reply("approved, cancel the order", "U0DANA")
    await place.work()
    assert place.reasons() == ["not_authorised", "approved"]


async def test_members_are_asked_again_after_five_minutes(at_work: Any) -> None:
    place = await at_work("pub-044", _policy())
    place.slack.groups[GROUP] = ["U0DANA"]
    await place.customer_writes()
    await place.reply("is it picked yet?", "U0DANA")
    await place.work()
    place.slack.groups[GROUP] = []
    place.wall.seconds += 301
    await place.reply("approved, cancel the order", "U0DANA")
    await place.work()
    assert place.reasons() == ["unclear_decision", "not_authorised"]
