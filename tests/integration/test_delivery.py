"""Letters are sent later, again or never, whatever breaks on the way: none is lost and none is doubled."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.letter.outbox import LEASE, claim
from engine.store.table.letter import letter as letter_table
from tests.integration.fault import Died, die, fault
from tests.integration.packet_story import Story, workspace
from tests.integration.peer import Mailbox
from tests.integration.posting import (
    all_of,
    bytes_of,
    clock_of,
    delegated,
    open_evidence,
    posted,
    read,
)

FORK = multiprocessing.get_context("fork")


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


def test_a_server_that_is_not_there_stops_the_round_and_costs_no_letter(on_file: Story) -> None:
    posted(on_file, Mailbox(port=1))
    engine = delegated(on_file)
    done = engine.deliver()
    assert (done.sent, done.later, done.failed) == (0, 1, 0)
    assert [one.tries for one in all_of(engine)] == [1, 0]
    assert done.reasons[0].startswith("L-0001: localhost:1 cannot be used: ConnectionRefusedError")


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
