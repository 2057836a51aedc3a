"""The contract as it is written: every example is valid, every address is served, every kind of row has an example."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from graph import facts
from graph.facts import World
from graph.ports import Receipt
from server.outbound.letter import Letter
from server.world_server.acting import ActionWanted
from server.world_server.app import create_world_app
from tests.connectors.served import TOKEN
from tests.replay.playing import public_stories
from tools.embedded.store import EmbeddedStore
from tools.http_backends.answers import Items

TEXT = (Path(__file__).parents[2] / "tools/http_backends/CONTRACT.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json (\w+)\n(.*?)```", TEXT, re.DOTALL)
ROWS = {"Customer", "Order", "CatalogItem", "Fulfillment", "SupplyLine", "InventoryLevel", "Allocation", "Shipment", "Contact"}
OTHERS: dict[str, Any] = {"ActionWanted": ActionWanted, "Receipt": Receipt, "Letter": Letter}


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[f"{number}-{kind}" for number, (kind, _) in enumerate(EXAMPLES)])
def test_an_example_is_valid(kind: str, example: str) -> None:
    model: Any = Items[getattr(facts, kind)] if kind in ROWS else OTHERS[kind]
    model.model_validate_json(example)


def test_everything_has_an_example() -> None:
    assert {kind for kind, _ in EXAMPLES} == ROWS | set(OTHERS)
    told = [json.loads(example)["type"] for kind, example in EXAMPLES if kind == "Letter"]
    assert told == ["wismo.reply", "wismo.note", "wismo.assignment"]


def test_every_address_that_is_written_is_served_and_the_other_way_round() -> None:
    with EmbeddedStore.open(":memory:") as store:
        paths = create_world_app(store).openapi()["paths"]
    served = {
        f"{method.upper()} /{path.split('/', 2)[2]}"
        for path, told in paths.items()
        for method in told
        if path.split("/")[1] not in {"helpdesk", "world"}
    }
    assert served == set(re.findall(r"`((?:GET|POST) /[a-z/]+)", TEXT))


async def test_what_is_served_keeps_to_the_printed_schemas() -> None:
    world = World.model_validate(public_stories()[12]["world"])
    with EmbeddedStore.open(":memory:") as store:
        store.load(world)
        app = create_world_app(store, token=TOKEN)
        document, order = app.openapi(), world.orders[0]
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example", headers=headers) as http:
            for path, query in (
                ("/oms/orders", f"order_id={order.order_id}"), ("/oms/customers", f"customer_id={order.customer_id}"), ("/oms/orders", "open=true"),
                ("/inventory/levels", f"sku={order.lines[0].sku}"), ("/supplier/supply", f"sku={order.lines[0].sku}"),
            ):  # fmt: skip
                answer = await http.get(f"{path}?{query}")
                schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
                assert answer.json()["items"]
            assert [(await http.get(path)).status_code for path in ("/oms/orders", "/carrier/parcels", "/oms/customers")] == [400, 400, 422]
            assert (await http.get("/oms/orders?open=true", headers={"authorization": "Bearer wrong"})).status_code == 401
