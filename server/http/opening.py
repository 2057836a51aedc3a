"""Opening the door of a data folder: the house, its worker, the front office, and Slack where it is configured.

Where the cases are in a database that workers share, the door only keeps what comes in: any number of doors may be open.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fastapi import FastAPI

from checkpoints.storage import SqliteFolder, Storages
from checkpoints.tokens import Scope
from graph.policy import Policy
from prompts.texts import TextBook
from server.connections_file import find_wires
from server.deployments_file import find_deployments
from server.door_shift import DoorShift
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
    folder: Path,
    policy: Policy,
    settings: HttpSettings,
    environment: Mapping[str, str],
    textbook: TextBook | None = None,
    storages: Storages = SqliteFolder,
) -> Iterator[FastAPI]:
    """The app on a data folder, closed at the end.

    Raises `AlreadyServed`, `EncryptionKeyError`, and `TomlFileError` where connections or entry points cannot be used.
    """
    wires, deployments, keys = find_wires(folder, environment), find_deployments(folder, environment), keys_of(environment)
    with ExitStack() as stack:
        owner, shift_of = OWNER, Shift
        if storages is SqliteFolder:
            stack.enter_context(alone_in(folder))
        else:
            owner, shift_of = f"serve:{os.getpid()}:{uuid.uuid4().hex[:8]}", DoorShift
        furnishing = furnish(
            policy,
            folder=folder,
            storages=storages,
            textbook=textbook,
            wires=wires,
            deployments=deployments,
            model=model_of(environment),
            tracing=tracing_of(environment),
            keys=keys,
        )
        stack.enter_context(closing(furnishing))
        house = stack.enter_context(closing(build(folder, furnishing, SystemClock())))
        intake = stack.enter_context(closing(storages(folder).connect(durably=True)))
        slack = SlackSettings.of(environment)
        if not (slack.bot_token and slack.signing_secret):
            yield create_app(Front(house, shift_of(house, owner=owner), settings, intake, folder))
            return
        manned = station(house, slack, Links.of(environment), owner=owner, shift_of=shift_of)
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
