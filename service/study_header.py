"""Whose study it is: kept for the worklist, for as long as an image of it is held."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

import integrations.instance
from service.records import Image, StudyHeader

KEPT = (
    "patient_id",
    "patient_name",
    "birth_date",
    "sex",
    "accession_number",
    "study_id",
    "study_date",
    "study_time",
    "description",
    "referring_physician",
    "corrected",
    "corrected_on",
)
_new = insert(StudyHeader)
_KEEP = _new.on_conflict_do_update(
    index_elements=[StudyHeader.study_instance_uid], set_={name: _new.excluded[name] for name in KEPT}
)
_CHANGE_PATIENT = (
    sa.update(StudyHeader)
    .where(StudyHeader.study_instance_uid == sa.bindparam("uid"))
    .values(patient_id_before=StudyHeader.patient_id, patient_changed_at=sa.bindparam("at"))
)


def header_of(study: integrations.instance.Study) -> dict[str, str]:
    """Return what is kept of a study's header, by the names of `KEPT`."""
    said = (
        study.patient_id,
        study.patient_name,
        study.birth_date,
        study.sex,
        study.accession_number,
        study.study_id,
        study.study_date,
        study.study_time,
        study.study_description,
        study.referring_physician,
        " ".join(one.value for one in study.corrected),
        study.corrected_on,
    )
    # A header may hold what PostgreSQL's text cannot: a null, or half of a character.
    return {
        name: text.replace("\0", "").encode(errors="replace").decode() for name, text in zip(KEPT, said, strict=True)
    }


def keep_header(db: Session, study: integrations.instance.Study, changed_at: datetime | None = None) -> None:
    """Keep what the newest header says of its study; ``changed_at``: it comes under another patient now."""
    if changed_at is not None:
        db.connection().execute(_CHANGE_PATIENT, {"uid": study.study_instance_uid, "at": changed_at})
    db.connection().execute(_KEEP, {"study_instance_uid": study.study_instance_uid, **header_of(study)})


def forget_header(db: Session, study_instance_uid: str) -> None:
    """Let go of whose study it is, where nothing of it is kept."""
    db.flush()
    kept = sa.exists().where(Image.study_instance_uid == study_instance_uid, Image.blob != "")
    db.execute(sa.delete(StudyHeader).where(StudyHeader.study_instance_uid == study_instance_uid, ~kept))
