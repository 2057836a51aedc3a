"""All customer texts of all languages: loaded once, validated, overridden by a shop's own folder, rendered from statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from graph.labels import Language
from graph.statements import Fact, FactKind, Part, Statement
from prompts.formats import fact_text, items_text
from prompts.greeting import first_name
from prompts.shop_texts import read_shop
from prompts.template import Template, cut
from prompts.text_files import TextBookError, Texts, read_shipped

__all__ = ["TextBook", "TextBookError", "UnboundPlaceholder"]

_SHORT = 220
"""An opening and what is known stand in one paragraph up to this many characters."""


class UnboundPlaceholder(ValueError):
    """A statement has no fact for a placeholder of its text, or its key is in no text."""


@dataclass(frozen=True, eq=False)
class TextBook:
    """Every customer text, by language and `section.name`."""

    texts: Mapping[Language, Texts]

    @classmethod
    def load(cls, shop_folder: Path | None = None) -> TextBook:
        """The shipped texts, with a shop's own words over them."""
        if shop_folder is None:
            return _shipped_book()
        return cls(read_shop(shop_folder, _shipped_book().texts))

    def template(self, language: Language, key: str) -> Template:
        """The template of a key."""
        try:
            return self.texts[language][key]
        except KeyError:
            raise UnboundPlaceholder(f"no text is called {key!r} in {language.value!r}") from None

    def brand(self, language: Language) -> str:
        """Who signs."""
        return self.template(language, "frame.brand").source

    def code(self, language: Language, code: str) -> str:
        """A closed code such as `scan_reason.weather` in words."""
        return self.template(language, f"codes.{code}").source

    def sentence(self, language: Language, statement: Statement, reworded: str | None = None) -> str:
        """One statement in words: its text, or a rewording with the same placeholders."""
        template = self.template(language, statement.key) if reworded is None else cut(reworded)
        values = {name: self._worded(language, fact) for name, fact in statement.facts.items() if name in template.placeholders}
        if statement.items:
            values["items"] = items_text(language, statement.items)
        if missing := template.placeholders - values.keys():
            raise UnboundPlaceholder(f"{statement.key}: no fact for {', '.join(sorted(missing))}")
        return template.fill(values)

    def render(
        self, language: Language, statements: Sequence[Statement], *, name: Fact | None, signature: bool, reworded: Mapping[int, str] | None = None
    ) -> str:
        """The whole message as plain text, with rewordings in the places of some statements."""
        said = [self.sentence(language, row, (reworded or {}).get(place)) for place, row in enumerate(statements)]
        parts = {part: _part(statements, said, part) for part in Part}
        paragraphs = [self.greeting(language, name), *_body(parts)]
        if signature:
            paragraphs.append(self.template(language, "frame.signature").fill({"brand": self.brand(language)}))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def greeting(self, language: Language, name: Fact | None) -> str:
        """The first line: with the customer's first or full name, as the language has it, or without."""
        if name is None:
            return self.template(language, "frame.greeting_plain").source
        return self.template(language, "frame.greeting").fill({"name": first_name(name.value), "full_name": name.value})

    def _worded(self, language: Language, fact: Fact) -> str:
        return self.code(language, fact.value) if fact.kind is FactKind.CODE else fact_text(language, fact)


def _part(statements: Sequence[Statement], said: Sequence[str], part: Part) -> str:
    own = [place for place, statement in enumerate(statements) if statement.part is part]
    sentences = [said[place] for place in own]
    if part is Part.LIST:
        return "\n".join(f"- {sentence}" for sentence in sentences)
    return "".join(_spaced([statements[place] for place in own], sentences))


def _spaced(statements: Sequence[Statement], sentences: Sequence[str]) -> Iterator[str]:
    """Sentences with a space between them, or a new line after one that ends with a link."""
    for place, sentence in enumerate(sentences):
        yield sentence
        if place + 1 < len(sentences):
            link = statements[place].facts.get("link")
            yield "\n" if link and sentence.endswith(link.value) else " "


def _body(parts: Mapping[Part, str]) -> Iterator[str]:
    opening, known, rows = parts[Part.OPENING], parts[Part.KNOWN], parts[Part.LIST]
    if opening and known and len(opening) + len(known) < _SHORT:
        opening, known = "", f"{opening} {known}"
    if rows:
        opening, known = (opening, f"{known}\n{rows}") if known else ("", f"{opening}\n{rows}".strip())
    yield from chain((opening, known), (parts[part] for part in (Part.DOING, Part.OPTIONS, Part.NEXT)))


@lru_cache(maxsize=1)
def _shipped_book() -> TextBook:
    return TextBook(read_shipped())
