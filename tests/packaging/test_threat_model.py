"""Every line of the threat model names tests, and all of them are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def named_tests() -> list[tuple[str, str]]:
    """File or folder, and test (or nothing), of every line."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("### Threat model")[2].partition("\n##")[0]
    found = []
    for line in (line for line in section.splitlines() if line.startswith("| ") and not line.endswith(" shown by |")):
        file = ""
        for path, test in re.findall(r"`(tests/[\w/.]+)?(?:::(\w+))?`", line.removesuffix(" |").rpartition(" | ")[2]):
            file = path or file
            found.append((file, test))
        assert file, f"no test is named: {line}"
    return found


def test_every_named_test_is_there() -> None:
    named = named_tests()
    assert len(named) >= 30
    missing = [f"{file}::{test}" for file, test in named if not is_there(ROOT / file, test)]
    assert missing == []


def is_there(path: Path, test: str) -> bool:
    """Whether a file has that test, or a folder has tests."""
    if path.is_dir():
        return not test and any(path.glob("test_*.py"))
    return path.is_file() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))
