"""An export proves itself, offline; with what a witness kept, so does the log that it came from."""

import json

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import proof, trail
from audit.checkpoint import Checkpoint, NotSigned, note, origin_of, read_note
from audit.export import line, newest_checkpoint, selection, stretch
from audit.merkle import is_consistent, is_included
from audit.offline import NoExport, judge
from audit.search import search

COUNT = 700


@pytest.fixture
def kept(audit_trail, event):
    """Return a trail of 700 entries, under checkpoints at 300 and 700, the first of which a witness was told."""
    audit_trail.append(*(event(n) for n in range(300)))
    audit_trail.sequence()
    audit_trail.witness = newest(audit_trail)
    audit_trail.append(*(event(n) for n in range(300, COUNT)))
    audit_trail.sequence()
    return audit_trail


def newest(audit_trail) -> Checkpoint:
    with audit_trail.service.begin() as db:
        signed = newest_checkpoint(db, audit_trail.key.public_key())
    return read_note(signed.note, audit_trail.key.public_key())


def exported(audit_trail, first: int = 0) -> list[str]:
    with audit_trail.service.begin() as db:
        signed = newest_checkpoint(db, audit_trail.key.public_key())
        return [line(content) for content in stretch(db, signed, first)]


def faults(audit_trail, lines) -> list[str]:
    return judge(lines, audit_trail.key.public_key(), [audit_trail.witness]).faults


@pytest.mark.parametrize("first", [0, 1, 255, 256, 300, COUNT])
def test_a_stretch_from_anywhere_is_what_was_signed(kept, first):
    found = judge(exported(kept, first), kept.key.public_key(), [kept.witness])
    assert found.faults == []
    assert (found.count, found.size, found.whole) == (COUNT - first, COUNT, True)
    assert bool(found.unjudged) == (first > 300), (
        "a witness's checkpoint before the beginning cannot be judged, and that is said"
    )


def changed(lines: list[str], at: int, **to: object) -> list[str]:
    return [*lines[:at], line(json.loads(lines[at]) | to), *lines[at + 1 :]]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda x: changed(x, 6, event=json.loads(x[6])["event"].replace("ORTHANC", "NOBODY")), "entry 5: not what was signed"),
        (lambda x: x[:6] + x[7:], "entry 5: missing"),
        (lambda x: [*x[:6], x[6], *x[6:]], "entry 5: inserted, or not in its place"),
        (lambda x: [*x[:6], x[7], x[6], *x[8:]], "entry 5: missing"),
        (lambda x: x[:400], "the export was cut after 399 entries"),
        (lambda x: [*x[:400], line({"end": 399})], "the export ends after 399 entries, and its checkpoint is over 700"),
        (lambda x: x[:-1], "the export was cut after 700 entries"),
        (lambda x: [*x[:-1], x[-1][:4]], "the export was cut after 700 entries"),
    ],
)  # fmt: skip
def test_whatever_is_done_to_an_export_is_found_and_told_where(kept, spoil, told):
    assert faults(kept, spoil(exported(kept)))[0] == told


def test_text_and_its_hash_changed_together_do_not_give_the_signed_root(kept, event):
    lines = exported(kept)
    other = event(4242).canonical()
    lines = changed(lines, 351, event=other.decode(), leaf_hash=trail.leaf_hash(other).hex())
    assert faults(kept, lines) == [
        "entries 300 to 699: not those that were signed for 700 entries: changed, or the log was forked or signed anew"
    ]


def test_a_head_of_another_log_is_no_export_of_this_one(kept):
    lines = exported(kept)
    with pytest.raises(NoExport, match="another one"):
        judge(lines, Ed25519PrivateKey.generate().public_key())
    with pytest.raises(NoExport, match="on what it builds"):
        judge(changed(lines, 0, first=1), kept.key.public_key())
    for head in ("", "[]", "no JSON", line({"format": "another"})):
        with pytest.raises(NoExport, match="no export"):
            judge([head, *lines[1:]], kept.key.public_key())


def test_a_cut_tail_is_seen_with_a_witness_and_not_without(kept):
    kept.witness = newest(kept)
    kept.tamper(
        "delete from audit.leaf where leaf_index >= 300",
        "delete from audit.entry where id > 300",
        "delete from audit.checkpoint where size > 300",
    )
    assert kept.verify() == []
    (told,) = faults(kept, exported(kept))
    assert told.startswith("the log had 700 entries when a witness was told, and has 300 here")


def test_a_log_that_was_rolled_back_and_went_on_is_seen(kept, event):
    kept.witness = newest(kept)
    kept.tamper(
        "delete from audit.leaf where leaf_index >= 300",
        "delete from audit.entry where id > 300",
        "delete from audit.checkpoint where size > 300",
        "delete from audit.node",
    )
    kept.append(*(event(9000 + n) for n in range(400)))
    kept.sequence()
    kept.append(*(event(9900 + n) for n in range(5)))
    kept.sequence()
    assert kept.verify() == []
    assert faults(kept, exported(kept)) == [
        "entries 0 to 699: not those that were signed for 700 entries: changed, or the log was forked or signed anew"
    ]


def test_a_log_that_was_rewritten_and_signed_anew_with_the_stolen_key_is_seen(kept, event):
    """Every text, hash, root and signature fits: only the witness knows better."""
    kept.tamper(
        "update audit.entry set event = replace(event, 'ORTHANC', 'NOBODY')",
        r"update audit.leaf set leaf_hash = sha256('\x00'::bytea || convert_to(e.event, 'UTF8')) from audit.entry e where e.id = entry_id",
        "insert into audit.pending select id from audit.entry",
        "delete from audit.leaf",
        "delete from audit.checkpoint",
        "delete from audit.node",
    )
    kept.sequence()
    assert kept.verify() == []
    assert judge(exported(kept), kept.key.public_key()).faults == []
    (told,) = faults(kept, exported(kept))
    assert told.startswith("entries 0 to 299: not those that were signed for 300 entries")


def test_a_selection_is_proved_entry_by_entry(kept):
    with kept.service.begin() as db:
        signed = newest_checkpoint(db, kept.key.public_key())
        entries = [e for e in search(db, limit=COUNT) if e.index % 97 == 0]
        lines = [line(content) for content in selection(db, signed, entries)]
    found = judge(lines, kept.key.public_key())
    assert (found.faults, found.count, found.whole) == ([], 8, False)
    assert found.unjudged == ["what was left out of this selection"]
    other = json.loads(lines[3])["event"].replace("127.0.0.1", "127.0.0.2")
    assert judge(changed(lines, 3, event=other), kept.key.public_key()).faults == ["entry 194: not what was signed"]
    assert judge(changed(lines, 3, index=195), kept.key.public_key()).faults == ["entry 195: not what was signed"]
    assert judge([*lines[:4], *lines[3:]], kept.key.public_key()).faults[0] == "entry 194: twice"
    assert judge(lines[:4], kept.key.public_key()).faults == ["the export was cut after 3 entries"]
    assert judge(changed(lines, 3, path=None), kept.key.public_key()).faults == ["line 4: no entry"]


@pytest.mark.parametrize("with_nodes", [True, False])
def test_proofs_from_tiles_are_those_of_the_rfc(kept, with_nodes):
    with kept.service.begin() as db:
        if with_nodes:
            proof.keep_nodes(db, COUNT)
            assert db.scalar(sa.select(sa.func.count()).select_from(trail.node)) == 2
        leaves = db.execute(sa.select(trail.leaf.c.leaf_hash).order_by(trail.leaf.c.leaf_index)).scalars().all()
        root = newest(kept).root
        for index in (0, 1, 255, 256, 299, 511, 512, 698, 699):
            path = proof.inclusion(db, index, COUNT)
            assert is_included(leaves[index], index, COUNT, path, root)
            assert not is_included(leaves[index - 1], index, COUNT, path, root)
        path = proof.consistency(db, 300, COUNT)
        assert is_consistent(300, kept.witness.root, COUNT, root, path)
        assert not is_consistent(300, root, COUNT, root, path)
        with pytest.raises(ValueError, match="no such leaf"):
            proof.inclusion(db, COUNT, COUNT)


def test_a_proof_over_leaves_that_are_gone_is_not_given(kept):
    kept.tamper("delete from audit.leaf where leaf_index = 5")
    with kept.service.begin() as db, pytest.raises(LookupError, match="gone"):
        proof.inclusion(db, 6, COUNT)


def test_a_note_is_read_by_its_key_alone_and_others_may_sign_below(kept):
    key = kept.key.public_key()
    with kept.service.begin() as db:
        text = newest_checkpoint(db, key).note
    body = text.split("\n\n")[0] + "\n"
    assert body.startswith(f"{origin_of(key)}\n700\n")
    stranger = Ed25519PrivateKey.generate()
    cosigned = text + note(body, stranger.sign(body.encode()), stranger.public_key()).split("\n\n")[1]
    assert read_note(cosigned, key) == read_note(text, key)
    assert read_note(cosigned, stranger.public_key()).size == 700
    for spoilt in (
        text.replace("\n700\n", "\n701\n"),
        text.replace("\n\n", "\n"),
        body,
        "",
        text.replace("\N{EM DASH}", "-"),
        text[:-6] + "\n",
    ):
        with pytest.raises(NotSigned):
            read_note(spoilt, key)
