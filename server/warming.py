"""Loading what is loaded on first use and takes a second or two, so that no customer waits for it."""

from __future__ import annotations

from graph.labels import Language
from nodes.reading.language import detect
from prompts.vocabulary import vocabulary


def warm_up() -> None:
    """Load the vocabularies of all languages."""
    for language in Language:
        vocabulary(language)
    detect("Where is my order?")
