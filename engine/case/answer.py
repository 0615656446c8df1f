"""Finds the module that answers a command on a case; each is pure: `(case, command, situation) -> drafts`."""

from __future__ import annotations

from engine.case.aftercare import commit, tell
from engine.case.appeal import appeal
from engine.case.approval import approve
from engine.case.command import (
    Approve,
    ApproveException,
    AskInformation,
    CaseCommand,
    CommitToRole,
    GiveInformation,
    RaiseAppeal,
    RefuseException,
    RequestException,
    TellCandidate,
)
from engine.case.decide import Refusal, Situation, decide
from engine.case.exception import answer as answer_exception
from engine.case.exception import ask
from engine.case.inquiry import give, inquire
from engine.case.state import Case
from engine.record.event import Draft


def answer(case: Case, command: CaseCommand, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the events that a command leads to, or the refusal with every reason."""
    match command:
        case RequestException():
            return ask(case, command, now)
        case ApproveException() | RefuseException():
            return answer_exception(case, command, now)
        case Approve():
            return approve(case, command, now)
        case RaiseAppeal():
            return appeal(case, command, now)
        case TellCandidate():
            return tell(case, command, now)
        case AskInformation():
            return inquire(case, command, now)
        case GiveInformation():
            return give(case, command, now)
        case CommitToRole():
            return commit(case, command, now)
        case _:
            return decide(case, command, now)
