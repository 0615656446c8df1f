"""Workflows: forbid beats who, refusals carry every reason, and a definition that cannot work is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transitions import Machine, MachineError

from terms.error import Malformed
from workflows import shipped
from workflows.definition import Workflow, load_workflow
from workflows.lint import lint
from workflows.machine import NAMED, Barred, Moved, allowed, machine, move
from workflows.picture import lifecycle, mermaid
from workflows.vocabulary import GUARDS, RELATIONS, REQUIREMENTS

TEXT = shipped.text("promotion-review")
REVIEW = load_workflow(TEXT, "review.yaml")
relations = st.frozensets(st.sampled_from(sorted(RELATIONS)))
guards = st.dictionaries(st.sampled_from(sorted(GUARDS)), st.sampled_from([(), ("It does not hold.",)]))
given_words = st.frozensets(st.sampled_from(sorted(REQUIREMENTS)))
steps = st.sampled_from([(state, one) for one in REVIEW.transitions for state in one.source])


@given(steps, relations, guards, given_words)
def test_a_move_is_what_a_plain_reading_of_the_table_says(
    step: tuple[str, object],
    held: frozenset[str],
    holding: dict[str, tuple[str, ...]],
    supplied: frozenset[str],
) -> None:
    state, taken = step
    one = next(each for each in REVIEW.transitions if each is taken)
    plain = (
        bool(held & set(one.who))
        and not held & set(one.forbid)
        and all(holding.get(guard) == () for guard in one.when)
        and all(word in supplied for word in one.requires)
    )
    found = move(REVIEW, state, one.name, held, holding, supplied)
    assert isinstance(found, Moved) is plain
    if isinstance(found, Moved):
        assert found.state == one.to
    else:
        assert found.reasons


@given(steps, guards, given_words)
def test_forbid_beats_who(
    step: tuple[str, object], holding: dict[str, tuple[str, ...]], supplied: frozenset[str]
) -> None:
    state, taken = step
    one = next(each for each in REVIEW.transitions if each is taken)
    for barred in one.forbid:
        found = move(REVIEW, state, one.name, frozenset({barred, *one.who}), holding, supplied)
        assert isinstance(found, Barred)
        assert found.reasons[0].rule in {f"forbid:{one.name}:{each}" for each in (barred, *one.who)}
        assert found.reasons[0].text == f"{NAMED.get(barred, f'The {barred}')} may not {one.name}."


def test_a_refusal_carries_every_reason() -> None:
    found = move(
        REVIEW,
        "decision",
        "promote",
        frozenset({"candidate"}),
        {
            **dict.fromkeys(("votes revealed", "quorum present", "no recusal blocks"), ()),
            "readiness met or excepted": ("Criterion quota is not met.",),
        },
        frozenset(),
    )
    assert isinstance(found, Barred)
    assert [one.text for one in found.reasons] == [
        "The candidate may not promote.",
        "Only decider may promote.",
        "Criterion quota is not met.",
        "It is not known whether this holds: the decision says when it takes effect.",
        "Missing: whoever acts says why.",
    ]


class Plain:
    """Holds a state, as a careless caller's object would."""

    def __init__(self, state: str) -> None:
        self.state = state


def test_the_machine_itself_refuses_what_the_reasons_would_have_refused() -> None:
    built: Machine = machine(REVIEW)
    with pytest.raises((AssertionError, MachineError)):
        built.events["promote"].trigger(Plain("decision"))
    assert not [name for name in built.events if name.startswith("to_")], "no state is one call away"
    assert built.models == []
    assert machine(REVIEW) is built, "one machine per definition, not one per case"


def test_a_state_that_was_read_stays_what_it_was_when_a_step_is_refused() -> None:
    for state in REVIEW.states:
        for one in REVIEW.transitions:
            found = move(REVIEW, state, one.name, frozenset(), {}, frozenset())
            assert isinstance(found, Barred)


def test_what_leaves_a_state_is_what_the_definition_says() -> None:
    assert [one.name for one in allowed(REVIEW, "decision")] == [
        "return_for_evidence",
        "promote",
        "decline",
        "defer",
        "withdraw",
    ]
    assert allowed(REVIEW, "promoted") == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("who: [chair]", "who: [chare]",
         "w.yaml, line 61, column 10\n`who`: 'chare' is no relation; did you mean `chair`?"),
        ("to: promoted", "to: promted", "w.yaml, line 73, column 9\n'promted' is no state; did you mean `promoted`?"),
        ("deadline: 14 days", "deadline: soon",
         "w.yaml, line 11, column 15\n`deadline`: 'soon' is no deadline; write one such as 14 days, "
         "10 working days, 2 months, third friday of the month or 2026-12-18."),
        ("judges: true", "judges: yes", "w.yaml, line 64, column 13\n`judges` must be boolean, not 'yes'."),
        ("stage: evidence", "stage: evidnce",
         "w.yaml, line 14, column 12\n`stage`: 'evidnce' is no stage; did you mean `evidence`?"),
        ("initial: nomination", "initial: nominaton",
         "w.yaml, line 4, column 10\n'nominaton' is no state; did you mean `nomination`?"),
    ],
)  # fmt: skip
def test_a_definition_with_a_fault_tells_where(old: str, new: str, told: str) -> None:
    with pytest.raises(Malformed) as refused:
        load_workflow(TEXT.replace(old, new, 1), "w.yaml")
    assert str(refused.value) == told


def changed(old: str, new: str) -> Workflow:
    assert old in TEXT
    return load_workflow(TEXT.replace(old, new, 1), "w.yaml")


LOST = "  lost:\n    stage: evidence\n    says: Nobody comes here.\n\ntransitions:\n"


@pytest.mark.parametrize(
    ("old", "new", "checks"),
    [
        ("transitions:\n", LOST, {"unreachable", "trap"}),
        ("    requires: [reason]\n    when: [votes revealed, quorum present, no recusal blocks, "
         "readiness met or excepted, effective date set]\n    judges: true\n", "", {"judging"}),
        ("    who: [chair]\n    forbid: [candidate, nominator, manager of candidate, interested]\n",
         "    who: [chair]\n    forbid: [candidate]\n", {"judging"}),
        ("  - name: freeze_file\n    from: [evidence]", "  - name: open_evidence\n    from: [nomination, evidence]",
         {"ambiguous"}),
        ("quorum: 2", "quorum: 4", {"quorum"}),
        ("    who: [nominator, manager of candidate, hr]\n    when:", "    who: []\n    when:", {"nobody"}),
        ("    deadline: 14 days\n    escalate: hr\n", "    deadline: 14 days\n", {"escalation"}),
        ("when: [readiness determined or excepted]", "when: [votes revealed]", {"never"}),
        ("    from: [calibration]\n    to: decision", "    from: [calibration, declined]\n    to: decision",
         {"after-end"}),
        ("[hr, decider]", "[hr, manager of candidate]", {"chain"}),
        ("[hr, decider]", "[chair, decider]", {"chain"}),
        ("    - approvals: [hr, decider]", "    - approvals: [hr]\n    - approvals: [decider]", {"chain"}),
        ("after:\n", "approvals: {of: [finance]}\nafter:\n", {"unbacked"}),
        ("after:\n", "file: [{kind: plan, exactly: 1}]\nafter:\n", {"unbacked"}),
        ("after:\n", "after:\n  commitment: 6 months\n", {"unbacked"}),
        ("when: [readiness determined or excepted]", "when: [file complete]", {"unbacked"}),
        ("when: [readiness determined or excepted]", "when: [stay over]", {"unbacked"}),
        ("days\n  to: calibration\n", "days\n  to: evidence\n", {"appeal"}),
        ("  within: 30 days\n", "  within: 30 days\n  new_evidence: true\n", {"appeal"}),
        ("  within: 30 days\n", "  within: 30 days\n  against: [withdrawn]\n", {"appeal"}),
        ("{size: 3, quorum: 2}", "{size: 3, quorum: 2, affirm: 4}", {"quorum"}),
        ("{size: 3, quorum: 2}", "{size: 3, quorum: 2, groups: {east: 2, west: 2}}", {"quorum"}),
    ],
)  # fmt: skip
def test_lint_finds_what_a_definition_cannot_mean(old: str, new: str, checks: set[str]) -> None:
    found = lint(changed(old, new))
    assert {one.check for one in found} == checks
    assert all(one.place.startswith("w.yaml, line ") and one.fix for one in found)


def test_what_ships_has_no_fault() -> None:
    for name in shipped.names():
        assert lint(load_workflow(shipped.text(name), f"{name}.yaml")) == ()


def test_the_pictures_name_every_state_and_step() -> None:
    for text in (mermaid(REVIEW), lifecycle(REVIEW)):
        assert all(name in text for name in REVIEW.states)
        assert all(one.name in text for one in REVIEW.transitions)


def test_the_lifecycle_page_is_what_the_shipped_definitions_say() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"
    pages = [lifecycle(load_workflow(shipped.text(name), f"{name}.yaml")) for name in shipped.names()]
    assert page.read_text(encoding="utf-8") == "\n".join(pages)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{size: 3, quorum: 2}", "{size: 3, quorum: 3}",
         "w.yaml, line 5, column 8: All 3 of the panel must judge, so one recusal makes that impossible. "
         "Ask for fewer, or seat an alternate: `alternates: 1`. [quorum]"),
        ("{size: 3, quorum: 2}", "{size: 3, quorum: 2, affirm: 3}",
         "w.yaml, line 5, column 8: All 3 of the panel must judge, so one recusal makes that impossible. "
         "Ask for fewer, or seat an alternate: `alternates: 1`. [quorum]"),
        ("escalate: hr", "escalate: recused",
         "w.yaml, line 12, column 15: When nomination is late, the recused hears, and that is nobody there. "
         "Name a role, or somebody in the candidate's line. [escalation]"),
        ("escalate: hr", "escalate: chair",
         "w.yaml, line 12, column 15: When nomination is late, the chair hears, and that is nobody there. "
         "Name a role, or somebody in the candidate's line. [escalation]"),
        ("when: [readiness determined or excepted]", "when: [file frozen]",
         "w.yaml, line 57, column 11: freeze_file asks for `file frozen`, which cannot hold before calibration. "
         "Remove the guard, or take the step later. [never]"),
        ("quorum: 2", "quorum: 4",
         "w.yaml, line 5, column 26: A quorum of 4 does not fit a panel of 3. "
         "Ask for 3 or fewer, or seat more. [quorum]"),
        ("  - name: freeze_file\n    from: [evidence]", "  - name: open_evidence\n    from: [nomination, evidence]",
         "w.yaml, line 53, column 5: open_evidence leaves nomination twice. "
         "Give one of them another name. [ambiguous]"),
    ],
)  # fmt: skip
def test_a_finding_tells_place_sentence_and_fix(old: str, new: str, told: str) -> None:
    assert [str(one) for one in lint(changed(old, new))] == [told]


def test_what_only_an_appeal_leads_to_is_reached() -> None:
    again = "  again:\n    stage: calibration\n    says: Others judge.\n\ntransitions:\n"
    text = TEXT.replace("transitions:\n", again).replace(
        "from: [nomination, evidence, calibration, decision]",
        "from: [nomination, evidence, calibration, decision, again]",
    )
    assert [one.check for one in lint(load_workflow(text, "w.yaml"))] == ["unreachable"]
    appealed = text.replace("days\n  to: calibration\n", "days\n  to: again\n")
    assert appealed != text
    assert lint(load_workflow(appealed, "w.yaml")) == ()


def test_the_lifecycle_page_tells_panels_exceptions_approvals_and_appeals() -> None:
    page = lifecycle(load_workflow(shipped.text("executive-review"), "e.yaml"))
    for title in ("## Panel", "## Exceptions", "## Approvals", "## Appeal"):
        assert f"\n{title}\n" in page
