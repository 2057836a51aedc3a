"""The public scenarios come out as well with a truthful model, a lying one and a dead one as without any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.expectations import score
from tests.models.local_model import Behaviour, LocalModel, hangs
from tests.models.voices import lying, truthful
from tests.replay.playing import play, public_stories, results_of, write_stories
from tools.language_model.chat import ChatModel

EVERY = 6
MODELS: dict[str, tuple[Behaviour, dict[str, Any]]] = {
    "truthful": (truthful(), {}),
    "lying": (lying(), {}),
    "hanging": (hangs, {"seconds": 0.3}),
    "dead": (hangs, {"base_url": "http://127.0.0.1:9/v1"}),
}


def perfect(local: LocalModel, folder: Path, stories: list[dict[str, Any]], behaviour: Behaviour, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of some stories with such a model, all as they must be."""
    local.behaviour = behaviour
    scenarios, out = write_stories(folder / "stories.jsonl", stories), folder / "results.jsonl"
    play(scenarios, out, model=ChatModel(local.settings(**settings)))
    scored = score(scenarios, out)
    assert scored.is_perfect, "\n".join(map(str, (*scored.misses, scored)))
    return results_of(out)


@pytest.mark.parametrize(("behaviour", "settings"), MODELS.values(), ids=MODELS.keys())
def test_a_sample_of_scenarios_is_perfect(local: LocalModel, tmp_path: Path, behaviour: Behaviour, settings: dict[str, Any]) -> None:
    rows = perfect(local, tmp_path, public_stories()[::EVERY], behaviour, settings)
    assert sum(row["llm_calls"] for row in rows) > 0


@pytest.mark.soak
@pytest.mark.parametrize(("behaviour", "settings"), MODELS.values(), ids=MODELS.keys())
def test_all_scenarios_are_perfect(local: LocalModel, tmp_path: Path, behaviour: Behaviour, settings: dict[str, Any]) -> None:
    perfect(local, tmp_path, public_stories(), behaviour, settings)


@pytest.mark.soak
def test_no_lie_reaches_a_customer(local: LocalModel, tmp_path: Path) -> None:
    """With a lying model every text of every scenario is the very text that goes out without a model."""
    lied = perfect(local, tmp_path, public_stories(), lying(), {"uses": "wording"})
    out = tmp_path / "plain.jsonl"
    play(tmp_path / "stories.jsonl", out)
    texts = [[message["text"] for message in row["messages"]] for row in results_of(out)]
    assert [[message["text"] for message in row["messages"]] for row in lied] == texts
