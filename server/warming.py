"""Loading what is loaded on first use and takes a second or two, so that no customer waits for it."""

from __future__ import annotations

import gc

from graph.labels import Language
from nodes.reading.language import detect
from prompts.vocabulary import vocabulary

GARBAGE = 20_000
"""New objects after which the collector looks at the newest ones; a case makes about as many."""


def warm_up() -> None:
    """Load the vocabularies of all languages. What is there by then stays: the garbage collector never looks at it again, and looks less often."""
    for language in Language:
        vocabulary(language)
    detect("Where is my order?")
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
