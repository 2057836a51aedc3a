"""What would have been otherwise, as a page: keys, costs, and every change with both decisions side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from graph.policy import Costs
from server.evaluation.case import Case
from server.pages.charts import matrix_table, plain_table, tiles
from server.pages.html import Content, Html, document, tag
from server.pages.style import STYLE
from server.whatif.comparing import Change, WhatIf
from server.whatif.costs import cost_rows

_WORDINGS = 100


def whatif_page(found: WhatIf, *, source: str, before: str, after: str, costs: Costs) -> str:
    """The whole page."""
    return document(
        f"wismo what-if: {after}",
        STYLE,
        tag("h1", "What if"),
        tag("p", f"{found.messages} messages of {source}, each decided twice: under {before}, and under {after}. Nothing was sent.", class_="soft"),
        tiles(
            (str(len(found.decisions)), "decisions change", "warn" if found.decisions else "good"),
            (str(len(found.wordings)), "answers only read differently", ""),
            (_signed(found.after.escalations - found.before.escalations), "reviews", ""),
            (_signed(found.after.minutes(costs) - found.before.minutes(costs)), "minutes of people", ""),
            (_signed(found.after.messages - found.before.messages), "messages to customers", ""),
        ),
        _keys(found),
        tag("h2", "What it costs or saves"),
        tag("div", plain_table(("", "before", "after", "difference"), cost_rows(found, costs), numbers=(1, 2, 3)), class_="card"),
        tag("h2", "What is done instead"),
        tag("div", _moves(found), class_="card"),
        tag("h2", "Every decision that changes"),
        [_change(each, place < 3) for place, each in enumerate(found.decisions)] or tag("p", "None.", class_="soft"),
        _wordings(found),
    )  # fmt: skip


def _keys(found: WhatIf) -> Content:
    if not found.keys:
        return tag("p", "No number of the policy differs; only the words do.", class_="soft")
    counted = Counter(key.name for change in found.changes for key in change.because)
    rows = [(tag("code", key.name), _short(key.before), _short(key.after), str(counted[key.name])) for key in found.keys]
    heads = ("key", "before", "after", "messages that it alone changes")
    return [tag("h2", "What differs in the policy"), tag("div", plain_table(heads, rows, numbers=(3,)), class_="card")]


def _moves(found: WhatIf) -> Html:
    counts = Counter((change.did_before, change.did_after) for change in found.decisions)
    names = list(dict.fromkeys(name for pair in counts for name in pair))
    return matrix_table("changed messages only", counts, names, rows="before", columns="after") if counts else tag("p", "Nothing.", class_="soft")


def _wordings(found: WhatIf) -> Content:
    if not found.wordings:
        return None
    shown = found.wordings[:_WORDINGS]
    more = f" The first {_WORDINGS} are shown." if len(found.wordings) > _WORDINGS else ""
    return [tag("h2", "Answers that only read differently"), tag("p", f"{len(found.wordings)} answers.{more}", class_="soft"),
            [_change(each, False) for each in shown]]  # fmt: skip


def _change(change: Change, is_open: bool) -> Html:
    told: list[Content] = [tag("b", change.before.name), " ", change.before.title[:80]]
    if change.did_before != change.did_after:
        told.append(tag("span", f"{change.did_before} → {change.did_after}", class_="tag warn"))
    told += [tag("span", name, class_="tag soft") for name in change.differences]
    return tag("details", tag("summary", told), tag("div", *_parts(change)), open=is_open)


def _parts(change: Change) -> Iterator[Content]:
    why = [tag("li", tag("code", key.name), f" {_short(key.before)} → {_short(key.after)}") for key in change.because]
    yield [tag("h3", "Because of"), tag("ul", why)] if why else None
    rows = [(name, *(_short(side) for side in sides)) for name, sides in change.differences.items() if name != "text"]
    yield plain_table(("", "before", "after"), rows) if rows else None
    yield tag("h3", f"The customer wrote, {change.before.at:%Y-%m-%d %H:%M %Z} by {change.before.channel}")
    yield tag("div", change.before.words, class_="words")
    yield tag("div", _side("Before", change.before, "theirs"), _side("After", change.after, "ours"), class_="pair")


def _side(heading: str, case: Case, kind: str) -> Html:
    texts = [tag("div", text, class_=f"words {kind}") for text in case.ours] or tag("p", "No text.", class_="soft")
    reasons = [[tag("dt", name), tag("dd", value)] for name, value in case.reasons]
    return tag("div", tag("h3", heading), texts, tag("dl", reasons))


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "nothing" if value is None else str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _signed(number: float) -> str:
    return f"{number:+g}" if number else "±0"
