"""Proofs over the trail in the database: that an entry is in it, and that a later trail begins with an earlier one.

The tree is read in tiles of 256 hashes, of leaves or of subtrees (`trail.node`): a proof reads a few of them, at any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from audit import trail
from audit.merkle import HASH_BYTES, CompactRange, RootOf, consistency_path, inclusion_path, node_hash

TILE_BITS = 8
_TILE = 1 << TILE_BITS
_LEVELS = (TILE_BITS, 2 * TILE_BITS, 3 * TILE_BITS)
_NODES_AT_ONCE = 256


def _tile(at: sa.Column[int], value: sa.Column[bytes]) -> sa.Select[tuple[int, int, bytes]]:
    """Select a tile as one row: how many hashes, the last one's place, and all of them, one after the other."""
    first = sa.bindparam("first", type_=sa.BigInteger)
    hashes = sa.func.string_agg(value, postgresql.aggregate_order_by(sa.literal(b""), at.asc()))
    return sa.select(
        sa.func.count().label("held"),
        sa.func.min(at).label("begins"),
        sa.func.max(at).label("last"),
        hashes.label("hashes"),
    ).where(at >= first, at < first + _TILE, sa.func.length(value) == HASH_BYTES)


_LEAVES = _tile(trail.leaf.c.leaf_index, trail.leaf.c.leaf_hash)
_NODES = _tile(trail.node.c.position, trail.node.c.hash).where(trail.node.c.level == sa.bindparam("level"))


@dataclass(slots=True)
class Tree:
    """The leaves and nodes of the trail on ``db``, each tile read once."""

    db: sa.Connection
    _sealed: dict[tuple[int, int], bytes] | None = None
    _tiles: dict[tuple[int, int], tuple[int, list[bytes]]] = field(default_factory=dict)

    def root_of(self, first: int, last: int) -> bytes:
        """Return the root over the leaves from ``first`` to ``last``, the latter not included; ``first`` begins a subtree of that height.

        Raises LookupError where leaves of it are gone.
        """
        peaks, at = [], first
        while at < last:
            height = (last - at).bit_length() - 1
            peaks.append(self._subtree(at, height))
            at += 1 << height
        return CompactRange(last - first, peaks).root()

    def before(self, first: int) -> CompactRange:
        """Return the tree over the leaves before ``first``; raises LookupError where leaves of it are gone."""
        peaks, at = [], 0
        while at < first:
            height = (first - at).bit_length() - 1
            peaks.append(self._subtree(at, height))
            at += 1 << height
        return CompactRange(first, peaks)

    def _subtree(self, first: int, height: int) -> bytes:
        level = max((at for at in (0, *_LEVELS) if at <= height), default=0)
        if (kept := self._of_retired().get((first, height))) is not None:
            return kept
        try:
            return _joined(self._hashes(level, first >> level, 1 << (height - level)))
        except LookupError:
            # A subtree that only begins with entries that were retired.
            if height == 0 or not self._of_retired():
                raise
            half = 1 << (height - 1)
            return node_hash(self._subtree(first, height - 1), self._subtree(first + half, height - 1))

    def _of_retired(self) -> dict[tuple[int, int], bytes]:
        """Return the subtrees of entries that were retired, by first index and height: the peaks of the checkpoint that ends there."""
        if self._sealed is None:
            self._sealed = {}
            size = self.db.scalar(sa.select(sa.func.min(trail.leaf.c.leaf_index))) or 0
            peaks = self.db.scalar(sa.select(trail.checkpoint.c.peaks).where(trail.checkpoint.c.size == size))
            at = 0
            for peak in CompactRange.from_bytes(size, peaks).peaks if size and peaks is not None else ():
                height = (size - at).bit_length() - 1
                self._sealed[at, height] = peak
                at += 1 << height
        return self._sealed

    def _hashes(self, level: int, first: int, count: int) -> list[bytes]:
        """Return the roots of subtrees of 2**level leaves; those that the sequencer has not reached are made from what is below."""
        begins, tile = self._tile(level, first // _TILE)
        held = tile[first - begins : first - begins + count] if first >= begins else []
        if len(held) == count:
            return held
        if level == 0:
            raise LookupError("leaves of the log are gone")
        made = [
            _joined(self._hashes(level - TILE_BITS, at << TILE_BITS, _TILE))
            for at in range(first + len(held), first + count)
        ]
        return held + made

    def _tile(self, level: int, tile: int) -> tuple[int, list[bytes]]:
        """Return the place of the first hash in a tile and what follows it: the beginning may have been retired."""
        if (level, tile) not in self._tiles:
            found = self.db.execute(_LEAVES if level == 0 else _NODES, {"level": level, "first": tile * _TILE}).one()
            # Where one is missing in between, what comes after it is not where it says.
            count = found.held if found.held and found.last == found.begins + found.held - 1 else 0
            hashes = found.hashes or b""
            rows = [hashes[at : at + HASH_BYTES] for at in range(0, count * HASH_BYTES, HASH_BYTES)]
            self._tiles[level, tile] = (found.begins or 0, rows)
        return self._tiles[level, tile]


def inclusion(db: sa.Connection, index: int, size: int) -> list[bytes]:
    """Return the audit path of the entry at ``index`` in the tree of ``size`` entries.

    Raises ValueError where there is no such entry in that tree, and LookupError where leaves are gone.
    """
    return inclusion_path(index, size, _root_of(db))


def consistency(db: sa.Connection, old: int, size: int) -> list[bytes]:
    """Return the proof that the trail of ``size`` entries begins with that of ``old``; raises as `inclusion` does."""
    return consistency_path(old, size, _root_of(db))


def keep_nodes(db: sa.Connection, size: int) -> None:
    """Keep the roots of the subtrees that ``size`` leaves complete; of a backlog, some at a time."""
    for level in _LEVELS:
        held = db.scalar(sa.select(sa.func.max(trail.node.c.position)).where(trail.node.c.level == level))
        first = 0 if held is None else held + 1
        last = min(size >> level, first + _NODES_AT_ONCE)
        if first >= last:
            return
        tree = Tree(db)
        rows = [
            {"level": level, "position": at, "hash": tree.root_of(at << level, (at + 1) << level)}
            for at in range(first, last)
        ]
        db.execute(sa.insert(trail.node), rows)


def _joined(hashes: Sequence[bytes]) -> bytes:
    tree = CompactRange()
    tree.extend(hashes)
    return tree.root()


def _root_of(db: sa.Connection) -> RootOf:
    return Tree(db).root_of
