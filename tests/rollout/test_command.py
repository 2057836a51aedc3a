"""`wismo rollout`: setting, showing and taking back, with the exit criteria of a phase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checkpoints.schema import connect
from tests.analytics.conftest import wismo

AT = ("--at", "2026-03-17T13:00:00Z")
WHO = ("--by", "ana", "--because", "a test")
Rollout = Callable[..., Any]


@pytest.fixture
def rollout(tmp_path: Path) -> Rollout:
    """`wismo rollout` on a folder with one answered message."""
    assert wismo("ask", "Where is my order?", "--customer", "C-7001", "--data", tmp_path, "--at", "2026-03-17T14:00:00Z", "--live").exit_code == 0

    def run(*arguments: str) -> Any:
        return wismo("rollout", *arguments, "--data", tmp_path)

    run.folder = tmp_path  # type: ignore[attr-defined]
    return run


def test_nothing_is_set_at_first(rollout: Rollout) -> None:
    ran = rollout("show")
    assert ran.exit_code == 0
    assert "No rollout is set" in ran.output


def test_a_phase_is_set_with_changes_and_its_criteria_are_measured(rollout: Rollout) -> None:
    done = rollout("set", "reactive", "--channel", "email=20", "--channel", "chat=5", *WHO, *AT)
    assert done.exit_code == 0, done.output
    shown = rollout("show", "--at", "2026-04-02T13:00:00Z").output
    for line in (
        ["channels", "email", "20"],
        ["chat", "5"],
        ["days", "at", "least", "14", "16", "met"],
        ["cases", "at", "least", "500", "1", "not", "met"],
    ):
        assert any(row.split() == line for row in shown.splitlines()), (line, shown)
    assert "exit criteria are not met" in shown


def test_a_phase_whose_criteria_are_met_names_the_next_one(rollout: Rollout, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'extends = "default"\nversion = "own"\n[rollout]\nphase = "observe"\n[rollout.exit]\ncases = 1\nmost_dead_letters = 0\n', encoding="utf-8"
    )
    assert rollout("set", str(own), *WHO, *AT).exit_code == 0
    assert "`wismo rollout set reactive` is the next phase" in rollout("show", "--at", "2026-03-20T13:00:00Z").output


def test_what_was_set_is_taken_back_once(rollout: Rollout) -> None:
    rollout("set", "observe", *WHO, *AT)
    assert rollout("rollback", *WHO, *AT).exit_code == 0
    again = rollout("rollback", *WHO, *AT)
    assert again.exit_code == 1
    assert "nothing to go back to" in again.stderr
    ledger = connect(rollout.folder / "wismo.sqlite").conn  # type: ignore[attr-defined]
    assert ledger.execute("select count(*) from ledger where what like 'rollout%' and who = 'ana' and why = 'a test'").fetchone() == (2,)
    ledger.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "everything"), "neither a phase"),
        (("set", "reactive", "--channel", "email"), "NAME=PERCENT"),
        (("set", "reactive", "--channel", "fax=10"), "channels.fax"),
        (("set", "reactive", "--action", "refund=101"), "actions.refund"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(rollout: Rollout, arguments: tuple[str, ...], said: str) -> None:
    ran = rollout(*arguments, *WHO)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert "No rollout is set" in rollout("show").output


def test_who_and_why_are_asked_for(rollout: Rollout) -> None:
    assert rollout("set", "observe").exit_code == 2
    assert rollout("rollback", "--by", "ana").exit_code == 2
