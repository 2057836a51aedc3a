"""`wismo whatif`: which decisions another policy changes, which key does it, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.conftest import SAMPLE, tickets, wismo, write_lines

WORLD = SAMPLE / "world.jsonl"


def _tried(folder: Path, policy: str, rows: list[dict[str, Any]], *more: str | Path) -> dict[str, Any]:
    file, new = folder / "new.toml", write_lines(folder / "tickets.jsonl", rows)
    file.write_text(f'extends = "default"\nversion = "try"\n{policy}', encoding="utf-8")
    ran = wismo(
        "whatif", new, "--world", WORLD, "--policy", file, "--json", folder / "whatif.json", "--html", folder / "whatif.html", "--plain", *more
    )
    assert ran.exit_code == 0, ran.output
    return dict(json.loads((folder / "whatif.json").read_text(encoding="utf-8")))


def _like(condition: str, **labels: Any) -> dict[str, Any]:
    fitting = (row for row in tickets() if row["labels"].get("condition") == [condition])
    return next(row for row in fitting if all(row["labels"].get(name) == value for name, value in labels.items()))


def test_each_change_names_the_key_that_makes_it(tmp_path: Path) -> None:
    stalled = _like("no_tracking_movement", performs=["carrier_investigation"], triggers=[])
    dear = _like("processing_within_sla", triggers=["approval_required"], intents_include=["cancel"], actions={"cancel": "needs_approval"})
    fine = _like("standard_in_transit", disposition=["answer"])
    currencies = "\n".join(f"[gates.limits.{name}]\ncancel = 9000\n" for name in ("USD", "EUR", "GBP"))
    found = _tried(tmp_path, f"[conditions.no_movement_hours]\nstandard = 400\n{currencies}", [stalled, dear, fine])
    changes = {change["name"]: change for change in found["changes"]}
    assert fine["ticket_id"] not in changes
    moved = changes[stalled["ticket_id"]]
    assert moved["because"] == ["conditions.no_movement_hours.standard"]
    assert moved["differences"]["condition"][0] == "no_tracking_movement"
    assert (moved["did_before"], moved["did_after"]) == ("investigated", "answered")
    assert found["before"]["done"]["carrier_investigation"] - found["after"]["done"].get("carrier_investigation", 0) == 1


def test_money_minutes_and_messages_are_counted_on_both_sides(tmp_path: Path) -> None:
    limits = "".join(f"[gates.limits.{name}]\ncancel = 9000\n" for name in ("USD", "EUR", "GBP"))
    rows = [row for row in tickets() if row["labels"].get("actions") == {"cancel": "needs_approval"}]
    found = _tried(tmp_path, f"[costs]\nminutes_per_escalation = 20\n{limits}", rows)
    saved = found["before"]["escalations"] - found["after"]["escalations"]
    assert saved == 3, "the three above the limit; those that are being picked still need approval"
    assert found["before"]["minutes"] - found["after"]["minutes"] == 60
    assert not found["before"]["money"]
    assert sum(float(each["amount"]) for each in found["after"]["money"]) > 750
    assert {each["action"] for each in found["after"]["money"]} == {"cancel"}
    assert all(key["key"].startswith("gates.limits") for key in found["keys"]), "costs decide nothing"


def test_other_words_change_no_decision(tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.mkdir()
    (words / "shop.toml").write_text('[brand]\nname = "Fernhill"\n[signature]\nen = "Yours, Fernhill"\n', encoding="utf-8")
    english = next(row for row in tickets() if row["tags"] == ["en"] and row["labels"].get("disposition") == ["answer"])
    found = _tried(tmp_path, "", [english], "--words", words)
    assert [(change["differences"], change["text_changes"]) for change in found["changes"]] == [({}, True)]
    page = (tmp_path / "whatif.html").read_text(encoding="utf-8")
    assert "Yours, Fernhill" in page
    assert "only read differently" in page


def test_the_same_policy_changes_nothing(tmp_path: Path) -> None:
    found = _tried(tmp_path, "", tickets()[:6])
    assert found["changes"] == []
    assert found["keys"] == []
    assert found["before"] == found["after"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("whatif", SAMPLE / "tickets.jsonl"), 2, "say what to try"),
        (("whatif", SAMPLE / "tickets.jsonl", "--policy", SAMPLE / "zendesk.toml"), 1, "zendesk.toml"),
    ],
)
def test_what_cannot_be_tried_is_refused(arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = wismo(*arguments)
    assert ran.exit_code == code
    assert said in ran.stderr
