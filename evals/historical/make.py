"""Makes the sample: the same tickets and the same world every time, and the same tickets once more as other helpdesks export them.

    python -m evals.historical.make

Labels come from the situations, each of which says what the specification asks for there; the service is not asked.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from evals.historical import complaints, intake, parcels, unshipped
from evals.historical.draft import Draft, Json
from evals.historical.exporting import zendesk_rows
from evals.historical.shop import NEW_ADDRESSES

HERE = Path(__file__).parent
SEED = 20260901
FIRST_DAY = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = 78
LANGUAGES = ("en", "en", "de", "es", "fr", "en", "de", "fr", "es", "en", "de")
HURRIED = 0.14
"""Share of tickets in which a human did otherwise than the team's own rules say."""

Situation = Callable[[Draft], None]

SITUATIONS: tuple[tuple[int, Situation], ...] = (
    (28, parcels.in_transit),
    (10, parcels.late),
    (8, parcels.delivered),
    (8, parcels.pickup),
    (11, parcels.partial),
    (13, parcels.stalled),
    (4, parcels.stalled_with_claim),
    (3, parcels.claim_without_result),
    (9, parcels.no_pickup),
    (9, parcels.failed_delivery),
    (6, parcels.exception),
    (4, parcels.lost),
    (3, parcels.damaged_asked_small),
    (3, parcels.damaged_asked_dear),
    (6, parcels.returning),
    (8, complaints.disputed),
    (5, complaints.disputed_without_proof),
    (3, complaints.disputed_again),
    (3, parcels.dear_and_stalled),
    (5, parcels.conflict),
    (4, parcels.carrier_silent),
    (4, complaints.said_with("chargeback", "chargeback_threat")),
    (4, complaints.said_with("legal", "legal_threat")),
    (4, complaints.said_with("manager", "manager_request")),
    (4, complaints.said_with("angry", "angry_customer")),
    (5, complaints.asked_before),
    (14, unshipped.processing),
    (5, unshipped.pick_late),
    (5, unshipped.short_pick),
    (9, unshipped.backorder),
    (4, unshipped.backorder_critical),
    (4, unshipped.backorder_with_substitute),
    (3, unshipped.substitute_asked),
    (5, unshipped.allocation_failed),
    (5, unshipped.held("fraud", "fraud")),
    (4, unshipped.held("payment", "fraud")),
    (4, unshipped.held("address", "cx")),
    (5, unshipped.cancelled),
    (5, unshipped.cancel_in_time),
    (3, unshipped.cancel_above_limit),
    (3, unshipped.cancel_while_picked),
    (4, unshipped.address_in_time),
    (4, unshipped.address_missing),
    (3, unshipped.address_after_label),
    (5, intake.stranger),
    (3, intake.someone_elses),
    (5, intake.two_orders),
    (3, intake.no_order),
    (4, intake.unclear),
    (8, intake.other_topic),
    (5, intake.thanks),
    (4, intake.automatic),
    (3, intake.enough),
    (4, intake.refund_too_early),
    (3, intake.cancel_too_late),
)

SHORT = {"unclear", "thanks", "auto_reply", "stop"}
"""Messages that stand alone, without greeting and aside."""


def phrases(language: str) -> dict[str, Any]:
    """What is written in a language."""
    return tomllib.loads((HERE / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))


def drafts() -> Iterator[Draft]:
    """All tickets, in the order of their times."""
    rng = Random(SEED)
    kinds = [situation for count, situation in SITUATIONS for _ in range(count)]
    languages = [LANGUAGES[place % len(LANGUAGES)] for place in range(len(kinds))]
    rng.shuffle(kinds)
    moments = sorted(_weekday(rng) for kind in kinds if kind is not parcels.carrier_silent)
    sundays = iter([FIRST_DAY + timedelta(days=5 + 14 * week, hours=14, minutes=7 * week) for week in range(len(kinds))])
    timed = []
    others = iter(moments)
    for kind, language in zip(kinds, languages, strict=True):
        timed.append((next(sundays) if kind is parcels.carrier_silent else next(others), kind, language))
    for number, (at, kind, language) in enumerate(sorted(timed, key=lambda each: each[0]), 1):
        draft = Draft(number, at, language, Random(f"{SEED}/{number}"))
        kind(draft)
        yield draft


def _weekday(rng: Random) -> datetime:
    """A moment between 8:30 and 18:30 on any day but Sunday: on some Sundays the carrier's system is down."""
    while True:
        day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
        if day.weekday() != 6:
            return day + timedelta(hours=8, minutes=30 + rng.randrange(600))


def ticket_of(draft: Draft, book: dict[str, Any]) -> Json:
    """The ticket as a helpdesk keeps it."""
    rng, language = draft.rng, draft.language
    hurried = draft.otherwise is not None and rng.random() < HURRIED
    did, reply = draft.otherwise if hurried and draft.otherwise else (draft.did, draft.reply)
    body = _body(draft, book)
    channel = rng.choice(("ticket", "ticket", "email", "email", "chat")) if draft.words != "auto_reply" else "email"
    ticket: Json = {"ticket_id": f"T-{70000 + draft.number}", "channel": channel, "created_at": _text(draft.at), "requester_email": draft.email}
    if channel != "chat":
        ticket["subject"] = _subject(draft, rng)
    ticket["description"] = body if channel == "chat" else _letter(draft, body, book)
    if reply:
        answered = draft.at + timedelta(minutes=rng.randrange(20, 600))
        text = f"{_greeting(language, draft.name)}\n\n{rng.choice(book['replies'][reply])}"
        ticket["comments"] = [{"at": _text(answered), "author": "human", "text": text, "did": did}, *_and_then(draft, answered, book)]
    ticket |= {"did": did, "category": draft.category, "tags": [language], "labels": _labels(draft)}
    return ticket | ({"metadata": draft.metadata} if draft.metadata else {})


def _and_then(draft: Draft, answered: datetime, book: dict[str, Any]) -> list[Json]:
    """Some customers say thanks, which asks for nothing."""
    if draft.did not in (["answered"], ["investigated", "answered"]) or draft.rng.random() > 0.3:
        return []
    thanked = answered + timedelta(minutes=draft.rng.randrange(5, 300))
    polite = {"en": "Thank you very much!", "de": "Vielen Dank!", "es": "¡Muchas gracias!", "fr": "Merci beaucoup !"}[draft.language]
    return [{"at": _text(thanked), "author": "customer", "text": polite, "labels": {"disposition": ["none"], "reason": ["closing"], "messages": 0}}]


def _labels(draft: Draft) -> Json:
    messages = draft.labels.get("messages", 1)
    told = {"language": [draft.language]} if messages and draft.words != "unclear" else {}
    return {**draft.labels, "messages": messages, **told}


def _body(draft: Draft, book: dict[str, Any]) -> str:
    slots = {"title": "order", "substitute": "", "address": NEW_ADDRESSES[draft.language], **draft.slots}
    choices = book["messages"][draft.words]
    if draft.words == "status" and draft.rng.random() < 0.2:
        choices = book["messages"]["status_plain"]
    return str(draft.rng.choice(choices)).format(**slots)


def _letter(draft: Draft, body: str, book: dict[str, Any]) -> str:
    rng = draft.rng
    if draft.words in SHORT:
        return body
    aside = f" {rng.choice(book['asides'])}" if draft.words in {"status", "processing"} and rng.random() < 0.4 else ""
    if aside and body[-1] not in ".?!":
        body += "."
    opening = f"{rng.choice(book['greetings'])}\n\n" if rng.random() < 0.8 else ""
    closing = f"\n\n{rng.choice(book['closings'])}\n{draft.name}" if rng.random() < 0.8 else ""
    return f"{opening}{body}{aside}{closing}"


def _subject(draft: Draft, rng: Random) -> str:
    plain = {
        "en": ("Question", "My order", "Order"),
        "de": ("Frage", "Meine Bestellung", "Bestellung"),
        "es": ("Consulta", "Mi pedido", "Pedido"),
        "fr": ("Question", "Ma commande", "Commande"),
    }
    return rng.choice(plain[draft.language][:1] if draft.words in SHORT else plain[draft.language])


def _greeting(language: str, name: str) -> str:
    first = name.split()[0]
    return {"en": f"Hi {first},", "de": f"Hallo {first},", "es": f"Hola {first},", "fr": f"Bonjour {first},"}[language]


def exports_of(made: Iterable[Draft]) -> Iterator[Json]:
    """The nightly exports: what changed since the one before. A rebuilt ticket's facts are only in the later one."""
    dated: dict[datetime, dict[str, Any]] = {}
    for draft in made:
        night = draft.at.replace(hour=5, minute=0, second=0)
        later = night + timedelta(days=7)
        first, last = (later, later) if draft.rebuilt else (night, later)
        changed = {(table, _key(row)) for table, rows in draft.later.items() for row in rows} if draft.rebuilt else set()
        for table, rows in draft.rows.items():
            kept = [row for row in rows if (table, _key(row)) not in changed]
            dated.setdefault(first, {}).setdefault(table, []).extend(kept)
        for table, rows in draft.later.items():
            dated.setdefault(last, {}).setdefault(table, []).extend(rows)
        if draft.faults:
            dated.setdefault(draft.at - timedelta(minutes=10), {})["faults"] = draft.faults
            dated.setdefault(draft.at + timedelta(minutes=10), {})["faults"] = {}
    for at, content in sorted(dated.items()):
        yield {"exported_at": _text(at), **{table: each for table, each in content.items() if each or table == "faults"}}


def _key(row: Json) -> str:
    return next(str(row[name]) for name in ("shipment_id", "fulfillment_id", "po_id", "order_id", "sku", "contact_id", "customer_id") if name in row)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(folder: Path = HERE) -> None:
    """Write all files of the sample."""
    books = {language: phrases(language) for language in NEW_ADDRESSES}
    made = list(drafts())
    tickets = [ticket_of(draft, books[draft.language]) for draft in made]
    _write_lines(folder / "tickets.jsonl", tickets)
    _write_lines(folder / "world.jsonl", exports_of(made))
    _write_lines(folder / "zendesk.jsonl", zendesk_rows(tickets[:40]))


def _write_lines(path: Path, rows: Iterable[Json]) -> None:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
