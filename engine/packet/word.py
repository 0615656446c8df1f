"""Says a packet's values the way pages write them: dates, times, digests, statuses."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

STATUS = {"met": "Met", "not_met": "Not met", "undetermined": "Undetermined"}
OUTCOME = {"promoted": "Promoted", "declined": "Declined", "deferred": "Deferred"}
VOTE = {"yes": "Yes", "no": "No", "abstain": "Abstained"}
VARIANT = {
    "candidate": "Candidate's copy",
    "committee": "Committee's copy",
    "auditor": "Auditor's copy",
}
KIND = {
    "all": "All of these",
    "any": "Any one of these",
    "at_least": "Enough of these",
    "not": "This must not hold",
}


INTERVAL = re.compile(r"\[([0-9]{4}-[0-9]{2}-[0-9]{2}), ([0-9]{4}-[0-9]{2}-[0-9]{2})\)")
LONG = re.compile(r"(?<![\w.,])[0-9]{5,}(?![\w])")


def readable(text: str) -> str:
    """Returns a sentence with half-open periods as first and last day, and long whole numbers in threes."""
    told = INTERVAL.sub(lambda found: f"{day(found[1])} to {day(_eve(found[2]))}", text)
    return LONG.sub(lambda found: f"{int(found[0]):,}", told)


def _eve(text: str) -> str:
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()


def day(text: str | None) -> str:
    """Returns a date as 1 July 2026; a text that is no date as it is, and nothing for None."""
    if not text:
        return ""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{read.day} {read:%B %Y}"


def moment(text: str) -> str:
    """Returns a UTC time as 1 July 2026, 09:30 UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{read.day} {read:%B %Y}, {read:%H:%M} UTC"


def short(digest: str) -> str:
    """Returns enough of a digest to tell it from others on a page that also prints it whole."""
    return digest[:12]
