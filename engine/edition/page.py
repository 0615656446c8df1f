"""The one place that makes a Jinja environment: what is not told is an error, and what is told is escaped."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(folder: str = ".", *, escaped: bool = True, **more: Any) -> Environment:
    """Returns the templates of a folder; `more` is Jinja's own, such as how lines are trimmed.

    Everything is escaped but in plain text, which alone says `escaped=False`.
    """
    return Environment(
        loader=PackageLoader("templates", folder),
        undefined=StrictUndefined,
        autoescape=escaped,  # noqa: S701  # true unless plain text is written
        **more,
    )
