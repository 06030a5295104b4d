"""What was refused, in the log; and where the database cannot take it, in room that is kept back for refusals until it can.

No act is done without its entry, so that without the database everything is refused: a disk that is full and a database that is
lost must not be the time of which the log says nothing. The room is one file of a fixed size, whose blocks the disk gave before.

    where what is waiting begins │ where it ends │ how many found no room │ how often it was emptied │ events, a line each │ room
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from errno import EIO
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
_HEAD_BYTES = 4 * _DIGITS
# One program at a time brings what waits: two would both find it not to be there yet.
_ALONE = sa.text("select pg_advisory_xact_lock(:lock)").bindparams(lock=0x0D1A_FA42)
_KNOWN = sa.text("select event from audit.entry where event = any(:texts)")


@dataclass(frozen=True, slots=True)
class _Head:
    """The numbers that the file begins with; positions in bytes."""

    begin: int = _HEAD_BYTES
    end: int = _HEAD_BYTES
    missed: int = 0
    emptied: int = 0


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
            if os.fstat(room).st_size < self.room_bytes or _head(room) is None:
                os.posix_fallocate(room, 0, self.room_bytes)
                _write_head(room, _Head())

    def bring(self) -> int:
        """Write into the log what is waiting, each once, and return how many that were; raises what the database raises."""
        if not self._waiting()[1]:
            return 0
        with self.engine.begin() as db:
            db.execute(_ALONE)
            head, lines = self._waiting()
            # A kill may have come between a commit and the new head.
            known = set(db.scalars(_KNOWN, {"texts": [line.decode() for line in lines]}))
            new = [line for line in lines if line.decode() not in known]
            trail.append_canonical(db, new)
        with self._open() as room:
            now = _head(room)
            if now is not None and now.emptied == head.emptied:
                self._empty(room, now, head.end)
        return len(new)

    def _waiting(self) -> tuple[_Head, list[bytes]]:
        try:
            with self._open() as room:
                head = _head(room)
                if head is not None:
                    return head, os.pread(room, head.end - head.begin, head.begin).splitlines()
        except FileNotFoundError:
            pass
        log.error("the room that is kept back for refusals was lost, with what waited in it: it is made anew")
        self.make_room()
        return _Head(), []

    def _empty(self, room: int, head: _Head, brought: int) -> None:
        """Give the room of what was brought back; how many found none waits as one more refusal."""
        if head.end > brought:
            return _write_head(room, replace(head, begin=brought, emptied=head.emptied + 1))
        empty = _Head(emptied=head.emptied + 1)
        if head.missed:
            line = self._of_those_without_room(head.missed).canonical() + b"\n"
            empty = replace(empty, end=empty.begin + os.pwrite(room, line, empty.begin))
        return _write_head(room, empty)

    def _keep(self, event: Event) -> None:
        line = event.canonical() + b"\n"
        try:
            with self._open() as room:
                head = _head(room)
                if head is None:
                    raise OSError(EIO, "it has no beginning")  # noqa: TRY301 - as a disk that gives none back
                if head.end + len(line) > self.room_bytes:
                    head = replace(head, missed=head.missed + 1)
                else:
                    head = replace(head, end=head.end + os.pwrite(room, line, head.end))
                _write_head(room, head)
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


def _head(room: int) -> _Head | None:
    """Return the numbers; None where a kill came before they were written."""
    told = os.pread(room, _HEAD_BYTES, 0)
    numbers = [told[at : at + _DIGITS] for at in range(0, _HEAD_BYTES, _DIGITS)]
    return _Head(*map(int, numbers)) if all(number.isdigit() for number in numbers) else None


def _write_head(room: int, head: _Head) -> None:
    numbers = (head.begin, head.end, head.missed, head.emptied)
    os.pwrite(room, b"".join(b"%0*d" % (_DIGITS, number) for number in numbers), 0)
