"""What a standard status answer costs with a language model: ours (one call that words a proven text) beside an agent that finds out by itself.

Both talk to one local server of the OpenAI protocol that thinks for a fixed time per call, and counts as a token what any tokenizer does at least:
four bytes. The agent has the same reading tools; its server takes the shortest way that a model can take, so its figures are a lower bound.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
import uvicorn
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from graph.arrivals import MessageArrived
from graph.facts import World
from graph.labels import Channel, Mode
from prompts.runbook import load_runbooks
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import House, build, furnish
from server.worker import drain
from tools.language_model.chat import ChatModel
from tools.language_model.settings import ModelSettings

Json = dict[str, Any]
BYTES_PER_TOKEN = 4
_ORDER = "the order"
_QUESTION = "Where is my order?"


@dataclass(frozen=True)
class ModelCosts:
    """One way to answer: its model calls, what was sent in them, and how long the customer waits."""

    calls: int
    prompt_tokens: int
    milliseconds: float


class _Server:
    """Words sentences as they are; for an agent it asks for customer, orders and parcels in turn and then answers."""

    def __init__(self, thinking: float) -> None:
        self.url = ""
        self.prompts: list[int] = []
        self._thinking = thinking

    async def answer(self, request: Request) -> JSONResponse:
        body = await request.json()
        sent = json.dumps([body["messages"], body.get("tools", []), body.get("response_format", {})], ensure_ascii=False)
        self.prompts.append(len(sent.encode()) // BYTES_PER_TOKEN)
        await asyncio.sleep(self._thinking)
        message = self._wording(body) if "response_format" in body else self._next_step(body)
        choice = {"index": 0, "finish_reason": "tool_calls" if message.get("tool_calls") else "stop", "message": message}
        usage = {"prompt_tokens": self.prompts[-1], "completion_tokens": 60, "total_tokens": self.prompts[-1] + 60}
        return JSONResponse({"id": "c", "object": "chat.completion", "created": 1, "model": "local", "choices": [choice], "usage": usage})

    def _wording(self, body: Json) -> Json:
        sentences = json.loads(body["messages"][1]["content"])["sentences"]
        return {"role": "assistant", "content": json.dumps({"sentences": sentences})}

    def _next_step(self, body: Json) -> Json:
        done = sum(message["role"] == "tool" for message in body["messages"])
        names = [tool["function"]["name"] for tool in body["tools"]]
        if done >= len(names):
            return {"role": "assistant", "content": "Your order is on its way to you."}
        wanted = names[done:] if done >= 2 else names[done : done + 1]
        calls = [{"id": name, "type": "function", "function": {"name": name, "arguments": json.dumps({"about": _ORDER})}} for name in wanted]
        return {"role": "assistant", "content": None, "tool_calls": calls}


def model_costs(story: Json, thinking: float) -> tuple[ModelCosts, ModelCosts]:
    """Ours and an agent's, for the first message of a story about a healthy order."""
    with _serving(thinking) as server:
        settings = {"WISMO_MODEL": "local", "WISMO_MODEL_BASE_URL": server.url, "WISMO_MODEL_USES": "wording"}
        ours = _measured(server, lambda: _ours(story, ModelSettings.of(settings)))
        agents = _measured(server, lambda: _agent(story, server.url))
    return ours, agents


def _measured(server: _Server, way: Callable[[], None]) -> ModelCosts:
    way()  # once to warm up
    server.prompts, began = [], time.perf_counter()
    way()
    return ModelCosts(len(server.prompts), sum(server.prompts), (time.perf_counter() - began) * 1000)


@contextmanager
def _house(story: Json, model: ChatModel | None) -> Iterator[House]:
    furnishing = furnish(read_policy(None), patience=PATIENCE, model=model)
    house = build(None, furnishing, SetClock(datetime.fromisoformat(story["steps"][0]["at"]).astimezone(UTC)))
    house.world.load(World.model_validate_json(json.dumps(story["world"])))
    try:
        yield house
    finally:
        house.close()
        furnishing.close()


def _ours(story: Json, settings: ModelSettings) -> None:
    first = story["steps"][0]
    with _house(story, ChatModel(settings)) as house:
        known = {name: value for name, value in first.items() if name in MessageArrived.model_fields}
        fields = {**known, "arrival_id": "m", "mode": Mode.LIVE, "channel": first.get("channel", Channel.EMAIL)}
        house.inbox.put(MessageArrived.model_validate_json(json.dumps(fields, default=str)))
        asyncio.run(drain(house, "bench"))


def _agent(story: Json, url: str) -> None:
    order = story["world"]["orders"][0]
    with _house(story, None) as house, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(_ask_agent(url, _tools(house, order)))


async def _ask_agent(url: str, tools: list[StructuredTool]) -> None:
    """LangChain's agent loop: model, tools, model, until it answers."""
    async with httpx2.AsyncClient() as client:
        model = ChatOpenAI(model="local", base_url=url, api_key=SecretStr("none"), max_retries=0, http_async_client=client)
        agent = create_agent(model, tools, system_prompt=_instructions())
        await agent.ainvoke({"messages": [HumanMessage(_QUESTION)]})


def _instructions() -> str:
    book = load_runbooks()
    rules = "\n".join(f"- {row}" for runbook in book.values() for row in (runbook.instructions, *runbook.knowledge))
    return f"You answer customers who ask where their order is. Use the tools; state only facts; never guess or promise.\n{rules}"


def _tools(house: House, order: Json) -> list[StructuredTool]:
    """The same reads that our gather node does, as tools."""
    backends, order_id, customer = house.deps.backends, order["order_id"], order["customer_id"]
    assert backends.wms is not None and backends.carrier is not None and backends.support is not None
    reads: dict[str, tuple[str, Callable[[], Any]]] = {
        "find_customer": ("The customer who writes.", lambda: backends.oms.customer(customer)),
        "find_orders": ("The customer's orders with lines, holds and payment.", lambda: backends.oms.orders_of(customer)),
        "warehouse_tasks": ("The warehouse tasks of an order.", lambda: backends.wms.fulfillments(order_id)),  # type: ignore[union-attr]
        "parcels": ("The parcels of an order with their scans.", lambda: backends.carrier.parcels(order_id)),  # type: ignore[union-attr]
        "history": ("What was written with the customer before.", lambda: backends.support.contacts(customer)),  # type: ignore[union-attr]
    }
    return [StructuredTool.from_function(coroutine=_tool(read), name=name, description=says) for name, (says, read) in reads.items()]


def _tool(read: Callable[[], Any]) -> Callable[[str], Any]:
    async def look(about: str) -> str:
        found = await read()
        rows = found if isinstance(found, tuple | list) else (found,)
        return json.dumps([row.model_dump(mode="json", exclude_none=True) for row in rows if row is not None])

    return look


@contextmanager
def _serving(thinking: float) -> Iterator[_Server]:
    local = _Server(thinking)
    app = Starlette(routes=[Route("/v1/chat/completions", local.answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    local.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    try:
        yield local
    finally:
        server.should_exit = True
        thread.join()
