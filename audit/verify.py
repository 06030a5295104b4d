"""Is the trail what it was when it was signed? Reads all of it, trusts nothing but the public key.

Every leaf hash is computed again from the stored text, every root from the leaf hashes. The peaks kept with each
checkpoint are bound by its signed root, so each stretch between two checkpoints is judged by itself: one change is told
where it is and does not spoil everything after it. What this cannot see, by its nature, is a tail that was cut together
with its checkpoints: for that a checkpoint has to be kept elsewhere. Segments at the beginning may be gone where an entry of the
log says that they were retired.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import eq
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import trail
from audit.checkpoint import Checkpoint
from audit.event import timestamp
from audit.merkle import CompactRange, leaf_hash
from audit.retention import retired


class DefectKind(StrEnum):
    """What happened to the trail."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    FORGED_CHECKPOINT = "forged checkpoint"


@dataclass(frozen=True, slots=True)
class Defect:
    """One finding. ``first`` to ``last`` are the indexes it concerns (both included; None: never had one).

    ``signed_at`` is when the first checkpoint that covers them was signed (None: none does): at that time they were
    as they should be. ``entry_id`` is the database's id where one entry is meant and it is known.
    """

    kind: DefectKind
    first: int | None
    last: int | None
    entry_id: int | None
    signed_at: datetime | None

    def __str__(self) -> str:
        if self.first is None and self.kind is DefectKind.MISSING:
            return f"the entry with id {self.entry_id} is gone, before it had an index"
        if self.first is None:
            return f"the entry with id {self.entry_id} never came through the sequencer, or its leaf was removed"
        which = f"entry {self.first}" if self.first == self.last else f"entries {self.first} to {self.last}"
        when = f", signed at {timestamp(self.signed_at)}" if self.signed_at else ""
        return f"{which}: {_MEANING[self.kind]}{when}"


_MEANING = {
    DefectKind.CHANGED: "not what was signed",
    DefectKind.MISSING: "gone",
    DefectKind.INSERTED: "covered by no checkpoint",
    DefectKind.REORDERED: "not where it was signed",
    DefectKind.FORGED_CHECKPOINT: "the checkpoint that ends here is not the one that was signed",
}


@dataclass(slots=True)
class _Stretch:
    """The leaves between two trusted checkpoints, and the tree before and after them."""

    before: CompactRange
    said: Checkpoint
    leaves: list[sa.Row[Any]]

    def is_whole(self) -> bool:
        """Tell whether every place has its leaf, and every text gives the recorded hash and, with the others, the signed root."""
        rows = self.leaves
        if len(rows) != self.said.size - self.before.size or any(row.event is None for row in rows):
            return False
        hashes = [_hash(row) for row in rows]
        return all(map(eq, hashes, (row.leaf_hash for row in rows))) and self.root(hashes) == self.said.root

    def root(self, leaf_hashes: Sequence[bytes]) -> bytes:
        tree = CompactRange(self.before.size, list(self.before.peaks))
        tree.extend(leaf_hashes)
        return tree.root()


def verify(db: sa.Connection, public_key: Ed25519PublicKey) -> list[Defect]:
    """Every defect of the trail, by index; none: it is whole. Entries that wait to be sequenced are none.

    Must be first in its transaction: it reads one snapshot, while others go on writing.
    """
    db.execute(sa.text("set transaction isolation level repeatable read"))
    found: list[Defect] = []
    altered: list[tuple[sa.Row[Any], datetime]] = []
    leaves = _stream(
        db,
        sa.select(trail.leaf, trail.entry.c.event)
        .join_from(trail.leaf, trail.entry, trail.leaf.c.entry_id == trail.entry.c.id, isouter=True)
        .order_by(trail.leaf.c.leaf_index),
    )
    row = next(leaves, None)
    tree = CompactRange()
    may_be_gone = retired(db)
    for said, after in _trusted(db, public_key, found):
        stretch = _Stretch(tree, said, [])
        while row is not None and row.leaf_index < said.size:
            stretch.leaves.append(row)
            row = next(leaves, None)
        if stretch.is_whole() or (not stretch.leaves and said.size <= may_be_gone):
            tree = after
            continue
        found += _absent(stretch)
        found += _misplaced(stretch)
        altered += [(r, said.signed_at) for r in stretch.leaves if r.event is not None and _hash(r) != r.leaf_hash]
        tree = after
    while row is not None:
        found.append(Defect(DefectKind.INSERTED, row.leaf_index, row.leaf_index, row.entry_id, None))
        row = next(leaves, None)
    found += _altered(altered)
    found += _outside(db)
    return _merged(sorted(found, key=lambda d: (d.first is None, d.first or 0)))


def _trusted(
    db: sa.Connection, key: Ed25519PublicKey, found: list[Defect]
) -> Iterator[tuple[Checkpoint, CompactRange]]:
    """Yield the checkpoints, by size, whose signature and peaks hold; report the others."""
    for row in _stream(db, sa.select(trail.checkpoint).order_by(trail.checkpoint.c.size)):
        try:
            key.verify(row.signature, row.body.encode())
            said, tree = Checkpoint.parse(row.body), CompactRange.from_bytes(row.size, row.peaks)
        except (InvalidSignature, ValueError):
            honest = False
        else:
            honest = (said.size, said.root) == (row.size, tree.root())
        if honest:
            yield said, tree
        else:
            found.append(Defect(DefectKind.FORGED_CHECKPOINT, row.size - 1, row.size - 1, None, None))


def _absent(stretch: _Stretch) -> Iterator[Defect]:
    """Places without a leaf, and leaves without their entry."""
    leaves = {row.leaf_index: row for row in stretch.leaves}
    for index in range(stretch.before.size, stretch.said.size):
        row = leaves.get(index)
        if row is None or row.event is None:
            yield Defect(DefectKind.MISSING, index, index, row and row.entry_id, stretch.said.signed_at)


def _misplaced(stretch: _Stretch) -> Iterator[Defect]:
    """Leaves that do not give the signed root, although there is one in each place."""
    first, last, rows = stretch.before.size, stretch.said.size - 1, stretch.leaves
    if not {row.leaf_index for row in rows}.issuperset(range(first, last + 1)):
        return  # _absent told it
    recorded = [row.leaf_hash for row in rows]
    # Where the texts still give the root, only a recorded hash was touched, and _altered tells which.
    computed = [row.leaf_hash if row.event is None else _hash(row) for row in rows]
    if stretch.said.root in (stretch.root(recorded), stretch.root(computed)):
        return
    # The sequencer takes a batch in the order of its ids: entries out of that order were moved.
    in_order = sorted(rows, key=lambda row: row.entry_id)
    moved = [row for row, right in zip(rows, in_order, strict=True) if row.entry_id != right.entry_id]
    for row in moved:
        yield Defect(DefectKind.REORDERED, row.leaf_index, row.leaf_index, row.entry_id, stretch.said.signed_at)
    if not moved:
        yield Defect(
            DefectKind.CHANGED, first, last, rows[0].entry_id if first == last else None, stretch.said.signed_at
        )


def _altered(rows: Sequence[tuple[sa.Row[Any], datetime]]) -> Iterator[Defect]:
    """Entries whose text does not give their leaf hash: moved, if it gives that of another such entry."""
    recorded = {row.leaf_hash for row, _ in rows}
    for row, signed_at in rows:
        kind = DefectKind.REORDERED if _hash(row) in recorded else DefectKind.CHANGED
        yield Defect(kind, row.leaf_index, row.leaf_index, row.entry_id, signed_at)


def _outside(db: sa.Connection) -> Iterator[Defect]:
    """Entries that are neither in the tree nor waiting to be, and places in the queue whose entry is gone."""
    entry, leaf, pending = trail.entry.c.id, trail.leaf.c.entry_id, trail.pending.c.entry_id
    stray = sa.select(entry.label("id")).where(~sa.exists().where(leaf == entry), ~sa.exists().where(pending == entry))
    for row in _stream(db, stray.order_by(entry)):
        yield Defect(DefectKind.INSERTED, None, None, row.id, None)
    lost = sa.select(pending.label("id")).where(~sa.exists().where(entry == pending))
    for row in _stream(db, lost.order_by(pending)):
        yield Defect(DefectKind.MISSING, None, None, row.id, None)


def _merged(defects: list[Defect]) -> list[Defect]:
    """Neighbours of one kind told as one: after an insertion every later place is wrong."""
    merged: list[Defect] = []
    for defect in defects:
        previous = merged[-1] if merged else None
        if (
            previous is not None
            and previous.kind is defect.kind
            and previous.last is not None
            and previous.last + 1 == defect.first
        ):
            merged[-1] = replace(previous, last=defect.last, entry_id=None)
        else:
            merged.append(defect)
    return merged


def _hash(row: sa.Row[Any]) -> bytes:
    return leaf_hash(row.event.encode())


def _stream(db: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """Row by row through a server-side cursor: the trail may be larger than memory."""
    return iter(db.execute(query, execution_options={"yield_per": 2000}))
