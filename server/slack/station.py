"""All parts of the Slack side, put together on one house."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from server.reviews import Reviews
from server.shift import Shift
from server.slack.answers import Answers
from server.slack.app import slack_app
from server.slack.desk import SlackDesk
from server.slack.groups import Groups
from server.slack.hearing import Hearing
from server.slack.posting import Poster
from server.slack.reception import Reception
from server.slack.settings import Links, SlackSettings
from server.slack.threads import Threads
from server.wiring import House

CALL_SECONDS = 10
ShiftOf = Callable[..., Shift]
"""Makes the shift of a house from its owner and from what comes before and after the work."""


@dataclass(frozen=True)
class Station:
    """A house whose reviews go to Slack: the desk in it, the worker, and the app that hears."""

    house: House
    shift: Shift
    app: AsyncApp
    settings: SlackSettings


def station(
    house: House,
    settings: SlackSettings,
    links: Links,
    *,
    wall: Callable[[], float] = time.time,
    owner: str | None = None,
    shift_of: ShiftOf = Shift,
) -> Station:
    """Put the Slack side together. The client repeats nothing by itself: what may have been posted is looked up first."""
    client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, timeout=CALL_SECONDS, retry_handlers=[])
    owner = owner or f"slack:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    policy, threads, reviews = house.deps.policy, Threads(house.connection), Reviews(house.connection)
    poster = Poster(client, threads, holder=owner, wall=wall)
    desk = SlackDesk(poster, threads, reviews, links, wall=wall)
    groups = Groups(client, policy, wall)
    hearing = Hearing(house.connection, house.inbox, groups)
    manned = replace(house, review_desk=desk)
    answers = Answers(client, poster, hearing, reviews, policy)
    shift = shift_of(manned, owner=owner, hear=(hearing.hand_in,), show=(desk.catch_up, answers.give))
    reception = Reception(house.deps.clock, policy, reviews, threads, hearing, groups, shift.wake)
    return Station(manned, shift, slack_app(client, reception, signing_secret=settings.signing_secret), settings)
