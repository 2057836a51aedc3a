"""Whatever is sent to any address: no failure of the service, and no answer that the OpenAPI document does not promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from graph.labels import Mode
from server.http.settings import MAX_WAIT, HttpSettings
from tests.server_http.place import Place

OPERATIONS = (
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /v1/cases", "GET /v1/cases/{case_id}", "GET /v1/follow-ups", "GET /v1/escalations",
    "GET /v1/dead-letters", "POST /v1/messages", "POST /v1/events/{source}", "POST /v1/human-replies", "POST /v1/pause", "POST /v1/resume",
    "GET /v1/deployments", "POST /v1/deployments/{name}/pause", "POST /v1/deployments/{name}/resume",
    "POST /v1/escalations/{escalation_id}/decisions", "POST /v1/dead-letters/{letter_id}/redrive", "POST /v1/forget",
)  # fmt: skip
PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SAMPLE, WHOLE = 12, 400
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # schemathesis does


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place whose limiter never says no."""
    opened = Place("pub-003", tmp_path_factory.mktemp("place"), HttpSettings(Mode.LIVE, per_minute=1_000_000))
    yield opened
    opened.end()


def test_every_operation_is_asked(place: Place) -> None:
    paths = place.app.openapi()["paths"]
    assert {f"{method.upper()} {path}" for path, told in paths.items() for method in told} == set(OPERATIONS)


@pytest.mark.parametrize("label", OPERATIONS)
def test_some_requests(label: str, place: Place) -> None:
    ask(place, label, SAMPLE)


@pytest.mark.soak
@pytest.mark.parametrize("label", OPERATIONS)
def test_many_requests(label: str, place: Place) -> None:
    ask(place, label, WHOLE)


def ask(place: Place, label: str, examples: int) -> None:
    """Send requests that fit the document, and requests that do not, by somebody who may and by somebody who may not."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", place.app)
    method, _, path = label.partition(" ")
    operation = schema[path][method]
    wanted = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    tokens = [place.token("admin"), place.token("decide", reviewer="U0CXLEAD"), "nobody"]

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=wanted, token=st.sampled_from(tokens))
    def asked(case: Any, token: str) -> None:
        if isinstance(case.query.get("wait"), int | float) and 0 < case.query["wait"] <= MAX_WAIT:
            case.query["wait"] = 0.01  # no worker is there, and the answer is the same
        response = case.call(headers={"authorization": f"Bearer {token}"})
        case.validate_response(response, checks=PROMISES)

    asked()
