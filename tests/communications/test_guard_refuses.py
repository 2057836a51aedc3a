"""Texts with one wrong thing in them are refused, in every language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.labels import Language
from graph.statements import Draft, Part
from nodes.communications.guard import RefusalKind, prove
from prompts.texts import TextBook
from tests.communications.plausible import DUE, NAME, draft, statement

BOOK = TextBook.load()
EN, DE, ES, FR = Language.EN, Language.DE, Language.ES, Language.FR
NOTE = "Customer flagged by finance team, hold until VIP desk answers"
SUPPLIER = "Nordwind Optics"


def _reply(language: Language, *, due: bool = True) -> Draft:
    keys = ("transit.moving", "transit.scan", "transit.eta", "transit.link", "done.refund", *(("next.update",) if due else ()))
    return draft(language, *(statement(key, Part.NEXT if key == "next.update" else Part.KNOWN) for key in keys), due=due)


REPLACED = [
    (EN, "Thursday, March 12", "Friday, March 13"),
    (EN, "Thursday, March 12", "Wednesday, March 11"),
    (EN, "Thursday, March 12", "Friday, March 12"),
    (EN, "Thursday, March 12", "Thursday"),
    (EN, "Thursday, March 12", "Thursday, March 12, 2027"),
    (EN, "2:20 PM", "2:20 AM"),
    (EN, "2:20 PM", "3:20 PM"),
    (EN, "W-10482", "W-10483"),
    (EN, "W-10482", "W-10482-B"),
    (EN, "W-10482", "W-1O482"),
    (EN, "W-10482", "W-１0482"),
    (EN, "W-10482", "W-1٠482"),
    (EN, "€1,239.50", "€1,239.60"),
    (EN, "€1,239.50", "$1,239.50"),
    (EN, "€1,239.50", "€11,239.50"),
    (EN, "O'Fallon, MO", "O'Fallon, IL"),
    (EN, "DPD", "UPS"),
    (EN, "DPD", "D\u200bPD"),
    (EN, "D'Arcy", "Sarah"),
    (EN, "https://track.dpd.example/p/", "https://track.dpd.example.evil.com/p/"),
    (EN, "?lang=de", "?lang=de&next=x"),
    (EN, "AA10123456784?", "AA10123456785?"),
    (EN, "order", "оrder"),
    (DE, "Donnerstag, 12. März", "Donnerstag, 13. März"),
    (DE, "Donnerstag, 12. März", "Freitag, 12. März"),
    (DE, "Donnerstag, 12. März", "Donnerstag, 12. Mai"),
    (DE, "1.239,50 €", "1.239,05 €"),
    (DE, "14:20", "14:02"),
    (DE, "W-10482", "W-20482"),
    (DE, "Bestellung", "Веstellung"),
    (ES, "jueves 12 de marzo", "viernes 13 de marzo"),
    (ES, "jueves 12 de marzo", "martes 12 de marzo"),
    (ES, "1.239,50 €", "1.249,50 €"),
    (ES, "14:20", "15:20"),
    (ES, "W-10482", "X-10482"),
    (FR, "jeudi 12 mars", "vendredi 13 mars"),
    (FR, "jeudi 12 mars", "mardi 12 mars"),
    (FR, "1 239,50 €", "2 239,50 €"),
    (FR, "14:20", "16:20"),
    (FR, "W-10482", "W-10842"),
]


@pytest.mark.parametrize(("language", "old", "new"), REPLACED)
def test_a_changed_fact_is_refused(language: Language, old: str, new: str) -> None:
    own = _reply(language)
    assert old in own.text
    assert not prove(own, own.text.replace(old, new), BOOK, name=NAME).ok


ADDED = [
    (EN, "It will definitely be there.", RefusalKind.NEVER),
    (EN, "We guarantee it.", RefusalKind.NEVER),
    (EN, "It takes five days.", RefusalKind.NUMBER),
    (EN, "It takes three business days.", RefusalKind.NUMBER),
    (EN, "It takes a week.", RefusalKind.NUMBER),
    (EN, "It takes a few hours.", RefusalKind.NUMBER),
    (EN, "It takes a couple more days.", RefusalKind.NUMBER),
    (EN, "It's there by 10:00 AM on March 12.", RefusalKind.NUMBER),
    (EN, "Acme is responsible.", RefusalKind.NAME),
    (EN, "It's expected on Friday, March 13.", RefusalKind.PROMISE),
    (EN, "It's there tomorrow.", RefusalKind.DATE),
    (EN, "It's there next week.", RefusalKind.DATE),
    (EN, "It's there on Monday.", RefusalKind.DATE),
    (EN, "It was made in May.", RefusalKind.DATE),
    (EN, "See [this page](evil) for more.", RefusalKind.MARKUP),
    (EN, "See evil.com for more.", RefusalKind.MARKUP),
    (EN, "Write to help@evil.example about it.", RefusalKind.MARKUP),
    (EN, "<b>Really.</b>", RefusalKind.MARKUP),
    (EN, "It is\u202e really there.", RefusalKind.HIDDEN),
    (EN, "It is the last m\u0430n standing.", RefusalKind.HIDDEN),
    (EN, f"By the way: {NOTE}.", RefusalKind.FORBIDDEN),
    (EN, "They said: hold until vip desk answers, please.", RefusalKind.FORBIDDEN),
    (EN, "It comes from nordwind optics.", RefusalKind.FORBIDDEN),
    (EN, "Our supplier is late.", RefusalKind.NEVER),
    (EN, "It was a fraud check.", RefusalKind.NEVER),
    (EN, "It is in Quarantine.", RefusalKind.NEVER),
    (EN, "As an AI, I can't say more.", RefusalKind.NEVER),
    (EN, "You'll get a voucher.", RefusalKind.NEVER),
    (EN, "DPD delivered it.", RefusalKind.CLAIM),
    (EN, "Your order is cancelled.", RefusalKind.CLAIM),
    (EN, "It was damaged.", RefusalKind.CLAIM),
    (EN, "It was delayed because of the weather.", RefusalKind.CODE),
    (EN, "I spoke to Peter about it.", RefusalKind.NAME),
    (EN, "Das Paket ist noch nicht da und wir haben es auch nicht.", RefusalKind.LANGUAGE),
    (EN, "It costs twenty dollars.", RefusalKind.MONEY),
    (DE, "Es kommt in fünf Tagen.", RefusalKind.NUMBER),
    (DE, "Es dauert eine Woche.", RefusalKind.NUMBER),
    (DE, "Das ist eine dreitägige Verspätung.", RefusalKind.NUMBER),
    (DE, "Es ist morgen da.", RefusalKind.DATE),
    (DE, "Es ist am Montag da.", RefusalKind.DATE),
    (DE, "Das garantieren wir.", RefusalKind.NEVER),
    (DE, "Unser Lieferant ist schuld.", RefusalKind.NEVER),
    (DE, "Es besteht ein Betrugsverdacht.", RefusalKind.NEVER),
    (DE, "Sie bekommen einen Gutschein.", RefusalKind.NEVER),
    (DE, "Ihr Paket wurde zugestellt.", RefusalKind.CLAIM),
    (DE, "Ihre Bestellung wurde storniert.", RefusalKind.CLAIM),
    (DE, "Mehr dazu weiß Herr Krause.", RefusalKind.NAME),
    (ES, "Tarda cinco días.", RefusalKind.NUMBER),
    (ES, "Tarda una semana.", RefusalKind.NUMBER),
    (ES, "Está ahí mañana.", RefusalKind.DATE),
    (ES, "Está ahí el lunes.", RefusalKind.DATE),
    (ES, "Se lo garantizamos.", RefusalKind.NEVER),
    (ES, "Es culpa de nuestro proveedor.", RefusalKind.NEVER),
    (ES, "Su paquete fue entregado.", RefusalKind.CLAIM),
    (ES, "Su pedido está cancelado.", RefusalKind.CLAIM),
    (ES, "Le damos un descuento.", RefusalKind.NEVER),
    (FR, "Cela prend deux jours.", RefusalKind.NUMBER),
    (FR, "Cela prend une semaine.", RefusalKind.NUMBER),
    (FR, "Il est là demain.", RefusalKind.DATE),
    (FR, "Il est là lundi.", RefusalKind.DATE),
    (FR, "Nous le garantissons.", RefusalKind.NEVER),
    (FR, "C'est la faute de notre fournisseur.", RefusalKind.NEVER),
    (FR, "Votre colis a été livré.", RefusalKind.CLAIM),
    (FR, "Votre commande est annulée.", RefusalKind.CLAIM),
    (FR, "Nous vous offrons un bon d'achat.", RefusalKind.NEVER),
]


@pytest.mark.parametrize(("language", "sentence", "kind"), ADDED)
def test_an_added_sentence_is_refused(language: Language, sentence: str, kind: RefusalKind) -> None:
    own = _reply(language)
    proof = prove(own, f"{own.text}\n\n{sentence}", BOOK, forbidden=(NOTE, SUPPLIER), name=NAME)
    assert kind in {refusal.kind for refusal in proof.refusals}, proof


PROMISES = [
    (EN, "You'll hear from me again."),
    (EN, "We will update you."),
    (EN, "I'll get back to you on Thursday, March 12."),
    (DE, "Ich melde mich wieder bei Ihnen."),
    (DE, "Wir informieren Sie am Donnerstag, 12. März."),
    (ES, "Le escribiremos."),
    (ES, "Volveremos a escribirle el jueves 12 de marzo."),
    (FR, "Nous vous écrirons."),
    (FR, "Je reviens vers vous le jeudi 12 mars."),
]


@pytest.mark.parametrize(("language", "sentence"), PROMISES)
def test_a_promise_without_its_follow_up_is_refused(language: Language, sentence: str) -> None:
    own = _reply(language, due=False)
    for candidate in (own, own.model_copy(update={"due_at": DUE})):
        proof = prove(candidate, f"{candidate.text}\n\n{sentence}", BOOK, name=NAME)
        assert {refusal.kind for refusal in proof.refusals} == {RefusalKind.PROMISE}


def test_a_promise_for_another_time_is_refused() -> None:
    own = _reply(EN)
    proof = prove(own, own.text + "\n\nI'll get back to you on Thursday, March 12.", BOOK, name=NAME)
    assert {refusal.kind for refusal in proof.refusals} == {RefusalKind.PROMISE}


ARRIVALS = [(EN, "It will arrive soon enough."), (DE, "Es wird geliefert."), (ES, "Llegará."), (FR, "Il arrivera.")]


@pytest.mark.parametrize(("language", "sentence"), ARRIVALS)
def test_an_arrival_without_an_eta_is_refused(language: Language, sentence: str) -> None:
    own = draft(language, statement("late.status"), due=False)
    proof = prove(own, f"{own.text}\n\n{sentence}", BOOK, name=NAME)
    assert RefusalKind.ARRIVAL in {refusal.kind for refusal in proof.refusals}


def test_an_arrival_at_another_bound_date_is_refused() -> None:
    own = _reply(EN)
    text = own.text + "\n\nIt will arrive on Friday, March 13."
    assert RefusalKind.ARRIVAL in {refusal.kind for refusal in prove(own, text, BOOK, name=NAME).refusals}


@pytest.mark.parametrize("text", ["", " \n", "x" * 3001])
def test_a_text_has_a_length(text: str) -> None:
    assert [refusal.kind for refusal in prove(_reply(EN), text, BOOK).refusals] == [RefusalKind.LENGTH]


@pytest.mark.parametrize("language", Language)
def test_a_text_in_another_language_is_refused(language: Language) -> None:
    own = _reply(language)
    other = _reply(EN if language is not EN else DE)
    assert RefusalKind.LANGUAGE in {refusal.kind for refusal in prove(own, other.text, BOOK, name=NAME).refusals}


def test_a_wrong_weekday_says_so() -> None:
    own = _reply(EN)
    proof = prove(own, own.text.replace("Thursday, March 12", "Friday, March 12"), BOOK, name=NAME)
    assert RefusalKind.WEEKDAY in {refusal.kind for refusal in proof.refusals}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Language), st.data())
def test_any_changed_digit_is_refused(language: Language, data: st.DataObject) -> None:
    own = _reply(language)
    place = data.draw(st.sampled_from([place for place, sign in enumerate(own.text) if sign.isdecimal()]))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != own.text[place]]))
    assert not prove(own, own.text[:place] + digit + own.text[place + 1 :], BOOK, name=NAME).ok
