"""Actions on a served world: each at most once per key, with its receipt to be looked up."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from starlette.exceptions import HTTPException

from graph.labels import Action, System
from graph.ports import ActionOrder, ActionRefused, BackendError, Receipt
from server.world_server.faults import Served
from server.world_server.reading import CarrierTalks, OmsTalks
from tools.embedded.actions import EmbeddedActionDesk
from tools.http_backends.answers import Items

REFUSED: dict[int | str, dict[str, Any]] = {
    201: {"model": Receipt, "description": "Done now, or done before under the same key."},
    422: {"description": "It will never be done; `detail` says why (RFC 9457)."},
}
LOOKED_UP: dict[int | str, dict[str, Any]] = {200: {"model": Items[Receipt], "description": "The receipt; none where nothing was done."}}
NONSENSE = '{"key": '

oms, carrier = (APIRouter(prefix=f"/{system.value}", tags=[system.value]) for system in (System.OMS, System.CARRIER))
ROUTERS: Final = (oms, carrier)
Key = Annotated[str, Header(description="The same as `key` in the body.")]


class ActionWanted(ActionOrder):
    """One action to perform, and when it was decided."""

    at: AwareDatetime


@oms.post("/actions", responses=REFUSED, status_code=201)
async def act_in_oms(wanted: ActionWanted, store: Served, nonsense: OmsTalks, idempotency_key: Key) -> Response:
    """Cancel, refund, replacement, address_change or alternate_item, at most once per key."""
    return await _done(wanted, store, nonsense, idempotency_key)


@carrier.post("/actions", responses=REFUSED, status_code=201)
async def act_at_carrier(wanted: ActionWanted, store: Served, nonsense: CarrierTalks, idempotency_key: Key) -> Response:
    """carrier_investigation, at most once per key."""
    return await _done(wanted, store, nonsense, idempotency_key)


@oms.get("/actions", responses=LOOKED_UP)
async def receipt_of_oms(store: Served, nonsense: OmsTalks, key: str) -> Response:
    """The receipt of a key."""
    return _receipts(store, nonsense, key, is_carrier=False)


@carrier.get("/actions", responses=LOOKED_UP)
async def receipt_of_carrier(store: Served, nonsense: CarrierTalks, key: str) -> Response:
    """The receipt of a key."""
    return _receipts(store, nonsense, key, is_carrier=True)


async def _done(wanted: ActionWanted, store: Served, nonsense: bool, key: str) -> Response:
    if nonsense:
        return Response(NONSENSE, media_type="application/json")
    if key != wanted.key:
        raise HTTPException(400)
    order = ActionOrder.model_validate(wanted.model_dump(exclude={"at"}))
    try:
        receipt = await EmbeddedActionDesk(store).perform(order, wanted.at)
    except ActionRefused as refused:
        told = {"title": "The action is refused", "status": 422, "detail": refused.because.removeprefix("refused: ")}
        return JSONResponse(told, 422, media_type="application/problem+json")
    except BackendError:
        raise HTTPException(503) from None
    return JSONResponse(receipt.model_dump(mode="json"), 201)


def _receipts(store: Served, nonsense: bool, key: str, *, is_carrier: bool) -> Response:
    found = store.performed(key)
    rows = [found] if found and (Receipt.model_validate_json(found).action is Action.CARRIER_INVESTIGATION) is is_carrier else []
    return Response(NONSENSE if nonsense else f'{{"items":[{",".join(rows)}]}}', media_type="application/json")
