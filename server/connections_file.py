"""The connections of a shop: a TOML file, or the environment alone; secrets come from the environment in either case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from graph.labels import System
from server.http.signatures import secrets_in
from server.toml_file import Problem, TomlFileError, read_as
from tools.http_backends.connection import Connections

FILE: Final = "WISMO_CONNECTIONS"
NAME: Final = "connections.toml"
SECRET: Final = "WISMO_OUTBOUND_SECRET"


@dataclass(frozen=True)
class Wires:
    """The systems of a shop, with the secrets that open them."""

    connections: Connections
    tokens: Mapping[System, str] = field(default_factory=dict, repr=False)
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """What deliveries are signed with."""


def find_wires(folder: Path | None, environment: Mapping[str, str]) -> Wires | None:
    """Those of the file that `WISMO_CONNECTIONS` names, else of `connections.toml` in the data folder, else of `WISMO_OMS_URL` and its like.

    None where there is nothing of that: the embedded systems serve. Raises `TomlFileError`.
    """
    if named := environment.get(FILE):
        return read_wires(Path(named), environment)
    if folder is not None and (kept := folder / NAME).is_file():
        return read_wires(kept, environment)
    return _wires(_of_environment(environment), environment) if environment.get("WISMO_OMS_URL") else None


def read_wires(path: Path, environment: Mapping[str, str]) -> Wires:
    """Those of a file. Raises `TomlFileError` with everything that is wrong; a secret that is missing is named, never shown."""
    return _wires(read_as(Connections, path), environment)


def _wires(connections: Connections, environment: Mapping[str, str]) -> Wires:
    tokens, problems = dict[System, str](), list[Problem]()
    for system in System:
        connection = connections.system(system.value)
        if connection is None:
            continue
        name = connection.token_env or f"WISMO_{system.value.upper()}_TOKEN"
        token = environment.get(name, "")
        if connection.token_env and not token:
            problems.append(Problem(None, f"{system.value}.token_env", f"{name} is not set"))
        elif token and not (token.isascii() and token.isprintable() and " " not in token):
            problems.append(Problem(None, f"{system.value}.token_env", f"{name} is no bearer token"))
        elif token:
            tokens[system] = token
    secrets: tuple[bytes, ...] = ()
    if connections.outbound is not None:
        try:
            secrets = secrets_in(environment.get(connections.outbound.secret_env, ""))
        except ValueError as wrong:
            problems.append(Problem(None, "outbound.secret_env", f"{connections.outbound.secret_env} {wrong}"))
    if problems:
        raise TomlFileError(tuple(problems))
    return Wires(connections, tokens, secrets)


def _of_environment(environment: Mapping[str, str]) -> Connections:
    names = (*(system.value for system in System), "outbound")
    content: dict[str, Any] = {name: {"url": url} for name in names if (url := environment.get(f"WISMO_{name.upper()}_URL"))}
    try:
        return Connections.model_validate(content)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)
        problems = [Problem(None, f"WISMO_{str(each['loc'][0]).upper()}_URL", each["msg"].removeprefix("Value error, ")) for each in told]
        raise TomlFileError(tuple(problems)) from None
