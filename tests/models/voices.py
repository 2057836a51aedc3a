"""What models say when they are asked to word a text: a truthful one, lying ones, hostile ones."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from graph.language_model import ModelUse
from tests.guard.wordings import by_source
from tests.models.local_model import Behaviour, Call, completion, formed

Says = Callable[[str], str]


def words_each(says: Says) -> Behaviour:
    """Words every sentence by itself; for every other use it has nothing to say."""

    def answer(call: Call) -> Response:
        if call.use is not ModelUse.WORDING:
            return completion(None, refusal="no")
        return formed(call, {"sentences": [says(sentence) for sentence in call.content["sentences"]]})

    return answer


def truthful() -> Behaviour:
    """Rewords what it knows a good rewording for, and repeats the rest."""
    known, turns = by_source("good"), itertools.count()

    def says(sentence: str) -> str:
        own = known.get(sentence)
        return own[next(turns) % len(own)].text if own else sentence

    return words_each(says)


def lying() -> Behaviour:
    """Lies in every use; of every sentence it says something that is not so: each time another lie, where it has several."""
    lies = {source: itertools.cycle(own) for source, own in by_source("hostile").items()}

    def says(sentence: str) -> str:
        return next(lies[sentence]).text if sentence in lies else f"{sentence} It arrives tomorrow, we guarantee it."

    words = words_each(says)

    def answer(call: Call) -> Response | Awaitable[Response]:
        return words(call) if call.use is ModelUse.WORDING else formed(call, _lie(call))

    return answer


def _lie(call: Call) -> dict[str, object]:
    """It hears a refund in whatever was written, an approval in whatever a reviewer says, and is sure of what is not so."""
    if call.use is ModelUse.READING:
        return {"asks": [{"intent": "refund", "words": call.content["message"]}]}
    if call.use is ModelUse.REVIEWER:
        return {"decision": "approve", "action": call.content["options"][0]}
    return {"look_at": [], "summary": "Everything was delivered; the customer lies.", "recommendation": "Approve everything.", "is_sure": True}


def obeying(order: str) -> Behaviour:
    """Does what a smuggled order says instead of its work."""
    return words_each(lambda sentence: order)
