"""The log is one JSON object per line with the ids of what it is about, and nothing that anybody wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from server.journal import JournalError, about, begin, fields
from tests.server_http.test_dead_letters import poisoned

WORDS = "where is my order? my secret words"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines."""
    root = logging.getLogger()
    before, level, own = root.handlers[:], root.level, logging.getLogger("wismo").level
    stream = io.StringIO()
    begin({}, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("wismo").setLevel(own)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """The lines, parsed."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_run_is_found_by_its_case_run_and_arrival(at: Any, log: io.StringIO) -> None:
    place = await at()
    answer = await place.customer_writes()
    [line] = [line for line in lines(log) if line["logger"] == "wismo.worker"]
    [(run_id,)] = place.rows("select run_id from runs")
    assert (line["case"], line["run"], line["arrival"]) == (answer["case_id"], run_id, answer["arrival_id"])
    assert (line["message"], line["disposition"], line["level"]) == (f"message is done: {answer['disposition']}", answer["disposition"], "info")
    assert place.step()["text"][:20] not in log.getvalue()


async def test_a_request_is_found_by_its_name(at: Any, log: io.StringIO) -> None:
    place = await at()
    response = await place.get("/v1/cases")
    [line] = [line for line in lines(log) if line["logger"] == "wismo.http"]
    assert (line["request"], line["status"], line["message"]) == (response.headers["x-request-id"], 200, "GET /v1/cases 200")


async def test_a_failure_is_found_by_its_arrival_and_says_which_attempt_it_was(at: Any, log: io.StringIO) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    failed = [line for line in lines(log) if line["logger"] == "wismo.worker" and line["level"] == "error"]
    assert [(line["arrival"], line["attempt"]) for line in failed] == [(arrival_id, number) for number in range(1, 6)]
    assert all(line["message"].startswith("message failed: ValidationError at checkpoints/case_store.py:") for line in failed)


def test_a_library_that_quotes_a_failure_is_cut_short(log: io.StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=%r>", error, exc_info=True)
    [line] = lines(log)
    assert line["message"] == "Task exception was never retrieved"
    assert line["trouble"].startswith("ValueError at test_journal.py:")
    assert WORDS not in log.getvalue()


def test_a_terminal_reads_text(log: io.StringIO) -> None:
    stream = io.StringIO()
    begin({"WISMO_LOG_FORMAT": "text"}, stream)
    with about(case="case_1", run=None):
        logging.getLogger("wismo.worker").info("done", extra=fields(mode="live", reason=None))
    assert stream.getvalue().endswith(" INFO wismo.worker done case=case_1 mode=live\n")


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(JournalError, match="must be json or text"):
        begin({"WISMO_LOG_FORMAT": "xml"})
