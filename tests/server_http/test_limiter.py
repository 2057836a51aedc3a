"""The bucket: one minute's worth at once, then steadily."""

from __future__ import annotations

from typing import Any

import pytest

from graph.labels import Mode
from server.http.limiter import Limiter
from server.http.settings import HttpSettings
from tests.server_http.place import Seconds


def test_a_bucket_empties_and_refills() -> None:
    seconds = Seconds()
    limiter = Limiter(60, seconds)
    assert [limiter.wait_of("a") for _ in range(60)] == [0.0] * 60
    assert limiter.wait_of("a") == pytest.approx(1.0)
    assert limiter.wait_of("b") == 0.0
    seconds.now += 2
    assert [limiter.wait_of("a") for _ in range(2)] == [0.0, 0.0]
    assert limiter.wait_of("a") > 0
    seconds.now += 3_600
    assert [limiter.wait_of("a") for _ in range(61)].count(0.0) == 60


async def test_a_token_that_asks_too_often_is_told_when_to_come_again(at: Any) -> None:
    place = await at("pub-003", HttpSettings(Mode.LIVE, per_minute=3))
    statuses = [(await place.get("/v1/cases")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await place.get("/v1/cases")
    assert refused.headers["retry-after"] == "20"
    assert (await place.get("/v1/cases", token=place.token("admin"))).status_code == 200
    place.seconds.now += 20
    assert (await place.get("/v1/cases")).status_code == 200
