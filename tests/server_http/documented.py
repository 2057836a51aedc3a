"""Every answer that a test gets is one that the OpenAPI document promises: its status, its kind, its shape."""

from __future__ import annotations

import re
from typing import Any

import httpx
import jsonschema
from fastapi import FastAPI

Json = dict[str, Any]


class Documented(httpx.AsyncBaseTransport):
    """A transport to an app that holds each answer against the app's own document."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self._document: Json = app.openapi()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, and read what comes back."""
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self._check(request, response)
        return response

    def _check(self, request: httpx.Request, response: httpx.Response) -> None:
        operation = self._operation(request)
        if operation is None:
            assert response.status_code in {200, 401, 404, 405, 413}, f"{request.method} {request.url.path} is not documented"
            return
        assert str(response.status_code) in operation["responses"], f"{response.status_code} of {request.url.path} is not documented"
        content = operation["responses"][str(response.status_code)]["content"]
        kind = response.headers["content-type"].partition(";")[0]
        assert kind in content
        if kind.endswith("json"):
            schema = {**content[kind]["schema"], "components": self._document["components"]}
            jsonschema.Draft202012Validator(schema).validate(response.json())

    def _operation(self, request: httpx.Request) -> Json | None:
        for path, operations in self._document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path) and request.method.lower() in operations:
                found: Json = operations[request.method.lower()]
                return found
        return None
