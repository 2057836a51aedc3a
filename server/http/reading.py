"""Reading a body strictly, after it is known who sends it; and saying so in the OpenAPI document."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from server.http.problems import Problem

B = TypeVar("B", bound=BaseModel)


async def body_of(request: Request, model: type[B]) -> B:
    """The body as that model. Raises `Problem`: 415 where it is not declared as JSON, 400 where it is none, 422 where fields are wrong."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise Problem(415, "content-type must be application/json")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise Problem.of_validation(error) from None


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """What an operation takes, for the OpenAPI document."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
