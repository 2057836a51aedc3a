"""The form of an answer: the schema that is asked for, and the strict reading of what came."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Generic

from langchain_core.messages import AIMessage
from pydantic import ValidationError

from graph.language_model import Proposal, Trouble

_FENCED = re.compile(r"\s*```[a-z]*\s*\n(?P<body>.*)\n\s*```\s*", re.DOTALL)
_SHOWN = 300


@dataclass(frozen=True)
class Formed(Generic[Proposal]):
    """A value in the form that was asked for, or why there is none."""

    value: Proposal | None
    trouble: Trouble = Trouble.NOTHING
    detail: str = ""
    """For the model, so that it can repair its answer."""


def schema_of(answer: type[Proposal]) -> dict[str, Any]:
    """The JSON schema of an answer, named, without the words that only cost tokens."""
    plain = _untitled(answer.model_json_schema())
    assert isinstance(plain, dict)
    return {**plain, "title": answer.__name__.lower(), "description": str(plain.get("description", "")).partition("\n")[0]}


def read(message: AIMessage, answer: type[Proposal]) -> Formed[Proposal]:
    """The answer of one turn. Half an answer is none, however well it could be completed."""
    ended = message.response_metadata.get("finish_reason")
    if message.additional_kwargs.get("refusal") or ended == "content_filter":
        return Formed(None, Trouble.DECLINED)
    if ended == "length":
        return Formed(None, Trouble.TRUNCATED)
    try:
        return Formed(answer.model_validate(_data(message)))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors(include_url=False, include_input=False))
        return Formed(None, Trouble.MALFORMED, problems[:_SHOWN])
    except (ValueError, RecursionError):
        return Formed(None, Trouble.MALFORMED, "it is no JSON")


def _data(message: AIMessage) -> Any:
    if message.tool_calls:
        return message.tool_calls[0]["args"]
    text = message.text
    fenced = _FENCED.fullmatch(text)
    return json.loads(fenced["body"] if fenced else text)


def _untitled(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
