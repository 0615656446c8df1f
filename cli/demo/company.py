"""Makes up a company from a seed: people, twelve quarters, four scoring cycles, and a few awkward cases.

Only whole numbers are drawn, so the same seed gives the same bytes on any machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random  # noqa: TID251  # the generator is passed in, seeded by whoever asks for a company

from cli.demo.name import FAMILY, GIVEN
from engine.fact.kind import COLUMNS
from rules.criterion import Competency, leaves
from rules.ladder import load_ladder
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text, policy_text
from terms.calendar import Interval, add_months, fiscal_quarters

TODAY = date(2026, 10, 15)
FIRST_QUARTER = date(2023, 10, 1)
QUARTERS = fiscal_quarters(FIRST_QUARTER, 12)
CYCLES = (
    ("2024-H2", Interval(date(2024, 7, 1), date(2025, 1, 1))),
    ("2025-H1", Interval(date(2025, 1, 1), date(2025, 7, 1))),
    ("2025-H2", Interval(date(2025, 7, 1), date(2026, 1, 1))),
    ("2026-H1", Interval(date(2026, 1, 1), date(2026, 7, 1))),
)
SEASON = (104, 92, 99, 105)
LEVELS = (("sdr", 60), ("ae-1", 84), ("ae-2", 60), ("senior-ae", 12))
TARGETS = {"sdr": 45, "ae-1": 180_000, "ae-2": 300_000, "senior-ae": 450_000}
TEAMS = 24
REGIONS = ("North", "South", "East", "West")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Holds one made-up person; `skill` runs from 1 to 100 and drives figures and scores."""

    hr_id: str
    name: str
    level: str
    level_since: date
    hired: date
    manager: str
    team: str
    skill: int
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Holds the made-up company: its people, its files by import kind, and who plays which part."""

    members: tuple[Member, ...]
    files: dict[str, bytes] = field(repr=False)
    cast: dict[str, str]


@dataclass(slots=True)
class _Draft:
    """Holds the tables while they are filled."""

    attainment: list[tuple[str, ...]] = field(default_factory=list)
    restated: list[tuple[str, ...]] = field(default_factory=list)
    scores: list[tuple[str, ...]] = field(default_factory=list)
    training: list[tuple[str, ...]] = field(default_factory=list)
    standing: list[tuple[str, ...]] = field(default_factory=list)
    evidence: list[tuple[str, ...]] = field(default_factory=list)
    leave: list[tuple[str, ...]] = field(default_factory=list)


HEADS = {**COLUMNS, "people": tuple(one for one in COLUMNS["people"] if one != "manager_since")}

CAST = {
    "promoted": ("ae-2", "Noor Haddad", 88),
    "declined": ("ae-2", "Marcus Feld", 97),
    "deferred": ("ae-2", "Ines Duarte", 86),
    "blocked": ("ae-1", "Tomasz Wilk", 84),
    "recused": ("sdr", "Priya Raman", 87),
    "corrected": ("ae-2", "Yusuf Kern", 70),
    "on leave": ("ae-1", "Lotte Brandt", 78),
    "joined mid-quarter": ("ae-1", "Owen Achebe", 64),
    "missing score": ("ae-1", "Sunniva Moe", 82),
    "on a plan": ("ae-2", "Gus Tillman", 66),
}


def make_company(rng: Random) -> Company:
    """Returns a company drawn from a generator; the same seed gives the same files, byte for byte."""
    members = _people(rng)
    ids = {one.name: one.hr_id for one in members}
    cast = {part: ids[name] for part, (_, name, _) in CAST.items()}
    asked = _asked()
    draft = _Draft()
    for one in members:
        if one.level in TARGETS:
            _figures(rng, one, draft, cast)
            _scores(rng, one, draft, cast, asked.get(one.level, ()))
            _registers(rng, one, draft, cast)
    people = [_person_row(one) for one in members]
    files = {"people": _table("people", people)}
    for kind in ("attainment", "scores", "training", "standing", "evidence", "leave"):
        files[kind] = _table(kind, getattr(draft, kind))
    files["restated"] = _table("attainment", draft.restated)
    return Company(members=members, files=files, cast=cast)


def _table(kind: str, rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS[kind])
    writer.writerows(rows)
    return text.getvalue().encode()


def _bell(rng: Random, middle: int, spread: int) -> int:
    """Returns a whole number around a middle, rarely further off than a spread."""
    return middle + sum(rng.randrange(-spread, spread + 1) for _ in range(4)) // 4


def _people(rng: Random) -> tuple[Member, ...]:
    taken = {name for _, name, _ in CAST.values()}
    number = 1000

    def hire(level: str, since: date, hired: date, manager: str, team: str, **rest: object) -> Member:
        nonlocal number
        number += 1
        name = str(rest.pop("name", ""))
        while not name or (name in taken and name not in {n for _, n, _ in CAST.values()}):
            name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        taken.add(name)
        skill, roles = int(str(rest.get("skill", 50))), rest.get("roles", ())
        assert isinstance(roles, tuple)
        return Member(
            hr_id=f"E-{number}",
            name=name,
            level=level,
            level_since=since,
            hired=hired,
            manager=manager,
            team=team,
            skill=skill,
            roles=roles,
        )

    old = date(2017, 3, 1)
    chief = hire("", old, old, "", "Leadership", name="Vera Castellano", roles=("decider",))
    staff = [chief, hire("", old, old, "", "People", name="Ada Reyes", roles=("hr",))]
    staff.append(hire("", old, old, "", "People", name="Samir Holt", roles=("hr",)))
    directors = [
        hire("director", old, old, chief.hr_id, region, name=name, roles=("chair", "panel"))
        for region, name in zip(
            REGIONS, ("Ruth Ekström", "Paul Adeyemi", "Mina Sato", "Carl Brandão"), strict=True
        )
    ]
    managers = [
        hire("sales-manager", date(2021, 1, 1), date(2018, 6, 1), boss.hr_id, f"{boss.team} {n // 4 + 1}")
        for n in range(TEAMS)
        for boss in [directors[n % 4]]
    ]
    sellers = [one for level, size in LEVELS for one in _sellers(rng, hire, managers, level, size)]
    outside = hire("director", old, old, "", "Customer Success", name="Ingrid Sorel", roles=("panel",))
    return (*staff, *directors, *managers, *sellers, outside)


def _sellers(rng: Random, hire: object, managers: list[Member], level: str, size: int) -> list[Member]:
    assert callable(hire)
    parts = [(name, skill) for of, name, skill in CAST.values() if of == level]
    found: list[Member] = []
    for n in range(size):
        boss = managers[(n * 7 + len(level)) % TEAMS]
        if n < len(parts):
            name, skill = parts[n]
            hired, since = date(2023, 4, 1), date(2024, 10, 1)
        else:
            name, skill = "", min(99, max(5, _bell(rng, 52, 60)))
            hired = add_months(date(2021, 1, 1), rng.randrange(0, 66))
            since = max(hired, add_months(date(2023, 1, 1), rng.randrange(0, 42)))
        if level == "sdr" and not name:
            since = hired
        if name == "Owen Achebe":
            hired = since = date(2025, 11, 17)
        if name == "Priya Raman":
            hired = since = date(2025, 1, 6)
        found.append(hire(level, since, hired, boss.hr_id, boss.team, name=name, skill=skill))
    return found


def _person_row(one: Member) -> tuple[str, ...]:
    given, _, family = one.name.partition(" ")
    mail = f"{given}.{family}.{one.hr_id[2:]}".lower().replace(" ", "-")
    return (
        one.hr_id,
        one.name,
        f"{mail.encode('ascii', 'ignore').decode()}@halden.example",
        one.manager,
        one.level,
        one.level_since.isoformat() if one.level else "",
        one.hired.isoformat(),
        one.team,
        "sales" if one.level else "",
        ";".join(one.roles),
    )


def _figures(rng: Random, one: Member, draft: _Draft, cast: dict[str, str]) -> None:
    metric, unit = ("qualified-meetings", "count") if one.level == "sdr" else ("quota", "USD")
    for number, quarter in enumerate(QUARTERS):
        assert quarter.end is not None
        if quarter.end <= one.hired:
            continue
        target = TARGETS[one.level]
        percent = _bell(rng, 68 + one.skill // 2, 34) * SEASON[number % 4] // 100
        if one.hr_id in cast.values() and one.skill >= 78:
            percent = max(percent, 101 + one.skill % 9)
        actual = str(target * max(percent, 0) // 100 + (rng.randrange(0, 900) if unit == "USD" else 0))
        if one.hr_id == cast["on leave"] and number == 10:
            actual = "0"
        if one.hr_id == cast["blocked"] and number == 11:
            actual = ""
        row = (one.hr_id, metric, str(quarter.start), str(quarter.end), actual, str(target), unit)
        draft.attainment.append(row)
        if one.hr_id == cast["corrected"] and number == 11:
            draft.restated.append((*row[:4], str(target * 97 // 100), *row[5:]))
    if one.hr_id == cast["on leave"]:
        draft.leave.append((one.hr_id, "2026-04-06", "2026-06-29"))


def _asked() -> dict[str, tuple[tuple[str, str], ...]]:
    """Returns, per level, which competencies its moves ask for, on which level."""
    policy = _policy()
    found: dict[str, dict[tuple[str, str], None]] = {}
    for move in policy.moves:
        for top in (*move.ready, *move.advisory):
            for leaf in leaves(top):
                if isinstance(leaf, Competency):
                    for name in leaf.names:
                        found.setdefault(move.source, {})[name, leaf.level] = None
    return {level: tuple(names) for level, names in found.items()}


def _policy() -> Policy:
    return load_policy(policy_text("sales"), "sales.yaml", load_ladder(ladder_text("sales"), "sales.yaml"))


PEOPLE_SKILLS = ("peer-contribution", "coaching-others", "performance-differentiation", "accountability")


def _scores(
    rng: Random, one: Member, draft: _Draft, cast: dict[str, str], asked: Sequence[tuple[str, str]]
) -> None:
    for number, (cycle, span) in enumerate(CYCLES):
        assert span.end is not None
        if one.hired >= span.end:
            continue
        for name, level in asked:
            points = (one.skill + 4 * number) // 24 + (0 if level == "next" else 1) + rng.randrange(-1, 2)
            points = min(5, max(1, points))
            if one.hr_id in (cast["promoted"], cast["deferred"], cast["recused"], cast["blocked"]):
                points = max(points, 4 if level == "current" else 3)
            if one.hr_id == cast["declined"]:
                points = min(points, 2) if name in PEOPLE_SKILLS else max(points, 4)
            if one.hr_id == cast["missing score"] and number == 3 and name == "forecast-accuracy":
                continue
            row = (one.hr_id, cycle, str(span.start), str(span.end), name, level, str(points), "manager")
            draft.scores.append(row)


def _registers(rng: Random, one: Member, draft: _Draft, cast: dict[str, str]) -> None:
    part = {hr_id: part for part, hr_id in cast.items()}.get(one.hr_id, "")
    if rng.randrange(100) < one.skill or part == "declined":
        course = {"sdr": "discovery-basics", "ae-1": "negotiation", "ae-2": "advanced-method"}.get(one.level)
        if course:
            draft.training.append((one.hr_id, course, f"2026-0{rng.randrange(1, 10)}-11"))
    if part == "on a plan":
        draft.standing.append((one.hr_id, "performance-plan", "2026-08-03", ""))
    elif one.skill < 12 and not part:
        draft.standing.append((one.hr_id, "performance-plan", "2025-02-03", "2025-05-05"))
    for kind, on, text in _exhibits(rng, one, part):
        draft.evidence.append((one.hr_id, kind, on, text, one.manager))


def _exhibits(rng: Random, one: Member, part: str) -> list[tuple[str, str, str]]:
    deals = {"promoted": 2, "deferred": 1, "declined": 3}.get(part)
    if one.level == "ae-2":
        count = rng.randrange(0, 2 + one.skill // 40) if deals is None else deals
        return [
            (
                "executive-deal",
                f"2026-0{n + 2}-1{n}",
                f"Closed with the customer's executive board, deal {n + 1}",
            )
            for n in range(count)
        ]
    if one.level == "sdr" and (part == "recused" or rng.randrange(100) < one.skill // 2):
        return [("full-cycle-deal", "2026-05-19", "Ran a small renewal from first call to signature")]
    return []
