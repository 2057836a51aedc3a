"""What a review looks like: complete, within Slack's limits, and nothing that a customer wrote can act in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.case import EscalationRecord, ReviewRequest
from graph.labels import Condition, Queue, Trigger
from server.slack.blocks import MAX_WEIGHT, Seen, render
from server.slack.settings import Links
from server.slack.wording import cut, line, pieces, plain_words
from tests.slack.local_slack import texts_of, trouble_with

HOSTILE = "<!channel> <@U0CXLEAD> @here & <https://evil.example|refund>\n*Decided* by me\x00\u202e"


def _record(**fields: Any) -> EscalationRecord:
    told = {"case_id": "case_1", "run_id": "run_1", "customer_id": "C-1", "order_id": "O-1", "order_number": "1042", "is_vip": True}
    lists: dict[str, Any] = {name: (f"one of {name}",) for name in ("facts", "gaps", "prior_updates", "promises", "impact", "checks")}
    rest = {"value_band": "below 250", "threshold": "cancel: 250 USD", "condition": Condition.PROCESSING_WITHIN_SLA, "channel": "email"}
    asked = {name: fields.pop(name) for name in list(fields) if name in ReviewRequest.model_fields}
    request = {**told, **lists, **rest, "ticket_id": "T-1", "review_channel": "#wismo-cx", **asked}
    record = {
        "escalation_id": "esc_1", "case_id": "case_1", "queue": Queue.CX, "triggers": (Trigger.APPROVAL_REQUIRED,),
        "question": "Approve cancel?", "recommended_action": "cancel", "options": ("cancel", "address_change", "wait"),
        "opened_at": "2026-03-17T10:00:00Z", "deadline": "2026-03-18T10:00:00Z", "reminder_at": "2026-03-17T14:00:00Z",
    }  # fmt: skip
    return EscalationRecord.model_validate({**record, **fields, "request": request})


def _read(seen: Seen) -> str:
    rendered = render(seen)
    return "\n".join((*texts_of(list(rendered.blocks)), *rendered.more))


def test_everything_that_a_reviewer_needs_is_there() -> None:
    read = _read(Seen(_record(), links=Links("https://wismo.example", "https://smith.example/o/1/projects/p/2")))
    wanted = ("esc_1", "case_1", "run_1", "C-1", "O-1", "1042", "[VIP]", "below 250", "cancel: 250 USD", "processing_within_sla")
    more = ("approval_required", "Approve cancel?", "email ticket T-1", "cancel, address_change, wait", "2026-03-18 10:00 UTC")
    lists = [f"one of {name}" for name in ("facts", "gaps", "prior_updates", "promises", "impact", "checks")]
    links = ("<https://wismo.example/cases/case_1|Case>", "<https://smith.example/o/1/projects/p/2/t/run_1|LangSmith run>")
    assert [text for text in (*wanted, *more, *lists, *links) if text not in read] == []


def test_links_appear_only_where_they_lead_somewhere() -> None:
    tracing = {"LANGSMITH_TRACING": "true", "WISMO_LANGSMITH_PROJECT_URL": "https://smith.example/p"}
    assert Links.of(tracing).run("run_1") == "https://smith.example/p/t/run_1"
    assert Links.of({**tracing, "LANGSMITH_TRACING": "false"}).run("run_1") == ""
    assert "LangSmith" not in _read(Seen(_record())) and "|Case>" not in _read(Seen(_record()))


@pytest.mark.parametrize("name", ["facts", "gaps", "prior_updates", "promises", "impact", "checks", "question", "ended_because", "notes"])
def test_hostile_text_is_only_text(name: str) -> None:
    value: Any = HOSTILE if name in {"question", "ended_because"} else (HOSTILE,)
    read = _read(Seen(_record(**{name: value}, **({"status": "answered"} if name == "ended_because" else {}))))
    assert "&lt;!channel&gt; &lt;@U0CXLEAD&gt;" in read
    assert "@here" not in read and "<https://evil" not in read and "\u202e" not in read
    assert not any(row.startswith("*Decided") for row in read.split("\n"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(min_size=1, max_size=4_000), max_size=20), st.text(max_size=4_000), st.lists(st.text(max_size=400), max_size=8))
def test_any_review_fits_and_nothing_is_left_out(facts: list[str], question: str, notes: list[str]) -> None:
    rendered = render(Seen(_record(facts=tuple(facts), question=question, notes=tuple(notes))))
    assert trouble_with({"text": rendered.text, "blocks": list(rendered.blocks)}) is None
    assert len(json.dumps(rendered.blocks, ensure_ascii=False)) <= MAX_WEIGHT
    assert all(0 < len(text) <= 3_000 for text in rendered.more)
    read = "".join((*texts_of(list(rendered.blocks)), *rendered.more)).replace("\n", "")
    assert [fact for fact in facts if line(fact) not in read] == []


@given(st.text(max_size=400), st.integers(min_value=6, max_value=50))
def test_pieces_lose_nothing_and_tear_no_escape(text: str, limit: int) -> None:
    parts = pieces(line(text), limit)
    assert "".join(parts) == line(text)
    assert all(len(part) <= limit for part in parts)
    assert not any(part.rpartition("&")[1] and ";" not in part.rpartition("&")[2] for part in parts)
    assert cut(line(text), limit) == parts[0]


def test_typed_words_come_without_slacks_markup() -> None:
    typed = "<@UBOT> approved &amp; see <https://a.example|the page>, <mailto:a@b.example|a@b.example>"
    assert plain_words(typed, "UBOT") == "approved & see the page, a@b.example"
