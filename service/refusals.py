"""What was refused, in the log; and where the database cannot take it, in room that is kept back for refusals until it can.

No act is done without its entry, so that without the database everything is refused: a disk that is full and a database that is
lost must not be the time of which the log says nothing. The room is one file of a fixed size, whose blocks the disk gave before.

    two numbers: where what is waiting begins, where it ends │ how many found no room │ events, a line each │ room
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from audit import trail
from audit.event import Agent, Event, EventType
from service.engine import DATABASE_AWAY
from service.recorder import SYSTEM, Recorder

log = logging.getLogger(__name__)

ROOM_BYTES = 1 << 20
"""For some three thousand refusals; what is refused beyond is counted."""
_DIGITS = 12
_HEAD_BYTES = 3 * _DIGITS


@dataclass(frozen=True, slots=True)
class Refusals:
    """Writes refusals into the log, from any thread and process of the data folder that ``file`` lies in."""

    engine: sa.Engine
    record: Recorder
    file: Path
    room_bytes: int = ROOM_BYTES

    def __call__(
        self, kind: EventType, agent: Agent, *, request: str = "", detail: Mapping[str, str | int] | None = None
    ) -> None:
        """Write one down. It never raises: who is refused is refused, whatever becomes of the entry."""
        event = self.record.refusal(kind, agent, request, detail or {})
        try:
            with self.engine.begin() as db:
                trail.append(db, event)
        except DATABASE_AWAY:
            self._keep(event)

    def make_room(self) -> None:
        """Have the disk give the room, where it has not; raises OSError (ENOSPC) where it is full already."""
        with self._open(os.O_CREAT) as room:
            if os.fstat(room).st_size < self.room_bytes:
                os.posix_fallocate(room, 0, self.room_bytes)
                _write_head(room, _HEAD_BYTES, _HEAD_BYTES, 0)

    def bring(self) -> int:
        """Write into the log what is waiting, each once, and return how many that were; raises what the database raises."""
        with self._open() as room:
            begin, end, missed = _head(room)
            lines = os.pread(room, end - begin, begin).splitlines()
        if not lines and not missed:
            return 0
        with self.engine.begin() as db:
            # A kill may have come between the commit and the new head.
            known = set(db.scalars(sa.text("select event from audit.entry where event = any(:texts)"), {"texts": [line.decode() for line in lines]}))  # fmt: skip
            new = [line for line in lines if line.decode() not in known]
            if missed:
                new.append(self._of_those_without_room(missed).canonical())
            trail.append_canonical(db, new)
        with self._open() as room:
            _, newest, missed_now = _head(room)
            at = (_HEAD_BYTES, _HEAD_BYTES) if newest == end else (end, newest)
            _write_head(room, *at, missed_now - missed)
        return len(new)

    def _keep(self, event: Event) -> None:
        line = event.canonical() + b"\n"
        try:
            with self._open() as room:
                begin, end, missed = _head(room)
                if end + len(line) > self.room_bytes:
                    missed += 1
                else:
                    end += os.pwrite(room, line, end)
                _write_head(room, begin, end, missed)
        except OSError:
            log.exception("a refusal has no entry: no room was kept back for it")

    def _of_those_without_room(self, count: int) -> Event:
        return self.record.refusal(
            EventType.INSTANCE_REFUSED, SYSTEM, "", {"reason": "not-written-down", "count": count}
        )

    @contextmanager
    def _open(self, flags: int = 0) -> Iterator[int]:
        """Yield the file's descriptor, locked; it is on the disk when that ends."""
        room = os.open(self.file, os.O_RDWR | flags, 0o600)
        try:
            fcntl.flock(room, fcntl.LOCK_EX)
            yield room
            os.fdatasync(room)
        finally:
            os.close(room)


def _head(room: int) -> tuple[int, int, int]:
    told = os.pread(room, _HEAD_BYTES, 0)
    begin, end, missed = (int(told[at : at + _DIGITS]) for at in range(0, _HEAD_BYTES, _DIGITS))
    return begin, end, missed


def _write_head(room: int, begin: int, end: int, missed: int) -> None:
    os.pwrite(room, b"".join(b"%0*d" % (_DIGITS, number) for number in (begin, end, missed)), 0)
