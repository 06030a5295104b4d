"""The worklist: which studies there are, in the order in which a site wants them read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.diagnostic_report import ReportedFinding
from models.labels import Label
from service.findings import strongest
from service.records import FindingRecord, Image, ImageState, ReviewState, StudyHeader, StudyStatus, WorklistLine

_ESCAPE = "\\"
_SEARCHED = (
    StudyHeader.patient_name, StudyHeader.patient_id, StudyHeader.patient_id_before, StudyHeader.accession_number,
)  # fmt: skip


class Sort(StrEnum):
    """What the worklist is ordered by. PRIORITY: the site's order of findings, then the newest first."""

    PRIORITY = "priority"
    RECEIVED = "received"
    PATIENT = "patient"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are wanted, and in which order; every word of ``text`` stands in name, Patient ID or accession number."""

    statuses: Sequence[StudyStatus] = ()
    finding: Label | None = None
    text: str = ""
    studies: Sequence[str] = ()
    reviews: Sequence[ReviewState] = field(default=(), kw_only=True)
    sort: Sort = Sort.RECEIVED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One study: its line, its header where there is one, its place in the site's priority (0 first), its findings."""

    line: WorklistLine
    header: StudyHeader | None
    priority: int | None
    findings: tuple[ReportedFinding, ...]


def rows(db: Session, wanted: Wanted, priority: Sequence[Label], offset: int, limit: int) -> tuple[int, list[Row]]:
    """Return how many studies are ``wanted`` in all, and the lines from ``offset`` on."""
    conditions, place = list(_conditions(wanted)), _place(priority)
    # The page is found by what it is chosen and ordered by alone; only its own lines are then read whole.
    # Of what is restricted there is a line, and no header: it is not found by a name, nor ordered by one.
    own = sa.and_(
        StudyHeader.study_instance_uid == WorklistLine.study_instance_uid, WorklistLine.status != StudyStatus.RESTRICTED
    )
    joined = sa.outerjoin(WorklistLine, StudyHeader, own)
    among = joined if wanted.text or wanted.sort is Sort.PATIENT else WorklistLine.__table__
    chosen = sa.select(WorklistLine.study_instance_uid).select_from(among).where(*conditions)
    page = db.scalars(chosen.order_by(*_order(wanted, place)).offset(offset).limit(limit)).all()
    total = db.scalar(sa.select(sa.func.count()).select_from(among).where(*conditions)) or 0
    whole = sa.select(WorklistLine, StudyHeader, place).select_from(joined)
    found = {
        line.study_instance_uid: (line, header, None if at is None else at - 1)
        for line, header, at in db.execute(whole.where(WorklistLine.study_instance_uid.in_(page)))
    }
    findings = _findings(db, page)
    for uid in page:
        if uid in found and found[uid][0].status in {StudyStatus.WITHDRAWN, StudyStatus.RESTRICTED}:
            findings.pop(uid, None)
    return total, [Row(*found[uid], findings.get(uid, ())) for uid in page if uid in found]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(WorklistLine.status.in_(wanted.statuses))
    if wanted.reviews:
        conditions.append(WorklistLine.review.in_(wanted.reviews))
    if wanted.finding is not None:
        conditions.append(WorklistLine.called.contains([wanted.finding.value]))
    if wanted.studies:
        conditions.append(WorklistLine.study_instance_uid.in_(wanted.studies))
    searched = sa.func.concat_ws(" ", *_SEARCHED)
    conditions += [searched.icontains(word, autoescape=True, escape=_ESCAPE) for word in wanted.text.split()]
    return conditions


def _place(priority: Sequence[Label]) -> sa.ColumnElement[int | None]:
    """Return the first place, from 1, that a called label has in the site's order; null: none has one."""
    if not priority:
        return sa.cast(sa.null(), sa.Integer)
    return sa.case(*((WorklistLine.called.contains([label.value]), n) for n, label in enumerate(priority, 1)))


def _order(wanted: Wanted, place: sa.ColumnElement[int | None]) -> list[sa.SQLColumnExpression[Any]]:
    uid, newest = WorklistLine.study_instance_uid, WorklistLine.received_at.desc()
    down = wanted.descending
    match wanted.sort:
        case Sort.PRIORITY:
            # Descending is the most urgent first, as with everything that is more: the lowest place.
            return [place.asc().nulls_last() if down else place.desc().nulls_first(), newest, uid]
        case Sort.RECEIVED:  # as its index has it
            return [newest, uid.desc()] if down else [WorklistLine.received_at, uid]
        case Sort.PATIENT:
            name = sa.func.lower(StudyHeader.patient_name)
            return [(name.desc() if down else name.asc()).nulls_last(), newest, uid]
        case Sort.STATUS:
            return [WorklistLine.status.desc() if down else WorklistLine.status.asc(), newest, uid]


def _findings(db: Session, study_uids: Sequence[str]) -> dict[str, tuple[ReportedFinding, ...]]:
    images = db.scalars(
        sa.select(Image).where(Image.study_instance_uid.in_(study_uids), Image.state == ImageState.ANALYSED)
    ).all()
    records = db.scalars(sa.select(FindingRecord).where(FindingRecord.image_id.in_([i.id for i in images]))).all()
    study_of = {image.id: image.study_instance_uid for image in images}
    own_images: dict[str, list[Image]] = {}
    own_records: dict[str, list[FindingRecord]] = {}
    for image in images:
        own_images.setdefault(image.study_instance_uid, []).append(image)
    for record in records:
        own_records.setdefault(study_of[record.image_id], []).append(record)
    return {uid: strongest(own, own_records.get(uid, [])) for uid, own in own_images.items()}
