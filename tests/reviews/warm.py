"""Imported once by the process from which all others are forked: texts, vocabularies and maps are loaded when they start."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.reviews.desk import dear
from tests.reviews.houses import asks, decision, open_shop, work

with TemporaryDirectory() as _folder:
    open_shop(Path(_folder), dear())
    work(Path(_folder), asks(), decision())
