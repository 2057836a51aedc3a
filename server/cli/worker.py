"""`wismo worker`: one of any number of processes that work on the cases of one PostgreSQL database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, ExistingFile
from server.cli.refusal import note, refuse

if TYPE_CHECKING:
    from checkpoints.postgres.storage import Postgres
    from graph.policy import Policy


def worker(
    slots: Annotated[int, typer.Option(min=1, max=64, help="How many customers are worked on at the same time.")] = 8,
    data: Data = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
) -> None:
    """Work on what the doors keep in the database of WISMO_DATABASE_URL, until it is told to stop. Any number may run, on any machines.

    One of them also lets time pass and sweeps; if it ends, another one does. The data folder holds the embedded backends alone.

    Example: WISMO_DATABASE_URL=postgresql://wismo@localhost/wismo wismo worker --slots 8
    """
    import asyncio

    from server.cli.folders import default_data_folder
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.storing import postgres_or_refuse
    from server.journal import JournalError, begin
    from server.spans import TracingError, traced

    rules, folder = policy_or_refuse(policy), data or default_data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        begin(os.environ)
        with traced(os.environ), postgres_or_refuse() as storage:
            asyncio.run(_work(storage, folder, rules, slots))
    except (JournalError, TracingError) as problem:
        refuse(str(problem))


async def _work(storage: Postgres, folder: Path, policy: Policy, slots: int) -> None:
    import asyncio
    import signal
    from contextlib import closing

    from server.cli.furnishing import furnished
    from server.cli.wires import build_or_refuse
    from server.crew import Crew, Keeper
    from server.slack.settings import Links, SlackSettings
    from server.slack.station import station
    from server.time_and_ids import SystemClock
    from server.warming import warm_up

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    crew = Crew(storage, slots=slots)
    shared = furnished(policy, folder, lambda _: storage)
    with closing(shared), closing(build_or_refuse(folder, shared, SystemClock())) as house:
        warm_up()
        slack = SlackSettings.of(os.environ)
        manned = station(house, slack, Links.of(os.environ), owner=crew.owner, shift_of=crew.keeper) if slack.bot_token else None
        keeper = manned.shift if manned else crew.keeper(house, owner=crew.owner)
        assert isinstance(keeper, Keeper)
        note(f"{crew.owner} works in {slots} slots; Ctrl-C ends it")
        try:
            await crew.work(manned.house if manned else house, keeper, stop)
        finally:
            await house.hang_up()
