"""Traces reach a collector that speaks OTLP: the request, the arrival with its steps, the delivery; and nothing that anybody wrote."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from server.spans import TracingError, traced

WORDS = "where is my order? my secret words"


class Collector(ThreadingHTTPServer):
    """Keeps the spans that are sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> list[Any]:
        """All spans."""
        requests = map(ExportTraceServiceRequest.FromString, self.bodies)
        return [span for each in requests for resource in each.resource_spans for scope in resource.scope_spans for span in scope.spans]


class Handler(BaseHTTPRequestHandler):
    """Takes what is posted."""

    def do_POST(self) -> None:
        """Keep the body."""
        assert isinstance(self.server, Collector)
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the environment names."""
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_an_arrival_is_traced_from_the_request_to_the_delivery(at: Any, collector: Collector) -> None:
    with traced({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}):
        place = await at()
        answer = await place.customer_writes()
    spans = {span.name: span for span in collector.spans()}
    assert {"request", "arrival message", "step intake", "step gather", "step commit", "deliver send_message"} <= set(spans)
    arrival = spans["arrival message"]
    said = {one.key: one.value.string_value for one in arrival.attributes}
    assert said["wismo.arrival"] == answer["arrival_id"] and said["wismo.run"].startswith("run_")
    assert spans["step gather"].parent_span_id == arrival.span_id
    assert not [body for body in collector.bodies if place.step()["text"][:20].encode() in body or b"mailbox.example" in body]


async def test_a_failure_is_marked_by_its_kind_alone(at: Any, collector: Collector) -> None:
    with traced({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}):
        place = await at()
        await place.post("/v1/messages", place.step(text=WORDS))
        place.house.connection.execute("alter table tickets rename to hidden_tickets")
        await place.work()
    failed = [span for span in collector.spans() if span.name == "arrival message"]
    kinds = [one.value.string_value for span in failed for one in span.attributes if one.key == "error.type"]
    assert kinds in (["OperationalError"], ["UndefinedTable"]), "SQLite's and PostgreSQL's"
    assert not [body for body in collector.bodies if b"no such table" in body or b"does not exist" in body or WORDS.encode() in body]


def test_without_an_endpoint_nothing_is_loaded_and_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with traced({}):
        pass
    with pytest.raises(TracingError, match=r"wismo\[tracing\]"), traced({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}):
        pass
