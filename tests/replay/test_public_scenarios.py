"""The public scenarios come out as they must, in the shape that the contract asks for, and the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from evals.expectations import score
from tests.replay.playing import PUBLIC, SCENARIOS, play, public_stories, results_of, story_of, without_latency, write_stories


def test_scenarios_of_messages_are_perfect(public_results: Path) -> None:
    scored = score(PUBLIC, public_results, only_messages=True)
    assert scored.is_perfect, "\n".join(map(str, (*scored.misses, scored)))


def test_one_result_per_step_in_the_order_of_the_file(public_results: Path) -> None:
    wanted = [(story["scenario_id"], number, step["kind"]) for story in public_stories() for number, step in enumerate(story["steps"])]
    assert [(row["scenario_id"], row["step"], row["kind"]) for row in results_of(public_results)] == wanted


def test_every_result_has_the_shape_of_the_contract(public_results: Path) -> None:
    schema = json.loads((SCENARIOS / "result.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    rows = results_of(public_results)
    wrong = [f"{row['scenario_id']}[{row['step']}] {error.json_path}: {error.message}" for row in rows for error in validator.iter_errors(row)]
    assert rows and not wrong


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_second_run_gives_the_same_bytes(public_results: Path, tmp_path: Path, concurrency: int) -> None:
    again = tmp_path / "again.jsonl"
    play(PUBLIC, again, concurrency=concurrency)
    assert without_latency(again) == without_latency(public_results)


def test_databases_on_files_change_nothing(message_file: Path, public_results: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    play(message_file, out, checkpoints=tmp_path, state=tmp_path / "state")
    kept = {row["scenario_id"] for row in results_of(out)}
    wanted = [line for line in without_latency(public_results).splitlines() if json.loads(line)["scenario_id"] in kept]
    assert without_latency(out).splitlines() == wanted


@pytest.mark.parametrize("ids", [("a/b", "a_b"), ("x" * 100 + "1", "x" * 100 + "2"), ("..", ".")], ids=["odd letters", "long", "dots"])
def test_every_scenario_has_a_folder_of_its_own(ids: tuple[str, str], tmp_path: Path) -> None:
    told = [{**story_of(known), "scenario_id": own} for known, own in zip(("pub-001", "pub-002"), ids, strict=True)]
    out, state = tmp_path / "results.jsonl", tmp_path / "in" / "state"
    play(write_stories(tmp_path / "stories.jsonl", told), out, state=state)
    assert [row["order_id"] for row in results_of(out)] == ["O-20411", "O-20415"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["state"]
    assert len([path for path in state.iterdir() if path.is_dir()]) == 2
