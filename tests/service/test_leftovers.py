"""What a kill leaves on the disk goes, and nothing that a record names, or is about to."""

import asyncio
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent
from service import app as root
from service.accept import Origin
from service.gdpr.expired_blob import ExpiredBlob
from service.leftovers import MOST, NAMED_BY, ONLY_COPIES, Leftovers
from service.records import Base, Image, ObjectRecord, ReportRecord
from service.settings import Settings
from service.store import FolderStore, received_key
from tests.instances import make_instance

ORIGIN = Origin(Agent(kind="system", id="XRAY1", address="127.0.0.1"), source="dicom:XRAY1")


@pytest.fixture(scope="module")
def here(folder, model_folder) -> Iterator[root.Diafan]:
    """Return an installation of its own: what others leave in their store is not swept here."""
    settings = Settings(
        data_dir=folder / "left", model=str(model_folder), engine="torch", http_port=0, dimse_port=0, quiet_period_s=0
    )
    with root.assemble(settings) as diafan:
        yield diafan


@pytest.fixture
def accepted(here, tmp_path):
    """Accept an image."""

    def accepted():
        copy = here.store.incoming / f"{uuid4()}.part"
        shutil.copy(make_instance(tmp_path, name=f"{copy.stem}.dcm"), copy)
        return here.acceptor.accept(copy, ORIGIN)

    return accepted


@pytest.fixture
def held(here, accepted):
    """Accept some images, and return where they lie."""
    with Session(here.engine) as db:
        ids = [accepted().image_id for _ in range(3)]
        return [here.store.path(db.get_one(Image, image_id).blob) for image_id in ids]


def put(diafan, folder="received"):
    """Put a file into the store of which no record knows, and return where it lies."""
    name = uuid4()
    key = f"{folder}/{name.hex[:2]}/{name}.dcm"
    diafan.store.put(key, b"of a patient")
    return diafan.store.path(key)


def later(diafan, **by) -> Leftovers:
    """Return the job as it runs when time has passed."""
    return replace(diafan.leftovers, clock=lambda: datetime.now(UTC) + timedelta(**by))


def test_an_image_that_was_killed_before_its_commit_is_told_to_a_person_and_stays(
    here, held, accepted, monkeypatch, caplog
):
    before = set(here.store.root.rglob("*.dcm"))

    def killed(*_args, **_values):
        raise KeyboardInterrupt

    # A kill runs no `except`, and removes nothing.
    with monkeypatch.context() as kill:
        kill.setattr("service.accept.insert_new", killed)
        kill.setattr(FolderStore, "remove", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            accepted()
    [left] = set(here.store.root.rglob("*.dcm")) - before
    assert later(here, hours=23).sweep() == 0
    assert "no record names" not in caplog.text
    assert later(here, hours=25).sweep() == 0
    assert left.exists()
    [told] = [record for record in caplog.records if "no record names" in record.message]
    assert [here.store.path(key) for key in told.files] == [left]
    assert all(file.exists() for file in held)
    left.unlink()


def test_what_can_be_made_again_goes_from_every_folder_and_only_copies_stay(here, accepted, held):
    for _ in NAMED_BY:
        accepted()
    left = {name: put(here, name) for name in NAMED_BY}
    assert left.keys() > ONLY_COPIES
    assert later(here, hours=25).sweep() == len(left) - len(ONLY_COPIES)
    assert {name for name, file in left.items() if file.exists()} == ONLY_COPIES
    assert list(here.store.incoming.iterdir()) == []
    for name in ONLY_COPIES:
        left[name].unlink()


def test_what_a_record_names_stays(here, held):
    key = received_key(uuid4())
    with Session(here.engine) as db, db.begin():
        image = db.scalars(sa.select(Image)).first()
        image.evidence_blob = "evidence/aa/one.npz"
        report = ReportRecord(
            id=uuid4(), study_instance_uid=image.study_instance_uid, revision=1, status="final", model_digest="",
            blob="reports/aa/one.json", sha256="", created_at=here.clock(),
        )  # fmt: skip
        made = ObjectRecord(
            sop_instance_uid="1.2.3", sop_class_uid="1.2", series_instance_uid="1.3", image_id=image.id, position=0,
            kind="summary", blob="objects/aa/one.dcm", sha256="", created_at=here.clock(),
        )  # fmt: skip
        expired = ExpiredBlob(blob=key, study_instance_uid=image.study_instance_uid)
        db.add_all([report, made, expired])
        named = [image.evidence_blob, report.blob, made.blob, expired.blob]
    for one in named:
        here.store.put(one, b"content")
    assert later(here, hours=25).sweep() == 0
    assert all(here.store.path(one).exists() for one in named)
    assert all(file.exists() for file in held)


def test_the_records_are_asked_after_the_files_were_seen(here, accepted, held, monkeypatch):
    """An image whose row comes when its file was seen already is held, and stays."""
    seen, new = FolderStore.seen, []

    def slow(store, folder, before):
        found = list(seen(store, folder, before))
        if folder == "received":
            key = received_key(uuid4())
            store.put(key, b"an image")
            [late] = [one for one in seen(store, folder, before) if one.key == key]
            with Session(here.engine) as db, db.begin():
                image = db.get_one(Image, accepted().image_id)
                store.remove(image.blob)
                image.blob = key
            new.append(store.path(key))
            found.append(late)
        return iter(found)

    monkeypatch.setattr(FolderStore, "seen", slow)
    assert later(here, hours=25).sweep() == 0
    assert new[0].exists()


def test_what_took_the_place_of_a_leftover_meanwhile_stays(here):
    """Objects and reports have the same key when their job runs again."""
    left = put(here, "objects")
    [seen] = [one for one in here.store.seen("objects", left.stat().st_ctime + 1) if one.key.endswith(left.name)]
    here.store.put(seen.key, b"made again")
    assert here.store.remove_seen(seen) is False
    assert left.read_bytes() == b"made again"
    assert list(here.store.incoming.iterdir()) == []
    left.unlink()
    assert here.store.remove_seen(seen) is False


def test_a_file_that_was_written_long_ago_and_has_its_place_since_today_stays(here, held):
    """Its sender was slow, or its commit waits: a rename says when it came to its place."""
    left = put(here, "objects")
    for file in (left, *held):
        os.utime(file, (0, 0))
    assert later(here, hours=1).sweep() == 0
    assert left.exists()
    left.unlink()


def test_half_written_files_go_every_hour(here):
    old, new = here.store.incoming / "old.part", here.store.incoming / "new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    here.leftovers.sweep()
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


@contextmanager
def many(diafan, count) -> Iterator[list[Path]]:
    files = [put(diafan) for _ in range(count)]
    yield files
    for file in files:
        file.unlink(missing_ok=True)


def test_more_than_a_kill_leaves_is_left_to_a_person(here, held, caplog, monkeypatch):
    monkeypatch.setattr("service.leftovers.MOST", 2)
    with many(here, 3) as files:
        assert later(here, hours=25).sweep() == 0
        assert all(file.exists() for file in files)
    assert "not an older one" in caplog.text


def test_beside_the_database_of_another_folder_nothing_goes(here, held, caplog):
    with Session(here.engine) as db:
        count = db.scalar(sa.select(sa.func.count()).where(Image.blob != ""))
    assert count < MOST
    with many(here, count + 10) as files:
        assert later(here, hours=25).sweep() == 0
        assert all(file.exists() for file in files)
    assert "not an older one" in caplog.text


def test_it_tells_how_many_and_no_names(here, held, caplog):
    left = put(here, "objects")
    with caplog.at_level(logging.WARNING):
        later(here, hours=25).sweep()
    [told] = [record for record in caplog.records if record.name == "service.leftovers"]
    assert told.count == 1
    assert left.stem not in caplog.text


def test_every_column_that_names_a_blob_is_asked(here):
    asked = {(column.class_.__tablename__, column.key) for column in NAMED_BY.values()} | {("expired_blob", "blob")}
    assert asked == {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == "blob" or column.name.endswith("_blob")
    }


def test_a_worker_sweeps_when_it_starts(here, held):
    left = put(here, "objects")

    async def work():
        task = asyncio.ensure_future(root.run(replace(here, clock=later(here, hours=25).clock), [root.Role.WORKER]))
        while left.exists():
            assert not task.done()
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(work(), 60))


def test_it_waits_for_a_database_that_is_away(here, caplog):
    left = put(here)
    away = sa.create_engine("postgresql+psycopg://nobody@/nowhere?host=/nowhere")
    job = replace(later(here, hours=25), engine=away)

    async def keep():
        task = asyncio.ensure_future(job.keep())
        while "until the next run" not in caplog.text:
            assert not task.done()
            await asyncio.sleep(0.02)
        task.cancel()

    asyncio.run(asyncio.wait_for(keep(), 30))
    assert left.exists()
    left.unlink()
