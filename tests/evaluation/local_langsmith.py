"""A local server that speaks as much of LangSmith's protocol as an upload needs, and remembers everything that it was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOW = "2026-11-25T10:00:00+00:00"
TENANT = "11111111-1111-4111-8111-111111111111"


@dataclass
class LangSmith:
    """What was received."""

    url: str = ""
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    projects: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    refuses: bool = False


@contextmanager
def local_langsmith() -> Iterator[LangSmith]:
    """The server, as long as it is needed."""
    known = LangSmith()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(known))
    server.daemon_threads = True
    known.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(known: LangSmith) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            self._note("")
            if address.path == "/info":
                return self._answer({"version": "0.13.0", "instance_flags": {"dataset_examples_multipart_enabled": True}})
            if address.path == "/datasets":
                name = parse_qs(address.query).get("name", [""])[0]
                return self._answer([row for row in known.datasets.values() if row["name"] == name])
            if address.path == "/examples":
                return self._answer(list(known.examples.values()))
            return self._answer({"detail": "not found"}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._note(body.decode("utf-8", "replace"))
            if known.refuses:
                return self._answer({"detail": "no"}, 403)
            path = urlsplit(self.path).path
            if re.search(r"/datasets/[^/]+/examples$", path):
                return self._examples(body)
            row = json.loads(body)
            if path == "/datasets":
                known.datasets[row["name"]] = {**row, "id": "22222222-2222-4222-8222-222222222222", "created_at": NOW, "tenant_id": TENANT}
                return self._answer(known.datasets[row["name"]])
            kept = {"/sessions": known.projects, "/runs": known.runs, "/feedback": known.feedback}.get(path)
            if kept is None:
                return self._answer({"detail": "not found"}, 404)
            kept.append(row)
            told = {
                **row,
                "id": row.get("id") or "33333333-3333-4333-8333-333333333333",
                "tenant_id": TENANT,
                "start_time": row.get("start_time", NOW),
            }
            return self._answer(told, 200)

        def _examples(self, body: bytes) -> None:
            names = {}
            for part in body.split(b"--" + self.headers["Content-Type"].split("boundary=")[1].encode()):
                name = re.search(rb'name="([^"]+)"', part)
                if name:
                    names[name[1].decode()] = json.loads(part.split(b"\r\n\r\n", 1)[1])
            for example_id in {name.split(".")[0] for name in names}:
                known.examples[example_id] = {
                    "id": example_id, "inputs": names[f"{example_id}.inputs"], "outputs": names.get(f"{example_id}.outputs"),
                    "dataset_id": "22222222-2222-4222-8222-222222222222", "created_at": NOW,
                }  # fmt: skip
            self._answer({"count": len(known.examples), "example_ids": list(known.examples)}, 201)

        def _note(self, body: str) -> None:
            known.raw.append(body)
            known.keys.add(self.headers.get("x-api-key", ""))

        def _answer(self, content: Any, status: int = 200) -> None:
            told = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
