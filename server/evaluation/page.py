"""The evaluation as a page: the figures, the matrices, and every case, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from server.evaluation.case_page import case_details
from server.evaluation.evaluating import Evaluation, Setting
from server.evaluation.figures import METRICS, Share, Threshold
from server.evaluation.judging import Agreement
from server.evaluation.matrices import Found, Matrix
from server.pages.charts import matrix_table, percent, plain_table, share_bars, tiles
from server.pages.html import Content, Html, document, tag
from server.pages.style import STYLE


def evaluation_page(evaluation: Evaluation, setting: Setting, *, cases: int) -> str:
    """The whole page."""
    return document(
        f"wismo evaluation of {setting.source}",
        STYLE,
        tag("h1", "Evaluation"),
        tag("p", _opening(evaluation, setting), class_="soft"),
        _headline(evaluation),
        tag("p", "Go to: ", [[" · " if number else "", tag("a", name, href=f"#{place}")] for number, (place, name) in enumerate(_PLACES)]),
        _threshold_table(evaluation, setting.thresholds),
        tag("h2", "How much is right", id="right"),
        tag("div", _areas(evaluation), _by_condition(evaluation), class_="pair"),
        _humans(evaluation),
        tag("h2", "Where it goes wrong", id="wrong"),
        _matrix("Condition of the order", evaluation.figures.conditions),
        tag(
            "div",
            _matrix("What comes of the message", evaluation.figures.dispositions),
            _matrix("Gates of actions", evaluation.figures.gates),
            class_="pair",
        ),
        _triggers(evaluation.figures.triggers),
        *_cases(evaluation, cases),
    )


def _opening(evaluation: Evaluation, setting: Setting) -> str:
    times = [row.case.at for row in evaluation.judged]
    span = f", written {min(times):%Y-%m-%d} to {max(times):%Y-%m-%d}" if times else ""
    lost = f" {setting.bad_rows} rows of the file could not be read and are not in it." if setting.bad_rows else ""
    repeated = f" Each was played {evaluation.repeats} times." if evaluation.repeats > 1 else ""
    return (
        f"{len(evaluation.judged)} messages of {setting.source}{span}, through the real graph under policy {setting.policy}, "
        f"each with the facts as they were known then.{repeated}{lost} Nothing was sent and nothing was done."
    )


def _headline(evaluation: Evaluation) -> Html:
    figures = evaluation.figures
    told = [_tile(figures.shares["tickets"], "right in everything that is labelled", strict=False)]
    told += [_tile(figures.shares[area], f"{area} right") for area in ("condition", "disposition", "triggers", "gates", "reply")]
    safety = figures.shares["safety"]
    told.append(
        (str(safety.of - safety.held + figures.errors), "texts that tell a secret, and failures", "bad" if safety.held < safety.of else "good")
    )
    told.append((percent(figures.automated.value), "without a human", ""))
    if figures.shares["agreement"].of:
        told.append((percent(figures.shares["agreement"].value), "as the humans did", ""))
    if "repeat" in figures.shares:
        told.append(_tile(figures.shares["repeat"], f"right in all {evaluation.repeats} repetitions"))
    return tiles(*told)


def _tile(share: Share, what: str, *, strict: bool = True) -> tuple[str, str, str]:
    colour = "" if share.value is None else "good" if share.value == 1 else "bad" if strict and share.value < 0.9 else "warn"
    return percent(share.value), f"{what} ({share})", colour


def _threshold_table(evaluation: Evaluation, thresholds: Sequence[Threshold]) -> Content:
    if not thresholds:
        return None
    rows = [
        (each.metric, f"{each.least:g}", percent(evaluation.figures.shares[each.metric].value if each.metric in evaluation.figures.shares else None),
         tag("b", "reached", class_="good") if each.is_met(evaluation.figures) else tag("b", "missed", class_="bad"))
        for each in thresholds
    ]  # fmt: skip
    return tag("div", plain_table(("figure", "at least", "came to", ""), rows, numbers=(1, 2)), class_="card")


def _areas(evaluation: Evaluation) -> Html:
    shares = {name: evaluation.figures.shares[name] for name in METRICS if name in evaluation.figures.shares}
    told = {name: (share.held, share.of) for name, share in shares.items() if share.of}
    return tag("div", tag("h3", "By what is scored"), share_bars("shares by area", told), class_="card")


def _by_condition(evaluation: Evaluation) -> Html:
    return tag(
        "div",
        tag("h3", "Messages right, by condition found (or the reason why no order was looked at)"),
        share_bars("messages right by condition", {name: (share.held, share.of) for name, share in evaluation.figures.by_condition.items()}),
        tag("h3", "By language of the answer"),
        share_bars("messages right by language", {name: (share.held, share.of) for name, share in evaluation.figures.by_language.items()}),
        class_="card",
    )


def _humans(evaluation: Evaluation) -> Content:
    figures = evaluation.figures
    if not figures.humans.total:
        return None
    counts = [(each.value, str(figures.agreement.get(each, 0)), _AGREEMENTS[each]) for each in Agreement]
    matrix = matrix_table("What the humans did then, and what the service does", figures.humans.counts, figures.humans.names,
                          rows="humans", columns="service")  # fmt: skip
    table = plain_table(("", "messages", "what it means"), counts, numbers=(1,))
    return [
        tag("h2", "Compared with the humans", id="humans"),
        tag("div", tag("div", matrix, class_="card"), tag("div", table, class_="card"), class_="pair"),
    ]


_AGREEMENTS = {
    Agreement.SAME: "the same in one word",
    Agreement.MORE_CAREFUL: "a person or the customer is asked where the humans answered or acted",
    Agreement.BOLDER: "it is answered or done where the humans asked somebody or did something else: look at these",
    Agreement.OTHER: "neither of these",
    Agreement.UNKNOWN: "the export does not say what the humans did",
}


def _matrix(title: str, matrix: Matrix) -> Content:
    if not matrix.total:
        return None
    names = [(name, matrix.recall(name), matrix.precision(name)) for name in matrix.names]
    rows = [(name, percent(recall), percent(precision)) for name, recall, precision in names if recall is not None or precision is not None]
    table = matrix_table(f"{title}: {matrix.held} of {matrix.total} right", matrix.counts, matrix.names, rows="label", columns="came")
    more = tag(
        "details", tag("summary", "found and falsely found"), tag("div", plain_table((title, "found", "right when said"), rows, numbers=(1, 2)))
    )
    return tag("div", table, more, class_="card")


def _triggers(found: Sequence[Found]) -> Content:
    rows = [(each.name, str(each.right), str(each.missed), str(each.false), percent(each.recall), percent(each.precision)) for each in found]
    heads = ("trigger", "right", "missed", "false", "found", "right when it fires")
    return tag("div", plain_table(heads, rows, numbers=(1, 2, 3, 4, 5), caption="Why a human is asked"), class_="card") if rows else None


def _cases(evaluation: Evaluation, most: int) -> list[Content]:
    rows = evaluation.worst_first
    left = len(rows) - most
    rest = f" The {left} least conspicuous ones are left out; --cases shows more." if left > 0 else ""
    return [
        tag("h2", "Every message, the worst first", id="messages"),
        tag("p", f"Open one to see the facts, the path, and both texts side by side.{rest}", class_="soft"),
        tag("div", [_filter(*each) for each in _FILTERS], class_="filters"),
        *(case_details(row, is_open=bool(row.misses) and place < _OPENED) for place, row in enumerate(rows[:most])),
    ]


_OPENED = 3
"""So many of the worst are open when the page is."""
_PLACES = (
    ("right", "how much is right"),
    ("humans", "compared with the humans"),
    ("wrong", "where it goes wrong"),
    ("messages", "the worst messages"),
)
_FILTERS = (
    ("all", "all"), ("only-wrong", "a label does not hold"), ("only-other", "other than the humans"), ("only-human", "a human is asked"),
)  # fmt: skip


def _filter(name: str, told: str) -> Html:
    return tag("label", tag("input", type="radio", name="show", id=name, checked=name == "all"), " ", told)
