import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import CompactRange, leaf_hash, node_hash

# The inputs and roots of the reference implementation of Certificate Transparency (merkle_tree_test.cc).
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return leaf_hash(entries[0])
    k = 1
    while k * 2 < n:
        k *= 2
    return node_hash(naive_root(entries[:k]), naive_root(entries[k:]))


def test_known_roots_of_certificate_transparency():
    tree = CompactRange()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        tree.extend([leaf_hash(bytes.fromhex(entry))])
        assert tree.root().hex() == root


@given(st.lists(st.binary(max_size=8), max_size=70), st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_that_of_the_recursive_definition_however_it_was_grown(first, second):
    tree = CompactRange()
    tree.extend(map(leaf_hash, first))
    assert tree.root() == naive_root(first)
    tree = CompactRange.from_bytes(tree.size, tree.to_bytes())
    tree.extend(map(leaf_hash, second))
    assert tree.root() == naive_root(first + second)


def test_memory_is_logarithmic():
    tree = CompactRange()
    tree.extend([b"\x00" * 32] * 4095)
    assert len(tree.peaks) == 12


@pytest.mark.parametrize(("size", "peaks"), [(1, b""), (0, b"\x00" * 32), (3, b"\x00" * 32), (1, b"\x00" * 31)])
def test_peaks_that_do_not_fit_the_size_are_refused(size, peaks):
    with pytest.raises(ValueError, match="do not fit"):
        CompactRange.from_bytes(size, peaks)
