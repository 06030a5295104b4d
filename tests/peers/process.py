"""Start a peer's process, wait until it answers, end it by its own handle."""

import itertools
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "peers"
LOOPBACK = "127.0.0.1"

T = TypeVar("T")
_starts = itertools.count(1)


class PeerFailed(Exception):
    """A peer ended, or did not answer in time; the message ends with the last lines of its log."""


def wait_for(condition: Callable[[], T | None], timeout_s: float, what: str, poll_s: float = 0.02) -> T:
    """Return the first result of `condition` that is not None; raise TimeoutError, naming `what`, when time is over."""
    deadline = time.monotonic() + timeout_s
    while (result := condition()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s} s")
        time.sleep(poll_s)
    return result


@dataclass(frozen=True, slots=True)
class Process:
    """A started peer: its handle, and the file that holds what it said."""

    name: str
    handle: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, condition: Callable[[], T | None], timeout_s: float) -> T:
        """Wait as `wait_for` does, and no longer than the process lives. Raises PeerFailed."""

        def while_alive() -> T | None:
            if (status := self.handle.poll()) is not None:
                raise PeerFailed(f"ended with status {status}")
            return condition()

        try:
            return wait_for(while_alive, timeout_s, "an answer")
        except (PeerFailed, TimeoutError) as error:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise PeerFailed(f"{self.name}: {error} ({self.log})\n{tail}") from error

    def wait_for_url(self, timeout_s: float) -> str:
        """Return the URL that our node servers announce: read from the process's own log, it can be no other's."""

        def announced() -> str | None:
            found = re.search(r"^ready (\S+)$", self.log.read_text(errors="replace"), re.MULTILINE)
            return found and found[1]

        return self.wait_for(announced, timeout_s)


@contextmanager
def running(
    name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run `command` until the block ends; its standard input ends with us, however we end."""
    logs = BUILD / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}-{os.getpid()}-{next(_starts)}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        ) as handle,
    ):
        try:
            yield Process(name, handle, log)
        finally:
            handle.terminate()
            try:
                handle.wait(timeout=10)
            except subprocess.TimeoutExpired:
                handle.kill()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
