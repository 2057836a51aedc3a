"""A system is silent: on an order that needs it, and on one that does not (section 2)."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import Scene, later
from tests.doors.states import backorder, cancelled, delivered, moving, partial, processing, unallocated

NEEDED = [
    (moving, "carrier"),
    (delivered, "carrier"),
    (partial, "carrier"),
    (processing, "wms"),
    (partial, "wms"),
    (backorder, "inventory"),
    (backorder, "supplier"),
]
NOT_NEEDED = [
    (moving, "wms", "standard_in_transit"),
    (moving, "inventory", "standard_in_transit"),
    (moving, "supplier", "standard_in_transit"),
    (moving, "support", "standard_in_transit"),
    (delivered, "wms", "delivered"),
    (delivered, "supplier", "delivered"),
    (processing, "carrier", "processing_within_sla"),
    (processing, "supplier", "processing_within_sla"),
    (processing, "support", "processing_within_sla"),
    (backorder, "carrier", "supplier_backorder"),
    (backorder, "support", "supplier_backorder"),
    (unallocated, "supplier", "allocation_conflict"),
    (cancelled, "carrier", "order_cancelled"),
    (cancelled, "wms", "order_cancelled"),
    (cancelled, "inventory", "order_cancelled"),
]


@pytest.mark.parametrize(("make", "system"), NEEDED)
def test_needed_facts_missing(opens: Opens, make: type[Scene], system: str) -> None:
    step = opens(make().fault(system)).hears("any news on 1042?")

    assert (step.disposition, step.reason, step.condition) == ("monitor", "facts_unavailable", "facts_unavailable")
    assert (step.handler, step.triggers, step.escalation) == ("standard_status", [], None)
    assert step.due == later(1)
    assert "1:00 PM" in step.text
    assert "1042" in step.text
    assert not any(fact["source"] == system for fact in step.facts.values())
    assert step.case.resolution == "blocked"


@pytest.mark.parametrize(("make", "system", "condition"), NOT_NEEDED)
def test_facts_that_are_not_needed_change_nothing(opens: Opens, make: type[Scene], system: str, condition: str) -> None:
    broken = opens(make().fault(system)).hears("any news on 1042?")
    whole = opens(make()).hears("any news on 1042?")

    assert broken.condition == whole.condition == condition
    assert (broken.disposition, broken.text, broken.follow_up) == (whole.disposition, whole.text, whole.follow_up)


@pytest.mark.parametrize("kind", ["timeout", "error", "malformed"])
def test_every_kind_of_fault_makes_facts_unknown(opens: Opens, kind: str) -> None:
    step = opens(moving().fault("carrier", kind)).hears("where is 1042?")

    assert (step.condition, step.reason, step.error) == ("facts_unavailable", "facts_unavailable", None)


def test_without_the_oms_an_address_identifies_nobody(opens: Opens) -> None:
    step = opens(moving().fault("oms")).hears("where is 1042?")

    assert (step.disposition, step.reason, step.customer_id) == ("ask", "identity_unverified", None)
    assert "1042" not in step.text


def test_without_the_oms_a_login_is_still_known(opens: Opens) -> None:
    step = opens(moving().fault("oms")).hears("where is 1042?", sender=None, login="C-1")

    assert (step.customer_id, step.condition, step.disposition, step.reason) == ("C-1", "facts_unavailable", "monitor", "facts_unavailable")
    assert step.due == later(1)
    assert not any(fact["source"] == "oms" for fact in step.facts.values())


def test_without_the_oms_the_second_attempt_of_a_login_escalates(opens: Opens) -> None:
    shop = opens(moving().fault("oms"))
    first = shop.hears("where is 1042?", sender=None, login="C-1")
    second = shop.hears("any news on 1042?", sender=None, login="C-1", at=later(1.5))

    assert first.case_id == second.case_id
    assert (second.disposition, second.triggers) == ("escalate", ["facts_unavailable"])


@pytest.mark.parametrize(("make", "system"), NEEDED[:4])
def test_the_second_failed_attempt_escalates_to_cx(opens: Opens, make: type[Scene], system: str) -> None:
    shop = opens(make().fault(system))
    shop.hears("any news on 1042?")

    step = shop.hears("any news on 1042?", at=later(1.5))

    assert (step.disposition, step.condition, step.triggers) == ("escalate", "facts_unavailable", ["facts_unavailable"])
    assert step.escalation["queue"] == "cx"
    assert step.case.resolution == "escalated"
    assert any(system in fact and "unknown" in fact for fact in step.review.request.facts)


def test_when_the_facts_are_back_the_answer_is_given_and_the_next_failure_is_a_first_one(opens: Opens) -> None:
    shop = opens(moving().fault("carrier"))
    shop.hears("any news on 1042?")
    shop.patch(faults={"carrier": None})
    back = shop.hears("any news on 1042?", at=later(0.5))
    shop.patch(faults={"carrier": "error"})
    again = shop.hears("any news on 1042?", at=later(1.5))

    assert (back.condition, back.disposition, back.due) == ("standard_in_transit", "answer", None)
    assert (again.disposition, again.triggers) == ("monitor", [])


def test_the_rest_of_the_answer_still_goes_out(opens: Opens) -> None:
    text = opens(partial().fault("wms")).hears("any news on 1042?").text

    assert "1042" in text
    assert "still with us" not in text


def test_a_threat_with_missing_facts_escalates_with_both(opens: Opens) -> None:
    step = opens(moving().fault("carrier")).hears("where is 1042? You will hear from my lawyer.")

    assert (step.disposition, step.condition, step.triggers) == ("escalate", "facts_unavailable", ["legal_threat"])
    assert step.due is not None
    assert step.due <= later(1)


def test_a_hold_is_said_whatever_else_is_missing(opens: Opens) -> None:
    scene = processing().hold("fraud").fault("wms")

    assert opens(scene).hears("where is 1042?").condition == "fraud_hold"
