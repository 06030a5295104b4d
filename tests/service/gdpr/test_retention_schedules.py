"""What is past its time goes, and nothing else: on its day, once, whole, logged, whoever is killed and however many are at it."""

import asyncio
import base64
import json
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from errno import EACCES
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
import pydicom
import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from pydicom.uid import RLELossless
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from audit.event import Agent
from integrations.object_check import objections
from integrations.rejection_note import RejectionReason
from integrations.validators import judgements
from integrations.verdict import Verdict
from service import app as root
from service import cli
from service.accept import Accepted, AlreadyHeld
from service.cli_withdraw import withdrawer_of
from service.gdpr import retention
from service.gdpr.expired_blob import ExpiredBlob
from service.gdpr.restriction_record import Ground, Restriction
from service.gdpr.retention_due import QUIET_SINCE, Hold, Kind, Schedule
from service.gdpr.retention_settings import Retention
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, Parcel, ReportRecord, Study
from service.review_records import Consultation, Review, ReviewDraft, ReviewKind
from service.settings import Settings
from service.store import FolderStore, received_key
from tests.instances import EFFUSION, make_instance
from tests.service.api_client import INDETERMINATE, PRESENT
from tests.service.gdpr.aged import ORIGIN, aged_installation
from tests.service.reviewing import content, physician, save_and_sign

SAID = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}


@pytest.fixture(scope="module")
def aged(model_folder):
    with aged_installation(model_folder) as aged:
        yield aged


@pytest.fixture(autouse=True)
def today(aged):
    """Let the clock run again after each test."""
    yield
    aged.clock.at = None


def quiet_since(aged, uid):
    with aged.diafan.engine.connect() as db:
        return db.scalar(sa.select(QUIET_SINCE).select_from(Study).where(Study.study_instance_uid == uid))


def has_pixels(aged, study):
    """Tell whether the image is held whole: by its record, and on the disk."""
    image = aged.image(study.image_id)
    whole = "PixelData" in pydicom.dcmread(aged.diafan.store.path(image.blob))
    assert whole == (image.pixels_expired_at is None)
    return whole


def keeper_of(aged, archives=(), **days):
    """Return the job with other schedules."""
    none = dict.fromkeys(Retention.model_fields)
    return replace(aged.keeper, schedule=Schedule(Retention(**{**none, **days}), dict(archives)))


def test_pixels_go_on_their_day_and_not_before(aged):
    study = aged.sent()
    blob = aged.image(study.image_id).blob
    end = quiet_since(aged, study.uid) + timedelta(days=30)
    aged.clock.at = end - timedelta(microseconds=1)
    aged.keeper.expire()
    assert has_pixels(aged, study)
    assert aged.entries(study.uid, "pixels-expired") == []
    aged.clock.at = end
    [due] = [one for one in aged.keeper.due() if one.kind is Kind.SOURCE]
    assert (due.days, due.studies >= 1, due.count >= 1, due.oldest <= end - timedelta(days=30)) == (
        30,
        True,
        True,
        True,
    )
    assert aged.keeper.expire()[Kind.SOURCE] >= 1
    assert not has_pixels(aged, study)
    image = aged.image(study.image_id)
    assert image.pixels_expired_at == end
    assert blob not in aged.blobs()
    assert aged.diafan.store.path(image.blob).stat().st_size < 5_000
    [entry] = aged.entries(study.uid, "pixels-expired")
    assert entry["detail"] == {"kind": "source", "count": 1}
    assert entry["agent"] == {"kind": "system", "id": "diafan"}
    before = aged.blobs()
    assert aged.keeper.expire()[Kind.SOURCE] == 0, "what is gone goes once"
    assert aged.blobs() == before
    assert len(aged.entries(study.uid, "pixels-expired")) == 1


def test_what_stays_is_the_whole_header_and_no_picture_of_it(aged):
    path = aged.write(EFFUSION, PatientComments="kept")
    dataset = pydicom.dcmread(path)
    dataset.add_new(0x60000010, "US", 8)
    dataset.add_new(0x60000011, "US", 8)
    dataset.add_new(0x60003000, "OW", b"\0" * 8)
    dataset.add_new(0x50003000, "OW", b"\0" * 8)
    icon = pydicom.Dataset()
    icon.add_new(0x7FE00010, "OW", b"\0\0")
    dataset.IconImageSequence = [icon]
    dataset.add_new(0x00091010, "OB", b"\0" * 2000)
    dataset.ReferencedImageSequence = [pydicom.Dataset()]
    dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    dataset.ReferencedImageSequence[0].add_new(0x60003000, "OW", b"\0" * 8)
    dataset.save_as(path)
    study = aged.sent(path)
    aged.pass_days(31)
    aged.keeper.expire()
    kept = pydicom.dcmread(aged.diafan.store.path(aged.image(study.image_id).blob))
    gone = {e.tag for e in pydicom.dcmread(path)} - {e.tag for e in kept}
    assert {int(tag) for tag in gone} == {
        0x7FE00010, 0x60000010, 0x60000011, 0x60003000, 0x50003000, 0x00880200, 0x00091010,
    }  # fmt: skip
    assert (kept.PatientComments, str(kept.PatientID)) == ("kept", str(dataset.PatientID))
    assert kept.ReferencedImageSequence[0].ReferencedSOPInstanceUID == "1.2.3"
    assert 0x60003000 not in kept.ReferencedImageSequence[0]


def test_only_the_last_of_a_study_counts(aged):
    study = aged.sent()
    aged.pass_days(20)
    late = aged.sent(StudyInstanceUID=study.uid)
    aged.pass_days(20)
    aged.keeper.expire()
    assert has_pixels(aged, study)
    assert has_pixels(aged, late)
    aged.pass_days(10)
    aged.keeper.expire()
    assert not has_pixels(aged, study)
    assert not has_pixels(aged, late)
    told = [one["detail"] for one in aged.entries(study.uid, "pixels-expired")]
    assert told == [{"kind": "source", "count": 2}], "one entry a study"


def waits(aged, study, **values):
    aged.change(Delivery.image_id == study.image_id, **values)


HOLDS = {
    "report parked": (Hold.PARKED, lambda a, s: a.change(Study.study_instance_uid == s.uid, park_reason="no")),
    "image parked": (Hold.PARKED, lambda a, s: a.change(Image.id == s.image_id, state=ImageState.PARKED)),
    "delivery parked": (Hold.PARKED, lambda a, s: waits(a, s, state=DeliveryState.PARKED)),
    "report owed": (Hold.UNFINISHED, lambda a, s: a.change(Study.study_instance_uid == s.uid, due_at=a.clock())),
    "not analysed": (Hold.UNFINISHED, lambda a, s: a.change(Image.id == s.image_id, state=ImageState.RECEIVED)),
    "delivery waits": (Hold.ON_ITS_WAY, lambda a, s: waits(a, s, state=DeliveryState.WAITING)),
    "delivery queued": (Hold.ON_ITS_WAY, lambda a, s: waits(a, s, state=DeliveryState.QUEUED)),
    "delivery sending": (Hold.ON_ITS_WAY, lambda a, s: waits(a, s, state=DeliveryState.SENDING)),
    "results nowhere": (Hold.UNDELIVERED, lambda a, s: waits(a, s, state=DeliveryState.SUPERSEDED)),
    "wrapped, no archive": (Hold.ONLY_COPY, lambda a, s: a.change(Image.id == s.image_id, wrapped=True)),
}


@pytest.mark.parametrize("why", HOLDS)
def test_nothing_goes_while_it_is_held(aged, why):
    study = aged.sent()
    hold, make_it_so = HOLDS[why]
    make_it_so(aged, study)
    aged.pass_days(400)
    held = aged.keeper.held()[hold]
    assert held >= 1
    aged.keeper.expire()
    image = aged.image(study.image_id)
    assert image.pixels_expired_at is None
    assert "PixelData" in pydicom.dcmread(aged.diafan.store.path(image.blob))
    assert aged.entries(study.uid, "pixels-expired") == []
    # What held it is over.
    aged.change(Study.study_instance_uid == study.uid, park_reason="", due_at=None)
    aged.change(Image.id == study.image_id, state=ImageState.ANALYSED, wrapped=False)
    waits(aged, study, state=DeliveryState.DELIVERED)
    assert aged.keeper.held()[hold] == held - 1
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_what_a_restriction_covers_stays(aged):
    study = aged.sent(PatientID=f"HELD-{uuid4().hex[:8]}")
    with Session(aged.diafan.engine) as db, db.begin():
        patient = db.get_one(Study, study.uid).patient
        db.add(Restriction(patient=patient, ground=Ground.LEGAL_CLAIMS, since=aged.clock()))
        add_draft(db, study.uid, aged.clock())
    aged.pass_days(400)
    assert aged.keeper.held()[Hold.RESTRICTED] >= 1
    aged.keeper.expire()
    assert has_pixels(aged, study)
    with Session(aged.diafan.engine) as db, db.begin():
        assert db.scalar(sa.select(ReviewDraft).where(ReviewDraft.study_instance_uid == study.uid))
        db.delete(db.get_one(Restriction, patient))
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def add_draft(db, uid, at, subject="alice"):
    said = content(SAID).model_dump(mode="json")
    db.add(ReviewDraft(study_instance_uid=uid, issuer="i", subject=subject, version=1, saved_at=at, **said))


def add_review(db, uid, at):
    db.add(
        Review(
            id=uuid4(), study_instance_uid=uid, position=1, issuer="i", subject="alice", name="Alice", kind=ReviewKind.FIRST,
            report_revision=1, verdicts=[], regions=[], text="", findings=[], signed_at=at,
        )
    )  # fmt: skip


def add_question(db, uid, at):
    db.add(
        Consultation(
            id=uuid4(),
            study_instance_uid=uid,
            issuer="i",
            subject="alice",
            name="",
            question="?",
            asked_of="",
            asked_at=at,
        )
    )


@pytest.mark.parametrize("act", [add_draft, add_review, add_question])
def test_the_days_begin_when_a_physician_was_last_at_it(aged, act):
    study = aged.sent()
    aged.pass_days(29)
    with Session(aged.diafan.engine) as db, db.begin():
        act(db, study.uid, aged.clock())
    aged.pass_days(29)
    aged.keeper.expire()
    assert has_pixels(aged, study)
    aged.pass_days(1.01)
    aged.keeper.expire()
    assert not has_pixels(aged, study)


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_an_upload_goes_when_an_archive_has_it(aged, is_wrapped):
    study = aged.sent()
    aged.change(Image.id == study.image_id, wrapped=is_wrapped, source="api:ward")
    aged.pass_days(31)
    aged.keeper.expire()
    assert has_pixels(aged, study), "nobody else has it"
    source = Delivery(
        id=uuid4(), destination="pacs", parcel=Parcel.SOURCE, study_instance_uid=study.uid, image_id=study.image_id,
        state=DeliveryState.DELIVERED, created_at=aged.clock(), finished_at=aged.clock(),
    )  # fmt: skip
    with Session(aged.diafan.engine) as db, db.begin():
        db.add(source)
    aged.pass_days(31)
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_an_image_of_which_nobody_wanted_results_goes_too(aged):
    study = aged.sent()
    with Session(aged.diafan.engine) as db, db.begin():
        db.execute(sa.delete(Delivery).where(Delivery.study_instance_uid == study.uid))
    aged.pass_days(31)
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_kept_for_ever_is_for_ever(aged):
    study = aged.sent()
    aged.pass_days(3000)
    kept = keeper_of(aged)
    assert [one.days for one in kept.due()] == [None] * len(Kind)
    assert kept.held() == {}
    assert set(kept.expire().values()) == {0}
    assert has_pixels(aged, study)


def test_evidence_and_archived_results_go_by_their_own_days_and_leave_what_no_archive_has(aged):
    study = aged.sent()
    keeper = keeper_of(
        aged, {"outbox": {"summary", "overlay", "structured-report"}}, source_days=10, evidence_days=20, results_days=30
    )
    evidence = aged.image(study.image_id).evidence_blob
    with Session(aged.diafan.engine) as db:
        kinds = {
            one.kind: one.blob
            for one in db.scalars(sa.select(ObjectRecord).where(ObjectRecord.image_id == study.image_id))
        }
    aged.pass_days(11)
    keeper.expire()
    assert not has_pixels(aged, study)
    assert evidence in aged.blobs()
    aged.pass_days(10)
    keeper.expire()
    assert evidence not in aged.blobs()
    image = aged.image(study.image_id)
    assert (image.evidence_blob, image.evidence_expired_at is not None) == ("", True)
    assert set(kinds.values()) <= aged.blobs()
    aged.pass_days(10)
    gone = keeper.expire()
    assert gone[Kind.RESULTS] >= 3
    left = {kind for kind, blob in kinds.items() if blob in aged.blobs()}
    assert left == set(kinds) - {"summary", "overlay"}
    assert left, "a map that no archive takes is nowhere else"
    told = [one["detail"]["kind"] for one in aged.entries(study.uid, "pixels-expired")]
    assert told == ["source", "evidence", "results"]


def test_drafts_go_by_their_last_change_and_failed_jobs_by_their_end(aged):
    study = aged.sent()
    with Session(aged.diafan.engine) as db, db.begin():
        add_draft(db, study.uid, aged.clock(), "old")
        add_draft(db, study.uid, aged.clock() + timedelta(days=5), "younger")
        job = db.scalar(
            sa.text(
                "insert into procrastinate_jobs (queue_name, task_name, args, status) values ('analyse', 'analyse', '{}', 'failed') returning id"
            )
        )
        db.execute(
            sa.text("insert into procrastinate_events (job_id, type, at) values (:j, 'failed', :a)"),
            {"j": job, "a": aged.clock()},
        )

    def left():
        with aged.diafan.engine.connect() as db:
            drafts = db.scalars(sa.select(ReviewDraft.subject).where(ReviewDraft.study_instance_uid == study.uid)).all()
            return set(drafts), db.scalar(sa.text("select count(*) from procrastinate_jobs where id = :j"), {"j": job})

    aged.pass_days(29)
    keeper = keeper_of(aged, drafts_days=90, failed_jobs_days=30)
    keeper.expire()
    assert left() == ({"old", "younger"}, 1)
    aged.pass_days(1.01)
    assert keeper.expire()[Kind.FAILED_JOBS] >= 1
    assert left() == ({"old", "younger"}, 0)
    aged.pass_days(60)
    assert keeper.expire()[Kind.DRAFTS] == 1
    assert left()[0] == {"younger"}
    [entry] = aged.entries(study.uid, "pixels-expired")
    assert entry["detail"] == {"kind": "drafts", "count": 1}


def of_image(aged, study):
    """Return the blobs of an image itself: its report is named after it, too."""
    return {key for key in aged.blobs() if str(study.image_id) in key and not key.startswith("reports/")}


class Killed(BaseException):
    """The program is gone at this point."""


class DiesAfter(FolderStore):
    """A store whose program is killed after it has done something."""

    def __init__(self, root: Path, what: str) -> None:
        super().__init__(root)
        self.what = what

    def put(self, key: str, content: bytes) -> str:
        done = super().put(key, content)
        if self.what == "put":
            raise Killed
        return done

    def remove(self, key: str) -> None:
        super().remove(key)
        if self.what == "remove":
            raise Killed


def test_killed_between_the_header_and_the_commit_it_is_still_whole_and_the_next_run_finishes(aged):
    study = aged.sent()
    before = aged.blobs()
    aged.pass_days(31)
    dying = replace(aged.keeper, store=DiesAfter(aged.diafan.store.root, "put"))
    with pytest.raises(Killed):
        dying.expire()
    assert has_pixels(aged, study)
    assert aged.entries(study.uid, "pixels-expired") == []
    assert len(aged.blobs() - before) == 1, "the header, of which no record knows"
    aged.keeper.expire()
    assert not has_pixels(aged, study)
    image = aged.image(study.image_id)
    assert of_image(aged, study) == {image.blob, image.evidence_blob}


def test_killed_between_the_commit_and_the_removal_the_next_run_removes(aged):
    study = aged.sent()
    pixels = aged.image(study.image_id).blob
    aged.pass_days(31)
    aged.keeper.expire_some(Kind.SOURCE)
    assert pixels in aged.blobs(), "the program was killed before it removed them"
    assert not has_pixels(aged, study)
    with pytest.raises(Killed):
        replace(aged.keeper, store=DiesAfter(aged.diafan.store.root, "remove")).finish()
    with Session(aged.diafan.engine) as db:
        assert db.get(ExpiredBlob, pixels) is not None, "gone from the disk, and not yet from the list"
    aged.keeper.finish()
    assert pixels not in aged.blobs()
    with Session(aged.diafan.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(ExpiredBlob)) == 0


def test_several_at_once_let_each_study_go_once(aged):
    studies = [aged.sent() for _ in range(4)]
    aged.pass_days(31)
    gate, gone = threading.Barrier(3), []

    def work():
        gate.wait()
        gone.append(aged.keeper.expire()[Kind.SOURCE])

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(gone) == len(studies)
    for study in studies:
        assert not has_pixels(aged, study)
        assert len(aged.entries(study.uid, "pixels-expired")) == 1


def test_a_study_that_somebody_is_at_is_left_to_the_next_run(aged):
    study = aged.sent()
    aged.pass_days(31)
    with Session(aged.diafan.engine) as db, db.begin():
        db.get_one(Study, study.uid, with_for_update=True)
        began = time.monotonic()
        aged.keeper.expire_some(Kind.SOURCE)
        assert time.monotonic() - began < 30, "it waits for nobody"
        assert has_pixels(aged, study)
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_an_image_that_cannot_be_read_holds_up_nobody_else(aged, caplog):
    spoilt, good = sorted((aged.sent(), aged.sent()), key=lambda one: one.uid)
    path = aged.diafan.store.path(aged.image(spoilt.image_id).blob)
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    aged.pass_days(31)
    aged.keeper.expire()
    assert aged.image(spoilt.image_id).pixels_expired_at is None
    assert not has_pixels(aged, good)
    assert "cannot be read" in caplog.text
    assert spoilt.uid not in caplog.text
    path.write_bytes(whole)
    aged.keeper.expire()
    assert not has_pixels(aged, spoilt)


@pytest.mark.parametrize("lost", ["MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID"])
def test_a_file_whose_meta_information_says_little_goes_as_any_other(aged, lost):
    dataset = pydicom.dcmread(aged.write())
    delattr(dataset.file_meta, lost)
    content = BytesIO()
    dataset.save_as(content, enforce_file_format=False)
    image_id = aged.accept(content.getvalue()).image_id
    aged.api.process(str(image_id))
    aged.pass_days(31)
    aged.keeper.expire()
    image = aged.image(image_id)
    assert image.pixels_expired_at is not None
    kept = pydicom.dcmread(aged.diafan.store.path(image.blob))
    assert kept.file_meta.MediaStorageSOPInstanceUID == image.sop_instance_uid


@pytest.mark.parametrize("broken", ["write_kept_header", "remove_expired"])
def test_no_fault_of_the_job_ends_what_runs_beside_it(aged, monkeypatch, caplog, broken):
    study = aged.sent()
    aged.pass_days(31)
    monkeypatch.setattr(retention, "EVERY_S", 0.05)

    def fails(*_):
        raise PermissionError(EACCES, "not yours", "/a/path")

    with monkeypatch.context() as one:
        one.setattr(retention, broken, fails)
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(aged.keeper.keep(), 3))
    assert "PermissionError" in caplog.text
    assert "/a/path" not in caplog.text
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_the_time_under_a_restriction_is_no_time_of_quiet(aged):
    study = aged.sent(PatientID=f"FREED-{uuid4().hex[:8]}")
    with Session(aged.diafan.engine) as db:
        patient = db.get_one(Study, study.uid).patient
    officer = Agent("person", "officer")
    aged.diafan.restrictions.restrict(patient, Ground.LEGAL_CLAIMS, officer)
    aged.pass_days(40)
    aged.diafan.restrictions.lift(patient, aged.clock().date(), officer)
    aged.keeper.expire()
    assert has_pixels(aged, study)
    aged.pass_days(31)
    aged.keeper.expire()
    assert not has_pixels(aged, study)


def test_it_works_by_itself_while_diafan_runs(aged):
    study = aged.sent()
    aged.pass_days(31)

    async def run():
        job = asyncio.create_task(aged.keeper.keep())
        for _ in range(200):
            await asyncio.sleep(0.05)
            if aged.image(study.image_id).pixels_expired_at is not None:
                break
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job

    asyncio.run(run())
    assert not has_pixels(aged, study)


# What comes after


def test_the_same_image_sent_again_has_its_pixels_back_and_is_not_analysed_again(aged):
    study = aged.expired()
    before = aged.image(study.image_id)
    with aged.diafan.engine.connect() as db:
        jobs = db.scalar(sa.text("select count(*) from procrastinate_jobs"))
    taken = aged.accept(study.file)
    assert taken == Accepted(study.image_id, ImageState.ANALYSED)
    image = aged.image(study.image_id)
    assert aged.diafan.store.read(image.blob) == study.file
    assert (image.pixels_expired_at, image.received_again_at is not None) == (None, True)
    assert (image.analysed_at, image.received_at) == (before.analysed_at, before.received_at)
    with aged.diafan.engine.connect() as db:
        assert db.scalar(sa.text("select count(*) from procrastinate_jobs")) == jobs
    last = aged.entries(study.uid, "instance-received")[-1]
    assert last["detail"] == {"reason": "pixels-had-expired"}
    assert aged.entries(study.uid, "instance-already-held") == []
    assert isinstance(aged.accept(study.file), AlreadyHeld), "now it is"
    aged.keeper.finish()
    assert before.blob not in aged.blobs(), "the header alone is of no use any more"
    aged.pass_days(29)
    aged.keeper.expire()
    assert has_pixels(aged, study), "its days began anew"
    aged.pass_days(2)
    aged.keeper.expire()
    assert not has_pixels(aged, study)
    assert of_image(aged, study) == {
        aged.image(study.image_id).blob, aged.image(study.image_id).evidence_blob,
    }  # fmt: skip
    assert received_key(study.image_id) not in aged.blobs()
    assert isinstance(aged.accept(study.file), Accepted), "as often as it is sent"


def again(study, aged, **changes):
    path = aged.folder / f"{uuid4()}.dcm"
    path.write_bytes(study.file)
    dataset = pydicom.dcmread(path)
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    return dataset, path


def test_a_router_may_have_encoded_it_otherwise_meanwhile(aged):
    study = aged.expired()
    dataset, path = again(study, aged)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(path)
    assert aged.accept(path.read_bytes()) == Accepted(study.image_id, ImageState.ANALYSED)
    assert aged.diafan.store.read(aged.image(study.image_id).blob) == path.read_bytes()
    assert isinstance(aged.accept(path), AlreadyHeld)
    assert isinstance(aged.accept(study.file), AlreadyHeld), "the first encoding is known, too"


def test_other_pixels_under_its_uid_are_still_a_contradiction(aged):
    study = aged.expired()
    dataset, path = again(study, aged)
    pixels = dataset.pixel_array.copy()
    pixels[0, 0] ^= 1
    dataset.PixelData = pixels.astype(np.uint8).tobytes()
    dataset.save_as(path)
    taken = aged.accept(path)
    assert (taken.state, taken.reason_code) == (ImageState.PARKED, "conflicting-pixels")
    assert aged.image(study.image_id).pixels_expired_at is not None
    for one in (path, aged.accept(study.file) and path):
        assert isinstance(aged.accept(one), AlreadyHeld)


def test_a_corrected_header_over_the_same_pixels_is_a_new_revision(aged):
    study = aged.expired()
    dataset, path = again(study, aged, PatientName="Corrected^Name")
    dataset.save_as(path)
    taken = aged.accept(path)
    assert taken.state is ImageState.RECEIVED
    assert taken.image_id != study.image_id
    assert aged.image(study.image_id).state is ImageState.SUPERSEDED
    aged.api.process(str(taken.image_id))
    with Session(aged.diafan.engine) as db:
        assert db.get_one(Study, study.uid).park_reason == ""
        assert db.get_one(Study, study.uid).report_revision == 2


def made_conformant(aged, uid, revision):
    """Return the objects of a report revision, each judged by the gate once more, and by the validators of others that are here."""
    with Session(aged.diafan.engine) as db:
        [report] = db.scalars(
            sa.select(ReportRecord).where(ReportRecord.study_instance_uid == uid, ReportRecord.revision == revision)
        )
        made = db.scalars(sa.select(ObjectRecord).where(ObjectRecord.report_id == report.id)).all()
    assert made
    for one in made:
        path = aged.diafan.store.path(one.blob)
        assert objections(path.read_bytes()) == ()
        assert {judge.validator: judge.errors for judge in judgements(path) if judge.errors} == {}
    return report, made


def test_a_withdrawal_still_works_and_its_note_names_the_patient(aged):
    study = aged.expired(PatientID="WITHDRAWN-LATE", PatientName="Late^Patient")
    done = withdrawer_of(aged.diafan).withdraw(study.uid, RejectionReason.PATIENT_SAFETY, Agent("person", "p"))
    assert done.rejected
    _, [note] = made_conformant(aged, study.uid, 2)
    dataset = pydicom.dcmread(aged.diafan.store.path(note.blob))
    assert (dataset.PatientID, str(dataset.PatientName), dataset.Modality) == ("WITHDRAWN-LATE", "Late^Patient", "KO")
    aged.deliver(study.uid)


def test_a_late_image_of_an_expired_study_gives_a_conformant_revision(aged):
    study = aged.expired()
    late = aged.sent(StudyInstanceUID=study.uid)
    report, made = made_conformant(aged, study.uid, 2)
    assert set(report.image_ids) == {study.image_id, late.image_id}
    assert [one.kind for one in made] == ["structured-report"]
    with Session(aged.diafan.engine) as db:
        assert (db.get_one(Study, study.uid).park_reason, db.get_one(Study, study.uid).due_at) == ("", None)


def test_a_report_of_what_is_gone_has_no_picture_and_says_so(aged):
    study = aged.sent(PatientID="PAGE-LATE")
    with physician(aged.api, "alice") as alice:
        assert save_and_sign(alice, study.uid, SAID).status_code == 201
    # As if the report that tells of it had been parked, and a person made it again much later.
    aged.change(Study.study_instance_uid == study.uid, due_at=None)
    aged.pass_days(31)
    aged.keeper.expire()
    day = f"{aged.image(study.image_id).pixels_expired_at:%Y-%m-%d}"
    aged.change(Study.study_instance_uid == study.uid, due_at=aged.clock())
    aged.api.pipeline.report(study.uid)
    report, made = made_conformant(aged, study.uid, 2)
    assert pydicom.dcmread(aged.diafan.store.path(made[0].blob)).PatientID == "PAGE-LATE"
    bundle = json.loads(aged.diafan.store.read(report.blob))
    [told] = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DiagnosticReport"]
    page = base64.b64decode(next(f["data"] for f in told["presentedForm"] if f["contentType"] == "text/html")).decode()
    assert f"no longer kept here since {day}" in page
    assert "<img" not in page


# Settings and the command


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"evidence_days": 20}, "retention.evidence_days .20. is shorter than retention.source_days .30."),
        ({"source_days": "none", "evidence_days": 20}, "is shorter than retention.source_days .none."),
        ({"results_days": 10}, "retention.results_days .10. is shorter"),
        ({"results_days": 40}, "needs an archive that has the results"),
        ({"source_days": 0}, "greater than or equal to 1"),
    ],
)
def test_schedules_that_contradict_each_other_are_refused_in_a_sentence(given, told):
    with pytest.raises(ValidationError, match=told):
        Settings(retention=given)


def test_schedules_are_days_or_none(monkeypatch):
    assert Settings().retention == Retention(
        source_days=30, evidence_days=None, results_days=None, drafts_days=90, failed_jobs_days=30
    )
    monkeypatch.setenv("DIAFAN_RETENTION__SOURCE_DAYS", "none")
    assert Settings().retention.source_days is None
    pacs = {"kind": "pacs", "name": "a", "host": "127.0.0.1", "port": 104, "called_ae_title": "A"}
    monkeypatch.setenv("DIAFAN_RETENTION__SOURCE_DAYS", "7")
    assert Settings(retention={"source_days": 7, "results_days": 7}, destinations=[pacs]).retention.results_days == 7


def test_the_command_says_what_is_due_and_does_it_when_told(own_installation, model_folder, monkeypatch, tmp_path):
    monkeypatch.setenv("DIAFAN_MODEL", str(model_folder))
    monkeypatch.setenv("DIAFAN_ENGINE", "torch")
    monkeypatch.setenv("DIAFAN_QUIET_PERIOD_S", "0")
    with root.assemble(Settings()) as diafan:
        pipeline = replace(root.pipeline_of(diafan), gate=lambda _radiograph: None)
        for wrapped in (False, True):
            file = make_instance(tmp_path)
            image_id = diafan.acceptor.accept(file, ORIGIN).image_id
            pipeline.analyse(str(image_id))
            with Session(diafan.engine) as db, db.begin():
                image = db.get_one(Image, image_id)
                image.wrapped = wrapped
                uid = image.study_instance_uid
            pipeline.report(uid)
            with diafan.engine.connect() as db:
                for delivery in db.scalars(sa.select(Delivery.id).where(Delivery.study_instance_uid == uid)).all():
                    diafan.deliverer.deliver(str(delivery))
        with diafan.engine.begin() as db:
            for table, column in (
                ("image", "received_at"),
                ("image", "analysed_at"),
                ("delivery", "finished_at"),
                ("report", "created_at"),
            ):
                db.execute(sa.text(f"update {table} set {column} = {column} - interval '40 days'"))
    told = " ".join(CliRunner().invoke(cli.app, ["retention"]).output.split())
    assert "source" in told
    assert "30 days" in told
    assert (
        "past the time of their pixels, and kept: 1 studies, for no archive has an image that was uploaded here" in told
    )
    assert "nothing was changed" in told
    assert "gone: 1 source" in CliRunner().invoke(cli.app, ["retention", "--run"]).output
    assert "gone: nothing" in CliRunner().invoke(cli.app, ["retention", "--run"]).output
    blobs = list((own_installation / "blobs" / "received").rglob("*.dcm"))
    assert len(blobs) == 1
