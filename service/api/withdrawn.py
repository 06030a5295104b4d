"""What was withdrawn is given out no more: an answer of its own (410), and a word in lists. The note that takes it back stays."""

from http import HTTPStatus
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.result_object import ResultKind
from service.api.problems import ProblemError
from service.records import Image, ObjectRecord, ReportRecord, Study

ObjectStatus = Literal["active", "withdrawn"]


def status_of(study: Study, record: ObjectRecord) -> ObjectStatus:
    """Return whether an object of a study may be used."""
    return "active" if study.withdrawn_at is None or record.kind == ResultKind.REJECTION_NOTE else "withdrawn"


def expect_standing(study: Study) -> None:
    """Raise ProblemError (410) where the results of the study were withdrawn."""
    if study.withdrawn_at is not None:
        raise ProblemError(
            HTTPStatus.GONE,
            "study-withdrawn",
            f"the results of this study were withdrawn on {study.withdrawn_at:%Y-%m-%d}: they must not be used",
            members={"since": study.withdrawn_at.isoformat()},
        )


def expect_not_withdrawn(db: Session, study_instance_uid: str, series: str | None, instance: str | None) -> None:
    """Raise ProblemError (410) where a result that was withdrawn is named, or a series of such."""
    study = db.get(Study, study_instance_uid)
    if study is None or series is None:
        return
    made = (
        sa.select(ObjectRecord.sop_instance_uid)
        .outerjoin(Image, Image.id == ObjectRecord.image_id)
        .outerjoin(ReportRecord, ReportRecord.id == ObjectRecord.report_id)
        .where(
            sa.or_(
                Image.study_instance_uid == study_instance_uid, ReportRecord.study_instance_uid == study_instance_uid
            )
        )
        .where(ObjectRecord.series_instance_uid == series, ObjectRecord.kind != ResultKind.REJECTION_NOTE)
    )
    if instance is not None:
        made = made.where(ObjectRecord.sop_instance_uid == instance)
    if db.scalar(sa.select(made.exists())):
        expect_standing(study)
