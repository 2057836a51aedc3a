"""Separates the customer's new words from history and signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.labels import Channel
from nodes.reading.html import html_to_text, is_html
from nodes.reading.signature import without_signature
from prompts.vocabulary.mail import mail_marks

_LONGEST = 100_000
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\ud800-\udfff]"
)
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
_MARKS_OF_HISTORY = re.compile(
    r"(?im)^\s*>|:\s*$|^\W{0,3}(?:from|von|de|expéditeur|remitente)\W{0,3}:|-- ?\w|^#|forwarded|weitergeleitet|reenviado|"
    r"r[ée]exp[ée]di|transf[ée]r[ée]"
)
_RULE = re.compile(r"_{5,}|-{20,}")
_LINES_OF_AN_ATTRIBUTION = 3
_LINES_OF_A_HEADER = 6


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart."""

    new: str
    quoted: str


def split_message(text: str, channel: Channel) -> Parts:
    """The new words and the quoted history of a message."""
    plain = clean(text[:_LONGEST])
    if is_html(plain):
        plain = clean(html_to_text(plain))
    if not _MARKS_OF_HISTORY.search(plain):
        return Parts(without_signature(plain, channel), "")
    new, quoted = _without_history(plain.split("\n"))
    return Parts(without_signature("\n".join(new), channel), "\n".join(quoted).strip())


def clean(text: str) -> str:
    """The text without invisible signs, with plain spaces and line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _SPACES.sub(" ", _INVISIBLE.sub("", lines)).strip()


def _without_history(lines: list[str]) -> tuple[list[str], list[str]]:
    new: list[str] = []
    quoted: list[str] = []
    place = 0
    while place < len(lines):
        if _starts_history(lines, place):
            quoted += (line.lstrip("> ") for line in lines[place:])
            break
        taken = _attribution_lines(lines, place)
        if taken and not _is_quoted_next(lines, place + taken):
            quoted += (line.lstrip("> ") for line in lines[place:])
            break
        if taken:
            quoted += lines[place : place + taken]
        elif lines[place].lstrip().startswith(">"):
            quoted.append(lines[place].lstrip("> "))
        else:
            new.append(lines[place])
        place += taken or 1
    return new, quoted


def _starts_history(lines: list[str], place: int) -> bool:
    line = lines[place].strip(" *")
    marks = mail_marks()
    if marks.history.match(line):
        return True
    if _RULE.fullmatch(line) and place + 1 < len(lines):
        return _starts_history(lines, place + 1)
    if not marks.header_first.match(line):
        return False
    following = (line.strip(" *") for line in lines[place + 1 : place + _LINES_OF_A_HEADER])
    return any(marks.header_more.match(line) for line in following)


def _attribution_lines(lines: list[str], place: int) -> int:
    """How many lines from here on introduce a quotation: none, or one to three."""
    first = lines[place].strip()
    if not first or first.startswith(">"):
        return 0
    joined = ""
    for count, line in enumerate(lines[place : place + _LINES_OF_AN_ATTRIBUTION], start=1):
        if not line.strip() or line.startswith(">"):
            return 0
        joined = f"{joined} {line.strip()}".strip()[:400]
        if joined.endswith((":", ": ")) and mail_marks().attribution.match(joined):
            return count
    return 0


def _is_quoted_next(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return following.lstrip().startswith(">")
