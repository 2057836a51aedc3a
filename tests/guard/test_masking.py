"""What identifies a person or an order is masked in four languages; what says when and how much stays readable."""

from __future__ import annotations

import pytest

from graph.masking import masked

MASKED = [
    ("write to ava.l+shop@mail.co.uk now", ("ava.l", "mail.co")),
    ("call +1 312 555 0187", ("0187", "312")),
    ("call (312) 555-0187", ("0187",)),
    ("Tel. 0171 2345678", ("2345678", "0171")),
    ("Tel. 030/1234567", ("1234567",)),
    ("+34 612 34 56 78", ("612", "56 78")),
    ("+33 6 12 34 56 78", ("12 34",)),
    ("at 2210 W Addison St, Apt 4", ("Addison", "2210")),
    ("in der Musterstraße 12a", ("Musterstraße", "12a")),
    ("Am alten Weg 7 und Lindenallee 31", ("Lindenallee",)),
    ("12, rue de la Paix", ("Paix",)),
    ("calle Mayor 5, 3º", ("Mayor",)),
    ("order #1042 and WEB-20411", ("1042", "20411")),
    ("tracking 1Z999AA10123456784 or 00340434161094042557", ("1Z999", "0034043")),
    ("see https://shop.example/o/1042?x=y and www.shop.example", ("shop.example",)),
]


@pytest.mark.parametrize(("text", "secrets"), MASKED)
def test_it_is_masked(text: str, secrets: tuple[str, ...]) -> None:
    assert [secret for secret in secrets if secret in masked(text)] == []


def test_names_are_masked_whole_and_in_parts() -> None:
    told = masked("Ava here, AVA LINDQVIST; Lindqvist's parcel, not Avalon's", ("Ava Lindqvist",))
    assert told == "<name> here, <name>; <name>'s parcel, not Avalon's"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-11T12:00:00.123456+00:00", "2 of 3 pieces", "late by 14 days", "99.50 EUR", "in_transit since 2026-03-11", "the way it went",
        "Dallas, TX",
    ],
)  # fmt: skip
def test_times_amounts_and_plain_words_stay(text: str) -> None:
    assert masked(text) == text
