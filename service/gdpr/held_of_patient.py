"""What is held of a patient, and who was told of it: what an officer looks at before anything is erased (GDPR Art. 17 and 19)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from service.records import Delivery, Parcel, Study


@dataclass(frozen=True, slots=True)
class Told:
    """A ``destination`` that results went to: of how many studies, and of how many of these it heard that they are withdrawn.

    ``is_configured``: it can still be told. Where it is not, a person has to tell it by other ways.
    """

    destination: str
    studies: int
    withdrawn: int
    is_configured: bool


def told_of(db: sa.Connection, patient: str, configured: Collection[str]) -> Sequence[Told]:
    """Return every destination that may have results of the patient, by name; what never left is not counted."""
    studies = sa.func.count(Delivery.study_instance_uid.distinct())
    went = (
        sa.select(Delivery.destination, studies, studies.filter(Study.withdrawn_at.is_not(None)))
        .join(Study, Study.study_instance_uid == Delivery.study_instance_uid)
        .where(Study.patient == patient, Delivery.attempts > 0, Delivery.parcel != Parcel.SOURCE)
        .group_by(Delivery.destination)
        .order_by(Delivery.destination)
    )
    return [Told(name, count, withdrawn, name in configured) for name, count, withdrawn in db.execute(went)]
