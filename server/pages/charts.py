"""Pictures as inline SVG, and tables that show numbers: bars, days, and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.pages.html import Content, Html, tag

PALETTE = ("#2c64b4", "#2f7d4f", "#a86b00", "#b3323a", "#7a5195", "#5b8c99", "#8a6d3b", "#6b7785")
_ROW, _LABELS, _BARS = 24, 190, 420


def percent(value: float | None) -> str:
    """A share for people; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def share_bars(title: str, shares: Mapping[str, tuple[int, int]]) -> Html:
    """One bar per name: how many of how many."""
    rows = [
        _bar_row(number, name, [(held / of if of else 0, "var(--good)"), ((of - held) / of if of else 0, "var(--bad)")], f"{held}/{of}")
        for number, (name, (held, of)) in enumerate(shares.items())
    ]
    return _figure(title, len(rows), rows)


def count_bars(title: str, counts: Mapping[str, int], colour: str = "var(--blue)") -> Html:
    """One bar per name, as long as its number is large."""
    most = max(counts.values(), default=0) or 1
    rows = [_bar_row(number, name, [(count / most, colour)], str(count)) for number, (name, count) in enumerate(counts.items())]
    return _figure(title, len(rows), rows)


def _bar_row(number: int, name: str, parts: Sequence[tuple[float, str]], told: str) -> list[Html]:
    top, start = number * _ROW, float(_LABELS)
    drawn = [tag("text", name, x=_LABELS - 8, y=top + 16, text_anchor="end")]
    for share, colour in parts:
        width = round(share * _BARS, 1)
        if width > 0:
            drawn.append(tag("rect", x=round(start, 1), y=top + 4, width=width, height=_ROW - 8, rx=2, fill=colour))
        start += width
    return [*drawn, tag("text", told, x=round(max(start, _LABELS + 2) + 8, 1), y=top + 16, class_="soft")]


def _figure(title: str, count: int, rows: Sequence[Content]) -> Html:
    return _picture(title, _LABELS + _BARS + 90, max(count, 1) * _ROW, rows)


def _picture(title: str, width: int, height: int, *drawn: Content) -> Html:
    return tag("svg", tag("title", title), *drawn, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img")


def day_columns(title: str, days: Mapping[str, Mapping[str, int]]) -> Html:
    """One column per day, stacked by name, with a legend."""
    names = list(dict.fromkeys(name for day in days.values() for name in day))
    colours = {name: PALETTE[number % len(PALETTE)] for number, name in enumerate(names)}
    most = max((sum(day.values()) for day in days.values()), default=0) or 1
    width, height = 720, 180
    step = width / max(len(days), 1)
    drawn: list[Html] = []
    for number, (day, parts) in enumerate(days.items()):
        top, left = float(height), round(number * step + step * 0.12, 1)
        for name, count in parts.items():
            tall = count / most * (height - 14)
            top -= tall
            bar = tag("rect", x=left, y=round(top, 1), width=round(min(step * 0.76, 40), 1), height=round(tall, 1), fill=colours[name])
            drawn.append(tag("g", tag("title", f"{day}: {name} {count}"), bar))
    every = max(1, len(days) // 8)
    drawn += [
        tag("text", day[5:], x=round(number * step + step * 0.12, 1), y=height + 16, class_="soft")
        for number, day in enumerate(days) if number % every == 0
    ]  # fmt: skip
    drawn.append(tag("text", f"{most} a day", x=0, y=11, class_="soft"))
    picture = _picture(title, width, height + 22, drawn)
    legend = [tag("span", tag("span", "■ ", style=f"color:{colours[name]}"), name, "  ", class_="soft") for name in names]
    return tag("div", picture, tag("p", legend))


def matrix_table(caption: str, counts: Mapping[tuple[str, str], int], names: Sequence[str], *, rows: str, columns: str) -> Html:
    """How often each row got each column: what lies on the diagonal agrees, the rest is tinted as an error."""
    wide = [name for name in names if any(counts.get((row, name), 0) for row in names)]
    tall = [name for name in names if any(counts.get((name, column), 0) for column in names)]
    most = max(counts.values(), default=1)
    head = tag("tr", tag("th", f"{rows} ↓  {columns} →", scope="col"), [tag("th", tag("span", name), scope="col") for name in wide])
    body = [tag("tr", tag("th", row, scope="row"), [_cell(counts.get((row, column), 0), row == column, most) for column in wide]) for row in tall]
    return tag("table", tag("caption", caption), tag("thead", head), tag("tbody", body), class_="matrix")


def _cell(count: int, agrees: bool, most: int) -> Html:
    if not count:
        return tag("td")
    strength = round(0.15 + 0.6 * count / most, 2)
    return tag("td", count, style=f"background:rgba(var(--{'tint' if agrees else 'badtint'}),{strength})")


def tiles(*told: tuple[str, str, str]) -> Html:
    """Figures in large letters: number, what it is, and its colour (`good`, `warn`, `bad`, or none)."""
    return tag("div", [tag("div", tag("b", number, class_=colour or None), tag("span", what), class_="tile") for number, what, colour in told],
               class_="tiles")  # fmt: skip


def plain_table(heads: Sequence[str], rows: Sequence[Sequence[Content]], *, numbers: Sequence[int] = (), caption: str = "") -> Html:
    """A table; the columns of these numbers are aligned to the right."""
    head = tag("tr", [tag("th", name, scope="col", class_="n" if place in numbers else None) for place, name in enumerate(heads)])
    body = [tag("tr", [tag("td", cell, class_="n" if place in numbers else None) for place, cell in enumerate(row)]) for row in rows]
    return tag("table", tag("caption", caption) if caption else None, tag("thead", head), tag("tbody", body))
