"""Finds the rows of the vocabulary in clauses and weighs them: denied, doubted, conditional, asked or demanded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.labels import Intent
from nodes.reading.clauses import Clause
from prompts.vocabulary import Row, Vocabulary
from prompts.vocabulary.loading import Denial, Hit

DOUBTED = 0.5
"""What a hedge or an open condition leaves of a request's confidence."""
DENIED_ACTIONS = frozenset({Intent.CANCEL, Intent.REFUND, Intent.REPLACEMENT, Intent.ADDRESS_CHANGE, Intent.ALTERNATE_ITEM})


@dataclass(frozen=True, slots=True)
class Found:
    """A row that holds in a clause."""

    row: Row
    clause: int
    sentence: int
    words: str
    confidence: float
    denied: bool = False
    refused: bool = False
    """Denied by words that refuse what has yet to happen: "please do not"."""
    final: bool = False
    """Denied or taken back for good: "not any more", "after all"."""
    urged: bool = False
    """Denied by a request: "please do not"."""
    asked: bool = False
    """Whether the clause asks something, or asks for news, rather than telling something."""


def find_rows(clauses: Sequence[Clause], vocabularies: Iterable[Vocabulary]) -> list[Found]:
    """Every row that holds, clause by clause; each row at most once in a clause."""
    found: list[Found] = []
    for words in vocabularies:
        spelt = [words.spelling.text(clause.text) for clause in clauses]
        for place in range(len(clauses)):
            found += _in_clause(place, clauses, spelt, words)
    return found


def is_asked(place: int, clauses: Sequence[Clause], text: str, words: Vocabulary) -> bool:
    """Whether a clause asks: it begins like a question or request for news, or it ends a sentence with a question mark."""
    clause = clauses[place]
    ends = place + 1 == len(clauses) or clauses[place + 1].sentence != clause.sentence
    return (clause.question and ends) or words.asking.any_in(text)


def _in_clause(place: int, clauses: Sequence[Clause], spelt: Sequence[str], words: Vocabulary) -> Iterator[Found]:
    clause, text = clauses[place], spelt[place]
    hits: dict[int, list[Hit]] = {}
    for hit in words.phrases.find(text):
        hits.setdefault(hit.owner, []).append(hit)
    if not hits:
        return
    weight, asked = _weight(place, clauses, spelt, words), is_asked(place, clauses, text, words)
    before = _sentence_before(place, clauses, spelt)
    denials: list[tuple[Hit, bool]] | None = None
    supposed: list[Hit] = []
    for owner, places in hits.items():
        row = words.rows[owner]
        unless = words.unless.get(owner)
        if unless is not None and unless.any_in(text):
            continue
        if row.told_only and (asked or clause.question):
            continue
        if denials is None:
            supposed = list(words.denial.supposing.find(text))
            denials = _denials(text, words.denial, supposed)
        if supposed and row.intent is Intent.WITHDRAW_REQUEST:
            continue
        open_hits = [hit for hit in places if not (row.negatable and _is_denied(hit, text, denials, words.denial))]
        hit = (open_hits or places)[0]
        confidence = row.confidence
        if row.intent in DENIED_ACTIONS:
            confidence *= DOUBTED if words.alternatives.any_in(f"{before}{text[: hit.start]}") else weight
        denied = not open_hits
        refused = denied and words.denial.refusing.any_in(text)
        final = (denied or row.intent is Intent.WITHDRAW_REQUEST) and words.denial.final.any_in(text)
        urged = denied and words.denial.urged.any_in(text)
        yield Found(row, clause.index, clause.sentence, hit.words, round(confidence, 3), denied, refused, final, urged, asked)


def _denials(text: str, denial: Denial, supposed: Sequence[Hit]) -> list[tuple[Hit, bool]]:
    """The cues in a clause, each with whether it denies what stands before it; "if you do not" denies nothing, it only supposes."""
    cues = [(hit, False) for hit in denial.before.find(text)] + [(hit, True) for hit in denial.after.find(text)]
    return [cue for cue in cues if not any(hit.start <= cue[0].start < hit.end for hit in supposed)]


def _is_denied(hit: Hit, text: str, denials: list[tuple[Hit, bool]], denial: Denial) -> bool:
    return any(_denies(cue, backwards, hit, text, denial) for cue, backwards in denials)


def _denies(cue: Hit, backwards: bool, hit: Hit, text: str, denial: Denial) -> bool:
    if hit.start <= cue.start < hit.end:
        return not hit.denies
    between = text[hit.end : cue.start] if backwards else text[cue.end : hit.start]
    is_beside = cue.start >= hit.end if backwards else cue.end <= hit.start
    return is_beside and between.count(" ") <= denial.reach and not denial.stops.any_in(f" {between.strip()} ")


def _sentence_before(place: int, clauses: Sequence[Clause], spelt: Sequence[str]) -> str:
    """The words of a sentence before one of its clauses, the nearest few clauses of them."""
    others = (spelt[other].strip() for other in range(max(0, place - 4), place) if clauses[other].sentence == clauses[place].sentence)
    return "".join(f" {text}" for text in others)


def _weight(place: int, clauses: Sequence[Clause], spelt: Sequence[str], words: Vocabulary) -> float:
    """What doubt leaves of a request in this clause: hedges count in its sentence and the next clause, conditions before and after."""
    clause = clauses[place]
    near = [spelt[other] for other in range(max(0, place - 1), min(len(clauses), place + 2)) if _is_near(clause, clauses[other])]
    doubted = any(words.hedges.any_in(text) for text in near)
    sentence = " ".join(
        spelt[other].strip() for other in range(max(0, place - 4), min(len(clauses), place + 3)) if clauses[other].sentence == clause.sentence
    )
    conditional = words.conditions.any_in(f" {sentence} ") and not words.polite.any_in(f" {sentence} ")
    return DOUBTED if doubted or conditional else 1.0


def _is_near(clause: Clause, other: Clause) -> bool:
    return 0 <= other.index - clause.index <= 1 or other.sentence == clause.sentence
