"""The log: one JSON object per line, with the ids of what it is about. Never a customer's words, a secret, or the words of a failure."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from server.trouble import trouble

FORMAT = "WISMO_LOG_FORMAT"
FORMATS = ("json", "text")
OURS = "wismo"
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("ABOUT")
_NOTHING: Mapping[str, str] = {}


class JournalError(Exception):
    """The setting cannot be used."""


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """What is logged inside is about these: `case`, `run`, `arrival`, `request`."""
    token = _ABOUT.set({**_ABOUT.get(_NOTHING), **{name: value for name, value in ids.items() if value is not None}})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def fields(**values: Any) -> dict[str, Any]:
    """What a line says besides its words; for `extra`."""
    return {"wismo_fields": {name: value for name, value in values.items() if value is not None}}


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": _words(record), **_besides(record)}
        return json.dumps(told, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        besides = "".join(f" {name}={value}" for name, value in _besides(record).items())
        return f"{at} {record.levelname} {record.name} {_words(record)}{besides}"


def begin(environment: Mapping[str, str], stream: TextIO | None = None) -> None:
    """Log to stderr: as JSON, or as text where `WISMO_LOG_FORMAT` says so or a terminal reads it. Raises `JournalError`."""
    stream = stream or sys.stderr
    wanted = environment.get(FORMAT) or ("text" if stream.isatty() else "json")
    if wanted not in FORMATS:
        raise JournalError(f"{FORMAT} must be {' or '.join(FORMATS)}")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if wanted == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)


def _words(record: logging.LogRecord) -> str:
    """Our own lines whole; of a library's only the first line: what follows may quote a failure."""
    words = record.getMessage()
    return words if record.name.partition(".")[0] == OURS else words.partition("\n")[0][:300]


def _besides(record: logging.LogRecord) -> dict[str, Any]:
    failure = {"trouble": trouble(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}
    return {**_ABOUT.get(_NOTHING), **getattr(record, "wismo_fields", {}), **failure}
