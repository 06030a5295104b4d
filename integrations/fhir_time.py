"""What span of time a FHIR date or dateTime means: its precision is what was written, and no more (FHIR R4 search, date)."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

_FORM = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_MICROSECONDS = 6


def span_of(text: str) -> tuple[datetime, datetime]:
    """Return the first moment that ``text`` means, and the first after it, both in UTC; what names no zone is taken as UTC.

    Raises ValueError for what is no date; the message does not repeat it.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError("no FHIR date")
    year, month, day = (int(form[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(form[name] or 0) for name in ("hour", "minute", "second"))
    fraction = (form["fraction"] or "")[:_MICROSECONDS]
    zone = "+00:00" if form["zone"] in (None, "Z") else form["zone"]
    written = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:0<6}{zone}"
    try:
        first = datetime.fromisoformat(written).astimezone(UTC)
        return first, first + _length(form, fraction, year, month)
    except OverflowError:
        raise ValueError("a date beyond what can be reckoned with") from None


def _length(form: re.Match[str], fraction: str, year: int, month: int) -> timedelta:
    if fraction:
        return timedelta(microseconds=10 ** (_MICROSECONDS - len(fraction)))
    if form["second"]:
        return timedelta(seconds=1)
    if form["minute"]:
        return timedelta(minutes=1)
    if form["day"]:
        return timedelta(days=1)
    if form["month"]:
        return timedelta(days=monthrange(year, month)[1])
    return timedelta(days=sum(monthrange(year, each)[1] for each in range(1, 13)))
