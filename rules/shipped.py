"""The ladders and policies that come with Rung."""

from __future__ import annotations

from importlib.resources import files

from terms.error import Unknown

PLACE = files("rules")


def names(kind: str) -> tuple[str, ...]:
    """Returns the names of what ships of a kind, `ladders` or `policies`."""
    held = [one.name for one in (PLACE / kind).iterdir()]
    return tuple(
        sorted(one.removesuffix(".yaml") for one in held if one.endswith(".yaml") and one.count(".") == 1)
    )


def _text(kind: str, name: str) -> str:
    if name not in names(kind):
        raise Unknown(f"{name} is none of the {kind} that ship with Rung: {', '.join(names(kind))}.")
    return (PLACE / kind / f"{name}.yaml").read_text(encoding="utf-8")


def ladder_text(name: str) -> str:
    """Returns a shipped ladder's text; raises Unknown where there is none of that name."""
    return _text("ladders", name)


def policy_text(name: str) -> str:
    """Returns a shipped policy's text; raises Unknown where there is none of that name."""
    return _text("policies", name)


def trial_text(name: str) -> str:
    """Returns the tests of a shipped policy; raises Unknown where there is no policy of that name."""
    policy_text(name)
    return (PLACE / "policies" / f"{name}.test.yaml").read_text(encoding="utf-8")
