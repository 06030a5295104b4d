"""Withdraw: a person says that the results of a study must not be used. Nothing is deleted; everybody who was told hears of it.

One commit: the study is marked, what is under way is stopped, and a last revision of its report goes to every destination that
something of the study went to: to archives a rejection note, to an EHR the report as `entered-in-error`.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from integrations.imaging_study import ReportedInstance
from integrations.rejection_note import RejectionReason, uid_with_loss
from integrations.result_object import ResultKind, kind_of
from integrations.verdict import ReportStatus
from integrations.withdrawn_report import withdrawn_bundle
from service import objects
from service.deliver import defer_delivery
from service.destinations import Destination
from service.engine import Jobs
from service.fhir_index import FhirIndex
from service.gdpr.restriction_record import is_restricted
from service.recorder import Clock, Recorder
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, Parcel, ReportRecord, Study
from service.reports import reports_of, sent
from service.store import FolderStore
from service.withdrawn_image import park_and_record

_STOPPED = (DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.PARKED)
"""A parcel that is being sent is let be: it may arrive, and counts as sent. It has no further try."""

_PICTURE = ResultKind.SECONDARY_CAPTURE


class NotWithdrawable(Exception):
    """There is nothing to withdraw, or it was withdrawn before; the message says which."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal does: which instances of ours are ``rejected``, and which ``places`` hear of it.

    ``homeless`` are places that something went to and that are no longer configured: nobody can tell them. ``stopped`` are
    deliveries that did not arrive, ``waiting`` images that wait for their analysis.
    """

    rejected: Sequence[ReportedInstance]
    places: Sequence[str]
    homeless: Sequence[str]
    stopped: Sequence[Delivery]
    waiting: Sequence[Image]


@dataclass(frozen=True, slots=True)
class Withdrawer:
    """What withdraws, and what it needs. ``lossy`` are the destinations that may be sent pictures compressed with loss."""

    engine: sa.Engine
    store: FolderStore
    jobs: Jobs
    record: Recorder
    clock: Clock
    destinations: Mapping[str, Destination]
    index: FhirIndex
    lossy: Collection[str] = ()

    def foresee(self, study_instance_uid: str) -> Withdrawal:
        """Return what a withdrawal would do now; raises NotWithdrawable."""
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            return self._withdrawal(db, _withdrawable(db, study_instance_uid))

    def withdraw(
        self, study_instance_uid: str, reason: RejectionReason, agent: Agent, *, erasing: bool = False
    ) -> Withdrawal:
        """Withdraw the results of a study, and return what was done. ``erasing``: as part of an erasure, which a restriction allows.

        Raises:
            NotWithdrawable: nothing was changed.
            NotConformant: the note is wrong in what we authored; nothing was changed.
            Unreadable: the image whose patient and study the note inherits cannot be read again; nothing was changed.

        """
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            # The study first: whoever analyses, reports, signs or accepts waits here, and finds it withdrawn.
            study = _withdrawable(db, study_instance_uid, erasing=erasing)
            done = self._withdrawal(db, study)
            now = self.clock()
            study.withdrawn_at, study.withdrawn_because = now, reason.value
            study.due_at, study.park_reason = None, ""
            for delivery in done.stopped:
                delivery.state, delivery.finished_at = DeliveryState.SUPERSEDED, now
            for image in done.waiting:
                park_and_record(db, self.record, image, agent)
            report = self._report(db, study)
            note = self._note(db, study, done.rejected, reason)
            study.report_revision = report.revision
            db.add(report)
            db.flush()
            self.index.keep(db, report)
            if note is not None:
                db.add(note.record(0, now, report_id=report.id))
            for place in done.places:
                self._tell(db, place, report)
            patient, told = study.patient, {"count": len(done.rejected), "revision": report.revision}
            self.record(
                db.connection(), EventType.STUDY_WITHDRAWN, agent, study=study_instance_uid, patient=patient,
                detail={"reason": reason.value, **told},
            )  # fmt: skip
            self.record(
                db.connection(), EventType.REPORT_WRITTEN, study=study_instance_uid, patient=patient,
                detail={"kind": report.status, "revision": report.revision},
            )  # fmt: skip
            return done

    def _withdrawal(self, db: Session, study: Study) -> Withdrawal:
        # Study, images, deliveries, and of these the older first: the order in which every stage locks them.
        received = sa.and_(Image.study_instance_uid == study.study_instance_uid, Image.state == ImageState.RECEIVED)
        waiting = sa.select(Image).where(received).order_by(Image.received_at, Image.id)
        images = list(db.scalars(waiting.with_for_update()))
        own = sa.select(Delivery).where(Delivery.study_instance_uid == study.study_instance_uid)
        deliveries = list(db.scalars(own.order_by(Delivery.created_at, Delivery.id).with_for_update()))
        tried = [d for d in deliveries if d.attempts and d.parcel is not Parcel.SOURCE]
        went = sorted({d.destination for d in tried})
        return Withdrawal(
            rejected=self._rejected(db, tried),
            places=[name for name in went if name in self.destinations],
            homeless=[name for name in went if name not in self.destinations],
            stopped=[d for d in deliveries if d.state in _STOPPED],
            waiting=images,
        )

    def _rejected(self, db: Session, tried: Sequence[Delivery]) -> list[ReportedInstance]:
        """Return what the deliveries may have brought: all objects of their images and reports, as they were sent, at every revision."""
        images, reports = [d.image_id for d in tried if d.image_id], [d.report_id for d in tried if d.report_id]
        brought = sa.or_(ObjectRecord.image_id.in_(images), ObjectRecord.report_id.in_(reports))
        records = db.scalars(sa.select(ObjectRecord).where(brought).order_by(ObjectRecord.sop_instance_uid)).all()
        made = {record.sop_instance_uid: objects.result_of(record) for record in records}
        # With loss it was another instance there: a receipt says which, and without one it is what would be sent again.
        others = {(held_as, uid) for d in tried for held_as, uid in _sent_otherwise(d.receipt)}
        unproved = [d for d in tried if d.destination in self.lossy and d.receipt is None]
        for record in records:
            # What expired has a receipt wherever it may be.
            if (
                record.blob
                and kind_of(record.kind) is _PICTURE
                and any(record.image_id == d.image_id for d in unproved)
            ):
                others.add((record.sop_instance_uid, uid_with_loss(self.store.path(record.blob))))
        return [
            *made.values(),
            *(replace(made[held], sop_instance_uid=uid) for held, uid in sorted(others) if held in made),
        ]

    def _report(self, db: Session, study: Study) -> ReportRecord:
        """Return the last revision: all that an EHR may have been told, taken back. Without a bundle it was told nothing."""
        reports = reports_of(db, study.study_instance_uid)
        revision, newest = study.report_revision + 1, reports[-1] if reports else None
        record = ReportRecord(
            id=uuid4(), study_instance_uid=study.study_instance_uid, revision=revision,
            status=ReportStatus.ENTERED_IN_ERROR.value, model_digest=newest.model_digest if newest else "",
            image_ids=newest.image_ids if newest else [], blob="", sha256="", created_at=self.clock(),
        )  # fmt: skip
        if bundles := [json.loads(self.store.read(report.blob)) for report in sent(reports)]:
            assert study.withdrawn_at is not None
            bundle = json.dumps(withdrawn_bundle(bundles, study.withdrawn_at), ensure_ascii=False).encode()
            record.blob = f"reports/{record.id.hex[:2]}/{record.id}-{revision}.json"
            record.sha256 = self.store.put(record.blob, bundle)
        return record

    def _note(
        self, db: Session, study: Study, rejected: Sequence[ReportedInstance], reason: RejectionReason
    ) -> objects.Kept | None:
        """Keep the note; None: no object of ours may have left. It names patient and study as the newest image that counts does."""
        if not rejected:
            return None
        analysed = sa.select(Image).where(
            Image.study_instance_uid == study.study_instance_uid, Image.blob != "", Image.model_digest != ""
        )
        counts_first = sa.case((Image.state == ImageState.ANALYSED, 0), else_=1)
        image = db.scalars(analysed.order_by(counts_first, Image.received_at.desc(), Image.id).limit(1)).one()
        return objects.of_withdrawal(self.store, image, rejected, reason=reason, created=self.clock())

    def _tell(self, db: Session, place: str, report: ReportRecord) -> None:
        delivery = Delivery(
            id=uuid4(), destination=place, parcel=Parcel.REPORT, study_instance_uid=report.study_instance_uid,
            report_id=report.id, state=DeliveryState.QUEUED, created_at=self.clock(),
        )  # fmt: skip
        db.add(delivery)
        # Before what was stopped: its next try may be minutes away, and holds the lock as long.
        defer_delivery(self.jobs, db, delivery, priority=1)


def _withdrawable(db: Session, study_instance_uid: str, *, erasing: bool = False) -> Study:
    study = db.get(Study, study_instance_uid, with_for_update=True)
    if study is None:
        raise NotWithdrawable("there is no such study here")
    if not erasing and db.scalar(sa.select(is_restricted(study.patient))):
        raise NotWithdrawable(
            "the patient's data are restricted (GDPR Art. 18): lift that first, or erase them; nothing was changed"
        )
    if study.withdrawn_at is not None:
        when = f"{study.withdrawn_at:%Y-%m-%d %H:%M %Z}"
        raise NotWithdrawable(f"the results of this study were withdrawn before, on {when}: nothing was changed")
    return study


def _sent_otherwise(receipt: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield what went as another instance than it is held: the UID here, and the UID there."""
    for one in (receipt or {}).get("objects", ()):
        if held_as := one.get("compressed_with_loss_from"):
            yield held_as, one["sop_instance_uid"]
