"""`wismo replay`, `policy`, `world` and `graph`: files in, findings out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.demo import demo_world

ROOT = Path(__file__).parents[2]
SCENARIOS = (ROOT / "evals" / "scenarios" / "public.jsonl").read_text(encoding="utf-8").splitlines()[:3]


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    """Three public scenarios."""
    file = tmp_path / "scenarios.jsonl"
    file.write_text("\n".join(SCENARIOS) + "\n", encoding="utf-8")
    return file


def test_a_replay_writes_one_result_per_step(wismo: Callable[..., Any], scenarios: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    ran = wismo("replay", scenarios, "--out", out)
    assert ran.exit_code == 0
    assert ran.stdout == ""
    results = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(results) == sum(len(json.loads(line)["steps"]) for line in SCENARIOS)
    assert "3 scenarios" in ran.stderr


def test_a_replay_writes_to_stdout_and_keeps_its_state(wismo: Callable[..., Any], scenarios: Path, tmp_path: Path) -> None:
    ran = wismo("replay", scenarios, "--out", "-", "--state", tmp_path / "state", "--concurrency", "2")
    assert json.loads(ran.stdout.splitlines()[0])["scenario_id"] == json.loads(SCENARIOS[0])["scenario_id"]
    assert list((tmp_path / "state").rglob("wismo.sqlite"))


def test_a_malformed_line_is_named_and_the_others_run(wismo: Callable[..., Any], scenarios: Path, tmp_path: Path) -> None:
    scenarios.write_text('{"no": "scenario"}\n' + "\n".join(SCENARIOS), encoding="utf-8")
    ran = wismo("replay", scenarios, "--out", tmp_path / "out.jsonl")
    assert ran.exit_code == 1
    assert "line 1: " in ran.stderr
    assert "1 malformed" in ran.stderr
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_a_replay_never_overwrites_its_scenarios(wismo: Callable[..., Any], scenarios: Path) -> None:
    refused = wismo("replay", scenarios, "--out", scenarios)
    assert refused.exit_code == 2
    assert "would overwrite" in refused.stderr
    assert scenarios.read_text(encoding="utf-8").splitlines() == SCENARIOS


@pytest.mark.parametrize("arguments", [("nowhere.jsonl", "--out", "-"), ("{scenarios}", "--out", "no/such/folder/out.jsonl"), ("{scenarios}",)])
def test_a_replay_that_cannot_start_is_a_usage_error(wismo: Callable[..., Any], scenarios: Path, arguments: tuple[str, ...]) -> None:
    refused = wismo("replay", *(argument.format(scenarios=scenarios) for argument in arguments))
    assert refused.exit_code == 2
    assert refused.stderr


def test_a_bad_policy_ends_a_replay(wismo: Callable[..., Any], scenarios: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('extends = "default"\nversion = "mine"\n[triggers]\nhigh_valu = 5\n', encoding="utf-8")
    refused = wismo("replay", scenarios, "--out", "-", "--policy", policy)
    assert refused.exit_code == 1
    assert "line 4" in refused.stderr and "high_value" in refused.stderr


def test_a_policy_file_is_checked(wismo: Callable[..., Any], tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(wismo("policy", "show").stdout, encoding="utf-8")
    assert wismo("policy", "check", policy).exit_code == 0
    policy.write_text('extends = "default"\nversion = "mine"\n[triggers]\nhigh_value = "much"\n', encoding="utf-8")
    found = wismo("policy", "check", policy)
    assert found.exit_code == 1
    assert "line 4" in found.stderr


def test_an_overlay_is_shown_with_the_values_it_comes_to(wismo: Callable[..., Any], tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('extends = "default"\nversion = "mine"\n[triggers]\nhigh_value = 77\n', encoding="utf-8")
    shown = json.loads(wismo("policy", "show", policy).stdout)
    assert (shown["version"], float(shown["triggers"]["high_value"]), shown["conditions"]["label_hours"]) == ("mine", 77, 48)


def test_a_world_file_is_checked(wismo: Callable[..., Any], tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(json.dumps(demo_world()), encoding="utf-8")
    good = wismo("world", "check", world)
    assert good.exit_code == 0 and "customers" in good.stdout
    world.write_text('{\n "orders": [{}]\n}', encoding="utf-8")
    found = wismo("world", "check", world)
    assert found.exit_code == 1
    assert "line 2" in found.stderr


@pytest.mark.parametrize("command", ["policy", "world"])
def test_a_missing_file_is_a_usage_error(wismo: Callable[..., Any], command: str) -> None:
    assert wismo(command, "check", "nowhere").exit_code == 2


def test_the_graph_is_a_mermaid_picture(wismo: Callable[..., Any]) -> None:
    shown = wismo("graph")
    assert "graph TD" in shown.stdout and "resolution_eligibility" in shown.stdout
    assert len(wismo("graph", "--xray").stdout) > len(shown.stdout)
