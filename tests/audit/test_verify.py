"""Every way to tamper, as the superuser: found, and told where."""

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import trail
from audit.checkpoint import Checkpoint
from audit.merkle import CompactRange, leaf_hash
from audit.search import search, unfindable
from audit.verify import DefectKind, verify

TEN = range(10)


@pytest.fixture
def signed(audit_trail, event):
    """Ten entries, ids 1 to 10 at index 0 to 9, in checkpoints over 4, 8 and 10."""
    for batch in (TEN[:4], TEN[4:8], TEN[8:]):
        audit_trail.append(*(event(n) for n in batch))
        audit_trail.sequence()
    assert audit_trail.verify() == []
    return audit_trail


def told(defects):
    return [(d.kind, d.first, d.last) for d in defects]


def test_changed_text_is_found(signed):
    signed.tamper("update audit.entry set event = replace(event, 'ORTHANC', 'NOBODY') where id = 6")
    (defect,) = signed.verify()
    assert told([defect]) == [(DefectKind.CHANGED, 5, 5)]
    assert defect.entry_id == 6
    assert str(defect) == "entry 5: not what was signed, signed at 2026-03-01T12:02:00.000000Z"


def test_text_that_means_the_same_in_other_bytes_is_found(signed):
    signed.tamper("update audit.entry set event = (event::jsonb)::text where id = 6")
    assert told(signed.verify()) == [(DefectKind.CHANGED, 5, 5)]


def test_a_changed_text_is_found_under_no_words_that_it_does_not_say(signed, event):
    signed.tamper("update audit.entry set event = replace(event, '005\"', '099\"') where id = 6")
    with signed.service.begin() as db:
        assert search(db, studies=[event(5).study]) == [], "the term is there, and the text does not say it"
        assert unfindable(db) == 1, "and what it says now has no term"
    assert told(signed.verify()) == [(DefectKind.CHANGED, 5, 5)]


def test_a_changed_leaf_hash_is_found(signed):
    signed.tamper("update audit.leaf set leaf_hash = sha256('x') where leaf_index = 2")
    assert told(signed.verify()) == [(DefectKind.CHANGED, 2, 2)]


def test_changed_text_with_its_leaf_hash_made_to_fit_is_found_within_its_batch(signed):
    signed.tamper(
        "update audit.entry set event = replace(event, 'ORTHANC', 'NOBODY') where id = 6",
        r"update audit.leaf set leaf_hash = sha256('\x00'::bytea || convert_to(e.event, 'UTF8')) "
        "from audit.entry e where e.id = entry_id",
    )
    assert told(signed.verify()) == [(DefectKind.CHANGED, 4, 7)]


def test_a_deleted_entry_is_found(signed):
    signed.tamper("delete from audit.entry where id = 3")
    (defect,) = signed.verify()
    assert told([defect]) == [(DefectKind.MISSING, 2, 2)]
    assert defect.entry_id == 3


def test_a_deleted_entry_with_its_leaf_is_found(signed):
    signed.tamper("delete from audit.entry where id = 3", "delete from audit.leaf where entry_id = 3")
    assert told(signed.verify()) == [(DefectKind.MISSING, 2, 2)]


def test_a_deletion_closed_up_by_counting_anew_is_found(signed):
    signed.tamper(
        "delete from audit.entry where id = 3",
        "delete from audit.leaf where entry_id = 3",
        "update audit.leaf set leaf_index = -leaf_index where leaf_index > 2",
        "update audit.leaf set leaf_index = -leaf_index - 1 where leaf_index < 0",
    )
    assert told(signed.verify()) == [(DefectKind.CHANGED, 0, 7), (DefectKind.MISSING, 9, 9)]


def test_a_deleted_leaf_is_found(signed):
    signed.tamper("delete from audit.leaf where entry_id = 3")
    assert told(signed.verify()) == [(DefectKind.MISSING, 2, 2), (DefectKind.INSERTED, None, None)]


def test_swapped_texts_are_found(signed):
    signed.tamper(
        "update audit.entry e set event = o.event from audit.entry o "
        "where (e.id = 2 and o.id = 9) or (e.id = 9 and o.id = 2)"
    )
    assert told(signed.verify()) == [(DefectKind.REORDERED, 1, 1), (DefectKind.REORDERED, 8, 8)]


def test_swapped_leaves_are_found(signed):
    signed.tamper(
        "update audit.leaf set leaf_index = -1 where leaf_index = 4",
        "update audit.leaf set leaf_index = 4 where leaf_index = 7",
        "update audit.leaf set leaf_index = 7 where leaf_index = -1",
    )
    assert told(signed.verify()) == [(DefectKind.REORDERED, 4, 4), (DefectKind.REORDERED, 7, 7)]


def test_leaves_swapped_between_checkpoints_are_found(signed):
    signed.tamper(
        "update audit.leaf set leaf_index = -1 where leaf_index = 3",
        "update audit.leaf set leaf_index = 3 where leaf_index = 4",
        "update audit.leaf set leaf_index = 4 where leaf_index = -1",
    )
    assert told(signed.verify()) == [(DefectKind.CHANGED, 0, 7)]


def test_an_inserted_entry_is_found(signed):
    signed.tamper("insert into audit.entry(event) values ('{}')")
    (defect,) = signed.verify()
    assert told([defect]) == [(DefectKind.INSERTED, None, None)]
    assert str(defect).startswith("the entry with id 11 never came through the sequencer")


def test_an_inserted_entry_with_a_leaf_is_found(signed):
    signed.tamper(
        "insert into audit.entry(event) values ('{}')",
        r"insert into audit.leaf values (10, 11, sha256('\x007b7d'))",
    )
    assert told(signed.verify()) == [(DefectKind.INSERTED, 10, 10)]


def test_an_entry_inserted_between_others_is_found(signed):
    signed.tamper(
        "update audit.leaf set leaf_index = -leaf_index - 1 where leaf_index >= 5",
        "update audit.leaf set leaf_index = -leaf_index where leaf_index < 0",
        "insert into audit.entry(event) values ('{}')",
        r"insert into audit.leaf values (5, 11, sha256('\x007b7d'))",
    )
    defects = signed.verify()
    assert (DefectKind.REORDERED, 5, 7) in told(defects)
    assert told(defects)[-1] == (DefectKind.INSERTED, 10, 10)


def test_a_leaf_put_before_the_first_is_found(signed):
    signed.tamper(
        "insert into audit.entry(event) values ('{}')",
        r"insert into audit.leaf values (-1, 11, sha256('\x007b7d'))",
    )
    assert signed.verify()[0].first == -1


def test_a_forged_checkpoint_is_found(signed, event):
    """The tail is rewritten whole, and signed with the forger's own key."""
    forger = Ed25519PrivateKey.generate()
    events = [event(n) for n in TEN]
    events[9] = event(99)
    tree = CompactRange()
    tree.extend(leaf_hash(e.canonical()) for e in events)
    body = Checkpoint("log.example/1", 10, tree.root(), signed.now).body()
    with signed.owner.begin() as db:
        db.execute(sa.update(trail.entry).where(trail.entry.c.id == 10).values(event=events[9].canonical().decode()))
        rehashed = leaf_hash(events[9].canonical())
        db.execute(sa.update(trail.leaf).where(trail.leaf.c.leaf_index == 9).values(leaf_hash=rehashed))
        last = sa.update(trail.checkpoint).where(trail.checkpoint.c.size == 10)
        db.execute(last.values(body=body, peaks=tree.to_bytes(), signature=forger.sign(body.encode())))
    assert told(signed.verify()) == [
        (DefectKind.INSERTED, 8, 8),
        (DefectKind.FORGED_CHECKPOINT, 9, 9),
        (DefectKind.INSERTED, 9, 9),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, 'signed 2026', 'signed 2025')",
        r"peaks = '\x' where size = 8 --",
        "size = 7",
        r"signature = '\x00'",
    ],
)
def test_any_change_of_a_checkpoint_is_found(signed, change):
    signed.tamper(f"update audit.checkpoint set {change} where size = 8")
    defects = signed.verify()
    assert [d.kind for d in defects] == [DefectKind.FORGED_CHECKPOINT]


def test_a_removed_last_checkpoint_is_found(signed):
    signed.tamper("delete from audit.checkpoint where size = 10")
    assert told(signed.verify()) == [(DefectKind.INSERTED, 8, 9)]


def test_another_key_verifies_nothing(signed):
    with signed.service.begin() as db:
        defects = verify(db, Ed25519PrivateKey.generate().public_key())
    assert {DefectKind.FORGED_CHECKPOINT, DefectKind.INSERTED} == {d.kind for d in defects}


def test_waiting_entries_are_no_defect_and_an_emptied_queue_is_one(signed, event):
    signed.append(event(11))
    assert signed.verify() == []
    with signed.service.begin() as db:  # the one thing that the service role may delete
        db.execute(sa.text("delete from audit.pending"))
    assert told(signed.verify()) == [(DefectKind.INSERTED, None, None)]


def test_an_entry_deleted_before_it_was_sequenced_is_found_and_holds_nothing_up(signed, event):
    signed.append(event(10), event(11))
    signed.tamper("delete from audit.entry where id = 11")
    assert signed.sequence() == 1
    assert signed.sequence() == 0
    (defect,) = signed.verify()
    assert told([defect]) == [(DefectKind.MISSING, None, None)]
    assert str(defect) == "the entry with id 11 is gone, before it had an index"


def test_an_empty_trail_is_whole(audit_trail):
    assert audit_trail.verify() == []
