"""Laws of `rung export`: what a walked case's packet holds, who may have it, which files it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import rung
from engine.access.permit import require
from engine.case.command import TakeStep
from engine.packet.build import build
from engine.packet.model import VARIANTS, Packet, Variant
from engine.packet.render import FORMATS, render
from terms.error import Refused
from tests.integration.packet_story import NOTES, VOICES, Story, decided, figure, frozen, judged, workspace


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Yields a workspace with a case just nominated."""
    made = workspace(tmp_path / "work")
    yield made
    made.engine.close()


def packet(story: Story, variant: Variant) -> Packet:
    """Returns the case's packet."""
    with story.engine.read() as tx:
        return build(tx, story.case, variant, organisation="Northwind")


def run(story: Story, *words: str, who: str = "Hana Hr") -> Result:
    """Returns what `rung export` answers."""
    env = {"RUNG_WORKSPACE": str(story.engine.root), "RUNG_AS": who, "RUNG_TRACE": "1"}
    return CliRunner().invoke(rung, ["export", *words], env=env)


def test_a_decided_case_tells_who_what_why_and_what_proves_it(story: Story) -> None:
    made = packet(decided(judged(frozen(story))), "auditor")
    assert (made.candidate.who.name, made.candidate.level, made.candidate.time_in_level) == (
        "Rep Rao",
        "Junior seller",
        "18 months",
    )
    assert made.candidate.manager is not None
    assert made.candidate.manager.name == "Boss Bold"
    assert dict(made.candidate.contact) == {"E-mail": "rep@northwind.example", "HR id": "HR-3"}
    assert (made.move.source, made.move.target) == ("Junior seller", "Senior seller")
    assert [(one.id, one.status) for one in made.readiness.criteria] == [
        ("quota", "met"),
        ("deals", "met"),
        ("shown", "met"),
    ]
    assert made.readiness.occasion.says == "when the file was frozen"
    assert [one.status for one in made.readiness.earlier] == ["not_met"]
    quota = made.readiness.criteria[0]
    assert [(one.label, one.value) for one in quota.inputs] == [
        ("1 February 2026 to 30 April 2026", "412,300.5 of 400,000 EUR: 103.0751%"),
        ("1 May 2026 to 31 July 2026", "468,900 of 400,000 EUR: 117.225%"),
    ]
    assert quota.arithmetic == "412,300.5 / 400,000 = 103.0751%; 468,900 / 400,000 = 117.225%"
    assert made.decision is not None
    assert [(one.id, len(one.digest)) for one in made.decision.cites] == [("E1", 64), (figure(story), 64)]
    assert {source for one in quota.inputs for source in one.sources} <= {one.source for one in made.facts}
    assert [one.value for row in made.cycle_scores.rows for one in row.cells] == ["4", None, "4", None]
    assert made.cycle_scores.rows[0].required == "at least 4 on the current level"
    session = made.calibrations[0]
    assert session.tally == (("yes", 2), ("no", 1), ("abstain", 0))
    assert [one.member.name for one in session.votes if one.dissent] == ["Bo Chen"]
    assert [one.who.name for one in session.members if one.recused] == ["Dee Cider"]
    assert [one.seq for one in made.log] == [one.seq for one in made.proof.entries]
    assert made.left_out == ()


@pytest.mark.parametrize("form", FORMATS)
def test_a_candidate_is_told_no_vote_no_note_and_no_confidence(story: Story, form: str) -> None:
    page = render(packet(decided(judged(frozen(story))), "candidate"), form).decode()
    hidden = [*NOTES.values(), *VOICES.values(), "RECUSAL", "CONFIDENCE", "Stranger Sam", "rep@northwind"]
    assert [one for one in hidden if one in page] == []
    assert "Two clean quarters, and peers learn from Rep." in page
    assert "Bo Chen" in page


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_packet_drawn_before_the_reveal_holds_no_judgement(story: Story, variant: Variant) -> None:
    page = render(packet(judged(frozen(story), reveal=False), variant), "json").decode()
    assert [one for one in NOTES.values() if one in page] == []
    assert "ScoresGiven" not in page
    assert packet(story, variant).calibrations[0].scores_are == "sealed"


def test_a_packet_of_a_case_just_nominated_renders_in_every_variant_and_format(story: Story) -> None:
    for variant in VARIANTS:
        for form in FORMATS:
            assert render(packet(story, variant), form)


def test_a_returned_and_then_withdrawn_case_tells_both_reasons_and_the_set_aside_session(
    story: Story,
) -> None:
    judged(frozen(story))
    act = story.engine.act
    act(TakeStep(case=story.case, step="return_for_evidence", because="Too thin."), story.actor("Ruth Chair"))
    act(TakeStep(case=story.case, step="withdraw", because="Rep asked to wait."), story.actor("Rep Rao"))
    for variant in VARIANTS:
        made = packet(story, variant)
        reasons = [one.because.text for one in made.timeline if one.because]
        assert reasons == ["Too thin.", "Rep asked to wait."]
        assert [one.set_aside for one in made.calibrations] == [True]
        assert (made.state.name, made.decision) == ("withdrawn", None)
        assert all(render(made, form) for form in FORMATS)


def test_export_writes_the_file_and_says_where_it_went(story: Story) -> None:
    decided(judged(frozen(story)))
    result = run(story, "C-0001", "--as", "committee", "--format", "md")
    file = story.engine.root / "exports" / "C-0001-committee.md"
    assert result.exit_code == 0, result.output
    assert result.output == f"C-0001 for the committee: {file} ({file.stat().st_size:,} bytes)\n"
    assert file.read_text("utf-8").startswith("# C-0001: Rep Rao\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_export_answers_json_and_carries_the_newest_checkpoint(story: Story, tmp_path: Path) -> None:
    decided(judged(frozen(story)))
    out = tmp_path / "mine.json"
    result = run(story, "c-0001", "--as", "auditor", "--format", "json", "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["case"], told["variant"], told["file"]) == ("C-0001", "auditor", str(out))
    made = Packet.model_validate_json(out.read_bytes())
    assert made.proof.checkpoint is not None
    assert made.proof.checkpoint.splitlines()[:2] == [made.proof.origin, str(made.proof.size)]


def test_export_never_writes_over_a_file_unless_told_to(story: Story, tmp_path: Path) -> None:
    out = tmp_path / "mine.html"
    out.write_text("mine")
    result = run(story, "C-0001", "--out", str(out))
    assert (result.exit_code, out.read_text()) == (4, "mine")
    assert result.output == (
        f"{out} is there already; write elsewhere with --out, or over it with --force.\n"
    )
    assert run(story, "C-0001", "--out", str(out), "--force").exit_code == 0
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("variant", "who", "code"),
    [
        ("candidate", "Rep Rao", 0),
        ("candidate", "Boss Bold", 0),
        ("candidate", "Hana Hr", 0),
        ("candidate", "Ana Lund", 3),
        ("candidate", "Stranger Sam", 3),
        ("committee", "Ana Lund", 0),
        ("committee", "Ruth Chair", 0),
        ("committee", "Hana Hr", 0),
        ("committee", "Rep Rao", 3),
        ("committee", "Boss Bold", 3),
        ("committee", "Stranger Sam", 3),
        ("auditor", "Hana Hr", 0),
        ("committee", "Dee Cider", 0),
        ("auditor", "Ruth Chair", 3),
        ("auditor", "Rep Rao", 3),
    ],
)
def test_a_variant_is_for_its_readers_alone(story: Story, variant: str, who: str, code: int) -> None:
    judged(frozen(story))
    result = run(story, "C-0001", "--as", variant, who=who)
    assert result.exit_code == code, result.output
    assert len(list((story.engine.root / "exports").iterdir())) == (1 if code == 0 else 0)


@pytest.mark.parametrize("variant", ["committee", "auditor"])
def test_no_role_lets_a_candidate_read_how_they_were_judged(variant: str) -> None:
    held = frozenset({"candidate", "hr", "panel", "decider", "chair of session"})
    with pytest.raises(Refused) as refused:
        require(f"export {variant}", held, "C-0001")
    assert str(refused.value) == (
        f"Not allowed: export {variant}, C-0001.\n"
        f"  - Whoever acts may not export {variant}: the case is their own. [forbid:export {variant}:candidate]"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("C-0099",), "No case C-0099; `rung case list` shows those there are.\n"),
        (
            ("nonsense",),
            "'nonsense' is not a case; write its label, such as C-0001 (`rung case list`).\n",
        ),
        (("C-0001", "--format", "pdf"), "A packet as pdf is not made yet; ask for html, md, json, zip.\n"),
    ],
)
def test_export_of_what_is_not_there_is_bad_input(
    story: Story, words: tuple[str, ...], sentence: str
) -> None:
    result = run(story, *words)
    assert (result.exit_code, result.output) == (2, sentence)


def test_export_into_a_folder_that_is_not_there_is_bad_input(story: Story, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "x.html"
    result = run(story, "C-0001", "--out", str(out))
    assert (result.exit_code, result.output) == (
        2,
        f"{out} cannot be written: No such file or directory.\n",
    )
