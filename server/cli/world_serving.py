"""Serving a world: what `wismo world serve` runs."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from graph.facts import World
from server.cli.listening import listening_on
from server.cli.refusal import note, refuse
from server.cli.worlds import facts_or_refuse
from server.http.signatures import secrets_in
from server.world_server.app import create_world_app
from tools.demo import demo_world_at
from tools.embedded.store import EmbeddedStore
from tools.http_backends.connection import is_this_machine

TOKEN = "WISMO_WORLD_TOKEN"
SECRET = "WISMO_OUTBOUND_SECRET"


def serve_facts(file: Path | None, host: str, port: int) -> None:
    """Serve until it is told to stop. The world is in memory: a new start begins anew."""
    token = os.environ.get(TOKEN) or None
    if token is None and not is_this_machine(host):
        refuse(f"{TOKEN} is not set; without a token a world is served to this machine only")
    facts = facts_or_refuse(file) if file else World.model_validate_json(json.dumps(demo_world_at(datetime.now(UTC))))
    with EmbeddedStore.open(":memory:") as store, listening_on(host, port) as listening:
        store.load(facts)
        app = create_world_app(store, token=token, secrets=_secrets())
        at = f"http://{host}:{listening.getsockname()[1]}"
        note(f"{at} serves a shop: /oms /wms /supplier /inventory /carrier /support /helpdesk/deliveries /world; Ctrl-C ends it")
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2)).run(
            sockets=[listening]
        )


def _secrets() -> tuple[bytes, ...]:
    given = os.environ.get(SECRET, "")
    try:
        return secrets_in(given) if given else ()
    except ValueError as problem:
        refuse(f"{SECRET} {problem}")
