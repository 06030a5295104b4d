"""The records of the service: what it holds, what it said, and where that went.

Nothing here identifies a patient: names and numbers stay in the held objects, the records know a pseudonym.
"""

from datetime import datetime
from enum import StrEnum
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
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
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


def _states(enum: type[StrEnum]) -> Enum:
    return Enum(
        enum,
        native_enum=False,
        length=20,
        values_callable=lambda e: [m.value for m in e],
        create_constraint=True,
        name="state",
    )


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
    """One study. ``due_at`` is set while a report is owed: the moment at which the study has been quiet long enough."""

    __tablename__ = "study"

    study_instance_uid: Mapped[str] = mapped_column(primary_key=True)
    patient: Mapped[str]
    first_seen_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    report_revision: Mapped[int] = mapped_column(default=0)
    park_reason: Mapped[str] = mapped_column(default="")


class Image(Base):
    """One received SOP instance at one revision of its headers."""

    __tablename__ = "image"
    __table_args__ = (UniqueConstraint("sop_instance_uid", "revision"), Index(None, "received_at"))

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
    """One DICOM object that we authored; its bytes never change once it is here."""

    __tablename__ = "object"

    sop_instance_uid: Mapped[str] = mapped_column(primary_key=True)
    sop_class_uid: Mapped[str]
    series_instance_uid: Mapped[str]
    image_id: Mapped[UUID] = mapped_column(ForeignKey(Image.id), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    blob: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class ReportRecord(Base):
    """One revision of a study's report: a FHIR bundle that never changes once it is here."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("study_instance_uid", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid))
    revision: Mapped[int]
    status: Mapped[str]
    model_digest: Mapped[str]
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
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    destination: Mapped[str]
    parcel: Mapped[Parcel] = mapped_column(
        Enum(Parcel, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
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
