"""A shop whose reviewers answer, and in which time passes: reminders and deadlines fire as they do in a replay."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from graph.arrivals import DecisionArrived, EventArrived, TimerArrived
from graph.case import ActionRecord, EscalationRecord
from server.replay.results import result_of
from server.timers import next_due
from server.worker import drain
from tests.doors.shop import Json, Scene, Shop, Step, ahead, item, later, scan

CX, AGENT, SHIPPING, SUPPLY, FRAUD = "U0CXLEAD", "U0CXAGENT", "U0SHIPLEAD", "U0SUPPLYLEAD", "U0FRAUDLEAD"
ENDLESS = 60
"""So many moments do not fall due in ten days."""
NEW_ADDRESS = {"line1": "500 Cargo Way", "city": "Newark", "region": "NJ", "postal_code": "07114", "country": "US"}


class Desk(Shop):
    """The shop with its reviewers."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.all_fired: list[tuple[str, datetime, Step]] = []
        """Everything that fell due by itself: reviewers' deadlines, promises, thresholds."""

    def decides(
        self,
        decision: str | None = None,
        *,
        by: str = CX,
        at: datetime | None = None,
        order_id: str | None = "O-1042",
        escalation_id: str | None = None,
        arrival_id: str | None = None,
        mode: str | None = None,
        **more: Any,
    ) -> Step:
        """A reviewer answers, by the order's number unless the review is named; everything that follows is worked off."""
        root = arrival_id or f"{self.name}:{self.steps}"
        self.steps += 1
        moment = at or later(1)
        self.clock.set(moment)
        named = {"escalation_id": escalation_id} if escalation_id else {"order_id": order_id}
        fields = {"arrival_id": root, "at": moment, "mode": mode or self.mode, "reviewer": by, "decision": decision, **named, **more}
        self.house.inbox.put(DecisionArrived.model_validate(fields))
        asyncio.run(drain(self.house, "desk", among=(root,)))
        return Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "decision", (root,), 0.0))

    def says(self, text: str, *, by: str = CX, at: datetime | None = None, **more: Any) -> Step:
        """A reviewer answers in words."""
        return self.decides(None, by=by, at=at, text=text, **more)

    def reports(self, kind: str, *, at: datetime, source: str = "oms", order_id: str = "O-1042", **more: Any) -> Step:
        """A backend reports an event; everything that follows is worked off."""
        root = f"{self.name}:{self.steps}"
        self.steps += 1
        self.clock.set(at)
        fields = {"arrival_id": root, "at": at, "occurred_at": at, "mode": self.mode, "event_id": root, "type": kind}
        self.house.inbox.put(EventArrived.model_validate({**fields, "source": source, "order_id": order_id, **more}))
        asyncio.run(drain(self.house, "desk", among=(root,)))
        return Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "event", (root,), 0.0))

    def waits_until(self, moment: datetime) -> list[tuple[str, datetime, Step]]:
        """Everything that falls due up to then fires at its own time; what concerned reviewers is handed back."""
        fired = []
        while (due := next_due(self.house.connection, moment, self.house.deps.policy)) is not None:
            self.clock.set(due.at)
            root = due.arrival.arrival_id
            self.house.inbox.put(due.arrival)
            asyncio.run(drain(self.house, "desk", among=(root,)))
            self.steps += 1
            step = Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "advance", (root,), 0.0))
            what = due.arrival.what if isinstance(due.arrival, TimerArrived) else due.arrival.kind
            fired.append((what, due.at, step))
            assert len(fired) < ENDLESS, f"time stands still: {due.arrival.arrival_id} at {due.at}"
        self.clock.set(moment)
        self.all_fired += fired
        return [row for row in fired if row[0] in {"reminder", "expiry"}]

    def fires(self, what: str, escalation_id: str, moment: datetime) -> Step:
        """A timer arrives, whether it is due or not."""
        root = f"{self.name}:{self.steps}"
        self.steps += 1
        self.clock.set(moment)
        fields = {"arrival_id": root, "at": moment, "mode": self.mode, "what": what, "escalation_id": escalation_id}
        self.house.inbox.put(TimerArrived.model_validate(fields))
        asyncio.run(drain(self.house, "desk", among=(root,)))
        return Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "advance", (root,), 0.0))

    def the_review(self) -> EscalationRecord:
        """The newest review as it is now."""
        return self.escalation(self.rows("select escalation_id from escalations order by seq desc limit 1")[0][0])

    def actions(self, status: str | None = None) -> list[ActionRecord]:
        """The kept actions, of one status or all."""
        rows = self.rows(
            "select body from actions join personal on ref = 'action:' || action_id where status = coalesce(?, status) order by actions.rowid",
            status
        )  # fmt: skip
        return [ActionRecord.model_validate_json(row[0]) for row in rows]

    def performed(self) -> list[str]:
        """The keys of what the backends really did."""
        with self.house.world.transaction() as db:
            return [key for (key,) in db.execute("select key from performed order by key")]

    def said(self) -> list[str]:
        """Every text of ours that the customer has."""
        return [row["text"] for row in self.now()["contacts"] if row["author"] == "automation"]

    def order(self) -> Json:
        """The order in the OMS."""
        return next(row for row in self.now()["orders"] if row["order_id"] == "O-1042")


def dear(**order: Any) -> Scene:
    """A lamp of 300.00 that can be cancelled with an approval (queue cx)."""
    return Scene().order("1042", item(price="300.00"), **order).task().reserved().stock()


def gone(price: str = "60.00", available: int = 0, **order: Any) -> Scene:
    """A lost parcel: a refund of more than 50.00 needs an approval (cx), a replacement above 100.00 too (shipping)."""
    return Scene().order("1042", item(price=price), **order).sent(scan("lost")).stock(available=available)


def labelled() -> Scene:
    """An order with a label: a new address needs an approval (cx)."""
    return Scene().order("1042").task("labelled").reserved().stock()


def swappable(price: str = "55.00") -> Scene:
    """A lamp that is late and may be swapped for a dearer one (queue supply_chain)."""
    scene = Scene().order("1042", item(approved_substitutes=["FLOOR-LAMP"])).task().stock(available=0)
    return scene.supply("delayed", eta=ahead(200)).catalog("Floor Lamp", price).stock("FLOOR-LAMP")


CANCEL = "please cancel 1042"
REFUND = "1042 is lost, please refund it"
REPLACE = "1042 is lost, please send another one"
READDRESS = "change the address of 1042 to 500 Cargo Way, Newark, NJ 07114"
SWAP = "Please send the Floor Lamp instead for 1042."
