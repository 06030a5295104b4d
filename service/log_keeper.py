"""What keeps the log while Diafan runs: entries get their place, witnesses hear of them, and a clock that steps is told."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import proof, trail
from audit.event import EventType, Outcome
from audit.export import newest_checkpoint
from service.audit_feed import AuditFeeds
from service.engine import is_transient
from service.recorder import Recorder
from service.refusals import Refusals
from service.witnesses import Witnesses

log = logging.getLogger(__name__)

PAUSE_S = 0.5
STEP = timedelta(seconds=2)
"""How far the clock may run from the time that passed before it is said to have stepped: more than any slewing does."""


@dataclass(slots=True)
class LogKeeper:
    """Sequences, signs and has witnessed what was appended."""

    engine: sa.Engine
    key: Ed25519PrivateKey
    record: Recorder
    refusals: Refusals
    witnesses: Witnesses
    feeds: AuditFeeds
    clock: Callable[[], datetime]
    passed: Callable[[], float] = time.monotonic
    _at: tuple[datetime, float] | None = field(default=None, init=False)

    def sequence(self) -> None:
        """Give every committed entry its place in the log, and sign the tree; raises TrailBroken."""
        with self.engine.connect() as db:
            waiting = trail.waiting(db)
        while waiting:
            with self.engine.begin() as db:
                waiting = trail.sequence(db, self.key, self.clock())
                proof.keep_nodes(db, trail.size(db))

    def have_witnessed(self) -> None:
        """Tell the newest checkpoint to the witnesses that are due."""
        if not self.witnesses.are_due():
            return
        with self.engine.connect() as db:
            signed = newest_checkpoint(db, self.key.public_key())
        if signed is not None:
            self.witnesses.tell(self.engine, signed)

    def compare_with_witnesses(self) -> None:
        """Leave a security alert where the log is not what a witness's file knows."""
        with self.engine.begin() as db:
            found = self.witnesses.contradictions(db, self.key.public_key())
            for words in found:
                log.error("the log is not what it was: %s", words)
            if found:
                self.record(
                    db, EventType.LOG_CONTRADICTED, outcome=Outcome.SERIOUS_FAILURE, detail={"count": len(found)}
                )

    def watch_clock(self) -> None:
        """Leave an entry where the clock stepped since it was looked at last; the order of the log does not follow it."""
        now, passed = self.clock(), self.passed()
        before, self._at = self._at, (now, passed)
        if before is None:
            return
        step = (now - before[0]) - timedelta(seconds=passed - before[1])
        if abs(step) >= STEP:
            with self.engine.begin() as db:
                milliseconds = round(step / timedelta(milliseconds=1))
                self.record(
                    db, EventType.CLOCK_STEPPED, outcome=Outcome.MINOR_FAILURE, detail={"duration_ms": milliseconds}
                )

    async def keep(self) -> None:
        """Do all of it, again and again, until cancelled; without the database, entries wait."""
        while True:
            for work in (self.watch_clock, self.refusals.bring, self.sequence, self.have_witnessed, self.feeds.wake):
                try:
                    await asyncio.to_thread(work)
                except Exception as error:
                    if not is_transient(error):
                        raise
                    log.warning("the database or the disk does not answer: entries wait for their place in the log")
            await asyncio.sleep(PAUSE_S)
