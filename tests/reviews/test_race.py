"""1,000 approvals, each answered 2 to 4 times at once in two processes that are killed: executed at most once, none lost."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.reviews.houses import ask
from tests.reviews.racing import Aftermath, Plan, race

SAMPLE = [Plan(approvals=40, kills=14, seed=1)]
WHOLE = [Plan(approvals=250, kills=80, seed=seed) for seed in range(2, 6)]


@pytest.fixture(
    scope="module",
    params=[*SAMPLE, *(pytest.param(plan, marks=pytest.mark.soak) for plan in WHOLE)],
    ids=lambda plan: f"{plan.approvals} approvals, seed {plan.seed}",
)
def after(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    """What a race leaves."""
    return race(tmp_path_factory.mktemp("race"), request.param)


def decided(after: Aftermath) -> dict[str, list[tuple[str, str]]]:
    """What the ledger has of each order's decisions, in its order: what was said, and whether it stood."""
    rows = ask(
        after.folder,
        "select json_extract(cases.doc, '$.order_id'), what, why from ledger join cases using (case_id) where what like 'decision:%' order by seq",
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for order_id, what, why in rows:
        found[order_id].append((what.removeprefix("decision: ").split()[0], why))
    return found


def winners(after: Aftermath) -> dict[str, str]:
    """The first accepted decision of each order."""
    return {order_id: next(verb for verb, why in rows if why == verb) for order_id, rows in decided(after).items() if any(v == w for v, w in rows)}


def statuses(after: Aftermath) -> dict[str, str]:
    return dict(ask(after.folder, "select order_id, json_extract(document, '$.status') from orders", file="world.sqlite"))


def by_order(after: Aftermath, sql: str) -> dict[str, list[str]]:
    """Rows of (order, value), grouped."""
    found: dict[str, list[str]] = defaultdict(list)
    for order_id, value in ask(after.folder, sql):
        found[order_id].append(value)
    return found


def test_workers_were_really_killed(after: Aftermath) -> None:
    assert after.kills >= 3


def test_no_worker_failed(after: Aftermath) -> None:
    assert [error.splitlines()[-1] for error in after.errors] == []


def test_no_decision_is_lost(after: Aftermath) -> None:
    assert ask(after.folder, "select arrival_id, state, why from arrivals where state != 'done'") == []
    heard = {row[0] for row in ask(after.folder, "select arrival_id from arrivals where kind = 'decision'")}
    ran = Counter(row[0] for row in ask(after.folder, "select arrival_id from runs"))
    assert heard == {row.arrival_id for row in after.decisions}
    assert all(ran[arrival_id] == 1 for arrival_id in heard)


def test_each_review_has_one_winner(after: Aftermath) -> None:
    accepted = {order_id: sum(verb == why for verb, why in rows) for order_id, rows in decided(after).items()}
    eligible = Counter(row.arrival_id for row in after.decisions if row.reviewer == "U0CXLEAD")
    names = dict(ask(after.folder, "select escalation_id, json_extract(doc, '$.order_id') from escalations join cases using (case_id)"))
    expected = {row.order_id or names[row.escalation_id] for row in after.decisions if row.arrival_id in eligible}
    assert {order_id for order_id, count in accepted.items() if count > 1} == set()
    assert {order_id for order_id, count in accepted.items() if count == 1} == expected


def test_all_others_were_answered_already_decided(after: Aftermath) -> None:
    for order_id, rows in decided(after).items():
        refused = [why for verb, why in rows if verb != why]
        assert set(refused) <= {"already_decided", "not_authorised"}, order_id
        first = next((place for place, (verb, why) in enumerate(rows) if verb == why), len(rows))
        assert [why for verb, why in rows[:first] if why == "already_decided"] == [], order_id
    sql = "select distinct json_extract(doc, '$.disposition') from runs where json_extract(doc, '$.reason') = 'already_decided'"
    assert ask(after.folder, sql) == [("none",)]


def test_every_approval_is_executed_once_and_no_denial_is(after: Aftermath) -> None:
    won, status = winners(after), statuses(after)
    executed = by_order(
        after, "select json_extract(cases.doc, '$.order_id'), action_id from actions join cases using (case_id) where status = 'executed'"
    )
    approved = {order_id for order_id, verb in won.items() if verb == "approve"}
    assert {order_id for order_id in after.plan.orders if status[order_id] == "cancelled"} == approved
    assert {order_id: len(rows) for order_id, rows in executed.items()} == dict.fromkeys(approved, 1)
    keys = [key for (key,) in ask(after.folder, "select key from performed", file="world.sqlite")]
    assert len(keys) == len(set(keys)) == len(approved)


def test_the_final_state_is_that_of_the_winner(after: Aftermath) -> None:
    won = winners(after)
    rows = ask(
        after.folder,
        "select json_extract(cases.doc, '$.order_id'), status, body from escalations join cases using (case_id) "
        "join personal on ref = 'escalation:' || escalation_id",
    )
    for order_id, status, body in rows:
        if order_id in won:
            assert status == "answered"
            assert f'"decision":"{won[order_id]}' in body
    sql = "select json_extract(cases.doc, '$.order_id') from actions join cases using (case_id) where status = 'pending_approval'"
    assert {order_id for (order_id,) in ask(after.folder, sql)} & set(won) == set()


def test_the_outbox_is_empty(after: Aftermath) -> None:
    assert ask(after.folder, "select key, kind, attempts, why from outbox where state = 'pending'") == []


def test_the_ledger_has_each_execution_once(after: Aftermath) -> None:
    approved = {order_id for order_id, verb in winners(after).items() if verb == "approve"}
    lines = by_order(
        after, "select json_extract(cases.doc, '$.order_id'), what from ledger join cases using (case_id) where what like 'executed cancel%'"
    )
    assert {order_id: len(rows) for order_id, rows in lines.items()} == dict.fromkeys(approved, 1)


def test_every_customer_hears_once_after_the_decision(after: Aftermath) -> None:
    said = by_order(after, "select json_extract(cases.doc, '$.order_id'), key from outbox join cases using (case_id) where kind = 'send_message'")
    won = winners(after)
    silent = [order_id for order_id in won if len(said[order_id]) < 2]
    told_twice = [order_id for order_id in won if len(said[order_id]) > 2]
    assert (silent, told_twice) == ([], [])
