"""How a mail server is spoken to: one conversation, TLS, passwords, and what it may answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from engine.letter import mail
from engine.letter.setting import PASSWORD
from tests.integration.packet_story import Story
from tests.integration.peer import Mailbox, certify, mail_server
from tests.integration.posting import (
    all_of,
    clock_of,
    delegated,
    open_evidence,
    posted,
)


def test_one_conversation_takes_all_letters_and_a_refused_one_does_not_end_it(
    on_file: Story, box: Mailbox
) -> None:
    posted(on_file, box)
    engine = delegated(on_file, "Ana Lund", "Bo Chen")
    box.answer = lambda envelope, _: "554 No" if box.tries == 2 else "250 OK"
    done = engine.deliver()
    assert (done.sent, done.failed, box.sessions) == (3, 1, 1)


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
