"""The audit trail in PostgreSQL: append with the act, sequence shortly after, search.

An act inserts its entry, unsequenced, in its own transaction, and waits for nobody. One sequencer then gives entries
their index and leaf hash in the order in which they became visible (a transaction that commits late comes late, whatever
its id), and signs a checkpoint over the tree. Nothing is ever updated: `grants` keeps the service from doing so,
`audit.verify` tells whether anybody did.

The database keeps no second copy of what an entry says: it is searched through indexes on the hashed text itself.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from audit.checkpoint import Checkpoint
from audit.event import Event, EventType, Outcome, timestamp
from audit.merkle import CompactRange, leaf_hash

metadata = sa.MetaData(schema="audit")  # a schema of its own: a grant on all tables of "public" does not reach it
sa.event.listen(metadata, "before_create", sa.schema.CreateSchema("audit", if_not_exists=True))

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event", sa.Text, nullable=False),  # canonical JSON; its UTF-8 bytes are what is hashed
)
pending = sa.Table("pending", metadata, sa.Column("entry_id", sa.BigInteger, primary_key=True))
leaf = sa.Table(
    "leaf",
    metadata,
    sa.Column("leaf_index", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.BigInteger, sa.ForeignKey(entry.c.id), nullable=False, unique=True),
    sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
)
checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),  # Ed25519 over the UTF-8 bytes of body
    sa.Column("peaks", sa.LargeBinary, nullable=False),  # of the compact range; bound by the root in body
)

# Literal SQL: the planner matches an indexed expression by its text.
_SEARCHED = {
    "type": sa.literal_column("(event::jsonb ->> 'type')", sa.Text),
    "study_uid": sa.literal_column("(event::jsonb ->> 'study_uid')", sa.Text),
    "patient": sa.literal_column("(event::jsonb ->> 'patient')", sa.Text),
    "agent": sa.literal_column("(event::jsonb -> 'agent' ->> 'id')", sa.Text),
    "occurred_at": sa.literal_column("((event::jsonb ->> 'occurred_at') collate \"C\")", sa.Text),
}
for _name, _expression in _SEARCHED.items():
    sa.Index(f"entry_{_name}", _expression, _table=entry)
_OUTCOME = sa.literal_column(
    "(event::jsonb ->> 'outcome')", sa.Text
)  # three values: an index would find a third of all

_SEQUENCER = 0x0D1A_FA41  # the advisory lock that makes the sequencer one
_BATCH = 10_000


class TrailBroken(Exception):
    """The last checkpoint contradicts itself: somebody changed it. Nothing is signed on top; run the verification."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sequenced entry: its place in the tree (from 0), RFC 9162 leaf hash (hex), and the event as recorded."""

    index: int
    entry_id: int
    leaf_hash: str
    event: Mapping[str, Any]


_new = sa.insert(entry).values(event=sa.bindparam("text")).returning(entry.c.id).cte("new")
_APPEND = sa.insert(pending).from_select(["entry_id"], sa.select(_new.c.id))


def append(db: sa.Connection, event: Event) -> None:
    """Write an event in the caller's transaction: it stands if, and only if, the act does."""
    db.execute(_APPEND, {"text": event.canonical().decode()})


def sequence(db: sa.Connection, sign: Callable[[bytes], bytes], now: datetime, *, at_most: int = _BATCH) -> int:
    """Give waiting entries their index and leaf hash and sign a checkpoint; tell how many there were (0: nothing waits).

    Runs in the caller's transaction (READ COMMITTED, PostgreSQL's default) and holds off other sequencers until it ends.
    The queue is a table and no high-water mark over ids: a lower id may commit after a higher one.

    Raises TrailBroken when the last checkpoint does not fit its own root.
    """
    db.execute(sa.select(sa.func.pg_advisory_xact_lock(_SEQUENCER)))
    queued = db.scalars(sa.select(pending.c.entry_id).order_by(pending.c.entry_id).limit(at_most)).all()
    # Ids first, then their texts: a join may be planned as a walk over the whole table.
    texts = (
        sa.select(entry).where(entry.c.id == sa.func.any(sa.cast(queued, ARRAY(sa.BigInteger)))).order_by(entry.c.id)
    )
    batch = db.execute(texts).all() if queued else []
    if not batch:
        return 0
    tree = _tree(db)
    first = tree.size
    hashes = [leaf_hash(row.event.encode()) for row in batch]
    tree.extend(hashes)
    ids = sa.cast([row.id for row in batch], ARRAY(sa.BigInteger))
    rows = sa.select(
        sa.func.unnest(sa.cast(list(range(first, tree.size)), ARRAY(sa.BigInteger))),
        sa.func.unnest(ids),
        sa.func.unnest(sa.cast(hashes, ARRAY(sa.LargeBinary))),
    )
    db.execute(sa.insert(leaf).from_select(["leaf_index", "entry_id", "leaf_hash"], rows))
    db.execute(sa.delete(pending).where(pending.c.entry_id == sa.func.any(ids)))
    body = Checkpoint(tree.size, tree.root(), now).body()
    db.execute(
        sa.insert(checkpoint).values(size=tree.size, body=body, signature=sign(body.encode()), peaks=tree.to_bytes())
    )
    return len(batch)


def _tree(db: sa.Connection) -> CompactRange:
    """Read the tree as the last checkpoint left it."""
    last = db.execute(sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)).one_or_none()
    if last is None:
        return CompactRange()
    try:
        tree, said = CompactRange.from_bytes(last.size, last.peaks), Checkpoint.parse(last.body)
    except ValueError as error:
        raise TrailBroken(f"the checkpoint over {last.size} entries cannot be read: run diafan audit verify") from error
    if (tree.size, tree.root()) != (said.size, said.root):
        raise TrailBroken(
            f"the checkpoint over {last.size} entries is not the one that was signed: run diafan audit verify"
        )
    return tree


def waiting(db: sa.Connection) -> int:
    """Count the committed entries that the sequencer has not reached yet."""
    return db.scalar(sa.select(sa.func.count()).select_from(pending)) or 0


def size(db: sa.Connection) -> int:
    """Count the entries that the last checkpoint covers."""
    return db.scalar(sa.select(sa.func.max(checkpoint.c.size))) or 0


def search(
    db: sa.Connection,
    *,
    after_index: int = -1,
    before_index: int | None = None,
    newest_first: bool = False,
    limit: int = 100,
    types: Collection[EventType] = (),
    study_uid: str | None = None,
    patient: str | None = None,
    agent: str | None = None,
    outcome: Outcome | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Sequenced entries in index order, after ``after_index``; the last index is the next page's ``after_index``.

    With ``newest_first`` the order is the other one, and the last index is the next page's ``before_index`` (not included).
    No ``types``: all of them. ``patient`` is a pseudonym, ``agent`` an agent's id; ``since`` (included) and ``until`` (not
    included) are aware and compared with the time of the act.
    """
    wanted = {"study_uid": study_uid, "patient": patient, "agent": agent}
    query = (
        sa.select(leaf.c.leaf_index, leaf.c.entry_id, leaf.c.leaf_hash, entry.c.event)
        .join_from(leaf, entry, leaf.c.entry_id == entry.c.id)
        .where(
            leaf.c.leaf_index > after_index,
            *(_SEARCHED[name] == value for name, value in wanted.items() if value is not None),
        )
        .order_by(leaf.c.leaf_index.desc() if newest_first else leaf.c.leaf_index)
        .limit(limit)
    )
    if types:
        query = query.where(_SEARCHED["type"].in_([kind.value for kind in types]))
    if before_index is not None:
        query = query.where(leaf.c.leaf_index < before_index)
    if outcome is not None:
        query = query.where(_OUTCOME.in_([outcome.value]))
    if since is not None:
        query = query.where(_SEARCHED["occurred_at"] >= timestamp(since))
    if until is not None:
        query = query.where(_SEARCHED["occurred_at"] < timestamp(until))
    return [
        Entry(row.leaf_index, row.entry_id, row.leaf_hash.hex(), json.loads(row.event)) for row in db.execute(query)
    ]


def grants(role: str) -> list[str]:
    """Write the SQL that lets ``role`` add to the trail and never rewrite it; the owner of the tables runs it.

    Only the queue of unsequenced ids may be emptied; an entry that leaves it without a leaf is found by the verification.

    Raises ValueError for a role name that would need quoting.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise ValueError("a role's name is made of small letters, digits and underscores")
    return [
        f"grant usage on schema audit to {role}",
        f"revoke all on audit.entry, audit.pending, audit.leaf, audit.checkpoint from {role}",
        f"grant insert, select on audit.entry, audit.leaf, audit.checkpoint to {role}",
        f"grant insert, select, delete on audit.pending to {role}",
    ]
