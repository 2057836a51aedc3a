"""The app of a served world: six systems, a helpdesk that receives, and the world itself to look at and to change."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI

from graph.facts import Patch, World
from server.world_server import acting, helpdesk, reading
from server.world_server.faults import Served, known_caller
from tools.embedded.store import EmbeddedStore

TITLE = "The systems of a shop, as wismo asks them"
DESCRIPTION = "The contract between wismo and a shop's systems. Serve these addresses, each group under a base address of your own."

everything = APIRouter(prefix="/world", tags=["world"])


@everything.get("")
async def whole(store: Served) -> World:
    """All facts."""
    return store.world()


@everything.post("/patch", status_code=204)
async def patch(change: Patch, store: Served) -> None:
    """Rows to insert or replace, and faults (timeout, error, malformed, or null for none) to set."""
    store.patch(change)


def create_world_app(store: EmbeddedStore, *, token: str | None = None, secrets: tuple[bytes, ...] = ()) -> FastAPI:
    """An app that serves this store. With a token only who has it is let in; `secrets` sign what the helpdesk believes."""
    app = FastAPI(title=TITLE, version="1", description=DESCRIPTION, docs_url=None, redoc_url=None)
    app.state.store, app.state.token, app.state.secrets = store, token, secrets
    app.state.received = {}
    for router in (*reading.ROUTERS, *acting.ROUTERS, everything):
        app.include_router(router, dependencies=[Depends(known_caller)])
    app.include_router(helpdesk.router)
    return app
