"""The records of the service: what it holds, what it said, and where that went.

One table names people, `StudyHeader`, for a worklist must be read and searched by names; it goes where its study goes.
Everything else knows a pseudonym.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of every record; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy reads it from the class


def _words(enum: type[StrEnum], **constraint: Any) -> Enum:
    return Enum(enum, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e], **constraint)


def _states(enum: type[StrEnum]) -> Enum:
    return _words(enum, create_constraint=True, name="state")


class ImageState(StrEnum):
    """Where one received image stands."""

    RECEIVED = "received"
    ANALYSED = "analysed"
    DECLINED = "declined"
    PARKED = "parked"
    SUPERSEDED = "superseded"


class DeliveryState(StrEnum):
    """Where one delivery stands. SENDING with an old intent means that a transfer may or may not have happened."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    PARKED = "parked"
    SUPERSEDED = "superseded"


class Parcel(StrEnum):
    """What a delivery carries: the wrapped upload itself, an image's result objects, or a study's report."""

    SOURCE = "source"
    RESULTS = "results"
    REPORT = "report"


class Study(Base):
    """One study. ``due_at`` is set while a report is owed: the moment at which the study has been quiet long enough.

    ``withdrawn_at`` is when a person said that its results must not be used, ``withdrawn_because`` why, a `RejectionReason`;
    ``released_at`` is when a restriction of its patient's data was lifted last.
    """

    __tablename__ = "study"
    __table_args__ = (
        Index("ix_study_parked", "first_seen_at", postgresql_where=text("park_reason <> ''")),
        Index("ix_study_due_at", "due_at", postgresql_where=text("due_at is not null")),
    )

    study_instance_uid: Mapped[str] = mapped_column(primary_key=True)
    patient: Mapped[str] = mapped_column(index=True)
    first_seen_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    report_revision: Mapped[int] = mapped_column(default=0)
    park_reason: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")


class StudyHeader(Base):
    """What the newest header that counts says of a study: text as it was sent, dates as DICOM's YYYYMMDD, "" where nothing.

    ``patient_changed_at`` is when the study last came under another patient, and ``patient_id_before`` the Patient ID until then.
    ``corrected`` are words of what was wrong before and was corrected, with blanks between, ``corrected_on`` the last day of that.

    A study of which nothing was in scope has none: its data are not ours to keep.
    """

    __tablename__ = "study_header"

    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid), primary_key=True)
    patient_id: Mapped[str]
    patient_name: Mapped[str]
    birth_date: Mapped[str]
    sex: Mapped[str]
    accession_number: Mapped[str]
    study_id: Mapped[str] = mapped_column(default="")
    study_date: Mapped[str]
    study_time: Mapped[str] = mapped_column(default="")
    description: Mapped[str]
    referring_physician: Mapped[str] = mapped_column(default="")
    corrected: Mapped[str] = mapped_column(default="")
    corrected_on: Mapped[str] = mapped_column(default="")
    patient_id_before: Mapped[str] = mapped_column(default="")
    patient_changed_at: Mapped[datetime | None]


class StudyStatus(StrEnum):
    """Where a study stands, as a worklist says it. PARKED: something of it waits for a person. RESTRICTED: there is one, and no more is said."""

    RECEIVED = "received"
    ANALYSING = "analysing"
    REPORTED = "reported"
    DELIVERED = "delivered"
    PARKED = "parked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"


class ReviewState(StrEnum):
    """Where a study's review by physicians stands. WAITING: a second opinion is asked; AGAIN: signed, and then an image came."""

    NONE = "none"
    DRAFT = "draft"
    WAITING = "waiting"
    SIGNED = "signed"
    AGAIN = "again"


class WorklistLine(Base):
    """A study's line in the worklist. The database itself writes it, from the other records, as each act commits.

    ``called`` are the labels called present on any image that counts. Each change is told on the channel "worklist".
    """

    __tablename__ = "worklist"
    __table_args__ = (Index("ix_worklist_received_at", "received_at", "study_instance_uid"),)

    study_instance_uid: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[StudyStatus] = mapped_column(_words(StudyStatus))
    reason_code: Mapped[str]
    reason: Mapped[str]
    called: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review: Mapped[ReviewState] = mapped_column(_words(ReviewState))
    images: Mapped[int]
    source: Mapped[str]
    received_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Image(Base):
    """One received SOP instance at one revision of its headers.

    From ``pixels_expired_at`` on ``blob`` is its header alone, and ``values_sha256`` what its stored values were, by which it is
    known when it comes again ("": they could not be decoded). ``received_again_at`` is when it last did. From
    ``evidence_expired_at`` on there are no maps.
    """

    __tablename__ = "image"
    __table_args__ = (
        UniqueConstraint("sop_instance_uid", "revision"),
        Index(None, "received_at"),
        Index(None, "analysed_at"),
        Index("ix_image_parked", "received_at", postgresql_where=text("state = 'parked'")),
        Index("ix_image_with_pixels", "received_at", postgresql_where=text("blob <> '' and pixels_expired_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid), index=True)
    series_instance_uid: Mapped[str]
    sop_instance_uid: Mapped[str]
    sop_class_uid: Mapped[str]
    revision: Mapped[int]
    state: Mapped[ImageState] = mapped_column(_states(ImageState))
    reason_code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    wrapped: Mapped[bool] = mapped_column(default=False)
    routed_to: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    routed_model: Mapped[str] = mapped_column(default="")
    modality: Mapped[str] = mapped_column(default="")
    content_sha256: Mapped[str]
    pixel_sha256: Mapped[str]
    size_bytes: Mapped[int]
    blob: Mapped[str] = mapped_column(default="")
    model_name: Mapped[str] = mapped_column(default="")
    model_version: Mapped[str] = mapped_column(default="")
    model_digest: Mapped[str] = mapped_column(default="")
    evidence_blob: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    analysed_at: Mapped[datetime | None]
    values_sha256: Mapped[str] = mapped_column(default="")
    received_again_at: Mapped[datetime | None]
    pixels_expired_at: Mapped[datetime | None]
    evidence_expired_at: Mapped[datetime | None]


class FindingRecord(Base):
    """One label's answer for one image.

    The threshold is null where the label is not assessed, and the other numbers, too, unless it is exploratory.
    """

    __tablename__ = "finding"

    image_id: Mapped[UUID] = mapped_column(ForeignKey(Image.id), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str]
    probability: Mapped[float | None]
    threshold: Mapped[float | None]
    logit: Mapped[float | None]


class ModelChoice(Base):
    """One choice of the model that answers; the newest counts. The service may add to them, and change none."""

    __tablename__ = "model_choice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str]


class ObjectRecord(Base):
    """One DICOM object that we authored, of an image or of a report; its bytes never change once it is here.

    From ``expired_at`` on its bytes are with archives only, and ``blob`` is "".
    """

    __tablename__ = "object"
    __table_args__ = (CheckConstraint("(image_id is null) <> (report_id is null)", name="one_origin"),)

    sop_instance_uid: Mapped[str] = mapped_column(primary_key=True)
    sop_class_uid: Mapped[str]
    series_instance_uid: Mapped[str]
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey(Image.id), index=True)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    blob: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    expired_at: Mapped[datetime | None]


WITHHELD = "withheld"
"""Status of a report revision that goes nowhere: a signature stands, and no physician has looked at what came after it."""


class ReportRecord(Base):
    """One revision of a study's report: a FHIR bundle that never changes once it is here.

    ``image_ids`` are the images that it speaks of, the newest last. ``review_id`` is the signature that made it; null: the
    machine did. ``status`` is FHIR's, or `WITHHELD`. ``model_digest`` is what its identifiers are derived from.
    """

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("study_instance_uid", "revision"), Index(None, "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid))
    revision: Mapped[int]
    status: Mapped[str]
    model_digest: Mapped[str]
    image_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("review.id"), unique=True)
    blob: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class Delivery(Base):
    """One parcel on its way to one destination. ``after_id`` names the delivery that must have arrived first."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("destination", "parcel", "image_id"),
        UniqueConstraint("destination", "report_id"),
        CheckConstraint("(image_id is null) <> (report_id is null)", name="one_content"),
        Index(None, "state"),
        Index("ix_delivery_delivered", "destination", "finished_at", postgresql_where=text("state = 'delivered'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    destination: Mapped[str]
    parcel: Mapped[Parcel] = mapped_column(_words(Parcel))
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid), index=True)
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey(Image.id), index=True)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey(ReportRecord.id))
    after_id: Mapped[UUID | None] = mapped_column(ForeignKey("delivery.id"))
    state: Mapped[DeliveryState] = mapped_column(_states(DeliveryState))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    receipt: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
