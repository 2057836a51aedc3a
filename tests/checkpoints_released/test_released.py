"""Reviews that went to sleep under a released version can be decided by the current one."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checkpoints.saver import open_checkpoints
from graph.arrivals import DecisionArrived, MessageArrived
from server.worker import drain
from tests.checkpoints_released.make_golden import FILES, HERE, message
from tests.doors.shop import NOW
from tests.reviews.houses import ask, house_in

RELEASES = sorted(path.name for path in HERE.iterdir() if (path / FILES[0]).exists())
CASES = {
    "open": ("1", "U0CXLEAD", "cancel"),
    "reminded": ("2", "U0CXAGENT", "refund"),
    "expired": ("3", "U0CXLEAD", "replacement"),
    "asked again": ("5", "U0CXLEAD", "cancel"),
}
LATER = NOW + timedelta(hours=5)


@pytest.fixture(params=RELEASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a release's databases."""
    for name in FILES:
        shutil.copyfile(HERE / request.param / name, tmp_path / name)
    return tmp_path


def decide(folder: Path, number: str, by: str, verb: str, at: datetime = LATER, arrival_id: str = "decision") -> tuple[str, str, list[str]]:
    """A reviewer's answer; disposition, reason and path of its run."""
    fields = {"arrival_id": arrival_id, "at": at, "mode": "live", "order_id": f"O-710{number}", "reviewer": by, "decision": verb}
    with house_in(folder, at) as house:
        house.inbox.put(DecisionArrived.model_validate(fields))
        asyncio.run(drain(house, "now"))
        assert house.inbox.state(arrival_id) == "done"
    sql = "select json_extract(doc, '$.disposition'), json_extract(doc, '$.reason') from runs where arrival_id = ?"
    path = [row[0] for row in ask(folder, "select value from runs, json_each(doc, '$.path') where arrival_id = ?", arrival_id)]
    return (*ask(folder, sql, arrival_id)[0], path)


def executed(folder: Path, number: str) -> list[str]:
    sql = "select action from actions join cases using (case_id) where status = 'executed' and json_extract(cases.doc, '$.order_id') = ?"
    return [row[0] for row in ask(folder, sql, f"O-710{number}") if row[0] != "carrier_investigation"]


def test_there_is_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("case", CASES)
def test_an_approval_is_executed_once(home: Path, case: str) -> None:
    number, by, action = CASES[case]
    assert decide(home, number, by, "approve")[:2] == ("resume", "approved")
    assert decide(home, number, by, "approve", arrival_id="again")[:2] == ("none", "already_decided")
    assert executed(home, number) == [action]


@pytest.mark.parametrize("case", CASES)
def test_a_denial_executes_nothing(home: Path, case: str) -> None:
    number, by, _ = CASES[case]
    assert decide(home, number, by, "deny")[:2] == ("resume", "denied")
    assert executed(home, number) == []


def test_the_sleeping_thread_wakes(home: Path) -> None:
    assert decide(home, "1", "U0CXLEAD", "approve")[2][0] == "await_reviewer"


def test_without_its_checkpoint_the_review_is_decided_too(home: Path) -> None:
    connection = open_checkpoints(home / "checkpoints.sqlite")
    connection.execute("delete from checkpoints")
    connection.execute("delete from writes")
    connection.close()
    assert decide(home, "1", "U0CXLEAD", "approve")[:2] == ("resume", "approved")
    assert executed(home, "1") == ["cancel"]


def test_a_takeover_is_handed_back(home: Path) -> None:
    assert decide(home, "4", "U0CXLEAD", "hand_back")[:2] == ("resume", "hand_back")


def test_the_customer_can_go_on_writing(home: Path) -> None:
    fields = message("1").model_dump() | {"arrival_id": "news", "at": LATER, "text": "any news on order 7101?"}
    with house_in(home, LATER) as house:
        house.inbox.put(MessageArrived.model_validate(fields))
        asyncio.run(drain(house, "now"))
    assert ask(home, "select json_extract(doc, '$.disposition') from runs where arrival_id = 'news'") == [("answer",)]
    assert decide(home, "1", "U0CXLEAD", "approve", at=LATER + timedelta(hours=1))[2][0] == "await_reviewer"
