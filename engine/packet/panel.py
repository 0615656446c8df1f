"""What a packet says of calibration: who sat, who stepped back, and what the session revealed."""

from __future__ import annotations

from typing import Literal

from engine.packet.view import Named, Said, View


class Member(View):
    """Holds one seat: who, as what, for which group, whether the seat judges, and what keeps its holder from it.

    `why` says in words what bars them, where the reader may know.
    """

    who: Named
    seat: Literal["chair", "member", "alternate"]
    votes: bool = True
    barred: bool = False
    recused: bool = False
    because: Said | None = None
    group: str | None = None
    interested: bool = False
    why: str = ""


class Moved(View):
    """Holds how a score was moved after the reveal: from which points, under which code, why, authorised by whom."""

    was: int
    code: str
    because: Said
    authorised_by: Named


class MemberScore(View):
    """Holds one member's revealed score of one competency, the note beside it, what it cites, how it was moved."""

    member: Named
    points: int
    note: str | None = None
    cites: tuple[str, ...] = ()
    moved: Moved | None = None


class PanelScores(View):
    """Holds what the panel scored on one competency, lowest and highest as read off."""

    id: str
    name: str
    scores: tuple[MemberScore, ...]

    @property
    def spread(self) -> str:
        """Returns the lowest and the highest score in words; never a mean, which would judge."""
        points = sorted(one.points for one in self.scores)
        return f"all {points[0]}" if points[0] == points[-1] else f"{points[0]} to {points[-1]}"


class Vote(View):
    """Holds one member's revealed vote and reason; `dissent` marks one against the outcome."""

    member: Named
    vote: str
    because: str
    dissent: bool = False


class Remark(View):
    """Holds what was noted in the discussion of a case, and what of the file it cites."""

    by: Named
    text: Said
    cites: tuple[str, ...] = ()


class Calibration(View):
    """Holds one session on the case: who sat, how many had to judge, and what was revealed to this reader.

    `scores_are` and `votes_are` are `sealed` before the reveal, then `shown`, or `withheld` from this reader;
    `least` gives the judges that groups must send, `counts` says in words how votes count and what became of a
    tie, `gone` says of each erased judgement what stands in its place.
    """

    session: str
    held_on: str
    members: tuple[Member, ...]
    quorum: int
    scores_are: Literal["sealed", "shown", "withheld"]
    votes_are: Literal["sealed", "shown", "withheld"]
    scores: tuple[PanelScores, ...] = ()
    votes: tuple[Vote, ...] = ()
    tally: tuple[tuple[str, int], ...] = ()
    gone: tuple[str, ...] = ()
    least: tuple[tuple[str, int], ...] = ()
    counts: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    set_aside: bool = False
