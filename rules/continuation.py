"""A series of periods as it was imported, taken to go on: a hole in it, or a stop, is a period that was due.

Where a calendar says which periods are due, nothing here adds to it. Where only the imported periods do (`period`),
a figure that stopped coming would otherwise be met for ever by the last ones that came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rules.fact import Figure, Span
from terms.calendar import add_months, months_between

MOST = 200


def continued(held: Sequence[Figure], by: date, employed: Sequence[Span] = ()) -> tuple[Figure, ...]:
    """Returns a metric's periods, ascending by end, with a blank one for each hole and each that should have followed.

    One follows the newest once a whole further length of it has passed by a day: in months where it begins and
    ends on the same day of a month, else in days. Time in which the person was not employed is no hole.
    """
    if not held:
        return ()
    blank = [Figure(start, end, None, None, "") for start, end in (*_holes(held), *_stopped(held[-1], by))]
    due = [one for one in blank if not employed or _touched(one, employed)]
    return tuple(sorted((*held, *due), key=lambda one: (one.end, one.start))) if due else tuple(held)


def _holes(held: Sequence[Figure]) -> Iterator[tuple[date, date]]:
    covered: date | None = None
    for one in sorted(held, key=lambda one: (one.start, one.end)):
        if covered is not None and covered < one.start:
            yield covered, one.start
        covered = one.end if covered is None else max(covered, one.end)


def _stopped(newest: Figure, by: date) -> Iterator[tuple[date, date]]:
    start, end = newest.start, newest.end
    months = months_between(start, end)
    whole = months > 0 and add_months(start, months) == end
    for n in range(1, MOST):
        begins, start = end, end
        end = add_months(newest.end, n * months) if whole else begins + (newest.end - newest.start)
        if end > by:
            return
        yield start, end


def _touched(one: Figure, employed: Sequence[Span]) -> bool:
    return any(span.start < one.end and (span.end is None or span.end > one.start) for span in employed)
