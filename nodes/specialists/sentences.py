"""Building statements from the customer view; a statement whose facts are missing falls back to a plainer one."""

from __future__ import annotations

from graph.statements import Fact, Item, Part, Statement


def tell(key: str, part: Part = Part.KNOWN, *, items: tuple[Item, ...] = (), **facts: Fact) -> Statement:
    """One statement with the facts of its placeholders."""
    return Statement(key=key, part=part, facts=facts, items=items)


def tell_best(options: tuple[str, ...], part: Part = Part.KNOWN, *, items: tuple[Item, ...] = (), **facts: Fact | None) -> Statement:
    """The first of `options` (most specific first) whose extra facts are all there.

    An option is written `key:fact,fact`; facts that no option names belong to every option.
    """
    named = {name for option in options for name in option.partition(":")[2].split(",") if name}
    for option in options:
        key, _, needs = option.partition(":")
        needed = [name for name in needs.split(",") if name]
        if all(facts.get(name) is not None for name in needed):
            kept = {name: fact for name, fact in facts.items() if fact is not None and (name in needed or name not in named)}
            return Statement(key=key, part=part, facts=kept, items=items)
    raise KeyError(f"no statement fits among {options}")
