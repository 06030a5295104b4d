"""Several processes behind one door: this one takes the connections, the others serve them, and one that dies is replaced.

The door gives each connection to the process that has the fewest. Who is inside is counted over all of them (`places`), so that
the limits hold whatever their number. A process that is gone takes its connections with it: what they were sending was not
answered, so that their peers send it again.
"""

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Any

from integrations.dimse.listener import Listener
from integrations.dimse.places import Places

START_S = 60.0
"""A process that has not got ready for so long is no better than one that died."""
PATIENCE_S = 10.0
"""For the end of what is open, when all end."""
_GIVE_S = 1.0  # the longest for which the door waits for a process to take a connection
_SETTLED_S = 10.0
_LONGEST_PAUSE_S = 30.0
_READY = b"ready"
_MESSAGE_BYTES = 4096

_log = logging.getLogger(__name__)

Start = Callable[[socket.socket, Places], BaseProcess]
"""Starts a process that calls `connections` on the socket."""


@dataclass(eq=False)
class _Helper:
    """One process, how it gets its connections, and which places these hold, each with its turn.

    ``pause_s`` is the wait before it is replaced should it die early.
    """

    process: BaseProcess
    control: socket.socket
    begun_s: float
    pause_s: float
    is_ready: bool = False
    places: dict[int, int] = field(default_factory=dict)


class Crew:
    """``count`` processes that serve what comes to the door of ``listener``."""

    def __init__(self, listener: Listener, count: int, start: Start) -> None:
        self._listener = listener
        self._count = count
        self._start = start
        self._lock = Lock()
        self._helpers: list[_Helper] = []
        self._due: list[tuple[float, float]] = []  # when a process is to be started, and the pause after it
        self._is_ending = False
        self._wake, self._woken = socket.socketpair()

    def start(self) -> None:
        """Open the door and start the processes; raises as `Listener.start`. Who comes before they are ready waits."""
        with self._lock:  # until there are processes, whoever comes waits
            self._listener.start(send_on=self._give)
            try:
                for _ in range(self._count):
                    self._helpers.append(self._started(0.0))
            except BaseException:
                self._end()
                raise
        self._thread = Thread(target=self._replace, name="listener's processes")
        self._thread.start()

    def stop(self) -> None:
        """Close the door, and return when all processes are gone."""
        self._is_ending = True
        self._wake.send(b"!")
        self._listener.stop()
        self._thread.join()
        self._end()

    def _end(self) -> None:
        for end in (self._wake, self._woken, *(helper.control for helper in self._helpers)):
            end.close()
        deadline = time.monotonic() + PATIENCE_S
        for helper in self._helpers:
            helper.process.join(max(0.0, deadline - time.monotonic()))
            if helper.process.is_alive():
                _log.error(
                    "a process of the DICOM listener does not end: it is killed", extra={"pid": helper.process.pid}
                )
                helper.process.kill()
                helper.process.join()

    def _started(self, pause_s: float) -> _Helper:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_GIVE_S)
        try:
            with theirs:
                process = self._start(theirs, self._listener.places)
        except BaseException:
            ours.close()
            raise
        return _Helper(process, ours, time.monotonic(), pause_s)

    def _give(self, connection: socket.socket, address: Any, place: int) -> bool:
        """Give a connection to the process that has the fewest; one that is not ready yet, to one that soon will be."""
        message = json.dumps([place, address]).encode()
        with self._lock:
            for helper in sorted(self._helpers, key=self._load):
                # Noted first: should the process die with it, the place is given back.
                helper.places[place] = self._listener.places.turn(place)
                try:
                    socket.send_fds(helper.control, [message], [connection.fileno()])
                except OSError:
                    del helper.places[place]
                else:
                    return True
        return False

    def _load(self, helper: _Helper) -> tuple[bool, int]:
        helper.places = self._held(helper)
        return not helper.is_ready, len(helper.places)

    def _held(self, helper: _Helper) -> dict[int, int]:
        return {place: turn for place, turn in helper.places.items() if self._listener.places.is_held(place, turn)}

    def _replace(self) -> None:
        """Start again what dies, until all end."""
        while not self._is_ending:
            now_s = time.monotonic()
            for due_s, pause_s in [due for due in self._due if due[0] <= now_s]:
                self._due.remove((due_s, pause_s))
                self._add(pause_s)
            waiting = [h for h in self._helpers if not h.is_ready]
            next_s = min([due_s for due_s, _ in self._due] + [h.begun_s + START_S for h in waiting], default=None)
            told = wait(
                [self._woken, *(h.process.sentinel for h in self._helpers), *(h.control for h in waiting)],
                None if next_s is None else max(0.0, next_s - now_s),
            )
            for helper in waiting:
                if helper.control in told:
                    helper.is_ready = _hears_ready(helper.control)
                elif time.monotonic() - helper.begun_s > START_S:
                    helper.process.kill()
            for helper in [h for h in self._helpers if h.process.sentinel in told]:
                self._lose(helper)

    def _add(self, pause_s: float) -> None:
        """Start one more; where the machine has no room for it now, it is tried again."""
        try:
            helper = self._started(pause_s)  # without the lock, for which the door would wait
        except Exception as error:  # noqa: BLE001 - out of descriptors, processes or memory: none of them is for ever
            again_s = _next_pause_s(pause_s)
            _log.error(
                "a process of the DICOM listener cannot be started",
                extra={"error": type(error).__name__, "again_s": again_s},
            )
            self._due.append((time.monotonic() + again_s, again_s))
            return
        with self._lock:
            self._helpers.append(helper)

    def _lose(self, helper: _Helper) -> None:
        helper.process.join()
        with self._lock:
            self._helpers.remove(helper)
            lost = list(self._held(helper))
            for place in lost:
                self._listener.places.leave(place)
        helper.control.close()
        lived_s = time.monotonic() - helper.begun_s
        again_s = 0.0 if lived_s > _SETTLED_S else helper.pause_s
        _log.error(
            "a process of the DICOM listener has died: it is started again; its peers were cut off and have to send again",
            extra={
                "pid": helper.process.pid,
                "exit_code": helper.process.exitcode,
                "connections": len(lost),
                "again_s": again_s,
            },
        )
        following_s = 0.0 if lived_s > _SETTLED_S else _next_pause_s(helper.pause_s)
        self._due.append((time.monotonic() + again_s, following_s))


def _next_pause_s(pause_s: float) -> float:
    return min(max(1.0, 2 * pause_s), _LONGEST_PAUSE_S)


def _hears_ready(control: socket.socket) -> bool:
    try:
        return control.recv(_MESSAGE_BYTES) == _READY
    except OSError:  # it died, with connections that it had not taken
        return False


def connections(control: socket.socket, places: Places) -> Iterator[tuple[socket.socket, Any, int]]:
    """Yield the connections that a `Crew` gives to this process, each with its address and place, until it ends or has no more."""
    control.send(_READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
        if not message:
            return
        place, address = json.loads(message)
        if not descriptors:
            places.leave(place)
            _log.error("connection closed: no descriptor for it")
        for descriptor in descriptors:
            yield socket.socket(fileno=descriptor), tuple(address), place
