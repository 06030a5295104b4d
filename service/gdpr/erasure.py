"""Erasure (GDPR Art. 17): everything of a patient is destroyed here, and the log goes on, leading to nobody.

The order is the promise: while a duty to keep runs, nothing; then archives and EHR are told (Art. 19) and have heard; then images,
objects, findings, verdicts and reports go, and with them, in one commit, the key that leads from the log to the patient.
Blobs go before the commit: where it fails, the rows are still there, and the next try finishes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from audit.subject import Subjects
from service.commitment_record import CommitmentRecord
from service.deliver import ON_THEIR_WAY
from service.fhir_index import FhirResource, UnindexedReport
from service.gdpr.expired_blob import ExpiredBlob
from service.gdpr.restriction_record import is_restricted
from service.recorder import Clock, Recorder
from service.records import (
    Delivery,
    DeliveryState,
    FindingRecord,
    Image,
    ObjectRecord,
    Parcel,
    ReportRecord,
    Study,
    StudyHeader,
    WorklistLine,
)
from service.review_records import Consultation, Review, ReviewDraft
from service.store import FolderStore, header_key

_DICOM_DATE = "%Y%m%d"


class NotErasable(Exception):
    """Nothing was destroyed; the message says why, and what has to happen first."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of a patient. ``kept_until``: the last day on which any of it has to be kept (None: no duty runs).

    ``told`` are studies of which somebody was told something that was not withdrawn; ``on_their_way`` deliveries that have
    not arrived.
    """

    studies: Sequence[str]
    images: int
    objects: int
    reports: int
    verdicts: int
    told: Sequence[str]
    on_their_way: int
    kept_until: date | None


@dataclass(frozen=True, slots=True)
class Eraser:
    """Destroys what is held of a patient. ``owner`` is the database role that may remove verdicts; the service's own may not."""

    owner: sa.Engine
    store: FolderStore
    subjects: Subjects
    record: Recorder
    clock: Clock
    retention_years: int

    def holding(self, patient: str) -> Holding:
        """Return what is held of a patient now."""
        with Session(self.owner) as db:
            studies = db.scalars(sa.select(Study).where(Study.patient == patient).order_by(Study.first_seen_at)).all()
            uids = [study.study_instance_uid for study in studies]
            theirs = Delivery.study_instance_uid.in_(uids)
            tried = sa.select(Delivery.study_instance_uid).where(
                theirs, Delivery.attempts > 0, Delivery.parcel != Parcel.SOURCE
            )
            went = set(db.scalars(tried))
            return Holding(
                studies=uids,
                images=_count(db, Image, Image.study_instance_uid.in_(uids)),
                objects=_count(db, ObjectRecord, _of_objects(uids)),
                reports=_count(db, ReportRecord, ReportRecord.study_instance_uid.in_(uids)),
                verdicts=_count(db, Review, Review.study_instance_uid.in_(uids)),
                told=[s.study_instance_uid for s in studies if s.study_instance_uid in went and s.withdrawn_at is None],
                on_their_way=_count(db, Delivery, theirs, Delivery.state.in_(ON_THEIR_WAY), ~_held(patient)),
                kept_until=self._kept_until(db, studies),
            )

    def erase(self, patient: str, agent: Agent) -> Holding:
        """Destroy everything of the patient, and return what it was.

        Raises NotErasable while a duty to keep it runs, and until everybody who was told has heard that it is withdrawn.
        """
        held = self.holding(patient)
        if held.kept_until is not None:
            raise NotErasable(
                f"it has to be kept until {held.kept_until:%Y-%m-%d}: medical records are kept for {self.retention_years} years"
                " (GDPR Art. 17(3)(b) and (c)); the setting is privacy.retention_years"
            )
        if held.told:
            raise NotErasable(f"{len(held.told)} studies have results elsewhere that are not withdrawn (GDPR Art. 19)")
        if held.on_their_way:
            raise NotErasable(
                f"{held.on_their_way} deliveries are on their way, so that archives and EHR hear of it (GDPR Art. 19): try again"
                " when they have arrived, or were parked and dealt with"
            )
        with Session(self.owner) as db, db.begin():
            self.subjects.lock(db.connection(), patient)
            theirs = sa.select(Study.study_instance_uid).where(Study.patient == patient).with_for_update()
            if set(db.scalars(theirs)) != set(held.studies):
                raise NotErasable("a study of the patient came or went just now: try again")
            for uid in held.studies:
                self.record(db.connection(), EventType.STUDY_ERASED, agent, study=uid, patient=patient)
            detail = {"count": len(held.studies)}
            self.record(db.connection(), EventType.PATIENT_ERASED, agent, patient=patient, detail=detail)
            blobs = self._destroy(db, held.studies)
            self.subjects.destroy(db.connection(), patient)
            for blob in blobs:
                self.store.remove(blob)
        return held

    def _destroy(self, db: Session, uids: Sequence[str]) -> list[str]:
        """Remove every row of the studies, and return the blobs that they named."""
        images = db.execute(
            sa.select(Image.id, Image.blob, Image.evidence_blob, Image.received_again_at).where(
                Image.study_instance_uid.in_(uids)
            )
        ).all()
        waiting = sa.select(ExpiredBlob.blob).where(ExpiredBlob.study_instance_uid.in_(uids))
        expired = db.scalars(waiting.with_for_update()).all()
        reports = db.execute(
            sa.select(ReportRecord.id, ReportRecord.blob).where(ReportRecord.study_instance_uid.in_(uids))
        ).all()
        objects = db.scalars(sa.select(ObjectRecord.blob).where(_of_objects(uids))).all()
        deliveries = db.scalars(sa.select(Delivery.id).where(Delivery.study_instance_uid.in_(uids))).all()
        image_ids, report_ids = [row.id for row in images], [row.id for row in reports]
        for table, which in (
            (ExpiredBlob, ExpiredBlob.study_instance_uid.in_(uids)),
            (CommitmentRecord, CommitmentRecord.delivery_id.in_(deliveries)),
            (ObjectRecord, _of_objects(uids)),
            (UnindexedReport, UnindexedReport.report_id.in_(report_ids)),
            (FhirResource, FhirResource.study_instance_uid.in_(uids)),
            (Delivery, Delivery.study_instance_uid.in_(uids)),
            (ReportRecord, ReportRecord.study_instance_uid.in_(uids)),
            (FindingRecord, FindingRecord.image_id.in_(image_ids)),
            (Consultation, Consultation.study_instance_uid.in_(uids)),
            (ReviewDraft, ReviewDraft.study_instance_uid.in_(uids)),
            (Review, Review.study_instance_uid.in_(uids)),
            (StudyHeader, StudyHeader.study_instance_uid.in_(uids)),
            (Image, Image.study_instance_uid.in_(uids)),
            (WorklistLine, WorklistLine.study_instance_uid.in_(uids)),
            (Study, Study.study_instance_uid.in_(uids)),
        ):
            db.execute(sa.delete(table).where(which), execution_options={"synchronize_session": False})
        self._forget_jobs(db, [*uids, *map(str, image_ids), *map(str, deliveries)])
        # A header may lie there of which no record knows: its program was killed before the commit.
        headers = (header_key(row.id, row.received_again_at) for row in images)
        of_images = (blob for row in images for blob in (row.blob, row.evidence_blob))
        return [blob for blob in (*of_images, *headers, *expired, *(row.blob for row in reports), *objects) if blob]

    @staticmethod
    def _forget_jobs(db: Session, named: Collection[str]) -> None:
        """Remove jobs that name what is gone: those that failed stay in the queue's table otherwise."""
        values = sa.text(
            "delete from procrastinate_jobs where exists (select from jsonb_each_text(args) a where a.value = any(:named))"
        )
        db.execute(values, {"named": list(named)})

    def _kept_until(self, db: Session, studies: Sequence[Study]) -> date | None:
        today = self.clock().date()
        ends = [_years_after(self._date(db, study), self.retention_years) for study in studies]
        return max((end for end in ends if end >= today), default=None) if self.retention_years else None

    @staticmethod
    def _date(db: Session, study: Study) -> date:
        """Return when the study was made, as its header says; else when it came."""
        header = db.get(StudyHeader, study.study_instance_uid)
        try:
            return datetime.strptime(header.study_date if header else "", _DICOM_DATE).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return study.first_seen_at.date()


def _of_objects(uids: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(
        ObjectRecord.image_id.in_(sa.select(Image.id).where(Image.study_instance_uid.in_(uids))),
        ObjectRecord.report_id.in_(sa.select(ReportRecord.id).where(ReportRecord.study_instance_uid.in_(uids))),
    )


def _held(patient: str) -> sa.ColumnElement[bool]:
    """Return the condition on `Delivery` for what a restriction keeps here: it never goes, so that nobody waits for it."""
    told = sa.exists().where(Study.study_instance_uid == Delivery.study_instance_uid, Study.withdrawn_at.is_not(None))
    return sa.and_(Delivery.state != DeliveryState.SENDING, is_restricted(patient), ~told)


def _count(db: Session, table: type, *which: sa.ColumnElement[bool]) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(table).where(*which)) or 0


def _years_after(day: date, years: int) -> date:
    """Return the end of the calendar year in which the years are over: Polish law counts from its end."""
    return date(day.year + years, 12, 31)
