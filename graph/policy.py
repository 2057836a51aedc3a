"""The policy: every number that decides, validated into one frozen model. No rule has a number of its own."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field, PositiveInt, model_validator

from graph.labels import Action, Condition, Mode, Queue
from graph.policy_part import Part
from graph.rollout import Rollout


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error
    return name


def _known_condition_order(limits: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if list(limits) != sorted(set(limits)):
        raise ValueError("must rise from band to band")
    return limits


ZoneName = Annotated[str, AfterValidator(_known_zone)]
Money = Annotated[Decimal, Field(ge=0)]
Hours = Annotated[float, Field(gt=0)]


class Timezone(Part):
    """On whose clock business is counted."""

    business: ZoneName = "UTC"


class BusinessHours(Part):
    """When the team works: [opens, closes) on these weekdays, minus holidays."""

    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[Annotated[int, Field(ge=0, le=6)]] = frozenset(range(5))
    holiday_country: str = ""
    holiday_subdivision: str = ""
    holidays: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> BusinessHours:
        if self.opens >= self.closes or not self.weekdays:
            raise ValueError("business hours must open before they close, on at least one weekday")
        return self


class QuietHours(Part):
    """When nobody is written to, on the customer's clock: [starts, ends) over midnight."""

    starts: time = time(21)
    ends: time = time(8)


class Intake(Part):
    """Which case, which contact counts, and when a human takes the ticket."""

    reopen_days: PositiveInt = 14
    recent_order_days: PositiveInt = 14
    repeat_contact_days: PositiveInt = 14
    repeat_contact_count: PositiveInt = 2
    answers_per_ticket_contact: PositiveInt = 3
    identity_questions: PositiveInt = 3
    automated_messages_per_day: PositiveInt = 5
    intent_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    action_confidence: Annotated[float, Field(ge=0, le=1)] = 0.7


class Backends(Part):
    """How long a system may take, and for how long two systems may disagree."""

    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    retries: Annotated[int, Field(ge=0, le=5)] = 1
    conflict_grace_hours: Hours = 2
    action_attempts: Annotated[int, Field(ge=1, le=100)] = 8
    action_retry_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    breaker_failures: Annotated[int, Field(ge=1, le=100)] = 5
    breaker_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0


class Delivery(Part):
    """How replies and notes are carried to the shop's helpdesk, where it is connected."""

    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    retry_seconds: Annotated[int, Field(ge=1, le=3600)] = 5
    longest_pause_seconds: Annotated[int, Field(ge=1, le=86_400)] = 300
    at_once: Annotated[int, Field(ge=1, le=64)] = 8
    refusals: Annotated[int, Field(ge=1, le=1000)] = 20


class NoMovementException(Part):
    """Another threshold for one carrier and lane; an absent key fits everything."""

    carrier: str | None = None
    country: str | None = None
    service_level: Literal["express", "standard", "economy", "international"] | None = None
    hours: Hours


class NoMovementHours(Part):
    """How old the newest scan of a moving parcel may be, per service level."""

    express: Hours = 48
    standard: Hours = 96
    economy: Hours = 144
    international: Hours = 240


class Conditions(Part):
    """Thresholds of specification section 3."""

    default_ship_days: PositiveInt = 2
    replacement_ship_days: PositiveInt = 2
    label_hours: Hours = 48
    claim_result_days: PositiveInt = 5
    pickup_days: PositiveInt = 7
    no_movement_hours: NoMovementHours = NoMovementHours()
    no_movement_exceptions: tuple[NoMovementException, ...] = ()


class Triggers(Part):
    """Thresholds of specification section 4."""

    high_value: Money = Decimal(1000)
    disputed_value: Money = Decimal(250)
    claims: PositiveInt = 2
    every_dispute_escalates: bool = False


class ValueBands(Part):
    """Upper limits (exclusive) of the order-value bands shown to reviewers."""

    limits: Annotated[tuple[Decimal, ...], AfterValidator(_known_condition_order)] = (Decimal(100), Decimal(250), Decimal(1000))


class Reviewer(Part):
    """Who may decide in which queues, up to which amount."""

    slack_id: str
    queues: frozenset[Queue]
    limit: Money


class Escalation(Part):
    """Deadlines, channels and reviewers."""

    urgent_hours: Hours = 4
    days: PositiveInt = 1
    fallback_queue: Queue = Queue.CX
    channels: dict[Queue, str] = {}
    groups: dict[Queue, str] = {}
    reviewers: tuple[Reviewer, ...] = ()


class Limits(Part):
    """Amounts above which an action needs approval, in one currency."""

    cancel: Money
    refund: Money
    replacement: Money


class Gates(Part):
    """What actions need, per specification section 5."""

    limits: dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], Limits] = {}
    non_cancellable_classes: frozenset[Literal["standard", "oversize", "hazmat", "custom"]] = frozenset()
    claims: PositiveInt = 2

    def limit(self, action: Action, currency: str) -> Decimal | None:
        """The amount up to which an action needs nobody; None where the currency has no limits."""
        limits = self.limits.get(currency)
        return None if limits is None else getattr(limits, action.value)


class Promises(Part):
    """Business days until the next update, per condition."""

    no_tracking_movement: PositiveInt = 1
    label_created_no_pickup: PositiveInt = 1
    warehouse_pick_delay: PositiveInt = 1
    delivery_failed: PositiveInt = 1
    carrier_exception: PositiveInt = 1
    late_in_transit: PositiveInt = 1
    supplier_backorder: PositiveInt = 3
    allocation_conflict: PositiveInt = 3
    partial_shipment: PositiveInt = 2
    decision: PositiveInt = 1
    old_pickup: PositiveInt = 1
    facts_unavailable_hours: Hours = 1

    def days(self, condition: Condition) -> int:
        """The promise of a condition that has one of its own, in business days."""
        return int(getattr(self, condition.value))


class Events(Part):
    """When customers are written to without having asked (specification, section 7)."""

    min_gap_hours: Hours = 12
    burst_minutes: PositiveInt = 10
    slip_hours: Hours = 24
    checkpoints: PositiveInt = 2
    lead_minutes: Annotated[int, Field(ge=0, le=120)] = 5
    go_live: AwareDatetime | None = None
    cap_per_hour: PositiveInt = 500


class Sweep(Part):
    """What is looked at although nothing happened."""

    every_minutes: PositiveInt = 15
    look_again_hours: Hours = 24
    open_orders: bool = False
    page_size: Annotated[int, Field(ge=1, le=1000)] = 100


class Investigation(Part):
    """How far a language model may look around for a reviewer."""

    steps: Annotated[int, Field(ge=1, le=6)] = 3


class Costs(Part):
    """What people's time is spent on; counted in what-if and reports, never by a rule."""

    minutes_per_escalation: Annotated[float, Field(ge=0)] = 12
    minutes_per_contact: Annotated[float, Field(ge=0)] = 6


class Retention(Part):
    """How long what is no longer needed is kept."""

    checkpoint_days: Annotated[int, Field(ge=0, le=3650)] = 30


class ModeRules(Part):
    """How much of the traffic is live."""

    default: Mode = Mode.SHADOW
    percentage: Annotated[int, Field(ge=0, le=100)] = 100


class Policy(Part):
    """One version of the policy. Handed in wherever a rule decides; its version is stamped on the decision."""

    version: Annotated[str, Field(min_length=1, max_length=64)]
    timezone: Timezone = Timezone()
    business_hours: BusinessHours = BusinessHours()
    quiet_hours: QuietHours = QuietHours()
    intake: Intake = Intake()
    backends: Backends = Backends()
    delivery: Delivery = Delivery()
    conditions: Conditions = Conditions()
    triggers: Triggers = Triggers()
    value_bands: ValueBands = ValueBands()
    escalation: Escalation = Escalation()
    gates: Gates = Gates()
    promises: Promises = Promises()
    events: Events = Events()
    sweep: Sweep = Sweep()
    investigation: Investigation = Investigation()
    costs: Costs = Costs()
    retention: Retention = Retention()
    mode: ModeRules = ModeRules()
    rollout: Rollout = Rollout()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which business is counted."""
        return ZoneInfo(self.timezone.business)

    @cached_property
    def conflict_grace(self) -> timedelta:
        """For how long two systems may disagree before it counts as a conflict."""
        return timedelta(hours=self.backends.conflict_grace_hours)

    def no_movement(self, *, carrier: str, country: str, service_level: str) -> timedelta:
        """How old the newest scan of a moving parcel may be on this lane."""
        for rule in self.conditions.no_movement_exceptions:
            asked = {"carrier": carrier, "country": country, "service_level": service_level}
            if all(getattr(rule, key) in (None, value) for key, value in asked.items()):
                return timedelta(hours=rule.hours)
        return timedelta(hours=getattr(self.conditions.no_movement_hours, service_level))
