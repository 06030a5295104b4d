"""Under whose name a study comes: the newest image that counts says so."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from service.records import Study

# Made once: SQLAlchemy remembers how a statement is said as long as it is the same object.
_NEW_STUDY = (
    insert(Study)
    .values(
        study_instance_uid=sa.bindparam("uid"), patient=sa.bindparam("patient"), first_seen_at=sa.bindparam("seen_at")
    )
    .on_conflict_do_nothing()
    .returning(Study.study_instance_uid)
)
_before = sa.select(Study).where(Study.study_instance_uid == sa.bindparam("uid")).with_for_update().cte("before")
_WHOSE_STUDY = (
    sa.update(Study)
    .where(Study.study_instance_uid == _before.c.study_instance_uid, Study.withdrawn_at.is_(None))
    .values(patient=sa.bindparam("whose"))
    .returning(_before.c.patient)
)


def come_under(db: sa.Connection, uid: str, patient: str, seen_at: datetime, *, counts: bool) -> str | None:
    """Have the study, made where it is new, come under ``patient``, where an image ``counts``; return under whom it was.

    None: an image would count, and the study was withdrawn.
    """
    new = {"uid": uid, "patient": patient, "seen_at": seen_at}
    is_known = db.scalar(_NEW_STUDY, new) is None
    if not (is_known and counts):
        return patient
    before: str | None = db.scalar(_WHOSE_STUDY, {"uid": uid, "whose": patient})
    return before
