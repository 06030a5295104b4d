"""Images: what one says, why, and the objects that were made of it."""

import io
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from PIL import Image as Picture
from sqlalchemy.orm import Session

from integrations.instance import read_radiograph
from models.assessment import Explanation
from models.labels import LABELS, Label
from models.radiograph import LONG_SIDE_PX
from models.registry import Tier
from service.api.disclosure import shown
from service.api.no_longer_kept import expect_evidence, expect_pixels, no_longer_kept
from service.api.principal import Held, StudyReader
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import FindingAnswer, ImageDetail, ImageFindings, ImageObjects, Model, ObjectLine
from service.api.system import why_not_assessed
from service.api.withdrawn import expect_standing, status_of
from service.app import Diafan
from service.findings import finding_of, model_of, tier_of
from service.records import FindingRecord, Image, ObjectRecord, ReportRecord, Study

router = APIRouter(tags=["images"], responses=responses(401, 403, 404, 422, 503))

# A decoded radiograph takes a hundred megabytes: pictures are drawn two at a time, however many ask.
_DRAWING = BoundedSemaphore(2)

ObjectUID = Annotated[
    str, Path(pattern=r"^[0-9.]{1,64}$", description="SOP Instance UID (0008,0018)", examples=["2.25.77"])
]


Exploratory = Annotated[
    bool, Query(description="show what exploratory labels say, too: numbers and maps that support no call")
]


@router.get("/images/{image_id}", summary="One received image")
def show_image(image_id: UUID, caller: StudyReader, diafan: Held) -> ImageDetail:
    """Where it came from, where it stands, and if it was declined or parked, why."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        shown(db, diafan, caller, study, "image", image=image_id, object_uid=image.sop_instance_uid)
    # Read from the columns: the record has no attribute `model`.
    columns = {c.key: getattr(image, c.key) for c in sa.inspect(Image).column_attrs}
    return ImageDetail.model_validate({**columns, "model": _model(image) if image.model_digest else None})


@router.get("/images/{image_id}/findings", summary="What an image says")
def show_findings(
    image_id: UUID, caller: StudyReader, diafan: Held, *, exploratory: Exploratory = False
) -> ImageFindings:
    """All 14 labels, each with its answer. `not assessed` is an answer: the model cannot speak on that label."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        expect_assessed(image)
        findings = db.scalars(sa.select(FindingRecord).where(FindingRecord.image_id == image_id)).all()
        shown(db, diafan, caller, study, "findings", image=image_id, object_uid=image.sop_instance_uid)
    because = why_not_assessed(diafan, image.model_digest)
    return ImageFindings(
        image_id=image_id,
        status="preliminary" if study.withdrawn_at is None else "entered-in-error",
        intended_use=diafan.settings.intended_use,
        model=_model(image),
        findings=[
            _answer(f, because.get(Label(f.label), ""), exploratory=exploratory)
            for f in sorted(findings, key=lambda f: LABELS.index(Label(f.label)))
        ],
    )


def _answer(record: FindingRecord, because: str, *, exploratory: bool) -> FindingAnswer:
    finding, tier = finding_of(record), tier_of(record)
    told = exploratory or tier is not Tier.EXPLORATORY
    return FindingAnswer(
        label=finding.label,
        tier=tier,
        call=finding.call,
        probability=finding.probability if told else None,
        threshold=finding.threshold,
        logit=finding.logit if told else None,
        not_assessed_because="" if tier is Tier.ASSESSED else because,
    )


class PngResponse(Response):
    """A picture as PNG."""

    media_type = "image/png"


@router.get(
    "/images/{image_id}/explanations/{label}",
    summary="Why: the heatmap over the radiograph",
    response_class=PngResponse,
    responses={
        200: {
            "description": "radiograph, heatmap on an absolute scale, and legend",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(410),
    },
)
def show_explanation(
    image_id: UUID,
    label: Annotated[Label, Path(description="one of the 14 labels", examples=["Pleural Effusion"])],
    caller: StudyReader,
    diafan: Held,
    *,
    exploratory: Exploratory = False,
) -> PngResponse:
    """Grad-CAM in units of contribution to the logit. For a label that was not called it says so: below the threshold, indeterminate, or exploratory."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        expect_assessed(image)
        expect_standing(study)
        expect_pixels(image)
        expect_evidence(image)
        finding = db.get_one(FindingRecord, (image_id, label.value))
        tier = tier_of(finding)
        if tier is Tier.NOT_ASSESSED or (tier is Tier.EXPLORATORY and not exploratory):
            because = why_not_assessed(diafan, image.model_digest).get(label, "the model says nothing on it")
            ask = ". It is exploratory: ask with exploratory=true" if tier is Tier.EXPLORATORY else ""
            raise ProblemError(
                HTTPStatus.NOT_FOUND,
                "not-assessed",
                f"{label.value} is not assessed, so there is nothing to explain: {because}{ask}",
                members={"tier": tier.value},
            )
        shown(db, diafan, caller, study, "explanation", image=image_id, object_uid=image.sop_instance_uid)
    with _DRAWING:
        return PngResponse(_draw(diafan, image, finding))


@router.get("/images/{image_id}/objects", summary="The DICOM objects made of an image")
def list_objects(image_id: UUID, caller: StudyReader, diafan: Held) -> ImageObjects:
    """List the Secondary Captures (a summary, and an overlay for each called finding), and the maps of the called findings' Grad-CAM values."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        objects = db.scalars(
            sa.select(ObjectRecord).where(ObjectRecord.image_id == image_id).order_by(ObjectRecord.position)
        ).all()
        shown(
            db, diafan, caller, study, "objects", image=image_id, object_uid=image.sop_instance_uid, count=len(objects)
        )
    return ImageObjects(objects=[_object_line(study, one) for one in objects])


def _object_line(study: Study, record: ObjectRecord) -> ObjectLine:
    return ObjectLine(
        sop_instance_uid=record.sop_instance_uid,
        sop_class_uid=record.sop_class_uid,
        series_instance_uid=record.series_instance_uid,
        kind=record.kind,
        label=record.label,
        status=status_of(study, record),
        sha256=record.sha256,
        created_at=record.created_at,
        content_url=f"/objects/{record.sop_instance_uid}",
    )


class DicomResponse(FileResponse):
    """A DICOM Part 10 file (RFC 3240)."""

    media_type = "application/dicom"


@router.get(
    "/objects/{sop_instance_uid}",
    summary="One DICOM object, as a file",
    response_class=DicomResponse,
    responses={
        200: {
            "description": "the object, byte for byte as it was delivered",
            "content": {"application/dicom": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(410),
    },
)
def show_object(sop_instance_uid: ObjectUID, caller: StudyReader, diafan: Held) -> DicomResponse:
    """Return an object that Diafan authored; a received image is read where it came from. One that was withdrawn is given out no more (410)."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        record = db.get(ObjectRecord, sop_instance_uid)
        if record is None:
            raise not_found("object")
        study = _study_of(db, record)
        if status_of(study, record) == "withdrawn":
            expect_standing(study)
        if record.expired_at is not None:
            raise no_longer_kept("object", record.expired_at)
        shown(db, diafan, caller, study, "object", image=record.image_id or "", object_uid=sop_instance_uid)
    return DicomResponse(diafan.store.path(record.blob), filename=f"{sop_instance_uid}.dcm")


@router.get("/studies/{study_instance_uid}/objects", summary="The DICOM objects made of a study")
def list_study_objects(
    study_instance_uid: Annotated[str, Path(pattern=r"^[0-9.]{1,64}$", description="Study Instance UID (0020,000D)")],
    caller: StudyReader,
    diafan: Held,
) -> ImageObjects:
    """List the Structured Reports, one for each revision of the report, the oldest first; then the objects of each image."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        study = db.get(Study, study_instance_uid)
        if study is None:
            raise not_found("study")
        reports = sa.select(ObjectRecord).join(ReportRecord, ObjectRecord.report_id == ReportRecord.id)
        own = reports.where(ReportRecord.study_instance_uid == study_instance_uid).order_by(ReportRecord.revision)
        images = sa.select(ObjectRecord).join(Image, ObjectRecord.image_id == Image.id)
        of_images = images.where(Image.study_instance_uid == study_instance_uid)
        objects = [
            *db.scalars(own),
            *db.scalars(of_images.order_by(Image.received_at, Image.id, ObjectRecord.position)),
        ]
        shown(db, diafan, caller, study, "objects", count=len(objects))
    return ImageObjects(objects=[_object_line(study, one) for one in objects])


def _study_of(db: Session, record: ObjectRecord) -> Study:
    if record.image_id is not None:
        return found_image(db, record.image_id)[1]
    return db.get_one(Study, db.get_one(ReportRecord, record.report_id).study_instance_uid)


def found_image(db: Session, image_id: UUID) -> tuple[Image, Study]:
    """Return an image and its study; raises ProblemError (404)."""
    image = db.get(Image, image_id)
    if image is None:
        raise not_found("image")
    return image, db.get_one(Study, image.study_instance_uid)


def expect_assessed(image: Image) -> None:
    """Raise ProblemError (404) where nothing was said of the image."""
    if not image.model_digest:
        why = f": {image.reason}" if image.reason else ""
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "no-assessment",
            f"this image is {image.state.value} and has no assessment{why}",
            members={"state": image.state.value},
        )


def _model(image: Image) -> Model:
    return Model(name=image.model_name, version=image.model_version, digest=image.model_digest)


def _draw(diafan: Diafan, image: Image, finding: FindingRecord) -> bytes:
    # Drawing brings the whole of matplotlib and torch: an API that is never asked for a picture does without.
    from models.explain import peak  # noqa: PLC0415
    from models.overlay import render_overlay  # noqa: PLC0415

    with np.load(diafan.store.path(image.evidence_blob)) as maps:
        evidence = maps[finding.label]
    picture = render_overlay(
        read_radiograph(diafan.store.path(image.blob), LONG_SIDE_PX),
        finding_of(finding),
        Explanation(Label(finding.label), evidence, peak(evidence)),
        model_of(image),
        diafan.settings.intended_use,
    )
    png = io.BytesIO()
    Picture.fromarray(picture).save(png, "PNG")
    return png.getvalue()
