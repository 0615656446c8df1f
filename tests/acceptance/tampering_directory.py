"""Edits of the directory: who an id stands for; and what is said of each."""

from __future__ import annotations

from tests.acceptance.tampering import Edits, told_in_sql

DIRECTORY: Edits = told_in_sql(
    {
        "a name changed": (
            "update person set name = 'Somebody Else' where hr_id = 'H-2'",
            "the directory says something else of P-0002 than this import",
        ),
        "two people's names swapped": (
            "update person set name = 'x' || name where hr_id in ('H-1', 'H-2');"
            "update person set name = (select substr(p.name, 2) from person p where p.hr_id = 'H-2')"
            " where hr_id = 'H-1';"
            "update person set name = 'Hanna Falk' where hr_id = 'H-2'",
            "the directory says something else of P-0001 than this import",
        ),
        "two people's labels swapped": (
            "update person set label = 'P-x' where hr_id = 'H-1';"
            "update person set label = 'P-0001' where hr_id = 'H-2';"
            "update person set label = 'P-0002' where hr_id = 'H-1'",
            "the directory says something else of P-0001 than this import",
        ),
        "an HR id changed": (
            "update person set hr_id = 'H-99' where hr_id = 'H-2'",
            "the directory says something else of P-0002 than this import",
        ),
        "an e-mail changed": (
            "update person set email = 'other@example.com' where hr_id = 'H-2'",
            "the directory says something else of P-0002 than this import",
        ),
        "an entry of the directory given to another import": (
            "update person set name = 'Somebody Else', event = event + 1 where hr_id = 'H-2'",
            "the directory says something else of P-0002 than this import",
        ),
        "an entry of the directory gone": (
            "delete from person where hr_id = 'H-2'",
            "P-0002, whom this import entered, is gone from the directory",
        ),
        "an entry of the directory added": (
            "insert into person select 'x', 'x', 'P-0099', 'H-99', 'Somebody Else', null, event from person"
            " where hr_id = 'H-2'",
            "P-0099 is in the directory, and no import entered them",
        ),
        "an entry of the directory said to be erased": (
            "update person set name = 'erased by event 3', hr_id = 'erased-P-0002', email = null, event = 3"
            " where hr_id = 'H-2'",
            "the directory says something else of P-0002 than this import",
        ),
        "what entered somebody changed": (
            "update fact set detail = replace(detail, 'P-0001', 'P-0002') where kind = 'entry' and row = 2",
            "the facts of its import are not those that it committed to",
        ),
        "what entered somebody made another thing": (
            "update fact set detail = '{}' where kind = 'entry' and row = 2",
            "the facts of its import are not those that it committed to",
        ),
        "what entered somebody made unreadable": (
            "update fact set detail = 'x' where kind = 'entry' and row = 2",
            "the facts of its import are not those that it committed to",
        ),
        "what entered somebody gone": (
            "delete from fact where kind = 'entry' and row = 2;delete from person where label = 'P-0001'",
            "facts in the record",
        ),
    }
)
