"""Edits of what stands beside the log: payloads and their salts, facts, answers kept; and what is said of each."""

from __future__ import annotations

from tests.acceptance.tampering import Edits, told_in_sql

KEPT: Edits = {
    "a payload changed": (
        lambda held: held.execute(
            "update payload set body = '\"other\"' where event = (select max(event) from payload)"
            " and field = 'because'"
        ),
        "the payload because is not what the event committed to",
    ),
    "a salt changed": (
        lambda held: held.execute(f"update payload set salt = '{'0' * 64}' where field = 'readiness'"),
        "the payload readiness is not what the event committed to",
    ),
    "a payload gone": (
        lambda held: held.execute("delete from payload where field = 'vote'"),
        "the payload vote is missing and no event erased it",
    ),
    "two payloads swapped": (
        lambda held: held.execute(
            "update payload set body = (select body from payload p where p.field = 'because' limit 1)"
            " where field = 'vote'"
        ),
        "the payload vote is not what the event committed to",
    ),
    "a payload added": (
        lambda held: held.execute("insert into payload values (3, 'extra', '00', null, '1', null)"),
        "event 3: the payload extra belongs to nothing in the event",
    ),
    "a payload beyond the end": (
        lambda held: held.execute("insert into payload values (9999, 'extra', '00', null, '1', null)"),
        "event 9999: the payload extra belongs to an entry that does not exist",
    ),
    "a fact changed": (
        lambda held: held.execute("update fact set value = '999999' where kind = 'actual' and row = 2"),
        "the facts of its import are not those that it committed to",
    ),
    "a fact given to somebody else": (
        lambda held: held.execute(
            "update fact set person = (select id from person where hr_id = 'H-1') where kind = 'score' and row = 3"
        ),
        "the facts of its import are not those that it committed to",
    ),
    "a fact gone": (
        lambda held: held.execute("delete from fact where kind = 'score' and row = 2"),
        "facts in the record",
    ),
    "all facts of an import gone": (
        lambda held: held.execute("delete from fact where kind in ('score', 'cycle')"),
        "facts of its import are gone",
    ),
    "a fact moved in time": (
        lambda held: held.execute("update fact set recorded_at = '2020-01-01T00:00:00.000000Z'"),
        "a fact of its import says another time of recording",
    ),
    "a fact added": (
        lambda held: held.execute(
            'insert into fact select import_seq, row + 1000, field, person, kind, key, name, start, "end",'
            " value, unit, detail, recorded_at, salt from fact where kind = 'actual' limit 1"
        ),
        "facts in the record",
    ),
    "facts of an import nobody made": (
        lambda held: held.execute(
            'insert into fact select 9999, row, field, person, kind, key, name, start, "end",'
            " value, unit, detail, recorded_at, salt from fact where kind = 'actual' limit 1"
        ),
        "belong to an import that the record does not have",
    ),
}
KEPT = {
    **KEPT,
    **told_in_sql(
        {
            "a payload emptied": (
                "update payload set body = '' where field = 'vote'",
                "the payload vote is not what the event committed to",
            ),
            "a salt emptied": (
                "update payload set salt = null where field = 'readiness'",
                "the payload readiness is not what the event committed to",
            ),
            "a salt that is no hexadecimal": (
                "update payload set salt = 'zz' where field = 'readiness'",
                "the payload readiness is not what the event committed to",
            ),
            "two salts swapped": (
                "update payload set salt = (select max(salt) from payload where field = 'because')"
                " where field = 'readiness'",
                "the payload readiness is not what the event committed to",
            ),
            "a payload moved to another event": (
                "update payload set event = 2 where field = 'vote' and event = (select min(event) from payload"
                " where field = 'vote')",
                "event 2: the payload vote belongs to nothing in the event",
            ),
            "a payload under another name": (
                "update payload set field = 'voice' where field = 'vote'",
                "the payload voice belongs to nothing in the event",
            ),
            "a payload said to be erased by an event that erased nothing": (
                "update payload set erased = 3, body = '', salt = null where field = 'readiness'",
                "the payload readiness is gone, and event 3 did not erase it",
            ),
            "a payload said to be sealed under another name": (
                "update payload set under = 'session/none/none' where field = 'readiness'",
                "the payload readiness is not what the event committed to",
            ),
            "all payloads gone": ("delete from payload", "is missing and no event erased it"),
            "a fact's salt that is no hexadecimal": (
                "update fact set salt = 'zz' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's detail that cannot be read": (
                "update fact set detail = 'x' where kind = 'score' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's detail with a fraction": (
                "update fact set detail = '{\"x\":0.5}' where kind = 'score' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's salt changed": (
                f"update fact set salt = '{'0' * 64}' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's day changed": (
                "update fact set start = '1999-01-01' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's unit changed": (
                "update fact set unit = 'XXX' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's detail changed": (
                "update fact set detail = '{\"by\":\"self\"}' where kind = 'score' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's key changed": (
                "update fact set key = key || 'x' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's name changed": (
                "update fact set name = 'H-2' where kind = 'manager' and row = 8",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's end changed": (
                "update fact set \"end\" = '2099-01-01' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact's kind changed": (
                "update fact set kind = 'target' where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "all facts gone": ("delete from fact", "facts of its import are gone"),
            "a fact moved to another row": (
                "update fact set row = row + 5000 where kind = 'actual' and row = 2",
                "the facts of its import are not those that it committed to",
            ),
            "a fact erased by a tombstone that no event explains": (
                "insert into tombstone select import_seq, row, field, salt, 3 from fact where kind = 'actual' limit 1",
                "1 tombstones name it, and it erased nothing",
            ),
            "an answer to a key gone": (
                "delete from command where key = 'form-0'",
                "the answer kept for its key is gone: asked again, it would act twice",
            ),
            "an answer moved to other events": (
                "update command set first = first - 1, last = last - 1 where key = 'form-0'",
                "the answer kept for its key names the events ",
            ),
            "an answer widened": (
                "update command set last = last + 1 where key = 'form-0'",
                "the answer kept for its key names the events ",
            ),
            "an answer given another key": (
                "update command set key = 'form-9' where key = 'form-0'",
                "an answer is kept for the key 'form-9', which no event bears",
            ),
            "two answers' keys swapped": (
                "update command set key = case key when 'form-0' then 'x-1' else 'x-0' end;"
                "update command set key = replace(key, 'x-', 'form-')",
                "the answer kept for its key names the events ",
            ),
            "an answer for a key nobody used": (
                "insert into command select 'form-9', reply, first, last from command where key = 'form-0'",
                "an answer is kept for the key 'form-9', which no event bears",
            ),
            "an answer with another label": (
                "update command set reply = replace(reply, 'C-0001', 'C-0002') where key = 'form-0'",
                "the answer kept for its key is not what its events tell",
            ),
            "an answer about something else": (
                "update command set reply = '[\"C-0001\",\"other\"]' where key = 'form-0'",
                "the answer kept for its key is not what its events tell",
            ),
            "an answer that is no answer": (
                "update command set reply = '' where key = 'form-0'",
                "the answer kept for its key is not what its events tell",
            ),
            "all answers gone": ("delete from command", "the answer kept for its key is gone"),
        }
    ),
}
