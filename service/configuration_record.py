"""By which settings Diafan runs, in the log: a digest of them, and that it changed."""

import hashlib

import sqlalchemy as sa

from audit.event import EventType
from audit.search import search
from service.recorder import Recorder
from service.settings import Settings

_OF_CONFIGURATION = (EventType.CONFIGURATION_IN_USE, EventType.CONFIGURATION_CHANGED)


def record_configuration(db: sa.Connection, record: Recorder, settings: Settings) -> None:
    """Leave an entry with the digest of the settings; that of a secret does not change it."""
    digest = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()
    last = search(db, types=_OF_CONFIGURATION, newest_first=True, limit=1)
    before = last[0].event.get("detail", {}).get("sha256", digest) if last else digest
    if before == digest:
        record(db, EventType.CONFIGURATION_IN_USE, detail={"sha256": digest})
    else:
        record(db, EventType.CONFIGURATION_CHANGED, detail={"sha256": digest, "previous_sha256": before})
