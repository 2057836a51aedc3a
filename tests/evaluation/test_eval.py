"""`wismo eval`: what it plays, how it judges, what it says, and when it fails."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.conftest import SAMPLE, Evaluated, evaluated, tickets, wismo, write_lines
from tests.models.local_model import serving
from tests.models.voices import truthful
from tests.replay.playing import PUBLIC, story_of, write_stories

TICKETS = SAMPLE / "tickets.jsonl"


def _first(condition: str) -> dict[str, Any]:
    return next(row for row in tickets() if row["labels"].get("condition") == [condition])


def test_scenarios_of_the_contract_are_played_too(tmp_path: Path) -> None:
    ran = evaluated(tmp_path, PUBLIC, "--limit", "6")
    assert ran.exit_code == 0
    assert ran.figures["shares"]["checks"]["share"] == 1


def test_a_label_that_does_not_hold_is_shown_first_with_both_sides(tmp_path: Path) -> None:
    rows = tickets()[:8]
    wrong = next(row for row in rows if row["labels"].get("disposition") == ["answer"])
    wrong["labels"] |= {"disposition": ["escalate"], "condition": ["payment_hold"]}
    ran = evaluated(tmp_path, write_lines(tmp_path / "tickets.jsonl", rows), "--world", SAMPLE / "world.jsonl")
    missed = {row["name"]: [miss["key"] for miss in row["misses"]] for row in ran.figures["rows"] if row["misses"]}
    assert {name: sorted(keys) for name, keys in missed.items()} == {wrong["ticket_id"]: ["condition", "disposition"]}
    assert {"want": "payment_hold", "got": ran.row(wrong["ticket_id"])["condition"], "count": 1} in ran.figures["matrices"]["condition"]
    cases = ran.page[ran.page.index('id="messages"') :]
    first = cases[cases.index("<details") : cases.index("</details>")]
    assert wrong["ticket_id"] in first
    assert "The service would write" in first
    assert wrong["comments"][0]["text"].split("\n")[-1] in unescape(first)


def test_thresholds_decide_the_exit_code(tmp_path: Path) -> None:
    rows = tickets()[:8]
    file = write_lines(tmp_path / "tickets.jsonl", rows)
    asked = ("eval", file, "--world", SAMPLE / "world.jsonl", "--plain")
    assert wismo(*asked, "--at-least", "safety=1", "--at-least", "0.5").exit_code == 0
    rows[0]["labels"] |= {"disposition": ["notify"]}
    write_lines(file, rows)
    failed = wismo(*asked, "--at-least", "disposition=1")
    assert failed.exit_code == 1
    assert "not met  disposition 0.9" in failed.output or "not met  disposition 0.8" in failed.output


@pytest.mark.parametrize("text", ["conditon=0.9", "condition=1.2", "condition=much"])
def test_a_mistyped_threshold_is_refused_before_anything_is_played(text: str) -> None:
    ran = wismo("eval", TICKETS, "--at-least", text)
    assert ran.exit_code == 2
    assert "--at-least" in ran.stderr


def test_a_figure_that_nothing_was_labelled_for_is_not_met(tmp_path: Path) -> None:
    row = {name: value for name, value in tickets()[0].items() if name not in {"labels", "comments", "did"}}
    file = write_lines(tmp_path / "tickets.jsonl", [row])
    ran = wismo("eval", file, "--world", SAMPLE / "world.jsonl", "--at-least", "condition=0")
    assert ran.exit_code == 1
    assert "nothing to hold" in ran.output


def test_repetitions_count_only_when_all_are_right(tmp_path: Path) -> None:
    ran = evaluated(tmp_path, TICKETS, "--limit", "5", "--repeat", "3", "--at-least", "repeat=1")
    assert ran.exit_code == 0
    assert ran.figures["repeats"] == 3
    assert ran.figures["shares"]["repeat"] == {"held": 5, "of": 5, "share": 1.0}
    assert ran.figures["unsteady"] == []


def test_repetitions_with_a_model_are_right_however_it_words_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as model:
        model.behaviour = truthful()
        for name, value in (("WISMO_MODEL", "local"), ("WISMO_MODEL_BASE_URL", model.url), ("WISMO_MODEL_API_KEY", "a key")):
            monkeypatch.setenv(name, value)
        ran = evaluated(tmp_path, TICKETS, "--limit", "5", "--repeat", "3")
    assert ran.figures["shares"]["repeat"] == {"held": 5, "of": 5, "share": 1.0}
    assert model.calls


def test_any_turn_of_a_conversation_can_be_chosen(tmp_path: Path) -> None:
    talk = next(row for row in tickets() if len(row.get("comments", ())) == 2)
    only = ("--only", talk["ticket_id"])
    first = evaluated(tmp_path, TICKETS, *only)
    last = evaluated(tmp_path, TICKETS, *only, "--turn", "last")
    second = evaluated(tmp_path, TICKETS, *only, "--turn", "2")
    both = evaluated(tmp_path, TICKETS, *only, "--turn", "all")
    assert [row["name"] for row in first.figures["rows"]] == [talk["ticket_id"]]
    assert [row["name"] for row in last.figures["rows"]] == [row["name"] for row in second.figures["rows"]] == [f"{talk['ticket_id']}#2"]
    assert second.figures["rows"][0]["disposition"] == "none"
    assert [row["at"] for row in both.figures["rows"]] == [first.figures["rows"][0]["at"], second.figures["rows"][0]["at"]]
    assert wismo("eval", TICKETS, *only, "--turn", "9").exit_code == 1
    assert wismo("eval", TICKETS, *only, "--turn", "third").exit_code == 2


def test_a_turn_of_a_scenario_is_judged_after_those_before_it(tmp_path: Path) -> None:
    file = write_stories(tmp_path / "two.jsonl", [_two_messages()])
    ran = evaluated(tmp_path, file, "--turn", "last")
    assert [row["name"] for row in ran.figures["rows"]] == ["two[1]"]
    assert ran.figures["rows"][0]["case_id"]


def _two_messages() -> dict[str, Any]:
    story = story_of("pub-001")
    again = {**story["steps"][0], "at": "2026-03-10T17:20:00Z", "expect": {"disposition": ["answer", "escalate"]}}
    return {**story, "scenario_id": "two", "steps": [story["steps"][0], again]}


def test_later_facts_are_hidden_and_listed(tmp_path: Path) -> None:
    ticket = next(row for row in tickets() if row["labels"].get("condition") == ["no_tracking_movement"] and row["labels"].get("performs"))
    ran = evaluated(tmp_path, TICKETS, "--only", ticket["ticket_id"])
    assert ran.figures["rows"][0]["condition"] == "no_tracking_movement"
    assert re.search(r"hidden, because it came later: .*later scan", ran.page)
    assert "parcel" in ran.page


def test_unreadable_rows_are_named_and_the_others_are_played(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = tickets()[:3]
    rows[1] = {**rows[1], "created_at": "yesterday"}
    ran = evaluated(tmp_path, write_lines(tmp_path / "tickets.jsonl", rows), "--world", SAMPLE / "world.jsonl")
    assert ran.exit_code == 1
    assert len(ran.figures["rows"]) == 2
    assert ran.figures["bad_rows"] == 1
    assert "tickets.jsonl: line 2: created_at" in ran.figures["problems"][0]


def test_the_page_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    row = tickets()[0]
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> Where is my order?"
    file = write_lines(tmp_path / "tickets.jsonl", [{**row, "description": hostile, "subject": "<b>Order</b>"}])
    ran = evaluated(tmp_path, file, "--world", SAMPLE / "world.jsonl")
    assert "<script" not in ran.page
    assert "<img" not in ran.page
    assert "&lt;b&gt;Order" in ran.page
    assert not re.search(r"(?:src|href)=\"(?!#)", ran.page)
    assert "default-src 'none'" in unescape(ran.page)
    assert "<svg" in ran.page


def test_figures_hold_no_texts_and_no_addresses(sample: Evaluated) -> None:
    told = json.dumps(sample.figures, ensure_ascii=False)
    assert "@" not in told
    assert "Hallo" not in told
    assert tickets()[0]["description"][:30] not in told


def test_tickets_without_facts_are_refused_with_the_option(tmp_path: Path) -> None:
    ran = wismo("eval", write_lines(tmp_path / "tickets.jsonl", tickets()[:1]))
    assert ran.exit_code == 2
    assert "--world" in ran.stderr


def test_another_policy_decides_otherwise(tmp_path: Path) -> None:
    ticket = _first("no_tracking_movement")
    policy = tmp_path / "patient.toml"
    policy.write_text('extends = "default"\nversion = "patient"\n[conditions.no_movement_hours]\nstandard = 400\n', encoding="utf-8")
    ran = evaluated(tmp_path, TICKETS, "--only", ticket["ticket_id"], "--policy", policy)
    assert ran.figures["policy_version"] == "patient"
    assert ran.figures["rows"][0]["condition"] != "no_tracking_movement"
