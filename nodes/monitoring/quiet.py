"""What is written when nothing is told: the run with its reason, the event, a held-back message, and nothing else."""

from __future__ import annotations

from datetime import datetime

from graph.arrivals import Arrival, EventArrived, HumanReplied, LookArrived, MessageArrived
from graph.case import CaseRecord, FollowUp, FollowUpStatus
from graph.commit import Commit, LedgerEntry, Memory, Outcome, RunRecord
from graph.labels import Condition, Disposition, Reason
from graph.rules.news import VisibleStatus
from graph.state import GRAPH_VERSION
from nodes.deps import Deps
from nodes.monitoring.monitor import Examined


def quiet_commit(arrival: EventArrived | LookArrived, root: str, examined: Examined, deps: Deps) -> Commit:
    """A suppressed event, or a look that found nothing."""
    memory, assessment = examined.memory, examined.assessment
    told_nothing = isinstance(arrival, LookArrived) and arrival.why in {"threshold", "sweep"} and examined.reason is Reason.NO_CHANGE
    run = blank_run(arrival, root, deps).model_copy(
        update={
            "case_id": memory.case.wismo_case_id if memory.case else None,
            "customer_id": examined.order.customer_id if examined.order else None,
            "order_id": examined.order.order_id if examined.order else getattr(arrival, "order_id", None),
            "condition": assessment.condition if assessment else None,
            "conditions_all": assessment.conditions_all if assessment else (),
            "disposition": Disposition.NONE if told_nothing else Disposition.SUPPRESS,
            "reason": Reason.NOTHING if told_nothing else examined.reason,
        }
    )
    due = f", again at {examined.deferred.due_at.isoformat()}" if examined.deferred else ""
    what = arrival.type if isinstance(arrival, EventArrived) else f"look ({arrival.why})"
    entry = LedgerEntry(who="service", what=f"suppressed: {what}", why=f"{examined.reason.value}{due}")
    if told_nothing:
        entry = LedgerEntry(who="service", what=f"{what}: nothing new")
    follow_ups: tuple[FollowUp, ...] = ()
    standing = memory.follow_up
    if isinstance(arrival, LookArrived) and arrival.why == "threshold" and standing is not None:
        follow_ups = (standing.model_copy(update={"look_at": examined.look_at}),)
    closed = _closed_silently(examined, run.at)
    if closed is not None and standing is not None:
        follow_ups = (standing.model_copy(update={"status": FollowUpStatus.KEPT}),)
    return Commit(
        run=run,
        outcome=Outcome(run=run, assessment=assessment),
        case=closed,
        event=examined.event,
        deferred=examined.deferred,
        follow_ups=follow_ups,
        derived=copies(arrival, examined.others),
        ledger=(entry,),
    )


def _closed_silently(examined: Examined, now: datetime) -> CaseRecord | None:
    """A case that only waited for its review to end, or whose customer wants no updates: nothing is left to tell of a delivered or cancelled order.

    What was promised is told first, and closes it then.
    """
    case, review, standing, assessment = examined.memory.case, examined.memory.escalation, examined.memory.follow_up, examined.assessment
    if case is None or not case.is_open or assessment is None or assessment.condition not in {Condition.DELIVERED, Condition.ORDER_CANCELLED}:
        return None
    is_promised, is_reviewed = standing is not None and standing.due_at is not None, review is not None and review.is_open
    was_told = examined.reason is Reason.NO_CHANGE and _told_condition(case) is assessment.condition
    if is_promised or is_reviewed or not (was_told or examined.reason is Reason.OPT_OUT):
        return None
    return case.model_copy(update={"closed_at": now, "condition_type": assessment.condition})


def _told_condition(case: CaseRecord) -> Condition | None:
    return VisibleStatus.model_validate_json(case.last_status_sent).condition if case.last_status_sent else None


def copies(arrival: Arrival, others: tuple[str, ...]) -> tuple[Arrival, ...]:
    """One copy of an event for every further order that it concerns."""
    if not isinstance(arrival, EventArrived) or arrival.about_order_id is not None:
        return ()
    return tuple(arrival.model_copy(update={"arrival_id": f"{arrival.arrival_id}#{order_id}", "about_order_id": order_id}) for order_id in others)


def untaken_commit(arrival: MessageArrived | EventArrived, root: str, deps: Deps) -> Commit:
    """An arrival that no entry point takes is kept, and starts nothing: humans have it, as before."""
    sender, channel = None, "webhook"
    if isinstance(arrival, MessageArrived):
        sender, channel = arrival.authenticated_customer_id, arrival.channel.value
    run = blank_run(arrival, root, deps).model_copy(
        update={
            "customer_id": sender,
            "channel": channel,
            "disposition": Disposition.NONE,
            "because": ("entry point: none takes it",),
            "path": ("entrance",),
        }
    )
    return Commit(run=run, outcome=Outcome(run=run), ledger=(LedgerEntry(who="service", what="not taken", why="no entry point"),))


def human_commit(arrival: HumanReplied, root: str, memory: Memory, deps: Deps) -> Commit:
    """A teammate's public answer counts as the last update, and keeps the open promise; automation goes on."""
    case, standing = memory.case, memory.follow_up
    run = blank_run(arrival, root, deps).model_copy(
        update={
            "case_id": case.wismo_case_id if case else None,
            "customer_id": case.customer_id if case else None,
            "order_id": case.order_id if case else None,
            "disposition": Disposition.NONE,
        }
    )
    follow_ups = _kept(standing, arrival, deps) if standing is not None and standing.due_at is not None else ()
    changed = case.model_copy(update={"last_customer_update_at": arrival.at, "next_follow_up_due_at": None}) if case else None
    return Commit(
        run=run,
        outcome=Outcome(run=run),
        case=changed,
        follow_ups=follow_ups,
        ledger=(LedgerEntry(who="human", what="answered publicly", why="promise kept" if follow_ups else ""),),
    )


def _kept(standing: FollowUp, arrival: HumanReplied, deps: Deps) -> tuple[FollowUp, ...]:
    """The promise that a teammate kept, and the watch that goes on in its place: the order is looked at when it would have been."""
    looks = [moment for moment in (standing.due_at, standing.look_at) if moment is not None]
    watch = {
        "follow_up_id": deps.ids.new("follow_up", arrival.arrival_id, standing.case_id),
        "made_at": deps.clock.now(),
        "due_at": None,
        "send_at": None,
        "look_at": min(looks),
        "checkpoints": 0,
    }
    return standing.model_copy(update={"status": FollowUpStatus.KEPT}), standing.model_copy(update=watch)


def blank_run(arrival: Arrival, root: str, deps: Deps) -> RunRecord:
    """The row of a run in which nothing happens."""
    return RunRecord(
        run_id=deps.ids.new("run", arrival.arrival_id),
        arrival_id=arrival.arrival_id,
        root_arrival_id=root,
        case_id=None,
        customer_id=None,
        order_id=None,
        at=deps.clock.now(),
        kind=arrival.kind,
        mode=arrival.mode,
        deployment=arrival.deployment or "",
        channel="webhook" if arrival.kind == "event" else "scheduler",
        disposition=Disposition.SUPPRESS,
        path=("monitor",),
        policy_version=deps.policy.version,
        graph_version=GRAPH_VERSION,
    )
