"""Order and tracking numbers in all shapes, and the numbers that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel
from graph.reading import Mention, Place
from nodes.reading import read_message

EXPLICIT = [
    "#1042",
    "order 1042",
    "order no. 1042",
    "WEB-1042 please",
    "order number: 1042",
    "my ordr 1042 is late",
    "order #1042!",
    "Order: 1042",
    "order number is 1042",
    "purchase 1042",
    "order (1042)",
    "web-1042",
    "PO 1042",
    "about order 1042?",
    "Bestellung 1042",
    "Bestellnr. 1042",
    "Bestellnummer: 1042",
    "meine Bestellung mit der Nummer 1042",
    "Auftrag 1042",
    "commande n° 1042",
    "commande numéro 1042",
    "ma commande 1042",
    "pedido nº 1042",
    "número de pedido 1042",
    "mi pedido 1042",
    "Order\n1042",
    "ORDER NO 1042",
    "order id 1042",
]
LIKELY = [
    "20411 pls",
    "did 20411 ship",
    "where is 20411",
    "my fans (20411)",
    "20411",
    "20411 isnt moving, just cancel it",
    "is 20411 stuck?",
    "20411 fans backordered??",
    "any news on 20411",
    "please cancel 20411",
    "the Ryzen in 20411",
    "when do i get 20411",
    "20411?",
    "20411 says packed",
    "has the cable (20411) been dropped off?",
    "send 20411 to my new place",
    "where is my power supply 20411??",
    "20411 again",
    "status 20411",
    "wo ist 20411",
    "20411 bitte stornieren",
    "dónde está 20411",
    "où est 20411",
]
BARE = ["I told Bob 20411 reasons why", "my lucky tuple 20411 apples were nice"]
NONE = [
    "it cost 599.00",
    "I paid $250",
    "20 €",
    "1.299,00 EUR",
    "$1042",
    "1042 dollars",
    "call me at 212-555-0142",
    "+49 30 5552 0411",
    "tel 030 555 20411",
    "on 2026-03-10",
    "at 10:45",
    "March 3, 2026",
    "Wrangelstr. 80, 10997 Berlin",
    "Glendale, CA 91202",
    "4 chemin des Lauriers, 26200 Montélimar",
    "London SE15 3QT",
    "500 Cargo Way",
    "Unit 20388",
    "RTX 4070",
    "850W",
    "305 mm",
    "7800 XT",
    "i7-13700K",
    "B650",
    "DDR5-6000",
    "since 2024",
    "customer number 20411",
    "serial 123456",
    "1080p",
    "zip 60618",
    "GeForce RTX 5080 16GB",
    "5000 mAh",
    "Ryzen 7 7800X3D",
    "2210 W Addison St",
    "my number is 0151 555 0182",
    "I live in 60618",
    "the zip code is 60618",
]
TRACKING = [
    ("1Z88A0180344512207", "1Z88A0180344512207"),
    ("1Z 88A0 1803 4451 2207 hasnt moved", "1Z88A0180344512207"),
    ("tracking 9400111899223817641205", "9400111899223817641205"),
    ("9400 1118 9922 3817 6412 05", "9400111899223817641205"),
    ("XY604418822FR", "XY604418822FR"),
    ("xy604418822fr?", "XY604418822FR"),
    ("00340434161094042557", "00340434161094042557"),
    ("15505920100007", "15505920100007"),
    ("tracking number PFB7700213", "PFB7700213"),
    ("Sendungsnummer SEU5520017731", "SEU5520017731"),
    ("tracking: PQ5C4E0712004", "PQ5C4E0712004"),
    ("tracking CS-3307714", "CS-3307714"),
    ("número de seguimiento PFB7700213", "PFB7700213"),
    ("numéro de suivi XY604418822FR", "XY604418822FR"),
    ("my tracking number is 794612038841", "794612038841"),
    ("fedex 794612038841", "794612038841"),
]


def mentions(text: str, **more: object) -> tuple[Mention, ...]:
    subject, metadata, channel = more.get("subject"), more.get("metadata", {}), more.get("channel", Channel.CHAT)
    assert subject is None or isinstance(subject, str)
    assert isinstance(metadata, dict)
    assert isinstance(channel, Channel)
    return read_message(text=text, subject=subject, channel=channel, metadata=metadata, received_at=datetime(2026, 3, 10, tzinfo=UTC)).mentions


@pytest.mark.parametrize("text", EXPLICIT)
def test_explicit(text: str) -> None:
    (found,) = mentions(text)
    assert (found.value.removeprefix("WEB-"), found.certainty, found.kind, found.place) == ("1042", "explicit", "order", "text")


@pytest.mark.parametrize("text", LIKELY)
def test_likely(text: str) -> None:
    (found,) = mentions(text)
    assert (found.value, found.certainty, found.kind) == ("20411", "likely", "order")


@pytest.mark.parametrize("text", BARE)
def test_bare(text: str) -> None:
    assert all(found.certainty == "bare" for found in mentions(text))


@pytest.mark.parametrize("text", NONE)
def test_none(text: str) -> None:
    assert mentions(f"hello, {text}") == ()


@pytest.mark.parametrize(("text", "value"), TRACKING)
def test_tracking(text: str, value: str) -> None:
    (found,) = mentions(text)
    assert (found.kind, found.value) == ("tracking", value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("where are 21031 and 21034?", ["21031", "21034"]),
        ("update on both 20801 and 20807 please", ["20801", "20807"]),
        ("orders 20801, 20807 and 20811", ["20801", "20807", "20811"]),
        ("#20801 / #20807", ["20801", "20807"]),
    ],
)
def test_several(text: str, values: list[str]) -> None:
    found = mentions(text)
    assert [one.value for one in found] == values
    assert all(one.certainty != "bare" for one in found)


def test_a_purchase_order_of_the_customers_own_beside_the_order_is_no_order() -> None:
    found = mentions("Our purchase order 4500012 covers your order 20411; when will you deliver?")
    assert [(one.value, one.certainty) for one in found] == [("4500012", "bare"), ("20411", "explicit")]


def test_places() -> None:
    found = mentions(
        "Any update?\n\nOn Tue, 10 Mar 2026 at 10:01, Support <help@parts.example> wrote:\n> your order 20388",
        subject="Re: order 20411",
        metadata={"order_number": "#20500", "Tracking_Number": "1Z88A0180344512207"},
        channel=Channel.EMAIL,
    )
    assert [(one.value, one.place) for one in found] == [
        ("20500", Place.METADATA),
        ("1Z88A0180344512207", Place.METADATA),
        ("20411", Place.SUBJECT),
        ("20388", Place.QUOTED),
    ]


@pytest.mark.parametrize("subject", ["20501", "20610 again", "20566 status", "20607 - lost?", "21064 + a question"])
def test_subject_number(subject: str) -> None:
    found = mentions("Hello there", subject=subject, channel=Channel.EMAIL)
    assert [(one.certainty, one.place) for one in found] == [("likely", "subject")]
