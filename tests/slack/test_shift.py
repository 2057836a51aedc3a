"""The worker sweeps by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from graph.facts import Patch


async def test_the_worker_finds_what_no_webhook_told_of(at_work: Any) -> None:
    place = await at_work("pub-039")
    await place.customer_writes()
    asked, [parcel, *_] = place.clock.now(), place.story["world"]["shipments"]
    returned = {"at": (asked + timedelta(hours=20)).isoformat(), "status": "return_to_sender"}
    place.station.house.world.patch(Patch.model_validate({"shipments": [{**parcel, "events": [*parcel["events"], returned]}]}))
    for hours in (23.9, 24.3, 24.6):
        place.clock.set(asked + timedelta(hours=hours))
        await place.work()
    assert len(place.said) == 2
    looks = place.station.house.connection.execute("select count(*) from arrivals where arrival_id like 'look:sweep:%'").fetchone()
    assert looks == (1,)
