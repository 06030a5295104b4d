"""Rectification (GDPR Art. 16): what images say of a patient is corrected here, where the archive does not send them again.

Nothing is authored twice. Each image that counts is copied with its header corrected and comes in by the one door, as a new revision
of itself: new results, a new report, everybody who was told hears of it (Art. 19), and what was said before stays on record.
Images come in one by one; killed midway, the same correction given again goes on with those that do not say so yet. One run at a
time corrects a patient, and each image as it is when its turn comes: what was sent or corrected meanwhile is not undone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from errno import ENOSPC
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from audit.subject import Person, Subjects
from integrations.correction import Modification, Undecodable, corrected, differs, fit
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from integrations.instance import study_of
from integrations.original_attributes import Attribute, Reason
from integrations.part10 import read_header
from service.accept import CONFLICT, Accepted, Acceptor, Origin
from service.gdpr.restriction_record import RESTRICTED, is_restricted
from service.recorder import Clock, Recorder
from service.records import Delivery, Image, ImageState, ObjectRecord, Study, StudyHeader
from service.reports import reports_of, reviews_of, standing_of
from service.store import FolderStore

_FORESEEN = "rectification"
"""The kind of the entry that says: somebody looked at what a correction would do."""
_ALREADY, _OF_ANOTHER, _NOT_HELD, _UNDECODABLE, _WITHDRAWN = "right", "others", "not held", "undecodable", "withdrawn"
_MOVES = (Attribute.PATIENT_ID, Attribute.ISSUER)
_ALONE = sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("whose"), 0)))


class NotRectifiable(Exception):
    """Nothing was changed; the message says why, and holds no patient data."""


@dataclass(frozen=True, slots=True)
class Correction:
    """New values by what they are of, each as `integrations.correction.fit` returns it, and the reason that DICOM wants."""

    values: Mapping[Attribute, str]
    reason: Reason = Reason.CORRECT

    @property
    def kind(self) -> str:
        """Return what is corrected as a word of the log: `name_birth-date`."""
        return "_".join(one.value for one in Attribute if one in self.values)


@dataclass(frozen=True, slots=True)
class Choice:
    """A study of the patient, as a person chooses it: date as YYYYMMDD, "" where the header has none."""

    study_instance_uid: str
    date: str
    description: str
    images: int


@dataclass(frozen=True, slots=True)
class Rectification:
    """What a correction does. ``images`` get a revision; ``results`` and ``reports`` are made anew because of it.

    ``signed`` are studies that a physician has signed: their report waits for an amendment. Left as they are: images that are
    ``right`` already, that are of ``others`` who have images in these studies, whose pixels are ``not_held``, that are
    ``undecodable``, and those of ``withdrawn`` studies. ``places`` hear of it, ``homeless`` are no longer configured.
    ``joins``: the new identifier is that of a patient who is known here. After it was done, ``declined`` came in and were turned away by
    today's rules, and ``undone`` were meant and are not corrected: they were changed, or went, meanwhile.
    """

    studies: Sequence[str]
    images: int
    results: int
    reports: int
    signed: int
    places: Sequence[str]
    homeless: Sequence[str]
    joins: bool
    right: int
    others: int
    not_held: int
    undecodable: int
    withdrawn: int
    declined: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    """The images to be corrected, oldest first, and how many are left as they are, by why."""

    images: Sequence[Image]
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def studies(self) -> list[str]:
        return list(dict.fromkeys(image.study_instance_uid for image in self.images))


@dataclass(frozen=True, slots=True)
class Rectifier:
    """Corrects what images say of a patient. ``destinations`` are the names of those configured, ``system`` is our AE title."""

    engine: sa.Engine
    store: FolderStore
    acceptor: Acceptor
    subjects: Subjects
    record: Recorder
    clock: Clock
    destinations: Collection[str]
    system: str

    def checked(self, values: Mapping[Attribute, str], reason: Reason = Reason.CORRECT) -> Correction:
        """Return the correction that a person asks for. Raises Unfit, whose message does not repeat the value."""
        today = self.clock().date()
        return Correction({one: fit(one, value, today) for one, value in values.items()}, reason)

    def choices(self, patient: str) -> list[Choice]:
        """Return the studies of the patient, and those that left under a correction of the Patient ID, the oldest first."""
        with Session(self.engine) as db:
            person = self._person(db, patient)
            return [
                Choice(
                    study.study_instance_uid,
                    header.study_date if header else "",
                    header.description if header else "",
                    len(_counting(db, [study.study_instance_uid])),
                )
                for study, header in self._studies(db, patient, person)
            ]

    def foresee(
        self,
        patient: str,
        correction: Correction,
        agent: Agent,
        studies: Sequence[str] | None = None,
        request: str = "",
    ) -> Rectification:
        """Return what a correction would do now to ``studies``, or to all of the patient (None). That somebody looked is an entry.

        Raises NotRectifiable.
        """
        with Session(self.engine) as db, db.begin():
            plan = self._plan(db, patient, correction, studies)
            detail: dict[str, str | int] = {"kind": _FORESEEN, "count": len(plan.studies)}
            self.record(db.connection(), EventType.AUDIT_READ, agent, patient=patient, request=request, detail=detail)
            return self._told(db, patient, correction, plan)

    def rectify(
        self,
        patient: str,
        correction: Correction,
        agent: Agent,
        studies: Sequence[str] | None = None,
        request: str = "",
    ) -> Rectification:
        """Correct ``studies``, or all of the patient (None), and return what was done; the log has it before the first image.

        Raises:
            NotRectifiable: nothing was changed.
            NoRoom: the disk is (nearly) full; what came in before stays, and the same call again goes on.

        """
        with self._alone(patient):
            return self._rectify(patient, correction, agent, studies, request)

    @contextmanager
    def _alone(self, patient: str) -> Iterator[None]:
        with self.engine.connect() as db:
            if not db.scalar(_ALONE, {"whose": f"rectify {patient}"}):
                raise NotRectifiable("this patient's data are being corrected just now: ask again when that has ended")
            yield

    def _rectify(
        self, patient: str, correction: Correction, agent: Agent, studies: Sequence[str] | None, request: str
    ) -> Rectification:
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            plan = self._plan(db, patient, correction, studies)
            told = self._told(db, patient, correction, plan)
            for uid in plan.studies:
                count = sum(image.study_instance_uid == uid for image in plan.images)
                self.record(
                    db.connection(), EventType.PATIENT_RECTIFIED, agent, study=uid, patient=patient, request=request,
                    detail={"kind": correction.kind, "count": count},
                )  # fmt: skip
            db.expunge_all()
            person = self._person(db, patient)
        came = [self._come_again(image, person, correction, agent, request) for image in plan.images]
        declined = sum(one is not None and one.declined is not None for one in came)
        done = sum(one is not None and not one.declined and one.reason_code in ("", RESTRICTED) for one in came)
        return replace(told, images=done, declined=declined, undone=len(came) - done - declined)

    def _come_again(
        self, planned: Image, person: Person, correction: Correction, agent: Agent, request: str
    ) -> Accepted | None:
        """Have an image come in with its header corrected, from whom it came and by the way it came: so the same rules apply.

        None: it needs none any more, or it cannot be had.
        """
        with Session(self.engine) as db:
            newest = [
                one
                for one in _counting(db, [planned.study_instance_uid])
                if one.sop_instance_uid == planned.sop_instance_uid
            ]
            db.expunge_all()
        if not newest or self._left(newest[-1], person, self._modification(correction, newest[-1])):
            return None
        image, aside = newest[-1], self.store.incoming / f"{uuid4()}.part"
        try:
            content = corrected(self.store.path(image.blob), self._modification(correction, image))
            if content is None:
                return None
            aside.write_bytes(content)
            origin = Origin(agent, image.source, wrapped=image.wrapped, request_id=request)
            taken = self.acceptor.accept(aside, origin)
            return taken if isinstance(taken, Accepted) else None
        except (Unreadable, Undecodable, FileNotFoundError):  # its pixels went just now
            return None
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            raise NoRoom("no room for another image: free some disk space") from error
        finally:
            aside.unlink(missing_ok=True)

    def _modification(self, correction: Correction, image: Image) -> Modification:
        way, _, sender = image.source.partition(":")
        source = sender if way == "dicom" else ""
        return Modification(correction.values, self.clock(), self.system, correction.reason, source)

    def _person(self, db: Session, patient: str) -> Person:
        person = self.subjects.who(db.connection(), patient)
        if person is None:
            raise NotRectifiable("nobody is behind this pseudonym any more: nothing was changed")
        return person

    def _plan(self, db: Session, patient: str, correction: Correction, chosen: Sequence[str] | None) -> _Plan:
        if not correction.values:
            raise NotRectifiable("say what is to be corrected: nothing was changed")
        person = self._person(db, patient)
        if any(one in correction.values for one in _MOVES) and db.scalar(sa.select(is_restricted(patient))):
            raise NotRectifiable(
                "this patient's data are restricted (GDPR Art. 18), and under another Patient ID they would not be: lift the"
                " restriction first; nothing was changed"
            )
        target = self._target(db, person, correction)
        theirs = {study.study_instance_uid: study for study, _ in self._studies(db, patient, person, target)}
        if chosen is not None and not set(chosen) <= set(theirs):
            raise NotRectifiable("there is no such study of this patient here: nothing was changed")
        among = theirs if chosen is None else {uid: theirs[uid] for uid in chosen}
        if Attribute.ACCESSION in correction.values and len(among) > 1:
            raise NotRectifiable(
                f"an accession number is that of one study, and {len(among)} studies are meant: choose one; nothing was changed"
            )
        images: list[Image] = []
        left: dict[str, int] = {}
        for image in _counting(db, list(among)):
            study = among[image.study_instance_uid]
            why = (
                _WITHDRAWN
                if study.withdrawn_at is not None
                # It would take the whole study along, and it is somebody else's now.
                else _OF_ANOTHER
                if study.patient not in (patient, target)
                else self._left(image, person, self._modification(correction, image))
            )
            if why:
                left[why] = left.get(why, 0) + 1
            else:
                images.append(image)
        return _Plan(images, left)

    def _left(self, image: Image, person: Person, wanted: Modification) -> str:
        """Say why an image is left as it is; "" where it is to be corrected."""
        if not image.blob or image.pixels_expired_at is not None:
            return _NOT_HELD
        path = self.store.path(image.blob)
        try:
            study = study_of(read_header(path))
            whose = {(study.issuer_of_patient_id, study.patient_id)}
            if not differs(path, wanted):
                return _ALREADY
        except Unreadable:
            return _NOT_HELD
        except Undecodable:
            return _UNDECODABLE
        return "" if whose == {(person.issuer, person.patient_id)} else _OF_ANOTHER

    def _told(self, db: Session, patient: str, correction: Correction, plan: _Plan) -> Rectification:
        ids = [image.id for image in plan.images]
        went = sa.select(Delivery.destination).where(Delivery.study_instance_uid.in_(plan.studies)).distinct()
        places = sorted(db.scalars(went))
        of_them = sa.select(sa.func.count()).select_from(ObjectRecord).where(ObjectRecord.image_id.in_(ids))
        return Rectification(
            studies=plan.studies,
            images=len(plan.images),
            results=db.scalar(of_them) or 0,
            reports=sum(bool(reports_of(db, uid)) for uid in plan.studies),
            signed=sum(standing_of(reviews_of(db, uid)) is not None for uid in plan.studies),
            places=[name for name in places if name in self.destinations],
            homeless=[name for name in places if name not in self.destinations],
            joins=self._target(db, self._person(db, patient), correction) not in (None, patient),
            right=plan.left.get(_ALREADY, 0),
            others=plan.left.get(_OF_ANOTHER, 0),
            not_held=plan.left.get(_NOT_HELD, 0),
            undecodable=plan.left.get(_UNDECODABLE, 0),
            withdrawn=plan.left.get(_WITHDRAWN, 0),
        )

    def _target(self, db: Session, person: Person, correction: Correction) -> str | None:
        """Return the pseudonym that the corrected images come under; None where nobody of that identifier is known yet."""
        issuer = correction.values.get(Attribute.ISSUER, person.issuer)
        patient_id = correction.values.get(Attribute.PATIENT_ID, person.patient_id)
        return self.subjects.find(db.connection(), issuer, patient_id)

    def _studies(
        self, db: Session, patient: str, person: Person, target: str | None = None
    ) -> Iterator[tuple[Study, StudyHeader | None]]:
        """Yield the patient's studies, and those that came under another one, where that is the ``target``, or images of the patient are still in them."""
        of_them = sa.or_(Study.patient == patient, StudyHeader.patient_id_before == person.patient_id)
        joined = sa.select(Study, StudyHeader).outerjoin(
            StudyHeader, StudyHeader.study_instance_uid == Study.study_instance_uid
        )
        found = joined.where(of_them).order_by(Study.first_seen_at, Study.study_instance_uid)
        for study, header in db.execute(found).all():
            images = _counting(db, [study.study_instance_uid])
            if study.patient in (patient, target) or any(self._is_of(image, person) for image in images):
                yield study, header

    def _is_of(self, image: Image, person: Person) -> bool:
        try:
            study = study_of(read_header(self.store.path(image.blob))) if image.blob else None
        except (Unreadable, FileNotFoundError):
            return False
        return study is not None and (study.issuer_of_patient_id, study.patient_id) == (
            person.issuer,
            person.patient_id,
        )


def _counting(db: Session, studies: Sequence[str]) -> Sequence[Image]:
    """Return the images that count, oldest first: neither superseded nor declined, nor a contradiction of one that counts."""
    counts = sa.or_(
        Image.state.in_([ImageState.RECEIVED, ImageState.ANALYSED]),
        sa.and_(Image.state == ImageState.PARKED, Image.reason_code != CONFLICT),
    )
    theirs = sa.select(Image).where(Image.study_instance_uid.in_(studies), counts)
    return db.scalars(theirs.order_by(Image.received_at, Image.id)).all()
