"""An image that comes again under its SOP Instance UID: how it relates to the one that is held, and its pixels back where they expired."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from integrations.errors import Unreadable
from integrations.instance import Instance
from integrations.sameness import same_headers, same_pixels, values_sha256
from service.gdpr.expired_blob import ExpiredBlob
from service.records import Image, Study
from service.store import FolderStore, received_key


def relation_to(held: Image, file: Path, instance: Instance, store: FolderStore) -> str:
    """Say how a held image of the same UID relates: `same`, `other headers`, or `other pixels`.

    A router may re-encode an image on its way: what differs in bytes is compared by meaning. Of pixels that are no longer kept
    the hash of their stored values is; where they could not be decoded then, pixels in other bytes are other pixels.
    """
    if held.content_sha256 == instance.content_sha256:
        return "same"
    if not held.blob:
        return "other headers"
    held_file, is_gone = store.path(held.blob), held.pixels_expired_at is not None
    if held.pixel_sha256 != instance.pixel_sha256:
        is_same = _has_values(file, held.values_sha256) if is_gone else same_pixels(file, held_file)
        if not is_same:
            return "other pixels"
    return "same" if same_headers(file, held_file, kept_alone=is_gone) else "other headers"


def give_back(db: Session, held: Image, instance: Instance, now: datetime) -> str:
    """Make the record of an image whose pixels expired that of one that has them again, and return the key that they go to.

    "": it has them. Its findings stand, and nothing is analysed again; its days begin anew. The study is locked first, as the
    job locks it that lets pixels go: an image is never said to be held in the moment in which it goes.
    """
    db.get_one(Study, held.study_instance_uid, with_for_update=True)
    db.refresh(held, with_for_update=True)
    if held.pixels_expired_at is None:
        return ""
    db.add(ExpiredBlob(blob=held.blob, study_instance_uid=held.study_instance_uid))
    held.blob, held.size_bytes = received_key(uuid4()), instance.size_bytes
    held.values_sha256, held.pixels_expired_at, held.received_again_at = "", None, now
    db.flush()
    return held.blob


def _has_values(file: Path, sha256: str) -> bool:
    try:
        return bool(sha256) and values_sha256(file) == sha256
    except Unreadable:
        return False
