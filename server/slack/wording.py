"""Text for Slack: nothing in it can mention, link or forge a line, and no piece is too long."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime

MAX_SECTION = 2_900
"""Characters of one text, escaped; Slack's limit is 3,000."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CALL_TO_ALL = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LINK = re.compile(r"<(?:(?:https?|mailto):[^|>]*)(?:\|([^>]*))?>")


def escaped(text: str) -> str:
    """Text that is only text: no mention, no link, no markup of Slack's angle brackets."""
    quiet = _CALL_TO_ALL.sub("@\u2060", _CONTROL.sub(" ", text))
    return "".join(_ESCAPES.get(character, character) for character in quiet)


def line(text: str) -> str:
    """Escaped text on one line: what somebody wrote cannot pretend to be a line of ours."""
    return escaped(" ".join(text.split()))


def cut(text: str, limit: int) -> str:
    """Escaped text of at most so many characters, never ending within an escape."""
    return pieces(text, limit)[0] if text else ""


def pieces(text: str, limit: int = MAX_SECTION) -> tuple[str, ...]:
    """Escaped text in pieces that are short enough, no escape torn apart."""
    found, size = [""], 0
    for unit in re.findall(r"&(?:amp|lt|gt);|.", text, re.DOTALL):
        if size + len(unit) > limit:
            found.append("")
            size = 0
        found[-1] += unit
        size += len(unit)
    return tuple(found)


def sections(lines: Iterable[str], limit: int = MAX_SECTION) -> tuple[str, ...]:
    """Escaped lines, put together into texts that are short enough."""
    found: list[str] = []
    for each in (piece for row in lines for piece in pieces(row, limit)):
        if found and len(found[-1]) + 1 + len(each) <= limit:
            found[-1] += f"\n{each}"
        else:
            found.append(each)
    return tuple(found)


def moment(at: datetime) -> str:
    """A moment in the reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC>"


def person(user: str) -> str:
    """A reviewer by mention; anything that is no Slack user id as plain text."""
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{2,}", user) else line(user)


def plain_words(text: str, own_user: str = "") -> str:
    """What somebody typed in Slack, without our own mention, links and escapes."""
    typed = text.replace(f"<@{own_user}>", " ") if own_user else text
    return html.unescape(_LINK.sub(lambda link: link[1] or link[0].strip("<>"), typed)).strip()
