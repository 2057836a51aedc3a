"""Wording a proven text anew by a language model: one call, placeholders instead of facts, and nothing unproven goes out.

The model sees no fact and no word of the customer: it gets our own sentences with their placeholders and returns them reworded.
Each rewording is proven against its sentence, then the finished text is proven like every text. Whatever is not, goes out as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from graph.labels import Language
from graph.language_model import ModelCall, ModelUse
from graph.proposals import Wording
from graph.statements import Draft, Part, Statement
from nodes.communications.rewording import unproven
from nodes.consulting import Consulting
from prompts.texts import TextBook
from prompts.wording_words import reworded_keys, wording_words

_NAMES = {Language.EN: "English", Language.DE: "German", Language.ES: "Spanish", Language.FR: "French"}
Renders = Callable[[dict[int, str]], Draft]
Proves = Callable[[Draft], tuple[str, ...]]


def rewordable(statements: Sequence[Statement]) -> tuple[int, ...]:
    """The places of the statements that may be reworded: no rows, and nothing about money, decisions, holds or identity."""
    keys = reworded_keys()
    if any(row.key.partition(".")[0] in keys.never_beside for row in statements):
        return ()
    return tuple(place for place, row in enumerate(statements) if row.part is not Part.LIST and keys.may_be_reworded(row.key))


async def reworded(draft: Draft, textbook: TextBook, consulting: Consulting, renders: Renders, proves: Proves) -> tuple[Draft, ModelCall]:
    """The draft in the model's words where they are proven, else as it was; and the record of having asked."""
    places = rewordable(draft.statements)
    sources = [textbook.template(draft.language, draft.statements[place].key).source for place in places]
    content = json.dumps({"language": _NAMES[draft.language], "sentences": sources}, ensure_ascii=False)
    asked = await consulting.consult(ModelUse.WORDING, content, Wording)
    if asked.value is None:
        return draft, asked.call
    said = asked.value.sentences
    if len(said) != len(places):
        return draft, asked.refused("count: it has another number of sentences")
    for source, sentence in zip(sources, said, strict=True):
        if refusal := next(unproven(draft.language, source, sentence), None):
            return draft, asked.refused(f"{refusal.kind}: {refusal.because}")
    worded = renders(dict(zip(places, _begun(draft.language, places, said), strict=True)))
    if refusals := proves(worded):
        return draft, asked.refused(refusals[0])
    return worded, asked.call


def _begun(language: Language, places: Sequence[int], said: Sequence[str]) -> list[str]:
    """The sentences without space around them; what follows the greeting's comma begins as the language has it there."""
    sentences = [sentence.strip() for sentence in said]
    first = sentences[0].partition(" ")[0]
    if places[0] == 0 and (first.lower(),) in wording_words(language).small_after_greeting:
        sentences[0] = sentences[0][0].lower() + sentences[0][1:]
    return sentences
