"""Connections and entry points that cannot be used end a command with every problem in them."""

from __future__ import annotations

import os
from pathlib import Path

from graph.deployments import Deployments
from graph.ports import Clock
from server.cli.refusal import refuse
from server.connections_file import Wires, find_wires, read_wires
from server.deployments_file import find_deployments
from server.toml_file import TomlFileError
from server.wiring import Furnishing, House, NotConnectedError, build


def wires_or_refuse(folder: Path | None, file: Path | None = None) -> Wires | None:
    """The connections of a file, else those that belong to a data folder; None where the embedded systems serve."""
    try:
        return read_wires(file, os.environ) if file else find_wires(folder, os.environ)
    except TomlFileError as error:
        refuse(*(f"connections: {problem}" for problem in error.problems))


def build_or_refuse(folder: Path | None, furnishing: Furnishing, clock: Clock) -> House:
    """A house; one whose systems are not connected any more is not opened."""
    try:
        return build(folder, furnishing, clock)
    except NotConnectedError as error:
        refuse(str(error))


def deployments_or_refuse(folder: Path | None) -> Deployments | None:
    """The entry points of a data folder; None where everything comes in."""
    try:
        return find_deployments(folder, os.environ)
    except TomlFileError as error:
        refuse(*(f"deployments: {problem}" for problem in error.problems))
