"""The directory: each import of people commits to who they are, so that the record tells who an id stands for."""

from __future__ import annotations

from pathlib import Path

from engine.fact.entry import entered
from engine.fact.intake import File
from engine.record.log import read_log
from tests.integration.packet_story import Story, workspace

HEAD = "hr_id,name,email,roles\n"


def imported(story: Story, *rows: str) -> int | None:
    """Returns how many entries of the directory an import of people committed to; None where nothing was new."""
    data = (HEAD + "\n".join(rows) + "\n").encode()
    seq = story.engine.import_file(
        File(kind="people", data=data, name="people.csv"), story.actor("Hana Hr")
    ).seq
    if seq is None:
        return None
    with story.engine.read() as tx:
        (event,) = (one for one in read_log(tx, types=("FactsImported",)) if one.seq == seq)
    return int(str(event.data["entries"]))


def faults(story: Story) -> list[str]:
    return [str(one) for one in story.engine.verify().faults]


def test_who_an_earlier_version_entered_is_committed_to_when_they_are_imported_again(
    url: str, tmp_path: Path
) -> None:
    story = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    with story.engine.read() as tx:
        person = tx.connection.exec_driver_sql("select name, email from person where hr_id = 'HR-2'").one()
        assert entered(tx) == {}
    assert faults(story) == []
    row = f"HR-2,{person.name},{person.email},"
    assert imported(story, row, "HR-77,New Nora,nora@northwind.example,") == 2
    assert imported(story, row, "HR-77,New Nora,nora@northwind.example,panel") == 0
    assert imported(story, row, "HR-77,New Name,nora@northwind.example,panel") == 1
    assert faults(story) == []
    with story.engine.write() as tx:
        tx.connection.exec_driver_sql("update person set name = 'New Nora' where hr_id = 'HR-77'")
        (told,) = (one for one in entered(tx).values() if one["label"] not in ("P-0002",))
    assert faults(story) == [
        f"event {told['event']}: the directory says something else of {told['label']} than this import"
    ]
    story.engine.close()


def test_what_commits_to_an_entry_names_nobody(url: str, tmp_path: Path) -> None:
    story = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    imported(story, "HR-77,New Nora,nora@northwind.example,")
    with story.engine.read() as tx:
        rows = tx.connection.exec_driver_sql("select * from fact where kind = 'entry'").all()
    assert len(rows) == 1
    assert not any(word in repr(rows) for word in ("Nora", "nora", "HR-77"))
    story.engine.close()
