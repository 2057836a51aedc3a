"""Refusals as problem documents (RFC 9457): which field, why; never a value, never how the house is built."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 20

_KINDS: dict[int, tuple[str, str]] = {
    400: ("malformed-body", "The body is no JSON"),
    401: ("not-authenticated", "No valid token or signature"),
    403: ("not-allowed", "The token is not good for this"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "This address does not take that method"),
    409: ("conflict", "The same id was used for something else"),
    413: ("too-large", "The body is too large"),
    415: ("media-type", "The body is not declared as JSON"),
    422: ("invalid", "Some fields are not as they should be"),
    429: ("too-many", "Too many requests"),
    500: ("internal", "The service failed"),
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    reason: str


class ProblemDocument(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(examples=["urn:wismo:problem:invalid"])
    title: str
    status: int
    detail: str | None = None
    instance: str = Field(description="Names this request; the log of the service names it too.")
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """The request is refused."""

    def __init__(self, status: int, detail: str | None = None, *, errors: Iterable[FieldProblem] = (), headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}

    @classmethod
    def of_field(cls, status: int, field: str, reason: str) -> Problem:
        """One field is the reason."""
        return cls(status, f"{field}: {reason}", errors=(FieldProblem(field=field, reason=reason),))

    @classmethod
    def of_validation(cls, error: ValidationError) -> Problem:
        """The body is not what it should be."""
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        if any(problem["type"] == "json_invalid" for problem in problems):
            return cls(400, re.sub("^Invalid JSON: ", "", problems[0]["msg"]))
        return cls(422, errors=_field_problems(problems))


def document_of(problem: Problem, request_id: str) -> JSONResponse:
    """The answer that says it."""
    slug, title = _KINDS.get(problem.status, ("refused", "The request is refused"))
    told = ProblemDocument(
        type=f"urn:wismo:problem:{slug}",
        title=title,
        status=problem.status,
        detail=problem.detail,
        instance=f"urn:wismo:request:{request_id}",
        errors=list(problem.errors) or None,
    )
    return JSONResponse(told.model_dump(exclude_none=True), problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


async def refuse(request: Request, error: Exception) -> JSONResponse:
    """Any refusal as a problem document."""
    request_id = request.scope.get("wismo.request_id", "unknown")
    if isinstance(error, RequestValidationError):
        error = Problem(422, errors=_field_problems(error.errors()))
    elif isinstance(error, HTTPException):
        error = Problem(error.status_code, headers=dict(error.headers or {}))
    assert isinstance(error, Problem)
    return document_of(error, request_id)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These refusals, for the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {status: {"description": _KINDS[status][1], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


def _field_problems(problems: Iterable[ErrorDetails | dict[str, Any]]) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(field=_field(problem), reason=_reason(problem)) for problem in list(problems)[:MAX_ERRORS])


def _field(problem: Any) -> str:
    parts = [str(part) for part in problem["loc"] if part not in {"query", "path"}]
    shown = (part if re.fullmatch(r"[A-Za-z0-9_.\-\[\]]{1,60}", part) else "(a name)" for part in parts)
    return ".".join(shown) or "body"


def _reason(problem: Any) -> str:
    """Messages of the validator name what is wanted, not what was given; those that were written here are plain."""
    if problem["type"] == "extra_forbidden":
        return "is not a known field"
    return str(problem["msg"]).removeprefix("Value error, ")
