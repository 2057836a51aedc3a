"""Imported once by the process from which all replays are forked: texts, vocabularies and maps are loaded when they start."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.durability.replaying import replay_into, stories, write_stories

with TemporaryDirectory() as _folder:
    replay_into(Path(_folder), write_stories(Path(_folder) / "scenarios.jsonl", stories("pub-028", "pub-054", "pub-046", "pub-027")))
