"""`wismo world`: the facts that the embedded backends serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import ExistingFile
from server.cli.refusal import FOUND

app = typer.Typer(help="World files: the facts that the embedded backends serve.", no_args_is_help=True)


@app.callback()
def world() -> None:
    """World files: the facts that the embedded backends serve."""


@app.command()
def demo() -> None:
    """Print the demo shop as a world file, moved to this hour: something to serve, or to begin your own from.

    Example: wismo world demo > world.json
    """
    import json
    from datetime import UTC, datetime

    from tools.demo import demo_world_at

    typer.echo(json.dumps(demo_world_at(datetime.now(UTC)), ensure_ascii=False, indent=1))


@app.command()
def contract() -> None:
    """Print the contract between wismo and a shop's systems as an OpenAPI document: what to serve so that wismo can ask.

    Example: wismo world contract > contract.json
    """
    import json

    from server.world_server.app import create_world_app
    from tools.embedded.store import EmbeddedStore

    with EmbeddedStore.open(":memory:") as store:
        typer.echo(json.dumps(create_world_app(store).openapi(), ensure_ascii=False, indent=1))


@app.command("serve")
def serve_world(
    file: Annotated[Path | None, typer.Argument(help="A world file (JSON); without it the demo shop.", metavar="FILE", **ExistingFile)] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one and says which.")] = 8100,
) -> None:
    """Serve a world as the systems of a shop, over the contract: to try connections, and as an example of an adapter.

    With WISMO_WORLD_TOKEN only who has that bearer token is let in; with WISMO_OUTBOUND_SECRET the helpdesk takes signed deliveries.

    Examples:

    wismo world serve

    WISMO_OMS_URL=http://127.0.0.1:8100/oms WISMO_CARRIER_URL=http://127.0.0.1:8100/carrier wismo serve
    """
    from server.cli.world_serving import serve_facts

    serve_facts(file, host, port)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A world file (JSON).", metavar="FILE", **ExistingFile)]) -> None:
    """Say everything that is wrong with a world file, with the line of each problem.

    Example: wismo world check shop.json
    """
    from tools.embedded.world_file import WorldFileError, read_world

    try:
        facts = read_world(file)
    except WorldFileError as error:
        for problem in error.problems:
            typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(FOUND) from None
    counts = ((facts.customers, "customers"), (facts.orders, "orders"), (facts.shipments, "parcels"))
    typer.echo(f"{file} can be used: {', '.join(f'{len(rows)} {name}' for rows, name in counts)}")
