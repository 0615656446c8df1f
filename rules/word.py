"""Plain sentences for a finding, made from its JSON form when somebody reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.gapword import gap_words
from terms.quantity import amount, plural
from terms.supply import asked

FORMS = {
    "count": "in at least {count} of {last}",
    "min": "at the lowest over {last}",
    "max": "at the highest over {last}",
    "mean": "on mean over {last}",
    "cumulative": "together over {last}",
    "latest": "in {last}",
}

FIGURE = re.compile(r"(?P<side>.+) of (?P<metric>\S+) for (?P<period>\[[-0-9]+, [-0-9]+\))\Z")
MAKERS = {
    "candidate": "by the candidate",
    "manager": "by the manager",
    "line": "from the reporting line",
    "outside_line": "from outside the reporting line",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Holds what a finding says: what is asked, required, observed, how it adds up, what is short or missing.

    `brought`: the commands that bring what is missing.
    """

    says: str
    required: str
    observed: str
    arithmetic: str
    gap: str
    missing: str
    brought: str = ""

    @property
    def lacking(self) -> str:
        """Returns what is still to do: what is missing, with the command that brings it, and what is short."""
        missing = f"{self.missing[:-1]}: {self.brought}." if self.brought and self.missing else self.missing
        return " ".join(one for one in (missing, self.gap) if one)


def words(finding: Mapping[str, Any]) -> Words:
    """Returns a finding's sentences, from its JSON form."""
    kind = str(finding["kind"])
    speak = SPEAKERS.get(kind, _group)
    required, observed = speak(finding)
    return Words(
        says=str(finding["says"]) or required,
        required=required,
        observed=observed,
        arithmetic="; ".join(finding["arithmetic"]),
        gap=gap_words(finding["gap"]) if finding["status"] != "met" else "",
        missing=_missing(finding),
        brought=" and ".join(f"`{asked(one)}`" for one in finding.get("imports", ())),
    )


def _missing(finding: Mapping[str, Any]) -> str:
    """Returns what is not known, of a criterion or of the parts that hang on it; empty for one that is met."""
    if finding["status"] == "met":
        return ""
    missing = _together(finding["missing"])
    if finding["status"] == "undetermined":
        unknown = [str(one["id"]) for one in finding["children"] if one["status"] == "undetermined"]
        missing += [f"what {' and '.join(unknown)} lack{'s' if len(unknown) == 1 else ''}"] if unknown else []
    return f"Missing: {'; '.join(missing)}." if missing else ""


def _together(missing: Sequence[str]) -> list[str]:
    """Returns what is missing with the periods that lack the same figures named at once."""
    lacks: dict[tuple[str, str], list[str]] = {}
    others: list[str] = []
    for one in missing:
        found = FIGURE.match(one)
        if found is None:
            others.append(one)
        else:
            lacks.setdefault((found["metric"], found["period"]), []).append(found["side"])
    alike: dict[tuple[str, str], list[str]] = {}
    for (metric, period), sides in lacks.items():
        alike.setdefault((" and ".join(sides), metric), []).append(period)
    told = [f"{sides} of {metric} for {', '.join(periods)}" for (sides, metric), periods in alike.items()]
    return others + told


def _last(count: int, noun: str) -> str:
    return f"the last {noun}" if count == 1 else f"the last {count} {noun}s"


def _each(count: int, last: str) -> str:
    return f"in {last}" if count == 1 else f"in each of {last}"


def _bound(bound: Mapping[str, Any]) -> str:
    word = "above" if bound["word"] == "above" else "at least"
    return f"{word} {amount(bound['value'], bound['unit'])}"


def _metric(asked: Mapping[str, Any]) -> str:
    if "components" in asked:
        held = [f"{amount(one['weight'], 'ratio')} {_whose(one['metric'])}" for one in asked["components"]]
        return " + ".join(held)
    return _whose(asked["metric"])


def _whose(metric: str) -> str:
    whose, _, name = metric.rpartition(":")
    told = {"team": f"{name} of the team", "coached": f"people coached who reached their {name}"}
    return told.get(whose, metric)


def _when(asked: Mapping[str, Any]) -> str:
    noun = f"{'fully ramped ' if asked['fully_ramped'] else ''}{asked['unit']}"
    last = _last(asked["last"], noun)
    if not asked["reach_back"]:
        last = f"those of the last {plural(asked['last'], asked['unit'])} that count"
    if asked["fiscal_year"]:
        last = f"the {noun}s of the {asked['fiscal_year']} fiscal year"
    match asked["form"]:
        case "each" | "variance":
            if asked["count"]:
                return f"in at least {asked['count']} of {last}"
            bounded = asked["fiscal_year"] or not asked["reach_back"]
            return f"in each of {last}" if bounded else _each(asked["last"], last)
        case "trend":
            return f"{last} against the {asked['last']} before"
        case form:
            return FORMS[form].format(count=asked["count"], last=last)


def _figures(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    parts = [f"{_metric(asked)} {_bound(asked['bound'])} {_when(asked)}"]
    if asked["form"] == "variance":
        parts = [
            f"{_metric(asked)} within {amount(asked['bound']['value'], 'ratio')} of its target {_when(asked)}"
        ]
    if asked["form"] == "trend":
        parts = [f"{_metric(asked)} up by {_bound(asked['bound'])}, {_when(asked)}"]
    if asked["cap"] is not None:
        parts.append(f"each counted up to {amount(asked['cap'], 'ratio')}")
    if asked["floor"] is not None:
        parts.append(f"none below {amount(asked['floor']['value'], asked['floor']['unit'])}")
    if asked["form"] in ("cumulative", "mean", "latest", "max", "trend"):
        observed = amount(seen["value"], seen["unit"])
    else:
        observed = f"{seen['periods_met']} of {seen['periods']} periods"
        if seen["value"] is not None:
            word = "furthest off" if asked["form"] == "variance" else "lowest"
            observed += f", {word} {amount(seen['value'], seen['unit'])}"
    return ", ".join(parts), observed


def _competency(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    names = ", ".join(asked["competencies"])
    every = len(asked["competencies"]) == asked["need"]
    which = names if every else f"at least {asked['need']} of {names}"
    last = _last(asked["cycles"], "cycle")
    when = f"on mean over {last}" if asked["mean"] and asked["cycles"] > 1 else _each(asked["cycles"], last)
    level = " on the next level" if asked["level"] == "next" else ""
    required = f"{which} {_bound(asked['bound'])}{level} {when}"
    scores: dict[str, list[str]] = {}
    for one in finding["inputs"]:
        scores.setdefault(one["competency"], []).append(one["score"] or "no score")
    told = "; ".join(f"{name} {', '.join(held)}" for name, held in scores.items())
    observed = told or "no score"
    if len(asked["competencies"]) > 1:
        observed = f"{seen['met']} of {seen['of']}: {observed}"
    return required, observed


def _track(finding: Mapping[str, Any]) -> tuple[str, str]:
    track, held = finding["required"]["track"], finding["observed"]["track"]
    return f"committed to {track}", f"committed to {held}" if held else "no commitment"


def _tenure(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    place = " or ".join(asked["names"]) or {"employment": "the company"}.get(
        asked["in"], f"the {asked['in']}"
    )
    leave = f" ({plural(seen['leave_days'], 'day')} of leave not counted)" if seen["leave_days"] else ""
    served = "unknown" if seen["months"] is None else f"{plural(seen['months'], 'month')}{leave}"
    return f"at least {plural(asked['months'], 'month')} in {place}", served


def _register(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    noun = {"evidence": "piece", "endorsement": "endorsement", "attestation": "attestation"}[
        asked["register"]
    ]
    of = {"evidence": f" of evidence: {asked['entry']}", "attestation": f" of {asked['entry']}"}
    verified = "verified " if asked["verified"] else ""
    parts = [f"at least {plural(asked['count'], verified + noun)}{of.get(asked['register'], '')}"]
    if asked["by"]:
        parts.append(MAKERS[asked["by"]])
    if asked["least_rank"] is not None:
        parts.append(f"from somebody of rank {asked['least_rank']} or above")
    if asked["within_months"] is not None:
        parts.append(f"within {plural(asked['within_months'], 'month')}")
    unsure = f", {seen['unsure']} more of whom that is not known" if seen["unsure"] else ""
    return " ".join(parts), f"{seen['count']}{unsure}"


def _rating(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    which = "the last rating" if asked["last"] == 1 else f"each of the last {asked['last']} ratings"
    recent = f" of the last {plural(asked['within_months'], 'month')}" if asked["within_months"] else ""
    return f"{which}{recent} {' or '.join(asked['one_of'])}", ", ".join(seen["ratings"]) or "no rating"


def _seat(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    told = "unknown" if seen["open"] is None else f"{seen['open']} open"
    return f"at least {plural(asked['count'], 'open seat')} for {asked['level']}", told


def _training(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    courses = ", ".join(asked["courses"])
    every = asked["need"] == len(asked["courses"])
    required = f"done: {courses}" if every else f"at least {asked['need']} done of {courses}"
    return required, f"{seen['done']} of {len(asked['courses'])} done"


def _none_of(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    held = ", ".join(seen["held"])
    known = "none" if seen["complete_as_of"] else "not known"
    return f"none of {', '.join(asked['none_of'])}", held or known


def _group(finding: Mapping[str, Any]) -> tuple[str, str]:
    asked, seen = finding["required"], finding["observed"]
    if asked["form"] == "not":
        return "this must not hold", f"it is {str(seen['inner']).replace('_', ' ')}"
    word = {"all": "all of these", "any": "any one of these"}.get(asked["form"])
    word = word or f"at least {asked['need']} of these {asked['of']}"
    return word, f"{seen['met']} of {seen['of']} met"


SPEAKERS = {
    "attainment": _figures,
    "metric": _figures,
    "competency": _competency,
    "track": _track,
    "tenure": _tenure,
    "evidence": _register,
    "endorsement": _register,
    "attestation": _register,
    "rating": _rating,
    "seat": _seat,
    "training": _training,
    "none_of": _none_of,
}
