"""Running `wismo` in this process, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.cli import app

Wismo = Callable[..., Any]


@pytest.fixture
def wismo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wismo:
    """Run a command line; the default data folder is a fresh one."""
    monkeypatch.setenv("WISMO_DATA_DIR", str(tmp_path / "default-data"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str | Path) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="wismo")

    return run
