"""Old entries go in whole sealed segments; what is left proves itself as before, and a beginning that was cut is found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from audit import proof, trail
from audit.event import Agent, Event, EventType
from audit.export import line, newest_checkpoint, stretch
from audit.merkle import is_consistent, is_included
from audit.offline import judge
from audit.retention import retire, retired, sealed_before
from audit.search import search, unfindable
from audit.verify import DefectKind
from tests.audit.conftest import NOON

SEALED = 300


@pytest.fixture
def old(audit_trail, event):
    """Return a log of 700 entries, one a second, under checkpoints over 120, 300 and 700."""
    at = 0
    for size in (120, SEALED, 700):
        audit_trail.append(*(event(n) for n in range(at, size)))
        audit_trail.sequence()
        at = size
    with audit_trail.service.begin() as db:
        proof.keep_nodes(db, 700)
    return audit_trail


def say(audit_trail, size):
    detail = {"after_index": size - 1, "count": size}
    audit_trail.append(
        Event(EventType.AUDIT_RETIRED, NOON + timedelta(days=1), Agent("person", "officer"), detail=detail)
    )
    audit_trail.sequence()


@pytest.fixture
def shorter(old):
    say(old, SEALED)
    with old.owner.begin() as db:
        assert retire(db, SEALED) == SEALED
    return old


def test_only_whole_segments_of_old_entries_are_sealed(old):
    with old.service.begin() as db:
        assert sealed_before(db, NOON) == 0
        assert sealed_before(db, NOON + timedelta(seconds=119)) == 0
        assert sealed_before(db, NOON + timedelta(seconds=200)) == 120
        assert sealed_before(db, NOON + timedelta(seconds=300)) == SEALED


def test_what_is_left_is_whole_and_found(shorter):
    assert shorter.verify() == []
    with shorter.service.begin() as db:
        assert retired(db) == SEALED
        assert [e.index for e in search(db, limit=2)] == [SEALED, SEALED + 1]
        assert unfindable(db) == 0
        counted = {t: db.scalar(sa.select(sa.func.count()).select_from(t)) for t in (trail.entry, trail.leaf)}
        assert set(counted.values()) == {701 - SEALED}


def test_what_is_left_proves_itself_as_before(shorter):
    key = shorter.key.public_key()
    with shorter.service.begin() as db:
        signed = newest_checkpoint(db, key)
        rows = db.execute(sa.select(trail.checkpoint.c.size, trail.checkpoint.c.body)).all()
        roots = {row.size: trail.Checkpoint.parse(row.body).root for row in rows}
        for entry in search(db, limit=500):
            path = proof.inclusion(db, entry.index, signed.size)
            assert is_included(bytes.fromhex(entry.leaf_hash), entry.index, signed.size, path, roots[signed.size])
        path = proof.consistency(db, SEALED, signed.size)
        assert is_consistent(SEALED, roots[SEALED], signed.size, roots[signed.size], path)
        lines = [line(content) for content in stretch(db, signed, SEALED)]
        with pytest.raises(LookupError, match="gone"):
            proof.inclusion(db, SEALED - 1, signed.size)
    kept = trail.Checkpoint.parse(next(row.body for row in rows if row.size == SEALED))
    found = judge(lines, key, [kept])
    assert (found.faults, found.unjudged, found.count) == ([], [], 701 - SEALED)


def test_the_log_goes_on_after_it(shorter, event):
    shorter.append(*(event(n) for n in range(1000, 1600)))
    shorter.sequence()
    with shorter.service.begin() as db:
        proof.keep_nodes(db, trail.size(db))
    assert shorter.verify() == []


def test_a_beginning_that_was_cut_and_not_said_to_be_is_found(old):
    old.tamper("delete from audit.leaf where leaf_index < 300", "delete from audit.entry where id <= 300")
    assert [(d.kind, d.first, d.last) for d in old.verify()] == [(DefectKind.MISSING, 0, 299)]


def test_more_than_was_said_is_found(old):
    say(old, 120)
    old.tamper("delete from audit.leaf where leaf_index < 300", "delete from audit.entry where id <= 300")
    assert [(d.kind, d.first, d.last) for d in old.verify()] == [(DefectKind.MISSING, 120, 299)]


def test_a_segment_that_is_only_partly_gone_is_found(shorter, old):
    with old.owner.begin() as db:
        with pytest.raises(ValueError, match="ends with a checkpoint"):
            retire(db, SEALED + 1)
        with pytest.raises(ValueError, match="said in the log"):
            retire(db, 700)


def test_the_service_may_not_retire_anything(old):
    say(old, SEALED)
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), old.service.begin() as db:
        retire(db, SEALED)
    assert old.verify() == [], "said, and not yet done: what is there is whole"
