"""`wismo graph`: the map of the graph as a mermaid picture."""

from __future__ import annotations

from typing import Annotated

import typer


def graph(xray: Annotated[bool, typer.Option("--xray", help="Look into the subgraphs too.")] = False) -> None:
    """Print the compiled LangGraph graph as mermaid, for https://mermaid.live or any Markdown page.

    Example: wismo graph --xray > graph.mmd
    """
    from graph.topology import draw
    from nodes.deps import Deps
    from nodes.table import all_nodes

    typer.echo(draw(all_nodes(), Deps).compile().get_graph(xray=xray).draw_mermaid())
