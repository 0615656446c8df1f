"""What is written is true: pages are run, commands are all described, links lead somewhere."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

from cli.main import rung
from tests.console import ROOT, agrees, run, steps, updated
from tests.manual import commands, manual, split

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
RUN = [page for page in PAGES if steps(page.read_text(encoding="utf-8"))]
COMMANDS = list(commands())
LAW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    """Returns whether pages are to be written anew instead of compared."""
    return bool(request.config.getoption("--update-docs"))


@pytest.mark.parametrize("shown", RUN, ids=named)
def test_every_console_block_prints_what_the_page_says(shown: Path, tmp_path: Path, updating: bool) -> None:
    page, text = shown, shown.read_text(encoding="utf-8")
    ran = run(text, tmp_path)
    for step, printed, code in ran:
        assert code == step.code, (
            f"{named(page)}:{step.line} `{step.typed.strip()}` ended with {code}:\n{printed}"
        )
    if updating:
        page.write_text(updated(text, ran), encoding="utf-8")
        return
    for step, printed, _ in ran:
        assert agrees(step.expected, printed), (
            f"{named(page)}:{step.line} `{step.typed.strip()}` no longer prints what the page says "
            f"(scripts/docs writes it anew); it prints:\n{printed}"
        )


@pytest.mark.parametrize(("path", "command"), [(path, command) for path, command, _ in COMMANDS])
def test_every_command_ends_its_help_with_an_example_of_itself(path: str, command: click.Command) -> None:
    told, example = split(command)
    assert re.match(r"[A-Z].*[.]$", told, re.DOTALL), f"{path} does not say in a sentence what it does"
    words = shlex.split(example)
    assert words[: len(path.split())] == path.split(), f"the example of {path} is `{example}`"
    context = rung.make_context("rung", words[1:], resilient_parsing=True)
    group: click.Command = rung
    for word in words[1:]:
        if not isinstance(group, click.Group):
            break
        found = group.get_command(context, word)
        assert found is not None, f"`{example}` names no command: {word}"
        group = found
    options = {name for one in group.params for name in [*one.opts, *one.secondary_opts]}
    for word in words:
        assert not word.startswith("--") or word.split("=")[0] in options, f"`{example}`: no option {word}"


def test_the_manual_is_what_the_commands_say(updating: bool) -> None:
    page = ROOT / "docs" / "commands.md"
    if updating:
        page.write_text(manual(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == manual(), "scripts/docs draws docs/commands.md anew"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{named(page)} links to {link}, which is not there"


def test_every_law_names_tests_that_exist_or_says_what_brings_them() -> None:
    laws = LAW.findall((ROOT / "docs" / "laws.md").read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in laws] == list(range(1, 14))
    for number, _, _, _, tests in laws:
        names = re.findall(r"`([\w/.]+)::(\w+)`", tests)
        assert names or tests.startswith("comes with "), (
            f"law {number} names neither a test nor what brings it"
        )
        for file, name in names:
            tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
            found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name in found, f"law {number} names {file}::{name}, which is not there"
