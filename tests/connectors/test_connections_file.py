"""The connections of a shop: what a file or the environment may say, and how every mistake is told without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.labels import System
from server.connections_file import find_wires, read_wires
from server.toml_file import TomlFileError
from tests.connectors.served import SECRET, SECRETS

GOOD = """
[oms]
url = "https://shop.example/wismo/oms/"
token_env = "SHOP_OMS"

[carrier]
url = "http://127.0.0.1:8100/carrier"
actions = false

[wms]
url = "http://wms:8080"
plain_http = true

[outbound]
url = "https://shop.example/hooks/wismo"
"""
ENVIRONMENT = {"SHOP_OMS": "t-oms", "WISMO_CARRIER_TOKEN": "t-carrier", "WISMO_OUTBOUND_SECRET": SECRET}


def told(text: str, tmp_path: Path, environment: dict[str, str] | None = None) -> list[tuple[int | None, str, str]]:
    """What is wrong with a file."""
    file = tmp_path / "connections.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TomlFileError) as error:
        read_wires(file, ENVIRONMENT if environment is None else environment)
    return [(problem.line, problem.where, problem.what) for problem in error.value.problems]


def test_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text(GOOD, encoding="utf-8")
    wires = read_wires(file, ENVIRONMENT)
    assert wires.connections.oms.url == "https://shop.example/wismo/oms"
    assert dict(wires.tokens) == {System.OMS: "t-oms", System.CARRIER: "t-carrier"} and wires.secrets == SECRETS
    assert (wires.connections.support, wires.connections.carrier and wires.connections.carrier.actions) == (None, False)
    assert "t-oms" not in repr(wires)


@pytest.mark.parametrize(
    ("text", "line", "where", "what"),
    [
        ("[oms]\nurl = 5\n", 2, "oms.url", "valid string"),
        ('[oms]\nurl = "shop.example"\n', 2, "oms.url", "must be an address that begins with https://"),
        ('[oms]\nurl = "ftp://shop.example"\n', 2, "oms.url", "must be an address"),
        ('[oms]\nurl = "https://user:secret@shop.example"\n', 2, "oms.url", "bare address"),
        ('[oms]\nurl = "https://shop.example/?token=secret"\n', 2, "oms.url", "bare address"),
        ('[oms]\nurl = "https://shop.example:port"\n', 2, "oms.url", "is no address"),
        ('[oms]\nurl = "http://shop.example"\n', 1, "oms", "plain_http = true"),
        ('[oms]\nurl = "http://10.0.0.1"\n', 1, "oms", "must begin with https://"),
        ('[oms]\nurl = "https://a.example"\ntoken = "secret"\n', 3, "oms.token", "is no key of this file; did you mean 'token_env'?"),
        ('[oms]\nurl = "https://a.example"\ntoken_env = "lower case"\n', 3, "oms.token_env", "should match pattern"),
        ('[oms]\nurl = "https://a.example"\n[wsm]\nurl = "https://a.example"\n', 3, "wsm", "did you mean 'wms'?"),
        ('[oms]\nurl = "https://a.example"\n[wms]\nactions = true\nurl = "https://a.example"\n', 4, "wms.actions", "is no key"),
        ('[carrier]\nurl = "https://a.example"\n', None, "oms", "is missing"),
        ("[oms\n", 1, "column 5", "not valid TOML"),
        ('[oms]\nurl = "https://a.example"\ntoken_env = "UNSET"\n', None, "oms.token_env", "UNSET is not set"),
        ('[oms]\nurl = "https://a.example"\n[outbound]\nurl = "https://a.example"\nsecret_env = "SHORT"\n', None, "outbound.secret_env", "too short"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(text: str, line: int | None, where: str, what: str, tmp_path: Path) -> None:
    [(given_line, given_where, given_what)] = told(text, tmp_path, {**ENVIRONMENT, "SHORT": "whsec_c2VjcmV0"})
    assert (given_line, given_where) == (line, where) and what in given_what
    assert "secret@" not in given_what and "=secret" not in given_what


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert [line for line, _, _ in told('[oms]\nurl = ""\nx = 1\n[wms]\n', tmp_path)] == [2, 3, 4]


def test_a_missing_secret_of_deliveries_is_named(tmp_path: Path) -> None:
    assert told(GOOD, tmp_path, {"SHOP_OMS": "t"}) == [(None, "outbound.secret_env", "WISMO_OUTBOUND_SECRET has no secret in it")]


def test_the_environment_alone_is_enough() -> None:
    wires = find_wires(None, {"WISMO_OMS_URL": "http://localhost:1/oms", "WISMO_WMS_URL": "https://w.example", "WISMO_WMS_TOKEN": "t"})
    assert wires is not None
    assert wires.connections.wms is not None and dict(wires.tokens) == {System.WMS: "t"}
    with pytest.raises(TomlFileError, match="WISMO_OMS_URL: must be an address"):
        find_wires(None, {"WISMO_OMS_URL": "shop"})


def test_the_named_file_wins_then_the_folders_then_the_environment(tmp_path: Path) -> None:
    def wires(url: str, folder: str, name: str) -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(f'[oms]\nurl = "{url}"\n', encoding="utf-8")
        return tmp_path / folder / name

    named, own = wires("https://named.example", "a", "x.toml"), {"WISMO_OMS_URL": "https://environment.example"}
    folder = wires("https://folder.example", "b", "connections.toml").parent
    found = [
        find_wires(folder, {**own, "WISMO_CONNECTIONS": str(named)}),
        find_wires(folder, own),
        find_wires(tmp_path, own),
        find_wires(tmp_path, {}),
    ]
    hosts = [each.connections.oms.url.removeprefix("https://").split(".")[0] if each else None for each in found]
    assert hosts == ["named", "folder", "environment", None]
    with pytest.raises(TomlFileError, match="cannot be read"):
        find_wires(folder, {"WISMO_CONNECTIONS": str(tmp_path / "nothing.toml")})
