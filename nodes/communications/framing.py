"""The frame of a reworded sentence: who does it, on what condition, in which time, and what each fact is said to be, stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from graph.labels import Language
from nodes.communications.refusal import Refusal, RefusalKind
from prompts.wording_words import Frame, tokens_of, wording_words

_NUMBER: Final = "{number}"
_TRACKING: Final = "{tracking}"
_PLACE: Final = "{place}"
_CARRIER: Final = "{carrier}"
_AT_ONCE: Final = 4
_PAST: Final = frozenset({"{at}"})
"""What has a date behind it is done, in whatever time it is told."""
_BREAKS: Final = frozenset(".!?;")


def out_of_frame(language: Language, source: str, said: str) -> Iterator[Refusal]:
    """Every reason why `said` is another sentence than `source`, whatever it speaks of; both with placeholders."""
    frame, before, after = wording_words(language).frame, tokens_of(source), tokens_of(said)
    for group in sorted(_changed_groups(language, frame, before, after)):
        yield _refusal(group, "the sentence and its rewording do not both name it")
    for group, words in frame.never.items():
        if words & set(after) - set(before):
            yield _refusal(group, "it comes in with the rewording")
    if _is_done(language, after) and not (_is_done(language, before) or _PAST & set(before) or _both_report(language, before, after)):
        yield _refusal("done", "it is told as done")
    if _will_be(frame, after) > _will_be(frame, before):
        yield _refusal("future", "it is told as coming")
    yield from _misplaced(frame, before, after)


def _changed_groups(language: Language, frame: Frame, before: list[str], after: list[str]) -> set[str]:
    """Who and what is named in one of both alone. We and I may come and go where nobody else could be meant: no carrier, and nothing is done."""
    changed = {group for group in frame.same if _names(frame, group, before) != _names(frame, group, after)}
    carriers = frame.same["carrier"] | {_CARRIER}
    if not carriers & {*before, *after}:
        changed -= {"we"}
        if not _is_done(language, after):
            changed -= {"i"}
    return changed


def _names(frame: Frame, group: str, tokens: list[str]) -> bool:
    opens = group == "condition" and any(left in _BREAKS and word in frame.opens for left, word in pairwise([".", *tokens]))
    return opens or bool(frame.same[group] & set(tokens))


def _is_done(language: Language, tokens: list[str]) -> bool:
    """Whether something is told as done: not where it is only had ("has your order"), or denied right there ("hasn't been scanned")."""
    words = wording_words(language)
    denied = {phrase[0] for phrase in words.denied if len(phrase) == 1}
    return any(
        token in words.frame.done and not any(tuple(tokens[place + 1 : place + 1 + len(owned)]) == owned for owned in words.frame.owned)
        and not denied & set(tokens[max(place + 1 - _AT_ONCE, 0) : place + _AT_ONCE])
        for place, token in enumerate(tokens)
    )  # fmt: skip


def _both_report(language: Language, before: list[str], after: list[str]) -> bool:
    """Whether both only pass on what somebody reports: "reports" and "has reported" say the same."""
    reports = {phrase[0] for phrase in wording_words(language).reported if len(phrase) == 1}
    return bool(reports & set(before)) and bool(reports & set(after))


def _will_be(frame: Frame, tokens: list[str]) -> int:
    return sum(token in frame.future or token.endswith(frame.future_endings) for token in tokens)


def _misplaced(frame: Frame, before: list[str], after: list[str]) -> Iterator[Refusal]:
    """Facts that changed their places: the order's number, the tracking number, a place, and who carries it."""
    known = set(pairwise(before))
    for left, hole in pairwise([".", *after]):
        if not hole.startswith("{") or (left, hole) in known:
            continue
        if (hole == _NUMBER) != (left in frame.order):
            yield _refusal(f"{left} {hole}", "a fact is taken for another")
        if hole not in {_PLACE, _NUMBER} and left in frame.place and _PLACE in before:
            yield _refusal(f"{left} {hole}", "a fact is taken for a place")
        if hole == _PLACE and left in _BREAKS:
            yield _refusal(hole, "a place does something")
    if _TRACKING in after and not frame.tracking & set(after):
        yield _refusal(_TRACKING, "nothing says that it is the tracking number")


def _refusal(span: str, because: str) -> Refusal:
    return Refusal(kind=RefusalKind.CLAIM, span_text=span, because=because)
