"""Says in words what each event of a case or a session is: the one place where those words live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.record.event import Event

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CaseNominated": lambda data: "Nominated",
    "CaseMoved": lambda data: f"Moved to {data['to']}",
    "FileFrozen": lambda data: "File frozen",
    "CaseReturned": lambda data: "Returned for more evidence",
    "CaseWithdrawn": lambda data: "Withdrawn",
    "CaseDecided": lambda data: f"Decided: {data['outcome']}",
    "EditionMoved": lambda data: f"Moved to another policy edition ({data['why']})",
    "EditionKept": lambda data: f"Policy edition kept, another was weighed ({data['why']})",
    "FactsRestated": lambda data: (
        "Facts that the readiness cites were restated"
        if any("was" in one for one in data["facts"])
        else "Facts that the readiness lacked came in"
    ),
    "EvidenceAttached": lambda data: f"Evidence {data['exhibit']} attached",
    "EvidenceVerified": lambda data: f"Evidence {data['exhibit']} verified",
    "EndorsementGiven": lambda data: f"Endorsement {data['exhibit']} given",
    "StatementAttested": lambda data: f"Statement {data['exhibit']} made",
    "InterestDeclared": lambda data: "Interest declared",
    "CaseBrought": lambda data: f"Brought before {data['session_label']}",
    "MemberSeated": lambda data: "Seat taken by an alternate",
    "ScoresGiven": lambda data: "Scored",
    "ScoresRevealed": lambda data: "Scores revealed",
    "VoteCast": lambda data: "Voted",
    "VotesRevealed": lambda data: "Votes revealed",
    "MemberRecused": lambda data: "Stepped back from the case",
    "ExceptionRequested": lambda data: f"Exception {data['exception']} from {data['criterion']} asked for",
    "ExceptionApproved": lambda data: (
        f"Exception {data['exception']} approved by the {data['relation']}"
        + (f", and granted until {data['until']}" if "until" in data else "")
    ),
    "ExceptionRefused": lambda data: f"Exception {data['exception']} refused by the {data['relation']}",
    "ChainBlocked": lambda data: f"Nobody can answer as the {data['relation']} ({data['chain']}); escalated",
    "ChainFreed": lambda data: f"Somebody can answer as the {data['relation']} ({data['chain']}) again",
    "ApprovalGiven": lambda data: f"Approved by the {data['relation']}",
    "ApprovalWithheld": lambda data: f"Not approved by the {data['relation']}",
    "CandidateTold": lambda data: f"Candidate told on {data['on']}",
    "RoleCommitted": lambda data: f"Candidate committed to the role for {data['for']}",
    "InformationAsked": lambda data: f"Information asked for ({data['question']}); the clock stands",
    "InformationGiven": lambda data: f"Information given ({data['question']})",
    "RoundBound": lambda data: f"In the round {data['label']}" + (", nominated late" if data["late"] else ""),
    "AppealRaised": lambda data: f"Appeal raised: {data['ground']}",
    "WorkflowMoved": lambda data: (
        f"Moved to another edition of the workflow, in {data['state']}"
        + (f" (was {data['was']})" if data["was"] != data["state"] else "")
    ),
    "MemberBarred": lambda data: "A member barred from the case",
    "JudgementVoided": lambda data: "A judgement taken back, since its member no longer judges the case",
    "QuorumLost": lambda data: f"Quorum of {data['quorum']} can no longer be reached",
    "RevoteCalled": lambda data: "Vote called once more",
    "TieBroken": lambda data: "Tie broken by the chair",
    "NoteTaken": lambda data: "Discussion noted",
    "ScoreChangeAsked": lambda data: "Change of a score asked for",
    "ScoreChangeAuthorised": lambda data: "Change of a score authorised",
    "SessionOpened": lambda data: "Session opened",
    "SessionClosed": lambda data: "Session closed",
    "CaseListed": lambda data: "Case listed",
    "SeatTaken": lambda data: "Seat taken",
    "MemberAttended": lambda data: "Attended",
}


def told(event: Event) -> str:
    """Returns what an event says, without anything sealed; its type where this version has no words for it."""
    made = SENTENCES.get(event.type)
    return made(event.data) if made else event.type
