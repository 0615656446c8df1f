"""What a definition asks of a panel: size, quorum, groups, alternates, how it votes, who is barred beyond the law."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from terms.form import Form
from workflows.vocabulary import BARS, PERSONAL, RELATIONS, TIES

NO_ROLE = ("panel", "interested", "recused", "judged before", "anyone")


class PanelRule(Form):
    """Holds how many sit on a panel, how many of them must judge and affirm, and who is barred besides."""

    size: Annotated[int, Field(ge=1, le=99)]
    quorum: Annotated[int, Field(ge=1, le=99)]
    affirm: Annotated[int, Field(ge=1, le=99)] | None = None
    ties: str = "lost"
    groups: dict[str, Annotated[int, Field(ge=1, le=99)]] = Field(default_factory=dict)
    alternates: Annotated[int, Field(ge=0, le=99)] = 0
    attend: bool = False
    proxy: bool = False
    discuss: str = "anything"
    bars: list[str] = Field(default_factory=lambda: list(BARS))
    chair: str | None = None

    @field_validator("ties")
    @classmethod
    def _ties(cls, value: str) -> str:
        if value not in TIES:
            raise ValueError(f"{value!r} breaks no tie; write {', '.join(TIES)}.")
        return value

    @field_validator("chair")
    @classmethod
    def _chair(cls, value: str | None) -> str | None:
        held = [one for one in RELATIONS if one not in (*PERSONAL, *NO_ROLE)]
        if value is not None and value not in held:
            raise ValueError(f"{value!r} is no role that a chair can hold; there is {', '.join(held)}.")
        return value

    @field_validator("discuss")
    @classmethod
    def _discuss(cls, value: str) -> str:
        if value not in ("anything", "file only"):
            raise ValueError(f"{value!r} is neither `anything` nor `file only`.")
        return value

    @field_validator("bars")
    @classmethod
    def _bars(cls, value: list[str]) -> list[str]:
        for one in value:
            if one not in BARS:
                raise ValueError(f"{one!r} bars nobody; write {', '.join(BARS)}.")
        return value


class ForumRule(Form):
    """Holds the panel that cases for some target levels come before."""

    levels: Annotated[list[str], Field(min_length=1)]
    panel: PanelRule
