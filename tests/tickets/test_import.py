"""Tickets from somebody's export: mapping, values, comments, and what is wrong by file, line and field."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from server.tickets.importing import import_tickets
from server.tickets.mapping import read_mapping
from server.tickets.problem import UnusableError
from server.tickets.ticket import Did, Ticket, turns_of
from tests.evaluation.conftest import SAMPLE, tickets, write_lines

MAPPING = """
[csv]
delimiter = ";"
separator = "|"

[times]
zone = "Europe/Berlin"
format = "%d.%m.%Y %H:%M"

[fields]
ticket_id = "Nr"
created_at = "Datum"
description = "Text"
requester_email = "Von"
did = "Erledigung"

[labels]
condition = "Zustand"
actions = "Pruefung"
escalated = "Team"

[defaults]
channel = "email"

[values.did]
Storno = "cancelled"
"Weiter + Antwort" = ["escalated", "answered"]
"*" = "answered"
"""
COMMENTS = """
[comments]
file = "comments.jsonl"
ticket_id = "ticket"
at = "when"
author = "who"
text = "said"

[values.author]
Kunde = "customer"
"*" = "human"
"""
COLUMNS = ("Nr", "Datum", "Text", "Von", "Erledigung", "Zustand", "Pruefung", "Team")
ROW = ("17", "17.03.2026 15:04", "Wo bleibt mein Paket?", "a@mail.example", "Weiter + Antwort", "delivered|late_in_transit", "cancel=eligible", "ja")


def _mapping(folder: Path, text: str = MAPPING) -> Path:
    file = folder / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    return file


def _csv(folder: Path, *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8") -> Path:
    file = folder / "export.csv"
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerows((columns, *rows))
    return file


def _imported(folder: Path, *rows: tuple[str, ...], text: str = MAPPING, **csv_options: Any) -> Any:
    mapping = _mapping(folder, text)
    return import_tickets(_csv(folder, *rows, **csv_options), read_mapping(mapping), mapping)


def test_a_helpdesks_export_gives_the_very_tickets() -> None:
    mapping = SAMPLE / "zendesk.toml"
    theirs = import_tickets(SAMPLE / "zendesk.jsonl", read_mapping(mapping), mapping)
    assert theirs.problems == ()
    assert len(theirs.tickets) == 40
    ours = {row["ticket_id"]: Ticket.model_validate_json(json.dumps(row)) for row in tickets()[:40]}
    for ticket in theirs.tickets:
        own = ours[f"T-{ticket.ticket_id}"]
        assert (ticket.created_at, ticket.channel, ticket.requester_email, ticket.description) == (
            own.created_at, own.channel, own.requester_email, own.description,
        )  # fmt: skip
        assert [turn.reply for turn in turns_of(ticket)] == [turn.reply for turn in turns_of(own)]
        assert turns_of(ticket)[0].did == turns_of(own)[0].did


def test_columns_values_and_local_times_are_read(tmp_path: Path) -> None:
    made = _imported(tmp_path, (*ROW[:-1], "yes"))
    assert made.problems == ()
    (ticket,) = made.tickets
    assert ticket.created_at.isoformat() == "2026-03-17T15:04:00+01:00"
    assert ticket.channel == "email"
    assert ticket.did == (Did.ESCALATED, Did.ANSWERED)
    assert ticket.labels.expectations() == {
        "condition": ["delivered", "late_in_transit"], "actions": {"cancel": "eligible"}, "escalated": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Datum": "2026-03-17"}, "line 2: created_at ('Datum') is no time in the format"),
        ({"Datum": ""}, "line 2: created_at ('Datum') is missing"),
        ({"Zustand": "somewhere"}, "line 2: labels.condition"),
        ({"Pruefung": "cancel"}, "is not written as action=gate"),
        ({"Team": "perhaps"}, "is neither yes nor no"),
    ],
)
def test_a_wrong_row_is_named_and_costs_no_other(tmp_path: Path, change: dict[str, str], said: str) -> None:
    good = {**dict(zip(COLUMNS, ROW, strict=True)), "Team": "yes"}
    bad = {**good, **change}
    made = _imported(tmp_path, tuple(bad.values()), tuple({**good, "Nr": "18"}.values()))
    assert [ticket.ticket_id for ticket in made.tickets] == ["18"]
    assert made.bad_rows == 1
    assert any(said in str(problem) for problem in made.problems), list(map(str, made.problems))
    assert all("a@mail.example" not in str(problem) for problem in made.problems)


def test_rows_of_another_width_and_twice_the_same_ticket_are_problems(tmp_path: Path) -> None:
    good = (*ROW[:-1], "yes")
    made = _imported(tmp_path, good, good, good[:3])
    assert len(made.tickets) == 1
    assert [problem.line for problem in made.problems] == [3, 4]
    assert "stands on an earlier line too" in str(made.problems[0])
    assert "has 3 cells, the header has 8" in str(made.problems[1])


def test_a_column_that_the_file_does_not_have_is_refused_with_the_line_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(UnusableError) as refused:
        _imported(tmp_path, ROW, columns=("Nr", "Wann", *COLUMNS[2:]))
    assert "mapping.toml: line 12: fields.created_at names the column 'Datum'" in str(refused.value)


def test_an_encoding_that_is_not_said_is_found_at_its_line(tmp_path: Path) -> None:
    row = ("17", ROW[1], "Wo bleibt mein Päckchen?", *ROW[3:-1], "yes")
    with pytest.raises(UnusableError) as refused:
        _imported(tmp_path, row, encoding="latin-1")
    assert "line 2 is not utf-8" in str(refused.value)
    told = MAPPING.replace('delimiter = ";"', 'delimiter = ";"\nencoding = "latin-1"')
    assert _imported(tmp_path, row, encoding="latin-1", text=told).tickets[0].description.endswith("Päckchen?")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[fields\n", "is not TOML"),
        ('[fields]\nticket_id = "a"\ncreated_at = "b"\n', "has no description"),
        (MAPPING.replace('did = "', 'doing = "'), "fields.doing is no field of a ticket"),
        (MAPPING.replace("Europe/Berlin", "Europe/Bielefeld"), "times.zone"),
        (MAPPING + '\n[values.mood]\na = "b"\n', "values.mood is neither a field nor a label"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnusableError) as refused:
        read_mapping(_mapping(tmp_path, text))
    assert said in str(refused.value)


def test_comments_may_stand_in_a_second_file(tmp_path: Path) -> None:
    said = [("17", "16:00", "Eva", "Morgen."), ("17", "17:00", "Kunde", "Danke"), ("99", "17:00", "Kunde", "?")]
    rows = [{"ticket": ticket, "when": f"17.03.2026 {clock}", "who": who, "said": text} for ticket, clock, who, text in said]
    write_lines(tmp_path / "comments.jsonl", rows)
    made = _imported(tmp_path, (*ROW[:-1], "yes"), text=MAPPING + COMMENTS)
    turns = turns_of(made.tickets[0])
    assert [(turn.text, turn.reply) for turn in turns] == [("Wo bleibt mein Paket?", "Morgen."), ("Danke", None)]
    assert "names no ticket of the file" in str(made.problems[0])
