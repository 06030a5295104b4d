"""The job that keeps to the retention schedules: what is past its time goes, a study at a time, each with its entry in the log.

One commit takes the blobs from their records and writes them down as expired; they are removed from the disk after it, by whoever
comes first. Killed anywhere in between, the next run finishes: a header is written under the same name again, and what is written
down as expired waits. Several may run at once: a study that somebody has locked is left to them, or to the next run.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import EventType
from integrations.errors import Unreadable
from integrations.kept_header import write_kept_header
from integrations.result_object import OVERLAY, SUMMARY, ResultKind
from integrations.sameness import values_sha256
from service.engine import is_transient
from service.gdpr.expired_blob import ExpiredBlob, remove_expired
from service.gdpr.retention_due import JOBS, Due, Hold, Kind, Schedule, failed_jobs
from service.recorder import Clock, Recorder
from service.records import Image, ObjectRecord, Study
from service.review_records import ReviewDraft
from service.settings import Settings
from service.store import FolderStore, header_key

log = logging.getLogger(__name__)
_T = TypeVar("_T")

EVERY_S = 3600.0
AT_ONCE = 50
"""Studies of a kind before it is looked again whether the program goes on."""


def schedule_of(settings: Settings) -> Schedule:
    """Return the schedules of an installation, and which of its destinations are archives."""
    taken = {ResultKind.SECONDARY_CAPTURE: (SUMMARY, OVERLAY)}
    archives = {
        d.name: frozenset(word for kind in d.objects for word in taken.get(kind, (kind.value,)))
        for d in settings.destinations
        if d.kind in {"pacs", "dicomweb"}
    }
    return Schedule(settings.retention, archives)


@dataclass(frozen=True, slots=True)
class RetentionKeeper:
    """Lets go of what is past its time."""

    engine: sa.Engine
    store: FolderStore
    record: Recorder
    clock: Clock
    schedule: Schedule

    def due(self) -> list[Due]:
        """Return what would go now, a kind at a time."""
        with Session(self.engine) as db:
            return [self.schedule.due(db, kind, self.clock()) for kind in Kind]

    def held(self) -> dict[Hold, int]:
        """Return how many studies are past the time of their pixels and lose nothing yet, by what holds them."""
        with Session(self.engine) as db:
            return self.schedule.held(db, self.clock())

    def expire(self) -> dict[Kind, int]:
        """Let go of everything that is due; returns how many pieces of each kind went."""
        gone = dict.fromkeys(Kind, 0)
        for kind in Kind:
            after: str | None = ""
            while after is not None:
                count, after = self.expire_some(kind, after)
                gone[kind] += count
        self.finish()
        return gone

    def expire_some(self, kind: Kind, after: str = "") -> tuple[int, str | None]:
        """Let go of what of a kind is due in some studies whose UIDs come ``after``; returns how many pieces, and where to go on.

        None: nothing more is due.
        """
        before = self.schedule.before(kind, self.clock())
        if before is None:
            return 0, None
        if kind is Kind.FAILED_JOBS:
            return self._expire_jobs(before), None
        with Session(self.engine) as db:
            due = sa.select(Study.study_instance_uid).where(*self.schedule.is_due(kind, before))
            more = due.where(Study.study_instance_uid > after).order_by(Study.study_instance_uid)
            uids = list(db.scalars(more.limit(AT_ONCE)))
        count = sum(self._expire_study(kind, uid, before) for uid in uids)
        return count, uids[-1] if len(uids) == AT_ONCE else None

    def finish(self) -> int:
        """Remove from the disk what was written down as expired; returns how many blobs."""
        return remove_expired(self.engine, self.store)

    async def keep(self) -> None:
        """Do all of it, at once and every hour, until cancelled."""
        while True:
            for kind in Kind:
                after: str | None = ""
                while after is not None:
                    some = await _tried(partial(self.expire_some, kind, after))
                    after = some[1] if some else None
            await _tried(self.finish)
            await asyncio.sleep(EVERY_S)

    def _expire_study(self, kind: Kind, uid: str, before: datetime) -> int:
        """Let go of what of a kind is due in one study, in one commit, unless somebody is at it; returns how many pieces."""
        try:
            with Session(self.engine) as db, db.begin():
                # The study first: whoever analyses, reports, signs, withdraws or accepts waits here, or is waited for.
                mine = sa.select(Study).where(Study.study_instance_uid == uid)
                study = db.scalar(mine.with_for_update(skip_locked=True))
                # A statement of its own: it sees what those who held the study before have committed.
                due = sa.select(Study.study_instance_uid).where(*self.schedule.is_due(kind, before))
                if study is None or db.scalar(due.where(Study.study_instance_uid == uid)) is None:
                    return 0
                blobs, count = self._let_go(db, uid, kind, before)
                db.add_all(ExpiredBlob(blob=blob, study_instance_uid=uid) for blob in blobs)
                told = {"kind": kind.value, "count": count}
                self.record(db.connection(), EventType.PIXELS_EXPIRED, study=uid, patient=study.patient, detail=told)
                return count
        except Exception as error:
            if is_transient(error):
                raise
            # One odd file holds up no other study, nor the service; its trace could quote the patient.
            log.error("a study is past its time and cannot be read (%s): it stays", type(error).__name__)  # noqa: TRY400
            return 0

    def _let_go(self, db: Session, uid: str, kind: Kind, before: datetime) -> tuple[list[str], int]:
        """Take what is due from its records; returns the blobs that are no longer named, and the count of pieces."""
        now, pieces = self.clock(), sa.and_(Study.study_instance_uid == uid, self.schedule.pieces(kind, before))
        if kind is Kind.DRAFTS:
            old = sa.select(ReviewDraft).join(Study, pieces)
            drafts = db.scalars(old.with_for_update(of=ReviewDraft)).all()
            for draft in drafts:
                db.delete(draft)
            return [], len(drafts)
        blobs = []
        if kind is Kind.RESULTS:
            for one in db.scalars(sa.select(ObjectRecord).join(Study, pieces)):
                blobs.append(one.blob)
                one.blob, one.expired_at = "", now
            return blobs, len(blobs)
        own = sa.select(Image).join(Study, pieces).order_by(Image.received_at, Image.id)
        for image in db.scalars(own.with_for_update(of=Image)):
            if kind is Kind.EVIDENCE:
                blobs.append(image.evidence_blob)
                image.evidence_blob, image.evidence_expired_at = "", now
            else:
                blobs.append(image.blob)
                self._keep_header(image, now)
        return blobs, len(blobs)

    def _keep_header(self, image: Image, now: datetime) -> None:
        """Keep the header of an image in the place of its pixels, and by what these are known again."""
        pixels = self.store.path(image.blob)
        try:
            # Who was never analysed may have pixels that end the program which decodes them.
            image.values_sha256 = values_sha256(pixels) if image.model_digest else ""
        except Unreadable:
            image.values_sha256 = ""
        header = header_key(image.id, image.received_again_at)
        self.store.put(header, write_kept_header(pixels))
        image.blob, image.pixels_expired_at = header, now

    def _expire_jobs(self, before: datetime) -> int:
        """Remove jobs that failed long ago. They are of no patient by name, and leave one entry together."""
        with self.engine.begin() as db:
            ids = db.scalars(sa.delete(JOBS).where(failed_jobs(before)).returning(JOBS.c.id)).all()
            if ids:
                told: dict[str, str | int] = {"kind": Kind.FAILED_JOBS.value, "count": len(ids)}
                self.record(db, EventType.PIXELS_EXPIRED, detail=told)
            return len(ids)


async def _tried(work: Callable[[], _T]) -> _T | None:
    """Run ``work`` in a thread; None where it failed, as where the database or the disk is away: it is for the next time."""
    try:
        return await asyncio.to_thread(work)
    except Exception as error:  # noqa: BLE001 - an hourly job that fails ends nothing else
        if is_transient(error):
            log.warning("the database or the disk does not answer: what is past its time stays until the next run")
        else:
            log.error("what is past its time could not go (%s): it stays until the next run", type(error).__name__)  # noqa: TRY400 - as above
        return None
