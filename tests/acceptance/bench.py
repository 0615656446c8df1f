"""A panel of one's own making: a workflow with other rules, published, and a case taken before it."""

from __future__ import annotations

from tests.acceptance.terminal import Terminal
from workflows import shipped

BECAUSE = ("--because", "Because")


def publish(terminal: Terminal, name: str, *changes: tuple[str, str]) -> None:
    """Publishes promotion-review under another name, with some of its text replaced."""
    text = shipped.text("promotion-review").replace("workflow: promotion-review", f"workflow: {name}", 1)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = terminal.workspace / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    terminal.run("workflow", "publish", file, acting="H-1")


def calibrated(terminal: Terminal, workflow: str, *opening: object, nominator: str = "H-6") -> None:
    """Brings C-0001 (Nadia, for senior-ae) under a workflow before S-0001, opened with these words."""
    run = terminal.run
    run("nominate", "Nadia", "--to", "senior-ae", "--workflow", workflow, *BECAUSE, acting=nominator)
    run("case", "step", "C-0001", "open_evidence", acting=nominator)
    run("evidence", "add", "C-0001", "--kind", "account-plan", "--text", "Plan", acting=nominator)
    run("case", "step", "C-0001", "freeze_file", acting=nominator)
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *opening, acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")


def members(*who: str) -> list[str]:
    """Returns the words that seat a panel."""
    return [word for one in who for word in ("--member", one)]


def scored(terminal: Terminal, *who: str, points: int = 3) -> None:
    """Has members score C-0001, and the chair reveal."""
    for one in who:
        terminal.run("session", "score", "S-0001", "C-0001", f"deal-complexity={points}", acting=one)
    terminal.run("session", "reveal", "S-0001", "C-0001", acting="H-3")


def voted(terminal: Terminal, **votes: str) -> None:
    """Has members (H3=yes) vote on C-0001, and the chair reveal."""
    for one, vote in votes.items():
        acting = f"H-{one[1:]}"
        terminal.run("session", "vote", "S-0001", "C-0001", vote, *BECAUSE, acting=acting)
    terminal.run("session", "reveal", "S-0001", "C-0001", acting="H-3")


def people(terminal: Terminal, *rows: str, head: str = "hr_id,name,roles") -> None:
    """Imports some rows of people."""
    file = terminal.workspace / "more.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    terminal.run("import", "people", file, acting="H-1")
