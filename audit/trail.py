"""The audit trail in PostgreSQL: append with the act, sequence shortly after, search.

An act inserts its entry, unsequenced, in its own transaction, and waits for nobody. One sequencer then gives entries
their index and leaf hash in the order in which they became visible (a transaction that commits late comes late, whatever
its id), and signs a checkpoint over the tree. Nothing is ever updated: `grants` keeps the service from doing so,
`audit.verify` tells whether anybody did.

Entries are found by terms that the sequencer writes beside them (`audit.search`), and are read from the hashed text itself.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.dialects.postgresql import ARRAY

from audit.checkpoint import Checkpoint, origin_of
from audit.event import Event
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
    # So that a span of time is a stretch of indexes: the latest time of an act so far, and how much later than acts after it
    # an act ever got its place. Null: of before this was kept.
    sa.Column("latest", sa.DateTime(timezone=True), index=True),
    sa.Column("late", sa.Interval),
)
# Roots of complete subtrees of 256, 65 536, ... leaves, so that a proof reads hundreds of hashes and not millions. They
# are no authority: a proof made from wrong ones does not give the signed root.
node = sa.Table(
    "node",
    metadata,
    sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),  # the subtree has 2**level leaves
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),  # its first leaf over 2**level
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
witnessed = sa.Table(
    "witnessed",
    metadata,
    sa.Column("witness", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),  # of the newest checkpoint that it was told
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

# What an entry is found by, one row a term: a number that stands for a field and its value. It is no authority either: what
# is found is compared with the hashed text, and `audit.search.unfindable` counts what is missing.
found = sa.Table(
    "found",
    metadata,
    sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("leaf_index", sa.BigInteger, primary_key=True, autoincrement=False),
)

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


# The terms of an entry, each a field and its value; that it succeeded is none, for nearly all do.
TERMS = """
    select distinct hashtextextended(said.term, 0) as term, placed.leaf_index
    from audit.leaf placed
    join audit.entry on entry.id = placed.entry_id
    cross join lateral (select entry.event::jsonb as event) parsed
    cross join lateral (values
        ('type=' || (parsed.event ->> 'type')),
        ('patient=' || (parsed.event ->> 'patient')),
        ('study=' || (parsed.event ->> 'study')),
        ('agent=' || (parsed.event -> 'agent' ->> 'id')),
        ('purpose=' || (parsed.event ->> 'purpose')),
        ('outcome=' || nullif(parsed.event ->> 'outcome', 'success'))
    ) said (term)
    where said.term is not null"""
_FIND = sa.text(
    f"insert into audit.found (term, leaf_index) {TERMS} and placed.entry_id = any(:ids) on conflict do nothing"
)

_new = sa.insert(entry).values(event=sa.bindparam("text")).returning(entry.c.id).cte("new")
_APPEND = sa.insert(pending).from_select(["entry_id"], sa.select(_new.c.id))


def append(db: sa.Connection, event: Event) -> None:
    """Write an event in the caller's transaction: it stands if, and only if, the act does."""
    db.execute(_APPEND, {"text": event.canonical().decode()})


def append_all(db: sa.Connection, events: Sequence[Event]) -> None:
    """Write many events of one act at once."""
    append_canonical(db, [event.canonical() for event in events])


def append_canonical(db: sa.Connection, written: Sequence[bytes]) -> None:
    """Write events that were kept as they are hashed."""
    texts = sa.cast([one.decode() for one in written], ARRAY(sa.Text))
    new = sa.insert(entry).from_select(["event"], sa.select(sa.func.unnest(texts))).returning(entry.c.id).cte("new")
    db.execute(sa.insert(pending).from_select(["entry_id"], sa.select(new.c.id)))


def sequence(db: sa.Connection, key: Ed25519PrivateKey, now: datetime, *, at_most: int = _BATCH) -> int:
    """Give waiting entries their index and leaf hash and sign a checkpoint by ``key``; tell how many there were (0: nothing waits).

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
    db.execute(_FIND, {"ids": [row.id for row in batch]})
    body = Checkpoint(origin_of(key.public_key()), tree.size, tree.root(), now).body()
    latest, late = _times(db, [row.event for row in batch])
    db.execute(
        sa.insert(checkpoint).values(
            size=tree.size,
            body=body,
            signature=key.sign(body.encode()),
            peaks=tree.to_bytes(),
            latest=latest,
            late=late,
        )
    )
    return len(batch)


def _times(db: sa.Connection, texts: Sequence[str]) -> tuple[datetime, timedelta]:
    """Return the latest time of any act so far, and the most that an act ever was sequenced after later ones."""
    times = [datetime.fromisoformat(read(text)["occurred_at"]) for text in texts]
    newest = sa.select(checkpoint.c.latest, checkpoint.c.late).where(checkpoint.c.latest.is_not(None))
    before = db.execute(newest.order_by(checkpoint.c.size.desc()).limit(1)).one_or_none()
    if before is None:
        return max(times), timedelta(0)
    return max(before.latest, *times), max(before.late, before.latest - min(times))


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


def read(text: str) -> Mapping[str, Any]:
    """Read an entry's text."""
    event: Mapping[str, Any] = json.loads(text)
    return event


def grants(role: str) -> list[str]:
    """Write the SQL that lets ``role`` add to the trail and never rewrite it; the owner of the tables runs it.

    Only the queue of unsequenced ids may be emptied; an entry that leaves it without a leaf is found by the verification.

    Raises ValueError for a role name that would need quoting.
    """
    role = quotable(role)
    return [
        f"grant usage on schema audit to {role}",
        f"revoke all on audit.entry, audit.pending, audit.leaf, audit.checkpoint, audit.node, audit.found from {role}",
        f"grant insert, select on audit.entry, audit.leaf, audit.checkpoint, audit.node, audit.found to {role}",
        f"grant insert, select, delete on audit.pending to {role}",
        f"grant insert, select, update on audit.witnessed to {role}",
    ]


def quotable(role: str) -> str:
    """Return the name of a role that needs no quotes; raises ValueError for any other."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise ValueError("a role's name is made of small letters, digits and underscores")
    return role
