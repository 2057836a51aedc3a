"""Cuts a text into clauses: the reach of a negation, a condition or a doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prompts.vocabulary import fold

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$|[\"')»])|[¡¿;]|\n\s*\n|\n(?=\s*[-*•·A-ZÀ-ÖØ-Þ¿¡\d])|\n|[?!]+|\.{2,}|(?<=[a-z]{3})\.(?=[A-Z][a-z])")
_CONTRASTS = "but however although though yet_i aber sondern jedoch allerdings obwohl pero sino aunque sin_embargo mais cependant pourtant toutefois"
_SECOND_REQUESTS = {
    r"(?:and|also) (?:also |then )?": (
        "can could would will please pls plz where when why how what which is are has have did does do tell let take "
        "remove unsubscribe stop dont don't"
    ),
    "(?:und|oder) ": (
        "bitte wann wo warum wie was welche welcher welches könnt könnten können kann könnte koennt koennen würden ist sind wird hat haben sagt "
        "sagen mich nehmt nehmen"
    ),
    "[ye] ": (
        "por_favor porfa cuándo cuando dónde donde qué cómo me_pueden me_puede me_podrían pueden puede podrían podría puedes podéis díganme dime "
        "puedo podemos quiero quisiera sáquenme quítenme dejen no"
    ),
    "et ": (
        "quand où comment pourquoi quel quelle quels quelles merci_de est-ce pouvez-vous pourriez-vous peux-tu pourrait-on peut-on dites puis-je "
        "je on vous retirez enlevez arrêtez"
    ),
}
"""The words that begin a second question or request behind an "and"."""


def _any_of(words: str) -> str:
    return "|".join(re.escape(word).replace("_", " ") for word in words.split())


_PHRASE_END = re.compile(
    rf",\s+|\s[-–—]+\s|:\s+|[()\[\]]|\s(?=(?:{_any_of(_CONTRASTS)})\s)|"
    + "|".join(rf"\s(?={joint}(?:{_any_of(begins)})[\s-])" for joint, begins in _SECOND_REQUESTS.items()),
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:nr|no|num|núm|n|nº|mr|mrs|ms|dr|st|str|tel|bestellnr|best|ca|z|b|bzw|evtl|inkl|sr|sra|ud|uds|approx|etc|ref|ord|inc|[a-z])$",
    re.IGNORECASE,
)
_NUMBER_IN_BRACKETS = re.compile(r"\(((?:[^\W\d]{1,12}[.:]? ?)?[#°№]? ?[\w-]{0,20}\d[\w-]{0,20})\)")
_MOST_CLAUSES = 400


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text without a comma or full stop in it."""

    index: int
    start: int
    end: int
    sentence: int
    question: bool
    text: str
    """Folded."""
    raw: str


def split_clauses(text: str, first_index: int = 0) -> tuple[Clause, ...]:
    """The clauses of a text, in order; only the first few hundred of an endless one."""
    clauses: list[Clause] = []
    text = _NUMBER_IN_BRACKETS.sub(r" \1 ", text)
    for sentence, (start, end, question) in enumerate(_sentences(text)):
        for clause_start, clause_end in _pieces(text, start, end):
            raw = text[clause_start:clause_end]
            folded = fold(raw)
            if not folded.isspace():
                clauses.append(Clause(first_index + len(clauses), clause_start, clause_end, sentence, question, folded, raw))
        if len(clauses) >= _MOST_CLAUSES:
            break
    return tuple(clauses)


def _sentences(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether a question mark ends it."""
    found: list[tuple[int, int, bool]] = []
    start, opened = 0, False
    for mark in _SENTENCE_END.finditer(text):
        sign = mark.group()
        if sign == "." and _ABBREVIATION.search(text, max(start, mark.start() - 12), mark.start()):
            continue
        if sign == "\n" and _is_wrapped(text, start, mark.start()):
            continue
        found.append((start, mark.start(), "?" in sign or (opened and sign == "\n")))
        start, opened = mark.end(), sign == "¿"
        if len(found) >= _MOST_CLAUSES:
            return found
    found.append((start, len(text), opened))
    return found


def _is_wrapped(text: str, start: int, end: int) -> bool:
    """Whether a line break was only put in by a mail program: the line is long and goes on in lower case."""
    line_start = text.rfind("\n", start, end) + 1 or start
    following = text[end + 1 : end + 2]
    return end - line_start > 45 and (following.islower() or following.isdigit())


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces, place = [], start
    for mark in _PHRASE_END.finditer(text, start, end):
        pieces.append((place, mark.start()))
        place = mark.end()
    pieces.append((place, end))
    return pieces
