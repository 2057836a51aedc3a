"""Recognises a complete postal address in the customer's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from graph.reading import StatedAddress

_US = re.compile(
    r"(?P<city>[A-Z][A-Za-z.' -]{1,40}?),? (?P<region>A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|"
    r"O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])[ ,.]{1,2}(?P<code>\d{5}(?:-\d{4})?)\b"
)
_UK = re.compile(r"(?P<city>[A-Z][A-Za-z' -]{1,40}?)?,?[ \n]{1,2}(?P<code>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")
_CONTINENT = re.compile(
    r"(?<![\w-])(?:(?:D|DE|F|FR|E|ES|A|CH)-)?(?P<code>\d{5}|\d{4}(?= [A-ZÄÖÜ]))[ ,]{1,"
    r"2}(?P<city>[A-ZÀ-ÖØ-Þ][\wÀ-ÿ'’.()/-]*(?:[ -](?:[A-ZÀ-ÖØ-Þ(][\wÀ-ÿ'’.()/-]*|am|an|der|im|bei|de|del|la|le|les|sur|sous|en)){0,4})"
)
_STREET = re.compile(
    r"(?i)\b(?:st|street|ave|avenue|av|blvd|boulevard|bd|rd|road|ln|lane|dr|drive|way|ct|court|mews|pl|place|sq|square|terrace|"
    r"crescent|close|gardens?|parkway|pkwy|highway|hwy|circle|trail|row|hill|green|grove|wharf|walk|"
    r"rue|chemin|impasse|all[ée]e|quai|route|cours|passage|lotissement|calle|avda|avenida|plaza|pza|paseo|carrer|camino|ronda|"
    r"broadway|postfach|packstation|p\.? ?o\.? box)\b|c/ ?|"
    r"\w*(?:str\.|stra(?:ß|ss)e|weg|allee|platz|gasse|ring|damm|ufer|chaussee|stieg|markt|graben|berg|hof)\b|\w+str\b"
)
_HOUSE = re.compile(r"\d{1,5} ?[a-zA-Z]?\b")
_UNIT = re.compile(
    r"(?i)^(?:unit|apt|apartment|suite|ste|flat|room|floor|appt|appartement|piso|esc|pta|puerta|bât|bâtiment|etage|étage|"
    r"wohnung|c/o|bei|bajo|\d{1,2}[ºª°]|hinterhaus|vorderhaus|floor|level|tower|block|portal|#)\b.{0,30}$|^\d{1,2}[ºª°].{0,12}$"
)
_LEAD = re.compile(
    r"(?is)^.*(?:\b(?:to|its|it's|it is|is|at|address|new one|an|nach|adresse|lautet|ist|a|en|es|direcci[óo]n|à|au|est|chez|"
    r"voici|now|use|lives?|wohne|dirección nueva|thanks?|danke|gracias|merci)\b|:|=|->|→)\s+(?=\S)"
)
_NAME = re.compile(
    r"^(?:(?:mr|mrs|ms|dr|herrn?|frau|sr|sra|m|mme)\.? )?[A-ZÀ-ÖØ-Þ][\w'’.-]+(?: (?:[A-ZÀ-ÖØ-Þ][\w'’.-]*|van|von|de|der|la|del|y|&)){1,4}$"
)
_COUNTRY = re.compile(
    r"(?i)^(?:usa|united states|uk|united kingdom|england|scotland|germany|deutschland|spain|españa|france|austria|österreich|"
    r"schweiz|switzerland|ireland)\.?$"
)
_MOST_READ = 6000
_PARTS_BEFORE = 5


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    city: str
    code: str
    region: str | None


def stated_address(text: str) -> StatedAddress | None:
    """The last complete address in a text: street, place and postal code."""
    text = text[:_MOST_READ]
    found = [address for place in _places(text) if (address := _around(text, place)) is not None]
    return found[-1] if found else None


def _places(text: str) -> Iterator[_Place]:
    for pattern in (_US, _UK, _CONTINENT):
        hits = list(islice(pattern.finditer(text), 20))
        if hits:
            yield from (_Place(hit.start(), hit.end(), (hit["city"] or "").strip(" ,."), hit["code"], hit.groupdict().get("region")) for hit in hits)
            return


def _around(text: str, place: _Place) -> StatedAddress | None:
    parts = [part.strip(" .;") for part in re.split(r"[,\n]", text[max(0, place.start - 240) : place.start])][-_PARTS_BEFORE:]
    parts = [part for part in parts if part]
    if not place.city and parts and not _HOUSE.search(parts[-1]):
        place = _Place(place.start, place.end, _after_lead(parts.pop()), place.code, place.region)
    city, parts = _city_apart(place.city, parts)
    street = next((index for index in range(len(parts) - 1, -1, -1) if _is_street(_after_lead(parts[index]))), None)
    if street is None or not city or len(parts) - street > 3:
        return None
    line1 = _after_lead(parts[street])
    beside = [part for part in parts[street + 1 :] if part]
    unit, name = _before_street(parts[:street] if line1 == parts[street] else [])
    return StatedAddress(
        name=name,
        line1=line1,
        line2=", ".join([*unit, *beside]) or None,
        city=city,
        region=place.region,
        postal_code=place.code.upper(),
        country=_country(text, place),
    )


def _city_apart(city: str, parts: list[str]) -> tuple[str, list[str]]:
    """Frees a city of the street words that a missing comma left with it: `Calder Mews London`."""
    words = city.split()
    for place in range(len(words) - 1, 0, -1):
        if _STREET.fullmatch(words[place - 1]):
            return " ".join(words[place:]), [*parts, " ".join(words[:place])]
    return city, parts


def _is_street(part: str) -> bool:
    return (
        len(part) <= 60
        and _HOUSE.search(part) is not None
        and (_STREET.search(part) is not None or re.match(r"\d{1,5}[a-z]? (?:[A-Z][\w'.-]+ ?){1,4}$", part) is not None)
    )


def _after_lead(part: str) -> str:
    return _LEAD.sub("", part).strip(" :")


def _before_street(parts: list[str]) -> tuple[list[str], str | None]:
    """A flat and a name that stand before the street."""
    unit: list[str] = []
    while parts and _UNIT.match(_after_lead(parts[-1])):
        unit.insert(0, _after_lead(parts.pop()))
    name = _after_lead(parts[-1]) if parts else ""
    return unit, name if _NAME.match(name) and not _HOUSE.search(name) else None


def _country(text: str, place: _Place) -> str | None:
    following = re.split(r"[,\n.]", text[place.end : place.end + 40].lstrip(" ,\n"), maxsplit=1)[0].strip()
    return following if _COUNTRY.match(following) else None
