"""Asks a language model by the OpenAI protocol. Whatever goes wrong is an answer without a value, within the time that was left."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import httpx2
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import ContentFilterFinishReasonError, LengthFinishReasonError
from pydantic import SecretStr

from graph.language_model import Asked, ModelUse, Proposal, Question, Spent, Trouble
from tools.language_model.breaker import Breaker
from tools.language_model.forms import Formed, read, schema_of
from tools.language_model.limits import Budget, estimated_tokens, price_of
from tools.language_model.settings import ModelSettings

TURNS = 2
"""The question, and one more turn where the answer has another form than was asked for."""
_REMEMBERED = 64
_REPAIR = "That answer cannot be used: {why}. Answer again, in exactly the form that was asked for and with nothing else."
_log = logging.getLogger("wismo.model")


@dataclass(frozen=True)
class _Turn:
    """What one call came to."""

    message: AIMessage | None
    spent: Spent
    trouble: Trouble = Trouble.NOTHING


class ChatModel:
    """One model at one server. Keeps no connection: a call opens its own and closes it, whatever event loop it runs on."""

    def __init__(self, settings: ModelSettings, breaker: Breaker | None = None) -> None:
        self._settings = settings
        self._breaker = breaker or Breaker(settings.failures, settings.rest_seconds)
        self._answers: OrderedDict[tuple[str, str, str], Asked[Any]] = OrderedDict()

    def serves(self, use: ModelUse) -> bool:
        """Whether the settings name the use."""
        return self._settings.is_on and use in self._settings.uses

    async def ask(self, question: Question[Proposal], in_run: Spent, in_case: Spent) -> Asked[Proposal]:
        """A typed answer, or why there is none. A run that is repeated gets the answer that it got before."""
        key = (question.asked_by, question.use.value, question.content)
        if key in self._answers:
            return self._answers[key]
        budget = Budget.left(self._settings, in_run, in_case)
        if budget.seconds <= 0:
            return Asked(None, trouble=Trouble.LIMIT)
        if not self._breaker.admits():
            return Asked(None, trouble=Trouble.RESTING)
        asked = await self._within(budget, question)
        if asked.trouble is Trouble.NOTHING:
            self._breaker.succeeded()
            self._answers[key] = asked
            while len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        elif asked.trouble is not Trouble.LIMIT:
            self._breaker.failed()
            _log.warning("%s: %s %s", question.use.value, asked.trouble.value, asked.detail)
        return asked

    async def _within(self, budget: Budget, question: Question[Proposal]) -> Asked[Proposal]:
        """The one place where a failure of any kind becomes a value: a model is never worth a run."""
        loop = asyncio.get_running_loop()
        began, so_far = loop.time(), _Running()
        try:
            async with asyncio.timeout(budget.seconds):
                asked = await self._turns(budget, question, so_far)
        except TimeoutError:
            asked = Asked(None, trouble=Trouble.TIMEOUT)
        except Exception as error:
            asked = Asked(None, trouble=Trouble.FAILED, detail=type(error).__name__)
        return replace(asked, spent=so_far.spent.model_copy(update={"seconds": round(loop.time() - began, 3)}))

    async def _turns(self, budget: Budget, question: Question[Proposal], so_far: _Running) -> Asked[Proposal]:
        schema = schema_of(question.answer)
        messages: list[BaseMessage] = [SystemMessage(self._instructions(question, schema)), HumanMessage(question.content)]
        formed: Formed[Proposal] = Formed(None, Trouble.LIMIT)
        async with httpx2.AsyncClient(verify=self._certificates, limits=httpx2.Limits(max_keepalive_connections=0)) as client:
            for _ in range(TURNS):
                prompt_tokens = estimated_tokens(*(message.text for message in messages), json.dumps(schema))
                longest = budget.answer_tokens(prompt_tokens, question.longest, so_far.spent)
                if not longest:
                    break
                so_far.will_cost(prompt_tokens, self._settings)
                turn = await self._turn(client, messages, schema, longest)
                so_far.has_cost(turn.spent)
                formed = read(turn.message, question.answer) if turn.message is not None else Formed(None, turn.trouble)
                if formed.trouble is not Trouble.MALFORMED:
                    break
                said = turn.message.text if turn.message is not None else ""
                messages = [*messages[:2], AIMessage(said[:2_000] or "-"), HumanMessage(_REPAIR.format(why=formed.detail))]
        return Asked(formed.value, trouble=formed.trouble)

    async def _turn(self, client: httpx2.AsyncClient, messages: list[BaseMessage], schema: dict[str, Any], longest: int) -> _Turn:
        settings = self._settings
        chat = ChatOpenAI(
            model=settings.name,
            base_url=settings.base_url or None,
            api_key=settings.api_key if settings.api_key.get_secret_value() else SecretStr("none"),
            temperature=settings.temperature,
            max_completion_tokens=longest,
            max_retries=0,
            timeout=settings.seconds,
            http_async_client=client,
            use_responses_api=False,
        )
        strict = True if settings.method == "json_schema" else None
        asking = chat.with_structured_output(schema, method=settings.method, include_raw=True, strict=strict)
        try:
            answered = await asking.ainvoke(messages)
        except LengthFinishReasonError as error:
            return _Turn(None, self._used(error.completion.usage), Trouble.TRUNCATED)
        except ContentFilterFinishReasonError:
            return _Turn(None, Spent(calls=1), Trouble.DECLINED)
        assert isinstance(answered, dict)
        message = answered["raw"]
        return _Turn(message, self._usage(message))

    def _instructions(self, question: Question[Proposal], schema: dict[str, Any]) -> str:
        if self._settings.method != "json_mode":
            return question.instructions
        return f"{question.instructions}\nAnswer with JSON of this schema, and nothing else: {json.dumps(schema)}"

    def _usage(self, message: AIMessage) -> Spent:
        used = message.usage_metadata
        return self._spent(used["input_tokens"], used["output_tokens"]) if used else Spent(calls=1)

    def _used(self, usage: Any) -> Spent:
        return self._spent(usage.prompt_tokens, usage.completion_tokens) if usage is not None else Spent(calls=1)

    def _spent(self, prompt_tokens: int, answer_tokens: int) -> Spent:
        cost = price_of(prompt_tokens, answer_tokens, self._settings)
        return Spent(calls=1, tokens=prompt_tokens + answer_tokens, cost=cost)

    @cached_property
    def _certificates(self) -> Any:
        return httpx2.create_ssl_context()


class _Running:
    """What a question has cost so far: what was reported, and for the call on its way what it is estimated to cost."""

    def __init__(self) -> None:
        self.spent = Spent()
        self._before = Spent()

    def will_cost(self, prompt_tokens: int, settings: ModelSettings) -> None:
        """A call goes out; should nothing come back, its prompt counts."""
        self._before = self.spent
        self.spent = self.spent.plus(Spent(calls=1, tokens=prompt_tokens, cost=price_of(prompt_tokens, 0, settings)))

    def has_cost(self, spent: Spent) -> None:
        """A call came back; without usage the estimate stays."""
        if spent.tokens:
            self.spent = self._before.plus(spent)
