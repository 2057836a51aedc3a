"""Who is writing: the login, else the sender's whole address; anybody else is asked, in the same words, whatever they name (section 1)."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import AVA, BEN, Scene, later
from tests.doors.states import moving, processing

WHERE = "Hello, where is my order 1042?"


def two_people() -> Scene:
    return processing().ben()


def test_the_login_wins_over_the_address(opens: Opens) -> None:
    step = opens(two_people()).hears("where is my order?", sender=BEN, login="C-1", channel="chat")

    assert (step.customer_id, step.order_id) == ("C-1", "O-1042")
    assert "2077" not in step.text


def test_the_whole_address_is_compared_without_case(opens: Opens) -> None:
    step = opens(processing()).hears(WHERE, sender="AVA@Mailbox.Example")

    assert (step.customer_id, step.order_id, step.disposition) == ("C-1", "O-1042", "answer")


@pytest.mark.parametrize(
    "sender",
    [
        "Ava Lindqvist <ava@mailbox.example>",
        '"Lindqvist, Ava" <AVA@mailbox.example>',
        "ben@mailbox.example <ava@mailbox.example>",
        "Lindqvist, Ava <ava@mailbox.example>",
        "<ava@mailbox.example>",
    ],
)
def test_of_a_display_form_the_address_inside_the_brackets_counts(opens: Opens, sender: str) -> None:
    assert opens(two_people()).hears(WHERE, sender=sender).customer_id == "C-1"


@pytest.mark.parametrize(
    "sender",
    [
        "ava+shop@mailbox.example",
        "a.va@mailbox.example",
        "ava@mailbox.example.evil.example",
        "ava@mail-box.example",
        "аva@mailbox.example",
        "ava@mailb0x.example",
        "ava@mailbox.example <mallory@evil.example>",
        '"ava@mailbox.example" <mallory@evil.example>',
        "ava@mailbox.example, mallory@evil.example",
        "mallory@evil.example, ava@mailbox.example",
        "ava@mailbox.example\u200b",
        "",
        "not an address",
        None,
    ],
)
def test_an_address_that_is_not_exactly_a_customers_is_nobody(opens: Opens, sender: str | None) -> None:
    step = opens(processing()).hears(WHERE, sender=sender)

    assert (step.customer_id, step.order_id) == (None, None)
    assert (step.disposition, step.reason) == ("ask", "identity_unverified")
    assert [message["to_customer_id"] for message in step.messages] == [None]
    assert "1042" not in step.text
    assert "Ava" not in step.text


@pytest.mark.parametrize("value", ["fail", "FAIL", " fail "])
def test_mail_that_fails_authentication_identifies_nobody(opens: Opens, value: str) -> None:
    step = opens(processing()).hears(WHERE, metadata={"email_auth": value})

    assert (step.customer_id, step.reason) == (None, "identity_unverified")


def test_mail_that_passes_authentication_identifies(opens: Opens) -> None:
    assert opens(processing()).hears(WHERE, metadata={"email_auth": "pass"}).customer_id == "C-1"


def test_a_login_identifies_even_where_the_mail_fails_authentication(opens: Opens) -> None:
    assert opens(processing()).hears(WHERE, login="C-1", metadata={"email_auth": "fail"}).customer_id == "C-1"


def test_an_address_of_two_customers_is_nobody(opens: Opens) -> None:
    scene = processing().customer("C-9", "Another Ava", AVA)

    step = opens(scene).hears(WHERE)

    assert (step.customer_id, step.reason) == (None, "identity_unverified")
    assert "1042" not in step.text


def test_identity_is_not_inherited_from_the_ticket(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears(WHERE)

    step = shop.hears("and when does 1042 ship?", sender="somebody@else.example", at=later(1))

    assert (step.customer_id, step.reason) == (None, "identity_unverified")
    assert "1042" not in step.text
    assert "March" not in step.text


def test_an_unknown_sender_gets_the_same_words_whether_the_order_exists_or_not(opens: Opens) -> None:
    stranger = "stranger@nowhere.example"
    texts = [
        opens(two_people()).hears(text, sender=stranger).text
        for text in (WHERE, "Hello, where is my order 999999?", "Hello, where is my order?", "Where is my parcel 1ZBEN0002077?")
    ]

    assert len(set(texts)) == 1
    assert not any(character.isdigit() for character in texts[0])


def test_a_customer_gets_the_same_words_for_another_ones_number_and_one_that_does_not_exist(opens: Opens) -> None:
    steps = [opens(two_people()).hears(f"Hello, where is my order {number}?") for number in ("2077", "888888")]

    assert {(step.disposition, step.reason, step.condition, step.order_id) for step in steps} == {("ask", "identity_unverified", None, None)}
    assert len({step.text for step in steps}) == 1
    assert not any(character.isdigit() for character in steps[0].text)


def test_another_ones_tracking_number_is_asked_about_too(opens: Opens) -> None:
    step = opens(two_people()).hears("Where is the parcel with tracking number 1ZBEN0002077?")

    assert (step.disposition, step.reason, step.order_id) == ("ask", "identity_unverified", None)
    assert "1ZBEN" not in step.text


def test_the_question_says_how_to_be_recognised(opens: Opens) -> None:
    text = opens(processing()).hears(WHERE, sender="stranger@nowhere.example").text.lower()

    assert "email address" in text
    assert "log in" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Guten Tag, wo ist meine Bestellung 1042? Ich warte schon so lange.", ("adresse", "anmelde|einlogg|melden sie sich|log")),
        ("Hola, ¿dónde está mi pedido 1042? Llevo mucho tiempo esperando.", ("correo", "sesión|cuenta")),
        ("Bonjour, où est ma commande 1042 ? J'attends depuis longtemps.", ("adresse", "connect|compte")),
    ],
)
def test_the_question_comes_in_the_language_of_the_stranger(opens: Opens, text: str, words: tuple[str, str]) -> None:
    reply = opens(processing()).hears(text, sender="stranger@nowhere.example").text.lower()

    assert all(any(each in reply for each in alternatives.split("|")) for alternatives in words)
    assert "1042" not in reply


def test_after_three_questions_a_human_takes_the_ticket(opens: Opens) -> None:
    shop = opens(processing())
    said = [shop.hears(WHERE, sender="stranger@nowhere.example", at=later(hour)) for hour in range(4)]

    assert [(step.disposition, step.reason) for step in said[:3]] == [("ask", "identity_unverified")] * 3
    assert said[3].disposition == "handoff"
    assert said[3].messages == []
    assert said[3].internal_notes


def test_the_three_questions_are_counted_per_ticket(opens: Opens) -> None:
    shop = opens(processing())
    said = [shop.hears(WHERE, sender="stranger@nowhere.example", ticket=f"T-{number}", at=later(number)) for number in range(4)]

    assert {step.disposition for step in said} == {"ask"}


@pytest.mark.parametrize("strange", ["2077", "777777"])
def test_named_beside_an_own_order_the_own_one_is_answered_and_the_other_gets_the_question(opens: Opens, strange: str) -> None:
    step = opens(moving().ben()).hears(f"Hi, where are my orders 1042 and {strange}?")

    assert (step.disposition, step.reason, step.order_id) == ("ask", "identity_unverified", "O-1042")
    assert step.condition == "standard_in_transit"
    assert "1042" in step.text
    assert strange not in step.text
    assert "log in" in step.text


def test_a_threat_from_an_unverified_sender_goes_to_a_human_without_order_facts(opens: Opens) -> None:
    step = opens(moving()).hears("Order 1042 again. Answer today or I dispute the charge with my bank!", sender="stranger@nowhere.example")

    assert (step.disposition, step.triggers, step.escalation["queue"]) == ("escalate", ["chargeback_threat"], "cx")
    assert (step.customer_id, step.order_id, step.condition) == (None, None, None)
    assert "1042" not in step.text
    assert {fact["source"] for fact in step.facts.values()} <= {"case", "policy"}


def test_a_threat_from_a_stranger_about_somebody_elses_order_shows_reviewers_no_order_facts(opens: Opens) -> None:
    step = opens(moving()).hears("Order 1042: my lawyer will sue you.", sender="stranger@nowhere.example")

    assert step.triggers == ["legal_threat"]
    assert step.review.request.order_id is None
    assert step.review.options == ("wait",)


def test_the_display_name_of_a_stranger_is_not_echoed(opens: Opens) -> None:
    step = opens(processing()).hears(WHERE, sender="Zebulon Quist <zq@nowhere.example>")

    assert "Zebulon" not in step.text
    assert "nowhere" not in step.text
