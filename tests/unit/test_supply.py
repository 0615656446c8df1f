"""What a finding says brings a fact is a kind of file that the importer reads."""

from __future__ import annotations

from engine.fact.kind import COLUMNS
from terms.supply import KINDS, STATED, asked


def test_every_import_that_a_finding_may_name_is_one_that_the_importer_reads() -> None:
    assert set(KINDS) <= set(COLUMNS)
    assert [asked(one) for one in STATED] == [
        "rung import training --complete-as-of DATE",
        "rung import standing --complete-as-of DATE",
    ]
