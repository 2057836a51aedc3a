"""The language model and LangSmith are the environment's: nothing set, nothing asked; wrongly set, a clear refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.slack.settings import Links
from tests.models.local_model import serving
from tests.models.voices import truthful

ASK = ("ask", "where is FH-48201?", "--customer", "C-7001")


def test_a_wrong_setting_is_named(wismo: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_MODEL", "m")
    monkeypatch.setenv("WISMO_MODEL_SECONDS", "soon")
    shown = wismo(*ASK)
    assert shown.exit_code == 1
    assert shown.stderr.startswith("wismo: WISMO_MODEL_SECONDS: ")


def test_a_model_of_the_environment_words_the_answer(wismo: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = json.loads(wismo(*ASK, "--json").stdout)
    with serving() as local:
        local.behaviour = truthful()
        monkeypatch.setenv("WISMO_MODEL", "local")
        monkeypatch.setenv("WISMO_MODEL_BASE_URL", local.url)
        worded = json.loads(wismo(*ASK, "--json").stdout)
    assert (plain["llm_calls"], worded["llm_calls"]) == (0, 1)
    assert worded["messages"][0]["text"] != plain["messages"][0]["text"]


def test_a_case_links_to_its_traces(wismo: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    case_id = json.loads(wismo(*ASK, "--live", "--json", "--data", tmp_path).stdout)["case_id"]
    assert "smith.example" not in wismo("case", case_id, "--data", tmp_path).stdout
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("WISMO_LANGSMITH_PROJECT_URL", "https://smith.example/p")
    assert Links.of({}).run("run_1") == ""
    assert "https://smith.example/p/t/run_" in wismo("case", case_id, "--data", tmp_path).stdout.replace("\n", "")
