"""Traces by the real client: masked, carrying ids alone, never delaying or breaking a run; a decision becomes feedback once."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from langsmith import utils as langsmith_utils

from server.reviewing.verdicts import Verdict, record_verdict, run_of
from server.slack.settings import Links
from server.tracing import NoTracing, trace_id, tracing_of
from tests.doors.shop import Scene, Step, ahead, scan
from tests.models.local_model import serving as serving_model
from tests.models.voices import truthful
from tests.reviews.desk import CANCEL, dear
from tests.tracing.conftest import OpensTraced, environment, settle
from tests.tracing.local_langsmith import LocalLangSmith
from tools.language_model.chat import ChatModel

SECRETS = (
    "Ava", "Lindqvist", "ava@mailbox", "555 0187", "555-0187", "Addison", "60618", "1042", "1Z99900", "track.example", "Musterstraße",
    "Zoë", "Okafor",
)  # fmt: skip
MESSAGE = (
    "Where is my order #1042? I'm Ava Lindqvist, +1 312 555 0187 or 312-555-0187, ava@mailbox.example, 2210 W Addison St, Chicago 60618. "
    "My neighbour Zoë Okafor in Musterstraße 12 has seen nothing. Tracking 1Z999001."
)


def moving() -> Scene:
    scene = Scene().order("1042", status="shipped").sent(scan("in_transit", location="Dallas, TX"), eta=ahead(30))
    return scene.contact(40, text="Ava Lindqvist asked, call 312-555-0187")


def told(step: Step) -> dict[str, Any]:
    return {name: value for name, value in step.result.items() if name not in {"latency_ms", "scenario_id", "case_id"}}


def test_traces_arrive_masked_and_the_run_is_what_it_was(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(moving())
    step = desk.hears(MESSAGE)
    settle(desk.house.tracing)
    runs = langsmith.runs()

    assert {"wismo", "identify", "gather", "commit"} <= {run["name"] for run in runs.values()}
    assert all("inputs" in run and "outputs" in run for run in runs.values())
    sent = "\n".join(langsmith.raw)
    assert [secret for secret in SECRETS if secret in sent] == []
    assert "Hi Ava" in step.result["messages"][0]["text"]
    assert told(step)["messages"] == told(opens(moving(), traced=False).hears(MESSAGE))["messages"]


def test_names_tags_and_metadata_carry_ids_alone(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(moving())
    desk.hears(MESSAGE)
    settle(desk.house.tracing)
    (run_id,) = {run["run_id"] for run in desk.runs()}
    for run in langsmith.runs().values():
        assert re.fullmatch(r"[A-Za-z_ .:]+", run["name"])
        extra = json.dumps([run.get("tags"), run.get("extra", {}).get("metadata")])
        assert not [secret for secret in (*SECRETS, desk.name, "T-1") if secret in extra]
    root = langsmith.runs()[str(trace_id(run_id))]
    assert root["extra"]["metadata"]["thread_id"] == root["extra"]["metadata"]["run_id"] == run_id


def test_the_link_of_a_review_leads_to_the_trace(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    settle(desk.house.tracing)
    links = Links.of({"LANGSMITH_TRACING": "true", "WISMO_LANGSMITH_PROJECT_URL": "https://smith.example/o/1/projects/p/2"})
    opened = desk.the_review().request.run_id
    assert links.run(opened) == f"https://smith.example/o/1/projects/p/2/t/{opened}"
    assert langsmith.runs()[str(trace_id(opened))]["extra"]["metadata"]["thread_id"] == opened


def test_a_decision_is_feedback_on_the_run_that_asked_once(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.says("hm, let me see")
    desk.decides("approve", by="U0STRANGER")
    assert desk.decides("approve").executed == ["cancel"]
    desk.decides("approve", by="U0CXAGENT")
    desk.decides("deny")
    settle(desk.house.tracing)

    (said,) = langsmith.feedback()
    assert said["run_id"] == str(trace_id(desk.the_review().request.run_id))
    assert (said["key"], said["score"], said["value"]) == ("reviewer_decision", 1.0, "approve cancel")


def test_the_same_decision_told_twice_has_one_id(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny", arrival_id="once")
    outcome, _ = asyncio.run(desk.house.store.outcome(desk.runs()[-1]["run_id"]))
    desk.house.tracing.decided(outcome)
    settle(desk.house.tracing)
    assert len({row["id"] for row in langsmith.feedback()}) == 1
    assert langsmith.feedback()[0]["score"] == 0.0


def test_a_verdict_is_feedback_and_a_second_one_takes_its_place(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    desk = opens(moving())
    desk.hears(MESSAGE)
    (row,) = desk.runs()
    run = run_of(desk.house.connection, row["run_id"])
    assert run is not None
    for says in ("right", "wrong"):
        verdict = Verdict.model_validate({"run_id": run.run_id, "at": desk.clock.now(), "who": "lead", "says": says, "note": "Ava was right"})
        record_verdict(desk.house.connection, run, verdict, desk.house.tracing)
    settle(desk.house.tracing)

    said = langsmith.feedback()
    assert {(row["run_id"], row["key"]) for row in said} == {(str(trace_id(run.run_id)), "run_verdict")}
    assert sorted(row["score"] for row in said) == [0.0, 1.0] and len({row["id"] for row in said}) == 1
    assert "Ava" not in json.dumps(said)


def test_a_model_s_words_are_traced_masked_too(langsmith: LocalLangSmith, opens: OpensTraced) -> None:
    with serving_model() as model:
        model.behaviour = truthful()
        desk = opens(moving(), model=ChatModel(model.settings()))
        desk.hears(MESSAGE)
        settle(desk.house.tracing)
    kinds = {run["run_type"] for run in langsmith.runs().values()}
    assert "llm" in kinds
    sent = "\n".join(langsmith.raw)
    assert [secret for secret in (*SECRETS, "a key") if secret in sent] == []


@pytest.mark.parametrize("trouble", ["hangs", "500", "404", "dead"])
def test_an_endpoint_in_trouble_costs_a_trace_and_nothing_else(langsmith: LocalLangSmith, opens: OpensTraced, trouble: str) -> None:
    langsmith.hangs = trouble == "hangs"
    langsmith.status = int(trouble) if trouble.isdigit() else 202
    desk = opens(moving())
    if trouble == "dead":
        desk.house.tracing._client.api_url = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    began = time.monotonic()
    step = desk.hears(MESSAGE)
    assert time.monotonic() - began < 8
    assert told(step)["messages"] == told(opens(moving(), traced=False).hears(MESSAGE))["messages"]


ENDS = """
import os, time
from server.policy_file import read_policy
from server.tracing import tracing_of
from server.wiring import furnish
from tests.reviews.desk import CANCEL, Desk, dear
furnishing = furnish(read_policy(None), tracing=tracing_of(os.environ))
desk = Desk(furnishing, dear())
desk.hears(CANCEL)
desk.decides("approve")
desk.close()
print(time.monotonic(), flush=True)
furnishing.close()
"""


@pytest.mark.parametrize("hangs", [True, False], ids=["hangs", "answers"])
def test_a_process_ends_in_time(langsmith: LocalLangSmith, hangs: bool) -> None:
    langsmith.hangs = hangs
    more = {name: value for name, value in os.environ.items() if not name.startswith("LANGSMITH")}
    root = str(Path(__file__).parents[2])
    command, settings = [sys.executable, "-c", ENDS], more | environment(langsmith) | {"PYTHONPATH": root}
    done = subprocess.run(command, env=settings, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    ended = time.monotonic()
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert ended - float(done.stdout) < 60, "two seconds for what waits; the rest is the end of a process on a busy machine"
    assert hangs or (langsmith.runs() and langsmith.feedback())


@pytest.mark.parametrize(
    "settings", [{}, {"LANGSMITH_TRACING": "true"}, {"LANGSMITH_API_KEY": "x"}, {"LANGSMITH_TRACING": "false", "LANGSMITH_API_KEY": "x"}]
)
def test_it_is_off_unless_it_is_switched_on(settings: dict[str, str]) -> None:
    assert isinstance(tracing_of(settings), NoTracing)


def test_no_unmasked_trace_is_ever_sent_by_itself(langsmith: LocalLangSmith, opens: OpensTraced, monkeypatch: pytest.MonkeyPatch) -> None:
    """LangChain would trace by itself where the variables are set; a house without a tracer does not."""
    for name, value in environment(langsmith).items():
        monkeypatch.setenv(name, value)
    langsmith_utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    try:
        opens(moving(), traced=False).hears(MESSAGE)
        assert langsmith.raw == []
    finally:
        monkeypatch.undo()
        langsmith_utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
