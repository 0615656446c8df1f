"""Packs: each makes a workspace whose ladder, policy and workflow are in effect, checked and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.founding import PACKS
from rules import shipped
from tests.acceptance.terminal import Terminal


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_founds_a_workspace_whose_editions_are_in_effect(pack: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "work")
    terminal.run("init", terminal.workspace, "--name", "Halden", "--pack", pack, "--solo")
    ladder, policy, *workflows = PACKS[pack]
    for kind, names in (("ladder", [ladder]), ("policy", [policy]), ("workflow", workflows)):
        held = terminal.run(kind, "list", "--json").json
        assert {one["state"] for one in held} == {"effective"}
        for one, name in zip(sorted(held, key=lambda two: two["name"]), names, strict=True):
            assert name.startswith(one["name"])
            assert kind != "policy" or one["steps"][0]["checks"]["tests"] > 0
    named = {str(one["workflow"]) for one in terminal.run("policy", "show", policy, "--json").json["moves"]}
    assert named - {"None"} <= set(workflows), "whatever workflow a move names comes with it"
    assert terminal.run("ladder", "lint", ladder).out == f"{ladder}: nothing to mend.\n"
    assert terminal.run("policy", "lint", policy).out.endswith(": nothing to mend.\n")
    assert "all as expected" in terminal.run("policy", "test", policy).out


def test_every_ladder_that_ships_comes_in_a_pack() -> None:
    assert {ladder for ladder, *_ in PACKS.values()} == set(shipped.names("ladders"))


def test_a_pack_that_is_none_changes_nothing_and_names_those_there_are(tmp_path: Path) -> None:
    root = tmp_path / "work"
    said = Terminal(root).run("init", root, "--name", "Halden", "--pack", "salse", code=2)
    assert said.err == f"No pack salse; there is {', '.join(sorted(PACKS))}.\n"
    assert not root.exists()
