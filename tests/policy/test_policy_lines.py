"""Every key of a TOML file is found on its line, however the file is laid out."""

from __future__ import annotations

from server.policy_lines import line_of, lines_of

TEXT = '''\
# top
title = """
[not.a.header]
"""
a.b = 1

[ "quoted.name" ]   # a header with a comment
list = [
  1, # one
  2,
]
inline = {x = {y = 1}}

[[rows]]
n = 1
[rows.inner]
n = 2
[[rows.deep]]
n = 3
[[rows]]
[[rows.deep]]
[[rows.deep]]
n = 4
'''


def test_every_key_has_its_line() -> None:
    lines = lines_of(TEXT)
    assert lines == {
        ("title",): 2,
        ("a",): 5,
        ("a", "b"): 5,
        ("quoted.name",): 7,
        ("quoted.name", "list"): 8,
        ("quoted.name", "inline"): 12,
        ("quoted.name", "inline", "x"): 12,
        ("quoted.name", "inline", "x", "y"): 12,
        ("rows",): 14,
        ("rows", 0): 14,
        ("rows", 0, "n"): 15,
        ("rows", 0, "inner"): 16,
        ("rows", 0, "inner", "n"): 17,
        ("rows", 0, "deep"): 18,
        ("rows", 0, "deep", 0): 18,
        ("rows", 0, "deep", 0, "n"): 19,
        ("rows", 1): 20,
        ("rows", 1, "deep"): 21,
        ("rows", 1, "deep", 0): 21,
        ("rows", 1, "deep", 1): 22,
        ("rows", 1, "deep", 1, "n"): 23,
    }


def test_a_place_without_a_line_has_that_of_the_table_around_it() -> None:
    lines = lines_of("[a.b]\nc = [1, 2]\n")
    assert line_of(("a", "b", "c", 1), lines) == 2
    assert line_of(("a", "b", "absent"), lines) == 1
    assert line_of(("absent",), lines) is None
