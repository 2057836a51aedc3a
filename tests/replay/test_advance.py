"""To advance is to sweep: what no event told of is found, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.replay.playing import play, results_of, story_of, without_latency, write_stories


def unannounced(*advances: dict[str, Any]) -> dict[str, Any]:
    """A customer asks on 17 March at 10:00 about a parcel on its way; then time passes."""
    story = story_of("pub-039")
    return {**story, "steps": [story["steps"][0], *({"kind": "advance", **step} for step in advances)]}


def delivered() -> dict[str, Any]:
    """The patch after which carrier and OMS know of the delivery."""
    world = story_of("pub-039")["world"]
    scans = [*world["shipments"][0]["events"], {"at": "2026-03-18T09:00:00Z", "status": "delivered"}]
    order = {**world["orders"][0], "status": "delivered", "updated_at": "2026-03-18T09:05:00Z"}
    return {"orders": [order], "shipments": [{**world["shipments"][0], "events": scans}]}


def test_a_delivery_without_an_event_is_told_once(tmp_path: Path) -> None:
    story = unannounced({"at": "2026-03-18T11:00:00Z", "patch": delivered()}, {"at": "2026-03-20T11:00:00Z"})
    file = write_stories(tmp_path / "story.jsonl", [story])
    play(file, tmp_path / "out.jsonl")
    _, found, later = results_of(tmp_path / "out.jsonl")
    assert (found["disposition"], found["condition"], len(found["messages"])) == ("notify", "delivered", 1)
    assert (later["disposition"], later["messages"]) == ("none", [])
    play(file, tmp_path / "again.jsonl")
    assert without_latency(tmp_path / "out.jsonl") == without_latency(tmp_path / "again.jsonl")


def test_facts_of_today_are_not_looked_at_again(tmp_path: Path) -> None:
    file = write_stories(tmp_path / "story.jsonl", [unannounced({"at": "2026-03-18T09:30:00Z", "patch": delivered()})])
    play(file, tmp_path / "out.jsonl")
    assert results_of(tmp_path / "out.jsonl")[1]["path"] == []
