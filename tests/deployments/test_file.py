"""The entry points file: what it may say, and how every mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.labels import Channel, Intent, Mode
from server.deployments_file import find_deployments, keep_deployments, read_deployments
from server.toml_file import TomlFileError

GOOD = """
[[deployments]]
name = "late-mail"
mode = "live"
go_live = 2026-03-01T08:00:00Z
cap_per_hour = 200
trigger = { kind = "tag", any_of = ["wismo"] }

[deployments.filter]
channels = ["email", "ticket"]
intents = ["order_status"]
without_tags = ["b2b"]
metadata = { brand = "fernhill" }

[[deployments]]
name = "carrier-events"
enabled = false

[deployments.trigger]
kind = "webhook"
sources = ["carrier"]
types = ["tracking.*"]
"""
HEAD = '[[deployments]]\nname = "a"\n'


def test_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "deployments.toml"
    file.write_text(GOOD, encoding="utf-8")
    first, second = read_deployments(file).deployments
    assert (first.name, first.mode, first.cap_per_hour, first.enabled) == ("late-mail", Mode.LIVE, 200, True)
    assert first.filter.channels == {Channel.EMAIL, Channel.TICKET} and first.filter.intents == {Intent.ORDER_STATUS}
    assert first.go_live is not None and first.go_live.isoformat() == "2026-03-01T08:00:00+00:00"
    assert (second.trigger.kind, second.mode, second.enabled) == ("webhook", Mode.SHADOW, False)


@pytest.mark.parametrize(
    ("text", "line", "where", "what"),
    [
        ("", None, "deployments", "is missing"),
        ("deployments = []\n", 1, "deployments", "at least one is needed"),
        ('[[deployments]]\nname = 5\ntrigger = { kind = "schedule" }\n', 2, "deployments[0].name", "valid string"),
        (f'{HEAD}trigger = {{ kind = "tag", any_of = [] }}\n', 3, "deployments[0].trigger.any_of", "at least one is needed"),
        (f'{HEAD}trigger = {{ kind = "tags", any_of = ["x"] }}\n', 3, "deployments[0].trigger", "does not match any of the expected tags"),
        (f"{HEAD}", 1, "deployments[0].trigger", "is missing"),
        (f'{HEAD}trigger = {{ kind = "chat_intent", any_of = ["whatever"] }}\n', 3, "deployments[0].trigger.any_of[0]", "order_status"),
        (f'{HEAD}trigger = {{ kind = "webhook", sources = ["fax"] }}\n', 3, "deployments[0].trigger.sources[0]", "carrier"),
        (f'{HEAD}mode = "loud"\ntrigger = {{ kind = "schedule" }}\n', 3, "deployments[0].mode", "live"),
        (f'{HEAD}trigger = {{ kind = "schedule" }}\ncap_per_hour = 0\n', 4, "deployments[0].cap_per_hour", "greater than 0"),
        (f'{HEAD}trigger = {{ kind = "schedule" }}\ngo_live = 2026-03-01T08:00:00\n', 4, "deployments[0].go_live", "timezone"),
        (f'{HEAD}trigger = {{ kind = "schedule" }}\ngolive = 2026-03-01T08:00:00Z\n', 4, "deployments[0].golive", "did you mean 'go_live'?"),
        (f'{HEAD}trigger = {{ kind = "webhook" }}\nfilter = {{ channels = ["chat"] }}\n', 1, "deployments[0]", "only messages are filtered"),
        ('[[deployments]]\nname = "Has Blanks"\ntrigger = { kind = "schedule" }\n', 2, "deployments[0].name", "match pattern"),
        (f'{HEAD}trigger = {{ kind = "schedule" }}\n{HEAD}trigger = {{ kind = "schedule" }}\n', None, "", "two entry points are called 'a'"),
        ("[[deployments\n", 1, "column 14", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(text: str, line: int | None, where: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "deployments.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TomlFileError) as told:
        read_deployments(file)
    [problem] = told.value.problems
    assert (problem.line, problem.where) == (line, where) and what in problem.what


def test_the_file_is_kept_where_every_command_finds_it(tmp_path: Path) -> None:
    given, folder = tmp_path / "mine.toml", tmp_path / "data"
    folder.mkdir()
    given.write_text(GOOD, encoding="utf-8")
    assert find_deployments(folder, {}) is None
    keep_deployments(given, folder)
    found = find_deployments(folder, {})
    assert found == read_deployments(given) == find_deployments(None, {"WISMO_DEPLOYMENTS": str(given)})
    keep_deployments(folder / "deployments.toml", folder)
    assert find_deployments(folder, {}) == found
    given.write_text("nonsense", encoding="utf-8")
    with pytest.raises(TomlFileError):
        keep_deployments(given, folder)
    assert find_deployments(folder, {}) == found
