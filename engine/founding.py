"""Founds a workspace, or makes one of a backup again: what happens before an engine is opened."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from engine.bootstrap import Engine, default_sources, engine_at
from engine.custody.backup import move_in, unpack
from engine.edition.publish import Trials, publish
from engine.letter.outbox import hold_back
from engine.record.event import SYSTEM, Actor, Draft
from engine.record.key import make_key
from engine.record.log import append, begin
from engine.record.verify import BROKEN, Verdict
from engine.store.database import Store
from engine.store.setting import FILE, NAME, Config, quoted, read_config, zone_of
from engine.store.source import Sources
from engine.store.transaction import Tx
from rules import shipped as shipped_rules
from terms.canonical import Json
from terms.error import BadInput, Broken, Conflict, Unknown
from workflows import shipped as shipped_workflows

PACKS: dict[str, tuple[str, ...]] = {
    "customer-success": ("customer-success", "customer-success", "promotion-review"),
    "director-path": ("director-path", "director-path", "executive-review"),
    "graded": ("graded", "graded", "forum-review"),
    "manager-profile": ("manager-profile", "manager-profile", "promotion-review"),
    "sales": ("sales", "sales", "promotion-review"),
    "sales-development": (
        "sales-development",
        "sales-development-2026-06",
        "promotion-review",
        "team-lead-review",
    ),
    "six-levels": ("six-levels", "six-levels", "promotion-review"),
}


def found(
    root: Path,
    *,
    name: str,
    pack: str | None = None,
    zone: str = "UTC",
    solo: bool = False,
    database: str | None = None,
    trust_asserted: bool = False,
    sources: Sources | None = None,
) -> Engine:
    """Returns the engine of a new workspace: folder, keys, database, genesis event, and a published pack.

    Raises BadInput for a name, zone or pack that is none, Conflict where a workspace stands already.
    """
    if not NAME.match(name):
        raise BadInput(f"{name!r} is no name for a workspace; use letters, digits, spaces and . _ - only.")
    if pack is not None and pack not in PACKS:
        raise Unknown(f"No pack {pack}; there is {', '.join(sorted(PACKS))}.")
    zone_of(zone, FILE)
    if (root / FILE).exists():
        raise Conflict(f"A workspace stands at {root} already.")
    for folder in ("keys", "policies", "checkpoints", "exports"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "keys").chmod(0o700)
    if database is not None:
        Store(database, sources or default_sources(root, zone_of(zone, FILE))).close()
    settings = f'[workspace]\nname = "{name}"\nzone = "{zone}"\nsolo = {str(solo).lower()}\n'
    if database is not None:
        settings += f"database = {quoted(database)}\n"
    if trust_asserted:
        settings += "trust_asserted = true\n"
    origin = f"{_slug(name)}/{secrets.token_hex(4)}"
    key = make_key(root / "keys", origin)
    engine = engine_at(
        root, Config(name, zone_of(zone, FILE), solo, database, trust_asserted=trust_asserted), sources
    )
    engine.store.create()
    with engine.store.write() as tx:
        if tx.held["head"] is not None:
            told = f"{engine.store.name} holds a record already; "
            raise Conflict(
                told + "one schema holds one: name another, or copy rung.toml and keys/ of its workspace."
            )
        _begin(tx, origin, name, zone, pack, str(key))
    (root / FILE).write_text(settings, encoding="utf-8")
    return engine


def _begin(tx: Tx, origin: str, name: str, zone: str, pack: str | None, key: str) -> None:
    """Writes the genesis event, and a pack's ladder, policy (by its tests) and workflows as the first editions."""
    actor = Actor(SYSTEM, "system")
    data: dict[str, Json] = {"origin": origin, "name": name, "zone": zone, "key": key, "format": 1}
    begin(tx, origin)
    append(tx, [Draft(type="WorkspaceFounded", stream="workspace", data=data)], actor=actor, command="Found")
    if pack is None:
        return
    ladder, policy, *workflows = PACKS[pack]
    tests = (shipped_rules.trial_text(policy), f"{policy}.test.yaml")
    texts: list[tuple[str, str, str, Trials | None]] = [
        ("ladder", ladder, shipped_rules.ladder_text(ladder), None),
        ("policy", policy, shipped_rules.policy_text(policy), tests),
        *(("workflow", one, shipped_workflows.text(one), None) for one in workflows),
    ]
    for kind, name, text, trials in texts:
        publish(tx, kind, text, f"{name}.yaml", actor, frozenset({"hr"}), solo=True, trials=trials)


def workflows_of(pack: str) -> str:
    """Returns how many workflows come with a pack, in words."""
    count = len(PACKS[pack]) - 2
    return "a workflow" if count == 1 else f"{count} workflows"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def restore(
    backup: Path,
    root: Path,
    *,
    database: str | None = None,
    since: Sequence[Path] = (),
    sources: Sources | None = None,
) -> Verdict:
    """Returns the verdict on the workspace that a backup was made into, in a new folder.

    Raises Broken, and leaves nothing, where the backup is broken or older than a checkpoint of `since`.
    """
    if database is not None:
        quoted(database)
    unpack(backup, root, database)
    try:
        config = read_config(root)
        if config.database != database:
            told = "Its rung.toml names a database in a way that restoring does not take out"
            raise BadInput(
                f"{told}; write `database = ...` on a line of its own, or leave it away.", str(backup)
            )
        engine = engine_at(root, config, sources)
        try:
            if database is not None:
                move_in(root, engine.store)
            engine.store.create()
            with engine.store.write(head=False) as tx:
                hold_back(tx)
            verdict = engine.verify(since)
        finally:
            engine.close()
        if verdict.answer == BROKEN:
            raise Broken(f"The backup is not restored: {verdict.faults[0]}.", str(backup))
    except BaseException:
        shutil.rmtree(root)
        raise
    return verdict
