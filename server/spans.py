"""OpenTelemetry traces, where an endpoint is configured: a request, an arrival with the graph's steps, a delivery. Ids and kinds only.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing of it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
NAME = "wismo"
_tracers: list[Any] = []


class TracingError(Exception):
    """Traces are wanted, but cannot be made."""


@contextmanager
def traced(environment: Mapping[str, str]) -> Iterator[None]:
    """Traces are made inside, and the last are sent at the end. Raises `TracingError`."""
    if not any(environment.get(name) for name in ENDPOINTS):
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as missing:
        raise TracingError("traces need the extra `tracing`: pip install 'wismo[tracing]'") from missing
    provider = TracerProvider(resource=Resource.create({"service.name": environment.get("OTEL_SERVICE_NAME", NAME)}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracers.append(provider.get_tracer(NAME))
    try:
        yield
    finally:
        _tracers.pop()
        provider.shutdown()


@contextmanager
def span(name: str, **attributes: str | int | None) -> Iterator[None]:
    """One piece of work; a failure is marked by its kind, never by its words."""
    if not _tracers:
        yield
        return
    named = {f"wismo.{key}": value for key, value in attributes.items() if value is not None}
    with _tracers[-1].start_as_current_span(name, attributes=named, record_exception=False, set_status_on_exception=False) as opened:
        try:
            yield
        except BaseException as error:
            opened.set_attribute("error.type", type(error).__name__)
            raise


def step_spans() -> list[BaseCallbackHandler]:
    """What makes a span of each step of the graph, for its config; nothing where there are no traces."""
    return [_Steps()] if _tracers else []


class _Steps(BaseCallbackHandler):
    """A span for every node that runs."""

    run_inline = True

    def __init__(self) -> None:
        self._open: dict[UUID, Any] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **more: Any) -> None:
        """A node begins."""
        node = (more.get("metadata") or {}).get("langgraph_node")
        if node is not None and node == more.get("name"):
            self._open[run_id] = _tracers[-1].start_span(f"step {node}")

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """A node ends."""
        if (opened := self._open.pop(run_id, None)) is not None:
            opened.end()

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A node fails, or falls asleep."""
        if (opened := self._open.pop(run_id, None)) is not None:
            opened.set_attribute("error.type", type(error).__name__)
            opened.end()
