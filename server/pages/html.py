"""HTML put together from elements; every text is escaped where it goes in, so that no customer's words become markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Union

_VOID = {"meta", "br", "hr", "input", "rect", "line", "path", "circle"}

Content = Union["Html", str, int, None, Iterable["Content"]]
"""What may stand inside an element; a plain text is escaped, nothing stands for None."""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *content: Content, **attributes: str | int | float | bool | None) -> Html:
    """An element. An attribute's trailing `_` is dropped and `_` inside becomes `-`; True stands alone, False and None are left out."""
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None and value is not False)
    if name in _VOID:
        return Html(f"<{name}{told}>") if name in {"meta", "br", "hr", "input"} else Html(f"<{name}{told}/>")
    return Html(f"<{name}{told}>{together(content)}</{name}>")


def together(content: Content) -> Html:
    """Several pieces, one after the other."""
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    if isinstance(content, (str, int)):
        return Html(escape(clean(str(content)), quote=False))
    return Html("".join(together(each) for each in content))


def clean(text: str) -> str:
    """The text without characters that no HTML document may have."""
    return "".join(letter if letter >= " " or letter in "\n\t" else "�" for letter in text if not "\ud800" <= letter <= "\udfff")


def raw(markup: str) -> Html:
    """Markup of our own, such as a style sheet."""
    return Html(markup)


def document(title: str, style: str, *body: Content) -> str:
    """A whole page. Its policy forbids everything but its own style: no script runs, nothing is loaded, no form is sent."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", raw(style)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', *body), lang='en')}\n"


def _attribute(name: str, value: str | int | float | bool) -> str:
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(clean(str(value)), quote=True)}"'
