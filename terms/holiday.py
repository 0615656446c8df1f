"""Public holidays of a country or a region of it, from the `holidays` package, read only when asked for."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from terms.error import BadInput


@lru_cache(maxsize=256)
def holidays(place: str, year: int) -> frozenset[date]:
    """Returns the public holidays of a place (`US`, `DE-BY`) in a year; raises BadInput for an unknown place."""
    import holidays as calendars

    country, _, region = place.partition("-")
    try:
        return frozenset(calendars.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        raise BadInput(f"{place!r} is no place with known holidays; write US or DE-BY.") from None
