"""Customers who write about their orders: never, once, or again and again."""

from __future__ import annotations

from random import Random
from typing import Any

from graph.arrivals import MessageArrived
from graph.labels import Mode, System
from tests.simulation import people
from tests.simulation.agenda import Life, hours
from tests.simulation.lives import everything_is_there

TROUBLE = {"lost", "damaged", "return_to_sender", "delivery_attempted", "customs_hold", "exception"}


class Caller:
    """Whoever bought one order."""

    def __init__(self, order_id: str, town: Any, rng: Random) -> None:
        self._order_id, self._town, self._rng = order_id, town, rng

    def life(self) -> Life:
        """Writes now and then, about what there is to write about."""
        for number in range(self._rng.choice((0, 0, 1, 1, 1, 2, 3))):
            yield hours(self._rng.expovariate(1 / 60) + 0.5)
            if self._town.clock.now() > self._town.busy_until:
                return
            what = self._rng.choice(self._sayings())
            self._town.counts[f"customer: {what}"] += 1
            self._town.soon(lambda what=what, number=number: self._writes(what, number))

    def _sayings(self) -> tuple[str, ...]:
        """What people say while the order is where it is."""
        systems = self._town.systems
        parcels = systems.parcels(self._order_id)
        if systems.is_over(self._order_id):
            return people.OVER
        if everything_is_there(parcels):
            return people.DELIVERED
        newest = {parcel.newest_scan.status for parcel in parcels if parcel.newest_scan}
        if newest & TROUBLE:
            return people.IN_TROUBLE
        return people.MOVING if newest else people.WAITING

    async def _writes(self, what: str, number: int) -> None:
        """In the ticket of the order or a new one; by mail, chat or form."""
        town, now = self._town, self._town.clock.now()
        order = town.systems.order(self._order_id)
        customer = town.systems.customer(order.customer_id)
        ticket = f"T-{order.order_number}" if self._rng.random() < 0.8 else f"T-{order.order_number}-{number}"
        by_mail = self._rng.random() < 0.3
        if what != "thanks" and not (by_mail and town.systems.is_silent(System.OMS)):  # thanks name no order; an address is known by the OMS alone
            town.witness.hears_customer(self._order_id, now)
        who = {"from_email": customer.emails[0]} if by_mail else {"authenticated_customer_id": customer.customer_id}
        channel = "email" if by_mail else self._rng.choice(("chat", "ticket"))
        fields = {"arrival_id": f"message:{self._order_id}:{number}", "at": now, "mode": Mode.LIVE, "ticket_id": ticket, "channel": channel}
        text = people.words(what, customer.locale, order.order_number)
        await town.arrives(MessageArrived.model_validate({**fields, **who, "text": text}))
