"""From the customer's message over the reviewer's button to the executed action and the customer's text."""

from __future__ import annotations

from typing import Any

from tests.slack.workplace import buttons, shown


async def test_a_button_and_a_modal_end_in_an_executed_action(at_work: Any) -> None:
    place = await at_work("pub-021")
    await place.customer_writes()
    assert place.root["channel"] == "C0SHIPPING"
    assert {"approve:replacement", "approve:wait", "deny", "request_changes", "manual_takeover"} <= set(buttons(place.root))
    view = await place.modal_for("approve:replacement", "U0SHIPLEAD")
    assert place.executed == []
    assert (await place.submit(view, "U0SHIPLEAD", rationale="The claim is eight days old.")).text == ""
    await place.work()
    assert len(place.executed) == 1
    assert place.reasons() == ["approved"]
    assert len(place.said) == 2
    assert buttons(place.root) == []
    assert "<@U0SHIPLEAD>" in shown(place.root) and "approve replacement" in shown(place.root) and "Executed: replacement" in shown(place.root)
    assert len(place.slack.roots()) == 1
