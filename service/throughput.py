"""What came through in the last day, and how fast: the spans that an administrator's charts are drawn of. Counts only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from audit.event import EventType
from audit.search import search

_MOST_REFUSED = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """One span of time: how much each stage did in it, and seconds from received to analysed, median and 95 %.

    An image counts as received in one span and as analysed in another, where it had to wait.
    """

    begins_at: datetime
    received: int = 0
    declined: int = 0
    analysed: int = 0
    reported: int = 0
    delivered: int = 0
    p50_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds from received to analysed over all spans together; None where nothing was analysed."""

    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """How many images ended for one reason."""

    code: str
    count: int


_IMAGES = sa.text(
    """
    select date_bin(cast(:long as interval), received_at, cast(:since as timestamptz)) as begins_at,
        count(*) as received, count(*) filter (where state = 'declined') as declined
    from image where received_at >= :since group by 1
    """
)
_ANALYSES = sa.text(
    """
    select begins_at, count(*) as analysed, percentile_cont(0.5) within group (order by took_s) as p50_s,
        percentile_cont(0.95) within group (order by took_s) as p95_s
    from (
        select date_bin(cast(:long as interval), analysed_at, cast(:since as timestamptz)) as begins_at,
            extract(epoch from analysed_at - received_at) as took_s
        from image where analysed_at >= :since
    ) as each group by grouping sets ((begins_at), ())
    """
)
_REPORTS = sa.text(
    """
    select date_bin(cast(:long as interval), created_at, cast(:since as timestamptz)) as begins_at, count(*) as reported
    from report where created_at >= :since group by 1
    """
)
_DELIVERIES = sa.text(
    """
    select date_bin(cast(:long as interval), finished_at, cast(:since as timestamptz)) as begins_at, count(*) as delivered
    from delivery
    where destination = any(cast(:destinations as text[])) and state = 'delivered' and finished_at >= :since group by 1
    """
)
_DECLINED = sa.text(
    """
    select reason_code as code, count(*) as images from image
    where received_at >= :since and state = 'declined' group by reason_code order by images desc, code
    """
)


def begin_of(now: datetime, count: int, long: timedelta) -> datetime:
    """Return when the first of the last ``count`` spans of ``long`` begins; spans begin at whole multiples of ``long``."""
    newest = datetime.fromtimestamp(now.timestamp() // long.total_seconds() * long.total_seconds(), now.tzinfo)
    return newest - (count - 1) * long


def spans(
    db: Connection, now: datetime, count: int, long: timedelta, destinations: Sequence[str]
) -> tuple[list[Span], Speed]:
    """Return the last ``count`` spans of ``long`` each, oldest first (the newest is not over yet), and the speed over all of them.

    Deliveries are those to ``destinations``.
    """
    since = begin_of(now, count, long)
    found = {since + n * long: Span(since + n * long) for n in range(count)}
    speed = Speed(None, None)
    asked = {"since": since, "long": long, "destinations": list(destinations)}
    for query in (_IMAGES, _ANALYSES, _REPORTS, _DELIVERIES):
        for row in db.execute(query, asked).mappings():
            begins_at = row["begins_at"]
            values: dict[str, Any] = {name: value for name, value in row.items() if name != "begins_at"}
            if begins_at is None:
                speed = Speed(values["p50_s"], values["p95_s"])
            elif begins_at in found:  # what a worker's clock dates ahead of ours comes later
                found[begins_at] = replace(found[begins_at], **values)
    return list(found.values()), speed


def declined(db: Connection, since: datetime) -> list[Reason]:
    """Return why images that came since then were not for us, the most frequent reason first."""
    return [Reason(r.code, r.images) for r in db.execute(_DECLINED, {"since": since})]


def refused(db: Connection, since: datetime) -> list[Reason]:
    """Return why since then senders were told to keep what they sent: there is no record of it but the log's (the newest 1,000)."""
    entries = search(db, types=[EventType.INSTANCE_REFUSED], since=since, newest_first=True, limit=_MOST_REFUSED)
    counts: dict[str, int] = {}
    for entry in entries:
        code = str(entry.event.get("detail", {}).get("reason", ""))
        counts[code] = counts.get(code, 0) + 1
    return [Reason(code, count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
