"""Refusals while the database does not answer: kept in room that is there already, and in the log once it does."""

import json
import multiprocessing
import os
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from audit.event import Agent, EventType
from service.accept import Origin
from service.recorder import Recorder
from service.refusals import Refusals
from tests.instances import EFFUSION, make_instance

_BEGUN = datetime(2031, 5, 17, 9, tzinfo=UTC)
_NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere?connect_timeout=1"


class Place:
    """The refusals of an installation whose database comes and goes."""

    def __init__(self, diafan, folder, room_bytes=1 << 16):
        seconds = count()
        self.name = f"stranger-{os.urandom(6).hex()}"
        self.engine = diafan.engine
        record = Recorder(
            lambda: _BEGUN + timedelta(seconds=next(seconds)), diafan.subjects, diafan.settings.lawfulness
        )
        self.here = Refusals(diafan.engine, record, folder / "refusals.kept", room_bytes)
        self.away = replace(self.here, engine=sa.create_engine(_NOWHERE))
        self.here.make_room()

    def refuse(self, where, number=0):
        where(
            EventType.TOKEN_REFUSED,
            Agent(kind="system", id=self.name),
            request=f"r-{number}",
            detail={"reason": "scope"},
        )

    def logged(self):
        with self.engine.connect() as db:
            asked = sa.text("select event from audit.entry where event like :name order by id")
            return [json.loads(text) for text in db.scalars(asked, {"name": f"%{self.name}%"})]


@pytest.fixture
def place(diafan, tmp_path):
    return Place(diafan, tmp_path)


def test_a_refusal_is_in_the_log_at_once(place):
    place.refuse(place.here)
    [entry] = place.logged()
    assert (entry["type"], entry["outcome"], entry["detail"]) == (
        "token-refused",
        "serious failure",
        {"reason": "scope"},
    )
    assert place.here.bring() == 0


def test_without_the_database_it_waits_and_keeps_its_time_and_order(place):
    for number in range(3):
        place.refuse(place.away, number)
    assert place.logged() == []
    place.refuse(place.here, 3)
    assert place.here.bring() == 3
    brought = sorted(place.logged(), key=lambda entry: entry["occurred_at"])
    assert [entry["request_id"] for entry in brought] == ["r-0", "r-1", "r-2", "r-3"]
    assert brought[0]["occurred_at"] == "2031-05-17T09:00:00.000000Z"
    assert place.here.bring() == 0
    assert len(place.logged()) == 4


def test_it_waits_on_while_the_database_is_away(place):
    place.refuse(place.away)
    with pytest.raises(sa.exc.OperationalError):
        place.away.bring()
    assert place.here.bring() == 1


def test_a_kill_after_the_commit_doubles_nothing(place):
    place.refuse(place.away)
    before = place.here.file.read_bytes()
    assert place.here.bring() == 1
    place.here.file.write_bytes(before)
    place.refuse(place.away, 1)
    assert place.here.bring() == 1
    assert [entry["request_id"] for entry in place.logged()] == ["r-0", "r-1"]


def test_what_comes_while_others_are_brought_waits_for_the_next_time(place):
    place.refuse(place.away)

    @sa.event.listens_for(place.engine, "commit", once=True)
    def meanwhile(_):
        place.refuse(place.away, 1)

    assert place.here.bring() == 1
    assert place.here.bring() == 1
    assert [entry["request_id"] for entry in place.logged()] == ["r-0", "r-1"]


def test_the_room_is_there_before_it_is_needed_and_nobody_else_reads_it(place):
    state = place.here.file.stat()
    assert state.st_size == place.here.room_bytes
    assert state.st_blocks * 512 >= place.here.room_bytes
    assert stat.S_IMODE(state.st_mode) == 0o600
    place.refuse(place.away)
    place.here.make_room()
    assert place.here.bring() == 1, "a start empties nothing"


def test_what_finds_no_room_is_counted(diafan, tmp_path):
    place = Place(diafan, tmp_path, room_bytes=1000)
    for number in range(20):
        place.refuse(place.away, number)
    assert place.here.file.stat().st_size == 1000
    with diafan.engine.connect() as db:
        before = db.scalar(sa.text("select coalesce(max(id), 0) from audit.entry"))
    brought = place.here.bring()
    kept = len(place.logged())
    assert 0 < kept < 20
    assert brought == kept
    assert place.here.bring() == 1, "how many found no room"
    with diafan.engine.connect() as db:
        told = [
            json.loads(text)
            for text in db.scalars(sa.text("select event from audit.entry where id > :id"), {"id": before})
        ]
    [missed] = [entry for entry in told if entry.get("detail", {}).get("reason") == "not-written-down"]
    assert missed["detail"]["count"] == 20 - kept
    assert place.here.bring() == 0


def test_two_that_bring_at_once_double_nothing(place):
    for number in range(20):
        place.refuse(place.away, number)
    start = threading.Barrier(4)

    def bring():
        start.wait()
        place.here.bring()

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    place.refuse(place.away, 20)
    assert place.here.bring() == 1
    assert [entry["request_id"] for entry in place.logged()] == [f"r-{number}" for number in range(21)]


@pytest.mark.parametrize("left", [b"", bytes(1 << 16)])
def test_a_kill_as_the_room_was_made_is_mended_at_the_next_start(place, left):
    place.here.file.write_bytes(left)
    place.here.make_room()
    place.refuse(place.away)
    assert place.here.bring() == 1


def test_a_room_that_was_lost_is_said_and_made_anew(place, caplog):
    place.refuse(place.away)
    place.here.file.unlink()
    assert place.here.bring() == 0
    assert "was lost, with what waited in it" in caplog.text
    place.refuse(place.away, 1)
    assert place.here.bring() == 1


def test_threads_and_processes_write_into_one_room(place):
    threads = [
        threading.Thread(target=lambda n=n: [place.refuse(place.away, f"{n}-{i}") for i in range(10)]) for n in range(4)
    ]
    forked = multiprocessing.get_context("fork").Process(
        target=lambda: [place.refuse(place.away, f"p-{i}") for i in range(10)]
    )
    forked.start()
    for thread in threads:
        thread.start()
    for one in (*threads, forked):
        one.join(60)
    assert place.here.bring() == 50
    assert len({entry["request_id"] for entry in place.logged()}) == 50


def test_no_room_at_all_refuses_all_the_same(place, caplog):
    place.here.file.unlink()
    place.refuse(place.away)
    assert "a refusal has no entry" in caplog.text
    assert place.name not in caplog.text


def test_an_image_that_the_database_cannot_take_is_refused_with_an_entry(place, diafan, tmp_path):
    acceptor = replace(diafan.acceptor, engine=place.away.engine, refuse=place.away)
    image = make_instance(tmp_path, EFFUSION)
    with pytest.raises(sa.exc.OperationalError):
        acceptor.accept(image, Origin(Agent(kind="system", id=place.name), source="dicom:X"))
    assert not image.exists()
    assert place.here.bring() == 1
    [entry] = place.logged()
    assert (entry["type"], entry["detail"]["reason"]) == ("instance-refused", "no-database")
