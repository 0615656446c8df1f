"""Says which of the approvals that a definition asks for are given, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.case.state import Case
from workflows.provision import ApprovalRule

APPROVALS = "approvals"
"""Stands for the approvals after calibration where an exception's id would."""


def open_for(case: Case, rule: ApprovalRule | None) -> tuple[str, ...]:
    """Returns whose approval can be given now: every missing one, or the first where an order is asked for."""
    if rule is None:
        return ()
    given = {one.relation for one in case.approved}
    missing = tuple(one for one in rule.of if one not in given)
    return missing[:1] if rule.order == "as written" else missing


def turn(chain: str, relation: str) -> str:
    """Returns what names one turn of one chain."""
    return f"{chain}:{relation}"


def turns(case: Case, rule: ApprovalRule | None) -> Iterator[tuple[str, str]]:
    """Yields whose turn it is in each chain that waits: the exception's id or the approvals, and the relation."""
    if case.final:
        return
    for one in case.exceptions:
        if one.waits:
            yield one.id, one.chain[len(one.approvals)]
    if case.stage == "decision":
        for relation in open_for(case, rule):
            yield APPROVALS, relation


def unapproved(case: Case, rule: ApprovalRule | None) -> Iterator[str]:
    """Yields why the approvals are not given; nothing where they are, or where none are asked for."""
    if rule is None:
        return
    withheld = {one.relation: one for one in case.approvals if not one.given}
    given = {one.relation for one in case.approved}
    for one in rule.of:
        if one not in given:
            told = f"withheld it on {withheld[one].on}" if one in withheld else "has not approved"
            yield f"The {one} {told}."
