"""Asking a real server: typed answers, one repair, hard limits, and a failure of any kind is a value within the time."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from typing import Any

import pytest
from starlette.responses import Response

from graph.language_model import Asked, ModelUse, Question, Spent, Trouble
from graph.proposals import Wording
from tests.models.local_model import Behaviour, LocalModel, completion, fails, formed, hangs, one_after_another, says, slow
from tools.language_model.breaker import Breaker
from tools.language_model.chat import ChatModel
from tools.language_model.settings import ModelSettings, ModelSettingsError

GOOD = {"sentences": ["Good day.", "It is on its way."]}
METHODS = ("json_schema", "function_calling", "json_mode")


def question(content: str = '{"sentences": []}', *, asked_by: str = "run_1", longest: int = 300) -> Question[Wording]:
    return Question(ModelUse.WORDING, "1", "Word these sentences.", content, Wording, longest, asked_by)


def ask(model: ChatModel, asked: Question[Wording] | None = None, in_run: Spent | None = None, in_case: Spent | None = None) -> Asked[Wording]:
    return asyncio.run(model.ask(asked or question(), in_run or Spent(), in_case or Spent()))


@pytest.mark.parametrize("method", METHODS)
def test_a_good_answer_is_typed_and_counted(local: LocalModel, method: str) -> None:
    local.behaviour = says(GOOD)
    model = ChatModel(local.settings(method=method, input_price="2", output_price="10"))
    asked = ask(model)

    assert asked.value == Wording(sentences=("Good day.", "It is on its way."))
    assert (asked.spent.calls, asked.spent.tokens, asked.spent.cost) == (1, 120, Decimal("0.0004"))
    assert 0 < asked.spent.seconds < 5
    assert len(local.calls) == 1


def test_the_request_is_what_the_protocol_wants(local: LocalModel) -> None:
    local.behaviour = says(GOOD)
    ask(ChatModel(local.settings()))
    body = local.calls[0].body

    assert body["model"] == "local"
    assert body["max_completion_tokens"] == 300
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["temperature"] == 0.0
    assert "temperature" not in body_of(local, temperature="")


def body_of(local: LocalModel, **more: Any) -> dict[str, Any]:
    """What a question to a model with these settings sends."""
    local.calls = []
    ask(ChatModel(local.settings(**more)))
    return local.calls[0].body


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "bad",
    [
        "hello", '{"sentences": ["half', '{"sentences": "one text"}', '{"sentences": [1]}', '{"sentence": ["x"]}',
        '{"sentences": [], "note": "x"}', "[]", "[" * 5_000,
    ],
    ids=["no JSON", "cut off", "wrong type", "wrong item", "wrong name", "extra field", "a list", "too deep"],
)  # fmt: skip
def test_an_answer_of_another_form_is_repaired_once(local: LocalModel, method: str, bad: str) -> None:
    local.behaviour = one_after_another(says(bad), says(GOOD))
    repaired = ask(ChatModel(local.settings(method=method)))
    assert repaired.value is not None
    assert (repaired.spent.calls, repaired.spent.tokens) == (2, 240)
    assert "cannot be used" in local.calls[1].body["messages"][-1]["content"]

    local.calls, local.behaviour = [], says(bad)
    given_up = ask(ChatModel(local.settings(method=method)))
    assert (given_up.value, given_up.trouble, given_up.spent.calls) == (None, Trouble.MALFORMED, 2)
    assert len(local.calls) == 2


def test_a_fenced_answer_is_read(local: LocalModel) -> None:
    local.behaviour = says('```json\n{"sentences": ["x"]}\n```')
    assert ask(ChatModel(local.settings(method="json_mode"))).value == Wording(sentences=("x",))


HALF = '{"sentences": ["Good day.", "It is on"]}'
UNUSABLE: dict[str, tuple[Behaviour, Trouble]] = {
    "cut off by length": (lambda call: completion(HALF, finish="length"), Trouble.TRUNCATED),
    "refusing": (lambda call: completion(None, refusal="I would rather not"), Trouble.DECLINED),
    "filtered": (lambda call: completion(None, finish="content_filter"), Trouble.DECLINED),
    "429": (fails(429, **{"retry-after": "60"}), Trouble.FAILED),
    "500": (fails(500), Trouble.FAILED),
    "400": (fails(400), Trouble.FAILED),
    "401": (fails(401), Trouble.FAILED),
    "a web page": (lambda call: Response("<html>", media_type="text/html"), Trouble.FAILED),
    "no choices": (lambda call: Response('{"choices": []}', media_type="application/json"), Trouble.FAILED),
    "no JSON at all": (lambda call: Response("{", media_type="application/json"), Trouble.FAILED),
    "empty": (lambda call: completion(""), Trouble.MALFORMED),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("behaviour", "trouble"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_whatever_goes_wrong_is_a_value(local: LocalModel, method: str, behaviour: Behaviour, trouble: Trouble) -> None:
    local.behaviour = behaviour
    asked = ask(ChatModel(local.settings(method=method)))
    assert (asked.value, asked.trouble) == (None, trouble)


def test_a_dead_server_is_a_value(local: LocalModel) -> None:
    settings = local.settings(base_url="http://127.0.0.1:9/v1")
    asked = ask(ChatModel(settings))
    assert (asked.value, asked.trouble) == (None, Trouble.FAILED)


@pytest.mark.parametrize("behaviour", [hangs, slow(30, says(GOOD)), one_after_another(says("no JSON"), hangs)], ids=["hangs", "slow", "late repair"])
def test_no_answer_takes_longer_than_the_limit(local: LocalModel, behaviour: Behaviour) -> None:
    local.behaviour = behaviour
    began = time.monotonic()
    asked = ask(ChatModel(local.settings(seconds=0.3)))
    assert (asked.value, asked.trouble) == (None, Trouble.TIMEOUT)
    assert time.monotonic() - began < 1.5
    assert asked.spent.seconds >= 0.3
    assert asked.spent.tokens > 0, "what may have been billed counts"


def test_the_time_is_the_run_s_not_the_call_s(local: LocalModel) -> None:
    local.behaviour = hangs
    model = ChatModel(local.settings(seconds=10))
    assert ask(model, in_run=Spent(seconds=9)).spent.seconds < 8
    assert ask(model, in_run=Spent(seconds=10)).trouble is Trouble.LIMIT
    assert len(local.calls) == 1


SPENT_UP = {
    "time of the case": ({"case_seconds": 10}, Spent(seconds=10)),
    "tokens of the case": ({"case_tokens": 1_000}, Spent(tokens=980)),
    "money of the case": ({"case_cost": "0.01", "input_price": 1, "output_price": 10}, Spent(cost=Decimal("0.0099"))),
    "tokens of the question": ({"tokens": 60}, Spent()),
    "money of the question": ({"cost": "0.0001", "output_price": 10}, Spent()),
    "money of the prompt": ({"cost": "0.0001", "input_price": 10}, Spent()),
}


@pytest.mark.parametrize(("limits", "spent"), SPENT_UP.values(), ids=SPENT_UP.keys())
def test_nothing_is_asked_beyond_a_limit(local: LocalModel, limits: dict[str, Any], spent: Spent) -> None:
    local.behaviour = says(GOOD)
    asked = ask(ChatModel(local.settings(**limits)), in_case=spent)
    assert (asked.value, asked.trouble) == (None, Trouble.LIMIT)
    assert local.calls == []


def test_an_answer_may_be_as_long_as_the_limits_leave(local: LocalModel) -> None:
    local.behaviour = says(GOOD)
    by_tokens = body_of(local, tokens=200)["max_completion_tokens"]
    assert 24 <= by_tokens < 200 - 20
    assert body_of(local, output_price=1000, cost="0.05")["max_completion_tokens"] == 50
    assert body_of(local, thinking_tokens=1_000)["max_completion_tokens"] == 1_300


def test_an_answer_without_usage_counts_as_estimated(local: LocalModel) -> None:
    local.behaviour = lambda call: formed(call, GOOD, usage={})
    asked = ask(ChatModel(local.settings()))
    assert asked.value is not None
    assert asked.spent.calls == 1
    assert asked.spent.tokens > 20


def test_after_failures_in_a_row_nothing_waits_for_the_model(local: LocalModel) -> None:
    local.behaviour = fails(500)
    clock = [0.0]
    model = ChatModel(local.settings(), Breaker(2, 10.0, lambda: clock[0]))
    troubles = [ask(model, question(asked_by=f"run_{number}")).trouble for number in range(4)]
    assert troubles == [Trouble.FAILED, Trouble.FAILED, Trouble.RESTING, Trouble.RESTING]
    assert len(local.calls) == 2

    clock[0] = 11.0
    assert ask(model, question(asked_by="trial")).trouble is Trouble.FAILED
    clock[0] = 22.0
    assert ask(model, question(asked_by="rests longer")).trouble is Trouble.RESTING
    clock[0] = 32.0
    local.behaviour = says(GOOD)
    assert ask(model, question(asked_by="back")).value is not None
    assert ask(model, question(asked_by="and again")).value is not None


def test_while_one_question_tries_the_others_rest() -> None:
    clock = [0.0]
    breaker = Breaker(1, 10.0, lambda: clock[0])
    breaker.failed()
    clock[0] = 10.0
    assert [breaker.admits(), breaker.admits()] == [True, False]


def test_a_repeated_run_gets_its_answer_again(local: LocalModel) -> None:
    local.behaviour = says(GOOD)
    model = ChatModel(local.settings())
    first = ask(model)
    assert ask(model) == first
    assert len(local.calls) == 1
    ask(model, question(asked_by="another run"))
    assert len(local.calls) == 2


def test_many_at_once_on_one_loop(local: LocalModel) -> None:
    local.behaviour = says(GOOD)
    model = ChatModel(local.settings())

    async def all_at_once() -> list[Asked[Wording]]:
        return await asyncio.gather(*(model.ask(question(asked_by=f"run_{number}"), Spent(), Spent()) for number in range(20)))

    assert all(asked.value is not None for asked in asyncio.run(all_at_once()))


def test_a_cancelled_question_is_cancelled(local: LocalModel) -> None:
    local.behaviour = hangs

    async def given_up() -> None:
        async with asyncio.timeout(0.2):
            await ChatModel(local.settings()).ask(question(), Spent(), Spent())

    with pytest.raises(TimeoutError):
        asyncio.run(given_up())


def test_without_a_name_there_is_no_model() -> None:
    assert not ModelSettings.of({"WISMO_MODEL_BASE_URL": "http://x"}).is_on
    assert not ChatModel(ModelSettings.of({})).serves(ModelUse.WORDING)


def test_the_uses_are_a_list() -> None:
    model = ChatModel(ModelSettings.of({"WISMO_MODEL": "m", "WISMO_MODEL_USES": "wording, reading"}))
    assert [use for use in ModelUse if model.serves(use)] == [ModelUse.READING, ModelUse.WORDING]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USES", "wording,cooking"), ("METHOD", "magic"), ("SECONDS", "0"), ("SECONDS", "soon"), ("COST", "-1"), ("CASE_TOKENS", "many"),
        ("TEMPERATURE", "9"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ModelSettingsError, match=f"WISMO_MODEL_{name}: ") as wrong:
        ModelSettings.of({"WISMO_MODEL": "m", f"WISMO_MODEL_{name}": value})
    assert "http" not in str(wrong.value)


def test_no_key_is_ever_shown() -> None:
    settings = ModelSettings.of({"WISMO_MODEL": "m", "WISMO_MODEL_API_KEY": "sk-secret"})
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in settings.model_dump_json()
