"""The first round in which somebody can be nominated who is eligible from a day on, as rounds are planned now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.round.query import load_round, round_rows
from engine.round.state import CLOSED, Round, covers, takes
from engine.store.transaction import Tx
from terms.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Holds the round that takes somebody from a day on, and from when it does; no round where none is planned."""

    round: Round | None
    since: str
    at_once: bool

    @property
    def sentence(self) -> str:
        """Returns in words which round takes them, when it opens and closes, and when a promotion takes effect."""
        held = self.round
        if held is None:
            return "No round that is planned now takes nominations from then on."
        effect = f", for promotions effective {held.effective}" if held.effective else ""
        if self.at_once:
            return (
                f"The round {held.label} takes nominations then, until {held.closes}{effect}, as planned now."
            )
        return (
            f"The next round that takes them opens {self.since}: {held.label}, until {held.closes}{effect}, "
            "as planned now."
        )

    def json(self) -> dict[str, Json]:
        """Returns it as JSON."""
        held = self.round
        return {
            "round": held.label if held else None,
            "from": self.since if held else None,
            "until": held.closes if held else None,
            "effective": held.effective if held else None,
        }


def opening(tx: Tx, source: str | None, target: str, on: date) -> Opening | None:
    """Returns the first round that takes a move on a day or after it; None where no round is for such a move."""
    day = on.isoformat()
    fitting = [one for one in round_rows(tx) if covers(str(one.moves), source, target)]
    if not fitting:
        return None
    ahead = []
    for one in fitting:
        if one.state != CLOSED and one.closes >= day:
            at_once = takes(one.state, one.opens, one.closes, day)
            ahead.append((day if at_once else one.opens, one.closes, one.label, one.id, at_once))
    if not ahead:
        return Opening(round=None, since=day, at_once=False)
    since, _, _, chosen, at_once = min(ahead)
    return Opening(round=load_round(tx, str(chosen)), since=since, at_once=at_once)
