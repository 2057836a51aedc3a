"""One case on the page: closed it is a line, open it has the words, the reasons, the facts, and both texts side by side."""

from __future__ import annotations

from collections.abc import Iterable

from graph.labels import Disposition
from server.evaluation.case import Case
from server.evaluation.judging import Agreement, Judged
from server.pages.html import Content, Html, tag
from server.scoring.checks import Check

_ASKS_A_HUMAN = {Disposition.ESCALATE.value, Disposition.HANDOFF.value}
_SHOWN = 300


def case_details(row: Judged, *, is_open: bool = False) -> Html:
    """The whole case."""
    differs = row.agreement not in {Agreement.SAME, Agreement.UNKNOWN}
    classes = ["case", *(name for name, holds in _classes(row, differs=differs) if holds)]
    return tag("details", tag("summary", _line(row, differs=differs)), tag("div", *_parts(row)), class_=" ".join(classes), open=is_open)


def _classes(row: Judged, *, differs: bool) -> tuple[tuple[str, bool], ...]:
    return (("wrong", bool(row.misses)), ("other", differs), ("human", row.result["disposition"] in _ASKS_A_HUMAN))


def _line(row: Judged, *, differs: bool) -> list[Content]:
    result = row.result
    found = result["condition"] or result["reason"] or "no order looked at"
    told: list[Content] = [tag("b", row.case.name), " ", row.case.title[:80], tag("span", str(found).replace("_", " "), class_="tag soft")]
    told.append(tag("span", result["disposition"], class_="tag soft"))
    if row.misses:
        told.append(tag("span", f"{len(row.misses)} wrong", class_="tag bad"))
    if differs:
        told.append(tag("span", row.agreement.value, class_="tag warn"))
    return told


def _parts(row: Judged) -> Iterable[Content]:
    case = row.case
    yield _misses(row.misses)
    yield tag("h3", f"The customer wrote, {case.at:%Y-%m-%d %H:%M %Z} by {case.channel}")
    yield tag("div", case.words, class_="words")
    yield tag("div", _text("The service would write", case.ours, "ours"), _text(_human_heading(row), [case.theirs] if case.theirs else [], "theirs"),
              class_="pair")  # fmt: skip
    yield tag("h3", "Why")
    yield _definitions(_reasons(case))
    yield tag("h3", "Facts as they were known then")
    yield tag("div", "\n".join(case.facts) or "No order was looked at.", class_="words soft")
    yield _aside("hidden, because it came later", case.hidden)
    yield _aside("may be newer: the export does not say since when it holds", case.undated)


def _human_heading(row: Judged) -> str:
    did = ", ".join(each.value.replace("_", " ") for each in row.theirs) or "not known"
    return f"The human wrote ({did}{f'; filed under {row.case.category}' if row.case.category else ''})"


def _text(heading: str, texts: Iterable[str], kind: str) -> Html:
    told = [tag("div", text, class_=f"words {kind}") for text in texts]
    return tag("div", tag("h3", heading), told or tag("p", "No text.", class_="soft"))


def _reasons(case: Case) -> Iterable[tuple[str, str]]:
    yield from case.reasons
    yield "path", case.path
    for line in case.actions:
        yield "action", line
    if case.promise:
        yield "promise", case.promise
    for note in case.notes:
        yield "note", note


def _definitions(rows: Iterable[tuple[str, str]]) -> Html:
    return tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in rows])


def _misses(misses: Iterable[Check]) -> Content:
    rows = [tag("li", tag("b", check.key), f": wanted {_short(check.want)}, came {_short(check.got)}") for check in misses]
    return tag("ul", rows, class_="bad") if rows else None


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _aside(what: str, lines: tuple[str, ...]) -> Content:
    return tag("p", tag("small", f"{what}: {'; '.join(lines)}"), class_="soft") if lines else None
