"""What is shipped fits together: the lock, the wheel, the floors, and nothing from outside the repository."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
FLOORS: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

# Put together from pieces, so that this file does not find itself.
ELSEWHERE = ("../" + "shared", "/" + "work/", "pypi" + ".org", "files.python" + "hosted", "registry" + ".npmjs")


def _pins() -> dict[str, Requirement]:
    pins = [Requirement(line.split("--hash")[0]) for line in LOCK if line.strip()]
    return {canonicalize_name(pin.name): pin for pin in pins}


def _wanted() -> list[str]:
    wanted: list[str] = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"] + PROJECT["build-system"]["requires"]
    return wanted


@pytest.mark.parametrize("wanted", _wanted())
def test_the_lock_holds_what_the_project_wants(wanted: str) -> None:
    requirement = Requirement(wanted)
    [pin] = _pins()[canonicalize_name(requirement.name)].specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version)


def test_every_pin_has_a_hash() -> None:
    assert [line for line in LOCK if line.strip() and "--hash=sha256:" not in line] == []


def test_the_wheel_holds_every_floor() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(FLOORS)
    assert PROJECT["tool"]["mypy"]["packages"] == FLOORS
    assert PROJECT["tool"]["importlinter"]["root_packages"] == FLOORS


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_says_what_it_is_for(floor: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / floor / "__init__.py").read_text(encoding="utf-8")))


def test_tests_are_no_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def _tracked() -> list[Path]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_points_out_of_the_repository() -> None:
    pattern = re.compile("|".join(map(re.escape, ELSEWHERE)).encode())
    found = {str(path.relative_to(ROOT)): match[0].decode() for path in _tracked() if (match := pattern.search(path.read_bytes()))}
    assert found == {}


def test_no_floor_is_ignored_by_git() -> None:
    tracked = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    assert set(FLOORS) <= tracked


def test_langgraph_json_names_one_graph() -> None:
    config = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))
    assert config["graphs"] == {"wismo": "./server/export.py:graph"}


def test_the_public_scenarios_have_the_shape_of_the_contract() -> None:
    folder = ROOT / "evals" / "scenarios"
    schema = json.loads((folder / "scenario.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    lines = (folder / "public.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []
