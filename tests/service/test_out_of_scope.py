"""What is out of scope: declined with its reason, its bytes not kept, and nothing of it or about it leaves."""

import io
import os
import shutil
from dataclasses import dataclass, replace

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image as Picture
from sqlalchemy.orm import Session

from audit import trail
from audit.event import Agent
from integrations.upload import Particulars, wrap
from service import app as root
from service.accept import AlreadyHeld, Origin
from service.overview import answer, load
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, Parcel, Study
from service.store import received_key
from tests.conftest import DATA
from tests.instances import make_instance


@dataclass(frozen=True)
class Refused:
    code: str = "not-a-chest"
    reason: str = "this shows no chest"


@pytest.fixture
def accept(diafan):
    def accept(file, *, wrapped=False):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file, copy)
        return diafan.acceptor.accept(copy, Origin(Agent(kind="system", id="X"), source="test", wrapped=wrapped))

    return accept


@pytest.fixture
def strict(pipeline):
    return replace(pipeline, gate=lambda _radiograph: Refused())


@pytest.fixture
def upload(tmp_path):
    def upload(pixels=None):
        if pixels is None:
            pixels = np.asarray(Picture.open(DATA / "nih" / "00000001_000.jpg"))
        png = io.BytesIO()
        Picture.fromarray(pixels).save(png, "PNG")
        file = tmp_path / f"{os.urandom(4).hex()}.dcm"
        file.write_bytes(wrap(png.getvalue(), Particulars(patient_id=os.urandom(4).hex())))
        return file

    return upload


def image(diafan, image_id):
    with Session(diafan.engine) as db:
        return db.get_one(Image, image_id)


def deliveries(diafan, image_id):
    with Session(diafan.engine) as db:
        found = db.scalars(sa.select(Delivery).where(Delivery.image_id == image_id))
        return {d.parcel: (d.id, d.state) for d in found}


def test_an_image_out_of_scope_is_declined_and_nothing_of_it_is_kept_or_leaves(diafan, strict, accept, tmp_path):
    image_id = accept(make_instance(tmp_path)).image_id
    strict.analyse(str(image_id))
    row = image(diafan, image_id)
    assert (row.state, row.reason_code, row.reason) == (ImageState.DECLINED, "not-a-chest", "this shows no chest")
    assert (row.blob, row.evidence_blob, row.model_digest) == ("", "", "")
    assert not diafan.store.path(received_key(image_id)).exists()
    with Session(diafan.engine) as db:
        assert db.scalar(sa.select(ObjectRecord).where(ObjectRecord.image_id == image_id)) is None
        assert db.get_one(Study, row.study_instance_uid).due_at is None
        entries = db.scalars(sa.select(trail.entry.c.event).where(trail.entry.c.event.contains(str(image_id)))).all()
    assert deliveries(diafan, image_id) == {}
    assert sorted("instance-declined" in e and "not-a-chest" in e for e in entries) == [False, True]
    told = answer(next(line for line in load(diafan.engine, limit=500) if line.image.id == image_id))
    assert "this shows no chest" in told


def test_the_gate_that_ships_stands_before_whichever_model(diafan, accept, tmp_path):
    shipped = root.pipeline_of(diafan)
    chest, blank = (
        accept(make_instance(tmp_path)).image_id,
        accept(make_instance(tmp_path, PixelData=bytes(2**20))).image_id,
    )
    for image_id in (chest, blank):
        shipped.analyse(str(image_id))
    assert image(diafan, chest).state is ImageState.ANALYSED
    assert (image(diafan, blank).state, image(diafan, blank).reason_code) == (ImageState.DECLINED, "blank")


def test_a_report_that_is_owed_for_another_image_of_the_study_stays_owed(diafan, pipeline, strict, accept, tmp_path):
    first = accept(make_instance(tmp_path)).image_id
    study = image(diafan, first).study_instance_uid
    pipeline.analyse(str(first))
    with Session(diafan.engine) as db:
        due_at = db.get_one(Study, study).due_at
    strict.analyse(str(accept(make_instance(tmp_path, StudyInstanceUID=study)).image_id))
    with Session(diafan.engine) as db:
        assert db.get_one(Study, study).due_at == due_at is not None


def test_what_was_declined_so_is_looked_at_again_when_it_is_sent_again(diafan, pipeline, strict, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file).image_id
    strict.analyse(str(first))
    again = accept(file)
    assert (again.state, image(diafan, again.image_id).revision) == (ImageState.RECEIVED, 2)
    pipeline.analyse(str(again.image_id))
    assert image(diafan, again.image_id).state is ImageState.ANALYSED
    assert isinstance(accept(file), AlreadyHeld)


def test_a_kill_between_the_commit_and_the_removal_leaves_no_bytes_once_the_job_runs_again(
    diafan, strict, accept, tmp_path, monkeypatch
):
    image_id = accept(make_instance(tmp_path)).image_id

    def killed(_store, _key):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(diafan.store), "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        strict.analyse(str(image_id))
    monkeypatch.undo()
    assert image(diafan, image_id).state is ImageState.DECLINED
    assert diafan.store.path(received_key(image_id)).exists()
    strict.analyse(str(image_id))
    assert not diafan.store.path(received_key(image_id)).exists()


def test_an_upload_waits_for_its_analysis_and_then_goes_before_its_results(diafan, pipeline, accept, upload):
    image_id = accept(upload(), wrapped=True).image_id
    delivery, state = deliveries(diafan, image_id)[Parcel.SOURCE]
    assert state is DeliveryState.WAITING
    diafan.deliverer.deliver(str(delivery))
    assert deliveries(diafan, image_id)[Parcel.SOURCE][1] is DeliveryState.WAITING
    pipeline.analyse(str(image_id))
    states = {parcel: state for parcel, (_, state) in deliveries(diafan, image_id).items()}
    assert states == {Parcel.SOURCE: DeliveryState.QUEUED, Parcel.RESULTS: DeliveryState.WAITING}
    with diafan.engine.connect() as db:
        jobs = sa.text("select count(*) from procrastinate_jobs where args->>'delivery_id' = :d")
        assert db.scalar(jobs, {"d": str(delivery)}) == 1
    diafan.deliverer.deliver(str(delivery))
    assert deliveries(diafan, image_id)[Parcel.SOURCE][1] is DeliveryState.DELIVERED


def test_an_upload_out_of_scope_never_reaches_the_archive(diafan, strict, accept, upload):
    image_id = accept(upload(), wrapped=True).image_id
    delivery, _ = deliveries(diafan, image_id)[Parcel.SOURCE]
    strict.analyse(str(image_id))
    assert deliveries(diafan, image_id)[Parcel.SOURCE][1] is DeliveryState.SUPERSEDED
    diafan.deliverer.deliver(str(delivery))
    uid = image(diafan, image_id).sop_instance_uid
    assert not list((diafan.settings.data_dir / "outbox").rglob(f"{uid}*"))


@pytest.mark.parametrize("state", [ImageState.RECEIVED, ImageState.PARKED, ImageState.DECLINED])
def test_an_upload_that_was_queued_by_whatever_way_does_not_go_before_its_analysis(diafan, accept, upload, state):
    image_id = accept(upload(), wrapped=True).image_id
    delivery, _ = deliveries(diafan, image_id)[Parcel.SOURCE]
    with Session(diafan.engine) as db, db.begin():
        db.get_one(Delivery, delivery).state = DeliveryState.QUEUED
        db.get_one(Image, image_id).state = state
    diafan.deliverer.deliver(str(delivery))
    held = {ImageState.DECLINED: DeliveryState.SUPERSEDED}.get(state, DeliveryState.WAITING)
    assert deliveries(diafan, image_id)[Parcel.SOURCE][1] is held


def test_an_upload_whose_place_was_taken_does_not_wait_for_ever(diafan, accept, upload, tmp_path):
    file = upload()
    first = accept(file, wrapped=True).image_id
    accept(make_instance(tmp_path, str(file), keep_uids=True, PatientName="Right^Name"), wrapped=True)
    assert image(diafan, first).state is ImageState.SUPERSEDED
    assert deliveries(diafan, first)[Parcel.SOURCE][1] is DeliveryState.SUPERSEDED
