import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import (
    CompactRange,
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
)

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


def every_root(size: int):
    entries = [number.to_bytes(2) for number in range(size)]
    return [leaf_hash(e) for e in entries], lambda first, last: naive_root(entries[first:last])


def test_the_proofs_of_certificate_transparency():
    """The audit path and the consistency proofs of the reference implementation (merkle_tree_test.cc)."""

    def root_of(first, last):
        return naive_root([bytes.fromhex(e) for e in ENTRIES[first:last]])

    assert [node.hex() for node in inclusion_path(5, 8, root_of)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in consistency_path(6, 8, root_of)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_of_a_small_tree_is_proved_and_no_other(size):
    leaves, root_of = every_root(size)
    root = root_of(0, size)
    for index in range(size):
        path = inclusion_path(index, size, root_of)
        assert is_included(leaves[index], index, size, path, root)
        for wrong in (index - 1, index + 1, size):
            assert not is_included(leaves[index], wrong, size, path, root)
        assert not is_included(leaf_hash(b"?"), index, size, path, root)
        assert not is_included(leaves[index], index, size, [*path, root], root)
        if path:
            assert not is_included(leaves[index], index, size, path[:-1], root)
            assert not is_included(leaves[index], index, size, [*path[:-1], root], root)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_beginning_of_a_small_tree_is_proved_and_no_other(size):
    _, root_of = every_root(size)
    root = root_of(0, size)
    for old in range(1, size + 1):
        path = consistency_path(old, size, root_of)
        assert is_consistent(old, root_of(0, old), size, root, path)
        assert not is_consistent(old, leaf_hash(b"?"), size, root, path)
        assert not is_consistent(old, root_of(0, old), size, leaf_hash(b"?"), path)
        assert not is_consistent(old, root_of(0, old), size, root, [*path, root])
        assert not is_consistent(size + 1, root, size, root, path)
        if path:
            assert not is_consistent(old, root_of(0, old), size, root, path[:-1])


def test_a_proof_of_what_is_not_there_is_refused():
    _, root_of = every_root(3)
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion_path(index, size, root_of)
        with pytest.raises(ValueError, match="no such tree"):
            consistency_path(index + 1 if index > 0 else 0, size, root_of)
