"""The runbook of each specialist: which conditions are its own, how it answers, what it knows, what it may offer."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from graph.labels import Action, Condition, Handler
from graph.proposals import LookAt


class Runbook(BaseModel):
    """One `runbook.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    specialist: Handler
    conditions: tuple[Condition, ...]
    instructions: str
    knowledge: tuple[str, ...] = ()
    tools: tuple[LookAt, ...] = ()
    """What an investigation by a language model may look at: READ tools only."""
    options: tuple[Literal["wait"] | Action, ...] = ()


@lru_cache(maxsize=1)
def load_runbooks() -> dict[Handler, Runbook]:
    """Every specialist's runbook."""
    folders = (folder for folder in files("prompts").joinpath("runbooks").iterdir() if folder.joinpath("runbook.toml").is_file())
    books = (Runbook.model_validate(tomllib.loads(folder.joinpath("runbook.toml").read_text("utf-8"))) for folder in folders)
    return {book.specialist: book for book in sorted(books, key=lambda book: list(Handler).index(book.specialist))}
