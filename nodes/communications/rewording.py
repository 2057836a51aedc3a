"""Proves one reworded sentence: the same facts, and no two words beside each other that no reviewed rewording of that sentence has.

A rewording is judged with placeholders where the facts stand: a model never writes a fact, so a digit, a date or a name is never its to get wrong.
Each sentence has reviewed rewordings (`prompts/guard/wording`). Pieces of them may be put together anew, at few words: who does what to whom stands
in the order of the words, so that "we ask the carrier" does not become "the carrier asks us". Neighbours are all that it sees, not grammar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from graph.labels import Language
from nodes.communications.refusal import Refusal, RefusalKind
from prompts.reviewed_wordings import Known, flat, known, wording_file

_HOLE: Final = re.compile(r"\{[a-z_]+\}")
_SIGNS: Final = " .,;:!?¿¡()'’–-"
_HEAPED: Final = re.compile(r"[.,;:!?('’–-][.,;:!?('’–-]|^[^\w{¿¡(]")
"""Signs beside each other, or before the first word."""
_SEAMS: Final = 2
"""Words at which pieces of different reviewed rewordings may meet."""
_LONGER: Final = 60
"""Characters that a rewording may have beyond twice the sentence's own."""
_SHOUTED: Final = 2


def unproven(language: Language, key: str, source: str, said: str) -> Iterator[Refusal]:
    """Every reason why `said` may not stand for the sentence of that key; both with placeholders."""
    yield from _shape(language, source, said)
    sentence = known(language, key)
    if sentence is None:
        yield _refusal(RefusalKind.WORD, said[:40], "the sentence has no reviewed rewordings")
    else:
        yield from _strange(language, sentence, said)


def _strange(language: Language, sentence: Known, said: str) -> Iterator[Refusal]:
    """What no reviewed rewording has, and what all of them have."""
    file = wording_file(language)
    tokens = flat(file, said)
    for left, right in pairwise(tokens):
        if (left, right) not in sentence.pairs:
            yield _refusal(RefusalKind.WORD, f"{left} {right}", "no reviewed rewording of the sentence has these words beside each other")
    for group in sentence.must:
        if not group & set(tokens):
            yield _refusal(RefusalKind.CLAIM, "|".join(sorted(group)), "something of the sentence is left out")
    if file.turns(tokens) != sentence.turns:
        yield _refusal(RefusalKind.CLAIM, "", "it denies, leaves open or makes depend what the sentence does not, or the other way round")
    if sentence.seams(tokens) > _SEAMS:
        yield _refusal(RefusalKind.WORD, "", "it is pieced together from too many rewordings")
    if more := Counter(tokens) - sentence.most:
        yield _refusal(RefusalKind.WORD, next(iter(more)), "no reviewed rewording says it so often")
    if file.small(said) - sentence.small:
        yield _refusal(RefusalKind.WORD, "", "the customer is addressed as somebody else")
    if not sentence.shortest <= len(tokens) <= sentence.longest:
        yield _refusal(RefusalKind.LENGTH, "", "it is shorter or longer than every reviewed rewording")


def _shape(language: Language, source: str, said: str) -> Iterator[Refusal]:
    if not said.strip() or len(said) > 2 * len(source) + _LONGER:
        yield _refusal(RefusalKind.LENGTH, said[:40], "it is too long or empty")
    if Counter(_HOLE.findall(source)) != Counter(_HOLE.findall(said)):
        yield _refusal(RefusalKind.NUMBER, "", "it has other facts than the sentence")
    bare, letters = _HOLE.sub("", said), wording_file(language).letters
    if strange := next((sign for sign in bare if sign.lower() not in letters and sign not in _SIGNS), None):
        yield _refusal(RefusalKind.HIDDEN, strange, "a sign that no sentence has")
    if _HEAPED.search(said) or said.count("(") != said.count(")"):
        yield _refusal(RefusalKind.MARKUP, said[:40], "signs where a sentence has none")
    if ("?" in source) != ("?" in said) or bare.count("!") > 1:
        yield _refusal(RefusalKind.CLAIM, "?", "it asks where the sentence does not, or the other way round")
    if (last := source.strip()[-1]) == "}" and said.strip()[-1:] != last:
        yield _refusal(RefusalKind.MARKUP, said[-20:], "it does not end with what the sentence ends with")
    if shouted := next((word for word in re.findall(r"[^\W\d_]+", bare) if len(word) > _SHOUTED and word.isupper() and word not in source), None):
        yield _refusal(RefusalKind.NAME, shouted, "a word in capitals")


def _refusal(kind: RefusalKind, span: str, because: str) -> Refusal:
    return Refusal(kind=kind, span_text=span, because=because)
