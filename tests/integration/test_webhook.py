"""Webhooks reach a real web server, signed so that any verifier of the specification takes them; and nobody else."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from engine.bootstrap import Engine
from engine.letter import webhook
from engine.letter.outcome import GaveUp, Later
from engine.letter.setting import Hook
from engine.letter.webhook import public, signature
from tests.integration.packet_story import Story, workspace
from tests.integration.peer import Desk, certify, web_server
from tests.integration.posting import all_of, clock_of, open_evidence, posted, standing_still

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
VARIABLE = "RUNG_WEBHOOK_SECRET_HR_SYSTEM"
ALL: frozenset[str] = frozenset()


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    made = standing_still(workspace(tmp_path / "ws"))
    yield made
    made.engine.close()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv(VARIABLE, SECRET)
    with web_server() as found:
        yield found


def hooked(story: Story, desk: Desk, kinds: tuple[str, ...] = ("file-frozen",)) -> Engine:
    """Returns the engine, writing to one webhook and to nobody else; the case's file is frozen."""
    url = f"http://localhost:{desk.port}/hooks/rung?of=halden"
    engine = posted(story, kinds=[], webhook=[{"name": "hr-system", "url": url, "kinds": list(kinds)}])
    open_evidence(story)
    clock_of(story).now = datetime.now(UTC)  # noqa: TID251  # the library's verifier reads the machine's clock
    return engine


def test_a_notice_is_signed_as_the_specification_says_and_tells_no_person(story: Story, desk: Desk) -> None:
    engine = hooked(story, desk)
    assert engine.deliver().sent == 1
    ((path, headers, body),) = desk.taken
    assert path == "/hooks/rung?of=halden" and headers["content-type"] == "application/json"
    (held,) = all_of(engine)
    assert headers["webhook-id"] == held.id and headers["host"] == f"localhost:{desk.port}"
    told = Webhook(SECRET).verify(body, headers)
    assert told == {
        "type": "file-frozen",
        "timestamp": told["timestamp"],
        "data": {"case": "C-0001"},
    }
    for name in story.ids:
        assert name.encode() not in body and story.ids[name].encode() not in body
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(bytes(32)).decode()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)
    late = str(int(headers["webhook-timestamp"]) - 301)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, {**headers, "webhook-timestamp": late})


def test_our_signature_is_that_of_the_reference_library() -> None:
    body, moment = b'{"type":"task"}', datetime(2026, 8, 1, tzinfo=UTC)
    mine = signature(bytes(range(32)), "msg_1", int(moment.timestamp()), body)
    assert mine == Webhook(SECRET).sign("msg_1", moment, body.decode())


def test_a_verifier_of_twenty_lines_takes_what_we_send_and_nothing_else(story: Story, desk: Desk) -> None:
    held: dict[str, Any] = {}
    page = (Path(__file__).resolve().parents[2] / "docs" / "letters.md").read_text(encoding="utf-8")
    exec(page.partition("```python\n")[2].partition("```")[0], held)  # what the page tells receivers to run
    verify = held["verify"]
    engine = hooked(story, desk)
    engine.deliver()
    ((_, headers, body),) = desk.taken
    now = int(headers["webhook-timestamp"])
    assert verify(SECRET, headers, body, now) is True
    assert verify(SECRET, headers, body, now + 299) is True
    for wrong in (
        (SECRET, headers, body, now + 301),
        (SECRET, headers, body, now - 301),
        (SECRET, headers, body + b" ", now),
        (SECRET, {**headers, "webhook-id": "other"}, body, now),
        (SECRET, {**headers, "webhook-timestamp": str(now - 1)}, body, now),
        (SECRET, {**headers, "webhook-signature": "v1,AAAA v2,x"}, body, now),
        ("whsec_AAAA", headers, body, now),
    ):
        assert verify(*wrong) is False
    twice = {**headers, "webhook-signature": "v1,AAAA " + headers["webhook-signature"]}
    assert verify(SECRET, twice, body, now) is True, "a secret in exchange signs twice"


def test_a_failing_receiver_is_tried_again_under_the_same_id_with_a_fresh_time(
    story: Story, desk: Desk
) -> None:
    engine, clock = hooked(story, desk), clock_of(story)
    desk.answer = lambda count: (500, {}, b"") if count == 1 else (200, {}, b"")
    done = engine.deliver()
    assert done.reasons == ["L-0001: hr-system answered 500"]
    clock.now += timedelta(minutes=5)
    assert engine.deliver().sent == 1
    first, second = desk.taken
    assert first[1]["webhook-id"] == second[1]["webhook-id"] and first[2] == second[2]
    assert int(second[1]["webhook-timestamp"]) - int(first[1]["webhook-timestamp"]) in (300, 301)


@pytest.mark.parametrize("asked", ["7200", "date", "soon", "9" * 40])
def test_what_a_receiver_asks_to_wait_is_waited(story: Story, desk: Desk, asked: str) -> None:
    engine, clock = hooked(story, desk), clock_of(story)
    if asked == "date":
        asked = (clock.now + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    desk.answer = lambda _: (429, {"retry-after": asked}, b"")
    engine.deliver()
    (held,) = all_of(engine)
    wait = datetime.fromisoformat(held.next_at) - clock.now
    assert (timedelta(minutes=119) < wait < timedelta(minutes=121)) is (asked not in ("soon", "9" * 40))


@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [
        (410, {}, "hr-system answered 410: it wants no more"),
        (302, {"location": "http://localhost:9/"}, "hr-system answered 302: redirects are not followed"),
        (308, {"location": "/elsewhere"}, "hr-system answered 308: redirects are not followed"),
    ],
)
def test_a_redirect_is_never_followed_and_who_wants_no_more_gets_no_more(
    story: Story, desk: Desk, status: int, headers: dict[str, str], why: str
) -> None:
    engine = hooked(story, desk)
    desk.answer = lambda _: (status, headers, b"")
    assert engine.deliver().failed == 1
    (held,) = all_of(engine)
    assert held.reason == why and len(desk.taken) == 1


def test_an_answer_without_an_end_is_read_no_further(story: Story, desk: Desk) -> None:
    engine = hooked(story, desk)
    desk.answer = lambda _: (200, {}, b"x" * 30_000_000)
    assert engine.deliver().sent == 1


def test_an_answer_that_drips_is_left(story: Story, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = hooked(story, desk)
    monkeypatch.setattr(webhook, "WHOLE", 0.05)
    listening = socket.create_server(("127.0.0.1", 0))
    hook = replace(HOOK, url=f"http://localhost:{listening.getsockname()[1]}/")
    with pytest.raises(Later, match="cannot be reached"):
        webhook.send(hook, SECRET, "id", b"{}", clock_of(story).now)
    listening.close()
    assert all_of(engine)


@pytest.mark.parametrize("secret", [None, "", "plain", "whsec_", "whsec_!!", "whsec_AAAA"])
def test_without_a_real_secret_nothing_is_sent(
    story: Story, desk: Desk, monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    engine = hooked(story, desk)
    monkeypatch.delenv(VARIABLE)
    if secret is not None:
        monkeypatch.setenv(VARIABLE, secret)
    done = engine.deliver()
    told = f"L-0001: {VARIABLE} holds no secret such as whsec_ and base64 of 24 to 64 bytes"
    assert done.reasons == [told] and desk.taken == []


HOOK = Hook(name="hr-system", url="https://hr.example.org/x", kinds=ALL, allow_private=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "224.0.0.1", "255.255.255.255", "::",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_a_private_network_is_never_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [_found(address)])
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("it was asked"))
    with pytest.raises(GaveUp) as told:
        webhook.send(HOOK, SECRET, "id", b"{}", datetime(2026, 8, 1, tzinfo=UTC))
    assert str(told.value) == (
        f"hr-system leads to {address}, in a private network; set allow_private if that is meant"
    )


def _found(address: str) -> tuple[Any, ...]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (address, 443))


def test_the_public_internet_is_public() -> None:
    assert public("93.184.215.14") and public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [[(*_found("127.0.0.1")[:4], ("127.0.0.1", desk.port))]]

    def once(*_: Any, **__: Any) -> Any:
        return answers.pop()

    monkeypatch.setattr(socket, "getaddrinfo", once)
    hook = replace(HOOK, url="http://inside.example/", allow_private=True)
    webhook.send(hook, SECRET, "id", b"{}", datetime(2026, 8, 1, tzinfo=UTC))
    assert desk.taken[0][1]["host"] == "inside.example" and answers == []


def test_https_is_checked_against_the_name_and_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path, "hooks.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with web_server(tls=certificate) as desk:
        there = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", desk.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
        inside = replace(HOOK, allow_private=True, url="https://hooks.example/rung")
        webhook.send(inside, SECRET, "id", b"{}", datetime(2026, 8, 1, tzinfo=UTC))
        assert len(desk.taken) == 1
        with pytest.raises(Later, match="CERTIFICATE_VERIFY_FAILED"):
            other = replace(inside, url="https://other.example/rung")
            webhook.send(other, SECRET, "id", b"{}", datetime(2026, 8, 1, tzinfo=UTC))
        assert len(desk.taken) == 1


def test_a_webhook_hears_only_of_its_kinds(story: Story, desk: Desk) -> None:
    engine = hooked(story, desk, kinds=("task", "quorum-lost"))
    assert engine.deliver().sent == 0
    assert all_of(engine) == () and desk.taken == []


def test_an_answer_over_tls_that_never_comes_is_left_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, gone = certify(tmp_path), threading.Event()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    monkeypatch.setattr(webhook, "WHOLE", 0.2)
    with web_server(tls=certificate) as desk:
        desk.answer = lambda _: (200, {}, b"late" if gone.wait(20) else b"never")
        hook = replace(HOOK, url=f"https://localhost:{desk.port}/")
        with pytest.raises(Later, match="hr-system cannot be reached"):
            webhook.send(hook, SECRET, "id", b"{}", datetime(2026, 8, 1, tzinfo=UTC))
        gone.set()
