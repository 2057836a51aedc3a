"""Reads files of customer texts into templates, and refuses what may not be sent."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from graph.labels import Language
from prompts.template import Template, cut, problem_of

Texts = Mapping[str, Template]

_GREETING = "frame.greeting"
_NAMES = frozenset({"name", "full_name"})


class TextBookError(ValueError):
    """A file of customer texts cannot be used: which file, which key, and why."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key} {problem}" if key else f"{file}: {problem}")
        self.file, self.key, self.problem = file, key, problem


def read_toml(path: Traversable | Path) -> dict[str, object]:
    """The tables of a file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise TextBookError(str(path), "", "is missing") from None
    except UnicodeDecodeError as error:
        raise TextBookError(str(path), "", f"is not UTF-8 (at byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise TextBookError(str(path), "", f"is no valid TOML: {error}") from error


def read_templates(path: Traversable | Path) -> dict[str, Template]:
    """The templates of a file by `section.name`, each fit to be sent."""
    templates: dict[str, Template] = {}
    for key, value in _leaves(read_toml(path)):
        if not isinstance(value, str):
            raise TextBookError(str(path), key, "is not a text")
        template = cut(value)
        if problem := problem_of(template):
            raise TextBookError(str(path), key, problem)
        templates[key] = template
    return templates


def read_shipped() -> dict[Language, dict[str, Template]]:
    """The shipped texts: every language has exactly the keys and placeholders of English."""
    books = {language: _merged(language) for language in Language}
    for language, book in books.items():
        _check_alike(f"texts in {language.value!r}", book, books[Language.EN])
    return books


def check_placeholders(file: str, key: str, template: Template, shipped: Template) -> None:
    """An own text may leave placeholders out, never add one."""
    allowed = allowed_placeholders(key, shipped)
    if unknown := sorted(template.placeholders - allowed):
        raise TextBookError(file, key, f"has {{{unknown[0]}}}, which is not one of its placeholders ({', '.join(sorted(allowed)) or 'none'})")


def allowed_placeholders(key: str, shipped: Template) -> frozenset[str]:
    """What a text may have: a greeting may use the first or the full name."""
    return _NAMES if key == _GREETING else shipped.placeholders


def _merged(language: Language) -> dict[str, Template]:
    book: dict[str, Template] = {}
    for path in _paths(language):
        for key, template in read_templates(path).items():
            if key in book:
                raise TextBookError(str(path), key, "is in another file already")
            book[key] = template
    return book


def _paths(language: Language) -> Iterator[Traversable]:
    prompts = files("prompts")
    yield prompts.joinpath("communications", f"{language}.toml")
    for folder in sorted(prompts.joinpath("runbooks").iterdir(), key=lambda folder: folder.name):
        if folder.is_dir() and folder.joinpath("runbook.toml").is_file():
            yield folder.joinpath(f"{language}.toml")


def _leaves(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _check_alike(file: str, book: Texts, english: Texts) -> None:
    if missing := sorted(english.keys() - book.keys()):
        raise TextBookError(file, missing[0], "is missing")
    if unknown := sorted(book.keys() - english.keys()):
        raise TextBookError(file, unknown[0], "is unknown")
    for key, template in book.items():
        check_placeholders(file, key, template, english[key])
        if key != _GREETING and (lost := sorted(english[key].placeholders - template.placeholders)):
            raise TextBookError(file, key, f"lacks {{{lost[0]}}}")
