"""Which entry point takes an arrival: a pure rule, by table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.arrivals import EventArrived, MessageArrived
from graph.deployments import Deployments
from graph.labels import Intent

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TAG: dict[str, Any] = {"kind": "tag", "any_of": ["WISMO", "where is it"]}


def entry(trigger: dict[str, Any], **more: Any) -> Deployments:
    """One entry point."""
    return Deployments.model_validate({"deployments": [{"name": "one", "trigger": trigger, **more}]})


def message(channel: str = "email", **metadata: str) -> MessageArrived:
    """A message with helpdesk fields."""
    fields = {"arrival_id": "m", "at": NOW, "channel": channel, "ticket_id": "T", "text": "Where is my order?"}
    return MessageArrived.model_validate({**fields, "metadata": metadata})


def event(source: str = "carrier", kind: str = "tracking.updated") -> EventArrived:
    """An event."""
    fields = {"arrival_id": "e", "at": NOW, "event_id": "E", "occurred_at": NOW - timedelta(hours=1)}
    return EventArrived.model_validate({**fields, "source": source, "type": kind})


def takes(entries: Deployments, said: MessageArrived, *intents: Intent) -> bool:
    """Whether the message comes in."""
    return entries.for_message(said, lambda: frozenset(intents)) is not None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("wismo", True), ("vip wismo late", True), ("vip,Where Is It", True), ("vip, wismo", True), ("wismo2", False), ("where is it", False),
        ("", False), (",", False),
    ],
)  # fmt: skip
def test_tags(tags: str, expected: bool) -> None:
    assert takes(entry(TAG), message(tags=tags)) is expected


@pytest.mark.parametrize(("group", "expected"), [("Support EU", True), (" support eu ", True), ("Support", False), ("", False)])
def test_groups(group: str, expected: bool) -> None:
    assert takes(entry({"kind": "group", "any_of": ["Support EU"]}), message(group=group)) is expected


@pytest.mark.parametrize(
    ("channel", "mailbox", "expected"),
    [
        ("email", "Orders@Shop.example", True), ("email", "eu.help@shop.example", True), ("email", "help@shop.example", False),
        ("email", "orders@shop.example.org", False), ("email", "", False), ("chat", "orders@shop.example", False),
        ("email", "x.help@shop.example\n@elsewhere", False),
    ],
)  # fmt: skip
def test_mailboxes(channel: str, mailbox: str, expected: bool) -> None:
    assert takes(entry({"kind": "mailbox", "any_of": ["orders@shop.example", "*.help@shop.example"]}), message(channel, mailbox=mailbox)) is expected


@pytest.mark.parametrize(
    ("channel", "intents", "expected"),
    [("chat", [Intent.ORDER_STATUS], True), ("chat", [Intent.REFUND], False), ("chat", [], False), ("email", [Intent.ORDER_STATUS], False)],
)
def test_chat_intents(channel: str, intents: list[Intent], expected: bool) -> None:
    assert takes(entry({"kind": "chat_intent", "any_of": ["order_status", "cancel"]}), message(channel), *intents) is expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"channels": ["email"]}, True), ({"channels": ["chat"]}, False), ({"without_tags": ["B2B"]}, False), ({"without_tags": ["press"]}, True),
        ({"metadata": {"brand": "FERNHILL"}}, True), ({"metadata": {"brand": "other"}}, False), ({"metadata": {"missing": "x"}}, False),
        ({"intents": ["cancel"]}, True), ({"intents": ["refund"]}, False), ({"channels": ["email"], "intents": ["refund"]}, False),
    ],
)  # fmt: skip
def test_filters(filters: dict[str, Any], expected: bool) -> None:
    assert takes(entry(TAG, filter=filters), message(tags="wismo b2b", brand="fernhill"), Intent.CANCEL) is expected


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({}, True), ({"sources": ["carrier"]}, True), ({"sources": ["oms"]}, False), ({"types": ["tracking.*"]}, True),
        ({"types": ["tracking"]}, False), ({"types": ["trackingXupdated"]}, False), ({"types": ["*.delivered", "*updated"]}, True),
    ],
)  # fmt: skip
def test_events(trigger: dict[str, Any], expected: bool) -> None:
    assert (entry({"kind": "webhook", **trigger}).for_event(event()) is not None) is expected


@pytest.mark.parametrize(("minutes", "expected"), [(-1, True), (0, True), (1, False)])
def test_what_happened_before_go_live_is_not_taken(minutes: int, expected: bool) -> None:
    at = NOW + timedelta(minutes=minutes)
    assert takes(entry(TAG, go_live=at), message(tags="wismo")) is expected
    assert (entry({"kind": "webhook"}, go_live=at - timedelta(hours=1)).for_event(event()) is not None) is expected
    assert (entry({"kind": "schedule"}, go_live=at).for_sweep(NOW) is not None) is expected


def test_a_trigger_takes_only_its_own_kind() -> None:
    for trigger in ({"kind": "webhook"}, {"kind": "schedule"}):
        assert not takes(entry(trigger), message(tags="wismo"))
    for trigger in (TAG, {"kind": "schedule"}):
        assert entry(trigger).for_event(event()) is None
    for trigger in (TAG, {"kind": "webhook"}):
        assert entry(trigger).for_sweep(NOW) is None


def test_one_that_is_off_takes_nothing_and_the_next_is_asked() -> None:
    both = Deployments.model_validate(
        {"deployments": [{"name": "off", "enabled": False, "trigger": TAG}, {"name": "first", "trigger": TAG}, {"name": "second", "trigger": TAG}]}
    )
    taken = both.for_message(message(tags="wismo"), frozenset)
    assert taken is not None and taken.name == "first"


def test_a_message_is_read_only_where_an_entry_point_asks_what_it_wants() -> None:
    def never() -> frozenset[Intent]:
        raise AssertionError("read for nothing")

    assert entry(TAG).for_message(message(tags="wismo"), never) is not None
    assert entry({"kind": "chat_intent", "any_of": ["cancel"]}).for_message(message("email"), never) is None
