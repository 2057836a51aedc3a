"""Loading what is loaded on first use (vocabularies, texts, word lists), so that no customer waits for it."""

from __future__ import annotations

from graph.policy import Policy
from server.cli.stage import demo_time, house_at, play, the_demo_stories, the_demo_world


async def warm_up(policy: Policy) -> None:
    """Play one story in a house that is thrown away."""
    async with house_at(demo_time(), policy) as (house, clock):
        house.world.load(the_demo_world())
        await play(house, clock, the_demo_stories()[0].message)
