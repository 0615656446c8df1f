"""Which event makes which letter, to whom: the whole of it in one table.

No kind follows from an event that somebody judged (SILENT): neither a letter nor its time tells who has.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.letter import audience
from engine.letter.audience import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Holds one kind of letter: its name, which events cause it, who gets it (in words, and found by what).

    `passed_on` says whether whoever acts for a receiver under a delegation gets one too; `receipt` whether
    those who made the event themselves are written to as well; `tells_case` whether its words name the case.
    """

    name: str
    events: tuple[str, ...]
    to: str
    find: Audience
    passed_on: bool = False
    receipt: bool = False
    tells_case: bool = True


SILENT = ("ScoresGiven", "VoteCast", "JudgementVoided", "CycleScored", "MemberAttended")

KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            name="reminder",
            events=("DeadlineReminded",),
            to="whoever the reminder names",
            find=audience.listed,
            passed_on=True,
        ),
        Kind(
            name="escalation",
            events=("DeadlineEscalated",),
            to="whoever the definition escalates to",
            find=audience.listed,
            passed_on=True,
        ),
        Kind(
            name="duty-reminder",
            events=("DutyReminded",),
            to="whoever the reminder names: of scores, actions, sessions, interim roles, delegations, rounds",
            find=audience.duty,
            tells_case=False,
        ),
        Kind(
            name="duty-escalation",
            events=("DutyEscalated",),
            to="whoever hears that one of these is overdue",
            find=audience.duty,
            tells_case=False,
        ),
        Kind(
            name="duty-ended",
            events=("DutyEnded",),
            to="whoever the notice names: of what ends by itself",
            find=audience.duty,
            tells_case=False,
        ),
        Kind(
            name="appeal-over",
            events=("AppealLapsed",),
            to="hr",
            find=audience.listed,
        ),
        Kind(
            name="exception-ended",
            events=("ExceptionEnded",),
            to="the nominator",
            find=audience.listed,
        ),
        Kind(
            name="took-effect",
            events=("PromotionTookEffect",),
            to="the candidate's manager",
            find=audience.listed,
        ),
        Kind(
            name="judging",
            events=("CaseBrought", "MemberSeated", "ScoresRevealed", "RevoteCalled"),
            to="each member who has to score or to vote, once for all cases of a session until it is sent",
            find=audience.judging,
            tells_case=False,
        ),
        Kind(
            name="task",
            events=(
                "CaseNominated",
                "VotesRevealed",
                "TieBroken",
                "CaseMoved",
                "CaseReturned",
                "ExceptionRequested",
                "ExceptionApproved",
                "ApprovalGiven",
                "CaseDecided",
                "AppealRaised",
            ),
            to="whoever has something else to do on the case: by name, or as holders of a role",
            find=audience.doing,
            passed_on=True,
        ),
        Kind(
            name="nominated",
            events=("CaseNominated",),
            to="the candidate",
            find=audience.candidate,
        ),
        Kind(
            name="nomination",
            events=("CaseNominated",),
            to="the candidate's manager, and in whose name it was made",
            find=audience.line,
        ),
        Kind(
            name="returned",
            events=("CaseReturned",),
            to="the nominator and the candidate's manager",
            find=audience.line,
        ),
        Kind(
            name="question",
            events=("InformationAsked",),
            to="the candidate, the nominator and the candidate's manager",
            find=audience.asked,
        ),
        Kind(
            name="answer",
            events=("InformationGiven",),
            to="who asked",
            find=audience.asker,
        ),
        Kind(
            name="file-frozen",
            events=("FileFrozen",),
            to="the candidate",
            find=audience.candidate,
        ),
        Kind(
            name="session",
            events=("SessionOpened",),
            to="chair, members and alternates",
            find=audience.seated,
        ),
        Kind(
            name="quorum-lost",
            events=("QuorumLost",),
            to="chair, alternates, hr",
            find=audience.quorum,
        ),
        Kind(
            name="chain-blocked",
            events=("ChainBlocked",),
            to="hr and the nominator; the decider where there is no hr",
            find=audience.stuck,
        ),
        Kind(
            name="exception-answered",
            events=("ExceptionApproved", "ExceptionRefused"),
            to="who asked for the exception, once it has its last answer",
            find=audience.requester,
        ),
        Kind(
            name="decision",
            events=("CaseDecided",),
            to="the nominator and the candidate's manager",
            find=audience.telling,
        ),
        Kind(
            name="told",
            events=("CandidateTold",),
            to="the candidate",
            find=audience.told,
        ),
        Kind(
            name="appeal",
            events=("AppealRaised",),
            to="the nominator, the candidate's manager, whoever decided, hr",
            find=audience.appealed,
        ),
        Kind(
            name="appeal-receipt",
            events=("AppealRaised",),
            to="the candidate",
            find=audience.candidate,
            receipt=True,
        ),
        Kind(
            name="delegation",
            events=("DelegationGiven",),
            to="to whom it is delegated",
            find=audience.taker,
        ),
        Kind(
            name="delegation-receipt",
            events=("DelegationGiven",),
            to="who delegated",
            find=audience.giver,
            receipt=True,
        ),
        Kind(
            name="delegation-ended",
            events=("DelegationEnded",),
            to="to whom it was delegated",
            find=audience.released,
        ),
        Kind(
            name="scores-asked",
            events=("ScoresAsked",),
            to="whose scores are asked for, and their manager",
            find=audience.scored,
        ),
        Kind(
            name="scores-owed",
            events=("CycleReminded",),
            to="whoever owes scores",
            find=audience.owing,
        ),
        Kind(
            name="action",
            events=("ActionPlanned",),
            to="the action's owner",
            find=audience.owner,
        ),
        Kind(
            name="action-done",
            events=("ActionFinished",),
            to="the manager of whose plan it is",
            find=audience.verifier,
        ),
        Kind(
            name="interim",
            events=("InterimOffered",),
            to="to whom the role is offered",
            find=audience.offered,
        ),
        Kind(
            name="erasure",
            events=("ErasureRequested",),
            to="hr, but neither the subject nor who asked",
            find=audience.second,
        ),
    )
}

BY_EVENT: dict[str, tuple[Kind, ...]] = {
    event: tuple(one for one in KINDS.values() if event in one.events)
    for event in sorted({event for one in KINDS.values() for event in one.events})
}
