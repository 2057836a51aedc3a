"""A policy file is read whole or refused with the line and key of everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from graph.policy import Policy
from server.policy_file import PolicyFileError, Problem, check_policy, read_policy

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


ONE_PROBLEM = [
    # syntax
    ("not a key", 'version = "a"\n[triggers\n', 2, "column 10", "not valid TOML"),
    ("ends early", 'version = "a"\n[promises]\ndecision = ', 3, "column 12", "not valid TOML"),
    ("key twice", 'version = "a"\nversion = "b"\n', 2, "column 14", "Cannot overwrite"),
    # keys
    ("no version", "[triggers]\nclaims = 2\n", None, "version", "is missing"),
    ("unknown key", 'version = "a"\n\n[triggers]\n# a comment\nhigh_valu = 3\n', 5, "triggers.high_valu", "did you mean 'high_value'?"),
    ("unknown key, like nothing", 'version = "a"\n[triggers]\nxyz = 3\n', 3, "triggers.xyz", "is no key of the policy"),
    ("unknown table", 'version = "a"\n[trigers]\nclaims = 3\n', 2, "trigers", "did you mean 'triggers'?"),
    ("unknown table around another", 'version = "a"\n[gate.limits.USD]\ncancel = 3\n', 2, "gate", "did you mean 'gates'?"),
    ("unknown key in a map", 'version = "a"\n[gates.limits.USD]\ncancel = 1\nrefund = 1\nreplacement = 1\nrefunds = 1\n', 6,
     "gates.limits.USD.refunds", "did you mean 'refund'?"),
    ("misspelt extends", 'version = "a"\nextend = "default"\n', 2, "extend", "did you mean 'extends'?"),
    ("missing key in a map", 'version = "a"\n[gates.limits.USD]\ncancel = 1\nrefund = 1\n', 2, "gates.limits.USD.replacement", "is missing"),
    ("no currency", 'version = "a"\n[gates.limits]\nusd = {cancel = 1, refund = 1, replacement = 1}\n', 3, "gates.limits.usd", "must match pattern"),
    ("no queue", 'version = "a"\n[escalation.channels]\nshiping = "#s"\n', 3, "escalation.channels.shiping", "not 'shiping'"),
    # types
    ("text for a number", 'version = "a"\n[escalation]\nurgent_hours = "4"\n', 3, "escalation.urgent_hours", "must be a valid number, not '4'"),
    ("true for a number", 'version = "a"\nescalation.days = true\n', 2, "escalation.days", "must be a valid integer, not True"),
    ("half a day", 'version = "a"\n[promises]\ndecision = 1.5\n', 3, "promises.decision", "integer"),
    ("number for a table", 'version = "a"\nintake = 3\n', 2, "intake", "must be a table, not 3"),
    ("number for a clock time", 'version = "a"\n[business_hours]\nopens = 9\n', 3, "business_hours.opens", "must be a valid time"),
    # values
    ("no hours", 'version = "a"\n[backends]\nconflict_grace_hours = 0\n', 3, "backends.conflict_grace_hours", "must be greater than 0, not 0"),
    ("infinite hours", 'version = "a"\n[conditions]\nlabel_hours = inf\n', 3, "conditions.label_hours", "finite"),
    ("no number", 'version = "a"\n[triggers]\nhigh_value = nan\n', 3, "triggers.high_value", "finite"),
    ("no zone", 'version = "a"\n[timezone]\nbusiness = "Europe/Berln"\n', 3, "timezone.business", "no time zone is called 'Europe/Berln'"),
    ("no clock time", 'version = "a"\n[quiet_hours]\nstarts = "25:00"\n', 3, "quiet_hours.starts", "not '25:00'"),
    ("clock time of elsewhere", 'version = "a"\n[business_hours]\ncloses = "17:00+02:00"\n', 3, "business_hours.closes", "without an offset"),
    ("no date", 'version = "a"\n[business_hours]\nholidays = ["2026-13-01"]\n', 3, "business_hours.holidays[0]", "month value"),
    ("no weekday", 'version = "a"\n[business_hours]\nweekdays = [\n  0,\n  7,\n]\n', 3, "business_hours.weekdays[1]", "not 7"),
    ("closes before it opens", 'version = "a"\n[business_hours]\nopens = "18:00"\n', 2, "business_hours", "open before they close"),
    ("bands fall", 'version = "a"\n[value_bands]\nlimits = [250, 100]\n', 3, "value_bands.limits", "rise"),
    ("no mode", 'version = "a"\n[mode]\ndefault = "loud"\n', 3, "mode.default", "not 'loud'"),
    ("no country", 'version = "a"\n[business_hours]\nholiday_country = "us"\n', 3, "business_hours.holiday_country", "did you mean 'US'?"),
    ("no such country", 'version = "a"\n[business_hours]\nholiday_country = "Q9"\n',
     3, "business_hours.holiday_country", "no country is called 'Q9'"),
    ("no subdivision", 'version = "a"\n[business_hours]\nholiday_country = "DE"\nholiday_subdivision = "by"\n', 4,
     "business_hours.holiday_subdivision", "did you mean 'BY'?"),
    ("subdivision of nothing", 'version = "a"\n[business_hours]\nholiday_subdivision = "BY"\n',
     3, "business_hours.holiday_subdivision", "holiday_country"),
    # arrays of tables
    ("second exception", 'version = "a"\n[[conditions.no_movement_exceptions]]\nhours = 1\n[[conditions.no_movement_exceptions]]\nhours = -1\n', 5,
     "conditions.no_movement_exceptions[1].hours", "greater than 0"),
    ("reviewer without a limit", 'version = "a"\n[[escalation.reviewers]]\nslack_id = "U1"\nqueues = ["cx"]\n', 2,
     "escalation.reviewers[0].limit", "is missing"),
    ("reviewer twice",
     'version = "a"\n[[escalation.reviewers]]\nslack_id = "U1"\nqueues = ["cx"]\nlimit = 1\n'
     '[[escalation.reviewers]]\nlimit = 2\nqueues = ["cx"]\nslack_id = "U1"\n',
     9, "escalation.reviewers[1].slack_id", "'U1' is listed as a reviewer twice"),
    # overlays
    ("extends something else", 'version = "a"\nextends = "mine"\n', 2, "extends", "must be 'default', not 'mine'"),
    ("overlay without a version", 'extends = "default"\n', None, "version", "a version of its own"),
    ("wrong in the overlay", 'extends = "default"\nversion = "a"\n[business_hours]\nopens = "18:00"\n', 3, "business_hours", "open before"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "where", "what"), [row[1:] for row in ONE_PROBLEM], ids=[row[0] for row in ONE_PROBLEM])
def test_a_problem_names_its_line_and_key(write: Write, text: str, line: int | None, where: str, what: str) -> None:
    [problem] = check_policy(write(text))
    assert (problem.line, problem.where) == (line, where)
    assert what in problem.what


def test_every_problem_is_reported_in_the_order_of_the_file(write: Write) -> None:
    text = 'version = ""\n[mode]\npercentage = 101\n[triggers]\nhigh_value = inf\nclaim = 1\n[business_hours]\nopens = "09:00Z"\n'
    problems = check_policy(write(text))
    assert [(each.line, each.where) for each in problems] == [
        (1, "version"), (3, "mode.percentage"), (5, "triggers.high_value"), (6, "triggers.claim"), (8, "business_hours.opens"),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    [absent] = check_policy(tmp_path / "absent.toml")
    assert absent.where.endswith("absent.toml")
    assert "No such file" in absent.what
    (tmp_path / "latin.toml").write_bytes(b'version = "a"\n# Gr\xfc\xdfe\n')
    assert check_policy(tmp_path / "latin.toml") == (Problem(2, "", "is not UTF-8 text"),)


def test_the_error_says_everything(write: Write) -> None:
    with pytest.raises(PolicyFileError, match=r"^line 2: intake: must be a table, not 3$") as refused:
        read_policy(write('version = "a"\nintake = 3\n'))
    assert len(refused.value.problems) == 1


def test_a_file_from_windows_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes('\ufeffversion = "a"\r\n[intake]\r\nreopen_days = 0\r\n'.encode())
    assert [(each.line, each.where) for each in check_policy(path)] == [(3, "intake.reopen_days")]


def test_the_shipped_default_says_what_the_model_defaults_to() -> None:
    shipped = read_policy(None)
    written = shipped.model_dump(exclude={"version", "escalation", "gates"})
    assert written == Policy(version="any").model_dump(exclude={"version", "escalation", "gates"})
    assert shipped.gates.limits.keys() == {"USD", "EUR", "GBP"}


def test_a_full_file_stands_for_itself(write: Write) -> None:
    policy = read_policy(write('version = "10-05"\n[business_hours]\nopens = 08:30:00\n'))
    assert (policy.version, policy.business_hours.opens, policy.escalation.reviewers) == ("10-05", time(8, 30), ())


def test_an_overlay_changes_what_it_names_and_nothing_else(write: Write) -> None:
    overlay = 'extends = "default"\nversion = "mine.1"\n[gates.limits.USD]\nrefund = 75\n[value_bands]\nlimits = [10]\n'
    default, policy = read_policy(None), read_policy(write(overlay))
    assert policy.version == "mine.1"
    assert policy.gates.limits["USD"].refund == 75
    assert policy.gates.limits["USD"].cancel == default.gates.limits["USD"].cancel
    assert policy.value_bands.limits == (Decimal(10),)
    same = {"version", "gates", "value_bands"}
    assert policy.model_dump(exclude=same) == default.model_dump(exclude=same)


def test_an_overlay_replaces_an_array_of_tables(write: Write) -> None:
    overlay = 'extends = "default"\nversion = "mine.1"\n[[escalation.reviewers]]\nslack_id = "U1"\nqueues = ["cx", "fraud"]\nlimit = 1\n'
    assert [each.slack_id for each in read_policy(write(overlay)).escalation.reviewers] == ["U1"]
