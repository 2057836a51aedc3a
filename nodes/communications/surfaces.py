"""How a bound fact may look in a text, dates and times aside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import get_currency_symbol

from graph.labels import Language
from graph.statements import Fact, FactKind, Item
from nodes.communications.plain_text import lowered, normalise
from prompts.formats import formats, money_text
from prompts.greeting import first_name

_SEPARATORS: Final = {Language.EN: (",", "."), Language.DE: (".", ","), Language.ES: (".", ","), Language.FR: (" ", ",")}
_CURRENCY_WORDS: Final = {
    "EUR": ("euro", "euros"),
    "USD": ("$", "dollar", "dollars", "dólares"),
    "GBP": ("pounds", "pfund", "libras", "livres"),
    "CHF": ("franken", "francs"),
}
_SMALL: Final = {
    Language.EN: "one two three four five six seven eight nine ten eleven twelve",
    Language.DE: "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    Language.ES: "un dos tres cuatro cinco seis siete ocho nueve diez once doce",
    Language.FR: "un deux trois quatre cinq six sept huit neuf dix onze douze",
}
_ONES: Final = {Language.EN: ("a", "an"), Language.DE: ("eine", "einen", "einem", "einer"), Language.ES: ("una",), Language.FR: ("une",)}


def shape(text: str) -> str:
    """A literal as it is looked for."""
    return lowered(normalise(text))


def literals(language: Language, fact: Fact) -> tuple[str, ...]:
    """The accepted wordings of a fact that is neither a date nor a link."""
    if fact.kind is FactKind.MONEY:
        return _amounts(language, fact.value, fact.currency or "")
    if fact.kind is FactKind.NAME:
        return _names(fact.value)
    if fact.kind is FactKind.PLACE:
        return _place(fact.value)
    return (shape(fact.value),)


def item_literals(language: Language, item: Item) -> tuple[str, ...]:
    """The accepted wordings of an own item: title alone, or with its own quantity."""
    return _item(language, item.title.value, item.quantity.value)


def count_literals(language: Language, fact: Fact) -> tuple[str, ...]:
    """A count in digits or, up to twelve, in words."""
    words = () if fact.value == "1" else _count_words(language, fact.value)
    return (shape(fact.value), *words)


@lru_cache(maxsize=1024)
def _item(language: Language, title_value: str, quantity: str) -> tuple[str, ...]:
    title = shape(title_value)
    counts = (f"{quantity} × ", f"{quantity} x ", f"{quantity}x ", f"{quantity} ", *(f"{word} " for word in _count_words(language, quantity)))
    return (*(f"{count}{title}" for count in counts), f"{title} ({quantity})", f"{title} × {quantity}", f"{title} (× {quantity})", title)


def _count_words(language: Language, quantity: str) -> tuple[str, ...]:
    small = _SMALL[language].split()
    if not quantity.isdecimal() or not 1 <= int(quantity) <= len(small):
        return ()
    return (small[int(quantity) - 1], *(_ONES[language] if quantity == "1" else ()))


@lru_cache(maxsize=1024)
def _names(value: str) -> tuple[str, ...]:
    name = shape(value)
    return tuple(dict.fromkeys((name, shape(first_name(value)), name.split()[-1] if len(name.split()[-1]) > 2 else name)))


@lru_cache(maxsize=1024)
def _place(value: str) -> tuple[str, ...]:
    place = shape(value)
    city = place.split(",")[0].strip()
    return (place, city) if len(city) > 2 else (place,)


@lru_cache(maxsize=1024)
def _amounts(language: Language, value: str, currency: str) -> tuple[str, ...]:
    signs = _signs(language, currency)
    found = {shape(money_text(language, value, currency))} if currency else set()
    for number in _numbers(language, Decimal(value)):
        found |= {f"{sign}{gap}{number}" for sign in signs for gap in ("", " ")} | {f"{number}{gap}{sign}" for sign in signs for gap in ("", " ")}
        if not number.isdecimal():
            found.add(number)
    return tuple(found)


def _signs(language: Language, currency: str) -> tuple[str, ...]:
    symbol = get_currency_symbol(currency, locale=formats(language).locale) if currency else ""
    return tuple({sign for sign in (shape(symbol), currency.lower(), *_CURRENCY_WORDS.get(currency, ())) if sign})


def _numbers(language: Language, amount: Decimal) -> Iterator[str]:
    group, point = _SEPARATORS[language]
    whole, cents = divmod(amount, 1)
    plain, grouped = f"{whole:.0f}", f"{whole:,.0f}".replace(",", group)
    for digits in {plain, grouped, grouped.replace(".", " ") if language is Language.ES else plain}:
        yield f"{digits}{point}{int(cents * 100):02}" if cents == cents.quantize(Decimal("0.01")) else f"{digits}{point}{str(cents)[2:]}"
        if not cents:
            yield digits
