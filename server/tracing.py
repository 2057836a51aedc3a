"""LangSmith: masked traces and the reviewers' feedback, off by default, and never worth a run.

The standard variables switch it on. Everything is sent in the background by the client's own threads, in short attempts; at the end of the process
what is still waiting has two seconds. Whatever goes wrong costs a trace and nothing else.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from langchain_core.tracers import LangChainTracer
from langsmith import Client, tracing_context
from langsmith import utils as langsmith_utils
from urllib3.util import Retry

from graph.commit import Outcome
from graph.decisions import Verb
from server.trace_masking import TraceMask

FEEDBACK = "reviewer_decision"
VERDICT = "run_verdict"
_SPACE = uuid.UUID("6f0d9a0e-6d6c-5d0a-9b52-9a3c1f3f6a11")
_TIMEOUTS_MS = (2_000, 5_000)
_AT_THE_END = 2.0
_SCORES = {Verb.APPROVE: 1.0, Verb.DENY: 0.0, Verb.REQUEST_CHANGES: 0.0}
_INFO = {
    "version": "0.12.0",
    "batch_ingest_config": {
        "use_multipart_endpoint": True, "scale_up_qsize_trigger": 1_000, "scale_up_nthreads_limit": 2,
        "scale_down_nempty_trigger": 4, "size_limit": 100, "size_limit_bytes": 20_971_520,
    },
}  # fmt: skip
"""What the client would ask the endpoint for first: known, so that an endpoint that hangs is never asked."""
_TRUE = {"true", "1", "yes"}
_log = logging.getLogger("wismo.tracing")


class Tracing(Protocol):
    """What the worker knows of traces."""

    def config(self, thread: str, sleeping: str | None) -> dict[str, Any]:
        """What to hand to the graph with a run: nothing, or a tracer and the ids that the trace carries."""
        ...

    def scope(self) -> AbstractContextManager[None]:
        """In it only this tracer traces, whatever the environment says to LangChain."""
        ...

    def decided(self, outcome: Outcome) -> None:
        """A reviewer's decision was worked on; where it stands it becomes feedback on the run that asked, once."""
        ...

    def judged(self, run_id: str, who: str, *, right: bool) -> None:
        """A person looked at a run again: feedback on it, the last word of each person."""
        ...

    def close(self) -> None:
        """The process ends."""
        ...


class NoTracing:
    """Nothing is traced: the default."""

    def config(self, thread: str, sleeping: str | None) -> dict[str, Any]:
        """Nothing."""
        return {}

    def scope(self) -> AbstractContextManager[None]:
        """Nothing traces by itself: an unmasked trace is worse than none."""
        return tracing_context(enabled=False)

    def decided(self, outcome: Outcome) -> None:
        """Nothing."""

    def judged(self, run_id: str, who: str, *, right: bool) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class LangSmithTracing:
    """Traces to one project, masked; names, tags and metadata carry ids alone."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project
        self._project_id: uuid.UUID | None = None
        self._sending: list[threading.Thread] = []

    def config(self, thread: str, sleeping: str | None) -> dict[str, Any]:
        """A tracer, a run id that follows from ours, and our ids."""
        return {
            "run_id": trace_id(thread),
            "run_name": "wismo",
            "callbacks": [LangChainTracer(client=self._client, project_name=self._project)],
            "metadata": {"run_id": thread, "thread_id": sleeping or thread},
        }

    def scope(self) -> AbstractContextManager[None]:
        """Whatever else traces in it uses the masking client too."""
        return tracing_context(enabled=True, client=self._client, project_name=self._project)

    def decided(self, outcome: Outcome) -> None:
        """Feedback with an id that follows from review and decision: told twice it is one. It is sent in a thread of its own."""
        decision, record = outcome.decision, outcome.escalation
        if decision is None or record is None or not decision.is_accepted or decision.verb is Verb.UNCLEAR:
            return
        trace = trace_id(record.request.run_id)
        said = f"{decision.verb.value} {decision.action or ''}".strip()
        feedback = {
            "run_id": trace,
            "key": FEEDBACK,
            "score": _SCORES.get(decision.verb),
            "value": said,
            "trace_id": trace,
            "feedback_id": uuid.uuid5(_SPACE, f"{record.escalation_id} {decision.reviewer} {said}"),
            "source_info": {"reviewer": decision.reviewer, "escalation_id": record.escalation_id},
        }
        self._send_soon(feedback)

    def judged(self, run_id: str, who: str, *, right: bool) -> None:
        """Feedback with an id that follows from run and person, so that a second verdict takes the first one's place. Notes stay in the house."""
        trace = trace_id(run_id)
        self._send_soon(
            {
                "run_id": trace,
                "key": VERDICT,
                "score": float(right),
                "value": "right" if right else "wrong",
                "trace_id": trace,
                "feedback_id": uuid.uuid5(_SPACE, f"{run_id} {who}"),
                "source_info": {"judged_by": who},
            }
        )

    def _send_soon(self, feedback: dict[str, Any]) -> None:
        thread = threading.Thread(target=self._send, args=(feedback,), daemon=True)
        self._sending = [*(row for row in self._sending if row.is_alive()), thread]
        thread.start()

    def _send(self, feedback: dict[str, Any]) -> None:
        try:
            if self._project_id is None:
                self._project_id = self._client.read_project(project_name=self._project).id
            self._client.create_feedback(**feedback, session_id=self._project_id)
        except Exception as error:
            _tell(error)

    def close(self) -> None:
        """What is still waiting has a moment; then the process ends."""
        until = time.monotonic() + _AT_THE_END
        for thread in self._sending:
            thread.join(max(0.0, until - time.monotonic()))
        self._client.close(timeout=max(0.0, until - time.monotonic()))


def trace_id(thread: str) -> uuid.UUID:
    """The id of a run's trace."""
    return uuid.uuid5(_SPACE, thread)


def tracing_of(environment: Mapping[str, str]) -> Tracing:
    """From `LANGSMITH_TRACING`, `LANGSMITH_API_KEY`, `LANGSMITH_ENDPOINT` and `LANGSMITH_PROJECT`; off unless the first two are set."""
    key = environment.get("LANGSMITH_API_KEY", "")
    if environment.get("LANGSMITH_TRACING", "").lower() not in _TRUE or not key:
        return NoTracing()
    _keep_threads_from_holding_the_process()
    client = Client(
        api_url=environment.get("LANGSMITH_ENDPOINT") or None,
        api_key=key,
        workspace_id=environment.get("LANGSMITH_WORKSPACE_ID") or None,
        anonymizer=TraceMask(),
        timeout_ms=_TIMEOUTS_MS,
        retry_config=Retry(total=0),
        info=_INFO,
        tracing_error_callback=_tell,
    )
    logging.getLogger("langsmith").setLevel(logging.CRITICAL)
    return LangSmithTracing(client, environment.get("LANGSMITH_PROJECT") or "wismo")


def _keep_threads_from_holding_the_process() -> None:
    """The client's threads end with the process, and send by themselves: a pool of senders would be waited for at the end."""
    os.environ["LANGSMITH_USE_DAEMON"] = os.environ["LANGSMITH_DISABLE_RUN_COMPRESSION"] = "true"
    langsmith_utils.get_env_var.cache_clear()  # type: ignore[attr-defined]


def _tell(error: Exception) -> None:
    _log.warning("a trace or its feedback was not sent (%s)", type(error).__name__)
