"""The words by which a person could be found again: name, addresses, numbers and what they wrote; and looking for them in raw files."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkpoints.belongings import Belongings, among
from checkpoints.database import Database

CHUNK = 8 * 1024 * 1024
SHORTEST_NAME, SHORTEST_PIECE, LONGEST_PIECE = 5, 24, 60
_PHONE = re.compile(r"\+?\d[\d ()/.-]{7,}\d")
_KINDS = {
    "name": "name", "emails": "mail address", "from_email": "mail address", "line1": "street", "line2": "street", "text": "text", "subject": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """One word of a person, as bytes in lower case, and what it is. Never shown."""

    kind: str
    word: bytes


@dataclass(frozen=True)
class Left:
    """A kind of word that still stands in a file. Either somebody else's rows have the same words, or something was overlooked."""

    kind: str
    file: str
    count: int


def traces_of(connection: Database, theirs: Belongings) -> frozenset[Trace]:
    """The words in everything that the case store has of a person."""
    rows = among(connection, "select body from personal where kind in ('arrival', 'context') and ref in ({marks})", theirs.refs)
    return frozenset(trace for (body,) in rows for trace in traces_in(json.loads(body)))


def traces_in(document: Any) -> Iterator[Trace]:
    """The words in one document: a person's own, never those of our texts, which are the same for all."""
    if isinstance(document, list):
        for each in document:
            yield from traces_in(each)
    elif isinstance(document, dict) and document.get("author") not in {"automation", "human"}:
        for key, value in document.items():
            if key in _KINDS:
                for text in value if isinstance(value, list) else [value]:
                    yield from _words(_KINDS[key], text)
            else:
                yield from traces_in(value)


def search(folder: Path, traces: Collection[Trace]) -> tuple[int, tuple[Left, ...]]:
    """Read every byte of every file of a folder: how many bytes that were, and which kinds of words still stand there."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    left = [Left(kind, file.name, count) for file in files for kind, count in _in_file(file, traces).items()]
    return sum(file.stat().st_size for file in files), tuple(left)


def _in_file(file: Path, traces: Collection[Trace]) -> dict[str, int]:
    found: dict[str, set[bytes]] = {}
    for chunk in _chunks(file, max((len(trace.word) for trace in traces), default=1)):
        for trace in traces:
            if trace.word in chunk:
                found.setdefault(trace.kind, set()).add(trace.word)
    return {kind: len(words) for kind, words in sorted(found.items())}


def _chunks(file: Path, overlap: int) -> Iterable[bytes]:
    with file.open("rb") as stream:
        before = b""
        while more := stream.read(CHUNK):
            yield (before + more).lower()
            before = more[-overlap:]


def _words(kind: str, text: object) -> Iterator[Trace]:
    if not isinstance(text, str):
        return
    if kind != "text":
        if len(text) >= SHORTEST_NAME:
            yield from _written(kind, text)
        return
    for number in _PHONE.findall(text):
        yield from _written("number", number)
    for piece in re.split(r'[\n\r\t"\\]+', text):
        if len(piece.strip()) >= SHORTEST_PIECE:
            yield from _written(kind, piece.strip()[:LONGEST_PIECE])


def _written(kind: str, text: str) -> Iterator[Trace]:
    """As the databases have it, and as JSON that knows only ASCII has it."""
    text = text.strip()
    yield Trace(kind, text.encode(errors="replace").lower())
    if not text.isascii():
        yield Trace(kind, json.dumps(text)[1:-1].encode().lower())
