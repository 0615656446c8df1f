"""The closed words that definitions are written in, each with its meaning."""

from __future__ import annotations

STAGES = {
    "nomination": "somebody says that a person is ready, and why",
    "evidence": "exhibits are attached to criteria and verified",
    "calibration": "the file is frozen; a panel scores and votes",
    "decision": "the panel has voted; a person decides and says why",
}

OUTCOMES = ("promoted", "declined", "deferred")

RELATIONS = {
    "candidate": "the person whose case it is",
    "nominator": "who nominated the candidate",
    "manager of candidate": "to whom the candidate reports",
    "skip-level manager of candidate": "to whom the candidate's manager reports, and so on upward",
    "second-level manager of candidate": "the second in the reporting line above the candidate",
    "third-level manager of candidate": "the third in the reporting line above the candidate",
    "fourth-level manager of candidate": "the fourth in the reporting line above the candidate",
    "fifth-level manager of candidate": "the fifth in the reporting line above the candidate",
    "panel": "who sits on the panel of the session that the case is before",
    "chair": "who chairs that session",
    "hr": "who holds the role hr",
    "decider": "who holds the role decider",
    "executive sponsor": "who holds the role executive sponsor",
    "director": "who holds the role director",
    "department head": "who holds the role department head",
    "division head": "who holds the role division head",
    "total rewards": "who holds the role total rewards",
    "finance": "who holds the role finance",
    "interested": "who declared an interest in the case",
    "judged before": "who sat, judged or decided before the appeal",
    "recused": "who is recused from the case",
    "anyone": "whoever acts",
}

UPWARD = (
    "manager of candidate",
    "second-level manager of candidate",
    "third-level manager of candidate",
    "fourth-level manager of candidate",
    "fifth-level manager of candidate",
)
"""The line above a candidate, nearest first."""

PERSONAL = ("candidate", "nominator", "skip-level manager of candidate", "chair", *UPWARD)

BARS = {
    "below target level": "whose own level is below the level the case is for, or not known",
    "reporting line": "who stands above the candidate in the reporting line, or below",
    "nominated by candidate": "whom the candidate nominated in a case open now or opened within a year",
}

TIES = {
    "chair": "the chair's vote decides",
    "lost": "the case is not affirmed",
    "revote once": "the panel votes once more; a second tie is lost",
}

JUDGES_NEVER = ("candidate", "nominator", "manager of candidate", "interested")

GUARDS = {
    "readiness determined or excepted": "no required criterion is undetermined, unless it is excepted",
    "readiness met or excepted": "every required criterion is met, unless it is excepted",
    "file has evidence": "the file holds at least one exhibit",
    "file frozen": "nothing can be added to the file",
    "case in a session": "the case is before a session",
    "scores revealed": "the panel's scores are open",
    "votes revealed": "the panel's votes are open",
    "quorum present": "as many judges as the quorum asks for have voted",
    "no recusal blocks": "recusals and conflicts leave as many judges as the quorum asks for",
    "panel affirms": "as many judges vote yes as the definition asks for, a tie broken as it says",
    "approvals given": "everybody whom the definition asks for has approved",
    "commitment signed": "the candidate has committed to the new role for as long as the definition says",
    "file complete": "the file holds what the definition asks of it, and nothing that it forbids",
    "stay over": "the case has been in its state for as long as the definition says it stays",
    "effective date set": "the decision says when it takes effect",
    "next date set": "the decision says when the case is looked at again",
}

IN_SESSION = (
    "case in a session",
    "scores revealed",
    "votes revealed",
    "quorum present",
    "panel affirms",
)

REQUIREMENTS = {
    "reason": "whoever acts says why",
    "reasons per criterion": "each required criterion that is not met gets a reason of its own",
    "next date": "a date on which the case is looked at again",
    "citation": "at least one exhibit or fact of the file",
}
