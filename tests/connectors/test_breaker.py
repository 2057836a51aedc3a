"""The circuit breaker: by its own rules, and on a system that fails for real."""

from __future__ import annotations

from typing import Any

import pytest

from graph.labels import System
from graph.ports import BackendError, BackendTimeout, MalformedAnswer
from tests.connectors.scripted import Scripted
from tools.http_backends.breaker import Breaker


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker(3, 30, Seconds())
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert (breaker.is_open, breaker.lets_through()) == (False, True)
    breaker.failed()
    assert (breaker.is_open, breaker.lets_through()) == (True, False)


def test_after_the_pause_one_question_decides() -> None:
    clock = Seconds()
    breaker = Breaker(1, 30, clock)
    breaker.failed()
    clock.now += 29
    assert not breaker.lets_through()
    clock.now += 1
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.lets_through()
    clock.now += 30
    assert breaker.lets_through()
    breaker.succeeded()
    assert (breaker.is_open, breaker.lets_through(), breaker.lets_through()) == (False, True, True)


async def test_a_system_that_fails_is_left_alone_and_asked_again_later(script: Scripted, systems: Any) -> None:
    clock = Seconds()
    shop = systems(script.say(b"", 500).url, breaker=(2, 30.0), seconds=clock)
    for _ in range(5):
        with pytest.raises(BackendError):
            await shop.oms.order("O-1")
    assert (len(script.heard), shop.breakers()[System.OMS], shop.breakers()[System.WMS]) == (2, True, False)
    script.forget()
    script.say({"items": []})
    assert await shop.wms.fulfillments("O-1") == ()
    clock.now += 30
    assert await shop.oms.order("O-1") is None
    assert not shop.breakers()[System.OMS]


async def test_silence_counts_and_nonsense_does_not(script: Scripted, systems: Any) -> None:
    shop = systems(script.say(b"nonsense").url, timeout=0.2, breaker=(1, 30.0), seconds=Seconds())
    for _ in range(3):
        with pytest.raises(MalformedAnswer):
            await shop.oms.order("O-1")
    script.forget()
    script.fall_silent()
    with pytest.raises(BackendTimeout):
        await shop.oms.order("O-1")
    with pytest.raises(BackendError, match="not asked"):
        await shop.oms.order("O-1")
    assert len(script.heard) == 1
