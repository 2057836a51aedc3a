"""The deterministic text of every statement is proven in every language, and so are honest paraphrases."""

from __future__ import annotations

import time

import pytest

from graph.labels import Language
from graph.statements import Draft, Part, Statement
from nodes.communications.guard import prove
from prompts.texts import TextBook
from tests.communications.plausible import DUE, ITEMS, NAME, SPOKEN, draft, fact, statement

BOOK = TextBook.load()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", SPOKEN)
def test_every_text_is_proven(language: Language, key: str) -> None:
    own = draft(language, statement(key, Part.LIST if key.startswith("item.") else Part.KNOWN), statement("next.update", Part.NEXT))
    assert prove(own, own.text, BOOK, name=NAME).refusals == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", [key.removeprefix("codes.") for key in BOOK.texts[Language.EN] if key.startswith("codes.")])
def test_every_code_is_proven(language: Language, code: str) -> None:
    key, name = ("failed.status", "reason") if code.startswith("scan_reason") else ("delivered.proof", "proof")
    own = draft(language, statement(key, Part.KNOWN, **{name: fact(name, code)}), due=False)
    assert prove(own, own.text, BOOK, name=NAME).refusals == ()


PARAPHRASES = [
    (Language.EN, "Hi D'Arcy,\n\nthanks for asking! DPD has your order W-10482 on its way and expects to deliver it on Mar 12."),
    (Language.EN, "Your order #W-10482 is on its way; DPD expects to deliver it on 12 March 2026."),
    (
        Language.EN,
        "Your order W-10482 is on its way. DPD expects to deliver it on Thursday, the 12th of March. Next update by 10 am on March 13.",
    ),
    (Language.EN, "Your order is on its way. You'll hear from me by Friday, 3/13/2026, 10:00."),
    (
        Language.DE,
        "Hallo D'Arcy Müller-Łuczak, w-10482 ist mit DPD unterwegs, Zustellung ist geplant für Donnerstag, den 12.03.2026.",
    ),
    (Language.DE, "Ihre Bestellung ist unterwegs. Bis Freitag, 13. März, 10 Uhr melde ich mich wieder bei Ihnen."),
    (Language.ES, "Su pedido W-10482 está en camino con DPD y la entrega está prevista para el jueves 12 de marzo de 2026."),
    (Language.FR, "Votre commande W-10482 est en route avec DPD ; la livraison est prévue le jeudi 12 mars 2026."),
    (Language.FR, "Votre commande est en route. Je vous écrirai au plus tard le vendredi 13 mars à 10h00."),
]


@pytest.mark.parametrize(("language", "text"), PARAPHRASES)
def test_an_honest_paraphrase_is_proven(language: Language, text: str) -> None:
    said = (statement("transit.moving"), statement("transit.eta"), statement("next.update"))
    own = Draft(language=language, text="", statements=said, due_at=DUE)
    assert prove(own, text, BOOK, name=NAME).refusals == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.EN, "Your refund of 1,239.50 EUR is on its way back to you."),
        (Language.DE, "Ihre Erstattung über 1239,50 Euro ist unterwegs."),
        (Language.ES, "Su reembolso de 1.239,50 € está en camino."),
        (Language.FR, "Votre remboursement de 1 239,50 € est en route."),
    ],
)
def test_an_amount_has_several_wordings(language: Language, text: str) -> None:
    own = Draft(language=language, text="", statements=(statement("done.refund"),))
    assert prove(own, text, BOOK).refusals == ()


def test_an_own_draft_among_the_internal_notes_does_not_forbid_itself() -> None:
    own = draft(Language.EN, *map(statement, ("transit.moving", "transit.scan", "next.update")))
    notes = (own.text, f"[shadow] {own.text}", "order", "Best", "DPD", "in transit since Monday")
    assert prove(own, own.text, BOOK, name=NAME, forbidden=notes).refusals == ()


def test_the_own_name_may_be_bound_by_a_statement() -> None:
    greeting = Statement(key="frame.greeting", part=Part.OPENING, facts={"name": NAME})
    own = Draft(language=Language.EN, text="", statements=(greeting, statement("transit.moving")))
    assert prove(own, "Hi D'Arcy,\n\nyour order W-10482 is on its way.", BOOK).ok
    assert not prove(own, "Hi Sarah,\n\nyour order W-10482 is on its way.", BOOK).ok


def test_own_items_may_be_counted_in_words() -> None:
    own = Draft(language=Language.EN, text="", statements=(statement("done.replacement"),))
    assert prove(own, f"We're sending this again: two {ITEMS[0].title.value}, and {ITEMS[1].title.value}.", BOOK).ok


def test_a_usual_reply_is_proven_fast() -> None:
    own = draft(Language.DE, *map(statement, ("late.status", "late.scan", "late.eta", "late.what_follows", "transit.link", "next.update")))
    prove(own, own.text, BOOK, name=NAME)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        prove(own, own.text, BOOK, name=NAME)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.003
