"""Accept: nothing accepted is lost or doubled, and nothing else is kept."""

import os
import shutil
import threading
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian
from sqlalchemy.orm import Session

from audit import trail
from audit.event import Agent
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from integrations.instance import DeclineCode, Declined
from service.accept import Accepted, AlreadyHeld, Origin
from service.records import Image, ImageState, ObjectRecord, Study
from service.rules import Condition, Rule, Rules
from tests.instances import CT, make_instance

ORIGIN = Origin(Agent(kind="system", id="XRAY1", address="127.0.0.1"), source="dicom:XRAY1")


@pytest.fixture
def accept(diafan, tmp_path):
    def accept(file):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file, copy)
        try:
            return diafan.acceptor.accept(copy, ORIGIN)
        finally:
            assert not copy.exists()

    return accept


def image(diafan, accepted):
    with Session(diafan.engine) as db:
        return db.get_one(Image, accepted.image_id)


def jobs_for(diafan, image_id):
    with diafan.engine.connect() as db:
        return (
            db.execute(
                sa.text("select task_name from procrastinate_jobs where args->>'image_id' = :i"), {"i": str(image_id)}
            )
            .scalars()
            .all()
        )


def test_file_and_folder_are_flushed_and_committed_in_that_order(diafan, accept, tmp_path, monkeypatch):
    trace = []
    fsync = os.fsync

    def traced(handle):
        path = os.path.realpath(f"/proc/self/fd/{handle}")
        if path.endswith(".part"):
            time.sleep(0.5)  # a slow disk: who does not wait for it comes first
        fsync(handle)
        trace.append(path)

    def committed(_db):
        trace.append("commit")

    monkeypatch.setattr(os, "fsync", traced)
    sa.event.listen(diafan.engine, "commit", committed)
    accepted = accept(make_instance(tmp_path))
    sa.event.remove(diafan.engine, "commit", committed)
    folder = str(diafan.store.path(image(diafan, accepted).blob).parent)
    file = next(place for place, path in enumerate(trace) if path.endswith(".part"))
    assert file < trace.index(folder, file) < trace.index("commit")
    assert trace.count("commit") == 1


def test_an_accepted_image_has_its_row_its_job_and_its_entry(diafan, accept, tmp_path):
    accepted = accept(make_instance(tmp_path))
    assert isinstance(accepted, Accepted)
    row = image(diafan, accepted)
    assert row.state is ImageState.RECEIVED
    assert jobs_for(diafan, row.id) == ["analyse"]
    with diafan.engine.connect() as db:
        entries = db.scalars(sa.select(trail.entry.c.event).where(trail.entry.c.event.contains(str(row.id)))).all()
    assert len(entries) == 1
    assert "instance-received" in entries[0]


def test_the_same_bytes_again_are_already_held(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    first, second = accept(file), accept(file)
    assert isinstance(second, AlreadyHeld)
    assert second.image_id == first.image_id


def test_the_same_image_in_another_encoding_is_already_held(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file)
    dataset = dcmread(file)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(tmp_path / "other.dcm", implicit_vr=False, little_endian=True, enforce_file_format=True)
    assert accept(tmp_path / "other.dcm") == AlreadyHeld(first.image_id)


def test_a_corrected_name_is_a_new_revision_and_supersedes_the_first(diafan, accept, tmp_path):
    file = make_instance(tmp_path, PatientName="Wrong^Name")
    first = accept(file)
    corrected = make_instance(tmp_path, str(file), keep_uids=True, name="corrected.dcm", PatientName="Right^Name")
    second = accept(corrected)
    assert image(diafan, first).state is ImageState.SUPERSEDED
    assert (image(diafan, second).revision, image(diafan, second).state) == (2, ImageState.RECEIVED)


def test_other_pixels_under_the_same_uid_are_kept_apart_and_parked(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file)
    dataset = dcmread(file)
    dataset.PixelData = bytes(len(dataset.PixelData))
    dataset.save_as(tmp_path / "other.dcm", enforce_file_format=True)
    second = accept(tmp_path / "other.dcm")
    assert image(diafan, first).state is ImageState.RECEIVED
    row = image(diafan, second)
    assert row.state is ImageState.PARKED
    assert diafan.store.path(row.blob).exists()
    assert jobs_for(diafan, row.id) == []
    assert "uses one UID twice" in row.reason


def test_two_senders_at_once_make_one_image(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    results = []
    threads = [threading.Thread(target=lambda: results.append(accept(file))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(r).__name__ for r in results) == ["Accepted", "AlreadyHeld", "AlreadyHeld", "AlreadyHeld"]


def test_an_image_that_is_not_for_us_is_recorded_and_its_bytes_are_not_kept(diafan, accept, tmp_path):
    accepted = accept(make_instance(tmp_path, CT))
    row = image(diafan, accepted)
    assert row.state is ImageState.DECLINED
    assert "CT" in row.reason
    assert row.blob == ""
    assert accepted.declined is not None


def test_an_object_of_ours_is_known_by_its_uid_alone(diafan, accept, tmp_path):
    accepted = accept(make_instance(tmp_path))
    ours = make_instance(tmp_path, name="ours.dcm", SOPInstanceUID="1.2.3.4")
    with Session(diafan.engine) as db, db.begin():
        db.add(
            ObjectRecord(
                sop_instance_uid="1.2.3.4", sop_class_uid="1.2", series_instance_uid="1.2.3", image_id=accepted.image_id,
                position=0, kind="summary", blob="objects/a", sha256="", created_at=diafan.clock(),
            )
        )  # fmt: skip
    assert accept(ours).declined.code is DeclineCode.OWN_RESULT


def test_garbage_leaves_nothing_but_an_audit_entry(diafan, accept, tmp_path):
    with diafan.engine.connect() as db:
        before = db.scalar(sa.select(sa.func.count()).select_from(Image)), trail.waiting(db)
    (tmp_path / "garbage").write_bytes(b"not DICOM" * 100)
    with pytest.raises(Unreadable):
        accept(tmp_path / "garbage")
    with diafan.engine.connect() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(Image)) == before[0]
        last = db.scalar(sa.select(trail.entry.c.event).order_by(trail.entry.c.id.desc()).limit(1))
    assert "instance-refused" in last
    assert not list(diafan.store.incoming.iterdir())


def test_a_full_disk_refuses_and_serves_again_once_there_is_room(diafan, accept, tmp_path, monkeypatch):
    file = make_instance(tmp_path)
    monkeypatch.setattr(type(diafan.store), "free_bytes", lambda _: 10)
    with pytest.raises(NoRoom):
        accept(file)
    monkeypatch.undo()
    assert isinstance(accept(file), Accepted)


def test_a_disk_that_fills_up_while_writing_refuses_too(diafan, accept, tmp_path, monkeypatch):
    file = make_instance(tmp_path)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom):
        accept(file)
    monkeypatch.undo()
    uid = str(dcmread(file).SOPInstanceUID)
    with Session(diafan.engine) as db:
        assert db.scalar(sa.select(Image).where(Image.sop_instance_uid == uid)) is None


def test_no_record_names_the_patient(diafan, accept, tmp_path):
    canary = {
        "PatientName": "Żółć^Gęślą",
        "PatientID": "CANARY-7431",
        "AccessionNumber": "ACC-CANARY",
        "PatientBirthDate": "19370516",
    }
    file = make_instance(tmp_path, SpecificCharacterSet="ISO_IR 101", **canary)
    accepted = accept(file)
    with Session(diafan.engine) as db:
        row = db.get_one(Image, accepted.image_id)
        study = db.get_one(Study, row.study_instance_uid)
        entries = (
            db.connection()
            .scalars(sa.select(trail.entry.c.event).where(trail.entry.c.event.contains(str(row.id))))
            .all()
        )
    said = repr(vars(row)) + repr(vars(study)) + repr(entries)
    assert study.patient.startswith("p-")
    for value in ("CANARY", "Gęślą", "19370516"):
        assert value not in said


def test_what_was_declined_by_a_rule_is_taken_in_when_the_rule_has_changed(diafan, tmp_path):
    file = make_instance(tmp_path)

    def accept(acceptor):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file, copy)
        return acceptor.accept(copy, ORIGIN)

    rule = Rule(name="no portable ones", when=Condition(calling_ae=("XRAY*",)), then="decline")
    yesterday = replace(diafan.acceptor, rules=Rules(rule=(rule,)))
    first = accept(yesterday)
    assert first.declined == Declined(DeclineCode.SITE_RULE, "declined by a rule of this site: no portable ones")
    assert accept(yesterday) == AlreadyHeld(first.image_id)
    second = accept(diafan.acceptor)
    assert (image(diafan, first).state, image(diafan, second).state) == (ImageState.DECLINED, ImageState.RECEIVED)
    assert diafan.store.path(image(diafan, second).blob).exists()


def test_a_correction_takes_the_place_of_a_parked_image_too(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file)
    with Session(diafan.engine) as db, db.begin():
        parked = db.get_one(Image, first.image_id)
        parked.state, parked.reason_code = ImageState.PARKED, "internal-error"
    accept(make_instance(tmp_path, str(file), keep_uids=True, name="corrected.dcm", PatientName="Right^Name"))
    assert image(diafan, first).state is ImageState.SUPERSEDED
    assert not diafan.again.analyse(first.image_id, ORIGIN.agent)


def test_a_correction_is_measured_by_the_image_that_counts_and_not_by_a_parked_contradiction(diafan, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file)
    dataset = dcmread(file)
    dataset.PixelData = bytes(len(dataset.PixelData))
    dataset.save_as(tmp_path / "contradiction.dcm", enforce_file_format=True)
    assert accept(tmp_path / "contradiction.dcm").state is ImageState.PARKED
    corrected = accept(
        make_instance(tmp_path, str(file), keep_uids=True, name="corrected.dcm", PatientName="Right^Name")
    )
    assert corrected.state is ImageState.RECEIVED
    assert image(diafan, first).state is ImageState.SUPERSEDED
