"""The trail as a file that proves itself: entries as they were hashed, a signed checkpoint, and the proofs between them.

One JSON object a line. The first says what follows and holds the checkpoint, the last that nothing is missing at the end.
A *stretch* is every entry from one index to the checkpoint, on the tree before it; a *selection* is any entries, each with its
audit path: what was left out of a selection cannot be seen.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import trail
from audit.checkpoint import note
from audit.merkle import inclusion_path
from audit.proof import Tree

FORMAT = "diafan-audit-export-1"
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it is kept: its size, and its signed note."""

    size: int
    note: str


def newest_checkpoint(db: sa.Connection, key: Ed25519PublicKey) -> Signed | None:
    """Return the checkpoint over the most entries; None for an empty trail."""
    row = db.execute(sa.select(trail.checkpoint).order_by(trail.checkpoint.c.size.desc()).limit(1)).one_or_none()
    return None if row is None else Signed(row.size, note(row.body, row.signature, key))


def stretch(db: sa.Connection, signed: Signed, first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the lines of every entry from ``first`` to the checkpoint.

    Raises ValueError where the checkpoint has no such entry, and LookupError where leaves before it are gone.
    """
    if not 0 <= first <= signed.size:
        raise ValueError("the log has no such entry")
    before = Tree(db).before(first)
    yield _head("stretch", signed) | {"first": first, "peaks": [_text(peak) for peak in before.peaks]}
    rows = (
        sa.select(trail.leaf.c.leaf_index, trail.leaf.c.leaf_hash, trail.entry.c.event)
        .join_from(trail.leaf, trail.entry, trail.leaf.c.entry_id == trail.entry.c.id, isouter=True)
        .where(trail.leaf.c.leaf_index >= first, trail.leaf.c.leaf_index < signed.size)
        .order_by(trail.leaf.c.leaf_index)
    )
    count = 0
    # Who asked may be gone before the end.
    with closing(db.execute(rows, execution_options={"yield_per": _AT_ONCE})) as found:
        for row in found:
            yield {"index": row.leaf_index, "leaf_hash": row.leaf_hash.hex(), "event": row.event}
            count += 1
    yield {"end": count}


def selection(db: sa.Connection, signed: Signed, entries: Iterable[trail.Entry]) -> Iterator[dict[str, Any]]:
    """Yield the lines of chosen entries under the checkpoint, each with its audit path."""
    yield _head("selection", signed)
    count = 0
    for entry in entries:
        if entry.index >= signed.size:
            continue
        path = inclusion_path(entry.index, signed.size, Tree(db).root_of)
        text = db.scalar(sa.select(trail.entry.c.event).where(trail.entry.c.id == entry.entry_id))
        yield {
            "index": entry.index,
            "leaf_hash": entry.leaf_hash,
            "event": text,
            "path": [_text(node) for node in path],
        }
        count += 1
    yield {"end": count}


def line(content: dict[str, Any]) -> str:
    """Write one line of an export."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _head(kind: str, signed: Signed) -> dict[str, Any]:
    return {"format": FORMAT, "kind": kind, "size": signed.size, "checkpoint": signed.note}


def _text(node: bytes) -> str:
    return base64.b64encode(node).decode()
