"""What docs/coverage.md promises exists: each command, each test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.manual import commands

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?!asked|---)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_each_row_names_a_command_and_a_test_that_exist() -> None:
    rows = ROW.findall((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))
    there = {path for path, _, _ in commands()}
    assert len(rows) >= 20
    for asked, where, shown in rows:
        named = re.findall(r"`(rung [a-z ]+)`", where)
        assert named and set(named) <= there, f"{asked}: {where} is no command"
        tests = re.findall(r"`([\w/.]+)::(\w+)`", shown)
        assert tests, f"{asked}: no test is named"
        for file, name in tests:
            tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
            found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name in found, f"{asked}: {file}::{name} is not there"
