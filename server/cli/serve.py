"""`wismo serve`: the service over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, ExistingFile
from server.cli.refusal import note, refuse

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from graph.facts import World
    from server.http.front import Front
    from server.wiring import House


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one and says which.")] = 8000,
    data: Data = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    world: Annotated[Path | None, typer.Option(help="Facts for the embedded backends: a world file, loaded once.", **ExistingFile)] = None,
    deployments: Annotated[
        Path | None, typer.Option(help="What starts a run: an entry points file, kept in the data folder from then on.", **ExistingFile)
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Speak and act; otherwise answers are drafts and nothing is done.")] = False,
) -> None:
    """Run doors, worker and timers in one process, until it is told to stop. Nothing has to be configured.

    The first start prints an admin token, once; `wismo token add` makes others. With SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET reviews go to
    Slack, which calls /slack/events. /openapi.json describes all addresses.

    Examples:

    wismo serve --data ./shop

    wismo serve --host 0.0.0.0 --port 8080 --policy shop.toml --live
    """
    from checkpoints.schema import StoreVersionError
    from graph.labels import Mode
    from server.cli.folders import default_data_folder
    from server.cli.listening import listening_on
    from server.cli.own_words import words_or_refuse
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.storing import kept_in
    from server.cli.worlds import facts_or_refuse
    from server.deployments_file import keep_deployments
    from server.encryption import EncryptionKeyError
    from server.http.opening import AlreadyServed, opened
    from server.http.settings import HttpSettings, SettingsError
    from server.journal import JournalError, begin
    from server.spans import TracingError, traced
    from server.toml_file import TomlFileError
    from server.wiring import NotConnectedError
    from tools.language_model.settings import ModelSettingsError

    rules, facts = policy_or_refuse(policy), facts_or_refuse(world) if world else None
    folder = data or default_data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if deployments is not None:
            keep_deployments(deployments, folder)
        settings = HttpSettings.of(os.environ, Mode.LIVE if live else Mode.SHADOW)
        begin(os.environ)
        _ends_in_good_order()
        with (
            traced(os.environ),
            listening_on(host, port) as listening,
            kept_in() as storages,
            opened(folder, rules, settings, os.environ, words_or_refuse(), storages) as app,
        ):
            _begin(app, facts, folder, listening)
            _run(app, listening)
    except AlreadyServed:
        refuse(f"another process serves {folder} already")
    except TomlFileError as error:
        refuse(*map(str, error.problems))
    except (SettingsError, StoreVersionError, NotConnectedError, ModelSettingsError, EncryptionKeyError, JournalError, TracingError) as problem:
        refuse(str(problem))


def _begin(app: FastAPI, facts: World | None, folder: Path, listening: socket.socket) -> None:
    """Get ready, and say what the operator has to know before anything is served."""
    from server.cli.loading import load_once
    from server.http.opening import first_token
    from server.warming import warm_up

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
    from graph.labels import Mode

    if front.house.entrance is None:
        return
    each = front.house.entrance.deployments.deployments
    note(f"entry points: {', '.join(f'{one.name} ({one.mode.value})' if one.enabled else f'{one.name} (off)' for one in each)}")
    if front.settings.mode is not Mode.LIVE and any(one.enabled and one.mode is Mode.LIVE for one in each):
        note("without --live everything is a draft, whatever the entry points say")


def _ends_in_good_order() -> None:
    """A stop closes the house, whenever it comes; while requests are served, uvicorn lets go of them first."""
    import signal
    import sys

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: sys.exit(0))


def _run(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])
