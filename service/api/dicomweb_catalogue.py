"""What DICOMweb shows as one list of instances: the received images that count, what was made of them, and the newest report.

What is no longer kept is not among them.
Of a study that was withdrawn it shows the note that says so in place of its results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from service.accept import CONFLICT
from service.gdpr.restriction_record import is_of_restricted
from service.records import WITHHELD, Image, ImageState, ObjectRecord, ReportRecord, Study

_SR_CLASSES = "1.2.840.10008.5.1.4.1.1.88."
_KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
_SR, _KO, _OTHER = "SR", "KO", "OT"


@dataclass(frozen=True, slots=True)
class Shown:
    """One instance that can be retrieved; ``blob`` is where it lies.

    ``image_id`` is the received image that it is or is made of; None for a report or a note.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str
    blob: str
    image_id: UUID | None


def counts() -> sa.ColumnElement[bool]:
    """Return the condition on `Image` for an image that is shown: held, not superseded, no contradiction of another, not restricted."""
    gone = [ImageState.DECLINED, ImageState.SUPERSEDED]
    is_shown = ~is_of_restricted(Image.study_instance_uid)
    return sa.and_(Image.blob != "", Image.state.not_in(gone), Image.reason_code != CONFLICT, is_shown)


def _row(
    study: Any, of: type[Image] | type[ObjectRecord], modality: Any, image_id: Any
) -> sa.Select[Any]:  # SQLAlchemy types no column that may come from one of two tables
    return sa.select(
        study.label("study_instance_uid"),
        of.series_instance_uid,
        of.sop_instance_uid,
        of.sop_class_uid,
        modality.label("modality"),
        of.blob,
        image_id.label("image_id"),
    )


def _instances() -> sa.Subquery:
    received = _row(Image.study_instance_uid, Image, Image.modality, Image.id).where(
        counts(), Image.pixels_expired_at.is_(None)
    )
    made = (
        _row(Image.study_instance_uid, ObjectRecord, sa.literal(_OTHER), Image.id)
        .join(Image, Image.id == ObjectRecord.image_id)
        .join(Study, Study.study_instance_uid == Image.study_instance_uid)
        .where(counts(), Study.withdrawn_at.is_(None), ObjectRecord.expired_at.is_(None))
    )
    later = aliased(ReportRecord)
    newest = (
        sa.select(sa.func.max(later.revision))
        .where(later.study_instance_uid == ReportRecord.study_instance_uid, later.status != WITHHELD)
        .scalar_subquery()
    )
    is_of_study = sa.exists().where(Image.study_instance_uid == ReportRecord.study_instance_uid, counts())
    modality = sa.case((ObjectRecord.sop_class_uid == _KEY_OBJECTS, _KO), else_=_SR)
    reported = (
        _row(ReportRecord.study_instance_uid, ObjectRecord, modality, sa.cast(sa.null(), sa.Uuid))
        .join(ReportRecord, ReportRecord.id == ObjectRecord.report_id)
        .where(ObjectRecord.sop_class_uid.startswith(_SR_CLASSES))
        .where(ReportRecord.revision == newest, is_of_study, ObjectRecord.expired_at.is_(None))
    )
    return sa.union_all(received, made, reported).subquery("instances")


INSTANCES = _instances()
"""Every instance that is shown, with the columns of `Shown`. Of a study's reports it is the newest that was not withheld."""


def instances_of(
    db: Session,
    study: str | Sequence[str],
    series: str | None = None,
    instance: str | None = None,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> list[Shown]:
    """Return the instances of a study, of several, of a series, or the one; in the order of their series and UIDs.

    ``where`` are more conditions on `INSTANCES`.
    """
    studies = [study] if isinstance(study, str) else list(study)
    query = sa.select(INSTANCES).where(INSTANCES.c.study_instance_uid.in_(studies), *where)
    if series is not None:
        query = query.where(INSTANCES.c.series_instance_uid == series)
    if instance is not None:
        query = query.where(INSTANCES.c.sop_instance_uid == instance)
    query = query.order_by(INSTANCES.c.series_instance_uid, INSTANCES.c.sop_instance_uid)
    return [Shown(**row) for row in db.execute(query).mappings()]
