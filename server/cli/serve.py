"""`wismo serve`: the service over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import Data, ExistingFile


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
    from server.cli.serving import Asked, serve_until_told

    serve_until_told(Asked(host, port, data, policy, world, deployments, live))
