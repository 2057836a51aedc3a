"""A local server that takes traces and feedback the way LangSmith does, and remembers them; or hangs, or fails."""

from __future__ import annotations

import email
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.listening import listening

Json = dict[str, Any]
PROJECT = "6f0d9a0e-0000-4000-8000-000000000001"


class LocalLangSmith:
    """The server while it runs: everything that it got, and how it behaves."""

    def __init__(self) -> None:
        self.url = ""
        self.clear()

    def clear(self) -> None:
        """Nothing got yet, and everything is answered well."""
        self.parts: list[tuple[str, Any]] = []
        self.raw: list[str] = []
        self.status = 202
        self.hangs = False

    def runs(self) -> dict[str, Json]:
        """Every traced run by its id, with what was posted and patched later."""
        found: dict[str, Json] = {}
        for name, value in self.parts:
            what, run_id, *field = name.split(".")
            if what in {"post", "patch"}:
                found.setdefault(run_id, {}).update(value if not field else {field[0]: value})
        return found

    def feedback(self) -> list[Json]:
        """Every feedback that was sent."""
        return [value for name, value in self.parts if name.startswith("feedback")]

    async def take(self, request: Request) -> Response:
        """One request of the client."""
        if self.hangs:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response(status_code=499)
        body = await request.body()
        if request.headers.get("content-encoding") == "zstd":
            body = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read()
        self.raw.append(f"{request.method} {request.url.path} " + body.decode("utf-8", "replace"))
        if request.url.path.endswith("/sessions"):
            row = {"id": PROJECT, "name": "tests", "tenant_id": PROJECT, "start_time": "2026-01-01T00:00:00Z", "reference_dataset_id": None}
            return JSONResponse([row], self.status if self.status >= 400 else 200)
        if self.status >= 400:
            return Response(status_code=self.status)
        if request.url.path.endswith("/multipart"):
            header = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
            for part in email.message_from_bytes(header + body).get_payload():
                name = str(part.get_param("name", header="content-disposition"))
                self.parts.append((name, json.loads(part.get_payload(decode=True))))
        return JSONResponse({}, self.status)


@contextmanager
def serving() -> Iterator[LocalLangSmith]:
    """The server on a free port, in a thread of its own."""
    local = LocalLangSmith()
    app = Starlette(routes=[Route("/{path:path}", local.take, methods=["GET", "POST", "PATCH"])])
    with listening(app) as address:
        local.url = address
        yield local
