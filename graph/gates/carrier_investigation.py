"""May the carrier be asked to search?"""

from __future__ import annotations

from graph.gates.verdict import Bench, Verdict, Wanted, conclude, holds
from graph.labels import Condition

_APPLICABLE = (
    Condition.CARRIER_EXCEPTION,
    Condition.NO_TRACKING_MOVEMENT,
    Condition.LABEL_CREATED_NO_PICKUP,
    Condition.DELIVERED_NOT_RECEIVED,
)


def gate_carrier_investigation(bench: Bench, wanted: Wanted) -> Verdict:
    """The carrier has the parcel and a problem with it, and no claim is open on it; never needs approval."""
    parcels = [parcel for parcel in bench.context.shipments if parcel.shipment_id in wanted.shipment_ids]
    fresh = [parcel for parcel in parcels if parcel.claim_opened_at is None]
    checks = (
        holds("applicable", bench.has(*_APPLICABLE), f"condition is {bench.assessment.condition.value}"),
        holds("duplicate_claim", bool(fresh) or not parcels, "a claim is open already" if not fresh else "no claim is open"),
    )
    investigate = wanted.model_copy(update={"shipment_ids": tuple(parcel.shipment_id for parcel in fresh)})
    return conclude(bench, investigate if fresh else wanted, checks)
