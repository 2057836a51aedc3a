"""An evaluation as LangSmith dataset and experiment: masked messages and labels as examples, our answers as runs, scores as feedback."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from langsmith import Client
from langsmith.schemas import Dataset, TracerSession
from langsmith.utils import LangSmithError

from server.evaluation.evaluating import Evaluation
from server.evaluation.judging import AREA_OF, Judged
from server.evaluation.masking import masked

KEY, ENDPOINT = "LANGSMITH_API_KEY", "LANGSMITH_ENDPOINT"
_PATIENCE_MS = 10_000


class UploadError(Exception):
    """The tracing service did not take the evaluation."""


@dataclass(frozen=True)
class Uploaded:
    """What stands there now."""

    dataset: str
    experiment: str
    examples: int
    new_examples: int


def client_of(environment: Mapping[str, str]) -> Client | None:
    """The client of the service that the environment names; None where no key is set."""
    key = environment.get(KEY, "").strip()
    if not key:
        return None
    return Client(api_url=environment.get(ENDPOINT) or None, api_key=key, timeout_ms=_PATIENCE_MS, auto_batch_tracing=False)


def upload(client: Client, evaluation: Evaluation, *, dataset: str, policy: str, at: datetime) -> Uploaded:
    """Add what is new to the dataset, and one experiment under the policy's name. Raises `UploadError`."""
    experiment = f"{dataset} {policy} {at:%Y-%m-%dT%H:%M:%S.%fZ}"
    try:
        kept = _dataset(client, dataset)
        new = _examples(client, kept, evaluation.judged)
        project = client.create_project(
            experiment, reference_dataset_id=kept.id, metadata={"policy_version": policy}, num_repetitions=evaluation.repeats
        )
        for row in evaluation.judged:
            _run(client, kept, project, row, at)
    except (LangSmithError, OSError) as error:
        raise UploadError(f"{type(error).__name__}: {str(error)[:200]}") from error
    return Uploaded(dataset, experiment, len(evaluation.judged), new)


def _dataset(client: Client, name: str) -> Dataset:
    if client.has_dataset(dataset_name=name):
        found: Dataset = client.read_dataset(dataset_name=name)
        return found
    made: Dataset = client.create_dataset(name, description="Messages to wismo with labels; names, addresses and numbers are masked.")
    return made


def _examples(client: Client, dataset: Dataset, rows: Iterable[Judged]) -> int:
    known = {example.id for example in client.list_examples(dataset_id=dataset.id)}
    new = [
        {"id": example_id, "inputs": _inputs(row), "reference_outputs": {"labels": row.wanted, "humans_did": [each.value for each in row.theirs]},
         "metadata": {"name": row.case.name}}
        for row in rows
        if (example_id := _id(dataset.name, row.case.name)) not in known
    ]  # fmt: skip
    if new:
        client.create_examples(dataset_id=dataset.id, examples=new)
    return len(new)


def _run(client: Client, dataset: Dataset, project: TracerSession, row: Judged, at: datetime) -> None:
    run_id = _id(str(project.name), row.case.name)
    client.create_run(
        "wismo", _inputs(row), "chain", id=run_id, trace_id=run_id, dotted_order=f"{at:%Y%m%dT%H%M%S%fZ}{run_id}", project_name=project.name,
        start_time=at, end_time=at, reference_example_id=_id(dataset.name, row.case.name), outputs=_outputs(row), error=row.result["error"],
    )  # fmt: skip
    for area, share in _scores(row).items():
        client.create_feedback(run_id, area, score=share, trace_id=run_id, session_id=project.id, start_time=at)


def _inputs(row: Judged) -> dict[str, Any]:
    return {"channel": row.case.channel, "message": masked(row.case.words, row.masks), "at": row.case.at.isoformat()}


def _outputs(row: Judged) -> dict[str, Any]:
    result = row.result
    kept = ("condition", "disposition", "reason", "handler", "triggers", "intents", "path")
    return {**{name: result[name] for name in kept}, "reply": [masked(text, row.masks) for text in row.case.ours], "does": row.ours.value}


def _scores(row: Judged) -> dict[str, float]:
    """Per area the share of labels that hold, and whether all do."""
    areas: dict[str, list[bool]] = {}
    for check in row.checks:
        areas.setdefault(AREA_OF.get(check.key, "other"), []).append(check.holds)
    return {**{area: sum(held) / len(held) for area, held in areas.items()}, "right": float(not row.misses)}


def _id(space: str, name: str) -> UUID:
    """The same message of the same dataset is the same example."""
    return uuid5(NAMESPACE_URL, f"wismo:{space}:{name}")


def configured() -> Client | None:
    """The client of this process's environment."""
    return client_of(os.environ)
