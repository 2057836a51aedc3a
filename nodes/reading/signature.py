"""Cuts greetings at the end, signatures and legal notices."""

from __future__ import annotations

import re

from graph.labels import Channel
from prompts.vocabulary.mail import mail_marks

_LONGEST_SIGNATURE = 9
_LONGEST_LINE = 90
_NAME_LINE = re.compile(r"(?:[A-ZÀ-ÖØ-Þ][\w.'’&-]*)(?:,? (?:[A-ZÀ-ÖØ-Þ][\w.'’&-]*|van|von|de|der|la|del|y|&|\||-)){0,4}[ .,]{0,2}$")
_NOT_A_NAME = re.compile(
    r"(?i)\b(?:yes|no|ok|okay|thanks?|thank you|please|cancel|refund|help|hello|hi|ja|nein|danke|bitte|gracias|por favor|s[íi]|"
    r"oui|non|merci|order|bestellung|"
    r"pedido|commande|urgent|where|when|why|what|any|still|street|road|avenue|st|rd|ave|update|ridiculous|unacceptable|scam|"
    r"stornieren|hola|bonjour|hallo)\b"
)
_POSTSCRIPT = re.compile(r"(?i)\s*p\.? ?s\.?\s?[:.,-]?\s")


def without_signature(text: str, channel: Channel) -> str:
    """The text up to its signature; a text that is nothing else stays as it is."""
    lines = text.split("\n")
    end = _end_by_marks(lines)
    if channel is not Channel.CHAT or end < len(lines):
        end = min(end, _end_by_closing(lines[:end]))
        end = _end_by_name(lines[:end])
    kept = "\n".join(lines[:end] + _postscripts(lines[end:])).strip()
    return kept or ("" if end == 0 else text.strip()) or _opening(text)


def _opening(text: str) -> str:
    """What is left of a message that is only a farewell: its first line, so that a bare "thanks" can be read."""
    first = text.strip().split("\n", 1)[0]
    return first if mail_marks().closing.match(first.strip()) else ""


def _end_by_marks(lines: list[str]) -> int:
    marks = mail_marks()
    for place, line in enumerate(lines):
        bare = line.strip()
        if not bare or len(bare) > 400:
            continue
        if marks.device.match(bare) or marks.disclaimer.match(bare) or (place and marks.signature.match(bare) and _is_near_end(lines, place)):
            return place
    return len(lines)


def _is_near_end(lines: list[str], place: int) -> bool:
    return lines[place].strip() in {"--", "—"} or len([line for line in lines[place + 1 :] if line.strip()]) <= _LONGEST_SIGNATURE


def _end_by_closing(lines: list[str]) -> int:
    filled = 0
    for place in range(len(lines) - 1, -1, -1):
        bare = lines[place].strip()
        if not bare:
            continue
        if len(bare) <= _LONGEST_LINE and mail_marks().closing.match(bare):
            return place if any(line.strip() for line in lines[:place]) else place + 1
        filled += 1
        if filled > _LONGEST_SIGNATURE or len(bare) > _LONGEST_LINE or "?" in bare:
            break
    return len(lines)


def _end_by_name(lines: list[str]) -> int:
    """Where a last paragraph of one to three name-like lines begins, if anything stands before it."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and end - start < 3 and _is_name(lines[start - 1]):
        start -= 1
    own_paragraph = start > 0 and (not lines[start - 1].strip() or (end - start == 1 and _is_sentence_end(lines[start - 1])))
    return start if start < end and own_paragraph and any(line.strip() for line in lines[:start]) else end


def _is_name(line: str) -> bool:
    bare = line.strip()
    return 0 < len(bare) <= 40 and _NAME_LINE.match(bare) is not None and not _NOT_A_NAME.search(bare)


def _is_sentence_end(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?", ")", ",")) and len(line.strip()) > 12


def _postscripts(lines: list[str]) -> list[str]:
    return [line for line in lines if _POSTSCRIPT.match(line)]
