"""The deployments file: which messages, events and schedules start runs, checked with the line of every problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from graph.deployments import Deployments
from server.toml_file import read_as

FILE: Final = "WISMO_DEPLOYMENTS"
NAME: Final = "deployments.toml"


def read_deployments(path: Path) -> Deployments:
    """The entry points of a file. Raises `TomlFileError` with everything that is wrong."""
    return read_as(Deployments, path, tagged=frozenset({"trigger"}))


def find_deployments(folder: Path | None, environment: Mapping[str, str]) -> Deployments | None:
    """Those of the file that `WISMO_DEPLOYMENTS` names, else of the data folder; None where everything comes in. Raises `TomlFileError`."""
    if named := environment.get(FILE):
        return read_deployments(Path(named))
    kept = folder / NAME if folder is not None else None
    return read_deployments(kept) if kept is not None and kept.is_file() else None


def keep_deployments(path: Path, folder: Path) -> None:
    """Keep a file in the data folder, so that every command that works there goes by the same entry points."""
    read_deployments(path)
    kept = folder / NAME
    if kept.exists() and kept.samefile(path):
        return
    new = folder / f"{NAME}.new"
    new.write_bytes(path.read_bytes())
    new.replace(kept)
