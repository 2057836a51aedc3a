"""What one question may still cost, after what its run and its case have spent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from graph.language_model import Spent
from tools.language_model.settings import ModelSettings

_BYTES_PER_TOKEN = 3
"""Fewer than in any language that we word: an estimate is rather too high than too low."""
_PER_MESSAGE = 8
_PRICED = Decimal(1_000_000)
_SHORTEST_ANSWER = 24
"""With fewer tokens than this no answer can be complete."""


def estimated_tokens(*texts: str) -> int:
    """How many tokens some messages are at most."""
    return sum(math.ceil(len(text.encode()) / _BYTES_PER_TOKEN) + _PER_MESSAGE for text in texts)


def price_of(prompt_tokens: int, answer_tokens: int, settings: ModelSettings) -> Decimal:
    """What tokens cost."""
    return (prompt_tokens * settings.input_price + answer_tokens * settings.output_price) / _PRICED


@dataclass(frozen=True)
class Budget:
    """What is left for one question: the least of the limits per question and per case, and the time of the run."""

    seconds: float
    tokens: int
    cost: Decimal
    settings: ModelSettings

    @classmethod
    def left(cls, settings: ModelSettings, in_run: Spent, in_case: Spent) -> Budget:
        """What is left after what was spent."""
        return cls(
            seconds=min(settings.seconds - in_run.seconds, settings.case_seconds - in_case.seconds),
            tokens=min(settings.tokens, settings.case_tokens - in_case.tokens),
            cost=min(settings.cost, settings.case_cost - in_case.cost),
            settings=settings,
        )

    def answer_tokens(self, prompt_tokens: int, longest: int, spent: Spent) -> int:
        """How long an answer may be; 0 where none that is worth asking for would stay within the limits."""
        allowed = min(longest + self.settings.thinking_tokens, self.tokens - spent.tokens - prompt_tokens)
        if self.settings.output_price:
            rest = self.cost - spent.cost - price_of(prompt_tokens, 0, self.settings)
            allowed = min(allowed, int(rest * _PRICED / self.settings.output_price))
        elif price_of(prompt_tokens, 0, self.settings) > self.cost - spent.cost:
            return 0
        return allowed if allowed >= _SHORTEST_ANSWER and self.seconds > 0 else 0
