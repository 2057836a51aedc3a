"""Turns HTML into lines of text, quoted parts marked with `>`."""

from __future__ import annotations

import html
import re

_LOOKS_LIKE = re.compile(r"<(?:!doctype html|html|body|div|p|br|table|span|blockquote|ul|ol|b|i|strong|em|font|a href)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]*)>")
_QUOTED_BLOCK = re.compile(
    r"gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader", re.IGNORECASE
)
_SILENT = frozenset({"head", "style", "script", "title"})
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "blockquote", "body", "html", "section", "td"})
_SPACES = re.compile(r"[ \t\r\n]+")


def is_html(text: str) -> bool:
    """Whether a text is HTML rather than words with a stray angle bracket."""
    return "<" in text and _LOOKS_LIKE.search(text) is not None


def html_to_text(source: str) -> str:
    """The visible text; lines inside a quotation begin with `>`."""
    return _Page().read(_without_comments(source))


def _without_comments(source: str) -> str:
    kept, place = [], 0
    while (start := source.find("<!--", place)) >= 0:
        kept.append(source[place:start])
        end = source.find("-->", start)
        if end < 0:
            return "".join(kept)
        place = end + 3
    return "".join(kept) + source[place:]


class _Page:
    """One pass over the tags, without a tree."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._silent = 0
        self._history = False

    def read(self, source: str) -> str:
        place = 0
        for tag in _TAG.finditer(source):
            self._words(source[place : tag.start()])
            self._tag(closing=bool(tag[1]), name=tag[2].lower(), attributes=tag[3])
            place = tag.end()
        self._words(source[place:])
        self._end_line()
        return "\n".join(self._lines)

    def _words(self, text: str) -> None:
        if text and not self._silent:
            self._line.append(_SPACES.sub(" ", html.unescape(text)))

    def _tag(self, *, closing: bool, name: str, attributes: str) -> None:
        if name in _SILENT:
            self._silent = max(0, self._silent + (-1 if closing else 1))
        if name in _BLOCKS:
            self._end_line()
        if name == "p":
            self._lines.append("> " if self._is_quoted() else "")
        if name == "blockquote":
            self._quotes = max(0, self._quotes + (-1 if closing else 1))
        if not closing and attributes and _QUOTED_BLOCK.search(attributes):
            self._history = True

    def _is_quoted(self) -> bool:
        return self._quotes > 0 or self._history

    def _end_line(self) -> None:
        text = "".join(self._line).strip()
        self._line.clear()
        if text or not self._lines or self._lines[-1].strip("> "):
            self._lines.append(f"> {text}" if self._is_quoted() else text)
