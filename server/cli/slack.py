"""`wismo slack`: reviews in Slack."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, ExistingFile
from server.cli.refusal import FOUND, note, refuse

if TYPE_CHECKING:
    from graph.policy import Policy
    from server.slack.station import Station

app = typer.Typer(help="Reviews in Slack: check the set-up, or run the service.", no_args_is_help=True)

PolicyFile = Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)]


@app.callback()
def slack() -> None:
    """Reviews in Slack: check the set-up, or run the service."""


@app.command()
def check(policy: PolicyFile = None) -> None:
    """Say what is missing: tokens, scopes, channels that the bot is not in, reviewers whom Slack does not know.

    Reads SLACK_BOT_TOKEN, and SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode). `wismo slack manifest` prints the app to create.

    Example: wismo slack check --policy shop.toml
    """
    import asyncio

    from server.cli.refusal_of_policy import policy_or_refuse
    from server.slack.check import problems_of
    from server.slack.settings import SlackSettings

    problems = asyncio.run(problems_of(SlackSettings.of(os.environ), policy_or_refuse(policy)))
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(FOUND)
    typer.echo("Slack is ready: tokens, scopes, channels and reviewers are there.")


@app.command()
def manifest() -> None:
    """Print the manifest of the Slack app.

    Example: wismo slack manifest > manifest.yaml
    """
    from importlib.resources import files

    typer.echo((files("server.slack") / "manifest.yaml").read_text(encoding="utf-8"), nl=False)


@app.command()
def run(
    data: Data = None,
    policy: PolicyFile = None,
    socket: Annotated[bool, typer.Option("--socket/--http", help="Socket Mode, or an HTTP address that Slack calls.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the HTTP address /slack/events.")] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Run worker, review desk and app in one process, on the cases of a data folder, until it is told to stop.

    Example: wismo slack run --socket --data ./shop
    """
    import asyncio

    from server.cli.folders import default_data_folder
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.slack.settings import SlackSettings

    settings, rules = SlackSettings.of(os.environ), policy_or_refuse(policy)
    if not settings.bot_token:
        refuse("SLACK_BOT_TOKEN is not set; `wismo slack check` says what else is missing")
    if not (settings.app_token if socket else settings.signing_secret):
        refuse("SLACK_APP_TOKEN is not set" if socket else "SLACK_SIGNING_SECRET is not set; nothing unsigned is believed")
    folder = data or default_data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    where = "Socket Mode" if socket else f"http://{host}:{port}/slack/events"
    note(f"reviews of {folder} are in Slack ({where}); Ctrl-C ends it")
    asyncio.run(_run(folder, rules, None if socket else (host, port)))


async def _run(folder: Path, policy: Policy, address: tuple[str, int] | None) -> None:
    from contextlib import closing

    from server.cli.furnishing import furnished
    from server.cli.storing import kept_in
    from server.cli.wires import build_or_refuse
    from server.slack.settings import Links, SlackSettings
    from server.slack.station import station
    from server.time_and_ids import SystemClock

    with kept_in() as storages:
        furnishing = furnished(policy, folder, storages)
        with closing(furnishing), closing(build_or_refuse(folder, furnishing, SystemClock())) as house:
            try:
                manned = station(house, SlackSettings.of(os.environ), Links.of(os.environ))
                await (_over_socket(manned) if address is None else _over_http(manned, *address))
            finally:
                await house.hang_up()


async def _over_http(manned: Station, host: str, port: int) -> None:
    import uvicorn

    from server.slack.web import create_app

    await uvicorn.Server(uvicorn.Config(create_app(manned), host=host, port=port, log_level="warning")).serve()


async def _over_socket(manned: Station) -> None:
    import asyncio
    import signal

    from server.slack.socket import connected

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    async with connected(manned):
        await stop.wait()
