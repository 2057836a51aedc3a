"""What is sold, and what somebody buys."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from graph.facts import Address, Order, OrderLine, Payment

COMMON = {
    "DESK-LAMP": ("Desk Lamp", "40.00"),
    "WALL-CLOCK": ("Wall Clock", "25.00"),
    "OAK-SHELF": ("Oak Shelf", "75.00"),
    "MIRROR": ("Mirror", "260.00"),
}
SCARCE = {
    "COOLER": ("Water Cooler", "180.00"), "GPU": ("Graphics Card", "1200.00"),
    "TEAPOT": ("Iron Teapot", "55.00"), "DRILL": ("Cordless Drill", "99.00"),
}  # fmt: skip
SUBSTITUTE = ("FLOOR-LAMP", "Floor Lamp", "55.00")


def new_order(number: int, customer_id: str, placed_at: datetime, rng: Random) -> Order:
    """What somebody buys: one to three items, some of them scarce."""
    skus = rng.sample([*COMMON, *COMMON, *SCARCE], k=rng.choice((1, 1, 1, 2, 2, 3)))
    goods = {**COMMON, **SCARCE}
    lines = tuple(
        OrderLine.model_validate({
            "line_id": f"L{place}", "sku": sku, "title": goods[sku][0], "unit_price": goods[sku][1], "quantity": rng.choice((1, 1, 1, 2)),
            "approved_substitutes": [SUBSTITUTE[0]] if rng.random() < 0.3 else [], "build_critical": rng.random() < 0.1,
        })
        for place, sku in enumerate(dict.fromkeys(skus), 1)
    )  # fmt: skip
    return Order(
        order_id=f"O-{number}",
        order_number=f"{number}",
        customer_id=customer_id,
        placed_at=placed_at,
        updated_at=placed_at,
        status="processing",
        total=sum((line.unit_price * line.quantity for line in lines), start=lines[0].unit_price * 0),
        service_level=rng.choice(("standard", "standard", "standard", "express", "economy", "international")),
        ship_by=None if rng.random() < 0.15 else placed_at + timedelta(hours=rng.choice((48, 72, 72, 96))),
        ship_to=Address(line1="2210 W Addison St", city="Chicago", region="IL", postal_code="60618"),
        lines=lines,
        payment=Payment(state=rng.choice(("captured", "captured", "captured", "authorized"))),
    )
