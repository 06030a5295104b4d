"""Restriction of processing (GDPR Art. 18): a patient's data are stored and nothing else, until that is lifted or they are erased.

The order is the promise. Who restricts or lifts holds the patient's row, which `accept` reads before it takes an image in, and then
the studies, which every stage locks before it writes: what was not finished before finds the restriction. Nothing is lost by it:
images stand parked, deliveries wait, reports stay owed, and lifting sets all of them going again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from audit.subject import Subjects
from service.deliver import ON_THEIR_WAY, defer_delivery, defer_report
from service.engine import Jobs, Stage
from service.gdpr.restriction_record import RESTRICTED, Ground, Restriction
from service.recorder import Clock, Recorder
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, ReportRecord, Study


class NotRestrictable(Exception):
    """Nothing was changed; the message says why, and what has to happen first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One patient whose data are restricted: the pseudonym, on which ground, and since when."""

    patient: str
    ground: Ground
    since: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """What of a patient a restriction covers. ``sending`` are deliveries that are being sent at this moment and may still arrive.

    ``waiting`` are images that are not analysed, ``deliveries`` parcels that have not gone, ``owed`` studies that wait for a report.
    """

    studies: int
    images: int
    results: int
    reports: int
    waiting: int
    deliveries: int
    sending: int
    owed: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """What goes on as a restriction is lifted: images to be analysed, deliveries to be sent, studies that are owed a report."""

    images: int
    deliveries: int
    reports: int


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Restricts processing, and lifts it again; whatever it does is one commit with its entry of the log."""

    engine: sa.Engine
    subjects: Subjects
    jobs: Jobs
    record: Recorder
    clock: Clock

    def of(self, patient: str) -> Standing | None:
        """Return the restriction of a patient, or None where there is none."""
        with Session(self.engine) as db:
            row = db.get(Restriction, patient)
            return None if row is None else Standing(row.patient, row.ground, row.since)

    def all(self) -> list[Standing]:
        """Return every restriction, the oldest first."""
        with Session(self.engine) as db:
            rows = db.scalars(sa.select(Restriction).order_by(Restriction.since, Restriction.patient))
            return [Standing(row.patient, row.ground, row.since) for row in rows]

    def foresee(self, patient: str) -> Covered:
        """Return what a restriction would cover now; nothing is changed."""
        with Session(self.engine) as db:
            return _covered(db, _studies(db, patient))

    def restrict(self, patient: str, ground: Ground, agent: Agent, request: str = "") -> Covered:
        """Restrict what may be done with the patient's data to storage, from the commit on, and return what that covers.

        Raises NotRestrictable where it is restricted already, or the pseudonym leads to nobody; nothing was changed.
        """
        with Session(self.engine) as db, db.begin():
            self.subjects.lock(db.connection(), patient)
            if self.subjects.who(db.connection(), patient) is None:
                raise NotRestrictable("nobody is behind this pseudonym any more: nothing was changed")
            if (before := db.get(Restriction, patient)) is not None:
                raise NotRestrictable(
                    f"this patient's data are restricted already, since {before.since:%Y-%m-%d %H:%M %Z}"
                    f" ({before.ground.value}): nothing was changed"
                )
            studies = _studies(db, patient, locked=True)
            db.add(Restriction(patient=patient, ground=ground, since=self.clock()))
            covered = _covered(db, studies)
            detail = {"reason": ground.value, "count": covered.studies}
            self.record(
                db.connection(), EventType.PATIENT_RESTRICTED, agent, patient=patient, request=request, detail=detail
            )
            return covered

    def expect_liftable(self, patient: str, informed_on: date) -> None:
        """Raise NotRestrictable where `lift` would; nothing is changed."""
        with Session(self.engine) as db:
            self._liftable(db, patient, informed_on)

    def lift(self, patient: str, informed_on: date, agent: Agent, request: str = "") -> Resumed:
        """Lift the restriction, and set going what waited; the patient was informed before (Art. 18(3)), on ``informed_on``.

        Raises NotRestrictable where nothing is restricted, and for a day that was not within it; nothing was changed.
        """
        with Session(self.engine) as db, db.begin():
            self.subjects.lock(db.connection(), patient)
            row = self._liftable(db, patient, informed_on)
            studies = _studies(db, patient, locked=True)
            db.delete(row)
            for study in studies:
                study.released_at = self.clock()
            db.flush()
            detail: dict[str, str | int] = {"reason": row.ground.value, "informed_on": f"{informed_on:%Y-%m-%d}"}
            self.record(
                db.connection(), EventType.PATIENT_RELEASED, agent, patient=patient, request=request, detail=detail
            )
            return resume(db, self.jobs, self.record, studies, agent)

    def _liftable(self, db: Session, patient: str, informed_on: date) -> Restriction:
        row = db.get(Restriction, patient)
        if row is None:
            raise NotRestrictable("this patient's data are not restricted: nothing was changed")
        today = self.clock().date()
        if not row.since.date() <= informed_on <= today:
            raise NotRestrictable(
                f"the patient is informed before a restriction is lifted (GDPR Art. 18(3)): the day of that is not before"
                f" {row.since:%Y-%m-%d}, when it began, and not later than today, {today:%Y-%m-%d}: nothing was changed"
            )
        return row


def resume(db: Session, jobs: Jobs, record: Recorder, studies: Sequence[Study], agent: Agent) -> Resumed:
    """Set going on ``db`` what stood still of studies that nothing restricts any more; the caller holds their rows."""
    uids = [study.study_instance_uid for study in studies]
    parked = sa.and_(Image.state == ImageState.PARKED, Image.reason_code == RESTRICTED)
    waiting = sa.select(Image).where(Image.study_instance_uid.in_(uids), parked).order_by(Image.received_at, Image.id)
    images = db.scalars(waiting.with_for_update()).all()
    for image in images:
        image.state, image.reason_code, image.reason = ImageState.RECEIVED, "", ""
        db.flush()
        record(
            db.connection(), EventType.IMAGE_RETRIED, agent, study=image.study_instance_uid, image=image.id,
            object_uid=image.sop_instance_uid,
        )  # fmt: skip
        jobs.defer(db.connection(), Stage.ANALYSE, queue=Stage.ANALYSE.value, image_id=str(image.id))
    # Those in other states, too: whose turn it is this moment is waited for, and may have been held meanwhile.
    under_way = sa.select(Delivery).where(Delivery.study_instance_uid.in_(uids), Delivery.state.in_(ON_THEIR_WAY))
    moving = db.scalars(under_way.order_by(Delivery.created_at, Delivery.id).with_for_update()).all()
    held = [one for one in moving if one.state is DeliveryState.WAITING and _comes_next(db, one)]
    for delivery in held:
        delivery.state, delivery.last_error = DeliveryState.QUEUED, ""
        defer_delivery(jobs, db, delivery)
    owed = [study for study in studies if study.due_at is not None]
    for study in owed:
        defer_report(jobs, db, study)
    return Resumed(len(images), len(held), len(owed))


def _comes_next(db: Session, delivery: Delivery) -> bool:
    """Tell whether nothing that must arrive first is still on its way; a source that waits for its analysis finds that out itself."""
    before = db.get(Delivery, delivery.after_id) if delivery.after_id else None
    return before is None or before.state is DeliveryState.DELIVERED


def _studies(db: Session, patient: str, *, locked: bool = False) -> Sequence[Study]:
    theirs = sa.select(Study).where(Study.patient == patient).order_by(Study.study_instance_uid)
    return db.scalars(theirs.with_for_update() if locked else theirs).all()


def _covered(db: Session, studies: Sequence[Study]) -> Covered:
    uids = [study.study_instance_uid for study in studies]
    images, reports = Image.study_instance_uid.in_(uids), ReportRecord.study_instance_uid.in_(uids)
    of_images = ObjectRecord.image_id.in_(sa.select(Image.id).where(images))
    of_reports = ObjectRecord.report_id.in_(sa.select(ReportRecord.id).where(reports))
    theirs = Delivery.study_instance_uid.in_(uids)

    def count(table: type, *which: sa.ColumnElement[bool]) -> int:
        return db.scalar(sa.select(sa.func.count()).select_from(table).where(*which)) or 0

    return Covered(
        studies=len(uids),
        images=count(Image, images),
        results=count(ObjectRecord, sa.or_(of_images, of_reports)),
        reports=count(ReportRecord, reports),
        waiting=count(Image, images, Image.state == ImageState.RECEIVED),
        deliveries=count(Delivery, theirs, Delivery.state.in_(set(ON_THEIR_WAY) - {DeliveryState.SENDING})),
        sending=count(Delivery, theirs, Delivery.state == DeliveryState.SENDING),
        owed=sum(study.due_at is not None for study in studies),
    )
