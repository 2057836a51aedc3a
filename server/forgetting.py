"""Forgetting a person: cases, checkpoints and the embedded backends; then the files are written anew and read byte by byte."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, Field

from checkpoints.belongings import Belongings, Person, belongings_of
from checkpoints.compaction import StillRead, compact
from checkpoints.erasure import Pseudonyms, erase, pseudonym_of, was_erased
from checkpoints.traces import Trace, search, traces_in, traces_of
from graph.ports import BackendFailure
from server.encryption import keys_of
from server.wiring import House
from tools.embedded.erasing import documents_of, erase_customer

KEY_FILE = "ledger.key"
DATABASES = ("wismo.sqlite", "checkpoints.sqlite", "world.sqlite")


class WordsLeft(BaseModel):
    """Words of the person that a file still has: somebody else's rows have the same, or something was overlooked."""

    kind: str
    file: str
    count: int


class ForgetReceipt(BaseModel):
    """What was erased. It names nobody: keep it as the proof."""

    at: AwareDatetime
    person: str = Field(description="The keyed hash of the customer id, as the ledger has it.")
    rows: dict[str, int] = Field(description="Erased rows, by table.")
    checkpoints: int = Field(description="Erased threads of the graph.")
    ledger_lines: int = Field(description="Lines in which ids became keyed hashes.")
    bytes_searched: int = Field(description="Every byte of the data folder was read afterwards.")
    words_searched: int = Field(description="Names, addresses, numbers and pieces of messages that were looked for.")
    left: list[WordsLeft]
    not_compacted: list[str] = Field(description="Files that another process was reading; run it once more.")
    slack_posts: list[str] = Field(description="Posts about this person (channel and time stamp), to be deleted in Slack.")


def pseudonyms_of(folder: Path, environment: Mapping[str, str]) -> Pseudonyms:
    """The key of the ledger's hashes: from WISMO_ENCRYPTION_KEY, else a file that is made on the first use. It is in no database."""
    if keys := keys_of(environment):
        return Pseudonyms(hmac.new(keys[0], b"ledger", hashlib.sha256).digest())
    file = folder / KEY_FILE
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        new.write(secrets.token_bytes(32))
    return Pseudonyms(file.read_bytes())


async def forget(house: House, person: Person, folder: Path, pseudonyms: Pseudonyms, *, by: str) -> ForgetReceipt | None:
    """Erase a person; None if nothing is known of them. The caller sees to it that no worker of this process is at work.

    The case store comes last, because it knows what else is theirs: after a crash in between the same command finishes the work.
    """
    person = Person(person.customer_id, person.addresses | await _addresses(house, person.customer_id))
    theirs, now = belongings_of(house.connection, person), house.deps.clock.now()
    traces = _traces(house, person, theirs)
    threads = _erase_checkpoints(house, theirs)
    keys = [house.outbox.action(action_id).key for action_id in theirs.actions]
    shop = erase_customer(house.world, person.customer_id, actions=keys) if person.customer_id is not None else {}
    erased = erase(house.connection, person, pseudonyms, by=by, at=now, known_elsewhere=bool(shop))
    whose = pseudonym_of(person, pseudonyms)
    if erased is None and not was_erased(house.connection, whose):
        return None
    left_open = await asyncio.to_thread(_compact, folder)
    size, left = await asyncio.to_thread(search, folder, traces)
    return ForgetReceipt(
        at=now,
        person=whose,
        rows={**(erased.counts if erased else {}), **{f"shop {table}": count for table, count in shop.items()}},
        checkpoints=threads,
        ledger_lines=erased.ledger_lines if erased else 0,
        bytes_searched=size,
        words_searched=len(traces),
        left=[WordsLeft(kind=one.kind, file=one.file, count=one.count) for one in left],
        not_compacted=left_open,
        slack_posts=[f"{channel} {ts}" for channel, ts in erased.posts] if erased else [],
    )


async def _addresses(house: House, customer_id: str | None) -> frozenset[str]:
    """The mail addresses that the OMS knows; none where it does not answer."""
    if customer_id is None:
        return frozenset()
    try:
        async with asyncio.timeout(house.deps.patience):
            customer = await house.deps.backends.oms.customer(customer_id)
    except (BackendFailure, TimeoutError):
        return frozenset()
    return frozenset(email.strip().lower() for email in customer.emails) if customer else frozenset()


def _traces(house: House, person: Person, theirs: Belongings) -> frozenset[Trace]:
    kept = traces_of(house.connection, theirs)
    if person.customer_id is None:
        return kept
    return kept | {trace for document in documents_of(house.world, person.customer_id) for trace in traces_in(json.loads(document))}


def _erase_checkpoints(house: House, theirs: Belongings) -> int:
    threads = [thread for run_id in theirs.runs for thread in house.saver.threads_of_run(run_id)]
    for thread in threads:
        house.saver.delete_thread(thread)
    return len(threads)


def _compact(folder: Path) -> list[str]:
    busy = []
    for name in (name for name in DATABASES if (folder / name).exists()):
        try:
            compact(folder / name)
        except StillRead:
            busy.append(name)
    return busy
