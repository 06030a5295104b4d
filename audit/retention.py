"""Entries that are old enough go, whole sealed segments at a time; their roots stay, and what is left is as provable as before.

That segments were retired is itself an entry, sequenced before anything goes: who cuts the beginning of the log without one is found out.
"""

from datetime import datetime

import sqlalchemy as sa

from audit import trail
from audit.event import EventType
from audit.search import search


def sealed_before(db: sa.Connection, moment: datetime) -> int:
    """Return how many entries the last checkpoint covers before which every act was done before ``moment``; 0: none."""
    latest = trail.checkpoint.c.latest
    return db.scalar(sa.select(sa.func.max(trail.checkpoint.c.size)).where(latest < moment)) or 0


def retired(db: sa.Connection) -> int:
    """Return how many entries the log says were retired: those before this index may be gone."""
    told = search(db, types=[EventType.AUDIT_RETIRED], newest_first=True, limit=1)
    return int(told[0].event["detail"]["after_index"]) + 1 if told else 0


def retire(owner: sa.Connection, size: int) -> int:
    """Remove the first ``size`` entries, which are sealed and said to be retired; return how many went.

    Needs the role that owns the tables. Raises ValueError where the log does not say so.
    """
    if retired(owner) < size or not owner.scalar(sa.select(sa.exists().where(trail.checkpoint.c.size == size))):
        raise ValueError("only what ends with a checkpoint, and is said in the log to be retired, may go")
    owner.execute(sa.delete(trail.found).where(trail.found.c.leaf_index < size))
    gone = sa.delete(trail.leaf).where(trail.leaf.c.leaf_index < size).returning(trail.leaf.c.entry_id).cte("gone")
    return owner.execute(
        sa.delete(trail.entry).where(trail.entry.c.id.in_(sa.select(gone.c.entry_id))).add_cte(gone)
    ).rowcount
