"""The smallest parts of a packet: a frozen value, a person's name, and a text that may be gone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Holds values that are checked when made and never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Named(View):
    """Holds what to call a person, and their label."""

    name: str
    label: str


class Said(View):
    """Holds what somebody wrote; where `gone` is set, `text` says what stands in its place."""

    text: str
    gone: bool = False
