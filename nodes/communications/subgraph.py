"""The customer_communications subgraph: the one place where customer texts are written: plan, word, prove."""

from __future__ import annotations

import operator
from datetime import datetime
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.arrivals import Arrival
from graph.case import EscalationRecord
from graph.commit import Memory
from graph.context import OrderContext
from graph.customer_view import plain
from graph.decisions import ReviewerDecision
from graph.gates.verdict import Verdict
from graph.labels import Language, Source
from graph.language_model import ModelCall, ModelUse
from graph.rules.findings import Assessment, Fired
from graph.rules.news import News
from graph.statements import Draft, Fact, FactKind, Part, Statement
from graph.working import Advice, Sender, Settlement, Understanding
from nodes.communications.guard import prove
from nodes.communications.planning import plan_statements, view_of
from nodes.communications.refusal import Refusal
from nodes.communications.wording import rewordable, reworded
from nodes.consulting import Consulting
from nodes.deps import Deps
from nodes.reading.language import detect


class CommunicationsInput(TypedDict, total=False):
    """What a text is made from."""

    run_id: str
    case_id: str | None
    model_calls: tuple[ModelCall, ...]
    decision: ReviewerDecision | None
    news: News | None
    arrival: Arrival
    sender: Sender
    understanding: Understanding
    memory: Memory
    settlement: Settlement | None
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    advice: Advice | None
    verdicts: tuple[Verdict, ...]
    escalation: EscalationRecord | None
    due_at: datetime | None
    promise_is_new: bool


class CommunicationsState(CommunicationsInput, total=False):
    """The text in the making."""

    statements: tuple[Statement, ...]
    draft: Draft | None
    refusals: tuple[str, ...]
    path: Annotated[list[str], operator.add]


class CommunicationsOutput(TypedDict, total=False):
    """What is handed back: a proven text, or none."""

    statements: tuple[Statement, ...]
    draft: Draft | None
    refusals: tuple[str, ...]
    model_calls: tuple[ModelCall, ...]
    path: Annotated[list[str], operator.add]


async def word(state: CommunicationsState, runtime: Runtime[Deps]) -> CommunicationsState:
    """Choose what to say, and render it in the customer's language."""
    statements = plan_statements(state, runtime.context)  # type: ignore[arg-type]
    draft = _draft(statements, state, runtime.context) if statements else None
    draft = _in_the_reviewers_words(draft, state, runtime.context) or draft
    return {"path": ["customer_communications.word"], "statements": statements, "draft": draft}


async def guard(state: CommunicationsState, runtime: Runtime[Deps]) -> CommunicationsState:
    """Prove the text against its facts; statements that cannot be proven are left out, and counted."""
    draft, path = state["draft"], ["customer_communications.guard"]
    if draft is None:
        return {"path": path, "refusals": ()}
    forbidden = forbidden_texts(state.get("context"))
    refusals = _refusals(draft, forbidden, runtime.context)
    if not refusals:
        return {"path": path, "refusals": ()}
    provable = tuple(row for row in draft.statements if not _refusals(_draft((row,), state, runtime.context), forbidden, runtime.context))
    smaller = _draft(provable, state, runtime.context) if provable else None
    if smaller is not None and _refusals(smaller, forbidden, runtime.context):
        smaller = None
    return {"path": path, "refusals": tuple(f"{row.kind}: {row.because}" for row in refusals), "draft": smaller, "statements": provable}


async def reword(state: CommunicationsState, runtime: Runtime[Deps]) -> CommunicationsState:
    """Let a model word the proven text anew, where there is one; a reviewer's own words stay."""
    draft, deps = state["draft"], runtime.context
    consulting = Consulting(state["run_id"], state["memory"], state.get("model_calls", ()), deps)
    if draft is None or not consulting.may_ask(ModelUse.WORDING) or not _is_ours(draft, state, deps):
        return {}
    if not rewordable(draft.language, draft.statements, deps.textbook):
        return {}
    forbidden = forbidden_texts(state.get("context"))
    worded, call = await reworded(
        draft,
        deps.textbook,
        consulting,
        renders=lambda words: _draft(state["statements"], state, deps, words),
        proves=lambda candidate: _refusals(candidate, forbidden, deps),
    )
    return {"path": ["customer_communications.reword"], "draft": worded, "model_calls": (*consulting.calls, call)}


def _is_ours(draft: Draft, state: CommunicationsState, deps: Deps) -> bool:
    """Whether the text is the deterministic one."""
    return draft.text == _draft(state["statements"], state, deps).text


def _refusals(draft: Draft, forbidden: tuple[str, ...], deps: Deps) -> tuple[Refusal, ...]:
    return prove(draft, draft.text, deps.textbook, forbidden=forbidden).refusals


def _draft(statements: tuple[Statement, ...], state: CommunicationsState, deps: Deps, reworded: dict[int, str] | None = None) -> Draft:
    language = language_of(state)
    name = _name(state, deps)
    text = deps.textbook.render(language, statements, name=name, signature=True, reworded=reworded)
    bound = statements if name is None else (*statements, Statement(key="frame.greeting", part=Part.OPENING, facts={"name": name}))
    due = state.get("due_at") if any(statement.promises for statement in statements) else None
    kind = "reply" if state.get("news") is None else "proactive"
    return Draft(language=language, kind=kind, text=text, statements=bound, due_at=due)


def _in_the_reviewers_words(draft: Draft | None, state: CommunicationsState, deps: Deps) -> Draft | None:
    """The text that a reviewer wrote for the customer, if the guard proves it; a rejected one never blocks the decision."""
    decision = state.get("decision")
    if draft is None or decision is None or not decision.customer_safe_message:
        return None
    if detect(decision.customer_safe_message)[0] not in {None, draft.language}:
        return None
    closing = tuple(row for row in draft.statements if row.promises)
    greeting, _, rest = deps.textbook.render(draft.language, closing, name=_name(state, deps), signature=True).partition("\n\n")
    words = draft.model_copy(update={"text": f"{greeting}\n\n{decision.customer_safe_message.strip()}\n\n{rest}"})
    return None if _refusals(words, forbidden_texts(state.get("context")), deps) else words


def language_of(state: CommunicationsState) -> Language:
    """The language of the message, else the customer's locale, else English."""
    if state["understanding"].language is not None:
        return state["understanding"].language
    context, sender = state.get("context"), state.get("sender")
    customer = (context.customer if context else None) or (sender.customer if sender else None)
    locale = customer.locale[:2].lower() if customer else ""
    return Language(locale) if locale in set(Language) else Language.EN


def _name(state: CommunicationsState, deps: Deps) -> Fact | None:
    """The own name, only for an identified customer."""
    view = view_of(state, deps)  # type: ignore[arg-type]
    if view is not None:
        return view.name()
    sender = state.get("sender")
    if sender is None or sender.customer is None or state.get("context") is not None:
        return None
    name = plain(sender.customer.name, 60)
    return Fact(field="customer.name", kind=FactKind.NAME, value=name, source=Source.OMS, as_of=deps.clock.now()) if name else None


def forbidden_texts(context: OrderContext | None) -> tuple[str, ...]:
    """Internal notes, supplier names and private messages of this order: no customer text may contain them."""
    if context is None:
        return ()
    order = context.order
    texts = [*order.internal.values(), *(hold.internal_note for hold in order.holds)] if order else []
    texts += [task.internal_note for task in context.fulfillments]
    texts += [allocation.internal_note for allocation in context.allocations]
    texts += [row.supplier for row in context.supply]
    texts += [contact.text for contact in context.contacts if not contact.public]
    return tuple(text for text in texts if text and len(text) > 3)


def draw_communications() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(CommunicationsState, context_schema=Deps, input_schema=CommunicationsInput, output_schema=CommunicationsOutput)
    builder.add_node("word", word)
    builder.add_node("guard", guard)
    builder.add_edge(START, "word")
    builder.add_node("reword", reword)
    builder.add_edge("word", "guard")
    builder.add_edge("guard", "reword")
    builder.add_edge("reword", END)
    return builder.compile()
