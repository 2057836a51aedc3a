"""What must hold in every diary, whatever happened: each check names what is wrong, and says nothing where all is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from prompts.formats import fact_text
from prompts.texts import TextBook
from tests.simulation.diary import CustomerWrote, Diary, Entry, PromiseMoved, TakenOver, TeammateAnswered, Told

EVENING, MORNING = 21, 8
GAP = timedelta(hours=12)
LEAD = timedelta(minutes=5)
"""So long before its time a promised update goes out."""
AT_ONCE = timedelta(minutes=15)
"""An answer that comes this soon after the question disturbs nobody's sleep."""
URGENT = {"delivery_failed", "return_to_sender", "delivered"}
_FRAME = ("frame.", "proactive.", "opening.", "next.", "escalated.")
"""Sentences that say nothing about the order."""


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """Whether nobody is written to at that moment."""
    hour = at.astimezone(zone).hour
    return hour >= EVENING or hour < MORNING


def by_day(due: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """A promised moment: what lies in the night is due the evening before, or in the morning where that is past."""
    local = due.astimezone(zone)
    if not is_night(due, zone):
        return due
    first_day = local.date() if local.hour >= EVENING else local.date() - timedelta(days=1)
    evening = datetime.combine(first_day, time(EVENING), zone)
    return evening if evening > now else datetime.combine(first_day + timedelta(days=1), time(MORNING), zone)


def missed_promises(diary: Diary, end: datetime) -> Iterator[str]:
    """A promised update comes in time, from us or from a teammate; a takeover makes it the human's."""
    due: datetime | None = None
    for entry in diary:
        if isinstance(entry, CustomerWrote):
            continue
        if due is not None and entry.at > due:
            yield f"promised for {due}, next heard of at {entry.at}"
        due = _due_after(entry, due)
    if due is not None and due < end:
        yield f"promised for {due}, never heard of again"


def _due_after(entry: Entry, due: datetime | None) -> datetime | None:
    if isinstance(entry, PromiseMoved):
        return entry.due if due is not None else None
    return entry.promised if isinstance(entry, Told) else None


def disturbed_nights(diary: Diary) -> Iterator[str]:
    """Nobody is written to between 21:00 and 08:00 on the own clock, but whoever just wrote."""
    for told in _messages(diary):
        zone = ZoneInfo(told.zone)
        answers_now = told.asked_at is not None and told.at - told.asked_at <= AT_ONCE
        if is_night(told.at, zone) and not answers_now:
            yield f"at {told.at.astimezone(zone)} ({told.because}): {_start(told)}"


def repetitions(diary: Diary, book: TextBook) -> Iterator[str]:
    """What nobody asked for and nobody was promised says something that the message before did not say."""
    said: set[str] = set()
    for entry, due in with_promises(diary):
        if not isinstance(entry, Told):
            continue
        now = sentences(entry, book)
        if not entry.is_asked and not is_promised(entry, due) and now <= said:
            yield f"at {entry.at} ({entry.because}) again: {_start(entry)}"
        said = now


def hasty_messages(diary: Diary) -> Iterator[str]:
    """Twelve hours lie between two messages, and between a customer's words and ours, except where the matter is urgent."""
    last: datetime | None = None
    for entry, due in with_promises(diary):
        if isinstance(entry, Told) and last is not None and entry.at - last < GAP and not _may_hurry(entry, due):
            yield f"{entry.at - last} after the last word, at {entry.at} ({entry.because}, {entry.news}): {_start(entry)}"
        if isinstance(entry, Told | TeammateAnswered | CustomerWrote):
            last = entry.at


def lies(diary: Diary) -> Iterator[str]:
    """Every message is true at the moment at which it goes out."""
    for told in _messages(diary):
        for lie in told.lies:
            yield f"at {told.at} ({told.because}): {lie}: {_start(told)}"


def with_promises(diary: Diary) -> Iterator[tuple[object, datetime | None]]:
    """Each entry with the promise that stands when it comes."""
    due: datetime | None = None
    for entry in diary:
        yield entry, due
        if isinstance(entry, PromiseMoved):
            due = entry.due
        elif isinstance(entry, Told):
            due = entry.promised or (due if due is not None and due > entry.at else None)
        elif isinstance(entry, TeammateAnswered | TakenOver):
            due = None


def is_promised(told: Told, due: datetime | None) -> bool:
    """Whether a message goes out because it was promised."""
    return due is not None and due - LEAD <= told.at <= due


def sentences(told: Told, book: TextBook) -> set[str]:
    """What a message says about the order: its sentences without times of ours, greetings and the like."""
    text = told.text
    for fact in told.facts:
        if fact.field == "follow_up.due_at" or fact.field.endswith("as_of"):
            text = text.replace(fact_text(told.language, fact), "…")
    for template in _frame(book, told):
        text = text.replace(template, "")
    return {part.strip() for part in re.split(r"(?<=[.?!])\s+|\n", text) if part.strip(" .")} - {""}


def _frame(book: TextBook, told: Told) -> list[str]:
    shown = {"brand": book.brand(told.language), "due": "…", "full_name": _name(told), "name": _name(told).split(" ")[0]}
    found = [template for key, template in book.texts[told.language].items() if key.startswith(_FRAME)]
    texts = [template.fill(shown) for template in found if template.placeholders <= shown.keys()]
    return sorted(texts, key=len, reverse=True)


def _name(told: Told) -> str:
    return next((fact.value for fact in told.facts if fact.field == "customer.name"), "")


def _may_hurry(told: Told, due: datetime | None) -> bool:
    if told.is_asked or told.because in {"decision", "receipt", "timer"} or is_promised(told, due):
        return True
    return told.news == "problem_ends" or told.condition in URGENT


def _messages(diary: Diary) -> Iterator[Told]:
    return (entry for entry in diary if isinstance(entry, Told))


def _start(told: Told) -> str:
    return repr(" ".join(told.text.split())[:220])
