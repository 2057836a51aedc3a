"""Erasing a person: their rows are deleted, the ledger keeps keyed hashes in place of their ids, and what was sent once is not taken again."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from checkpoints.belongings import Belongings, Person, among, belongings_of, in_parts
from checkpoints.database import Database
from checkpoints.transaction import transaction

GONE = "erased"
"""State and lane of an arrival of which only the id is left: the same id again is still the same, and is not taken anew."""
_HANDED_IN = "('message', 'event', 'decision', 'human_reply')"

ERASED: dict[str, tuple[tuple[str, str], ...]] = {
    "personal": (("ref", "refs"),),
    "contacts": (("arrival_id", "arrivals"),),
    "events": (("arrival_id", "arrivals"),),
    "slack_answers": (("arrival_id", "arrivals"), ("escalation_id", "escalations")),
    "review_threads": (("escalation_id", "escalations"),),
    "escalations": (("escalation_id", "escalations"),),
    "actions": (("action_id", "actions"),),
    "outbox": (("key", "effects"),),
    "follow_ups": (("follow_up_id", "follow_ups"),),
    "held_texts": (("arrival_id", "held_texts"),),
    "deliveries": (("subject", "cases"), ("subject", "runs")),
    "deferred": (("order_id", "orders"),),
    "unannounced": (("run_id", "runs"),),
    "runs": (("run_id", "runs"),),
    "cases": (("case_id", "cases"),),
    "tickets": (("ticket_id", "tickets"),),
}
"""Tables whose rows go: by which column, and whose ids. A new table with anything of a person in it belongs here."""

KEPT = ("arrivals", "accepted", "lanes", "ledger", "rests", "refusals", "tokens", "switches")
"""Tables of which something is left, or that know nothing of a customer."""


@dataclass(frozen=True)
class Erased:
    """What was erased."""

    counts: dict[str, int]
    """Rows by table."""
    ledger_lines: int
    posts: tuple[tuple[str, str], ...]
    """Messages in Slack (channel and time stamp), which are not ours to delete."""


class Pseudonyms:
    """Keyed hashes: who has the key can show that a line is about an id or a text; without it nobody can."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, text: str) -> str:
        """The hash of an id or a text."""
        return hmac.new(self._key, text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def unlinked(self, text: str, ids: Collection[str]) -> str:
        """A text in which each of these ids is replaced by its hash."""
        return re.sub(r"[\w.:@#+-]+", lambda word: self._without(word[0], ids), text)

    def _without(self, word: str, ids: Collection[str]) -> str:
        label, colon, rest = word.partition(":")
        if colon and rest in ids:
            return f"{label}:{self.of(rest)}"
        return self.of(word) if word in ids else word


def erase(connection: Database, person: Person, pseudonyms: Pseudonyms, *, by: str, at: datetime, known_elsewhere: bool = False) -> Erased | None:
    """Erase a person from the case store, in one transaction; None if nothing is known of them, here or elsewhere."""
    line = (
        "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, null, ?, ?, 'erased a person', ?, '', '')"
    )
    with transaction(connection):
        theirs = belongings_of(connection, person)
        if not (theirs or known_elsewhere):
            return None
        posts = among(connection, "select channel, ts from review_threads where ts is not null and escalation_id in ({marks})", theirs.escalations)
        whose = pseudonym_of(person, pseudonyms)
        lines = _unlink(connection, theirs, pseudonyms)
        counts = {table: sum(_delete(connection, table, column, getattr(theirs, ids)) for column, ids in by_) for table, by_ in ERASED.items()}
        if person.customer_id is not None:
            counts["personal"] += connection.execute("delete from personal where customer_id = ?", (person.customer_id,)).rowcount
        for table in ("rests", "refusals"):
            connection.execute(f"delete from {table} where not exists (select 1 from outbox where outbox.seq = {table}.seq)")
        counts["arrivals"] = _forget_arrivals(connection, theirs)
        connection.execute(line, (at.isoformat(), whose, by, ", ".join(f"{count} {table}" for table, count in counts.items() if count)))
    return Erased({table: count for table, count in counts.items() if count}, lines, tuple((row[0], row[1]) for row in posts))


def pseudonym_of(person: Person, pseudonyms: Pseudonyms) -> str:
    """The keyed hash of who somebody was, as the ledger has it."""
    return f"{GONE}:{pseudonyms.of(person.customer_id or min(person.addresses))}"


def was_erased(connection: Database, whose: str | None = None) -> bool:
    """Whether somebody (of that pseudonym) was erased from this store."""
    sql = "select 1 from ledger where what = 'erased a person' and run_id = coalesce(?, run_id) limit 1"
    return connection.execute(sql, (whose,)).fetchone() is not None


def _unlink(connection: Database, theirs: Belongings, pseudonyms: Pseudonyms) -> int:
    """Ledger lines: ids become keyed hashes, and a line of a text that was said gets the hash of the text. Words of a backend go."""
    columns = "seq, case_id, run_id, what, why, fingerprint"
    rows = among(connection, f"select {columns} from ledger where run_id in ({{marks}})", theirs.runs)
    rows += among(connection, f"select {columns} from ledger where case_id in ({{marks}})", theirs.cases)
    ids, told = theirs.ids, _told(connection, theirs)
    lines = {row[0]: row for row in rows}
    for seq, case_id, run_id, what, why, fingerprint in lines.values():
        proof = told.get(run_id, fingerprint) if what == f"message:{run_id}" else fingerprint
        kept = "" if what.startswith("gave up") else pseudonyms.unlinked(why, ids)
        connection.execute(
            "update ledger set case_id = ?, run_id = ?, what = ?, why = ?, fingerprint = ? where seq = ?",
            (
                f"{GONE}:{pseudonyms.of(case_id)}" if case_id else None, f"{GONE}:{pseudonyms.of(run_id)}",
                pseudonyms.unlinked(what, ids), kept, pseudonyms.of(proof) if proof else "", seq,
            ),
        )  # fmt: skip
    return len(lines)


def _told(connection: Database, theirs: Belongings) -> dict[str, str]:
    """By run: the text that the customer was told."""
    rows = among(
        connection,
        "select run_id, body from outbox join personal on ref = 'effect:' || key where outbox.kind = 'send_message' and key in ({marks})",
        theirs.effects,
    )
    return {run_id: json.loads(body)["text"] for run_id, body in rows}


def _forget_arrivals(connection: Database, theirs: Belongings) -> int:
    """What was handed in leaves its id; what we made ourselves leaves nothing. A worker that is still at it loses its lease."""
    count = 0
    for some in in_parts(theirs.arrivals):
        marks = ",".join("?" * len(some))
        lanes = [row[0] for row in connection.execute(f"select distinct lane from arrivals where arrival_id in ({marks})", some)]
        connection.execute(f"delete from arrivals where arrival_id in ({marks}) and kind not in {_HANDED_IN}", some)
        sql = f"update arrivals set state = '{GONE}', lane = '{GONE}', why = '', root_arrival_id = arrival_id where arrival_id in ({marks})"
        connection.execute(sql, some)
        connection.execute(f"update accepted set digest = '{GONE}' where arrival_id in ({marks})", some)
        for lane in lanes:
            connection.execute("delete from lanes where lane = ? and not exists (select 1 from arrivals where lane = ?)", (lane, lane))
        count += len(some)
    return count


def _delete(connection: Database, table: str, column: str, ids: Collection[str]) -> int:
    count = 0
    for some in in_parts(ids):
        count += connection.execute(f"delete from {table} where {column} in ({','.join('?' * len(some))})", some).rowcount
    return count
