"""Opening the door of a data folder: the house, its worker, the front office, and Slack where it is configured."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fastapi import FastAPI

from checkpoints.acceptance import connect_durably
from checkpoints.tokens import Scope
from graph.policy import Policy
from prompts.texts import TextBook
from server.connections_file import find_wires
from server.deployments_file import find_deployments
from server.encryption import keys_of
from server.http.app import create_app
from server.http.front import Front
from server.http.settings import HttpSettings
from server.outside import model_of
from server.shift import Shift
from server.slack.settings import Links, SlackSettings
from server.slack.station import station
from server.slack.web import slack_router
from server.time_and_ids import SystemClock
from server.tracing import tracing_of
from server.wiring import build, furnish

OWNER = "serve"
"""Always the same, so that a process that takes a dead one's place goes on at once with what that was working on."""


class AlreadyServed(Exception):
    """Another process serves this data folder."""


@contextmanager
def opened(
    folder: Path, policy: Policy, settings: HttpSettings, environment: Mapping[str, str], textbook: TextBook | None = None
) -> Iterator[FastAPI]:
    """The app on a data folder, closed at the end.

    Raises `AlreadyServed`, `EncryptionKeyError`, and `TomlFileError` where connections or entry points cannot be used.
    """
    wires, deployments, keys = find_wires(folder, environment), find_deployments(folder, environment), keys_of(environment)
    with ExitStack() as stack:
        stack.enter_context(alone_in(folder))
        furnishing = furnish(
            policy,
            folder=folder,
            textbook=textbook,
            wires=wires,
            deployments=deployments,
            model=model_of(environment),
            tracing=tracing_of(environment),
            keys=keys,
        )
        stack.enter_context(closing(furnishing))
        house = stack.enter_context(closing(build(folder, furnishing, SystemClock())))
        intake = stack.enter_context(closing(connect_durably(folder / "wismo.sqlite")))
        slack = SlackSettings.of(environment)
        if not (slack.bot_token and slack.signing_secret):
            yield create_app(Front(house, Shift(house, owner=OWNER), settings, intake, folder))
            return
        manned = station(house, slack, Links.of(environment), owner=OWNER)
        yield create_app(Front(manned.house, manned.shift, settings, intake, folder), slack_router(manned))


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One serving process per folder; the system lets go of the lock when the process ends, however it ends."""
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyServed(str(folder)) from None
        yield


def first_token(front: Front) -> str | None:
    """An admin token for an installation that never had a token; its text is told here once. None for any other."""
    if front.tokens.every():
        return None
    _, text = front.tokens.issue("first admin", frozenset({Scope.ADMIN}), front.now())
    return text
