"""A shop's own words over the shipped texts: `texts/{language}.toml` and `shop.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.labels import Language
from prompts.template import Template, cut, problem_of
from prompts.text_files import TextBookError, Texts, check_placeholders, read_templates, read_toml


class Brand(BaseModel):
    """Who signs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""


class ShopFile(BaseModel):
    """`shop.toml`: the brand, and per language how a message is signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brand: Brand = Brand()
    signature: dict[Language, str] = {}


def read_shop(folder: Path, shipped: Mapping[Language, Texts]) -> dict[Language, Texts]:
    """The shipped texts with everything replaced that the shop words itself."""
    if not folder.is_dir():
        raise TextBookError(str(folder), "", "is no folder")
    _refuse_strangers(folder / "texts")
    shop = _shop_file(folder / "shop.toml")
    return {language: {**texts, **_own(folder, language, texts), **_signed(folder, shop, language, texts)} for language, texts in shipped.items()}


def _refuse_strangers(folder: Path) -> None:
    known = {f"{language}.toml" for language in Language}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in known:
            raise TextBookError(str(path), "", f"is not a language of the service ({', '.join(sorted(Language))})")


def _own(folder: Path, language: Language, shipped: Texts) -> Texts:
    path = folder / "texts" / f"{language}.toml"
    if not path.exists():
        return {}
    own = read_templates(path)
    for key, template in own.items():
        if key not in shipped:
            raise TextBookError(str(path), key, "is unknown")
        check_placeholders(str(path), key, template, shipped[key])
    return own


def _shop_file(path: Path) -> ShopFile:
    if not path.exists():
        return ShopFile()
    try:
        return ShopFile.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise TextBookError(str(path), ".".join(str(part) for part in first["loc"]), f"is not usable: {first['msg']}") from error


def _signed(folder: Path, shop: ShopFile, language: Language, shipped: Texts) -> Texts:
    file = str(folder / "shop.toml")
    own: dict[str, Template] = {}
    if name := shop.brand.name.strip():
        if not name.isprintable():
            raise TextBookError(file, "brand.name", "has an invisible character")
        own["frame.brand"] = Template(name, (name,))
    if language in shop.signature:
        template = cut(shop.signature[language])
        if problem := problem_of(template):
            raise TextBookError(file, f"signature.{language}", problem)
        check_placeholders(file, f"signature.{language}", template, shipped["frame.signature"])
        own["frame.signature"] = template
    return own
