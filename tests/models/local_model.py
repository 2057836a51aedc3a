"""A local server that speaks the OpenAI protocol and answers as a test wants: well, badly, slowly, never."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.language_model import ModelUse
from tests.listening import listening
from tools.language_model.settings import ModelSettings

Json = dict[str, Any]
Behaviour = Callable[["Call"], Response | Awaitable[Response]]

_USES = {"heard": ModelUse.READING, "investigated": ModelUse.INVESTIGATING, "wording": ModelUse.WORDING, "reviewermeant": ModelUse.REVIEWER}


class Call:
    """One request as the server got it."""

    def __init__(self, body: Json, request: Request) -> None:
        self.body = body
        self.request = request

    @property
    def schema(self) -> str:
        """The name of the form that is asked for; empty in JSON mode."""
        if self.body.get("tools"):
            return str(self.body["tools"][0]["function"]["name"])
        return str(self.body.get("response_format", {}).get("json_schema", {}).get("name", ""))

    @property
    def use(self) -> ModelUse | None:
        """What the model is asked for."""
        return _USES.get(self.schema)

    @property
    def content(self) -> Any:
        """The data of the question."""
        return json.loads(self.body["messages"][1]["content"])

    @property
    def whole(self) -> str:
        """Everything that was sent."""
        return json.dumps(self.body, ensure_ascii=False)


class LocalModel:
    """The server while it runs: what it was asked, and how it behaves."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.behaviour: Behaviour = says({})
        self.url = ""

    def settings(self, **more: Any) -> ModelSettings:
        """Settings that lead to this server."""
        environment = {"WISMO_MODEL": "local", "WISMO_MODEL_BASE_URL": self.url, "WISMO_MODEL_API_KEY": "a key"}
        return ModelSettings.of(environment | {f"WISMO_MODEL_{name.upper()}": str(value) for name, value in more.items()})

    async def answer(self, request: Request) -> Response:
        """One request."""
        call = Call(await request.json(), request)
        self.calls.append(call)
        answered = self.behaviour(call)
        return answered if isinstance(answered, Response) else await answered


@contextmanager
def serving() -> Iterator[LocalModel]:
    """The server on a free port, in a thread of its own."""
    model = LocalModel()
    app = Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])
    with listening(app) as address:
        model.url = f"{address}/v1"
        yield model


def completion(content: str | None, *, finish: str = "stop", usage: Json | None = None, **message: Any) -> Response:
    """An answer in the form of the protocol."""
    used = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120} if usage is None else usage
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return JSONResponse({"id": "c", "object": "chat.completion", "created": 1, "model": "local", "choices": [choice], "usage": used or None})


def formed(call: Call, value: Any, **more: Any) -> Response:
    """A value in the form that the request asks for."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if call.body.get("tools"):
        function = {"name": call.schema, "arguments": text}
        return completion(None, finish="tool_calls", tool_calls=[{"id": "1", "type": "function", "function": function}], **more)
    return completion(text, **more)


def says(value: Any, **more: Any) -> Behaviour:
    """Always the same value (text as it is, everything else as JSON), in the right form."""
    return lambda call: formed(call, value, **more)


def one_after_another(*behaviours: Behaviour) -> Behaviour:
    """Each once, the last for ever."""
    waiting = list(behaviours)
    return lambda call: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(call)


def fails(status: int, **headers: str) -> Behaviour:
    """An HTTP error."""
    return lambda call: JSONResponse({"error": {"message": "no", "type": "error"}}, status, headers=headers)


async def hangs(call: Call) -> Response:
    """No answer, for as long as somebody waits for it."""
    while (await call.request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=499)


def slow(seconds: float, behaviour: Behaviour) -> Behaviour:
    """The answer comes, but late."""

    async def answer(call: Call) -> Response:
        gone = asyncio.create_task(hangs(call))
        await asyncio.wait({gone}, timeout=seconds)
        gone.cancel()
        answered = behaviour(call)
        return answered if isinstance(answered, Response) else await answered

    return answer
