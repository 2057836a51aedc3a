"""The marks that mail programs leave, compiled from `mail.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Automatic(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    subject: tuple[str, ...]
    body: tuple[str, ...]


class MailFile(BaseModel):
    """The shape of `mail.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    history: tuple[str, ...]
    attribution: tuple[str, ...]
    header_first: tuple[str, ...]
    header_more: tuple[str, ...]
    signature: tuple[str, ...]
    device: tuple[str, ...]
    disclaimer: tuple[str, ...]
    closing: tuple[str, ...]
    automatic: _Automatic


@dataclass(frozen=True, slots=True)
class MailMarks:
    """The compiled marks, each to be matched at the start of a line."""

    history: re.Pattern[str]
    attribution: re.Pattern[str]
    header_first: re.Pattern[str]
    header_more: re.Pattern[str]
    signature: re.Pattern[str]
    device: re.Pattern[str]
    disclaimer: re.Pattern[str]
    closing: re.Pattern[str]
    automatic_subject: re.Pattern[str]
    automatic_body: re.Pattern[str]


@lru_cache(maxsize=1)
def mail_marks() -> MailMarks:
    """The marks, loaded and compiled once."""
    file = MailFile.model_validate(tomllib.loads(files("prompts.vocabulary").joinpath("mail.toml").read_text("utf-8")))
    name = r"[ ,.!;:)]{0,4}(?:\S+(?: \S+){0,2})?[ .!]{0,3}$"
    return MailMarks(
        history=_any(file.history),
        attribution=_any(file.attribution),
        header_first=_any(file.header_first),
        header_more=_any(file.header_more),
        signature=_any(file.signature),
        device=_any(file.device),
        disclaimer=_any(file.disclaimer),
        closing=re.compile(rf"(?:{'|'.join(file.closing)})(?:[ ,.!;:)🙂😊🙏]{{0,4}}$|,{name})", re.IGNORECASE),
        automatic_subject=_any(file.automatic.subject),
        automatic_body=_any(file.automatic.body),
    )


def _any(sources: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{source})" for source in sources), re.IGNORECASE)
