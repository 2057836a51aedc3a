"""The book of texts: what it refuses to load, and how it words facts and messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.labels import Handler, Language
from graph.statements import Part, Statement
from prompts.formats import fact_text, items_text
from prompts.greeting import first_name
from prompts.runbook import load_runbooks
from prompts.texts import TextBook, TextBookError, UnboundPlaceholder
from tests.communications.plausible import NAME, fact, item, statement

BOOK = TextBook.load()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("eta", ["Thursday, March 12", "Donnerstag, 12. März", "jueves 12 de marzo", "jeudi 12 mars"]),
        ("at", ["Monday, March 9 at 2:20 PM", "Montag, 9. März, 14:20 Uhr", "lunes 9 de marzo a las 14:20", "lundi 9 mars à 14:20"]),
        ("ship_by", ["Wednesday, April 1", "Mittwoch, 1. April", "miércoles 1 de abril", "mercredi 1er avril"]),
        ("placed", ["Tuesday, December 30, 2025", "Dienstag, 30. Dezember 2025", "martes 30 de diciembre de 2025", "mardi 30 décembre 2025"]),
        ("amount", ["€1,239.50", "1.239,50 €", "1.239,50 €", "1 239,50 €"]),
        ("place", ["O'Fallon, MO"] * 4),
    ],
)
def test_a_fact_is_worded_in_every_language(name: str, texts: list[str]) -> None:
    assert [fact_text(language, fact(name)) for language in Language] == texts


def test_items_are_counted_and_joined() -> None:
    items = [item("Lamp", 2), item("Chair", 1), item("Igloo", 1)]
    assert items_text(Language.EN, items) == "2 × Lamp, Chair and Igloo"
    assert items_text(Language.ES, items) == "2 × Lamp, Chair e Igloo"
    assert items_text(Language.DE, items[:1]) == "2 × Lamp"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ava Lindqvist", "Ava"), ("D'Arcy Müller-Łuczak", "D'Arcy"), ("Cher", "Cher"), ("Acme GmbH", "Acme GmbH"), ("Dr. Ann Lee", "Dr. Ann Lee"),
        ("Sanna Ek", "Sanna"), ("Meier AG", "Meier AG"), ("Hans e.K.", "Hans e.K."),
        ("J. Smith", "J. Smith"), ("Müller, Anna", "Müller, Anna"), ("李 明", "李 明"), ("Smith & Sons", "Smith & Sons"),
    ],
)  # fmt: skip
def test_a_person_is_greeted_by_the_first_name(name: str, called: str) -> None:
    assert first_name(name) == called


def test_a_message_has_paragraphs_in_order() -> None:
    said = [
        statement("next.update", Part.NEXT),
        statement("split.intro"),
        Statement(key="item.returning", part=Part.LIST, items=(item("Lamp", 1),)),
        Statement(key="item.unshipped", part=Part.LIST, items=(item("Chair {x}", 2),)),
        statement("transit.link", Part.DOING),
        statement("split.watching", Part.DOING),
        statement("opening.sorry", Part.OPENING),
    ]
    update, intro, back, unshipped, link, watching, sorry = (BOOK.sentence(Language.EN, one) for one in said)
    assert BOOK.render(Language.EN, said, name=NAME, signature=True) == (
        f"Hi D'Arcy,\n\n{sorry} {intro}\n- {back}\n- {unshipped}\n\n{link}\n{watching}\n\n{update}\n\nBest wishes,\nThe customer care team"
    )
    assert "2 × Chair {x}" in unshipped and link.endswith("?lang=de")


def test_a_message_without_a_name_and_signature() -> None:
    assert BOOK.render(Language.EN, [statement("opening.thanks", Part.OPENING)], name=None, signature=False).startswith("Hello,\n\nT")


def test_a_code_is_worded_and_a_full_stop_is_not_doubled() -> None:
    assert BOOK.code(Language.EN, "proof.gps") in BOOK.sentence(Language.EN, statement("delivered.proof"))
    template = BOOK.template(Language.EN, "done.replacement").source
    assert template.endswith("{items}.")
    last = Statement(key="done.replacement", part=Part.DOING, items=(item("Game 2nd Ed.", 1),))
    assert BOOK.sentence(Language.EN, last) == template.replace("{items}.", "Game 2nd Ed.")


def test_a_statement_without_its_fact_is_no_sentence() -> None:
    with pytest.raises(UnboundPlaceholder, match=r"done.cancel: no fact for number"):
        BOOK.sentence(Language.EN, Statement(key="done.cancel", part=Part.DOING))
    with pytest.raises(UnboundPlaceholder, match=r"nothing\.here"):
        BOOK.sentence(Language.EN, Statement(key="nothing.here", part=Part.DOING))


def _shop(folder: Path, en: str = "", shop: str = "") -> Path:
    (folder / "texts").mkdir(parents=True)
    if en:
        (folder / "texts" / "en.toml").write_text(en, "utf-8")
    if shop:
        (folder / "shop.toml").write_text(shop, "utf-8")
    return folder


def test_a_shop_has_its_own_words(tmp_path: Path) -> None:
    shop = _shop(tmp_path, '[opening]\nsorry = "So sorry!"\n', '[brand]\nname = "Lamps {24}"\n[signature]\nen = "Cheers, {brand}"\n')
    book = TextBook.load(shop)
    text = book.render(Language.EN, [statement("opening.sorry", Part.OPENING)], name=None, signature=True)
    assert text == "Hello,\n\nSo sorry!\n\nCheers, Lamps {24}"
    assert book.brand(Language.DE) == "Lamps {24}"
    assert BOOK.brand(Language.EN) == "customer care"


@pytest.mark.parametrize(
    ("en", "problem"),
    [
        ('[opening]\nsory = "Hm."', r"en.toml: opening.sory is unknown"),
        ('[opening]\nsorry = "Hm {number}."', r"opening.sorry has \{number\}, which is not one of its placeholders \(none\)"),
        ('[opening]\nsorry = "In 3 days."', r"opening.sorry has a digit"),
        ('[opening]\nsorry = "In ３ days."', r"opening.sorry has a digit"),
        ('[opening]\nsorry = "See https://x.y"', r"opening.sorry has a link"),
        ('[opening]\nsorry = "See <b>this</b>"', r"opening.sorry has a link"),
        ('[opening]\nsorry = "See {this"', r"opening.sorry has a brace"),
        ('[opening]\nsorry = ""', r"opening.sorry is empty"),
        ('[opening]\nsorry = 3', r"opening.sorry is not a text"),
        ('[opening]\nsorry = "a\u200bb"', r"opening.sorry has the invisible character U\+200B"),
        ('[opening]\nsorry = a b', r"en.toml: is no valid TOML: .*line 2"),
    ],
)  # fmt: skip
def test_an_unusable_text_is_named(tmp_path: Path, en: str, problem: str) -> None:
    with pytest.raises(TextBookError, match=problem):
        TextBook.load(_shop(tmp_path, en))


@pytest.mark.parametrize(
    ("shop", "problem"),
    [
        ('[brnd]\nname = "x"', r"shop.toml: brnd is not usable"),
        ('[signature]\nit = "Ciao"', r"signature.it"),
        ('[signature]\nen = "Call us: 555"', r"signature.en has a digit"),
        ('[signature]\nen = "{team}"', r"signature.en has \{team\}"),
    ],
)
def test_an_unusable_shop_file_is_named(tmp_path: Path, shop: str, problem: str) -> None:
    with pytest.raises(TextBookError, match=problem):
        TextBook.load(_shop(tmp_path, shop=shop))


def test_an_unknown_language_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    (_shop(tmp_path) / "texts" / "it.toml").write_text("")
    with pytest.raises(TextBookError, match=r"it.toml: is not a language"):
        TextBook.load(tmp_path)
    with pytest.raises(TextBookError, match="is no folder"):
        TextBook.load(tmp_path / "missing")


def test_every_specialist_has_a_runbook() -> None:
    assert set(load_runbooks()) == set(Handler) - {Handler.NONE}
