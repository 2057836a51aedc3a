"""What LangGraph keeps of a case is small, and says nothing about a person."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.replay.playing import message_stories, play

MOST_BYTES_PER_CASE = 6_000


@pytest.fixture(scope="module")
def played(message_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the checkpoints of all scenarios and their houses beside them."""
    folder = tmp_path_factory.mktemp("played")
    play(message_file, folder / "results.jsonl", checkpoints=folder, state=folder / "houses")
    return folder


def test_a_case_takes_little_room(played: Path) -> None:
    case_of = dict(_rows(played, "select run_id, case_id from runs where case_id is not null"))
    sizes: defaultdict[str, int] = defaultdict(int)
    for thread, size in [*_sizes(played, "checkpoints", ("checkpoint", "metadata")), *_sizes(played, "writes", ("value",))]:
        run = thread.partition(".")[0]
        if run in case_of:
            sizes[case_of[run]] += size
    assert len(sizes) == len(set(case_of.values()))
    assert statistics.median(sizes.values()) < MOST_BYTES_PER_CASE


def test_no_checkpoint_names_a_person(played: Path) -> None:
    kept = b"\n".join(_kept(played)).lower()
    assert kept
    assert sorted({text for text in _personal() for form in _written(text) if _stands_in(form, kept)}) == []


def _sizes(folder: Path, table: str, columns: tuple[str, ...]) -> list[tuple[str, int]]:
    """Per row: its thread, and every byte of it, keys and all."""
    keys = ("thread_id", "checkpoint_ns", "checkpoint_id", "type", *columns)
    bytes_of = " + ".join(f"coalesce(length(cast({column} as blob)), 0)" for column in keys)
    with closing(sqlite3.connect(folder / "checkpoints.sqlite")) as connection:
        return connection.execute(f"select thread_id, {bytes_of} from {table}").fetchall()


def _kept(folder: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(folder / "checkpoints.sqlite")) as connection:
        for table in ("checkpoints", "writes"):
            for row in connection.execute(f"select * from {table}"):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row if value is not None)


def _rows(folder: Path, sql: str) -> Iterator[Any]:
    for file in sorted((folder / "houses").glob("*/wismo.sqlite")):
        with closing(sqlite3.connect(file)) as connection:
            yield from connection.execute(sql)


def _written(text: str) -> tuple[bytes, ...]:
    """A text as msgpack and as JSON would write it."""
    return text.lower().encode(), json.dumps(text).strip('"').lower().encode()


def _stands_in(form: bytes, kept: bytes) -> bool:
    return form in kept and re.search(rb"(?<![a-z0-9])" + re.escape(form) + rb"(?![a-z0-9])", kept) is not None


def _personal() -> Iterator[str]:
    for story in message_stories():
        world = story["world"]
        for customer in world["customers"]:
            yield from (customer["name"], *customer["name"].split(), *customer["emails"])
        for order in world.get("orders", ()):
            yield from (order["ship_to"]["line1"], order["ship_to"].get("name") or order["ship_to"]["line1"])
        yield from (parcel["tracking_number"] for parcel in world.get("shipments", ()))
        yield from (contact["text"] for contact in world.get("contacts", ()))
        for step in story["steps"]:
            yield from filter(None, (step.get("from_email"), step.get("subject"), *_phrases(step["text"])))


def _phrases(text: str) -> list[str]:
    """Every four words in a row of a message, or the message itself."""
    words = re.split(r"(?<=\s)", text)
    return ["".join(words[start : start + 4]).strip() for start in range(max(1, len(words) - 3))]
