"""Consulting the language model in a run: within what the run and its case have left, and with a record of what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from graph.commit import Memory
from graph.language_model import Asked, ModelCall, ModelUse, Proposal, Question, Spent, total
from nodes.deps import Deps
from prompts.model_prompts import model_prompt


@dataclass(frozen=True)
class Consultation(Generic[Proposal]):
    """What the model proposed, if anything, and the record of having asked."""

    value: Proposal | None
    call: ModelCall

    def refused(self, because: str) -> ModelCall:
        """The record where the proposal did not stand."""
        return self.call.model_copy(update={"outcome": "refused", "because": because})


@dataclass(frozen=True)
class Consulting:
    """One run that may ask the model."""

    run_id: str
    memory: Memory
    calls: tuple[ModelCall, ...]
    """What it asked already."""
    deps: Deps

    def may_ask(self, use: ModelUse) -> bool:
        """Whether there is a model for this use."""
        return self.deps.model.serves(use)

    async def consult(self, use: ModelUse, content: str, answer: type[Proposal]) -> Consultation[Proposal]:
        """Ask once. The prompt of the use says how, the limits whether at all."""
        prompt = model_prompt(use)
        question = Question(use, prompt.version, prompt.instructions, content, answer, prompt.longest, self.run_id)
        in_run = total(self.calls)
        asked: Asked[Proposal] = await self.deps.model.ask(question, in_run, self._in_case().plus(in_run))
        outcome = "failed" if asked.value is None else "used"
        record = {"use": use, "version": prompt.version, "outcome": outcome, "because": asked.trouble.value, "spent": asked.spent}
        return Consultation(asked.value, ModelCall.model_validate(record))

    def _in_case(self) -> Spent:
        return self.memory.case.model_spent if self.memory.case else Spent()
