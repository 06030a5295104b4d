"""What is due to go by its age, and what holds it back: conditions on `Study`, asked again under its lock before anything goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.gdpr.restriction_record import is_restricted
from service.gdpr.retention_settings import Retention
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, Parcel, ReportRecord, Study
from service.review_records import Consultation, Review, ReviewDraft


class Kind(StrEnum):
    """The kinds of data that have a time of their own here."""

    SOURCE = "source"
    EVIDENCE = "evidence"
    RESULTS = "results"
    DRAFTS = "drafts"
    FAILED_JOBS = "failed-jobs"


class Hold(StrEnum):
    """Why a study loses nothing yet, however old it is."""

    RESTRICTED = "restricted"
    PARKED = "parked"
    UNFINISHED = "unfinished"
    ON_ITS_WAY = "on-its-way"
    UNDELIVERED = "undelivered"
    ONLY_COPY = "only-copy"


_UID = Study.study_instance_uid
UPLOADED = "api:"
"""How the sources of what people and programs upload begin."""
_MAY_GO = (ImageState.ANALYSED, ImageState.SUPERSEDED)
_MOVING = (DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.SENDING)
_arrived = Delivery.state == DeliveryState.DELIVERED
_counts = Image.state == ImageState.ANALYSED


def _image(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Image.study_instance_uid == _UID, *which).correlate(Study)


def _delivery(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Delivery.study_instance_uid == _UID, *which).correlate(Study)


def _of_image(parcel: Parcel, *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Delivery.image_id == Image.id, Delivery.parcel == parcel, *which).correlate(Image)


HOLDS: Mapping[Hold, sa.ColumnElement[bool]] = {
    # Storage is what a restriction leaves (Art. 18(2)): the patient may need the data.
    Hold.RESTRICTED: is_restricted(Study.patient),
    Hold.PARKED: sa.or_(
        Study.park_reason != "",
        _image(Image.state == ImageState.PARKED),
        _delivery(Delivery.state == DeliveryState.PARKED),
    ),
    Hold.UNFINISHED: sa.or_(Study.due_at.is_not(None), _image(Image.state == ImageState.RECEIVED)),
    Hold.ON_ITS_WAY: _delivery(Delivery.state.in_(_MOVING)),
    # An image whose results no destination takes, by its settings or by the site's rules, was owed to none.
    Hold.UNDELIVERED: sa.and_(
        Study.withdrawn_at.is_(None),
        _image(_counts, _of_image(Parcel.RESULTS), ~_of_image(Parcel.RESULTS, _arrived)),
    ),
    # What somebody uploaded, a picture or a DICOM file, is in no archive that is known before one has it from here.
    Hold.ONLY_COPY: _image(
        _counts, sa.or_(Image.wrapped, Image.source.startswith(UPLOADED)), ~_of_image(Parcel.SOURCE, _arrived)
    ),
}


def _newest(of: Any, whose: Any) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.max(of)).where(whose == _UID).correlate(Study).scalar_subquery()


QUIET_SINCE: sa.ColumnElement[datetime] = sa.func.greatest(
    _newest(sa.func.greatest(Image.received_at, Image.received_again_at, Image.analysed_at), Image.study_instance_uid),
    _newest(Delivery.finished_at, Delivery.study_instance_uid),
    _newest(ReportRecord.created_at, ReportRecord.study_instance_uid),
    _newest(Review.signed_at, Review.study_instance_uid),
    _newest(ReviewDraft.saved_at, ReviewDraft.study_instance_uid),
    _newest(sa.func.greatest(Consultation.asked_at, Consultation.withdrawn_at), Consultation.study_instance_uid),
    Study.withdrawn_at,
    Study.released_at,
)
"""When something last came of the study, went from it, or was done to it by a physician: its days are counted from then."""

JOBS = sa.table("procrastinate_jobs", sa.column("id"), sa.column("status"))
_EVENTS = sa.table("procrastinate_events", sa.column("job_id"), sa.column("at"))
_job_ended_at: sa.ColumnElement[datetime] = (
    sa.select(sa.func.max(_EVENTS.c.at)).where(_EVENTS.c.job_id == JOBS.c.id).correlate(JOBS).scalar_subquery()
)


def failed_jobs(before: datetime) -> sa.ColumnElement[bool]:
    """Return the condition on `JOBS` for one that ended badly, ``before`` or then."""
    is_failed = sa.cast(JOBS.c.status, sa.Text).in_(("failed", "cancelled", "aborted"))
    return sa.and_(is_failed, _job_ended_at <= before)


@dataclass(frozen=True, slots=True)
class Due:
    """What of a kind is due now: ``count`` pieces of so many ``studies``, the ``oldest`` since then. ``days`` None: kept for ever."""

    kind: Kind
    days: int | None
    studies: int = 0
    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long each kind is kept, and how that is asked. ``archives`` are destinations, and the kinds of records that each takes."""

    retention: Retention
    archives: Mapping[str, Collection[str]]

    def days(self, kind: Kind) -> int | None:
        """Return for how many days a kind is kept; None: without an end."""
        kept = self.retention
        return {
            Kind.SOURCE: kept.source_days,
            Kind.EVIDENCE: kept.evidence_days,
            Kind.RESULTS: kept.results_days,
            Kind.DRAFTS: kept.drafts_days,
            Kind.FAILED_JOBS: kept.failed_jobs_days,
        }[kind]

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """Return the moment at or before which a study must have become quiet; None: nothing of the kind goes."""
        days = self.days(kind)
        return None if days is None else now - timedelta(days=days)

    def pieces(self, kind: Kind, before: datetime) -> sa.ColumnElement[bool]:
        """Return the condition on an `Image`, an `ObjectRecord` or a `ReviewDraft` of the `Study` of the query around that may go."""
        match kind:
            case Kind.DRAFTS:
                return sa.and_(ReviewDraft.study_instance_uid == _UID, ReviewDraft.saved_at <= before)
            case Kind.RESULTS:
                return sa.and_(_of_study(), ObjectRecord.blob != "", self._is_archived())
            case Kind.EVIDENCE:
                has = Image.evidence_blob != ""
            case _:
                has = sa.and_(Image.blob != "", Image.pixels_expired_at.is_(None))
        # The first condition is what the index of images with pixels is searched by.
        return sa.and_(Image.received_at <= before, Image.study_instance_uid == _UID, Image.state.in_(_MAY_GO), has)

    def is_due(self, kind: Kind, before: datetime) -> Sequence[sa.ColumnElement[bool]]:
        """Return the conditions on `Study` under which its ``pieces`` go."""
        has = sa.exists().where(self.pieces(kind, before)).correlate(Study)
        if kind is Kind.DRAFTS:
            return has, sa.not_(HOLDS[Hold.RESTRICTED])
        return has, self.since(kind) <= before, *(sa.not_(held) for held in HOLDS.values())

    def since(self, kind: Kind) -> sa.ColumnElement[datetime]:
        """Return since when the days are counted."""
        if kind is Kind.DRAFTS:
            own = sa.select(sa.func.min(ReviewDraft.saved_at)).where(ReviewDraft.study_instance_uid == _UID)
            return own.correlate(Study).scalar_subquery()
        return QUIET_SINCE

    def due(self, db: Session, kind: Kind, now: datetime) -> Due:
        """Return what of a kind would go now."""
        before, days = self.before(kind, now), self.days(kind)
        if before is None:
            return Due(kind, None)
        if kind is Kind.FAILED_JOBS:
            jobs = sa.select(sa.func.count(), sa.func.min(_job_ended_at)).select_from(JOBS)
            count, oldest = db.execute(jobs.where(failed_jobs(before))).one()
            return Due(kind, days, 0, count, oldest)
        own = sa.select(sa.func.count()).where(self.pieces(kind, before)).correlate(Study).scalar_subquery()
        each = sa.select(self.since(kind).label("since"), own.label("own")).where(*self.is_due(kind, before)).subquery()
        told = sa.select(sa.func.count(), sa.func.sum(each.c.own), sa.func.min(each.c.since)).select_from(each)
        studies, pieces, since = db.execute(told).one()
        return Due(kind, days, studies, int(pieces or 0), since)

    def held(self, db: Session, now: datetime) -> dict[Hold, int]:
        """Return how many studies are past the time of their pixels and lose nothing yet, by what holds them."""
        before = self.before(Kind.SOURCE, now)
        if before is None:
            return {}
        has = _image(Image.received_at <= before, Image.blob != "", Image.pixels_expired_at.is_(None))
        old = sa.select(sa.func.count()).select_from(Study).where(has, self.since(Kind.SOURCE) <= before)
        return {hold: db.scalar(old.where(held)) or 0 for hold, held in HOLDS.items()}

    def _is_archived(self) -> sa.ColumnElement[bool]:
        """Return the condition that an archive which takes an `ObjectRecord` has it."""
        takes = [
            sa.and_(Delivery.destination == name, ObjectRecord.kind.in_(kinds)) for name, kinds in self.archives.items()
        ]
        brought = sa.or_(
            sa.and_(Delivery.image_id == ObjectRecord.image_id, Delivery.parcel == Parcel.RESULTS),
            sa.and_(Delivery.report_id == ObjectRecord.report_id, Delivery.parcel == Parcel.REPORT),
        )
        return sa.exists().where(brought, _arrived, sa.or_(sa.false(), *takes)).correlate(ObjectRecord)


def _of_study() -> sa.ColumnElement[bool]:
    return sa.or_(
        ObjectRecord.image_id.in_(sa.select(Image.id).where(Image.study_instance_uid == _UID).correlate(Study)),
        ObjectRecord.report_id.in_(
            sa.select(ReportRecord.id).where(ReportRecord.study_instance_uid == _UID).correlate(Study)
        ),
    )
