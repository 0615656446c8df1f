"""The house: each room imports only what stands below it, and nothing else on the machine bears its name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from cli.main import VERSION

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "terms": (),
    "rules": ("terms",),
    "workflows": ("terms",),
    "templates": (),
    "engine": ("terms", "rules", "workflows"),
    "cli": ("terms", "rules", "workflows", "engine"),
    "web": ("terms", "rules", "workflows", "templates", "engine"),
}
ROOMS = (
    "store",
    "record",
    "people",
    "fact",
    "access",
    "edition",
    "case",
    "round",
    "session",
    "growth",
    "deadline",
    "letter",
    "screen",
    "report",
    "view",
    "packet",
    "replay",
    "custody",
    "bootstrap",
    "founding",
    "rehearsal",
)
ABOVE = ("tests", "benchmarks")
PURE = ("rules", "workflows")
OUTSIDE = {"sqlalchemy", "datetime.now", "socket", "pathlib", "os", "time", "sqlite3", "secrets"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
LONGEST = 400
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
FOLDERS = sorted({one.parent for floor in (*FLOORS, *ABOVE) for one in (ROOT / floor).rglob("*.py")})
PLURAL = re.compile(r"(?<![su])s$")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import out in full"
            assert node.module is not None
            if node.module in FLOORS:
                yield from (f"{node.module}.{one.name}" for one in node.names)
            else:
                yield node.module


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_module_imports_upward_or_sideways(path: Path) -> None:
    floor = path.relative_to(ROOT).parts[0]
    for name in imported(path):
        top = name.split(".")[0]
        assert top not in ABOVE, f"{place(path)} imports {name}: nothing shipped imports {top}"
        if top in FLOORS and top != floor:
            assert top in FLOORS[floor], (
                f"{place(path)} imports {name}, which is upward or sideways: {floor} may import "
                f"{' and '.join(FLOORS[floor]) or 'nothing of ours'}"
            )
    if floor == "engine" and path.parent != ROOT / "engine":
        room = path.relative_to(ROOT / "engine").parts[0]
        for name in imported(path):
            if name.startswith("engine."):
                other = name.split(".")[1]
                assert ROOMS.index(other) <= ROOMS.index(room), (
                    f"{place(path)} imports {name}: in the engine a room imports only those before it "
                    f"in {', '.join(ROOMS)}"
                )


@pytest.mark.parametrize("path", [one for one in MODULES if one.parts[len(ROOT.parts)] in PURE], ids=place)
def test_rules_and_workflows_touch_no_clock_file_database_or_network(path: Path) -> None:
    assert not OUTSIDE & set(imported(path)), f"{place(path)} reaches outside"


def test_every_engine_room_has_a_place_in_the_order() -> None:
    found = {one.name.removesuffix(".py") for one in (ROOT / "engine").iterdir() if one.name[0] not in "_."}
    assert found <= set(ROOMS)


def test_no_other_installed_distribution_owns_a_name_of_ours() -> None:
    owners = packages_distributions()
    for floor in FLOORS:
        others = [one for one in owners.get(floor, []) if one != "rung"]
        assert not others, f"{floor} is also a package of {others}"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_every_module_says_its_purpose_and_can_be_read_in_a_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = ast.get_docstring(ast.parse(text))
    assert told, f"{place(path)} says nothing of itself"
    assert path.stem not in VAGUE, f"{place(path)} has a name that says nothing"
    assert not PLURAL.search(path.stem), f"{place(path)}: a module is a singular noun"
    assert text.count("\n") <= LONGEST, f"{place(path)} is longer than {LONGEST} lines"


@pytest.mark.parametrize("path", FOLDERS, ids=place)
def test_every_folder_says_its_place_in_one_sentence(path: Path) -> None:
    front = path / "__init__.py"
    assert front.is_file(), f"{place(path)} has no __init__.py"
    told = ast.get_docstring(ast.parse(front.read_text(encoding="utf-8"))) or ""
    assert re.fullmatch(r"[A-Z\"][^\n]*[.]", told), f"{place(path)}/__init__.py: one sentence on one line"
    assert not re.search(r"[.] [A-Z]", told), f"{place(path)}/__init__.py says more than one sentence"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_every_public_function_and_class_says_what_it_returns_or_holds(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node) or path.parent.name == "demo", (
                f"{place(path)}: {node.name} says nothing"
            )


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION == version("rung")


def spelled(requirement: str) -> str:
    """Returns a requirement with its name as the package index spells it."""
    return re.sub(r"^[\w.-]+", lambda name: re.sub(r"[-_.]+", "-", name[0]).lower(), requirement)


def test_the_lock_file_is_in_step_with_the_project_and_knows_only_the_public_index() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {("", spelled(one)) for one in project["dependencies"]}
    for extra, names in project["optional-dependencies"].items():
        asked |= {(extra, spelled(one)) for one in names}
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    (rung,) = [one for one in lock["package"] if one["name"] == "rung"]
    locked: set[tuple[str, str]] = set()
    for one in rung["metadata"]["requires-dist"]:
        extra = re.sub(r"extra == '([\w-]+)'", r"\1", one.get("marker", ""))
        extras = ",".join(one.get("extras", []))
        locked.add((extra, one["name"] + (f"[{extras}]" if extras else "") + one.get("specifier", "")))
    assert locked == asked, "run `uv lock` after changing dependencies, and commit uv.lock with them"
    assert rung["version"] == project["version"]
    sources = {str(one["source"]) for one in lock["package"] if one is not rung}
    assert len(sources) == 1 and next(iter(sources)).startswith("{'registry': 'https://"), "one public index"
    files = [
        file["url"] for one in lock["package"] for file in [*one.get("wheels", []), one.get("sdist")] if file
    ]
    assert all(one.startswith("https://") for one in files)
    assert len({one.split("/")[2] for one in files}) == 1, "every file comes from one public place"


def test_the_version_is_told_without_loading_more_than_click() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import click; known = set(sys.modules)\n"
        "import cli.main\n"
        "try: cli.main.rung(['--version'], prog_name='rung')\n"
        "except SystemExit: pass\n"
        "more = {one.split('.')[0] for one in set(sys.modules) - known} - set(sys.stdlib_module_names)\n"
        "print(sorted(one for one in set(sys.modules) - known if one.split('.')[0] in more - {'click'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "['cli', 'cli.main']"
