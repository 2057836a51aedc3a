"""The prompts of the language model: one file per use under `models/`, each with a version that is kept with every answer."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from graph.language_model import ModelUse


class ModelPrompt(BaseModel):
    """One use's instructions. Data never stand in them: they are sent as data, in a message of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    instructions: str
    longest: int
    """Tokens that an answer may have at most."""


@cache
def model_prompt(use: ModelUse) -> ModelPrompt:
    """The prompt of a use."""
    return ModelPrompt.model_validate(tomllib.loads(files("prompts").joinpath("models", f"{use.value}.toml").read_text("utf-8")))
