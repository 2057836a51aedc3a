"""The OpenAPI document is true and whole. (That every answer keeps to it is checked with every request of these tests.)"""

from __future__ import annotations

from typing import Any

import jsonschema

from tests.server_http.documented import Json

BY_ADDRESS_ALONE = {
    "/v1/pause",
    "/v1/resume",
    "/v1/deployments/{name}/pause",
    "/v1/deployments/{name}/resume",
    "/v1/dead-letters/{letter_id}/redrive",
}
NEVER_BY_HAND = {"HTTPValidationError", "ValidationError"}


def operations(document: Json) -> list[tuple[str, str, Json]]:
    """All operations."""
    return [(method, path, told) for path, each in document["paths"].items() for method, told in each.items()]


async def test_every_reference_leads_somewhere(at: Any) -> None:
    place = await at()
    document = (await place.http.get("/openapi.json")).json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known
    assert not NEVER_BY_HAND & set(document["components"]["schemas"])


async def test_every_schema_is_a_schema(at: Any) -> None:
    place = await at()
    for schema in place.app.openapi()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def test_every_operation_says_what_it_takes_who_may_and_how_it_refuses(at: Any) -> None:
    place = await at()
    for method, path, told in operations(place.app.openapi()):
        assert told["summary"] and told["description"]
        statuses = set(told["responses"])
        assert "500" in statuses
        if path in {"/healthz", "/readyz"}:
            assert "security" not in told
            continue
        assert {"401", "403", "429"} <= statuses and {"token": []} in told["security"]
        if "requestBody" in told:
            assert told["requestBody"]["required"]
            assert {"200", "400", "413", "415", "422"} <= statuses
            assert {"202", "409"} <= statuses or path == "/v1/forget"
        assert ("requestBody" in told) == (method == "post" and path not in BY_ADDRESS_ALONE)
    assert {"signature": []} in place.app.openapi()["paths"]["/v1/events/{source}"]["post"]["security"]


async def test_a_step_of_the_contract_fits_the_documented_body(at: Any) -> None:
    place = await at("pub-056")
    document = place.app.openapi()
    schema = {"$ref": "#/components/schemas/EventIn", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(place.step())


def references(node: Any) -> list[str]:
    """All references inside."""
    if isinstance(node, list):
        return [found for each in node for found in references(each)]
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for each in node.values() for found in references(each)]
    return []
