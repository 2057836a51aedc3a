"""Identity is established per message: login first, then the whole address of the sender."""

from __future__ import annotations

import re

from graph.arrivals import MessageArrived
from graph.labels import System
from graph.working import Sender
from nodes.asking import ask
from nodes.deps import Deps

_DISPLAYED = re.compile(r"[^<>]*<\s*([^<>\s,;]+@[^<>\s,;]+)\s*>")
_BARE = re.compile(r"[^<>\s,;\"]+@[^<>\s,;\"]+")


def address_in(sender: str) -> str:
    """The one address of a sender: the one inside `<>` of a display form, or the bare one; empty where there are several or none."""
    displayed = _DISPLAYED.fullmatch(sender.strip())
    if displayed:
        return displayed[1]
    return sender.strip() if _BARE.fullmatch(sender.strip()) else ""


async def find_sender(message: MessageArrived, deps: Deps) -> Sender:
    """The customer who wrote, or nobody. Mail that fails authentication identifies nobody; nor does an address of two customers."""
    oms, retries = deps.backends.oms, deps.policy.backends.retries
    customer_id = message.authenticated_customer_id
    if customer_id is not None:
        found = await ask(System.OMS, lambda: oms.customer(customer_id), patience=deps.patience, retries=retries)
        return Sender(customer_id=customer_id, customer=found.value, because="authenticated customer id")
    address = address_in(message.from_email or "")
    if not address or _fails_authentication(message):
        return Sender(because="mail fails authentication" if address else "no address")
    answer = await ask(System.OMS, lambda: oms.customers_by_email(address), patience=deps.patience, retries=retries)
    customers = answer.value or ()
    if len(customers) == 1:
        return Sender(customer_id=customers[0].customer_id, customer=customers[0], because="sender's address")
    return Sender(because="address of several customers" if customers else "unknown address")


def _fails_authentication(message: MessageArrived) -> bool:
    values = {key.lower(): value.strip().lower() for key, value in message.metadata.items()}
    return values.get("email_auth") == "fail"
