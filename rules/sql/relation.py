"""The relations that a statement reads, with their columns: the same for every engine.

`expected_period` has one row per person, metric, period and moment of knowing: what was known of it from then on.
`span`, `cycle`, `rank`, `complete` and `candidate` are as known at the moment asked for.
"""

from __future__ import annotations

TEXT, DAY, WHOLE, FLAG, NUMBER = "TEXT", "DATE", "DECIMAL(38, 0)", "BOOLEAN", "BIGINT"

RELATIONS: dict[str, dict[str, str]] = {
    "candidate": {"person": TEXT, "line_known": FLAG},
    "expected_period": {
        "person": TEXT,
        "metric": TEXT,
        "starts": DAY,
        "ends": DAY,
        "actual": WHOLE,
        "target": WHOLE,
        "unit": TEXT,
        "recorded_at": TEXT,
    },
    "span": {"person": TEXT, "kind": TEXT, "name": TEXT, "starts": DAY, "ends": DAY, "seq": NUMBER},
    "mark": {
        "person": TEXT,
        "register": TEXT,
        "name": TEXT,
        "entry": TEXT,
        "starts": DAY,
        "ends": DAY,
        "maker": TEXT,
        "verified": FLAG,
        "amount": NUMBER,
        "seq": NUMBER,
        "recorded_at": TEXT,
    },
    "score": {
        "person": TEXT,
        "competency": TEXT,
        "level": TEXT,
        "cycle": TEXT,
        "maker": TEXT,
        "points": WHOLE,
        "entry": TEXT,
        "seq": NUMBER,
        "recorded_at": TEXT,
    },
    "cycle": {"person": TEXT, "name": TEXT, "ends": DAY, "seq": NUMBER},
    "rank": {"maker": TEXT, "held": NUMBER},
    "complete": {"register": TEXT, "stated": DAY},
}
