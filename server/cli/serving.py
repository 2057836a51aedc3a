"""What `wismo serve` does: opens the door of a data folder, says what an operator has to know, and serves until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI

from checkpoints.schema import StoreVersionError
from graph.facts import World
from graph.labels import Mode
from graph.policy import Policy
from server.cli.folders import default_data_folder
from server.cli.listening import listening_on
from server.cli.loading import load_once
from server.cli.own_words import words_or_refuse
from server.cli.refusal import note, refuse
from server.cli.refusal_of_policy import policy_or_refuse
from server.cli.storing import kept_in
from server.cli.worlds import facts_or_refuse
from server.deployments_file import keep_deployments
from server.encryption import EncryptionKeyError
from server.http.front import Front
from server.http.opening import AlreadyServed, first_token, opened
from server.http.settings import HttpSettings, SettingsError
from server.journal import JournalError, begin
from server.spans import TracingError, traced
from server.toml_file import TomlFileError
from server.warming import warm_up
from server.wiring import House, NotConnectedError
from tools.language_model.settings import ModelSettingsError


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    host: str
    port: int
    data: Path | None
    policy: Path | None
    world: Path | None
    deployments: Path | None
    live: bool


def serve_until_told(asked: Asked) -> None:
    """Serve until a signal ends it. What cannot be used ends the command with its reason."""
    rules, facts = policy_or_refuse(asked.policy), facts_or_refuse(asked.world) if asked.world else None
    folder = asked.data or default_data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _serve(asked, folder, rules, facts)
    except AlreadyServed:
        refuse(f"another process serves {folder} already")
    except TomlFileError as error:
        refuse(*map(str, error.problems))
    except (SettingsError, StoreVersionError, NotConnectedError, ModelSettingsError, EncryptionKeyError, JournalError, TracingError) as problem:
        refuse(str(problem))


def _serve(asked: Asked, folder: Path, rules: Policy, facts: World | None) -> None:
    if asked.deployments is not None:
        keep_deployments(asked.deployments, folder)
    settings = HttpSettings.of(os.environ, Mode.LIVE if asked.live else Mode.SHADOW)
    begin(os.environ)
    _ends_in_good_order()
    with (
        traced(os.environ),
        listening_on(asked.host, asked.port) as listening,
        kept_in() as storages,
        opened(folder, rules, settings, os.environ, words_or_refuse(), storages) as app,
    ):
        _begin(app, facts, folder, listening)
        _run(app, listening)


def _begin(app: FastAPI, facts: World | None, folder: Path, listening: socket.socket) -> None:
    """Get ready, and say what the operator has to know before anything is served."""
    front = app.state.front
    warm_up()
    if facts is not None:
        load_once(front.house, facts)
    if (token := first_token(front)) is not None:
        typer.echo(f"admin token, shown this once: {token}")
    if os.environ.get("SLACK_BOT_TOKEN") and not os.environ.get("SLACK_SIGNING_SECRET"):
        note("SLACK_SIGNING_SECRET is not set: reviews are not in Slack; nothing unsigned is believed")
    _name_systems(front.house)
    _name_entry_points(front)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    note(f"http://{shown}:{port} serves {folder} in {front.settings.mode.value} mode; Ctrl-C ends it")


def _name_systems(house: House) -> None:
    """Say whose facts are believed and where answers go: a wrong guess of either costs an operator most."""
    if house.remote is None:
        return
    note(f"connected over HTTP: {', '.join(system.value for system in house.remote.exchanges)}")
    if house.postman is None:
        note("no outbound endpoint is connected: answers are told only to who waits for them (?wait) or reads the cases")


def _name_entry_points(front: Front) -> None:
    """Say what starts a run, and where the installation is quieter than its entry points."""
    if front.house.entrance is None:
        return
    each = front.house.entrance.deployments.deployments
    note(f"entry points: {', '.join(f'{one.name} ({one.mode.value})' if one.enabled else f'{one.name} (off)' for one in each)}")
    if front.settings.mode is not Mode.LIVE and any(one.enabled and one.mode is Mode.LIVE for one in each):
        note("without --live everything is a draft, whatever the entry points say")


def _ends_in_good_order() -> None:
    """A stop closes the house, whenever it comes; while requests are served, uvicorn lets go of them first."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: sys.exit(0))


def _run(app: FastAPI, listening: socket.socket) -> None:
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])
