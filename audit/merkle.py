"""The Merkle tree of RFC 9162 (2.1): grown leaf by leaf in O(log n) memory, and its proofs.

A compact range keeps only the roots of the complete subtrees ("peaks"), largest first: all that is needed
to append a leaf or to tell the root, so that no batch ever reads the leaves before it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): the other prefix keeps a node from passing for a leaf."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class CompactRange:
    """The tree over the first ``size`` leaves, by its ``peaks``: one 32-byte hash per 1 in the binary form of ``size``.

    Raises ValueError when the number of peaks does not fit the size.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError("the peaks of a Merkle tree do not fit its size")

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> "CompactRange":
        """Read the peaks as `to_bytes` wrote them."""
        return cls(size, [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        """Write the peaks, largest subtree first, one after the other."""
        return b"".join(self.peaks)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves; every 1 at the end of ``size`` is a pair of equal subtrees to join, as in a binary carry."""
        for node in leaf_hashes:
            joined, carry = node, self.size
            while carry & 1:
                joined = node_hash(self.peaks.pop(), joined)
                carry >>= 1
            self.peaks.append(joined)
            self.size += 1

    def root(self) -> bytes:
        """Compute the tree's head; SHA-256 of nothing for an empty tree."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


RootOf = Callable[[int, int], bytes]
"""Returns the root over the leaves from the first to the second index, the latter not included."""


def inclusion_path(index: int, size: int, root_of: RootOf) -> list[bytes]:
    """Return the audit path of a leaf in the tree of ``size`` leaves, the lowest node first (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("there is no such leaf in the tree")
    path, first, last = [], 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(root_of(middle, last))
            last = middle
        else:
            path.append(root_of(first, middle))
            first = middle
    return path[::-1]


def consistency_path(old: int, size: int, root_of: RootOf) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves is the beginning of that of ``size`` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= size:
        raise ValueError("there is no such tree in the tree")

    def below(first: int, last: int, *, whole: bool) -> list[bytes]:
        if old == last:
            return [] if whole else [root_of(first, last)]
        middle = first + _split(last - first)
        if old <= middle:
            return [*below(first, middle, whole=whole), root_of(middle, last)]
        return [*below(middle, last, whole=False), root_of(first, middle)]

    return below(0, size, whole=True)


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a leaf hash stands at ``index`` of the tree of ``size`` leaves under ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the tree of ``size`` leaves under ``root`` begins with that of ``old`` under ``old_root`` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, node)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
