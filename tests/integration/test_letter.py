"""Letters reach a real mail server and a real web server; whatever breaks on the way, none is lost and none doubled."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from engine.bootstrap import Engine
from engine.case.command import TakeStep
from engine.custody.command import ApproveErasure, RequestErasure
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.letter import mail
from engine.letter.outbox import LEASE, Letter, claim, letters
from engine.letter.setting import PASSWORD, read_post
from engine.letter.word import one_line
from engine.record.log import touch
from engine.store.table.letter import letter as letter_table
from engine.store.table.person import person as person_table
from tests.integration.fault import Died, die, fault
from tests.integration.packet_story import Story, workspace
from tests.integration.peer import Mailbox, certify, mail_server

FORK = multiprocessing.get_context("fork")
FROM = "Reviews <reviews@northwind.example>"


class Clock:
    """Holds the time of a workspace, which stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Returns now, a microsecond later each time."""
        self.now += timedelta(microseconds=1)
        return self.now


@pytest.fixture
def story(url: str, tmp_path: Path) -> Iterator[Story]:
    """Yields a nominated case, on each kind of database, nothing having been written yet."""
    made = standing_still(workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url))
    yield made
    made.engine.close()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Story]:
    """Yields the same in a SQLite file."""
    made = standing_still(workspace(tmp_path / "ws"))
    yield made
    made.engine.close()


def standing_still(story: Story) -> Story:
    """Returns a story whose clock stands still and whose chance is always in the middle."""
    clock = Clock(story.engine.sources.clock())
    settled = replace(story.engine.sources, clock=clock, salts=lambda: b"\x80" + bytes(31))
    story.engine.sources = story.engine.store.sources = settled
    return story


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def clock_of(story: Story) -> Clock:
    return cast(Clock, story.engine.sources.clock)


def posted(story: Story, box: Mailbox | None = None, **more: Any) -> Engine:
    """Returns the engine, writing letters and sending them to a mail server."""
    smtp = {"smtp": {"host": "localhost", "port": box.port, "security": "none"}} if box else {}
    story.engine.post = read_post({"from": FROM, **smtp, **more}, "rung.toml")
    return story.engine


def open_evidence(story: Story) -> None:
    """Moves the case on, which writes nobody: then freezes its file, which writes to the candidate."""
    story.engine.act(TakeStep(case=story.case, step="open_evidence"), story.actor("Boss Bold"))
    story.engine.act(TakeStep(case=story.case, step="freeze_file"), story.actor("Boss Bold"))


def all_of(engine: Engine) -> tuple[Letter, ...]:
    with engine.read() as tx:
        return letters(tx)


def read(box: Mailbox, at: int = 0) -> EmailMessage:
    body = box.taken[at].content
    assert isinstance(body, bytes)
    found = message_from_bytes(body, policy=default)
    assert isinstance(found, EmailMessage)
    return found


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


def test_a_letter_that_cannot_be_taken_now_is_tried_again_ever_later(story: Story, box: Mailbox) -> None:
    engine, clock = posted(story, box), clock_of(story)
    box.answer = lambda *_: "451 4.3.0 Try again\r\nlater"
    open_evidence(story)
    waits = []
    for _ in range(12):
        assert engine.deliver().later == 1
        (held,) = all_of(engine)
        assert held.reason == "the server answered 451 4.3.0 Try again" and held.state == "waiting"
        next_at = datetime.fromisoformat(held.next_at)
        waits.append((next_at - clock.now).total_seconds())
        assert engine.deliver().later == 0
        clock.now = next_at
    assert [round(one / 60, 2) for one in waits] == [
        0.75, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0, 270.0, 270.0, 270.0
    ]  # fmt: skip
    box.answer = lambda *_: "250 OK"
    assert engine.deliver().sent == 1
    assert len(box.taken) == 1 and box.tries == 13


def test_after_days_of_trying_a_letter_is_given_up_and_says_why(story: Story, box: Mailbox) -> None:
    engine, clock = posted(story, box), clock_of(story)
    box.answer = lambda *_: "451 Later"
    open_evidence(story)
    clock.now += timedelta(days=4)
    for _ in range(4):
        assert engine.deliver().later == 1
        clock.now += timedelta(hours=7)
    assert engine.deliver().failed == 1
    (held,) = all_of(engine)
    assert (held.state, held.reason) == ("failed", "the server answered 451 Later; given up after 5 tries")
    assert engine.deliver().failed == 0


def test_a_refusal_for_good_is_given_up_at_once_with_the_servers_reason(on_file: Story, box: Mailbox) -> None:
    engine = posted(on_file, box)
    box.answer = lambda *_: "550 5.1.1 No such mailbox"
    open_evidence(on_file)
    assert engine.deliver().failed == 1
    (held,) = all_of(engine)
    assert (held.state, held.reason) == ("failed", "the server answered 550 5.1.1 No such mailbox")
    assert box.tries == 1 and engine.deliver().failed == 0


def test_a_connection_lost_in_the_middle_loses_nothing(on_file: Story, box: Mailbox) -> None:
    engine, clock = posted(on_file, box), clock_of(on_file)

    def cut(_: Any, server: Any) -> str:
        server.transport.abort()
        return "250 never heard"

    box.answer = cut
    open_evidence(on_file)
    assert engine.deliver().later == 1
    (held,) = all_of(engine)
    assert held.state == "waiting" and held.reason is not None
    assert held.reason.startswith("the connection broke: SMTPServerDisconnected")
    box.answer = lambda *_: "250 OK"
    clock.now += timedelta(hours=1)
    assert engine.deliver().sent == 1


def delegated(story: Story, *takers: str) -> Engine:
    """Lets Hana's work be done by others: two letters each, to the taker and to her."""
    engine, today = story.engine, story.engine.sources.today()
    for one in takers or ("Ana Lund",):
        engine.delegate(story.actor("Hana Hr"), story.ids[one], today, today, "Away")
    return engine


def test_a_server_that_is_not_there_stops_the_round_and_costs_no_letter(on_file: Story) -> None:
    posted(on_file, Mailbox(port=1))
    engine = delegated(on_file)
    done = engine.deliver()
    assert (done.sent, done.later, done.failed) == (0, 1, 0)
    assert [one.tries for one in all_of(engine)] == [1, 0]
    assert done.reasons[0].startswith("L-0001: localhost:1 cannot be used: ConnectionRefusedError")


def test_one_conversation_takes_all_letters_and_a_refused_one_does_not_end_it(
    on_file: Story, box: Mailbox
) -> None:
    posted(on_file, box)
    engine = delegated(on_file, "Ana Lund", "Bo Chen")
    box.answer = lambda envelope, _: "554 No" if box.tries == 2 else "250 OK"
    done = engine.deliver()
    assert (done.sent, done.failed, box.sessions) == (3, 1, 1)


def deliver_and_die(story: Story) -> None:
    story.engine.deliver()
    os._exit(0)


def test_a_process_killed_after_the_server_took_a_letter_sends_it_again_under_the_same_name(
    story: Story, box: Mailbox
) -> None:
    engine, clock = posted(story, box), clock_of(story)
    open_evidence(story)
    engine.close()
    child = FORK.Process(target=deliver_and_die, args=(story,))

    def kill(*_: Any) -> str:
        if child.pid is not None and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        return "250 OK"

    box.answer = kill
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL and len(box.taken) == 1
    (held,) = all_of(engine)
    assert (held.state, held.tries) == ("waiting", 1)
    assert engine.deliver().sent == 0, "its lease has not run out"
    clock.now += LEASE
    assert engine.deliver().sent == 1
    assert box.taken[0].content == box.taken[1].content
    assert read(box, 0)["Message-ID"] == read(box, 1)["Message-ID"]
    clock.now += LEASE
    assert engine.deliver().sent == 0 and len(box.taken) == 2


def test_processes_that_deliver_at_once_send_each_letter_once(story: Story, box: Mailbox) -> None:
    posted(story, box)
    engine = delegated(story, "Ana Lund", "Bo Chen", "Ruth Chair", "Dee Cider", "Vera Vice", "Boss Bold")
    engine.close()
    children = [FORK.Process(target=deliver_and_die, args=(story,)) for _ in range(4)]
    for one in children:
        one.start()
    for one in children:
        one.join()
        assert one.exitcode == 0
    assert {one.state for one in all_of(engine)} == {"sent"}
    names = [read(box, at)["Message-ID"] for at in range(len(box.taken))]
    assert len(names) == len(set(names)) == 12


def test_on_postgresql_who_claims_second_does_not_wait_for_the_first(
    postgres_url: str, tmp_path: Path
) -> None:
    story = workspace(tmp_path / "ws", database=postgres_url)
    posted(story)
    engine = delegated(story)
    ways = (letter_table.c.channel == "mail",)
    with engine.store.write(), engine.store.write(head=False) as one:
        first = claim(one, "one", ways)
        with engine.store.write(head=False) as two:
            two.connection.exec_driver_sql("set local lock_timeout = '1ms'")
            second = claim(two, "two", ways)
            assert claim(two, "two", ways) is None
    assert first is not None and second is not None and first.number != second.number
    engine.close()


def test_what_was_sent_stays_sent_though_its_lease_went_to_another(story: Story, box: Mailbox) -> None:
    engine, clock = posted(story, box), clock_of(story)
    open_evidence(story)
    other: list[int] = []

    def slow(*_: Any) -> str:
        if not other:
            other.append(1)
            clock.now += LEASE
            with engine.store.write(head=False) as tx:
                assert claim(tx, "other", (letter_table.c.channel == "mail",)) is not None
        return "250 OK"

    box.answer = slow
    assert engine.deliver().sent == 1
    clock.now += LEASE
    assert engine.deliver().sent == 0
    assert [one.state for one in all_of(engine)] == ["sent"] and len(box.taken) == 1


def test_a_password_goes_over_tls_to_the_server_whose_certificate_holds(
    on_file: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path)
    open_evidence(posted_later(on_file))
    with mail_server(tls=certificate, starttls=True) as box:
        secure = {"host": "localhost", "port": box.port, "user": "rung"}
        engine, clock = posted(on_file, smtp=secure), clock_of(on_file)

        def said() -> str:
            clock.now += timedelta(hours=7)
            done = engine.deliver()
            assert done.later == 1
            return done.reasons[0].partition(": ")[2]

        assert said().startswith("localhost:") and "CERTIFICATE_VERIFY_FAILED" in said()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        assert said() == "RUNG_SMTP_PASSWORD is not set, and rung needs a password"
        monkeypatch.setenv(PASSWORD, "wrong")
        assert said() == "localhost does not let rung in (535)"
        assert box.tries == 0
        monkeypatch.setenv(PASSWORD, "right")
        clock.now += timedelta(hours=7)
        assert engine.deliver().sent == 1
        assert box.logins[-1] == ("rung", "right") and {one for _, one in box.logins} == {"wrong", "right"}
        (held,) = all_of(engine)
        assert held.reason is None


def posted_later(story: Story) -> Story:
    posted(story)
    return story


def test_tls_from_the_first_byte_works_too(
    on_file: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with mail_server(tls=certificate) as box:
        engine = posted(on_file, smtp={"host": "localhost", "port": box.port, "security": "tls"})
        open_evidence(on_file)
        assert engine.deliver().sent == 1


def test_starttls_is_never_given_up_where_the_server_does_not_offer_it(on_file: Story, box: Mailbox) -> None:
    engine = posted(on_file, smtp={"host": "localhost", "port": box.port})
    open_evidence(on_file)
    done = engine.deliver()
    assert done.later == 1 and "STARTTLS extension not supported" in done.reasons[0] and box.tries == 0


def test_a_server_that_talks_for_ever_is_left(
    on_file: Story, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = posted(on_file, box)
    open_evidence(on_file)
    gone = threading.Event()
    box.answer = lambda *_: f"250 {gone.wait(20)}"
    monkeypatch.setattr(mail, "WHOLE", 0.05)
    done = engine.deliver()
    gone.set()
    assert done.later == 1 and "the connection broke" in done.reasons[0]


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


def bytes_of(box: Mailbox, at: int) -> bytes:
    found = box.taken[at].content
    assert isinstance(found, bytes)
    return found


def test_a_calendar_notes_what_it_showed_on_each_database(story: Story) -> None:
    engine, boss = story.engine, story.actor("Boss Bold")
    first = engine.calendar(boss.person, boss)
    assert first.count(b"BEGIN:VEVENT") == 1 and engine.calendar(boss.person, boss) == first
    engine.act(TakeStep(case=story.case, step="open_evidence"), boss)
    later = engine.calendar(boss.person, boss)
    assert b"SEQUENCE:1" in later and later.count(b"BEGIN:VEVENT") == 1


def test_a_delivery_that_dies_at_any_statement_loses_no_letter_and_doubles_none_that_was_noted(
    story: Story, box: Mailbox
) -> None:
    engine, clock = posted(story, box, kinds=["file-frozen", "delegation-receipt"]), clock_of(story)
    hr, today, at, twins = story.actor("Hana Hr"), story.engine.sources.today(), 0, 0
    while True:
        engine.delegate(hr, story.ids["Ana Lund"], today, today, "Away")
        engine.end_delegation(hr, story.ids["Ana Lund"])
        before, (*_, held) = len(box.taken), all_of(engine)
        try:
            with fault(engine.store, at, die) as passed:
                assert engine.deliver().sent == 1
            break
        except Died:
            taken, (*_, after) = len(box.taken) - before, all_of(engine)
            noted = after.state == "sent"
            assert taken or not noted, passed
        clock.now += LEASE
        assert engine.deliver().sent == (not noted), passed
        got = [one for one in range(before, len(box.taken)) if held.id in read(box, one)["Message-ID"]]
        assert len(got) == 1 + (taken and not noted) == len(box.taken) - before, passed
        assert len({bytes_of(box, one) for one in got}) == 1
        twins += len(got) - 1
        at += 1
    assert at > 8 and 0 < twins < at
    assert {one.state for one in all_of(engine)} == {"sent"}


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


def test_a_sender_that_the_server_refuses_costs_no_letter(on_file: Story, box: Mailbox) -> None:
    engine = posted(on_file, box)
    box.refuses = "550 5.7.1 Not you"
    delegated(on_file)
    done = engine.deliver()
    assert done.reasons == ["L-0001: the server takes nothing from reviews@northwind.example (550)"]
    assert [(one.state, one.tries) for one in all_of(engine)] == [("waiting", 1), ("waiting", 0)]


def test_a_server_that_leaves_after_a_letter_is_called_again_for_the_next(
    on_file: Story, box: Mailbox
) -> None:
    engine = posted(on_file, box)
    box.answer = lambda *_: "421 4.3.2 Going down" if box.tries == 1 else "250 OK"
    delegated(on_file)
    done = engine.deliver()
    assert (done.later, done.sent, box.sessions) == (1, 1, 2)
