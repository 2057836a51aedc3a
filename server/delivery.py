"""Delivering effects: actions first, each looked up before it is repeated; messages only if no teammate was faster."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from checkpoints.crash_points import reached
from checkpoints.letters import KINDS
from checkpoints.outbox import Pending
from graph.arrivals import ReceiptArrived
from graph.commit import AskReviewer, Effect, PerformAction, ReviewPost, SendMessage, WriteNote
from graph.facts import Contact
from graph.labels import ActionStatus, Mode
from graph.ports import ActionRefused, BackendFailure, Receipt
from server.journal import about
from server.spans import span
from server.wiring import House

LONGEST_PAUSE = 3600
"""Seconds between two attempts at an action, at most."""


async def deliver(house: House, *, owner: str = "", among: Iterable[str] | None = None) -> None:
    """Deliver what waits, case by case, each by one deliverer at a time; while the pause switch is on everything waits."""
    if house.outbox.is_paused:
        return
    roots = tuple(among) if among is not None else None
    for subject in house.outbox.deliveries.subjects(among=roots, besides=left_out(house)):
        with house.outbox.deliveries.held(subject, owner) as is_ours:
            if is_ours:
                await _deliver(house, subject, roots)
    if house.postman is not None and not house.postman.has_own_round:
        await carry_post(house, owner)


async def _deliver(house: House, subject: str, among: tuple[str, ...] | None) -> None:
    for pending in house.outbox.pending(subject, among=among, besides=left_out(house)):
        if pending.is_resting(house.deps.clock.now()):
            continue
        with about(run=pending.run_id, effect=pending.effect.kind), span(f"deliver {pending.effect.kind}", run=pending.run_id):
            await _deliver_one(house, pending)
    for run_id in house.outbox.deliveries.unannounced(subject):
        _announce(house, run_id)


async def _deliver_one(house: House, pending: Pending) -> None:
    if isinstance(pending.effect, PerformAction):
        await _perform(house, pending, pending.effect)
    elif isinstance(pending.effect, SendMessage):
        await _send(house, pending, pending.effect)
    elif isinstance(pending.effect, AskReviewer):
        await house.review_desk.deliver(house.outbox, pending, pending.effect)
    else:
        house.outbox.delivered(pending)


def left_out(house: House) -> tuple[str, ...]:
    """What the postman carries, where there is one."""
    return KINDS if house.postman is not None else ()


async def carry_post(house: House, owner: str) -> None:
    """Replies, notes and assignments go to the shop's endpoint, where there is one."""
    if house.postman is not None:
        await house.postman.round(owner, lambda message: _human_was_faster(house, message))


async def _perform(house: House, pending: Pending, effect: PerformAction) -> None:
    reached("before_action")
    desk, key = house.deps.backends.actions, effect.order.key
    try:
        async with asyncio.timeout(house.deps.patience):
            known = await desk.receipt(key, effect.order.action)
            receipt = known or await desk.perform(effect.order, house.deps.clock.now())
    except ActionRefused as refused:
        _give_up(house, pending, effect, str(refused))
        return
    except (BackendFailure, TimeoutError) as failure:
        _fail(house, pending, effect, f"{type(failure).__name__}: {failure}")
        return
    reached("after_action")
    _record(house, pending, effect, receipt)


def _fail(house: House, pending: Pending, effect: PerformAction, why: str) -> None:
    """Tried again after a pause that doubles; after the last attempt a human has it."""
    rules, now = house.deps.policy.backends, house.deps.clock.now()
    if pending.attempts + 1 >= rules.action_attempts:
        _give_up(house, pending, effect, f"{pending.attempts + 1} attempts failed, the last with {why}")
        return
    pause = min(rules.action_retry_seconds * 2**pending.attempts, LONGEST_PAUSE)
    house.outbox.failed(pending, why, now + timedelta(seconds=pause))


def _give_up(house: House, pending: Pending, effect: PerformAction, why: str) -> None:
    """Nobody is told that it is done: the ticket gets a note, and the review's thread, where there is one, the reason."""
    record = house.outbox.action(effect.action_id)
    _, _, mode, _ = house.outbox.ordered_by(pending.run_id)
    what = effect.order.action.value.replace("_", " ")
    text = f"The {what} could not be done: {why}. The customer knows that it isn't confirmed; please take over."
    ticket_id, customer_id = house.outbox.ticket_of(pending.run_id)
    told: list[Effect] = [WriteNote(key=f"note:{effect.key}#{pending.seq}", ticket_id=ticket_id, customer_id=customer_id, text=text)]
    review = house.outbox.review_of(record.case_id)
    if review is not None:
        post = ReviewPost(escalation_id=review.escalation_id, channel=review.request.review_channel, is_update=True, posts=(text,))
        told.append(AskReviewer(key=f"review:{effect.key}#{pending.seq}", escalation_id=review.escalation_id, shadow=mode == Mode.SHADOW, post=post))
    house.outbox.gave_up(pending, record.model_copy(update={"status": ActionStatus.NOT_EXECUTED.value}), house.deps.clock.now(), why, told)


def _record(house: House, pending: Pending, effect: PerformAction, receipt: Receipt) -> None:
    record = house.outbox.action(effect.action_id)
    executed = record.model_copy(update={"status": ActionStatus.EXECUTED.value, "reference": receipt.reference})
    late = None
    if house.outbox.is_announced(pending.run_id):
        late = ReceiptArrived(
            arrival_id=f"receipt:{pending.run_id}:{effect.order.action.value}",
            at=house.deps.clock.now(),
            mode=Mode.LIVE,
            run_id=pending.run_id,
            performed=(effect.order.action,),
            late=True,
        )
    house.outbox.performed(pending, executed, receipt.model_dump_json(), receipt.executed_at.isoformat(), late)
    reached("after_record")


def _announce(house: House, run_id: str) -> None:
    """The receipt of a run's actions arrives once; what failed at first is told as under way."""
    root, lane, mode, ordered = house.outbox.ordered_by(run_id)
    done = tuple(row.wanted.action for row in house.outbox.actions_of(run_id) if row.status == ActionStatus.EXECUTED)
    receipt = ReceiptArrived(
        arrival_id=f"receipt:{run_id}",
        at=house.deps.clock.now(),
        mode=Mode(mode),
        run_id=run_id,
        performed=tuple(action for action in done if action in ordered),
        delayed=tuple(action for action in ordered if action not in done),
    )
    house.outbox.announce(receipt, root, lane)


async def _send(house: House, pending: Pending, message: SendMessage) -> None:
    """Look at the ticket again: a newer public human answer wins. In the embedded helpdesk a message becomes a contact."""
    reached("before_delivery")
    if message.visible and await _human_was_faster(house, message):
        house.outbox.dropped(pending, "human_replied")
        return
    if not house.outbox.is_pending(pending):
        return
    if message.customer_id is not None and message.visible:
        house.world.add_contact(
            Contact(
                contact_id=message.key,
                ticket_id=message.ticket_id,
                customer_id=message.customer_id,
                order_id=message.order_id,
                at=message.at,
                direction="outbound",
                author="automation",
                text=message.text,
            )
        )
    house.outbox.delivered(pending)
    reached("after_delivery")


async def _human_was_faster(house: House, message: SendMessage) -> bool:
    """What the doors were told counts too: a helpdesk's history may lag behind, or not answer."""
    support, told = house.deps.backends.support, house.world.contacts_of_ticket(message.ticket_id)
    if support is None or message.customer_id is None:
        return False
    try:
        async with asyncio.timeout(house.deps.patience):
            contacts = await support.contacts(message.customer_id)
    except (BackendFailure, TimeoutError):
        contacts = ()
    return any(
        contact.author == "human" and contact.public and contact.ticket_id == message.ticket_id and contact.at > message.at
        for contact in (*told, *contacts)
    )
