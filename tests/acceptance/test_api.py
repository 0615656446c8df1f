"""The API: nobody but whoever shows a token, what each reader sees, and all that can be done to a case."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from fastapi import FastAPI

from engine import bootstrap
from engine.bootstrap import open_engine
from engine.record.event import Actor
from tests.acceptance.client import Answer, Client
from tests.acceptance.conftest import calibrate, small
from tests.acceptance.terminal import Terminal
from web.app import application
from web.form import COMMANDS, LEFT_OUT
from web.front import described
from web.gate import LARGEST, Meter

EVERYBODY = ("H-1", "H-2", "H-3", "H-4", "H-5", "H-6", "H-7", "H-10", "H-11")


class Office:
    """A company whose people talk to one application, each with a token of their own."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.engine = open_engine(terminal.workspace)
        self.app: FastAPI = application(self.engine)
        self.tokens = {who: self.issued(who) for who in EVERYBODY}

    def issued(self, who: str) -> str:
        return str(self.terminal.run("token", "issue", who, "--json", acting="H-1").json["secret"])

    def by(self, who: str) -> Client:
        return Client(self.app, self.tokens[who])


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Returns a company with C-0001 before S-0001; tests that share it change nothing."""
    return Office(calibrate(small(tmp_path_factory.mktemp("api") / "ws")))


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Office:
    """Returns a company of this test's own, in which nothing has happened."""
    shutil.copytree(made, tmp_path / "ws")
    return Office(Terminal(tmp_path / "ws"))


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets every test live on one day, after all that came before."""
    office = request.getfixturevalue("office" if "office" in request.fixturenames else "before")
    office.terminal.ticks = count(100_000)
    with patch.object(bootstrap, "now", office.terminal.clock):
        office.engine.sources = bootstrap.default_sources(office.engine.root, office.engine.sources.zone)
        office.engine.store.sources = office.engine.sources
        yield


def paths(app: FastAPI) -> list[tuple[str, str]]:
    """Returns every method and path of an application, with names in the place of parameters."""
    return [
        (method.upper(), re.sub(r"\{\w+\}", "C-0001", path))
        for path, ways in described(app)["paths"].items()
        for method in ways
    ]


def test_a_stranger_is_answered_401_on_every_path_below_api(before: Office) -> None:
    asked = [*((method, path) for method, path in paths(before.app) if path != "/healthz"),
             ("GET", "/api"), ("GET", "/api/nothing"), ("PUT", "/api/cases"), ("OPTIONS", "/api/cases")]  # fmt: skip
    assert len(asked) > 70
    for method, path in asked:
        for shown in (None, "", "Basic eDp5", "Bearer", "Bearer rung_" + "A" * 43, "rung_x"):
            headers = {} if shown is None else {"authorization": shown}
            answer = Client(before.app).send(method, path, None, **headers)
            assert answer.status in (401, 429), (method, path, shown)
            if answer.status == 401:
                assert answer.headers["www-authenticate"] == 'Bearer realm="rung"'
            assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_stranger_may_know_is_that_the_server_lives(before: Office) -> None:
    health = Client(before.app).get("/healthz")
    assert (health.status, health.json["status"]) == (200, "ok")
    page = Client(before.app).get("/").body.decode()
    assert "Halden" not in page and "/api/openapi.json" in page


def test_every_answer_says_that_it_is_no_page_and_is_kept_by_nobody(before: Office) -> None:
    me = before.by("H-1")
    for answer in (
        me.get("/"),
        me.get("/healthz"),
        me.get("/api/me"),
        me.get("/api/x"),
        Client(before.app).get("/api/me"),
    ):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


READS = (
    "/api/cases/C-0001",
    "/api/cases/C-0001/history",
    "/api/sessions/S-0001",
    "/api/people/H-10/readiness?to=senior-ae",
    "/api/record/proof/C-0001",
    "/api/export/C-0001?as=candidate&format=json",
    "/api/export/C-0001?as=committee&format=md",
    "/api/export/C-0001?as=auditor&format=zip",
)
SEES = {
    "H-1": (200, 200, 200, 200, 403, 200, 200, 403),
    "H-2": (200, 200, 200, 200, 403, 403, 200, 403),
    "H-3": (200, 200, 200, 403, 200, 403, 200, 403),
    "H-4": (200, 200, 200, 403, 200, 403, 200, 403),
    "H-6": (200, 403, 403, 200, 403, 200, 403, 403),
    "H-7": (403, 403, 200, 403, 403, 403, 403, 403),
    "H-10": (403, 403, 403, 200, 403, 200, 403, 403),
    "H-11": (403, 403, 403, 403, 403, 403, 403, 403),
}
"""Hr, the decider, chair, a member, the manager who nominated, an alternate, the candidate, a colleague.

A ballot is under seal, so what tells the size of the record is for chair and panel alone.
"""


@pytest.mark.parametrize("who", SEES)
def test_each_reader_sees_what_is_theirs_to_see(before: Office, who: str) -> None:
    me = before.by(who)
    assert tuple(me.get(one).status for one in READS) == SEES[who]
    assert len(me.get("/api/cases").json) == (who not in ("H-7", "H-11"))
    assert len(me.get("/api/sessions").json) == (who not in ("H-6", "H-10", "H-11"))
    if who == "H-6":
        shown = me.get("/api/cases/C-0001").json
        assert shown["withheld"] == ["scored", "voted", "scores", "votes", "recused", "blocked"]
        assert all(shown[one] is None for one in shown["withheld"]) and shown["exhibits"] == []
    if who == "H-10":
        assert (
            me.get("/api/cases/C-0001").json["reasons"][-1]["text"]
            == "Your own copy of it is the candidate's packet."
        )


def test_a_reader_is_shown_what_the_terminal_shows_them(before: Office) -> None:
    run = before.terminal.run
    shown = before.by("H-3").get("/api/cases/C-0001")
    assert {**shown.json, "withheld": []} == {
        **run("case", "show", "C-0001", "--json", acting="H-3").json,
        "withheld": [],
    }
    assert shown.headers["etag"] == f'"{shown.json["version"]}"'
    pairs = (
        ("/api/cases", ("case", "list")),
        ("/api/cases/C-0001/history", ("case", "history", "C-0001")),
        ("/api/sessions", ("session", "list")),
        ("/api/sessions/S-0001", ("session", "show", "S-0001")),
        ("/api/queue", ("queue",)),
    )
    for path, words in pairs:
        assert before.by("H-3").get(path).json == run(*words, "--json", acting="H-3").json, path
    (ready,) = before.by("H-10").get("/api/people/Nadia/readiness", to="senior-ae").json
    assert ready == run("ready", "Nadia", "--to", "senior-ae", "--json", code=None).json
    assert (
        before.by("H-1").get("/api/record").json["size"]
        == run("status", "--json", acting="H-1").json["record"]["size"]
    )


def ok(answer: Answer) -> Any:
    """Returns the JSON of an answer that must be 200."""
    assert answer.status == 200, answer.body
    return answer.json


def test_a_case_is_walked_from_nomination_to_decision_over_the_api(office: Office) -> None:
    hr, decider, boss, chair = (office.by(one) for one in ("H-1", "H-2", "H-6", "H-3"))
    case = ok(boss.command("Nominate", person="Nadia", to="senior-ae", because="Runs our hardest deals"))[
        "label"
    ]
    for step in ("open_evidence",):
        ok(boss.command("TakeStep", case=case, step=step))
    file = {"kind": "account-plan", "text": "A plan", "content": "UGxhbg==", "file_name": "plan.txt"}
    ok(boss.command("AttachEvidence", case=case, **file))
    ok(hr.command("VerifyEvidence", case=case, exhibit="e1"))
    ok(boss.command("TakeStep", case=case, step="freeze_file"))
    opened = ok(
        hr.command("OpenSession", title="Autumn", chair="H-3", members=["H-3", "H-4", "H-5"], quorum=3)
    )
    here = {"session": opened["label"], "case": case}
    ok(chair.command("BringCase", **here))
    for who in ("H-3", "H-4", "H-5"):
        ok(office.by(who).command("GiveScores", **here, scores={"deal-complexity": 4}))
    ok(chair.command("Reveal", **here))
    for who in ("H-3", "H-4", "H-5"):
        ok(office.by(who).command("CastVote", **here, vote="yes", because="Ready"))
    ok(chair.command("Reveal", **here))
    ok(chair.command("CloseSession", session=opened["label"]))
    assert ok(decider.post("/api/queue/next", {}))["task"] == "decide"
    version = decider.get(f"/api/cases/{case}").headers["etag"]
    decided = {"case": case, "outcome": "promoted", "because": "Ready by every criterion", "cite": ["E1"]}
    ok(decider.post("/api/commands/Decide", decided, if_match=version))
    assert ok(hr.get("/api/cases"))[0]["decision"] == "promoted"
    assert ok(hr.get("/api/record"))["checkpoint"].startswith("halden/")
    packet = office.by("H-10").get(f"/api/export/{case}", format="md")
    assert packet.status == 200 and "Nadia Kerr" in packet.body.decode()
    assert packet.headers["content-disposition"] == 'attachment; filename="C-0001-candidate.md"'
    assert office.terminal.run("audit", "verify").out.startswith("Consistent")
    assert office.terminal.run("audit", "replay").out.endswith("Nothing differs.\n")
    events = office.terminal.run("audit", "log", "--case", case, "--json").json
    assert {one["authenticated"] for one in events} == {"token"}


def test_every_command_has_a_route_or_says_why_it_has_none(before: Office) -> None:
    routes = {path.rpartition("/")[2] for _, path in paths(before.app) if path.startswith("/api/commands/")}
    assert routes == set(COMMANDS) - set(LEFT_OUT)
    assert len(routes) > 55 and all(len(why) > 20 for why in LEFT_OUT.values())


REFUSED: tuple[tuple[str, str, dict[str, Any], tuple[str, ...], int], ...] = (
    ("H-10", "CastVote", {"session": "S-0001", "case": "C-0001", "vote": "yes", "because": "Me"},
     ("session", "vote", "S-0001", "C-0001", "yes", "--because", "Me"), 403),
    ("H-6", "Nominate", {"person": "Tobias", "to": "senior-ae", "because": " "},
     ("nominate", "Tobias", "--to", "senior-ae", "--because", " "), 400),
    ("H-6", "Nominate", {"person": "a", "to": "senior-ae", "because": "So"},
     ("nominate", "a", "--to", "senior-ae", "--because", "So"), 409),
    ("H-6", "Nominate", {"person": "Nobody", "to": "senior-ae", "because": "So"},
     ("nominate", "Nobody", "--to", "senior-ae", "--because", "So"), 404),
    ("H-6", "Nominate", {"person": "Nadia", "to": "senior-ae", "because": "So"},
     ("nominate", "Nadia", "--to", "senior-ae", "--because", "So"), 409),
    ("H-6", "Endorse", {"case": "C-0009", "because": "So"},
     ("case", "endorse", "C-0009", "--because", "So"), 404),
    ("H-6", "Endorse", {"case": "nine", "because": "So"},
     ("case", "endorse", "nine", "--because", "So"), 400),
    ("H-2", "Decide", {"case": "C-0001", "outcome": "promoted", "because": "So"},
     ("decide", "C-0001", "promoted", "--because", "So"), 403),
)  # fmt: skip


@pytest.mark.parametrize(("who", "name", "values", "words", "status"), REFUSED)
def test_what_is_refused_is_said_in_the_words_of_the_terminal(
    before: Office, who: str, name: str, values: dict[str, Any], words: tuple[str, ...], status: int
) -> None:
    told = before.by(who).command(name, **values)
    assert told.status == status, told.body
    said = before.terminal.run(*words, acting=who, code=None).err
    reasons = [f"  - {one['text']} [{one['rule']}]" for one in told.json.get("reasons", ())]
    assert "\n".join([told.json["detail"], *reasons]) + "\n" == said
    assert told.json["status"] == status and told.json["type"].startswith("urn:rung:problem:")


def test_a_request_sent_again_under_its_key_is_answered_and_nothing_happens_twice(office: Office) -> None:
    boss, other = office.by("H-6"), office.by("H-1")
    asked = {"person": "Nadia", "to": "senior-ae", "because": "Ready"}
    first = boss.post("/api/commands/Nominate", asked, idempotency_key="a-1")
    again = boss.post("/api/commands/Nominate", asked, idempotency_key="a-1")
    assert (first.status, again.status, again.json) == (200, 200, first.json)
    for changed in ({**asked, "because": "Other"}, {**asked, "person": "Tobias"}):
        told = boss.post("/api/commands/Nominate", changed, idempotency_key="a-1")
        assert (told.status, told.json["type"]) == (422, "urn:rung:problem:reused")
    assert (
        boss.post("/api/commands/Endorse", {"case": "C-0001", "because": "So"}, idempotency_key="a-1").status
        == 422
    )
    assert other.post("/api/commands/Nominate", asked, idempotency_key="a-1").status == 409, (
        "another's key is no answer"
    )
    assert boss.post("/api/commands/Nominate", asked, idempotency_key="a 1").status == 422
    assert len(boss.get("/api/cases").json) == 1
    office.terminal.run("audit", "checkpoint")
    assert office.terminal.run("audit", "verify").out.startswith("Consistent")


def test_whoever_acts_on_what_has_changed_since_is_told_412(office: Office) -> None:
    boss = office.by("H-6")
    ok(boss.command("Nominate", person="Nadia", to="senior-ae", because="Ready"))
    seen = boss.get("/api/cases/C-0001").headers["etag"]
    step = {"case": "C-0001", "step": "open_evidence"}
    ok(boss.post("/api/commands/TakeStep", step, if_match=seen))
    told = boss.post("/api/commands/TakeStep", {**step, "step": "freeze_file"}, if_match=seen)
    assert (told.status, told.json["detail"]) == (
        412,
        "C-0001 has changed since you looked (version 1, now 2); look again, then act.",
    )
    assert boss.post("/api/commands/TakeStep", step, if_match="new").status == 400
    about_none = boss.post("/api/commands/CommitTrack", {"track": "ic"}, if_match='"1"')
    assert about_none.json["detail"] == "CommitTrack is about no case, so there is no version to match."


def test_whatever_breaks_the_form_is_refused_and_named(before: Office) -> None:
    me = before.by("H-6")
    told = me.command("Nominate", person="Nadia", to="senior-ae", because="So", salary=1)
    assert (told.status, told.json["errors"]) == (
        422,
        [{"at": "body/salary", "text": "Extra inputs are not permitted"}],
    )
    for body in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"person": "\\ud800"}',
        b'{"person": 1}',
        b"\xff",
        b"[" * 100_000,
    ):
        answer = me.post("/api/commands/Nominate", body)
        assert answer.status in (400, 422), (body[:20], answer.body)
        assert answer.headers["content-type"] == "application/problem+json"
    nul = me.command("Nominate", person="Nadia", to="senior-ae", because="a\0b")
    assert nul.status == 422
    assert me.get("/api/cases/%00").status == 400
    assert me.get("/api/cases?state=%00").status == 400
    assert me.send("DELETE", "/api/cases").status == 405


def test_a_body_that_is_too_large_is_refused_before_it_is_read(before: Office) -> None:
    me = before.by("H-6")
    assert me.post("/api/commands/Nominate", b"x" * (LARGEST + 1)).status == 413
    sneaked = me.send("POST", "/api/commands/Nominate", b"x" * (LARGEST + 1), content_length="10")
    assert sneaked.status == 413
    assert me.send("POST", "/api/commands/Nominate", b"{}", content_length="ten").status == 413


def test_tokens_are_issued_listed_and_revoked_over_the_api(office: Office) -> None:
    me, hr = office.by("H-6"), office.by("H-1")
    made = me.post("/api/tokens", {"for_days": 7, "note": "Phone"})
    assert made.status == 201 and made.json["until"] == "2026-10-23"
    assert Client(office.app, made.json["secret"]).get("/api/me").json["person"] == "P-0006"
    assert me.post("/api/tokens", {"person": "H-10"}).status == 403
    assert hr.post("/api/tokens", {"person": "H-10"}).status == 201
    listed = me.get("/api/tokens").json
    assert [(one["token"], one["note"], one["last_used"]) for one in listed] == [
        ("T-0006", None, "2026-10-16"),
        ("T-0010", "Phone", "2026-10-16"),
    ]
    assert "secret" not in str(listed) and "digest" not in str(listed)
    assert me.send("DELETE", "/api/tokens/T-0001").status == 403
    assert me.send("DELETE", f"/api/tokens/{made.json['token']}").status == 204
    told = Client(office.app, made.json["secret"]).get("/api/me")
    assert (told.status, told.json["detail"]) == (
        401,
        "The token T-0010 was revoked on 2026-10-16; ask HR for another.",
    )


def test_whoever_acts_for_another_says_so_and_needs_a_delegation(office: Office) -> None:
    office.terminal.run(
        "delegate", "give", "H-11", "--until", "2026-11-30", "--because", "Away", acting="H-6"
    )
    stands, none = office.by("H-11"), office.by("H-10")
    stands.headers["rung-for"] = none.headers["rung-for"] = "H-6"
    assert stands.get("/api/me").json == {
        "person": "P-0009",
        "name": "Tobias Lund",
        "roles": [],
        "for": "P-0006",
    }
    assert none.get("/api/me").status == 403
    assert stands.command("Nominate", person="Nadia", to="senior-ae", because="For Milo").status == 200
    (event,) = office.terminal.run("audit", "log", "--type", "CaseNominated", "--json").json
    assert event["acting_for"] is not None and event["authenticated"] == "token"


def test_the_queue_is_held_and_given_back_over_the_api(office: Office) -> None:
    calibrate(office.terminal)
    me, other = office.by("H-4"), office.by("H-6")
    (line,) = me.get("/api/queue").json
    assert (line["case"], line["task"]) == ("C-0001", "score")
    held = ok(me.post("/api/queue/next", {"minutes": 10}))
    assert held["held_until"] and held["version"]
    assert me.post("/api/queue/C-0001/release").status == 204
    assert me.post("/api/queue/c-0001/claim", {}).status == 200
    assert me.post("/api/queue/C-0001/park", {"because": "Asked finance"}).status == 204
    assert ok(me.post("/api/queue/next", {})) is None
    assert other.post("/api/queue/C-0001/claim", {}).status == 404
    assert me.post("/api/queue/next", {"minutes": 0}).status == 422


def test_a_subject_is_given_their_file_and_the_record_notes_it(office: Office) -> None:
    assert office.by("H-11").post("/api/subjects/H-10").status == 403
    file = office.by("H-10").post("/api/subjects/H-10")
    assert file.status == 200 and b"Nadia Kerr" in file.body and b"Milo" not in file.body
    (event,) = office.terminal.run("audit", "log", "--type", "SubjectExported", "--json").json
    assert event["authenticated"] == "token"


def test_whoever_asks_too_much_waits(before: Office) -> None:
    time = iter([0.0, 0.0, 0.0, 0.5, 0.5, 9.0])
    meter = Meter(rate=2, burst=2, clock=lambda: next(time))
    assert [meter.take("one") for _ in range(6)] == [True, True, False, True, False, True]
    app = application(before.engine)
    app.user_middleware[0].kwargs["meter"] = Meter(rate=0, burst=2)
    for path, token in (("/healthz", None), ("/api/me", before.tokens["H-1"])):
        answers = [Client(app, token).get(path) for _ in range(3)]
        assert [one.status for one in answers] == [200, 200, 429], path
        assert answers[-1].headers["retry-after"] == "10"
    crowd = Meter(rate=1, burst=1, clock=lambda: 0.0, most=3)
    assert all(crowd.take(str(n)) for n in range(10)) and len(crowd.left) == 3


def test_a_fault_of_its_own_is_told_without_a_trace_of_what_was_read(
    before: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Nadia earns 100")

    monkeypatch.setattr("web.read.cases_for", broken)
    told = before.by("H-1").get("/api/cases")
    assert (told.status, told.json["detail"]) == (
        500,
        "Rung met a fault of its own (KeyError); nothing was changed.",
    )
    said = capsys.readouterr().err
    assert "KeyError at " in said and "Nadia" not in said


def test_a_database_that_cannot_be_reached_is_told_503(
    before: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from terms.error import Busy, CannotTell, Unavailable

    def gone(error: Exception) -> Any:
        def read(*_: object, **__: object) -> Actor:
            raise error

        return read

    name = before.engine.store.name
    for error, kind in (
        (
            Unavailable(f"{name} cannot be reached: at 10.0.0.1 for rung_app. Nothing was changed."),
            "unavailable",
        ),
        (Busy("Busy."), "busy"),
        (CannotTell("Who knows."), "cannot-tell"),
    ):
        monkeypatch.setattr("web.read.cases_for", gone(error))
        told = before.by("H-1").get("/api/cases")
        assert (told.status, told.json["type"]) == (503, f"urn:rung:problem:{kind}")
        assert "10.0.0.1" not in told.json["detail"] and str(before.engine.root) not in told.json["detail"]
    monkeypatch.setattr("web.health.record_json", gone(Unavailable("x")))
    assert (Client(before.app).get("/healthz").status, Client(before.app).get("/healthz").json["status"]) == (
        503,
        "down",
    )


def test_the_description_names_every_call_its_problems_and_its_lock(before: Office) -> None:
    made = before.by("H-10").get("/api/openapi.json").json
    ids = [way["operationId"] for ways in made["paths"].values() for way in ways.values()]
    assert len(ids) == len(set(ids)) > 75
    for path, ways in made["paths"].items():
        for way in ways.values():
            assert way.get("summary") and way.get("description"), path
            if path.startswith("/api"):
                assert way["security"] == [{"HTTPBearer": []}], path
                assert {"400", "401", "403", "404", "409", "412", "422", "429", "503"} <= set(
                    way["responses"]
                )
    vote = made["components"]["schemas"]["CastVote"]
    assert (
        vote["required"] == ["session", "case", "vote", "because"] and vote["additionalProperties"] is False
    )
