"""Letters of a whole review: who is written to at which step, what they are told, and what nobody is told."""

from __future__ import annotations

import re
import shlex
import sqlite3
from datetime import timedelta
from pathlib import Path

import click
import pytest

from cli.main import rung
from tests.acceptance.conftest import calibrate
from tests.acceptance.terminal import Terminal, post

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letter"
SECRETS = ("Zaffre", "Quince", "Umbra", "Topaz", "Heron", "Larch")
HR, DECIDER, CHAIR, MANAGER, CANDIDATE = "H-1", "H-2", "H-3", "H-6", "H-10"


@pytest.fixture
def posting(company: Terminal) -> Terminal:
    """Returns the company, writing letters."""
    return post(company)


def letters(terminal: Terminal) -> list[dict[str, str]]:
    found: list[dict[str, str]] = terminal.run("letter", "list", "--json", acting=HR).json
    return found


class Post:
    """Holds what a workspace has written so far, to tell what one step adds."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.seen = 0

    def since(self) -> list[tuple[str, str]]:
        """Returns kind and receiver of each letter written since it was last asked."""
        found = letters(self.terminal)[self.seen :]
        self.seen += len(found)
        return sorted((one["kind"], one["to"]) for one in found)


def test_each_step_of_a_review_writes_to_whom_it_concerns(posting: Terminal) -> None:
    run, new = posting.run, Post(posting).since
    run("nominate", "Nadia", "--to", "senior-ae", "--because", SECRETS[0], acting=MANAGER)
    assert new() == [("nominated", "Nadia Kerr")]
    run("case", "step", "C-0001", "open_evidence", acting=MANAGER)
    assert new() == []
    run("case", "step", "C-0001", "freeze_file", acting=MANAGER)
    assert new() == [("file-frozen", "Nadia Kerr")]
    members = [word for one in ("H-3", "H-4", "H-5") for word in ("--member", one)]
    opening = ("session", "open", "--title", SECRETS[1], "--chair", CHAIR, *members, "--alternate", "H-7")
    run(*opening, "--quorum", "3", acting=HR)
    assert new() == [("session", one) for one in ("Alma Reyes", "Celine Obi", "Petter Vik", "Pia Lorenz")]
    run("session", "add", "S-0001", "C-0001", acting=CHAIR)
    assert new() == [("judging", "Petter Vik"), ("judging", "Pia Lorenz")], "the chair, who brought it, knows"
    for member in ("H-3", "H-4", "H-5"):
        run("session", "score", "S-0001", "C-0001", "deal-complexity=4", "--note",
            f"deal-complexity={SECRETS[2]}", acting=member)  # fmt: skip
        assert new() == [], "that somebody judged is in no letter, nor is the time of it"
    run("session", "reveal", "S-0001", "C-0001", acting=CHAIR)
    assert new() == [("judging", "Petter Vik"), ("judging", "Pia Lorenz")]
    for member in ("H-3", "H-4", "H-5"):
        run("session", "vote", "S-0001", "C-0001", "yes", "--because", SECRETS[3], acting=member)
        assert new() == []
    run("session", "reveal", "S-0001", "C-0001", acting=CHAIR)
    assert new() == []
    run("session", "close", "S-0001", acting=CHAIR)
    assert new() == [("task", "Dario Conti")]
    run("decide", "C-0001", "declined", "--because", SECRETS[4], "--next-date", "2027-04-01", acting=DECIDER)
    assert new() == [("decision", "Milo Brandt")]
    run("case", "tell", "C-0001", "--because", SECRETS[5], acting=MANAGER)
    assert new() == [("told", "Nadia Kerr")]
    run("appeal", "raise", "C-0001", "--ground", "process", "--because", SECRETS[5], acting=CANDIDATE)
    heard = [("appeal", one) for one in ("Dario Conti", "Hedda Rask", "Milo Brandt")]
    assert new() == [*heard, ("appeal-receipt", "Nadia Kerr")]
    with sqlite3.connect(posting.workspace / "rung.db") as database:
        kept = " ".join(str(one) for row in database.execute("select * from letter") for one in row)
    database.close()
    told = (*SECRETS, "declined", "promoted", "deferred", "yes")
    assert not [one for one in told if re.search(rf"\b{one}\b", kept)]
    mine = posting.run("letter", "list", "--json", acting=CANDIDATE).json
    assert [one["kind"] for one in mine] == ["nominated", "file-frozen", "told", "appeal-receipt"]
    for one in mine:
        said = posting.run("letter", "show", one["letter"], acting=CANDIDATE).out
        assert "Nadia Kerr" in said
        assert not re.search("Petter|Pia|Celine|Alma|Dario|S-0001|panel|vote", said)


def shown(terminal: Terminal, kind: str, acting: str = HR) -> str:
    """Returns the last letter of a kind as its reader sees it."""
    label = [one["letter"] for one in letters(terminal) if one["kind"] == kind][-1]
    return terminal.run("letter", "show", label, acting=acting).out


def test_a_deadline_writes_to_whoever_it_names_and_to_whoever_acts_for_them(posting: Terminal) -> None:
    calibrate(posting)
    run, new = posting.run, Post(posting).since
    new()
    day = posting.today.date()
    run(
        "delegate",
        "give",
        "H-2",
        "--until",
        (day + timedelta(days=60)).isoformat(),
        "--because",
        "Away",
        acting=HR,
    )
    assert new() == [("delegation", "Dario Conti"), ("delegation-receipt", "Hedda Rask")]
    posting.today += timedelta(days=28)
    run("tick")
    heard = [("duty-escalation", one) for one in ("Celine Obi", "Hedda Rask")]
    judges = [("reminder", one) for one in ("Celine Obi", "Petter Vik", "Pia Lorenz")]
    assert new() == [*heard, *judges], "of the session, whose day was four weeks ago, and of the case"
    posting.today += timedelta(days=5)
    assert "Letters: 5 given up.\n" in run("tick").out, "there was no way to send them"
    assert new() == [("escalation", "Dario Conti"), ("escalation", "Hedda Rask")]
    run("tick")
    assert new() == []
    assert shown(posting, "escalation") == (
        "L-0017 to Hedda Rask, by mail: waiting, tried 0 times.\n"
        "Subject: C-0001 is overdue: calibration was due on 14 November 2026\n\n"
        "Dear Hedda Rask,\n\n"
        "C-0001 (Nadia Kerr, for senior-ae): calibration was due by the end of 14 November 2026. The day has passed, "
        "so this comes to you.\n\n"
        "    rung case show C-0001\n\n"
        "Nothing was decided by that; the case stands as it stood.\n\n"
        "-- \n"
        "Sent by Rung for Halden. Letters never hold what was judged or written; that is read where you act.\n"
    )


def test_whoever_acts_for_another_is_not_written_to_about_a_case_they_may_not_judge(
    posting: Terminal,
) -> None:
    calibrate(posting)
    until = (posting.today.date() + timedelta(days=60)).isoformat()
    for taker in (CANDIDATE, MANAGER):
        posting.run("delegate", "give", taker, "--until", until, "--because", "Away", acting=HR)
    new = Post(posting).since
    new()
    posting.today += timedelta(days=33)
    posting.run("tick")
    assert [one for one in new() if one[0] == "escalation"] == [("escalation", "Hedda Rask")]


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.txt.j2")), ids=lambda one: one.name)
def test_every_command_that_a_letter_names_is_one(file: Path) -> None:
    text = re.sub(r"{%.*?%}", "", file.read_text(encoding="utf-8"))
    text = re.sub(r"{{.*?}}", "X-0001", text)
    for line in re.findall(r"^    (rung .*)$", text, re.MULTILINE):
        words = shlex.split(line)[1:]
        context, group = click.Context(rung), rung
        while words and isinstance(group, click.Group):
            found = group.get_command(context, words[0])
            assert found is not None, line
            group, words = found, words[1:]  # type: ignore[assignment]  # down to the command itself
        options = {name for one in group.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, line
        asked = [one for one in group.params if isinstance(one, click.Argument) and one.required]
        assert len([word for word in words if not word.startswith("--")]) >= len(asked), line


def test_hr_sees_every_letter_and_others_their_own(posting: Terminal) -> None:
    calibrate(posting)
    run = posting.run
    assert {one["to"] for one in run("letter", "list", "--json", acting="H-4").json} == {"Petter Vik"}
    assert run("letter", "list", acting="H-11").out == "No letters.\n"
    theirs = run("letter", "list", "--json", acting="H-4").json[0]["letter"]
    assert run("letter", "show", theirs, "--json", acting="H-4").json["text"].startswith("Dear Petter Vik,")
    assert run("letter", "show", theirs, acting="H-5", code=3).err == (
        f"Not allowed: see letters, {theirs}.\n  - Only hr or receiver may see letters. [permit:see letters]\n"
    )
    for words in (("send",), ("retry", theirs), ("drop", theirs, "--reason", "No")):
        assert "Only hr may" in run("letter", *words, acting="H-4", code=3).err


def test_a_letter_is_dropped_and_tried_again_by_hand(posting: Terminal) -> None:
    calibrate(posting)
    run = posting.run
    assert (
        run("letter", "drop", "L-0001", "--reason", "Told in person", acting=HR).out
        == "L-0001 is not sent.\n"
    )
    assert (
        run("letter", "list", "--state", "dropped", "--json", acting=HR).json[0]["reason"] == "Told in person"
    )
    moment = run("letter", "show", "L-0001", "--json", acting=HR).json["settled_at"]
    again = run("letter", "drop", "L-0001", "--reason", "Twice", acting=HR, code=4)
    assert again.err == f"L-0001 was dropped on {moment}.\n"
    assert run("letter", "retry", "l-0001", acting=HR).out == (
        "L-0001 is tried again; `rung letter send` sends it now.\n"
    )
    assert run("letter", "show", "L-0001", acting=HR).out.startswith(
        "L-0001 to Nadia Kerr, by mail: waiting,"
    )
    assert run("letter", "drop", "L-0001", "--reason", " ", acting=HR, code=2).err == (
        "Dropping a letter says why; write --reason TEXT.\n"
    )
    assert run("letter", "show", "L-9999", acting=HR, code=2).err == (
        "No letter L-9999; `rung letter list` shows those there are.\n"
    )
    assert run("letter", "show", "seven", acting=HR, code=2).err == (
        "'seven' is not a letter; write its label, such as L-0001 (`rung letter list`).\n"
    )
    assert run("letter", "send", acting=HR).out == "Nothing is due.\n"


def test_without_a_table_letter_it_is_said_that_none_are_written(company: Terminal) -> None:
    told = (
        "No letters are written: rung.toml has no table [letter] (docs/letters.md says what goes into it).\n"
    )
    calibrate(company)
    assert company.run("letter", "list", acting=HR).out == told
    assert company.run("letter", "send", acting=HR).out == told


SMTP = '[letter.smtp]\nhost = "mail.halden.example"\n'
HOOK = '[[letter.webhook]]\nname = "hr"\nurl = "https://hr.halden.example/rung"\n'


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "sender = 1\n",
            "`letter.sender` is not a setting; there is from, give_up_hours, keep_days, kinds, smtp, webhook.",
        ),
        ("keep_days = 0\n", "`letter.keep_days` must be a number of days from 1 to 3650."),
        ('kinds = ["reminders"]\n', "'reminders' is no kind of letter; did you mean `reminder`?"),
        ("[letter.smtp]\n", "`letter.smtp.host` must name a mail server."),
        (SMTP + 'security = "ssl"\n', "`letter.smtp.security` must be starttls, tls or none."),
        (
            SMTP + 'password = "x"\n',
            "`letter.smtp.password` is never kept in this file; set RUNG_SMTP_PASSWORD.",
        ),
        (
            SMTP + 'security = "none"\n',
            "`letter.smtp.security` may be none only for a server on this machine (localhost).",
        ),
        (
            '[letter.smtp]\nhost = "localhost"\nsecurity = "none"\nuser = "rung"\n',
            "`letter.smtp.user` needs starttls or tls: a password is never sent in the open.",
        ),
        (HOOK + HOOK, "Two webhooks are called 'hr'."),
        (
            HOOK.replace('"hr"', '"HR system"'),
            "`letter.webhook.name` must be a short name of a-z, 0-9 and -.",
        ),
        (
            HOOK + 'secret = "whsec_x"\n',
            "`letter.webhook.secret` is never kept in this file; set RUNG_WEBHOOK_SECRET_HR.",
        ),
        (
            HOOK.replace("/rung", "/rung x"),
            "`letter.webhook.url` of hr must be an address such as https://hr.example.org/rung.",
        ),
        (
            HOOK.replace("https", "http"),
            "`letter.webhook.url` of hr must begin with https:// (http:// is for localhost alone).",
        ),
        (
            HOOK.replace("hr.halden", "user:pw@hr.halden"),
            "`letter.webhook.url` of hr must not hold a user or a password.",
        ),
        (
            HOOK.replace("https://hr.halden.example", "file:///etc"),
            "`letter.webhook.url` of hr must be an address such as https://hr.example.org/rung.",
        ),
    ],
)
def test_a_wrong_setting_is_told_with_its_key(company: Terminal, more: str, told: str) -> None:
    post(company, more)
    assert (
        company.run("letter", "list", acting=HR, code=2).err == f"{company.workspace / 'rung.toml'}\n{told}\n"
    )


@pytest.mark.parametrize("sender", ["", "Rung", "a@b\\r\\nBcc: c@d", "<>"])
def test_a_sender_that_is_no_address_is_refused(company: Terminal, sender: str) -> None:
    file = company.workspace / "rung.toml"
    file.write_text(file.read_text(encoding="utf-8") + f'\n[letter]\nfrom = "{sender}"\n', encoding="utf-8")
    assert "`letter.from` must be " in company.run("letter", "list", acting=HR, code=2).err


def test_a_manager_gets_one_letter_about_the_scores_of_a_whole_team(posting: Terminal) -> None:
    run, new = posting.run, Post(posting).since
    run("cycle", "open", "2026-H2", "--due", "2026-12-01", "--team", "North", acting=HR)
    run("cycle", "ask", "2026-H2", acting=HR)
    asked = new()
    assert asked.count(("scores-asked", "Milo Brandt")) == 2, "one about his own, one about his team's"
    assert {one for _, one in asked} >= {"Nadia Kerr", "Tobias Lund", "Sana Qureshi", "Joel Marsh"}
    run("cycle", "remind", "2026-H2", acting=HR)
    assert ("scores-owed", "Milo Brandt") in new()


def test_a_restored_backup_sends_nothing_that_waited(posting: Terminal, tmp_path: Path) -> None:
    calibrate(posting)
    posting.run("backup", "--out", tmp_path / "backup.zip")
    posting.run("restore", tmp_path / "backup.zip", tmp_path / "again", code=None)
    again = Terminal(tmp_path / "again")
    found = letters(again)
    assert {one["state"] for one in found} == {"dropped"} and len(found) == len(letters(posting))
    why = "it waited when the backup was made, and may have been sent since"
    assert {one["reason"] for one in found} == {why}
    again.run("letter", "retry", "L-0001", acting=HR)
    assert letters(again)[0]["state"] == "waiting"


def test_words_are_kept_for_a_while_and_under_a_hold_for_longer(posting: Terminal) -> None:
    calibrate(posting)
    run = posting.run
    for label in ("L-0001", "L-0003"):
        run("letter", "drop", label, "--reason", "Told in person", acting=HR)
    run("hold", "place", CANDIDATE, "--because", "A lawsuit", acting=HR)
    posting.today += timedelta(days=91)
    run("letter", "send", acting=HR)
    assert "You are nominated" in run("letter", "show", "L-0001", acting=HR).out
    gone = run("letter", "show", "L-0003", "--json", acting=HR).json
    assert (gone["subject"], gone["text"], gone["reason"]) == (None, "", "kept for 90 days")
    assert run("letter", "retry", "L-0003", acting=HR, code=4).err == (
        "The text of L-0003 is gone (kept for 90 days).\n"
    )


def test_a_session_writes_each_member_one_letter_for_all_its_cases(posting: Terminal) -> None:
    calibrate(posting)
    run, new = posting.run, Post(posting).since
    new()
    run("nominate", "Tobias", "--to", "sales-manager", "--because", "Ready", acting=MANAGER)
    run("case", "step", "C-0002", "open_evidence", acting=MANAGER)
    frozen = run("case", "step", "C-0002", "freeze_file", acting=MANAGER, code=None)
    new()
    assert frozen.code == 0, frozen.err
    run("session", "add", "S-0001", "C-0002", acting=CHAIR)
    assert new() == [], "the letter about C-0001 waits and says it"
    said = shown(posting, "judging")
    assert "C-000" not in said and "S-0001: cases wait for you to score" in said


def test_whoever_may_only_withdraw_a_case_is_not_reminded_of_taking_it_onward(posting: Terminal) -> None:
    posting.run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting=MANAGER)
    new = Post(posting).since
    new()
    posting.today += timedelta(days=12)
    posting.run("tick")
    assert new() == [("reminder", "Hedda Rask"), ("reminder", "Milo Brandt")]
