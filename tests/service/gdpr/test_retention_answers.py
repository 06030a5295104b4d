"""What is no longer kept is said to be: by the API, DICOMweb, a verdict that is refused, an answer to a patient; and erased it leaves nothing."""

import io
import zipfile
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from audit.event import Agent
from integrations.rejection_note import RejectionReason
from integrations.verdict import Verdict
from service.access import Scope
from service.cli_withdraw import withdrawer_of
from service.database import owner_engine
from service.gdpr.erasure import Eraser
from service.gdpr.retention_due import Kind, Schedule
from service.gdpr.retention_settings import Retention
from service.gdpr.subject_access import SubjectAccess
from service.records import Image, ObjectRecord, Study
from service.store import header_key
from tests.service.api_client import INDETERMINATE, PRESENT, is_problem
from tests.service.gdpr.aged import aged_installation
from tests.service.reviewing import body, physician, save_and_sign, sign

PERSON = Agent("person", "officer")
SAID = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}
EVERYTHING = Schedule(
    Retention(source_days=1, evidence_days=1, results_days=1, drafts_days=None),
    {"outbox": {"summary", "overlay", "structured-report", "parametric-map"}},
)


@pytest.fixture(scope="module")
def aged(model_folder):
    with aged_installation(model_folder) as aged:
        yield aged


@pytest.fixture
def reader(aged):
    """Return a client that may look; its token is of the installation's own time."""
    return lambda: aged.api.client(Scope.STUDY_READ)


def day_of(aged, study):
    return f"{aged.image(study.image_id).pixels_expired_at:%Y-%m-%d}"


def test_an_image_that_is_gone_is_answered_with_since_when_and_what_was_found_stays_readable(aged, reader):
    study = aged.expired()
    day, image = day_of(aged, study), f"/images/{study.image_id}"
    with reader() as client:
        for path in (f"{image}/instance", f"{image}/explanations/{PRESENT.value}"):
            problem = is_problem(client.get(path), 410)
            assert problem["type"].endswith("pixels-expired")
            assert problem["detail"] == (
                f"the pixels of this image are no longer kept here since {day}: look at it in the archive, or have the image sent again"
            )
            assert problem["since"].startswith(day)
        assert client.get(image).json()["pixels_expired_at"].startswith(day)
        assert client.get(f"/studies/{study.uid}").json()["received"][0]["pixels_expired_at"].startswith(day)
        assert len(client.get(f"{image}/findings").json()["findings"]) == 14
        evidence = client.get(f"{image}/evidence").json()
        assert evidence["maps"]
        assert client.get(f"/studies/{study.uid}/report").status_code == 200
        made = client.get(f"{image}/objects").json()["objects"]
        assert client.get(made[0]["content_url"]).status_code == 200
        aged.accept(study.file)
        assert client.get(f"{image}/instance").content == study.file
        assert client.get(image).json()["pixels_expired_at"] is None


def test_evidence_and_results_that_are_gone_are_answered_likewise(aged, reader):
    study = aged.sent()
    with reader() as client:
        made = client.get(f"/images/{study.image_id}/objects").json()["objects"]
    aged.pass_days(2)
    replace(aged.keeper, schedule=EVERYTHING).expire()
    with reader() as client:
        assert is_problem(client.get(f"/images/{study.image_id}/evidence"), 410)["type"].endswith("evidence-expired")
        assert is_problem(client.get(made[0]["content_url"]), 410)["type"].endswith("object-expired")
        assert client.get(f"/images/{study.image_id}/findings").status_code == 200
        assert client.get(f"/dicom-web/studies/{study.uid}").status_code == 410
        # Its pixels come back, and its heatmap does not.
        aged.accept(study.file)
        assert client.get(f"/images/{study.image_id}/explanations/{PRESENT.value}").status_code == 410
        assert client.get(f"/images/{study.image_id}/instance").status_code == 200
    aged.api.pipeline.report(study.uid)
    late = aged.sent(StudyInstanceUID=study.uid)
    with Session(aged.diafan.engine) as db:
        assert db.get_one(Study, study.uid).park_reason == "", "a page is made without the overlay that is gone"
        assert db.get_one(Study, study.uid).report_revision == 2
    assert late.uid == study.uid


def test_dicomweb_offers_what_is_there_and_says_what_is_gone(aged, reader):
    study = aged.expired()
    with Session(aged.diafan.engine) as db:
        image = db.get_one(Image, study.image_id)
        source = f"/dicom-web/studies/{study.uid}/series/{image.series_instance_uid}/instances/{image.sop_instance_uid}"
        uid = image.sop_instance_uid
    with reader() as client:
        for path in (
            source,
            f"{source}/metadata",
            f"{source}/frames/1",
            f"/dicom-web/studies/{study.uid}/series/{image.series_instance_uid}",
        ):
            assert "no longer kept here since" in is_problem(client.get(path), 410)["detail"], path
        is_problem(client.get(f"{source}9"), 404)
        listed = client.get(f"/dicom-web/studies/{study.uid}/instances").json()
        uids = {one["00080018"]["Value"][0] for one in listed}
        assert uids, "what was made of it is still here"
        assert uid not in uids
        whole = client.get(f"/dicom-web/studies/{study.uid}", headers={"Accept": "*/*"})
        assert whole.status_code == 200
        assert whole.content.count(b"\r\nContent-Type: application/dicom") == len(listed)
        aged.accept(study.file)
        assert client.get(source, headers={"Accept": "application/dicom"}).content == study.file


def test_nobody_signs_what_cannot_be_shown(aged):
    study = aged.sent()
    with physician(aged.api, "alice") as alice:
        saved = alice.put(f"/studies/{study.uid}/review/draft", json=body(SAID))
        assert saved.status_code == 200
    aged.pass_days(31)
    aged.keeper.expire()
    with physician(aged.api, "alice") as alice:
        for answer in (
            sign(alice, study.uid),
            alice.put(f"/studies/{study.uid}/review/draft", json=body(SAID, version=1, text="more")),
            alice.post(f"/studies/{study.uid}/review/second-opinion", json={"question": "?", "asked_of": ""}),
        ):
            problem = is_problem(answer, 409)
            assert problem["type"].endswith("pixels-expired")
            assert "nothing can be signed on what cannot be shown: have it sent again" in problem["detail"]
        review = alice.get(f"/studies/{study.uid}/review").json()
        assert review["obstacle"] == "pixels-expired"
        assert review["draft"]["version"] == 1, "what was begun is kept"
        aged.accept(study.file)
        assert alice.get(f"/studies/{study.uid}/review").json()["obstacle"] is None
        assert sign(alice, study.uid).status_code == 201
        aged.api.pipeline.report(study.uid)


def test_what_was_signed_stays_readable_and_is_not_amended(aged):
    study = aged.sent()
    with physician(aged.api, "alice") as alice:
        assert save_and_sign(alice, study.uid, SAID).status_code == 201
    aged.api.pipeline.report(study.uid)
    aged.deliver(study.uid)
    aged.pass_days(31)
    aged.keeper.expire()
    with physician(aged.api, "alice") as alice:
        review = alice.get(f"/studies/{study.uid}/review").json()
        assert (len(review["reviews"]), review["obstacle"]) == (1, "pixels-expired")
        is_problem(sign(alice, study.uid, amends=review["standing"]), 409)


def rows(owner):
    tables = sa.inspect(owner).get_table_names("public")
    with owner.connect() as db:
        return "\n".join(str(r) for t in tables for r in db.scalars(sa.text(f'select t::text from "{t}" t')))


@pytest.mark.parametrize("killed", ["", "before the removal", "before the commit"])
def test_erased_after_its_pixels_went_nothing_is_left(aged, killed):
    said = {"PatientID": f"GONE-{uuid4().hex[:8]}", "PatientName": "Kanarek^Gone"}
    study = aged.sent(**said)
    if killed == "before the commit":
        image = aged.image(study.image_id)
        aged.diafan.store.put(header_key(image.id, image.received_again_at), b"the header of a run that was killed")
    else:
        aged.pass_days(31)
        aged.keeper.expire_some(Kind.SOURCE)
        if not killed:
            aged.keeper.finish()
    withdrawer_of(aged.diafan).withdraw(study.uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    aged.deliver(study.uid)
    diafan = aged.diafan
    with owner_engine(diafan.settings, diafan.database) as owner:
        eraser = Eraser(owner, diafan.store, diafan.subjects, diafan.record, diafan.clock, retention_years=0)
        pseudonym = diafan.pseudonym("", said["PatientID"])
        eraser.erase(pseudonym, PERSON)
        left = rows(owner)
    for word in (study.uid, str(study.image_id), pseudonym, *said.values()):
        assert word not in left
    assert [key for key in aged.blobs() if str(study.image_id) in key] == []
    for path in diafan.store.root.rglob("*"):
        assert not path.is_file() or said["PatientID"].encode() not in path.read_bytes()


def test_who_asks_is_told_what_is_gone_and_gets_what_is_left(aged):
    said = f"ASKS-{uuid4().hex[:8]}"
    study = aged.expired(PatientID=said)
    diafan, file = aged.diafan, io.BytesIO()
    diafan.sequence_log()
    with Session(diafan.engine) as db, zipfile.ZipFile(file, "w") as package:
        answer = SubjectAccess(diafan.settings, diafan.store, diafan.subjects).write(
            db, diafan.pseudonym("", said), package, diafan.clock()
        )
        made = db.scalar(
            sa.select(sa.func.count()).select_from(ObjectRecord).where(ObjectRecord.image_id == study.image_id)
        )
    assert (answer.studies, answer.images, answer.reports) == (1, 0, 1)
    assert answer.results == made + 1
    with zipfile.ZipFile(file) as package:
        names = package.namelist()
        assert [name for name in names if "/images/" in name] == []
        assert len([name for name in names if "/headers/" in name]) == 1
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(package.read("answer-en.pdf"))).pages)
        polish = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(package.read("answer-pl.pdf"))).pages)
    told = " ".join(text.split())
    assert f"No longer kept here, for the time was over: study-1 ({day_of(aged, study)})" in told
    assert "are deleted here 30 days after" in told
    assert f"minął ich czas: study-1 ({day_of(aged, study)})" in " ".join(polish.split())
