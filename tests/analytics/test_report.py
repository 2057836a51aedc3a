"""`wismo report`: what it counts, against what the day is known to have held."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from graph.arrivals import EventArrived, HumanReplied, MessageArrived
from graph.labels import Channel, Mode
from server.cli.stage import demo_time, house_at, play, the_demo_world
from server.policy_file import read_policy
from tests.analytics.conftest import SINCE, values, wismo


def test_cases_messages_and_reviews_are_counted(worked: Path, tmp_path: Path) -> None:
    found = values(worked, tmp_path / "report.csv")
    assert found["total", "", "cases"] == "14"
    assert found["reviews", "", "opened"] == "5"
    assert found["reviews", "", "approve"] == "1"
    assert found["reviews", "", "approval rate"] == "1.0000"
    assert float(found["reviews", "", "minutes to decision (median)"]) > 0
    assert found["trigger", "fraud_hold", "count"] == "1"
    assert found["without case", "identity_unverified", "count"] == "1"
    assert found["total", "", "automation rate"] == "0.6429", "nine of fourteen needed nobody"
    assert found["total", "", "escalation rate"] == "0.3571"


def test_every_case_is_in_one_category_of_each_grouping(worked: Path, tmp_path: Path) -> None:
    found = values(worked, tmp_path / "report.csv")
    for part in ("condition", "channel", "day", "language", "mode", "value band", "resolution"):
        assert sum(int(value) for (each, _, measure), value in found.items() if each == part and measure == "cases") == 14, part
    assert {name for part, name, _ in found if part == "resolution"} <= {"resolved", "monitored", "escalated", "blocked"}


def test_actions_and_their_value_are_counted(worked: Path, tmp_path: Path) -> None:
    found = values(worked, tmp_path / "report.csv")
    assert found["action", "cancel", "executed"] == "2"
    assert found["action", "cancel", "executed value USD"] == "471.00"
    assert found["people", "", "minutes"] == "60"


def test_the_costs_are_those_of_the_policy(worked: Path, tmp_path: Path) -> None:
    policy = tmp_path / "dear.toml"
    policy.write_text('extends = "default"\nversion = "dear"\n[costs]\nminutes_per_escalation = 30\n', encoding="utf-8")
    assert values(worked, tmp_path / "report.csv", *SINCE, "--policy", policy)["people", "", "minutes"] == "150"


def test_a_span_without_anything_says_so(worked: Path) -> None:
    ran = wismo("report", "--data", worked, "--since", "2026-01-01", "--until", "2026-01-08", "--plain")
    assert ran.exit_code == 0
    assert "Nothing happened" in ran.output


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-03-01T10:00:00", "99999999999w"])
def test_a_mistyped_time_is_refused(worked: Path, text: str) -> None:
    assert wismo("report", "--data", worked, "--since", text).exit_code == 2


def test_the_page_stands_alone_and_names_nobody(worked: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert wismo("report", "--data", worked, *SINCE, "--html", page, "--plain").exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") >= 4
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=", text)
    for customer in the_demo_world().customers:
        assert customer.name not in text
        assert all(email not in text for email in customer.emails)


def _message(number: int, at: datetime, text: str = "Where is my order?") -> MessageArrived:
    return MessageArrived(arrival_id=f"m{number}", mode=Mode.LIVE, at=at, channel=Channel.CHAT, ticket_id=f"T-{number}",
                          authenticated_customer_id="C-7001", text=text)  # fmt: skip


async def _again(folder: Path, *arrivals: MessageArrived | HumanReplied | EventArrived) -> None:
    async with house_at(demo_time(), read_policy(None), folder) as (house, clock):
        house.world.load(the_demo_world())
        for arrival in arrivals:
            await play(house, clock, arrival)


def test_who_writes_twice_is_a_repeated_contact_and_no_first_contact(tmp_path: Path) -> None:
    start = demo_time()
    asyncio.run(_again(tmp_path, _message(1, start), _message(2, start + timedelta(days=1))))
    found = values(tmp_path, tmp_path / "report.csv")
    assert found["total", "", "messages"] == "2"
    assert found["total", "", "repeat-contact rate"] == "1.0000"
    assert found["total", "", "first-contact resolution"] == "0.0000"
    assert found["trigger", "repeat_contact", "count"] == "1"


def test_thanks_are_no_second_contact(tmp_path: Path) -> None:
    start = demo_time()
    asyncio.run(_again(tmp_path, _message(1, start), _message(2, start + timedelta(hours=2), "Thanks a lot!")))
    found = values(tmp_path, tmp_path / "report.csv")
    assert found["total", "", "repeat-contact rate"] == "0.0000"
    assert found["total", "", "first-contact resolution"] == "1.0000"


def test_a_human_answer_is_a_human_touch(tmp_path: Path) -> None:
    start = demo_time()
    answer = HumanReplied(arrival_id="h1", mode=Mode.LIVE, at=start + timedelta(hours=1), ticket_id="T-1")
    asyncio.run(_again(tmp_path, _message(1, start), answer))
    assert values(tmp_path, tmp_path / "report.csv")["total", "", "automation rate"] == "0.0000"


def test_what_was_not_sent_is_counted_by_reason(tmp_path: Path) -> None:
    event = EventArrived(arrival_id="e1", mode=Mode.LIVE, at=demo_time(), source="carrier", event_id="E-1", type="tracking.delivered",
                         order_id="O-48201", occurred_at=demo_time())  # fmt: skip
    asyncio.run(_again(tmp_path, event))
    assert values(tmp_path, tmp_path / "report.csv")["suppressed", "unconfirmed", "count"] == "1"
