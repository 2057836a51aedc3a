"""Imported once by the process from which all services are forked: texts, vocabularies and maps are loaded when they start."""

from __future__ import annotations

from checkpoints.postgres import jobs, storage
from server import crew
from server.cli import serving
from server.http import opening
from server.warming import warm_up

warm_up()
READY = (serving, opening, crew, jobs, storage)
