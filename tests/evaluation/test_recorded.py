"""Messages that were recorded in shadow are evaluated again with the facts of their runs, whatever the backends say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.conftest import evaluated, wismo

AT = ("--at", "2026-11-25T10:00:00Z")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with one message of a customer and one of a stranger."""
    folder = tmp_path / "shop"
    for text, *who in (("Where is my order?", "--customer", "C-7001"), ("Is my parcel on its way?", "--email", "nobody@elsewhere.example")):
        assert wismo("ask", text, *who, *AT, "--data", folder).exit_code == 0
    return folder


def test_recorded_messages_come_out_as_they_did(kept: Path, tmp_path: Path) -> None:
    ran = evaluated(tmp_path, kept)
    assert ran.exit_code == 0
    known, stranger = ran.figures["rows"]
    assert known["customer_id"] == "C-7001"
    assert known["condition"]
    assert stranger["customer_id"] is None
    assert stranger["reason"] == "identity_unverified"


def test_one_of_them_can_be_chosen(kept: Path, tmp_path: Path) -> None:
    names = [row["name"] for row in evaluated(tmp_path, kept).figures["rows"]]
    chosen = evaluated(tmp_path, kept, "--only", names[1])
    assert [row["name"] for row in chosen.figures["rows"]] == names[1:]


def test_a_message_without_recorded_facts_is_named(kept: Path, tmp_path: Path) -> None:
    assert wismo("ask", "Where is my order?", "--customer", "C-7017", *AT, "--data", kept).exit_code == 0
    ran = evaluated(tmp_path, kept)
    assert len(ran.figures["rows"]) == 2
    assert "has no recorded facts" in ran.figures["problems"][0]


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    ran = wismo("eval", tmp_path)
    assert ran.exit_code == 1
    assert "holds no recorded runs" in ran.stderr
