import random
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from audit import trail
from audit.checkpoint import Checkpoint
from audit.event import EventType
from audit.merkle import CompactRange, leaf_hash
from audit.search import search


def test_an_entry_stands_if_and_only_if_its_act_does(audit_trail, event):
    with audit_trail.service.connect() as db:
        trail.append(db, event(1))
        db.rollback()
        trail.append(db, event(2))
        db.commit()
    assert audit_trail.sequence() == 1
    with audit_trail.service.begin() as db:
        (entry,) = search(db)
    assert entry.index == 0
    assert entry.event["study"] == event(2).study


def test_the_leaf_hash_is_that_of_the_canonical_bytes_and_the_checkpoint_signs_the_root(audit_trail, event):
    events = [event(n) for n in range(5)]
    audit_trail.append(*events)
    with audit_trail.service.begin() as db:
        assert (trail.size(db), trail.waiting(db)) == (0, 5)
    assert audit_trail.sequence(at_most=3) == 3
    assert audit_trail.sequence() == 2
    assert audit_trail.sequence() == 0
    hashes = [leaf_hash(e.canonical()) for e in events]
    with audit_trail.service.begin() as db:
        assert [e.leaf_hash for e in search(db)] == [h.hex() for h in hashes]
        checkpoints = db.execute(sa.select(trail.checkpoint).order_by(trail.checkpoint.c.size)).all()
        assert (trail.size(db), trail.waiting(db)) == (5, 0)
    assert [c.size for c in checkpoints] == [3, 5]
    for row in checkpoints:
        audit_trail.key.public_key().verify(row.signature, row.body.encode())
        tree = CompactRange()
        tree.extend(hashes[: row.size])
        assert Checkpoint.parse(row.body).root == tree.root()
    assert Checkpoint.parse(checkpoints[1].body).signed_at == audit_trail.now - timedelta(minutes=1)


def test_a_checkpoint_reads_like_that_of_a_transparency_log(audit_trail, event):
    body = Checkpoint("log.example/1", 5, b"\x00" * 32, audit_trail.now).body()
    root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert body == f"log.example/1\n5\n{root}\nsigned 2026-03-01T12:00:00.000000Z\n"
    for text in ("", body + "\n", body.replace("5", "05"), body.replace("AAA=", "A=="), body.replace("000Z", "000")):
        with pytest.raises(ValueError, match="no checkpoint"):
            Checkpoint.parse(text)


def test_an_entry_that_commits_late_is_sequenced_late_and_not_lost(audit_trail, event):
    with audit_trail.service.connect() as slow:
        trail.append(slow, event(1))  # the lower id
        audit_trail.append(event(2), event(3))
        assert audit_trail.sequence() == 2
        slow.commit()
    assert audit_trail.sequence() == 1
    with audit_trail.service.begin() as db:
        entries = search(db)
    assert [e.event["detail"]["size_bytes"] for e in entries] == [2, 3, 1]
    assert entries[2].entry_id < entries[0].entry_id
    assert audit_trail.verify() == []


def test_four_writers_and_two_sequencers_give_each_entry_one_place(audit_trail, event):
    stop = threading.Event()

    def write(writer):
        wait = random.Random(writer)
        for n in range(25):
            with audit_trail.service.begin() as db:
                trail.append(db, event(writer * 100 + n))
                trail.append(db, event(writer * 100 + n))
                time.sleep(wait.uniform(0, 0.01))  # ids are taken, the commit comes later

    def run_sequencer():
        while not stop.is_set():
            with audit_trail.service.begin() as db:
                trail.sequence(db, audit_trail.key, audit_trail.now)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    sequencers = [threading.Thread(target=run_sequencer) for _ in range(2)]
    for thread in (*writers, *sequencers):
        thread.start()
    for thread in writers:
        thread.join(60)
    stop.set()
    for thread in sequencers:
        thread.join(60)
    audit_trail.sequence()
    with audit_trail.service.begin() as db:
        entries = search(db, limit=1000)
    assert [e.index for e in entries] == list(range(200))
    assert len({e.entry_id for e in entries}) == 200
    assert audit_trail.verify() == []


@pytest.mark.parametrize("table", ["entry", "leaf", "checkpoint"])
@pytest.mark.parametrize("statement", ["update audit.{0} set {1} = {1}", "delete from audit.{0}", "truncate audit.{0}"])
def test_the_service_role_cannot_rewrite_the_trail(audit_trail, event, table, statement):
    audit_trail.append(event(1))
    audit_trail.sequence()
    column = {"entry": "event", "leaf": "leaf_hash", "checkpoint": "body"}[table]
    with audit_trail.service.begin() as db, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.execute(sa.text(statement.format(table, column)))


@pytest.mark.parametrize(
    "statement", ["alter table audit.entry add x int", "drop table audit.leaf", "create table audit.x()"]
)
def test_the_service_role_cannot_change_the_tables(audit_trail, statement):
    with (
        audit_trail.service.begin() as db,
        pytest.raises(sa.exc.ProgrammingError, match=r"must be owner|permission denied"),
    ):
        db.execute(sa.text(statement))


def test_the_grants_take_back_what_was_given_too_much(audit_trail, event):
    with audit_trail.owner.begin() as db:
        db.execute(sa.text("grant all on all tables in schema audit to diafan_service"))
        for statement in trail.grants("diafan_service"):
            db.execute(sa.text(statement))
    with audit_trail.service.begin() as db, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.execute(sa.text("truncate audit.pending"))


def test_a_role_name_that_needs_quoting_is_refused():
    with pytest.raises(ValueError, match="role"):
        trail.grants("x; drop table audit.entry")


def test_search_by_each_field_and_in_pages(audit_trail, event):
    audit_trail.append(*(event(n) for n in range(10)))
    audit_trail.sequence()

    def indexes(**wanted):
        with audit_trail.service.begin() as db:
            return [e.index for e in search(db, **wanted)]

    when = event(0).occurred_at
    assert indexes(types=[EventType.IMAGE_ANALYSED]) == [0, 2, 4, 6, 8]
    assert indexes(types=[EventType.IMAGE_ANALYSED, EventType.INSTANCE_RECEIVED], limit=3) == [0, 1, 2]
    assert indexes(agent="ORTHANC", after_index=3) == [5, 7, 9]
    assert indexes(studies=[f"s-{7:032x}"]) == [7]
    assert indexes(patient="p-" + "0" * 32, limit=2) == [0, 1]
    assert indexes(patient="p-" + "1" * 32) == []
    assert indexes(since=when + timedelta(seconds=2), until=when + timedelta(seconds=5)) == [2, 3, 4]


def test_nothing_is_signed_on_top_of_a_broken_checkpoint(audit_trail, event):
    audit_trail.append(event(1))
    audit_trail.sequence()
    audit_trail.append(event(2))
    for column, value in (("peaks", r"'\x00'"), ("peaks", f"'{chr(92)}x{'00' * 32}'"), ("body", "'nonsense'")):
        with audit_trail.owner.connect() as db:
            db.execute(sa.text(f"update audit.checkpoint set {column} = {value}"))
            with pytest.raises(trail.TrailBroken, match="verify"):
                trail.sequence(db, audit_trail.key, audit_trail.now)
