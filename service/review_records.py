"""The records of physicians' work: what they are writing, what they have signed, and whom they asked.

What is signed can be added and never changed: the service's role has no other right on it. Free text is here and in the
report, and nowhere else.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.records import Base, Study


class ReviewKind(StrEnum):
    """What a signature is: the one that makes a report final, one that answers a colleague, or one that takes another's place."""

    FIRST = "first"
    SECOND_OPINION = "second-opinion"
    AMENDMENT = "amendment"


class ReviewDraft(Base):
    """What one physician has of a study so far. It belongs to the person and to no session: who comes back finds it.

    ``version`` grows with each save. ``verdicts`` and ``regions`` are `service.review_content`.
    """

    __tablename__ = "review_draft"

    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid), primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    report_revision: Mapped[int]
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    regions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    text: Mapped[str]
    saved_at: Mapped[datetime]


class Review(Base):
    """One signature. ``position`` counts those of a study, from 1.

    ``report_revision`` is the newest that there was, ``findings`` are the machine's as they stood there, ``supersedes`` is
    what an amendment takes the place of. ``name`` is the display name at that time, "" where none was known.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("study_instance_uid", "position"),
        # The database's own word on two who sign at once.
        Index("ix_review_first", "study_instance_uid", unique=True, postgresql_where=text("kind = 'first'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid))
    position: Mapped[int]
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    kind: Mapped[ReviewKind] = mapped_column(
        Enum(ReviewKind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    report_revision: Mapped[int]
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    regions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    text: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("review.id"), unique=True)
    signed_at: Mapped[datetime]


class Consultation(Base):
    """A second opinion that a physician asked for. It is open until it is answered or withdrawn, one at a time for a study.

    ``asked_of`` is the subject of a colleague at the same issuer; "": any other physician.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        Index(None, "study_instance_uid"),
        Index(
            "ix_consultation_open",
            "study_instance_uid",
            unique=True,
            postgresql_where=text("answered_by is null and withdrawn_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid))
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    question: Mapped[str]
    asked_of: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey(Review.id), unique=True)
    withdrawn_at: Mapped[datetime | None]
