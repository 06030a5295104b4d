"""Finding entries: by terms, in the order of the log, as many as are asked for and no more, however long the log is.

Each term is a list of indexes in order (`trail.found`). Several conditions are a walk along the shortest of their lists; several values of
one condition are as many walks, each of which ends at the limit. A span of time is a stretch of indexes, a little longer than it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from itertools import product
from math import prod
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

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
    by_text = {name: values for name, values in wanted.items() if values == [Outcome.SUCCESS.value]}  # it is no term
    by_term = {name: values for name, values in wanted.items() if name not in by_text}
    while prod(map(len, by_term.values())) > _MOST_WALKS:
        name = max(by_term, key=lambda name: len(by_term[name]))
        by_text[name] = by_term.pop(name)
    texts: list[sa.ColumnElement[bool]] = [_SAID[name].in_(values) for name, values in by_text.items()]
    texts += [_SAID["occurred_at"] >= timestamp(since)] if since is not None else []
    texts += [_SAID["occurred_at"] < timestamp(until)] if until is not None else []
    terms = _terms(db, [f"{name}={value}" for name, values in by_term.items() for value in values])
    ways = list(product(*([terms[f"{name}={value}"] for value in values] for name, values in by_term.items())))
    entries: list[Entry] = []
    while len(entries) < limit:
        more = limit - len(entries)
        led_to = _read(db, ways, stretch, texts, more, newest_first=newest_first)
        # A term is a number, and no authority: what it leads to has to say the words.
        entries += [one for one in led_to if all(_said(one.event, name) in values for name, values in by_term.items())]
        if len(led_to) < more:
            break
        end = led_to[-1].index
        stretch = (stretch[0], end) if newest_first else (end, stretch[1])
    return entries


def _read(
    db: sa.Connection,
    ways: list[tuple[int, ...]],
    stretch: tuple[int, int | None],
    texts: list[sa.ColumnElement[bool]],
    limit: int,
    *,
    newest_first: bool,
) -> list[Entry]:
    """Return the first entries that any of the walks leads to."""
    walks = [_walk(way, stretch, texts, limit, newest_first=newest_first) for way in ways]
    at = (sa.union_all(*walks) if len(walks) > 1 else walks[0]).subquery()
    rows = (
        sa.select(leaf.c.leaf_index, leaf.c.entry_id, leaf.c.leaf_hash, entry.c.event)
        .join_from(at, leaf, leaf.c.leaf_index == at.c.leaf_index)
        .join(entry, leaf.c.entry_id == entry.c.id)
        .order_by(at.c.leaf_index.desc() if newest_first else at.c.leaf_index)
        .limit(limit)
    )
    return [Entry(row.leaf_index, row.entry_id, row.leaf_hash.hex(), read(row.event)) for row in db.execute(rows)]


def _said(event: Mapping[str, Any], name: str) -> Any:
    return event.get("agent", {}).get("id") if name == "agent" else event.get(name)


def _terms(db: sa.Connection, words: list[str]) -> dict[str, int]:
    """Return the numbers of terms. They stand in the statement itself, for the planner chooses by how often each one is."""
    if not words:
        return {}
    said = sa.select(sa.func.unnest(sa.cast(words, ARRAY(sa.Text))).label("word")).subquery()
    return {
        row.word: row.term
        for row in db.execute(sa.select(said.c.word, sa.func.hashtextextended(said.c.word, 0).label("term")))
    }


def _walk(
    way: tuple[int, ...],
    stretch: tuple[int, int | None],
    texts: list[sa.ColumnElement[bool]],
    limit: int,
    *,
    newest_first: bool,
) -> sa.Select[Any]:
    """Select the indexes of the first entries that have every one of the terms; the text is read only where a term says too little."""
    lists = [found.alias() for _ in way] or [leaf]
    at = lists[0].c.leaf_index
    source: Any = lists[0]
    for one in lists[1:]:
        source = source.join(one, one.c.leaf_index == at)
    conditions = [one.c.term == sa.literal_column(str(term)) for one, term in zip(lists, way, strict=False)]
    if texts:
        source = source.join(leaf, leaf.c.leaf_index == at) if way else source
        source = source.join(entry, leaf.c.entry_id == entry.c.id)
    first, last = stretch
    conditions += [at > first] if first >= 0 else []
    conditions += [at < last] if last is not None else []
    order = at.desc() if newest_first else at
    return sa.select(
        sa.select(at.label("leaf_index"))
        .select_from(source)
        .where(*conditions, *texts)
        .order_by(order)
        .limit(limit)
        .subquery()
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
