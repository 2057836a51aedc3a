"""Checkpoints with a key: nobody reads them without it, who has it goes on, and a lost key loses no review."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import get_type_hints

import pytest
from langgraph.channels import UntrackedValue

from graph.state import CaseState
from server.encryption import EncryptionKeyError, keys_of
from tests.privacy.shop import shop_in

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CANCEL = "please cancel my order 1043"
LABELS_AND_IDS = {
    "graph_version", "arrival_id", "root_arrival_id", "run_id", "case_id", "escalation_id", "disposition", "sleeps", "path",
}  # fmt: skip
"""All that is checkpointed. Scalars stand in clear in the checkpoint rows of PostgreSQL, so nothing of a person may ever be among them."""


async def sleeps(folder: Path, *keys: bytes) -> bytes:
    """A review waits; the bytes of the checkpoint file."""
    async with shop_in(folder, *keys) as shop:
        await shop.writes("e1", CANCEL)
        assert shop.rows("select status from escalations") == [("open",)]
        shop.house.saver.conn.execute("pragma wal_checkpoint(truncate)")
    return (folder / "checkpoints.sqlite").read_bytes()


async def is_decided(folder: Path, *keys: bytes) -> list[str]:
    """The review is approved; the path of the run that did it."""
    async with shop_in(folder, *keys) as shop:
        await shop.decides(decision="approve", approved_action="cancel")
        assert shop.rows("select status from actions where action = 'cancel'") == [("executed",)]
        [(path,)] = shop.rows("select doc ->> '$.path' from runs where json_extract(doc, '$.kind') = 'decision'")
        return [step.strip('"') for step in path.strip("[]").split(",")]


async def test_without_a_key_states_stand_in_clear_and_with_one_they_do_not(tmp_path: Path) -> None:
    for name, keys, is_clear in (("plain", (), True), ("encrypted", (OLD,), False)):
        raw = await sleeps(tmp_path / name, *keys)
        assert (b"resolution_eligibility" in raw) is is_clear, name


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param((OLD,), (OLD,), id="the same key"),
        pytest.param((OLD,), (NEW, OLD), id="a newer key beside it"),
        pytest.param((), (NEW,), id="a first key"),
    ],
)
async def test_a_sleeping_review_wakes_in_a_new_process(tmp_path: Path, written: tuple[bytes, ...], read: tuple[bytes, ...]) -> None:
    await sleeps(tmp_path / "data", *written)
    assert "await_reviewer" in await is_decided(tmp_path / "data", *read)


async def test_a_lost_key_loses_no_review(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    await sleeps(tmp_path / "data", OLD)
    assert "intake" in await is_decided(tmp_path / "data", NEW)
    assert "cannot be read (UnknownKey)" in caplog.text


def test_only_ids_and_labels_are_checkpointed() -> None:
    hints: Mapping[str, object] = get_type_hints(CaseState, include_extras=True)
    assert {name for name, hint in hints.items() if UntrackedValue not in getattr(hint, "__metadata__", ())} == LABELS_AND_IDS


@pytest.mark.parametrize("text", ["secret", "c2hvcnQ=", "not base64!", "A" * 44])
def test_a_key_that_is_none_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(EncryptionKeyError, match="WISMO_ENCRYPTION_KEY must be base64 of 32 bytes") as refusal:
        keys_of({"WISMO_ENCRYPTION_KEY": text})
    assert text not in str(refusal.value)


def test_several_keys_are_apart_by_blanks_or_commas() -> None:
    first, second = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
    assert keys_of({"WISMO_ENCRYPTION_KEY": f"{second}, {first}"}) == (NEW, OLD)
    assert keys_of({}) == ()
