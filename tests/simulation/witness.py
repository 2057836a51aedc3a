"""Whoever stands beside the service and writes down, at the moment it happens, what customers are told."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from graph.commit import SendMessage
from prompts.texts import TextBook
from server.wiring import House
from tests.doors.shop import Json
from tests.simulation.diary import CustomerWrote, Diary, PromiseMoved, TakenOver, TeammateAnswered, Told
from tests.simulation.invariants import LEAD, by_day
from tests.simulation.systems import Systems
from tests.simulation.truth import untrue

_MESSAGES = """
select outbox.seq, outbox.state, effect.body, runs.doc, outcome.body, run_arrival.body, root.kind, root.at
from outbox join runs using (run_id)
join personal effect on effect.ref = 'effect:' || outbox.key
join personal outcome on outcome.ref = 'outcome:' || runs.run_id
join arrivals root on root.arrival_id = runs.root_arrival_id
join personal run_arrival on run_arrival.ref = 'arrival:' || runs.root_arrival_id
where outbox.kind = 'send_message' and (outbox.seq > ? or outbox.seq in (select value from json_each(?))) order by outbox.seq
"""


class Witness:
    """Keeps one diary per order."""

    def __init__(self, systems: Systems, book: TextBook) -> None:
        self._systems, self._book = systems, book
        self._seen = 0
        self._waiting: set[int] = set()
        self._taken_over: set[str] = set()
        self.diaries: defaultdict[str, Diary] = defaultdict(list)

    def looks(self, house: House, now: datetime) -> None:
        """Notes every message that went out since the last look, which is now."""
        rows = house.connection.execute(_MESSAGES, (self._seen, json.dumps(sorted(self._waiting)))).fetchall()
        for seq, state, effect, run, outcome, arrival, kind, at in rows:
            self._seen = max(self._seen, seq)
            if state == "pending":
                self._waiting.add(seq)
                continue
            self._waiting.discard(seq)
            if state == "delivered":
                self._notes(house, SendMessage.model_validate_json(effect), json.loads(run), json.loads(outcome), json.loads(arrival), kind, at, now)

    def _notes(self, house: House, message: SendMessage, run: Json, outcome: Json, arrival: Json, kind: str, at: str, now: datetime) -> None:
        if message.order_id is None or not message.visible:
            return
        settled = self._settled_lines(house, message.order_id)
        zone = self._systems.customer(message.customer_id or "").timezone
        told = Told(
            at=now,
            text=message.text,
            language=message.language,
            zone=zone,
            facts=message.facts,
            because=f"look:{arrival['why']}" if kind == "look" else kind,
            asked_at=datetime.fromisoformat(at) if kind == "message" else None,
            news=(outcome.get("news") or {}).get("kind", ""),
            condition=run.get("condition") or "",
            lies=untrue(message, self._systems, now, zone, self._book, settled),
        )
        self.diaries[message.order_id].append(told)

    def hears_teammate(self, order_id: str, now: datetime) -> None:
        """A human answered publicly."""
        self.diaries[order_id].append(TeammateAnswered(now))

    def hears_customer(self, order_id: str, now: datetime) -> None:
        """The customer wrote."""
        self.diaries[order_id].append(CustomerWrote(now))

    def hears_decision(self, house: House, escalation_id: str, deadline: datetime | None, arrival_id: str, now: datetime) -> None:
        """A reviewer answered: what of it concerns promises."""
        order_id, taken_over = house.connection.execute(
            "select cases.order_id, json_extract(doc, '$.taken_over') from cases join escalations using (case_id) where escalation_id = ?",
            (escalation_id,),
        ).fetchone()
        if order_id is None:
            return
        if taken_over and order_id not in self._taken_over:
            self.diaries[order_id].append(TakenOver(now))
        self._taken_over = self._taken_over | {order_id} if taken_over else self._taken_over - {order_id}
        row = house.connection.execute("select json_extract(doc, '$.disposition') from runs where arrival_id = ?", (arrival_id,)).fetchone()
        if deadline is not None and row is not None and row[0] == "resume":
            zone = ZoneInfo(self._systems.customer(self._systems.order(order_id).customer_id).timezone)
            self.diaries[order_id].append(PromiseMoved(now, by_day(deadline, now + LEAD, zone)))

    def _settled_lines(self, house: House, order_id: str) -> frozenset[str]:
        """Lines that were refunded, replaced or cancelled: their parcels no longer matter."""
        sql = (
            "select value from actions join personal on ref = 'action:' || action_id join cases on cases.case_id = actions.case_id, "
            "json_each(body, '$.wanted.line_ids') where order_id = ? and status = 'executed' and action in ('refund', 'replacement', 'cancel')"
        )
        return frozenset(row[0] for row in house.connection.execute(sql, (order_id,)))
