"""Blobs whose time is over: named in the commit that takes them from their records, and removed after it.

No record ever names a blob that is gone, and no blob is left that nothing names: whoever is killed in between is finished by the
next one. What is named here is never used again: an image that comes back gets a new key.
"""

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.records import Base, Study
from service.store import FolderStore

_AT_ONCE = 200


class ExpiredBlob(Base):
    """A blob that is to be removed, and the study that it is of."""

    __tablename__ = "expired_blob"

    blob: Mapped[str] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(ForeignKey(Study.study_instance_uid), index=True)


def remove_expired(engine: sa.Engine, store: FolderStore) -> int:
    """Remove what waits for it from the disk, durably, then from here; returns how many there were. Others do not wait."""
    removed = 0
    while True:
        with Session(engine) as db, db.begin():
            waiting = sa.select(ExpiredBlob).order_by(ExpiredBlob.blob).limit(_AT_ONCE)
            batch = list(db.scalars(waiting.with_for_update(skip_locked=True)))
            for one in batch:
                store.remove(one.blob)
                db.delete(one)
            for folder in {store.path(one.blob).parent for one in batch}:
                if folder.is_dir():
                    store.flush(folder)
        removed += len(batch)
        if len(batch) < _AT_ONCE:
            return removed
