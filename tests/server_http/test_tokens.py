"""Tokens: only a hash is kept, and the command line makes, lists and ends them."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from checkpoints.schema import connect
from checkpoints.tokens import Scope, Tokens
from server.cli import app

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
Wismo = Callable[..., Any]


@pytest.fixture
def wismo(tmp_path: Path) -> Wismo:
    """Run `wismo token` on a data folder."""

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["token", *arguments, "--data", str(tmp_path / "data")], prog_name="wismo")

    return run


def test_the_secret_is_kept_nowhere(tmp_path: Path) -> None:
    connection = connect(tmp_path / "wismo.sqlite").conn
    _, text = Tokens(connection).issue("helpdesk", frozenset({Scope.INTAKE}), NOW)
    secret = text.split("_", 2)[2]
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_token_has_256_random_bits() -> None:
    tokens = Tokens(connect(":memory:").conn)
    texts = {tokens.issue("x", frozenset({Scope.READ}), NOW)[1] for _ in range(50)}
    assert len(texts) == 50
    assert all(re.fullmatch(r"wismo_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text) for text in texts)


def test_a_token_is_found_by_its_whole_text() -> None:
    tokens = Tokens(connect(":memory:").conn)
    made, text = tokens.issue("x", frozenset({Scope.READ}), NOW)
    assert tokens.find(text) == made
    assert [tokens.find(wrong) for wrong in (text[1:], text[:-1], text + "x", text.upper(), f"x{text}", "", "wismo_")] == [None] * 7


@pytest.mark.parametrize(("scopes", "reviewer"), [((), None), ((Scope.DECIDE,), None), ((Scope.READ,), "U0CXLEAD")])
def test_scopes_that_do_not_fit_are_refused(scopes: tuple[Scope, ...], reviewer: str | None) -> None:
    with pytest.raises(ValueError, match="scope"):
        Tokens(connect(":memory:").conn).issue("x", frozenset(scopes), NOW, reviewer=reviewer)


def test_add_prints_the_token_once_and_list_never(wismo: Wismo, tmp_path: Path) -> None:
    added = wismo("add", "lead's console", "--scope", "read", "--scope", "decide", "--reviewer", "U0CXLEAD")
    token = added.stdout.strip()
    assert added.exit_code == 0
    listed = wismo("list")
    assert "lead's console" in listed.stdout and "decide,read for U0CXLEAD" in listed.stdout and "valid" in listed.stdout
    assert token.split("_", 2)[2] not in listed.output
    found = Tokens(connect(tmp_path / "data" / "wismo.sqlite").conn).find(token)
    assert found is not None and found.reviewer == "U0CXLEAD"


def test_revoke_ends_a_token_once(wismo: Wismo, tmp_path: Path) -> None:
    token = wismo("add", "helpdesk", "--scope", "intake").stdout.strip()
    token_id = token.split("_")[1]
    assert wismo("revoke", token_id).exit_code == 0
    assert "revoked" in wismo("list").stdout
    assert Tokens(connect(tmp_path / "data" / "wismo.sqlite").conn).find(token) is None
    again = wismo("revoke", token_id)
    assert (again.exit_code, "no valid token" in again.output) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x"),
        ("add", "x", "--scope", "everything"),
        ("add", "x", "--scope", "decide"),
        ("add", "x", "--scope", "read", "--reviewer", "U0CXLEAD"),
        ("list",),
    ],
)
def test_what_makes_no_sense_is_refused(wismo: Wismo, arguments: tuple[str, ...]) -> None:
    assert wismo(*arguments).exit_code in {1, 2}


@pytest.mark.parametrize("text", ["wismo_000000000000_secret", "wismo_{id}_secret", "wismo_{id}_é", "wismo__", "nonsense", "{id}"])
def test_an_unknown_id_is_compared_like_a_wrong_secret(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connect(tmp_path / "wismo.sqlite").conn
    tokens = Tokens(connection)
    token, _ = tokens.issue("test", frozenset({Scope.READ}), NOW)
    compared: list[int] = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(len(one)) or real(one, other))
    assert tokens.find(text.replace("{id}", token.token_id)) is None
    assert compared == [64], "one comparison of a whole hash, whatever was given"
    connection.close()
