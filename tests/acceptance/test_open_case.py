"""Law 12 under any course of events: editions published, dates passing, cases moved by hand, files frozen."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.acceptance.terminal import Terminal
from tests.acceptance.test_edition import BECAUSE, edition, nominated

RULES = ("keep", "move", "more_favourable")
steps = st.lists(
    st.tuples(
        st.just("publish"), st.sampled_from(RULES), st.sampled_from(("80%", "150%")), st.integers(10, 12)
    )
    | st.just(("month",))
    | st.just(("settle",))
    | st.just(("by hand",))
    | st.just(("freeze",)),
    min_size=2,
    max_size=6,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
@example(
    [("publish", "move", "150%", 11), ("month",), ("settle",), ("publish", "keep", "80%", 11), ("by hand",)]
)
@example([("publish", "move", "150%", 12), ("freeze",), ("month",), ("month",), ("settle",)])
@example(
    [
        ("publish", "keep", "80%", 10),
        ("publish", "move", "80%", 10),
        ("publish", "more_favourable", "150%", 10),
    ]
)
def test_an_open_case_keeps_its_edition_unless_an_event_on_record_moves_it(
    company: Terminal, course: list[tuple[object, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(company.workspace, Path(folder) / "held")
        here = Terminal(Path(folder) / "held", today=company.today)
        _walk(here, Path(folder), course)
        assert here.run("audit", "replay").out.endswith("Nothing differs.\n")


def _walk(here: Terminal, folder: Path, course: list[tuple[object, ...]]) -> None:
    pinned = held = nominated(here)
    rules: dict[str, str] = {}
    seen, frozen = 0, False
    for n, (kind, *told) in enumerate(course):
        by_hand = False
        match kind:
            case "publish":
                rule, bound, month = told
                changes = [
                    ("at_least: 100%", f"at_least: {bound}"),
                    ("open_cases: keep", f"open_cases: {rule}"),
                ]
                if month != 10:
                    changes.append(("effective: 2026-07-01", f"effective: 2026-{month}-01"))
                here.run("policy", "publish", edition(folder, f"2026-1{n}", *changes), acting="H-1")
                rules[f"2026-1{n}"] = str(rule)
            case "month":
                here.today = here.today.replace(month=min(here.today.month + 1, 12))
            case "settle":
                here.run("policy", "settle")
            case "by hand" if rules and not frozen:
                newest = f"sales@{list(rules)[-1]}"
                words = ("case", "edition", "C-0001", newest, *BECAUSE)
                by_hand = here.run(*words, acting="H-1", code=None).code == 0
            case "freeze" if not frozen:
                for step in ("open_evidence", "freeze_file"):
                    here.run("case", "step", "C-0001", step, acting="H-6")
        case = here.run("case", "show", "C-0001", "--json").json
        choices = case["editions"]
        assert case["edition"] == (choices[-1]["edition"] if choices else pinned)
        if len(choices) == seen:
            assert case["edition"] == held, "nothing on record moved it"
        for one in choices[seen:]:
            assert not frozen, "a frozen file keeps its edition"
            allowed = {f"open_cases: {rule}" for rule in rules.values() if rule != "keep"}
            assert one["why"] in (allowed | {"moved by hand"} if by_hand else allowed)
        log = here.run("audit", "log", "--case", "C-0001", "--json").json
        assert len([one for one in log if str(one["type"]).startswith("Edition")]) == len(choices)
        held, seen, frozen = case["edition"], len(choices), frozen or kind == "freeze"
