"""New words, quoted history, signatures, automatic mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel
from graph.reading import Reading
from nodes.reading import read_message


def read(text: str, subject: str | None = None, metadata: dict[str, str] | None = None) -> Reading:
    return read_message(text=text, subject=subject, channel=Channel.EMAIL, metadata=metadata or {}, received_at=datetime(2026, 3, 10, tzinfo=UTC))


HISTORY = [
    "On Tue, 10 Mar 2026 at 10:01, Support <help@parts.example> wrote:\n> please cancel order 20388, I will sue you",
    "On Tue, 10 Mar 2026 at 10:01, Support\n<help@parts.example> wrote:\n\n> please cancel order 20388, I will sue you",
    "On Mar 10, 2026, at 10:01 AM, Support <help@parts.example> wrote:\n\nplease cancel order 20388, I will sue you",
    "Am Di., 10. März 2026 um 10:01 Uhr schrieb Support <help@parts.example>:\n> please cancel order 20388, I will sue you",
    "Am 10.03.2026 um 10:01 schrieb Support:\n> please cancel order 20388, I will sue you",
    "El mar, 10 mar 2026 a las 10:01, Support (<help@parts.example>) escribió:\n> please cancel order 20388, I will sue you",
    "Le mar. 10 mars 2026 à 10:01, Support <help@parts.example> a écrit :\n> please cancel order 20388, I will sue you",
    "Le 10/03/2026 à 10:01, Support a écrit :\n> please cancel order 20388, I will sue you",
    "-----Original Message-----\nFrom: Support\nSent: Tuesday\nTo: me\nSubject: x\n\nplease cancel order 20388, I will sue you",
    "-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Dienstag\nAn: mich\nBetreff: x\n\nplease cancel order 20388, I will sue you",
    "________________________________\nVon: Support <help@parts.example>\nGesendet: Dienstag, 10. März 2026 10:01\nAn: "
    "mich\nBetreff: AW: x\n\nplease cancel order 20388, I will sue you",
    "From: Support <help@parts.example>\nSent: Tuesday, March 10, 2026 10:01 AM\nTo: me <me@x.example>\nSubject: RE: "
    "x\n\nplease cancel order 20388, I will sue you",
    "De : Support <help@parts.example>\nEnvoyé : mardi 10 mars 2026 10:01\nÀ : moi\nObjet : RE: x\n\nplease cancel order 20388, I will sue you",
    "De: Support <help@parts.example>\nEnviado el: martes, 10 de marzo de 2026 10:01\nPara: mí\nAsunto: RE: x\n\nplease "
    "cancel order 20388, I will sue you",
    "---------- Forwarded message ---------\nFrom: Support\nDate: Tue\nSubject: x\nTo: me\n\nplease cancel order 20388, I will sue you",
    "Begin forwarded message:\n\nFrom: Support\nSubject: x\n\nplease cancel order 20388, I will sue you",
    "*From:* Support <help@parts.example>\n*Sent:* Tuesday\n*To:* me\n\nplease cancel order 20388, I will sue you",
    "> please cancel order 20388, I will sue you",
    "2026-03-10 10:01 GMT+01:00 Support <help@parts.example>:\n> please cancel order 20388, I will sue you",
    "Support <help@parts.example> schrieb am Di., 10. März 2026, 10:01:\n> please cancel order 20388, I will sue you",
]


@pytest.mark.parametrize("history", HISTORY)
def test_history_is_no_new_word(history: str) -> None:
    reading = read(f"Where is my order 20411?\n\n{history}")
    assert reading.new_text == "Where is my order 20411?"
    assert "20388" in reading.quoted_text
    assert (reading.intents(), reading.tones) == (("order_status",), ())


@pytest.mark.parametrize("history", HISTORY)
def test_a_message_that_is_only_history_asks_nothing(history: str) -> None:
    reading = read(history)
    assert (reading.new_text, reading.asks, reading.tones) == ("", (), ())
    assert all(mention.place == "quoted" for mention in reading.mentions)


SIGNATURES = [
    "Kind regards\nBen Osei\nNorthlane | 212-555-0142 | Suite 1907",
    "--\nBen Osei\n12 Legal Court",
    "Sent from my iPhone",
    "Mit freundlichen Grüßen\nJonas Weidner\nWrangelstr. 80, 10997 Berlin",
    "Cordialement,\nÉlodie",
    "Un saludo,\nDiego Serrano",
    "Thanks!\nCamille",
    "Best,\nAnn",
    "Von meinem iPhone gesendet",
    "Viele Grüße\nHeike",
    "Keisha Brandt\nBuildLab Chicago",
    "Q. Sharpe",
    "Gesendet mit der GMX Mail App",
    "Merci d'avance,\nFlorent Garnier",
    "Yours faithfully,\nL. Price",
    "Enviado desde mi iPhone",
    "LG\nTom",
    "Kind regards\nAnn Smith\nThis e-mail may contain confidential information and is intended for the addressee.",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signature_is_cut(signature: str) -> None:
    reading = read(f"Where is my order 20411?\n\n{signature}")
    assert reading.new_text == "Where is my order 20411?"
    assert reading.address is None


@pytest.mark.parametrize("text", ["Thanks!", "Thanks,\nAnn", "Danke\nTom", "Merci beaucoup", "Cancel order 20411", "Yes please\nAnn", "Hello"])
def test_short_messages_stay(text: str) -> None:
    assert read(text).new_text.split("\n")[0].strip(",") == text.split("\n")[0].strip(",")


def test_postscript_after_a_signature_is_read() -> None:
    assert "cancel" in read("Where is 20411?\n\nRegards\nAnn\n\nPS: please cancel 20412").intents()


def test_inline_answers_are_new_words() -> None:
    reading = read("On Tue, Support <a@b.example> wrote:\n> Do you want a refund?\nNo, please send it again.\n> Regards")
    assert reading.new_text == "No, please send it again."


def test_html() -> None:
    reading = read(
        "<html><head><style>p{}</style></head><body><p>Where is my order&nbsp;<b>20411</b>?</p><blockquote "
        "type=cite><p>please cancel 20388</p></blockquote><div class='gmail_quote'>old words</div></body></html>"
    )
    assert reading.new_text == "Where is my order 20411?"
    assert "old words" in reading.quoted_text


def test_invisible_signs_are_removed() -> None:
    assert read("where\u200b is\u00ad my\u2060 or\u200dder 2041\ufeff1\x07").new_text == "where is my order 20411"


AUTOMATIC = [
    ({"Auto-Submitted": "auto-replied"}, "Re: x", "back soon"),
    ({"auto-submitted": "auto-generated"}, None, "x"),
    ({"X-Autoreply": "yes"}, None, "x"),
    ({"Precedence": "bulk"}, None, "x"),
    ({"precedence": "auto_reply"}, None, "x"),
    ({}, "Automatic reply: Your order 21004", "I am away"),
    ({}, "Out of office", "x"),
    ({}, "Abwesenheitsnotiz: Ihre Bestellung", "x"),
    ({}, "Automatische Antwort: x", "x"),
    ({}, "Respuesta automática: x", "x"),
    ({}, "Réponse automatique : x", "x"),
    ({}, "Undeliverable: Your order", "x"),
    ({}, "Mail delivery failed: returning message to sender", "x"),
    ({}, "Delivery Status Notification (Failure)", "x"),
    ({}, "Re: Your order", "I am out of the office until Tuesday morning with no access to mail."),
    ({}, "Re: x", "Ich bin derzeit nicht im Büro und ab Montag wieder erreichbar."),
    ({}, "Re: x", "Estoy fuera de la oficina hasta el lunes."),
    ({}, "Re: x", "Je suis absent du bureau jusqu'au 12 mars."),
    ({}, "Re: x", "This is an automated reply."),
]
PERSONAL = [
    ({"Auto-Submitted": "no"}, "x", "where is it"),
    ({}, "Delivery failed?", "where is my parcel"),
    ({}, "order", "I am out of the office until Tuesday, so where is my parcel? Can it come later?"),
    ({}, "Automatic transmission parts", "where is my order"),
    ({}, "delivery", "I was on vacation, is 20411 here yet?"),
    ({}, "x", "ich bin im Urlaub, wann kommt mein Paket?"),
    ({"X-Auto-Response-Suppress": "All"}, "Order 20411", "Where is it"),
]


@pytest.mark.parametrize(("metadata", "subject", "text"), AUTOMATIC)
def test_automatic(metadata: dict[str, str], subject: str | None, text: str) -> None:
    assert read(text, subject, metadata).automatic


@pytest.mark.parametrize(("metadata", "subject", "text"), PERSONAL)
def test_personal(metadata: dict[str, str], subject: str | None, text: str) -> None:
    assert not read(text, subject, metadata).automatic


@pytest.mark.parametrize(
    ("subject", "text", "wanted"),
    [
        ("Cancel 20693 please", "thanks", {"cancel"}),
        ("Re: Cancel 21001", "Any news?", {"order_status"}),
        ("Re: Cancel 21001", "ok", {"thanks_or_closing"}),
        ("where is my order", "see subject", {"order_status"}),
        ("20643", "Your page says delivered, UPS says it is in New Jersey. Which one is it?", {"order_status"}),
        ("AW: Stornierung", "Wann kommt es?", {"order_status"}),
        ("Refund", "Where is my refund?", {"order_status"}),
        ("Re: Order 20625 NOT delivered", "If this isn't fixed today I'll have my bank reverse the charge.", {"order_status"}),
    ],
)
def test_subject(subject: str, text: str, wanted: set[str]) -> None:
    assert {str(intent) for intent in read(text, subject).intents()} == wanted
