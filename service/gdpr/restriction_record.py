"""The record of a restriction of processing (GDPR Art. 18), and the conditions by which statements leave out what it covers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from audit.subject import subject
from service.records import Base, Study

RESTRICTED = "restricted"
"""The code of what stands still because of a restriction: of images, problems and refusals."""
OF_RESTRICTED = "study-restricted"
"""The code of an image under whose patient a restricted study would come, and out of its restriction."""


class Ground(StrEnum):
    """Why processing is restricted: the four grounds of GDPR Art. 18(1)."""

    ACCURACY_CONTESTED = "accuracy-contested"
    UNLAWFUL_PROCESSING = "unlawful-processing"
    LEGAL_CLAIMS = "legal-claims"
    OBJECTION = "objection"


class Restriction(Base):
    """One patient whose data are stored and nothing else, ``since`` then. Lifted, the row is gone; erased, it goes with the pseudonym."""

    __tablename__ = "restriction"

    patient: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey(subject.c.patient, ondelete="CASCADE"), primary_key=True
    )
    ground: Mapped[Ground] = mapped_column(
        sa.Enum(Ground, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    since: Mapped[datetime]


def is_restricted(patient: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a patient's data are restricted; ``patient`` is a pseudonym, or a column of them."""
    return sa.exists().where(Restriction.patient == patient)


def is_of_restricted(study_instance_uid: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a study is of such a patient; ``study_instance_uid`` is one, or a column of them."""
    study = aliased(Study)
    return sa.exists().where(study.study_instance_uid == study_instance_uid, study.patient == Restriction.patient)
