"""Studies to review, and the physicians who do."""

from datetime import UTC, datetime
from uuid import uuid4

from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from integrations.verdict import Verdict
from models.assessment import Call
from models.labels import LABELS, Label
from service.access import Scope
from service.records import FindingRecord, Image, ImageState, ReportRecord, Study
from service.review_content import Content
from service.review_rules import Reviewer

ALICE, BOB, CAROL = (Reviewer("https://id.example", name.lower(), f"Dr {name}") for name in ("Alice", "Bob", "Carol"))
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
EFFUSION, EDEMA, FRACTURE, OTHER = Label.PLEURAL_EFFUSION, Label.EDEMA, Label.FRACTURE, Label.PLEURAL_OTHER
CALLS = {EFFUSION: Call.PRESENT, EDEMA: Call.INDETERMINATE, FRACTURE: Call.NOT_ASSESSED}
MODEL = "ab" * 32
SAID = {EFFUSION: Verdict.AGREE, EDEMA: Verdict.UNSURE}


def made_study(diafan, calls=CALLS, *, reported=True, **study):
    """Make a study of records alone, with one image and, where it is ``reported``, one report; return its UID."""
    uid = str(generate_uid(prefix=None))
    with Session(diafan.engine) as db, db.begin():
        db.add(
            Study(
                study_instance_uid=uid,
                patient="p-" + "0" * 32,
                first_seen_at=NOW,
                **{"due_at": None, "report_revision": int(reported), **study},
            )
        )
        db.flush()
        image_id = add_image(db, uid, calls)
        if reported:
            add_report(db, uid, 1, [image_id])
    return uid


def add_image(db, uid, calls=CALLS):
    image = Image(
        id=uuid4(), study_instance_uid=uid, series_instance_uid="1.2", sop_instance_uid=str(generate_uid(prefix=None)), sop_class_uid="1.2",
        revision=1, state=ImageState.ANALYSED, source="dicom:TEST", content_sha256="", pixel_sha256=uuid4().hex * 2, size_bytes=1,
        model_name="m", model_version="1", model_digest=MODEL, received_at=datetime.now(UTC), analysed_at=NOW,
    )  # fmt: skip
    db.add(image)
    db.flush()
    for label in LABELS:
        call = calls.get(label, Call.ABSENT)
        numbers = {} if call is Call.NOT_ASSESSED else {"probability": 0.7, "threshold": 0.5, "logit": 0.1}
        db.add(FindingRecord(image_id=image.id, label=label.value, call=call.value, **numbers))
    return image.id


def add_report(db, uid, revision, image_ids, status="preliminary"):
    db.get_one(Study, uid).report_revision = revision
    db.add(
        ReportRecord(
            id=uuid4(), study_instance_uid=uid, revision=revision, status=status, model_digest=MODEL, blob="", sha256="",
            image_ids=image_ids, created_at=NOW,
        )
    )  # fmt: skip


def content(said=SAID, revision=1, text="", regions=(), answers=()):
    """Return what a physician says, as the domain takes it."""
    answers = dict(answers)
    verdicts = [{"label": label, "verdict": verdict, "answer": answers.get(label)} for label, verdict in said.items()]
    return Content(report_revision=revision, verdicts=verdicts, regions=list(regions), text=text)


def body(said=SAID, version=0, **more):
    """Return the same as a client sends it."""
    return {"version": version, **content(said, **more).model_dump(mode="json")}


def physician(api, subject, *scopes):
    """Return a client with a person's token."""
    return api.client(*(scopes or (Scope.STUDY_READ, Scope.REVIEW_WRITE)), subject=subject, client_id="diafan-web")


def save_and_sign(client, uid, said=SAID, revision=1, amends=None, **more):
    """Save a draft and sign it; return the answer."""
    saved = client.put(f"/studies/{uid}/review/draft", json=body(said, revision=revision, **more))
    assert saved.status_code == 200, saved.text
    return sign(client, uid, saved.json()["version"], revision, amends)


def sign(client, uid, version=1, revision=1, amends=None):
    return client.post(
        f"/studies/{uid}/review/sign", json={"report_revision": revision, "version": version, "amends": amends}
    )
