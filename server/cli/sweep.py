"""`wismo sweep`: everything that waits for its moment, and everything that may have got lost, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import At, Data, ExistingFile

if TYPE_CHECKING:
    from datetime import datetime

    from graph.policy import Policy
    from server.cli.sweep_pages import Told


def sweep(
    data: Data = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    at: At = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Work on what fell due or was left behind, look again where facts are old, and page through the OMS if the policy says so. Twice does no harm.

    The worker sweeps by itself; this is for a schedule of your own, and for catching up.

    Example: wismo sweep --data ./shop
    """
    import asyncio

    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.refusal import FOUND
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.sweep_pages import show_sweep

    with kept_cases(data) as connection:
        moment = moment_of(connection, at)
    told = asyncio.run(_swept(moment, policy_or_refuse(policy), data or default_data_folder()))
    show_sweep(told, plain=plain)
    if told.problems:
        raise typer.Exit(FOUND)


async def _swept(moment: datetime, policy: Policy, folder: Path) -> Told:
    import os
    import uuid

    from server.cli.stage import house_at
    from server.cli.sweep_pages import told_of
    from server.sweep import Sweep

    async with house_at(moment, policy, folder) as (house, _):
        swept = await Sweep(house, f"sweep:{os.getpid()}:{uuid.uuid4().hex[:8]}").once()
        return told_of(swept, house.connection, moment)
