"""What every connected system answers, in one line each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from graph.labels import System
from graph.policy import Backends as Rules
from graph.ports import Backends
from nodes.asking import ask
from server.connections_file import Wires
from tools.embedded.backends import EmbeddedSupport
from tools.embedded.store import EmbeddedStore
from tools.http_backends.backends import HttpBackends

NOBODY = "connection-check"
Questions = dict[str, tuple[System, Callable[[], Awaitable[Any]]]]


async def told_of(wires: Wires, order_id: str | None) -> AsyncIterator[tuple[str, bool]]:
    """One line per question, and whether the answer was as the contract says."""
    rules = Rules()
    with EmbeddedStore.open(":memory:") as store:
        own, breaker = EmbeddedSupport(store), (rules.breaker_failures, rules.breaker_seconds)
        remote = HttpBackends(wires.connections, wires.tokens, own_record=own, timeout=rules.timeout_seconds, breaker=breaker)
        try:
            for name, (system, question) in _questions(remote, order_id or NOBODY).items():
                if system not in remote.exchanges:
                    yield f"{name}: not connected", True
                    continue
                answer = await ask(system, question, patience=rules.timeout_seconds, retries=0)
                yield f"{name}: {_found(answer.value) if answer.is_known else answer.because}", answer.is_known
            if order_id is not None:
                async for line in _about_customer(remote, order_id, rules):
                    yield line
        finally:
            await remote.aclose()


async def _about_customer(remote: HttpBackends, order_id: str, rules: Rules) -> AsyncIterator[tuple[str, bool]]:
    """The customer of the order, found by id and by address, and what was written before."""
    found = await ask(System.OMS, lambda: remote.oms.order(order_id), patience=rules.timeout_seconds, retries=0)
    if found.value is None:
        yield f"oms order {order_id}: not there", False
        return
    customer_id = found.value.customer_id
    who = await ask(System.OMS, lambda: remote.oms.customer(customer_id), patience=rules.timeout_seconds, retries=0)
    if who.value is None:
        yield f"oms customer of the order: {who.because or 'not there'}", False
        return
    for email in who.value.emails:
        same = await ask(System.OMS, lambda email=email: remote.oms.customers_by_email(email), patience=rules.timeout_seconds, retries=0)  # type: ignore[misc]
        known = who.value in (same.value or ())
        yield f"oms customer by address: {'found' if known else same.because or 'not found'}", known


def _questions(backends: Backends, order_id: str) -> Questions:
    """Reads only; nothing is changed by a check."""
    wms, supplier, inventory = backends.wms, backends.supplier, backends.inventory
    carrier, support = backends.carrier, backends.support
    return {
        "oms orders": (System.OMS, lambda: backends.oms.order(order_id)),
        "oms customers": (System.OMS, lambda: backends.oms.customer(NOBODY)),
        "oms customers by address": (System.OMS, lambda: backends.oms.customers_by_email("nobody@example.invalid")),
        "oms catalog": (System.OMS, lambda: backends.oms.catalog_items((NOBODY,))),
        "wms fulfillments": (System.WMS, lambda: wms.fulfillments(order_id) if wms else _nothing()),
        "supplier supply": (System.SUPPLIER, lambda: supplier.supply((NOBODY,)) if supplier else _nothing()),
        "inventory levels": (System.INVENTORY, lambda: inventory.levels((NOBODY,)) if inventory else _nothing()),
        "inventory allocations": (System.INVENTORY, lambda: inventory.allocations(order_id) if inventory else _nothing()),
        "carrier parcels": (System.CARRIER, lambda: carrier.parcels(order_id) if carrier else _nothing()),
        "support contacts": (System.SUPPORT, lambda: support.contacts(NOBODY) if support else _nothing()),
    }


async def _nothing() -> None:
    return None


def _found(value: Any) -> str:
    if value is None or value == ():
        return "answers (no such row)"
    return f"answers ({len(value)} rows)" if isinstance(value, tuple) else "answers (1 row)"
