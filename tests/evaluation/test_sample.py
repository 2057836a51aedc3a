"""The shipped sample: made by its script, varied, and answered well."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.historical.make import write
from server.evaluation.judging import AREAS
from tests.evaluation.conftest import SAMPLE, Evaluated, tickets


def test_the_script_makes_the_very_bytes_that_are_shipped(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("tickets.jsonl", "world.jsonl", "zendesk.jsonl"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_it_is_large_and_varied() -> None:
    rows = tickets()
    assert len(rows) >= 200
    assert len({row["description"] for row in rows}) > 0.95 * len(rows)
    assert set(Counter(row["tags"][0] for row in rows)) == {"en", "de", "es", "fr"}
    assert all(row["labels"] for row in rows)
    assert {each for row in rows for each in row["labels"].get("condition", ())} >= {
        "data_conflict", "fraud_hold", "payment_hold", "address_hold", "facts_unavailable", "order_cancelled", "delivered_not_received",
        "return_to_sender", "delivery_failed", "carrier_exception", "no_tracking_movement", "label_created_no_pickup", "supplier_backorder",
        "allocation_conflict", "warehouse_pick_delay", "partial_shipment", "late_in_transit", "available_for_pickup", "standard_in_transit",
        "delivered", "processing_within_sla",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("area", "least"),
    [("tickets", 0.96), ("condition", 0.97), ("disposition", 0.97), ("triggers", 0.99), ("gates", 0.97), ("reply", 0.99), ("safety", 1.0)],
)
def test_the_service_answers_it_well(sample: Evaluated, area: str, least: float) -> None:
    share = sample.figures["shares"][area]
    assert share["share"] >= least, share
    assert share["of"] > 50
    assert sample.figures["errors"] == 0
    assert set(AREAS) <= set(sample.figures["shares"])


def test_humans_are_compared_and_the_service_is_never_bolder(sample: Evaluated) -> None:
    assert sample.figures["agreement"]["same"] > 250
    assert sample.figures["agreement"]["more careful"] > 5
    assert sample.figures["agreement"].get("bolder", 0) == 0


def test_it_runs_in_shadow(sample: Evaluated) -> None:
    assert "Nothing was sent and nothing was done" in " ".join(sample.output.split())
    holds = [check for check in sample.figures["matrices"]["humans"] if check["got"] == "replaced"]
    assert holds, "an eligible replacement counts as what would be done"
