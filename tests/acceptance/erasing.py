"""A company with a decided case and two people of hr, and what is left of its words in any file."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

from tests.acceptance.terminal import Terminal, post

WORDS = ("Quixotic-letter", "Zephyrine-reason", "Vermilion-vote", "Marzipan-note", "Obsidian-ground")
CANDIDATE = "H-10"


def walk(root: Path) -> None:
    """Walks C-0001 of the small company to a promotion, with words that are found nowhere else, and exports it."""
    held = post(Terminal(root))
    run = held.run
    run("import", "people", people(root.parent), acting="H-1")
    run("nominate", "Nadia", "--to", "senior-ae", "--because", WORDS[1], acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("evidence", "add", "C-0001", "--kind", "customer-letter", "--text", WORDS[0], acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    members = [word for one in ("H-3", "H-4", "H-5") for word in ("--member", one)]
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *members, "--quorum", "3", acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        run("session", "vote", "S-0001", "C-0001", "yes", "--because", WORDS[2], acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    run("session", "close", "S-0001", acting="H-3")
    run("decide", "C-0001", "promoted", "--because", WORDS[4], acting="H-2")
    for form in ("html", "zip"):
        run("export", "C-0001", "--as", "auditor", "--format", form, "--actor", "H-1")


def people(folder: Path) -> Path:
    """Returns a people file that gives the role hr to a second person, so that two can erase."""
    text = (Path(__file__).resolve().parents[2] / "examples" / "halden" / "people.csv").read_text()
    head, *rows = text.splitlines()
    at = head.split(",").index("roles")
    for n, row in enumerate(rows):
        cells = row.split(",")
        if cells[0] == "H-2":
            cells[at] = ";".join([*filter(None, cells[at].split(";")), "hr"])
            rows[n] = ",".join(cells)
    file = folder / "people.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    return file


def candidate(held: Terminal) -> tuple[str, ...]:
    """Returns what the directory says of the candidate."""
    with sqlite3.connect(held.workspace / "rung.db") as database:
        row = database.execute("select name, email, hr_id from person where name like 'Nadia%'").fetchone()
    database.close()
    return tuple(row)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Returns every file below a folder, a zip's members unpacked among them."""
    found: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[str(path)] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    found |= {f"{path}/{name}": packed.read(name) for name in packed.namelist()}
    return found


def traces(folder: Path, words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (file, word) for file, held in bytes_of(folder).items() for word in words if word.encode() in held
    ]


def ask(held: Terminal, *words: object, acting: str = "H-1") -> int:
    """Returns the number of a request for an erasure."""
    said = held.run("erasure", "request", *words, "--because", "She asked for it", "--json", acting=acting)
    return int(said.json["request"])
