"""Lists where an import made after a promotion gives another level than the decision did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from engine.case.query import CaseLine, cases, load
from engine.people.directory import natural
from engine.store.table.fact import fact, intake
from engine.store.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelConflict:
    """Holds one level fact that disagrees with a promotion: who, what was decided, what which import says."""

    case: str
    person: str
    decided: str
    effective: str
    imported: str
    since: str
    source: str
    file: str


def level_conflicts(tx: Tx) -> tuple[LevelConflict, ...]:
    """Returns every conflict, by case; a level that another case gave later is none."""
    promoted = [one for one in cases(tx) if one.outcome == "promoted"]
    given = {(natural(tx, one.person), one.target) for one in promoted}
    return tuple(found for one in promoted for found in _of(tx, one, given))


def _of(tx: Tx, line: CaseLine, given: set[tuple[str, str]]) -> Iterator[LevelConflict]:
    decision = load(tx, line.id).decisions[-1]
    query = (
        select(fact, intake.c.file_name)
        .join(intake, intake.c.seq == fact.c.import_seq)
        .where(fact.c.kind == "level", fact.c.person == line.person, fact.c.import_seq > decision.seq)
        .where(intake.c.file_name.is_not(None), fact.c.name.is_not(None))
        .order_by(fact.c.import_seq, fact.c.row)
    )
    for row in tx.connection.execute(query):
        if (natural(tx, line.person), row.name) not in given:
            yield LevelConflict(
                case=line.label,
                person=line.person,
                decided=line.target,
                effective=str(decision.effective),
                imported=row.name,
                since=row.start,
                source=f"f{row.import_seq}.{row.row}.{row.field}",
                file=row.file_name,
            )
