"""Wording a proven text anew by a language model: one call, placeholders instead of facts, and nothing unproven goes out.

The model sees no fact and no word of the customer: it gets our own sentences with their placeholders and returns them reworded.
Each rewording is proven against its sentence, and what is not stays as it was. Then the finished text is looked at once more, as every text is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from graph.labels import Language
from graph.language_model import ModelCall, ModelUse
from graph.proposals import Wording
from graph.statements import Draft, Part, Statement
from nodes.communications.refusal import Refusal, RefusalKind
from nodes.communications.rewording import unproven
from nodes.consulting import Consulting
from prompts.reviewed_wordings import may_be_reworded, wording_file
from prompts.texts import TextBook

_NAMES = {Language.EN: "English", Language.DE: "German", Language.ES: "Spanish", Language.FR: "French"}
NEVER_BESIDE = frozenset({"ask"})
"""Sections beside whose sentences nothing is reworded: a question about identity reads alike for everybody."""
SETTLED = frozenset({RefusalKind.NAME, RefusalKind.CLAIM, RefusalKind.PROMISE, RefusalKind.ARRIVAL})
"""What the words of a sentence say is settled by its own proof, which knows the sentence; the guard of whole texts only knows lists."""
_DIGIT = re.compile(r"\d")
Renders = Callable[[dict[int, str]], Draft]
Proves = Callable[[Draft], tuple[Refusal, ...]]


def rewordable(language: Language, statements: Sequence[Statement], textbook: TextBook) -> tuple[int, ...]:
    """The places of the statements that may be reworded: no rows, and nothing about money, decisions, holds or identity."""
    if any(row.key.partition(".")[0] in NEVER_BESIDE for row in statements):
        return ()
    return tuple(
        place
        for place, row in enumerate(statements)
        if row.part is not Part.LIST and may_be_reworded(language, row.key, textbook.template(language, row.key).source)
    )


async def reworded(draft: Draft, textbook: TextBook, consulting: Consulting, renders: Renders, proves: Proves) -> tuple[Draft, ModelCall]:
    """The draft in the model's words where they are proven, sentence by sentence, else as it was; and the record of having asked."""
    places = rewordable(draft.language, draft.statements, textbook)
    keys = [draft.statements[place].key for place in places]
    sources = [textbook.template(draft.language, key).source for key in keys]
    content = json.dumps({"language": _NAMES[draft.language], "sentences": sources}, ensure_ascii=False)
    asked = await consulting.consult(ModelUse.WORDING, content, Wording)
    if asked.value is None:
        return draft, asked.call
    said = asked.value.sentences
    if len(said) != len(places):
        return draft, asked.refused("count: it has another number of sentences")
    found = [next(unproven(draft.language, key, source, sentence), None) for key, source, sentence in zip(keys, sources, said, strict=True)]
    refusals = [refusal for refusal in found if refusal is not None]
    proven = {place: sentence for place, sentence, refusal in zip(places, said, found, strict=True) if refusal is None}
    if not proven:
        return draft, asked.refused(_reason(refusals[0]))
    worded = renders(_begun(draft.language, proven))
    if refusal := next(refused_still(proves(worded)), None):
        return draft, asked.refused(_reason(refusal))
    why = f"{_reason(refusals[0])}; {len(refusals)} of {len(said)} sentences stay as they are" if refusals else ""
    return worded, asked.call.model_copy(update={"because": why})


def _reason(refusal: Refusal) -> str:
    return f"{refusal.kind}: {refusal.because}"


def refused_still(refusals: Sequence[Refusal]) -> Iterator[Refusal]:
    """What is refused of a text whose sentences are proven: what their words claim was decided in the review."""
    return (
        refusal
        for refusal in refusals
        if refusal.kind not in SETTLED and (refusal.kind is not RefusalKind.NUMBER or _DIGIT.search(refusal.span_text))
    )


def _begun(language: Language, said: Mapping[int, str]) -> dict[int, str]:
    """The sentences without space around them; what follows the greeting's comma begins as the language has it there."""
    sentences = {place: sentence.strip() for place, sentence in said.items()}
    first = sentences.get(0, "")
    if first.partition(" ")[0].lower() in wording_file(language).small_after_greeting:
        sentences[0] = first[0].lower() + first[1:]
    return sentences
