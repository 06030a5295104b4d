"""Finding entries: by terms, in the order of the log, as many as are asked for and no more, however long the log is.

Each term is a list of indexes in order (`trail.found`). Several conditions are a walk along the shortest of their lists; several values of
one condition are as many walks, each of which ends at the limit. A span of time is a stretch of indexes, a little longer than it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import product
from math import prod
from typing import Any

import sqlalchemy as sa

from audit.event import EventType, Outcome, timestamp
from audit.trail import TERMS, Entry, checkpoint, entry, found, leaf, read

_SAID = {
    "type": sa.literal_column("(event::jsonb ->> 'type')", sa.Text),
    "study": sa.literal_column("(event::jsonb ->> 'study')", sa.Text),
    "patient": sa.literal_column("(event::jsonb ->> 'patient')", sa.Text),
    "agent": sa.literal_column("(event::jsonb -> 'agent' ->> 'id')", sa.Text),
    "purpose": sa.literal_column("(event::jsonb ->> 'purpose')", sa.Text),
    "outcome": sa.literal_column("(event::jsonb ->> 'outcome')", sa.Text),
    "occurred_at": sa.literal_column("((event::jsonb ->> 'occurred_at') collate \"C\")", sa.Text),
}
_MOST_WALKS = 200
UNFINDABLE = "{count} words are missing by which entries are found: a search does not show all that is there"


def search(
    db: sa.Connection,
    *,
    after_index: int = -1,
    before_index: int | None = None,
    newest_first: bool = False,
    limit: int = 100,
    types: Collection[EventType] = (),
    studies: Collection[str] = (),
    patient: str | None = None,
    agent: str | None = None,
    outcome: Outcome | None = None,
    purpose: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Sequenced entries in index order, after ``after_index``; the last index is the next page's ``after_index``.

    With ``newest_first`` the order is the other one, and the last index is the next page's ``before_index`` (not included).
    No ``types``: all of them. ``studies`` and ``patient`` are pseudonyms, ``agent`` an agent's id; ``since`` (included) and ``until`` (not
    included) are aware and compared with the time of the act.
    """
    said: dict[str, list[str]] = {
        "type": [kind.value for kind in types] if set(types) != set(EventType) else [],
        "study": list(studies),
        **{
            name: [value] if value is not None else []
            for name, value in (
                ("patient", patient),
                ("agent", agent),
                ("purpose", purpose),
                ("outcome", outcome and outcome.value),
            )
        },
    }
    wanted = {name: sorted(set(values)) for name, values in said.items() if values}
    stretch = _stretch(db, after_index, before_index, since, until)
    exact: list[sa.ColumnElement[bool]] = [_SAID[name].in_(values) for name, values in wanted.items()]
    exact += [_SAID["occurred_at"] >= timestamp(since)] if since is not None else []
    exact += [_SAID["occurred_at"] < timestamp(until)] if until is not None else []
    if wanted.get("outcome") == [Outcome.SUCCESS.value]:
        del wanted["outcome"]  # it is no term
    while prod(map(len, wanted.values())) > _MOST_WALKS:
        del wanted[max(wanted, key=lambda name: len(wanted[name]))]  # the walks along the others read its text
    ways = list(product(*([(name, value) for value in values] for name, values in wanted.items())))
    walks = [_walk(way, stretch, exact, limit, newest_first=newest_first) for way in ways]
    one = sa.union_all(*(sa.select(walk.subquery()) for walk in walks)) if len(walks) > 1 else walks[0]
    rows = one.subquery()
    order = rows.c.leaf_index.desc() if newest_first else rows.c.leaf_index
    return [
        Entry(row.leaf_index, row.entry_id, row.leaf_hash.hex(), read(row.event))
        for row in db.execute(sa.select(rows).order_by(order).limit(limit))
    ]


def _walk(
    way: tuple[tuple[str, str], ...],
    stretch: tuple[int, int | None],
    exact: list[sa.ColumnElement[bool]],
    limit: int,
    *,
    newest_first: bool,
) -> sa.Select[Any]:
    """Select the first entries that have every one of the terms, by index."""
    lists = [found.alias() for _ in way]
    at = lists[0].c.leaf_index if lists else leaf.c.leaf_index
    source: Any = leaf
    conditions = list(exact)
    for index, ((name, value), terms) in enumerate(zip(way, lists, strict=True)):
        conditions.append(terms.c.term == sa.func.hashtextextended(f"{name}={value}", 0))
        source = source.join(terms, terms.c.leaf_index == (leaf.c.leaf_index if index == 0 else lists[0].c.leaf_index))
    source = source.join(entry, leaf.c.entry_id == entry.c.id)
    first, last = stretch
    conditions += [at > first] if first >= 0 else []
    conditions += [at < last] if last is not None else []
    return (
        sa.select(leaf.c.leaf_index, leaf.c.entry_id, leaf.c.leaf_hash, entry.c.event)
        .select_from(source)
        .where(*conditions)
        .order_by(at.desc() if newest_first else at)
        .limit(limit)
    )


def _stretch(
    db: sa.Connection, after_index: int, before_index: int | None, since: datetime | None, until: datetime | None
) -> tuple[int, int | None]:
    """Return the indexes between which (neither included; None: to the end) every act of the span has its place."""
    first, last = after_index, before_index
    if since is not None:
        sizes = sa.select(sa.func.max(checkpoint.c.size)).where(checkpoint.c.latest < since)
        first = max(first, (db.scalar(sizes) or 0) - 1)
    if until is not None:
        newest = sa.select(checkpoint.c.late).where(checkpoint.c.late.is_not(None)).order_by(checkpoint.c.size.desc())
        late = db.scalar(newest.limit(1)) or timedelta(0)
        sizes = sa.select(sa.func.min(checkpoint.c.size)).where(checkpoint.c.latest >= _later(until, late))
        if (size := db.scalar(sizes)) is not None:
            last = size if last is None else min(last, size)
    return first, last


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment.max.replace(tzinfo=moment.tzinfo)


def unfindable(db: sa.Connection) -> int:
    """Count what entries should be found by, and are not: 0, unless somebody removed it. Reads the whole log."""
    missing = f"select count(*) from ({TERMS} except select term, leaf_index from audit.found) missing"  # noqa: S608 - no value in it
    return db.scalar(sa.text(missing)) or 0
