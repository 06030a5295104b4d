"""The Merkle tree of RFC 9162 (2.1), grown leaf by leaf in O(log n) memory.

A compact range keeps only the roots of the complete subtrees ("peaks"), largest first: all that is needed
to append a leaf or to tell the root, so that no batch ever reads the leaves before it.
"""

import hashlib
from collections.abc import Iterable
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
