"""Deliver: one parcel to one destination, with an intent before and an outcome after.

Between a peer's Success and our commit a kill can strike: the intent then tells the next try that something may have arrived.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType, Outcome
from integrations.errors import Rejected, Unavailable
from integrations.result_object import is_wanted
from service.commitments import look_for_proof
from service.engine import Jobs, Stage, delivery_queue, is_transient
from service.gdpr.restriction_record import is_restricted
from service.held_versions import held_versions
from service.parcel import Contents, Destination, Item, Receipt, Unproven
from service.recorder import SYSTEM, Clock, Recorder
from service.records import (
    WITHHELD,
    Delivery,
    DeliveryState,
    Image,
    ImageState,
    ObjectRecord,
    Parcel,
    ReportRecord,
    Study,
)
from service.store import FolderStore

ON_THEIR_WAY = (DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.SENDING)
"""What has neither arrived nor been given up."""
OVER = tuple(state for state in DeliveryState if state not in ON_THEIR_WAY)
_HELD = "held: the patient's data are restricted (GDPR Art. 18); it goes when the restriction is lifted"
_ERROR_LENGTH = 500
log = logging.getLogger(__name__)


def defer_delivery(jobs: Jobs, db: Session, delivery: Delivery, priority: int = 0) -> None:
    """Queue the delivery's job in the transaction of ``db``; what concerns one study at one destination goes one at a time."""
    db.flush()
    jobs.defer(
        db.connection(),
        Stage.DELIVER,
        queue=delivery_queue(delivery.destination),
        lock=f"deliver:{delivery.destination}:{delivery.study_instance_uid}",
        priority=priority,
        delivery_id=str(delivery.id),
    )


def defer_report(jobs: Jobs, db: Session, study: Study) -> None:
    """Queue the study's report for its due time, in the transaction of ``db``; a study's reports are made one at a time."""
    db.flush()
    jobs.defer(
        db.connection(),
        Stage.REPORT,
        queue=Stage.REPORT.value,
        lock=f"report:{study.study_instance_uid}",
        at=study.due_at,
        study_instance_uid=study.study_instance_uid,
    )


def open_deliveries(
    jobs: Jobs,
    db: Session,
    places: Sequence[str],
    parcel: Parcel,
    study: Study,
    now: datetime,
    *,
    image_id: UUID | None = None,
    report_id: UUID | None = None,
) -> None:
    """Open a delivery of the parcel to each place that the rules let it go to.

    A source waits for its analysis, results for the source that they point to.
    """
    db.flush()
    for name in _let_go_to(db, places, study, image_id):
        before = None
        if parcel is Parcel.RESULTS:
            source = sa.and_(Delivery.image_id == image_id, Delivery.parcel == Parcel.SOURCE)
            before = db.scalar(sa.select(Delivery).where(Delivery.destination == name, source).with_for_update())
        waits = parcel is Parcel.SOURCE or (before is not None and before.state is not DeliveryState.DELIVERED)
        delivery = Delivery(
            id=uuid4(), destination=name, parcel=parcel, study_instance_uid=study.study_instance_uid, image_id=image_id,
            report_id=report_id, after_id=before.id if before else None,
            state=DeliveryState.WAITING if waits else DeliveryState.QUEUED, created_at=now,
        )  # fmt: skip
        db.add(delivery)
        if not waits:
            defer_delivery(jobs, db, delivery)


def _let_go_to(db: Session, places: Sequence[str], study: Study, image_id: UUID | None) -> list[str]:
    """Return where the rules let an image's results go, or a study's report: everywhere that one of its images may go."""
    of_study = sa.and_(Image.study_instance_uid == study.study_instance_uid, Image.state == ImageState.ANALYSED)
    routed = list(db.scalars(sa.select(Image.routed_to).where(Image.id == image_id if image_id else of_study)))
    return [name for name in places if any(to is None or name in to for to in routed)]


def release_source(jobs: Jobs, db: Session, image_id: UUID) -> None:
    """Queue what waited for the image's analysis: it is in scope, so the archives may have it."""
    for delivery in db.scalars(sa.select(Delivery).where(*_waiting_sources([image_id])).with_for_update()):
        delivery.state = DeliveryState.QUEUED
        defer_delivery(jobs, db, delivery)


def withdraw_sources(db: Session, image_ids: Sequence[UUID], now: datetime) -> None:
    """Take back what still waits for an analysis of these images: they were declined, or others took their place."""
    gone = sa.update(Delivery).where(*_waiting_sources(image_ids))
    db.execute(gone.values(state=DeliveryState.SUPERSEDED, finished_at=now))


def _waiting_sources(image_ids: Sequence[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.image_id.in_(image_ids),
        Delivery.parcel == Parcel.SOURCE,
        Delivery.state == DeliveryState.WAITING,
    )


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Carries parcels out, and sends parked ones again when a person says so."""

    engine: sa.Engine
    store: FolderStore
    jobs: Jobs
    record: Recorder
    clock: Clock
    destinations: Mapping[str, Destination]

    def deliver(self, delivery_id: str) -> None:
        """Make one try. Raises Unavailable, so that the engine tries again; a refusal parks the delivery.

        Of two tries at once, as where a worker was paused and taken for dead, the one that began last counts.
        """
        begun = self._begin(UUID(delivery_id))
        if begun is None:
            return
        contents, destination, attempt = begun
        finish = partial(self._finish, UUID(delivery_id), attempt)
        try:
            receipt = destination.deliver(contents, again=attempt > 1)
        except Unproven as late:
            # Nothing to raise: a job that the engine tries again would hold up what else goes there of this study.
            finish(DeliveryState.QUEUED, Outcome.MINOR_FAILURE, error=str(late), late=late)
            return
        except Unavailable as error:
            finish(DeliveryState.QUEUED, Outcome.MINOR_FAILURE, error=str(error))
            raise
        except Rejected as error:
            finish(DeliveryState.PARKED, Outcome.SERIOUS_FAILURE, error=str(error))
            return
        except Exception as error:
            if is_transient(error):
                finish(DeliveryState.QUEUED, Outcome.MINOR_FAILURE, error=type(error).__name__)
                raise
            log.exception("delivery %s failed", delivery_id)
            told = f"an error inside Diafan ({type(error).__name__}): see its log, and report it"
            finish(DeliveryState.PARKED, Outcome.SERIOUS_FAILURE, error=told)
            return
        finish(DeliveryState.DELIVERED, Outcome.SUCCESS, receipt=receipt)

    def retry(self, delivery_id: UUID, agent: Agent = SYSTEM, request: str = "") -> bool:
        """Queue a parked or waiting-to-retry delivery at once; returns whether there was anything to do."""
        with Session(self.engine) as db, db.begin():
            delivery = db.get(Delivery, delivery_id, with_for_update=True)
            if delivery is None or delivery.state not in {DeliveryState.PARKED, DeliveryState.QUEUED}:
                return False
            delivery.state = DeliveryState.QUEUED
            self._note(db, EventType.DELIVERY_RETRIED, delivery, agent=agent, request=request)
            # The job of the last try may still wait for its time, and holds the lock as long: a person's word goes before it.
            defer_delivery(self.jobs, db, delivery, priority=1)
            return True

    def _begin(self, delivery_id: UUID) -> tuple[Contents, Destination, int] | None:
        with Session(self.engine) as db, db.begin():
            # The study first: whoever restricts it waits for this, or is seen here.
            of_it = sa.select(Delivery.study_instance_uid).where(Delivery.id == delivery_id).scalar_subquery()
            db.scalars(sa.select(Study).where(Study.study_instance_uid == of_it).with_for_update(read=True)).one()
            delivery = db.get_one(Delivery, delivery_id, with_for_update=True)
            if delivery.state not in {DeliveryState.QUEUED, DeliveryState.SENDING}:
                return None
            destination = self.destinations.get(delivery.destination)
            if destination is None:
                self._park_homeless(db, delivery)
                return None
            if self._is_held(db, delivery):
                delivery.state, delivery.last_error = DeliveryState.WAITING, _HELD
                return None
            if self._is_early(db, delivery):
                delivery.state = DeliveryState.WAITING
                return None
            if self._is_superseded(db, delivery):
                # A server that has the newer report must not be given the older one on top of it, nor a PACS a wrong name.
                delivery.state = DeliveryState.SUPERSEDED
                delivery.finished_at = self.clock()
                return None
            delivery.state = DeliveryState.SENDING
            delivery.attempts += 1
            self._note(db, EventType.TRANSFER_BEGUN, delivery)
            return self._contents(db, delivery, destination), destination, delivery.attempts

    def park_homeless(self) -> None:
        """Park what waits for a destination that is no longer configured: no worker would ever come for it."""
        with Session(self.engine) as db, db.begin():
            homeless = sa.select(Delivery).where(
                Delivery.state.in_(ON_THEIR_WAY), Delivery.destination.not_in(self.destinations)
            )
            for delivery in db.scalars(homeless.with_for_update()):
                self._park_homeless(db, delivery)

    def _park_homeless(self, db: Session, delivery: Delivery) -> None:
        delivery.state = DeliveryState.PARKED
        delivery.last_error = "this destination is no longer configured"
        self._note(db, EventType.DELIVERY_PARKED, delivery, Outcome.SERIOUS_FAILURE)

    @staticmethod
    def _is_held(db: Session, delivery: Delivery) -> bool:
        """Tell whether a restriction keeps it here; that results are withdrawn, is told all the same."""
        study = db.get_one(Study, delivery.study_instance_uid)
        return study.withdrawn_at is None and db.scalar(sa.select(is_restricted(study.patient))) is True

    @staticmethod
    def _is_early(db: Session, delivery: Delivery) -> bool:
        """Tell whether an upload was not analysed yet: what is out of scope must not reach an archive."""
        return delivery.parcel is Parcel.SOURCE and db.get_one(Image, delivery.image_id).state in {
            ImageState.RECEIVED,
            ImageState.PARKED,
        }

    @staticmethod
    def _is_superseded(db: Session, delivery: Delivery) -> bool:
        if delivery.image_id and db.get_one(Study, delivery.study_instance_uid).withdrawn_at is not None:
            return True  # it was on its way as the study was withdrawn, and did not arrive
        if delivery.parcel is Parcel.SOURCE:
            return db.get_one(Image, delivery.image_id).state is ImageState.DECLINED
        if delivery.parcel is Parcel.RESULTS and delivery.attempts == 0:
            return db.get_one(Image, delivery.image_id).state is ImageState.SUPERSEDED
        if delivery.report_id is None:
            return False
        revision = db.get_one(ReportRecord, delivery.report_id).revision
        newer = sa.exists().where(
            ReportRecord.study_instance_uid == delivery.study_instance_uid,
            ReportRecord.revision > revision,
            ReportRecord.status != WITHHELD,
        )
        return db.scalar(sa.select(newer)) is True

    def _contents(self, db: Session, delivery: Delivery, destination: Destination) -> Contents:
        if delivery.parcel is Parcel.SOURCE:
            image = db.get_one(Image, delivery.image_id)
            items = [Item(self.store.path(image.blob), image.sop_instance_uid, image.series_instance_uid)]
            return Contents(delivery.parcel, delivery.study_instance_uid, items, delivery_id=delivery.id)
        # A comparison with None would ask for the null of every other object.
        of, whose = (
            (ObjectRecord.report_id, delivery.report_id)
            if delivery.report_id
            else (ObjectRecord.image_id, delivery.image_id)
        )
        items = [
            Item(self.store.path(o.blob), o.sop_instance_uid, o.series_instance_uid)
            for o in db.scalars(sa.select(ObjectRecord).where(of == whose).order_by(ObjectRecord.position))
            if is_wanted(o.kind, destination.takes)
        ]
        report = db.get(ReportRecord, delivery.report_id) if delivery.report_id else None
        bundle = self.store.path(report.blob) if report and report.blob else None
        held = held_versions(db, self.store, delivery)
        return Contents(delivery.parcel, delivery.study_instance_uid, items, bundle, held, delivery_id=delivery.id)

    def _finish(
        self,
        delivery_id: UUID,
        attempt: int,
        state: DeliveryState,
        outcome: Outcome,
        *,
        error: str = "",
        receipt: Receipt | None = None,
        late: Unproven | None = None,
    ) -> None:
        """Write down how a try ended: a success in any case, for the peer has it, a failure only of the try that counts.

        Raises Unavailable where another try goes on: its job may be the same, and stays.
        """
        with Session(self.engine) as db, db.begin():
            delivery = db.get_one(Delivery, delivery_id, with_for_update=True)
            is_ours = delivery.attempts == attempt or state is DeliveryState.DELIVERED
            counts = delivery.state is DeliveryState.SENDING and is_ours
            is_over = delivery.state in OVER
            # What has left us, has; the log tells it of every try.
            self._note(db, EventType.TRANSFER_ENDED, delivery, outcome, attempt=attempt)
            if counts:
                delivery.state, delivery.last_error = state, error[:_ERROR_LENGTH]
                delivery.receipt = dict(receipt) if receipt is not None else None
                self._go_on(db, delivery, outcome)
                if late is not None:
                    look_for_proof(self.jobs, db, delivery, late, self.clock())
        if not counts:
            if is_over:
                return
            log.warning("try %s of delivery %s ended late: it counts no longer", attempt, delivery_id)
            raise Unavailable("this try of the delivery ended late: it counts no longer")

    def _go_on(self, db: Session, delivery: Delivery, outcome: Outcome) -> None:
        """Do what follows a delivery that came to its end: it was parked, or what waited for it may go."""
        if delivery.state is DeliveryState.PARKED:
            self._note(db, EventType.DELIVERY_PARKED, delivery, outcome)
        if delivery.state is DeliveryState.DELIVERED:
            delivery.finished_at = self.clock()
            behind = (Delivery.after_id == delivery.id, Delivery.state == DeliveryState.WAITING)
            for follower in db.scalars(sa.select(Delivery).where(*behind).with_for_update()):
                follower.state = DeliveryState.QUEUED
                defer_delivery(self.jobs, db, follower)

    def _note(
        self,
        db: Session,
        kind: EventType,
        delivery: Delivery,
        outcome: Outcome = Outcome.SUCCESS,
        agent: Agent = SYSTEM,
        request: str = "",
        attempt: int | None = None,
    ) -> None:
        db.flush()
        study = db.get_one(Study, delivery.study_instance_uid)
        self.record(
            db.connection(), kind, agent, outcome, study=study.study_instance_uid, patient=study.patient, image=delivery.image_id or "",
            destination=delivery.destination, request=request, detail={"kind": delivery.parcel.value, "attempt": attempt or delivery.attempts},
        )  # fmt: skip
