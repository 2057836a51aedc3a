"""The pause switch, health, readiness and measures."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from graph.facts import Patch


def measures(text: str) -> dict[str, float]:
    """Prometheus text, parsed."""
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))}


async def test_while_paused_nothing_goes_out_and_nothing_is_lost(at: Any) -> None:
    place = await at("pub-042")
    assert (await place.post("/v1/pause")).json() == {"paused": True}
    assert (await place.post("/v1/messages", place.step())).status_code == 202
    await place.work()
    waiting = await place.post("/v1/messages?wait=0.01", place.step())
    assert (waiting.status_code, waiting.json()["state"]) == (202, "done")
    assert "text" not in waiting.json()
    assert (place.said, place.executed) == ([], [])
    assert measures((await place.get("/metrics")).text)["wismo_paused"] == 1
    assert (await place.post("/v1/resume")).json() == {"paused": False}
    await place.work()
    answer = (await place.post("/v1/messages?wait=1", place.step())).json()
    assert ([answer["text"]], len(place.executed)) == (place.said, 1)


async def test_a_house_that_can_work_is_ready(at: Any) -> None:
    place = await at()
    async with place.app.router.lifespan_context(place.app):
        response = await place.http.get("/readyz")
    told = response.json()
    assert (response.status_code, told["status"]) == (200, "ready")
    assert {told["database"], told["checkpointer"], told["worker"], *told["backends"].values()} == {"ok"}
    assert set(told["backends"]) == {"oms", "wms", "supplier", "inventory", "carrier", "support"}


async def test_a_house_without_a_worker_is_not_ready(at: Any) -> None:
    place = await at()
    response = await place.http.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, "failing")
    assert (await place.http.get("/healthz")).json() == {"status": "ok"}


async def test_a_system_that_fails_is_named_but_arrivals_are_still_taken(at: Any) -> None:
    place = await at()
    place.house.world.patch(Patch.model_validate({"faults": {"carrier": "error", "wms": "timeout"}}))
    async with place.app.router.lifespan_context(place.app):
        response = await place.http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert {system for system, answer in response.json()["backends"].items() if answer == "failing"} == {"carrier", "wms"}


async def test_systems_are_asked_seldom(at: Any) -> None:
    place = await at()
    first = (await place.http.get("/readyz")).json()["backends"]
    place.house.world.patch(Patch.model_validate({"faults": {"oms": "error"}}))
    assert (await place.http.get("/readyz")).json()["backends"] == first
    place.seconds.now += 5
    assert (await place.http.get("/readyz")).json()["backends"]["oms"] == "failing"


async def test_lost_databases_make_the_house_unready(at: Any) -> None:
    place = await at()
    async with place.app.router.lifespan_context(place.app):
        checkpoints = getattr(place.house.saver, "conn", None)
        (checkpoints if hasattr(checkpoints, "execute") else place.house.connection).execute("alter table checkpoints rename to gone")
        place.house.world.close()
        response = await place.http.get("/readyz")
    told = response.json()
    assert (response.status_code, told["status"], told["database"], told["checkpointer"]) == (503, "not_ready", "ok", "failing")
    assert set(told["backends"].values()) == {"failing"}


async def test_measures_say_how_the_house_is(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    await place.post("/v1/messages", place.step(message_id="later", at=(place.clock.now() - timedelta(days=1)).isoformat()))
    place.clock.set(place.clock.now() + timedelta(minutes=2))
    found = measures((await place.get("/metrics")).text)
    assert found["wismo_oldest_unprocessed_arrival_age_seconds"] == 120
    assert found["wismo_approval_age_seconds"] == 120
    assert found['wismo_open_reviews{queue="cx"}'] == 1
    assert found['wismo_runs_total{disposition="escalate"}'] == 1
    assert (found["wismo_promises_open"], found["wismo_promises_at_risk"], found["wismo_dead_letters"]) == (1, 0, 0)


async def test_measures_count_what_waits_and_what_is_lost(at: Any) -> None:
    place = await at("pub-042")
    await place.post("/v1/pause")
    await place.post("/v1/messages", place.step())
    await place.work()
    place.clock.set(place.clock.now() + timedelta(seconds=90))
    found = measures((await place.get("/metrics")).text)
    assert (found["wismo_outbox_age_seconds"], found["wismo_outbox_pending"] > 0) == (90, True)
    place.house.connection.execute("update arrivals set state = 'dead'")
    assert measures((await place.get("/metrics")).text)["wismo_dead_letters"] == 1


async def test_a_promise_that_falls_due_is_at_risk(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    [(due,)] = place.rows("select due_at from follow_ups where status = 'open'")
    place.clock.set(type(place.clock.now()).fromisoformat(due) - timedelta(minutes=4))
    assert measures((await place.get("/metrics")).text)["wismo_promises_at_risk"] == 1


async def test_measures_are_prometheus_text_without_names(at: Any) -> None:
    place = await at("pub-044")
    await place.customer_writes()
    response = await place.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.splitlines()
    assert all(re.fullmatch(r'# (HELP|TYPE) wismo_\w+ .+|wismo_\w+(\{\w+="\w+"\})? [0-9.e+-]+', line) for line in lines)
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")} == named
