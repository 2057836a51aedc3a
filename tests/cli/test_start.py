"""The command line starts fast and explains itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

COMMANDS = ("demo", "ask", "replay", "cases", "case", "graph", "policy", "world")
HEAVY = ("langgraph", "langchain_core", "pydantic", "rich.console", "httpx", "sqlite_utils", "babel", "asyncio")


def test_the_command_line_imports_nothing_heavy() -> None:
    code = f"import sys, server.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_help_names_every_command_and_the_exit_codes(wismo: Callable[..., Any]) -> None:
    shown = wismo("--help")
    assert shown.exit_code == 0
    assert all(f" {command} " in shown.stdout for command in COMMANDS)
    assert "Exit codes" in shown.stdout


@pytest.mark.parametrize("command", ["demo", "ask", "replay", "cases", "case", "graph"])
def test_every_command_has_an_example(wismo: Callable[..., Any], command: str) -> None:
    shown = wismo(command, "--help")
    assert shown.exit_code == 0
    assert f"wismo {command}" in shown.stdout.split("Usage:")[1].split("\n", 1)[1]


def test_it_runs_as_a_module() -> None:
    shown = subprocess.run([sys.executable, "-m", "server", "graph"], check=True, capture_output=True, text=True)
    assert "customer_communications" in shown.stdout


def test_an_unknown_command_is_a_usage_error(wismo: Callable[..., Any]) -> None:
    refused = wismo("dance")
    assert refused.exit_code == 2
    assert "No such command" in refused.stderr
