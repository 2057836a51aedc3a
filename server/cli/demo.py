"""`wismo demo`: the service at work in a pretend shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.refusal import FOUND, MISTYPED, refuse

if TYPE_CHECKING:
    from server.cli.stage import DemoStory
    from server.timeline import ArrivalStory


def demo(
    story: Annotated[str | None, typer.Option(help="Play only the story of this id.", metavar="ID")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Play customer messages against the demo shop: real inbox, graph, store and outbox, nothing leaves this machine.

    Each story shows what the customer wrote, what was found and why, the answer with the fact behind every statement, and what happens next.

    Example: wismo demo --story not-received
    """
    import asyncio

    from server.cli.demo_page import show
    from server.cli.page import console_for
    from server.cli.stage import the_demo_stories

    stories = the_demo_stories()
    chosen = tuple(each for each in stories if story is None or each.belongs_to(story))
    if not chosen:
        refuse(f"no story is called {story!r}; there are {', '.join(each.story_id for each in stories)}", code=MISTYPED)
    told = asyncio.run(_play(chosen))
    if not show(console_for(plain=plain), tuple(zip(chosen, told, strict=True))):
        raise typer.Exit(FOUND)


async def _play(stories: tuple[DemoStory, ...]) -> tuple[ArrivalStory, ...]:
    from server.cli.stage import demo_time, house_at, play, the_demo_world
    from server.policy_file import read_policy

    async with house_at(demo_time(), read_policy(None)) as (house, clock):
        house.world.load(the_demo_world())
        return tuple([await play(house, clock, each.arrival, each.patch) for each in stories])
