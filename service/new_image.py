"""The rows of an image as almost every image is, new and of a study that raises no question, and its job: in one statement.

It writes nothing where there is more to decide: the UID is held or ours already, or the study came under another patient or was
withdrawn, or the patient's data are restricted. `accept` then decides it row by row.
"""

from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert

from service.engine import Stage, job_of
from service.gdpr.restriction_record import is_restricted
from service.records import Image, ObjectRecord, Study, StudyHeader
from service.study_header import KEPT, header_of

if TYPE_CHECKING:
    import integrations.instance

_studies, _headers, _images = (cast("sa.Table", record.__table__) for record in (Study, StudyHeader, Image))
_DEFAULTS = {
    c.name: c.default.arg
    for table in (_studies, _headers, _images)
    for c in table.c
    if isinstance(c.default, sa.ColumnDefault)
}
_NOT_YET = {
    "due_at", "withdrawn_at", "released_at", "patient_changed_at", "analysed_at", "received_again_at", "pixels_expired_at", "evidence_expired_at",
}  # fmt: skip


def alone(uid: sa.ColumnElement[str]) -> sa.ColumnElement[None]:
    """Return the lock under which one transaction at a time decides about a SOP Instance UID."""
    return sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(uid, 0))


def _row(table: sa.Table, source: sa.CTE) -> Insert:
    """Return how a row, given by parameters of its columns' names, is inserted where ``source`` has one."""
    columns = [c for c in table.c if c.name not in _NOT_YET]
    given = sa.select(*(sa.bindparam(c.name, type_=c.type) for c in columns)).select_from(source)
    return insert(table).from_select(columns, given, include_defaults=False)


_uid = sa.bindparam("sop_instance_uid", type_=_images.c.sop_instance_uid.type)
_ours = sa.exists().where(ObjectRecord.sop_instance_uid == _uid)
_held = sa.exists().where(Image.sop_instance_uid == _uid)
# The patient's row was read before, in a statement of its own: whoever restricts waits for us, or is seen here.
_restricted = is_restricted(sa.bindparam("patient", type_=_studies.c.patient.type))
_alone = sa.select(alone(_uid).label("locked")).where(~_ours, ~_held, ~_restricted).cte("alone")
_study = _row(_studies, _alone)
_plain_study = (
    _study.on_conflict_do_update(
        index_elements=[_studies.c.study_instance_uid],
        set_={"patient": _study.excluded.patient},
        where=sa.and_(_studies.c.patient == _study.excluded.patient, _studies.c.withdrawn_at.is_(None)),
    )
    .returning(_studies.c.study_instance_uid)
    .cte("plain_study")
)
_header = _row(_headers, _plain_study)
_newest_header = _header.on_conflict_do_update(
    index_elements=[_headers.c.study_instance_uid],
    set_={name: _header.excluded[name] for name in KEPT},
    # Unchanged, it is no news to the worklist, which would be computed twice for each image.
    where=sa.or_(*(_headers.c[name] != _header.excluded[name] for name in KEPT)),
).cte("newest_header")
_INSERT = (
    _row(_images, _plain_study)
    .on_conflict_do_nothing(index_elements=[_images.c.sop_instance_uid, _images.c.revision])
    .add_cte(_newest_header)
    .returning(job_of(Stage.ANALYSE, image_id=sa.cast(_images.c.id, sa.Text)))
)
_OF_IMAGE = tuple(c.name for c in _images.c if c.name not in _NOT_YET)


def insert_new(db: sa.Connection, image: Image, patient: str, study: "integrations.instance.Study") -> bool:
    """Write ``image`` with its study, of the pseudonym ``patient``, header and job; returns whether it did: if not, roll back.

    The study's row is locked from here to the commit: what else belongs to the transaction comes before.
    """
    said = {name: value for name in _OF_IMAGE if (value := getattr(image, name)) is not None}
    row = {
        **_DEFAULTS,
        "routed_to": None,
        **said,
        **header_of(study),
        "patient": patient,
        "first_seen_at": image.received_at,
    }
    return db.scalar(_INSERT, row) is not None
