"""The shipped sample, evaluated once for all tests of this folder, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.cli import app

SAMPLE = Path(__file__).parents[2] / "evals/historical"
Wismo = Callable[..., Any]


def wismo(*arguments: str | Path) -> Any:
    """Run a command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="wismo")


def tickets() -> list[dict[str, Any]]:
    """The sample's tickets, as they stand in the file."""
    return [json.loads(line) for line in (SAMPLE / "tickets.jsonl").read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A JSONL file."""
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Evaluated:
    """What the command said, and the files that it left."""

    exit_code: int
    output: str
    figures: dict[str, Any]
    page: str

    def row(self, name: str) -> dict[str, Any]:
        """The row of one message."""
        return next(row for row in self.figures["rows"] if row["name"] == name)


def evaluated(folder: Path, *arguments: str | Path) -> Evaluated:
    """`wismo eval` with a page and figures."""
    page, figures = folder / "page.html", folder / "figures.json"
    ran = wismo("eval", *arguments, "--html", page, "--json", figures, "--plain")
    assert ran.exit_code in {0, 1}, ran.output
    return Evaluated(ran.exit_code, ran.output, json.loads(figures.read_text(encoding="utf-8")), page.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    """The whole sample."""
    return evaluated(tmp_path_factory.mktemp("sample"), SAMPLE / "tickets.jsonl")
