"""What changes is told as it happens, and what may have been missed is told as well."""

import asyncio
import json
import threading
from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from service.access import Scope
from service.live import Live
from service.records import Study, WorklistLine
from tests.service.api_client import is_problem


@pytest.fixture
def made(diafan):
    uids = []

    def make():
        uid = str(generate_uid(prefix=None))
        with Session(diafan.engine) as db, db.begin():
            db.add(Study(study_instance_uid=uid, patient="", first_seen_at=datetime.now(UTC), due_at=None))
        uids.append(uid)
        return uid

    yield make
    with Session(diafan.engine) as db, db.begin():
        for record in (Study, WorklistLine):
            db.execute(sa.delete(record).where(record.study_instance_uid.in_(uids)))


def events(lines):
    """Yield (event, data) of a stream of server-sent events."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, line[6:]


def test_a_change_is_heard_within_seconds(api, made):
    with api.client(Scope.STUDY_READ) as client, client.stream("GET", "/events", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = events(answer.iter_lines())
        assert next(heard) == ("studies", "null")
        uid = made()
        for name, data in heard:
            assert name == "studies"
            if data != "null" and uid in json.loads(data):
                break
        else:
            pytest.fail("the stream ended")


def test_who_may_read_no_study_hears_nothing(api):
    with api.client(Scope.AUDIT_READ) as officer:
        is_problem(officer.get("/events"), 403)


async def _first(watch):
    return await asyncio.wait_for(anext(watch), 10)


async def _listening(live):
    """Start to listen, and return once the database has been asked for notices."""
    watch = live.watch(10)
    assert await _first(watch) is None  # as every watch begins
    task = asyncio.create_task(live.listen())
    assert await _first(watch) is None  # as every connection begins
    return watch, task


def test_a_lost_connection_comes_back_and_says_that_anything_may_have_changed(diafan, made):
    async def lose():
        watch, task = await _listening(Live(diafan.database.url))
        ended = await asyncio.to_thread(_end_listeners, diafan)
        assert ended >= 1
        assert await _first(watch) is None
        uid = await asyncio.to_thread(made)
        assert await _first(watch) == [uid]
        task.cancel()

    asyncio.run(lose())


def _end_listeners(diafan):
    with diafan.engine.begin() as db:
        return len(
            db.scalars(
                sa.text("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen worklist'")
            ).all()
        )


def test_changes_are_gathered_and_too_many_mean_all(diafan):
    async def gather():
        live = Live("postgresql:///nowhere")
        watch = live.watch(0.05)
        assert await _first(watch) is None
        assert await _first(watch) == []
        for uid in ("1", "2", "1"):
            live._tell(uid)
        assert await _first(watch) == ["1", "2"]
        for n in range(201):
            live._tell(str(n))
        assert await _first(watch) is None

    asyncio.run(gather())


def test_it_ends_when_the_service_does(diafan):
    async def end():
        live = Live(diafan.database.url)
        watch, task = await _listening(live)
        threading.Timer(0.1, live.close).start()
        with pytest.raises(StopAsyncIteration):
            await _first(watch)
        task.cancel()

    asyncio.run(end())


def test_a_stream_without_a_token_is_refused(api):
    is_problem(httpx.get(f"{api.url}/events"), 401)
