"""A worker that hangs beyond its lease: somebody else takes its place, and when it wakes up it writes nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from checkpoints.crash_points import CRASH_BY
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SystemClock
from server.wiring import build, furnish
from server.worker import drain
from tests.server_http.test_process import kept, serving, token_of, world  # noqa: F401

AN_HOUR = 3600


@pytest.mark.parametrize("point", ["before_commit", "after_action"])
def test_who_hangs_beyond_the_lease_commits_nothing(point: str, tmp_path: Path, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv(CRASH_BY, "SIGSTOP")
    with serving(tmp_path, "--world", str(world), crash_at=point) as hanging:
        accepted = hanging.send(token := token_of(hanging)).json()["arrival_id"]
        _, status = os.waitpid(hanging.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        asyncio.run(take_over(tmp_path / "data"))
        assert kept(tmp_path, "select count(*) from outbox where kind = 'send_message' and state = 'delivered'") == [1]
        before = everything(tmp_path)
        hanging.process.send_signal(signal.SIGCONT)
        answer = hanging.send(token, wait=30)
        assert (answer.status_code, answer.json()["arrival_id"]) == (200, accepted)
        more = hanging.send(token, wait=30, message_id="m2", ticket_id="T-2", text="Where is my order?")
        assert more.status_code == 200, "it goes on with new work"

    assert everything(tmp_path)[: len(before)] == before
    assert kept(tmp_path, f"select count(*) from runs where arrival_id = '{accepted}'") == [1]


async def take_over(folder: Path) -> None:
    """Another worker, an hour later: every lease has run out."""
    furnishing = furnish(read_policy(None), folder=folder, patience=PATIENCE)
    house = build(folder, furnishing, SystemClock(), wall=lambda: time.time() + AN_HOUR)
    try:
        await drain(house, "another")
    finally:
        house.close()
        furnishing.close()


def everything(folder: Path) -> list[str]:
    """Every line of the ledger."""
    return kept(folder, "select seq || run_id || what from ledger order by seq")
