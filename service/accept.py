"""Accept: from bytes that somebody handed us to an image that is never lost.

The order is the promise: file flushed, folder flushed, one commit (image row, job, audit entry). Only then may the sender hear Success.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from integrations.instance import Declined, Instance, eligibility, read_instance
from service.deliver import open_deliveries, withdraw_sources
from service.engine import DATABASE_AWAY, Jobs, Stage
from service.gdpr.restricted_image import park_of_restricted, park_restricted
from service.gdpr.restriction_record import OF_RESTRICTED, is_restricted
from service.new_image import alone, insert_new
from service.recorder import Clock, Recorder
from service.records import Image, ImageState, ObjectRecord, Parcel, Study
from service.refusals import Refusals
from service.rules import Decision, Routed, Rules
from service.sent_again import give_back, relation_to
from service.store import FolderStore, received_key
from service.study_header import keep_header
from service.study_patient import come_under
from service.withdrawn_image import park_withdrawn

CONFLICT = "conflicting-pixels"
AGAIN = "pixels-had-expired"
"""Why an image that is known is received, and not already held."""

# Made once: SQLAlchemy remembers how a statement is said as long as it is the same object.
_ALONE = sa.select(alone(sa.bindparam("uid")))
_HELD = sa.select(Image).where(Image.sop_instance_uid == sa.bindparam("uid")).order_by(Image.revision.desc())
_OURS = sa.select(sa.exists().where(ObjectRecord.sop_instance_uid == sa.bindparam("uid")))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The image is ours now: to be analysed, or Declined, or parked for a person, and why."""

    image_id: UUID
    state: ImageState
    declined: Declined | None = None
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyHeld:
    """The same image came before; nothing changed."""

    image_id: UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """Who handed the image over, and by which way. A ``wrapped`` upload is not in any PACS yet."""

    agent: Agent
    source: str
    wrapped: bool = False
    request_id: str = ""

    @property
    def sender(self) -> str:
        """Return how rules call the sender: an AE title, or ``upload``."""
        way, _, sender = self.source.partition(":")
        return sender if way == "dicom" else "upload"


@dataclass(frozen=True, slots=True)
class Acceptor:
    """The one door: the listener, the API and the command line all come through ``accept``."""

    engine: sa.Engine
    store: FolderStore
    jobs: Jobs
    record: Recorder
    refuse: Refusals
    clock: Clock
    pseudonym: Callable[[sa.Connection, str, str], str]
    own_device_uids: Callable[[], Collection[str]]
    rules: Rules
    archives: Sequence[str]
    min_free_bytes: int
    flusher: Executor

    def accept(self, file: Path, origin: Origin) -> Accepted | AlreadyHeld:
        """Take over ``file`` (a DICOM Part 10 file); it is gone from where it lay afterwards, whatever comes out.

        Raises:
            Unreadable: not a whole DICOM instance; nothing is kept but the audit entry.
            NoRoom: the disk is (nearly) full; the sender may try again.
            what is in `DATABASE_AWAY`: the database does not answer, or can only be read; the same.

        """
        try:
            if self.store.free_bytes() < self.min_free_bytes:
                raise OSError(ENOSPC, "below the reserve")  # noqa: TRY301 - refused as a full disk is
            return self._take(file, origin)
        except Unreadable:
            self._refused(origin, "unreadable")
            raise
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            self._refused(origin, "no-room")
            raise NoRoom("no room for another image: free some disk space") from error
        except DATABASE_AWAY:
            self._refused(origin, "no-database")
            raise
        finally:
            file.unlink(missing_ok=True)

    def _refused(self, origin: Origin, reason: str) -> None:
        self.refuse(EventType.INSTANCE_REFUSED, origin.agent, request=origin.request_id, detail={"reason": reason})

    def _take(self, file: Path, origin: Origin) -> Accepted | AlreadyHeld:
        # The disk flushes while the file is read.
        flushed = self.flusher.submit(self.store.flush, file)
        try:
            instance = read_instance(file)
            decision = self.rules.decide(Routed(instance, origin.sender))
            if not (origin.wrapped or instance.device_uids or decision.declined or eligibility(instance, ())):
                accepted = self._take_plain(file, flushed, instance, decision, origin)
                if accepted is not None:
                    return accepted
            return self._take_any(file, flushed, instance, decision, origin)
        finally:
            wait([flushed])

    def _take_plain(
        self, file: Path, flushed: Future[None], instance: Instance, decision: Decision, origin: Origin
    ) -> Accepted | None:
        """Take in an image that turns out to be new, and its study to raise no question; None: ``file`` lies where it was."""
        image = self._image(instance, origin, 1, ImageState.RECEIVED, None, decision)
        flushed.result()
        key = image.blob
        try:
            self.store.adopt(file, key)
            with self.engine.connect() as db:
                patient = self._patient(db, instance)
                self._note(db, EventType.INSTANCE_RECEIVED, origin, instance, patient, image.id)
                if insert_new(db, image, patient, instance.study):
                    key = ""  # a commit that raises may have happened all the same: from here on the file stays
                    db.commit()
                    return Accepted(image.id, image.state)
            self.store.path(key).rename(file)
        except BaseException:
            if key:
                self.store.remove(key)
            raise
        return None

    def _take_any(
        self, file: Path, flushed: Future[None], instance: Instance, decision: Decision, origin: Origin
    ) -> Accepted | AlreadyHeld:
        """Take in an image, or decline or park it, by what is held already and by whose its study is."""
        key = ""
        try:
            with Session(self.engine) as db, db.begin():
                # The patient's row before the lock, as above: otherwise two could wait for each other.
                patient = self._patient(db.connection(), instance)
                # One at a time for each SOP Instance UID: two senders of one image must not both be first.
                db.connection().execute(_ALONE, {"uid": instance.sop_instance_uid})
                declined = self._ineligible(db, instance) or decision.declined
                revision = 1
                conflict = False
                for held in self._held(db, instance.sop_instance_uid):
                    revision = max(revision, held.revision + 1)
                    relation = relation_to(held, file, instance, self.store)
                    if held.reason_code == OF_RESTRICTED and not self._would_leave(
                        db, held.study_instance_uid, patient
                    ):
                        continue  # it could not come under its patient then, and can now
                    # What was declined is taken in when it would not be declined today.
                    if relation == "same" and (declined or held.state is not ImageState.DECLINED):
                        key = "" if declined or not held.blob else give_back(db, held, instance, self.clock())
                        if key:
                            self._note(
                                db.connection(), EventType.INSTANCE_RECEIVED, origin, instance, patient, held.id, AGAIN
                            )
                            flushed.result()
                            self.store.adopt(file, key)
                            key = ""  # as below
                            return Accepted(held.id, held.state)
                        if held.pixels_expired_at is not None:
                            continue  # it is declined today, and its pixels do not come back
                        already = EventType.INSTANCE_ALREADY_HELD
                        self._note(db.connection(), already, origin, instance, patient, held.id)
                        return AlreadyHeld(held.id)
                    # A parked contradiction is no authority: a correction of the image that counts is measured by that one.
                    conflict = conflict or (relation == "other pixels" and held.reason_code != CONFLICT)
                state = ImageState.DECLINED if declined else ImageState.PARKED if conflict else ImageState.RECEIVED
                image = self._image(instance, origin, revision, state, declined, decision)
                self._insert(db, image, instance, patient, origin)
                flushed.result()
                if image.blob:
                    key = image.blob
                    self.store.adopt(file, key)
                key = ""  # a commit that raises may have happened all the same: from here on the file stays
                return Accepted(image.id, image.state, declined, image.reason_code, image.reason)
        except BaseException:
            if key:
                self.store.remove(key)
            raise

    @staticmethod
    def _held(db: Session, sop_instance_uid: str) -> list[Image]:
        return list(db.scalars(_HELD, {"uid": sop_instance_uid}))

    def _ineligible(self, db: Session, instance: Instance) -> Declined | None:
        ours = db.connection().scalar(_OURS, {"uid": instance.sop_instance_uid})
        # Few radiographs name contributing equipment, so that few ask for all models that ever were in use.
        own_devices = self.own_device_uids() if instance.device_uids else ()
        return eligibility(instance, own_devices, own=ours is True)

    def _image(
        self,
        instance: Instance,
        origin: Origin,
        revision: int,
        state: ImageState,
        declined: Declined | None,
        decision: Decision,
    ) -> Image:
        image_id = uuid4()
        code, reason = (declined.code.value, declined.reason) if declined else ("", "")
        if state is ImageState.PARKED:
            code = CONFLICT
            reason = "another image with this SOP Instance UID and other pixels is held already: the sender uses one UID twice"
        return Image(
            id=image_id,
            study_instance_uid=instance.study.study_instance_uid,
            series_instance_uid=instance.series_instance_uid,
            sop_instance_uid=instance.sop_instance_uid,
            sop_class_uid=instance.sop_class_uid,
            revision=revision,
            state=state,
            reason_code=code,
            reason=reason,
            source=origin.source,
            wrapped=origin.wrapped,
            modality=instance.modality,
            content_sha256=instance.content_sha256,
            pixel_sha256=instance.pixel_sha256,
            size_bytes=instance.size_bytes,
            received_at=self.clock(),
            blob="" if declined else received_key(image_id),
            routed_to=None if declined or decision.destinations is None else list(decision.destinations),
            routed_model="" if declined else decision.model,
        )

    def _insert(self, db: Session, image: Image, instance: Instance, patient: str, origin: Origin) -> None:
        uid = image.study_instance_uid
        if image.state is ImageState.RECEIVED and self._would_leave(db, uid, patient):
            park_of_restricted(image)
        before = come_under(db.connection(), uid, patient, image.received_at, counts=image.state is ImageState.RECEIVED)
        if before is None:
            park_withdrawn(image)
        counts = image.state is ImageState.RECEIVED
        if counts:
            keep_header(db, instance.study, None if before == patient else image.received_at)
            if image.revision > 1:
                self._supersede(db, image.sop_instance_uid)
            # Stored it is as any other, so that nothing is lost: it counts, and waits.
            if db.scalar(sa.select(is_restricted(patient))):
                park_restricted(image)
        db.add(image)
        db.flush()
        kind = {
            ImageState.DECLINED: EventType.INSTANCE_DECLINED,
            ImageState.PARKED: (
                EventType.INSTANCE_CONFLICTING if image.reason_code == CONFLICT else EventType.IMAGE_PARKED
            ),
        }.get(image.state, EventType.INSTANCE_REVISED if image.revision > 1 else EventType.INSTANCE_RECEIVED)
        self._note(db.connection(), kind, origin, instance, patient, image.id, image.reason_code)
        if not counts:
            return
        if before is not None and before != patient:
            self._changed(db, image, before, patient, origin)
        if image.state is ImageState.RECEIVED:
            self._defer_analysis(db.connection(), image)
        if image.wrapped:
            study = db.get_one(Study, image.study_instance_uid)
            open_deliveries(self.jobs, db, self.archives, Parcel.SOURCE, study, image.received_at, image_id=image.id)

    def _changed(self, db: Session, image: Image, before: str, patient: str, origin: Origin) -> None:
        """Leave the entries of a study that came under another patient."""
        uid = image.study_instance_uid
        for whose, way in ((before, "left"), (patient, "joined")):
            self.record(
                db.connection(),
                EventType.PATIENT_CHANGED,
                origin.agent,
                study=uid,
                patient=whose,
                image=image.id,
                request=origin.request_id,
                detail={"kind": way},
            )

    @staticmethod
    def _would_leave(db: Session, study_instance_uid: str, patient: str) -> bool:
        """Tell whether the study is that of another patient, whose data are restricted. Who restricts waits for us, or is seen here."""
        study = db.get(Study, study_instance_uid, with_for_update=True)
        return (
            study is not None
            and study.patient != patient
            and db.scalar(sa.select(is_restricted(study.patient))) is True
        )

    def _supersede(self, db: Session, sop_instance_uid: str) -> None:
        before = sa.or_(
            Image.state.in_([ImageState.RECEIVED, ImageState.ANALYSED]),
            sa.and_(Image.state == ImageState.PARKED, Image.reason_code != CONFLICT),
        )
        superseded = sa.update(Image).where(Image.sop_instance_uid == sop_instance_uid, before)
        ids = db.scalars(superseded.values(state=ImageState.SUPERSEDED).returning(Image.id)).all()
        if ids:
            withdraw_sources(db, ids, self.clock())

    def _defer_analysis(self, db: sa.Connection, image: Image) -> None:
        self.jobs.defer(db, Stage.ANALYSE, queue=Stage.ANALYSE.value, image_id=str(image.id))

    def _patient(self, db: sa.Connection, instance: Instance) -> str:
        return self.pseudonym(db, instance.study.issuer_of_patient_id, instance.study.patient_id)

    def _note(
        self,
        db: sa.Connection,
        kind: EventType,
        origin: Origin,
        instance: Instance,
        patient: str,
        image_id: UUID,
        reason: str = "",
    ) -> None:
        self.record(
            db,
            kind,
            origin.agent,
            study=instance.study.study_instance_uid,
            patient=patient,
            image=image_id,
            object_uid=instance.sop_instance_uid,
            request=origin.request_id,
            detail={"reason": reason} if reason else {},
        )
