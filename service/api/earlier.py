"""A patient's earlier studies: what the machine said then, for a physician who compares."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from models.assessment import Call
from models.labels import Label
from service.api.disclosure import shown
from service.api.principal import Held, StudyReader
from service.api.problems import not_found, responses
from service.api.schemas import AT, SHA256, STUDY_UID, example, example_of
from service.api.studies import StudyUID
from service.api.worklist import dicom_date
from service.findings import strongest
from service.records import FindingRecord, Image, ImageState, Study, StudyHeader

router = APIRouter(tags=["studies"], responses=responses(401, 403, 404, 422, 503))

_MOST = 20


class EarlierFinding(BaseModel):
    """What the machine said of one label then. Another model's probability is another scale."""

    model_config = example(label="Pleural Effusion", call="present", probability=0.81, model_digest=SHA256)

    label: Label
    call: Call
    probability: float | None = Field(description="calibrated, in [0, 1]")
    model_digest: str = Field(description="SHA-256 (hex) of the model that said it")


class EarlierStudy(BaseModel):
    """One earlier study of the same patient."""

    model_config = example(
        study_instance_uid=STUDY_UID,
        study_date="2025-11-02",
        first_seen_at=AT,
        description="Chest PA",
        findings=[example_of(EarlierFinding)],
    )

    study_instance_uid: str
    study_date: date | None = Field(description="as the header has it; null: it has none")
    first_seen_at: datetime = Field(description="when its first image came to Diafan")
    description: str
    findings: list[EarlierFinding] = Field(description="the labels that were assessed")


class EarlierStudies(BaseModel):
    """The patient's earlier studies that Diafan analysed, the newest first; none whose results were withdrawn."""

    model_config = example(studies=[example_of(EarlierStudy)])

    studies: list[EarlierStudy]


@router.get("/studies/{study_instance_uid}/earlier", summary="The patient's earlier studies")
def show_earlier(study_instance_uid: StudyUID, caller: StudyReader, diafan: Held) -> EarlierStudies:
    """Up to 20 studies of the same Patient ID and issuer, with the machine's answers then. Each of them is recorded as shown."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        study = db.get(Study, study_instance_uid)
        if study is None:
            raise not_found("study")
        earlier = _earlier(db, study)
        shown(db, diafan, caller, study, "earlier", count=len(earlier))
        told = []
        for other, header in earlier:
            shown(db, diafan, caller, other, "earlier")
            told.append(_told(db, other, header))
    return EarlierStudies(studies=told)


def _earlier(db: Session, study: Study) -> Sequence[tuple[Study, StudyHeader]]:
    """Return the patient's studies before this one: by study date, and on one day by their arrival."""
    # Without a Patient ID nobody knows whose the study is.
    if not study.patient:
        return []
    analysed = sa.exists().where(
        Image.study_instance_uid == Study.study_instance_uid, Image.state == ImageState.ANALYSED
    )
    own = db.get(StudyHeader, study.study_instance_uid) or StudyHeader(study_date="")
    rows = db.execute(
        sa.select(Study, StudyHeader)
        .join(StudyHeader, StudyHeader.study_instance_uid == Study.study_instance_uid)
        .where(Study.patient == study.patient, Study.study_instance_uid != study.study_instance_uid, analysed)
        .where(Study.withdrawn_at.is_(None))
    ).all()
    before = [(other, header) for other, header in rows if _moment(other, header) < _moment(study, own)]
    return sorted(before, key=lambda row: _moment(*row), reverse=True)[:_MOST]


def _moment(study: Study, header: StudyHeader) -> tuple[date, datetime]:
    return dicom_date(header.study_date) or study.first_seen_at.date(), study.first_seen_at


def _told(db: Session, study: Study, header: StudyHeader) -> EarlierStudy:
    images = db.scalars(
        sa.select(Image).where(Image.study_instance_uid == study.study_instance_uid, Image.state == ImageState.ANALYSED)
    ).all()
    records = db.scalars(sa.select(FindingRecord).where(FindingRecord.image_id.in_([i.id for i in images]))).all()
    return EarlierStudy(
        study_instance_uid=study.study_instance_uid,
        study_date=dicom_date(header.study_date),
        first_seen_at=study.first_seen_at,
        description=header.description,
        findings=[
            EarlierFinding(
                label=r.finding.label,
                call=r.finding.call,
                probability=r.finding.probability,
                model_digest=r.model.digest,
            )
            for r in strongest(images, records)
            if r.model is not None
        ],
    )
