"""Letters reach a real mail server, each written together with what it tells of; no name or address spoils one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.case.command import TakeStep
from engine.custody.command import ApproveErasure, RequestErasure
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.letter.word import one_line
from engine.record.log import touch
from engine.store.table.letter import letter as letter_table
from engine.store.table.person import person as person_table
from tests.integration.fault import Died, die, fault
from tests.integration.packet_story import Story
from tests.integration.peer import Mailbox
from tests.integration.posting import (
    FROM,
    all_of,
    bytes_of,
    delegated,
    open_evidence,
    posted,
    read,
)


def test_a_letter_reaches_its_receiver_as_text_and_as_a_page(story: Story, box: Mailbox) -> None:
    engine = posted(story, box)
    open_evidence(story)
    assert engine.deliver().sent == 1
    (held,) = all_of(engine)
    assert (held.state, held.tries, held.reason) == ("sent", 1, None)
    got = read(box)
    assert box.taken[0].mail_from == "reviews@northwind.example"
    assert box.taken[0].rcpt_tos == ["rep@northwind.example"]
    assert (got["From"], got["To"]) == (FROM, "Rep Rao <rep@northwind.example>")
    assert got["Subject"] == "C-0001: your file is complete"
    assert got["Message-ID"] == f"<{held.id}@northwind.example>"
    plain, page = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None and page is not None
    assert plain.get_content().replace("\r\n", "\n") == held.text
    assert "<h1" in page.get_content() and "Dear Rep Rao," in page.get_content()
    assert engine.deliver().sent == 0 and len(box.taken) == 1


def test_a_letter_and_what_it_tells_of_are_there_together_or_not_at_all(story: Story) -> None:
    engine, boss = posted(story), story.actor("Boss Bold")
    engine.act(TakeStep(case=story.case, step="open_evidence"), boss)
    step, at = TakeStep(case=story.case, step="freeze_file"), 0
    while True:
        try:
            with fault(engine.store, at, die) as passed:
                engine.act(step, boss, key="freeze")
            break
        except Died:
            committed = not {"after COMMIT", "after the commit"}.isdisjoint(passed)
            assert len(all_of(engine)) == committed, passed
        at += 1
    assert at > 20
    assert [one.kind for one in all_of(engine)] == ["file-frozen"]


def test_without_a_table_letter_nothing_is_written(story: Story) -> None:
    open_evidence(story)
    assert all_of(story.engine) == ()
    assert story.engine.deliver().sent == 0


@pytest.mark.parametrize(
    "email", [None, "", "nobody", "a@b\r\nBcc: all@x.example", "two@x.example, all@x.example"]
)
def test_without_a_usable_address_a_letter_is_given_up_and_nothing_is_sent(
    on_file: Story, box: Mailbox, email: str | None
) -> None:
    engine = posted(on_file, box)
    with engine.write() as tx:
        who = person_table.c.id == on_file.ids["Rep Rao"]
        touch(tx)
        tx.connection.execute(update(person_table).where(who).values(email=email))
    open_evidence(on_file)
    assert engine.deliver().failed == 1
    (held,) = all_of(engine)
    assert held.reason == "the directory has no e-mail address for the receiver that could be written to"
    assert box.tries == 0


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@x.example", "Eve\u2028X", "Ève Ólaf <b>", "E" * 199, "=?utf-8?q?x?="]
)
def test_no_name_makes_a_header_or_a_tag(on_file: Story, box: Mailbox, name: str) -> None:
    engine = posted(on_file, box)
    with engine.write() as tx:
        who = person_table.c.id == on_file.ids["Hana Hr"]
        touch(tx)
        tx.connection.execute(update(person_table).where(who).values(name=name))
    delegated(on_file)
    assert engine.deliver().sent == 2
    got = read(box)
    assert set(got.keys()) == HEADERS and box.taken[0].rcpt_tos == ["ana@northwind.example"]
    assert "Bcc" not in [line.partition(":")[0] for line in bytes_of(box, 0).decode().splitlines()]
    page = got.get_body(("html",))
    assert page is not None and "<b>" not in page.get_content()
    subject = f"You act for {one_line(name)} from 1 August 2026 to 1 August 2026"
    assert got["Subject"].strip() == subject.replace("=?", "= ?")


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Type", "MIME-Version",
}  # fmt: skip


def test_a_calendar_notes_what_it_showed_on_each_database(story: Story) -> None:
    engine, boss = story.engine, story.actor("Boss Bold")
    first = engine.calendar(boss.person, boss)
    assert first.count(b"BEGIN:VEVENT") == 1 and engine.calendar(boss.person, boss) == first
    engine.act(TakeStep(case=story.case, step="open_evidence"), boss)
    later = engine.calendar(boss.person, boss)
    assert b"SEQUENCE:1" in later and later.count(b"BEGIN:VEVENT") == 1


def test_an_erasure_takes_the_words_of_letters_that_wait_and_of_one_that_is_under_way(
    story: Story, box: Mailbox
) -> None:
    engine, hr, vice = posted(story, box), story.actor("Hana Hr"), story.actor("Vera Vice")
    with engine.write() as tx:
        second = FactRow(
            row=0, field="roles", person=vice.person, kind="roles", key="roles", name="hr", start="2025-01-06"
        )
        write_rows(tx, [second], hr, type_="FactsImported", data={}, command="Import", rule=None)
        touch(tx)
    open_evidence(story)
    engine.act(TakeStep(case=story.case, step="withdraw", because="Moved away"), story.actor("Boss Bold"))
    delegated(story)
    request = engine.act(RequestErasure(person=story.ids["Rep Rao"], because="Asked"), hr).events[0].seq

    def erase(*_: Any) -> str:
        if box.tries == 1:
            engine.act(ApproveErasure(request=request), vice)
        return "250 OK"

    box.answer = erase
    engine.deliver()
    rep, *others = all_of(engine)
    assert rep.receiver == story.ids["Rep Rao"] and rep.state == "sent"
    assert (rep.subject, rep.text, rep.html) == ("", "", "") and "erased by event" in str(rep.reason)
    assert others and all(one.text and one.state == "sent" for one in others)
    with engine.read() as tx:
        assert "Rep Rao" not in str(tx.connection.execute(select(letter_table)).all())
