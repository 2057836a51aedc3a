"""Checks of signs: what is hidden, disguised, a digit, a link, markup or a name that nobody bound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from nodes.communications.lexicon import Lexicon, capitals, is_calendar_capital
from nodes.communications.plain_text import normalise, words_of
from nodes.communications.refusal import Refusal, RefusalKind
from nodes.communications.residue import Residue

_OWN_SIGNS: Final = re.compile(r"[\ue000-\uf8ff]")
_BEYOND: Final = re.compile(r"[^\x00-\x7f]")
_STRANGE: Final = re.compile(r"[^ -~\nÀ-ÖØ-öø-ÿŒœŸẞ×¿¡•€£¥\ue000-\ue00f]")
_NUMBER: Final = re.compile(r"\d[\d.,:/-]*\w*")
_MARKUP: Final = re.compile(r"https?:?|hxxp|mailto|www\.|//|[<>`*_{}\[\]|\\@^~=]|[\w-]\.[a-z]{2,}", re.IGNORECASE)
_MONEY: Final = re.compile(r"[$€£¥%]")
_NEXT_WORD: Final = re.compile(r"'?[a-z]*\s([^\W\d_]+)")
_BESIDE: Final = re.compile(r"\w?\ue000\ue00f*\w?")


def disguised(text: str, values: Iterable[str]) -> Iterator[Refusal]:
    """Signs that only look like letters or digits, unless a bound fact is written so."""
    if text.isascii():
        return
    allowed = frozenset("".join(values))
    for match in _BEYOND.finditer(text):
        sign = match.group()
        plain = unicodedata.normalize("NFKC", sign)
        if sign not in allowed and plain != sign and any(part.isascii() and part.isalnum() for part in plain):
            yield _refusal(RefusalKind.HIDDEN, sign, "a sign that stands for another one")
    if own := _OWN_SIGNS.search(text):
        yield _refusal(RefusalKind.HIDDEN, own.group(), "a sign without meaning")


def unproven_signs(residue: Residue) -> Iterator[Refusal]:
    """Numbers, links, markup, hidden and foreign signs that no fact covers."""
    text = residue.cased
    for match in _STRANGE.finditer(text):
        yield _strange(match.group())
    for match in _NUMBER.finditer(text):
        yield _refusal(RefusalKind.NUMBER, match.group(), "no bound fact has this number")
    for match in _MONEY.finditer(text):
        yield _refusal(RefusalKind.MONEY, match.group(), "an amount that no bound fact has")
    if found := _MARKUP.search(text):
        yield _refusal(RefusalKind.MARKUP, residue.whole[found.start() : found.end() + 30], "a link, an address or markup that no bound fact has")


def unproven_names(residue: Residue, lexicon: Lexicon) -> Iterator[Refusal]:
    """Words with a capital inside a sentence that neither the texts nor a fact know."""
    for word, start, begins in capitals(residue.cased):
        if begins and not _may_be_name(word, residue.lower[start + len(word) :], lexicon):
            continue
        if word not in lexicon.capitals:
            kind = RefusalKind.DATE if is_calendar_capital(lexicon.language, word.lower()) else RefusalKind.NAME
            yield _refusal(kind, residue.whole[start : start + len(word)], "a name that no bound fact has")


def _may_be_name(word: str, after: str, lexicon: Lexicon) -> bool:
    """Whether a word that begins a sentence is none of ours, and is written in capitals or does something."""
    if word.lower() in lexicon.known or len(word) < 2:
        return False
    verb = _NEXT_WORD.match(after)
    return word.isupper() or (verb is not None and verb.group(1) in lexicon.words.verbs)


def lost_letters(residue: Residue) -> Iterator[Refusal]:
    """A letter that sticks to a fact changes it."""
    for match in _BESIDE.finditer(residue.cased):
        text = match.group()
        if text[0].isalnum() or text[-1].isalnum():
            yield _refusal(RefusalKind.NAME, residue.whole[match.start() : match.end()], "letters stick to a fact")


def forbidden_texts(residue: Residue, forbidden: Iterable[str], line: str, lexicon: Lexicon) -> Iterator[Refusal]:
    """Texts that must not be in a message, outside of the customer's own facts."""
    for text in forbidden:
        wanted = normalise(text).lower()
        if len(wanted) > 3 and (found := _quoted(wanted, line, lexicon) or _contained(residue, wanted, lexicon)):
            yield _refusal(RefusalKind.FORBIDDEN, found, "internal or somebody else's")


def _contained(residue: Residue, wanted: str, lexicon: Lexicon) -> str:
    """A forbidden text as a whole, unless own facts and words of the texts are all there is of it."""
    whole = residue.whole.lower()
    start = whole.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        alone = not (whole[start - 1 : start].isalnum() or whole[end : end + 1].isalnum())
        if (alone or len(wanted) > 5) and not _is_ours(residue.lower[start:end], lexicon):
            return wanted
        start = whole.find(wanted, end)
    return ""


def _is_ours(text: str, lexicon: Lexicon) -> bool:
    pieces = (piece.strip(" .") for piece in re.split(r"[\ue000-\ue005]|\.", f" {' '.join(words_of(text))} "))
    return all(f" {piece} " in lexicon.corpus for piece in pieces if piece)


_WINDOW: Final = 5


def _quoted(wanted: str, line: str, lexicon: Lexicon) -> str:
    """Five words in a row of a forbidden text that stand in the message and in no text of ours."""
    words = re.findall(r"[^\W\d_]+", wanted)
    for place in range(len(words) - _WINDOW + 1):
        window = f" {' '.join(words[place : place + _WINDOW])} "
        if window in line and window not in lexicon.corpus:
            return window.strip()
    return ""


def _strange(sign: str) -> Refusal:
    name = f"U+{ord(sign):04X}"
    if unicodedata.category(sign)[0] in "CMZ":
        return _refusal(RefusalKind.HIDDEN, name, "an invisible sign")
    if sign.isnumeric():
        return _refusal(RefusalKind.NUMBER, sign, "no bound fact has this number")
    return _refusal(RefusalKind.HIDDEN, f"{sign} ({name})", "a letter or sign of another script")


def _refusal(kind: RefusalKind, span: str, because: str) -> Refusal:
    return Refusal(kind=kind, span_text=span, because=because)
