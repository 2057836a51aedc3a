"""`wismo eval --upload`: the real client against a local server; dataset, experiment and scores, and nobody's data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.evaluation.conftest import SAMPLE, tickets, wismo
from tests.evaluation.local_langsmith import LangSmith, local_langsmith

ASKED = ("eval", SAMPLE / "tickets.jsonl", "--limit", "6", "--plain", "--upload", "history")


@pytest.fixture
def langsmith(monkeypatch: pytest.MonkeyPatch) -> Iterator[LangSmith]:
    """A configured service."""
    with local_langsmith() as known:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", known.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "key-for-tests")
        yield known


def test_messages_become_examples_and_answers_an_experiment(langsmith: LangSmith) -> None:
    ran = wismo(*ASKED)
    assert ran.exit_code == 0, ran.output + ran.stderr
    assert list(langsmith.datasets) == ["history"]
    assert len(langsmith.examples) == len(langsmith.runs) == 6
    assert {run["reference_example_id"] for run in langsmith.runs} == set(langsmith.examples)
    assert all(run["outputs"]["disposition"] for run in langsmith.runs)
    assert len(langsmith.projects) == 1
    assert langsmith.projects[0]["reference_dataset_id"] == "22222222-2222-4222-8222-222222222222"
    assert langsmith.keys == {"key-for-tests"}
    scores = {(row["run_id"], row["key"]): row["score"] for row in langsmith.feedback}
    assert {key for _, key in scores} >= {"condition", "disposition", "right", "safety"}
    assert all(scores[run["id"], "right"] in {0, 1} for run in langsmith.runs)
    assert "6 runs in experiment" in ran.stderr


def test_the_same_messages_are_the_same_examples(langsmith: LangSmith) -> None:
    wismo(*ASKED)
    again = wismo(*ASKED)
    assert "0 new examples" in again.stderr
    assert len(langsmith.examples) == 6
    assert len(langsmith.projects) == 2
    assert len({run["id"] for run in langsmith.runs}) == 12


def test_nobody_can_be_recognised(langsmith: LangSmith) -> None:
    wismo(*ASKED)
    sent = "\n".join(langsmith.raw)
    assert "[name]" in sent
    assert "[order]" in sent
    for ticket in tickets()[:6]:
        address = ticket["requester_email"]
        first = address.split(".")[0]
        assert address not in sent
        assert f" {first} " not in sent.lower()
        order = ticket["labels"].get("order_id", "O-none")
        assert f"{order[2:]} " not in sent
        assert ticket["comments"][0]["text"] not in sent if ticket.get("comments") else True


def test_without_a_key_nothing_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANGSMITH_API_KEY", raising=False)
    ran = wismo(*ASKED)
    assert ran.exit_code == 2
    assert "LANGSMITH_API_KEY" in ran.stderr
    assert "messages of" not in ran.output


def test_a_refusal_is_said_after_the_results(langsmith: LangSmith) -> None:
    langsmith.refuses = True
    ran = wismo(*ASKED)
    assert ran.exit_code == 1
    assert "LangSmith did not take the evaluation" in ran.stderr
    assert "key-for-tests" not in ran.stderr
    assert "messages of" in ran.output
