"""Spoilt streams of PDUs before a listener: each connection ends soon, in words of DICOM, and leaves nothing behind."""

import gc
import logging
import random
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Self

import psutil
from pynetdicom.dsutils import decode

from integrations import dimse
from integrations.instance import read_instance
from tests.bad_objects import plain, sent
from tests.dicom_peer import association_request, p_data, store_command
from tests.fuzz.mutation import chance, spoil

LIMITS = dimse.Limits(artim_s=5, idle_s=5)
LONGEST_S = 30.0
PATIENCE_S = 0.2
"""How long a sender waits for a word before it goes on talking."""
PEERS = 4
MOST_GROWTH_BYTES = 100_000_000
ANSWERS = {2: "accepted", 3: "rejected", 4: "answered", 6: "released", 7: "aborted"}
STATUSES = {0x0000, 0x0122, 0x0124, 0x0210, 0x0211, 0x0212, 0xA700, 0xA900, 0xC000}
"""What a sender may hear: of ours, and pynetdicom's for commands that it does not know. 0xC001 would be a fault of ours."""
_RELEASE = struct.pack(">BxL4x", 5, 4)
_SIDE_PX = 64


def conversation(dice: random.Random) -> tuple[bytes, bytes]:
    """Return what a sender says, spoilt: associate, and after an answer store a small image in some fragments, release."""
    small = plain(Rows=_SIDE_PX, Columns=_SIDE_PX)
    small["PixelData"].value = small.PixelData[: _SIDE_PX * _SIDE_PX]
    good = sent(small)
    said = [association_request(), p_data(store_command(good.sop_class, good.uid), 3)]
    step = dice.choice((500, 2000, 16000))
    for begin in range(0, len(good.content), step):
        part = good.content[begin : begin + step]
        said.append(p_data(part, 2 if begin + step >= len(good.content) else 0))
    said.append(_RELEASE)
    if dice.random() < 0.1:
        dice.shuffle(said)
    which = 0 if dice.random() < 0.2 else dice.randrange(len(said))
    if dice.random() < 0.7:
        said[which] = spoil(said[which], dice, 200)
        return said[0], b"".join(said[1:])
    return said[0], spoil(b"".join(said[1:]), dice, 1200)


class Target:
    """A listener that reads what it is sent, as the service does, and keeps none of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: Counter[str] = Counter()
        self.listener = dimse.Listener("DIAFAN", "127.0.0.1", 0, folder, self._read, self._note, limits=LIMITS)

    def _read(self, received: dimse.Received) -> None:
        read_instance(received.path)
        received.path.unlink()

    def _note(self, reason: str, *_who: str) -> None:
        self.refused[reason.partition(":")[0]] += 1

    def answers_to(self, request: bytes, rest: bytes, dice: random.Random) -> list[bytes]:
        """Say it, close our side, and return every PDU that came back. Raises TimeoutError where nobody ends it."""
        heard = b""
        cut = dice.randrange(len(rest) + 1)
        with (
            socket.create_connection(("127.0.0.1", self.listener.port), LONGEST_S) as connection,
            _until_they_hang_up(),
        ):
            connection.sendall(request)
            if select.select([connection], [], [], PATIENCE_S)[0]:
                heard += connection.recv(65536)
            for part in (rest[:cut], rest[cut:]):
                connection.sendall(part)
            if dice.random() < 0.9 and select.select([connection], [], [], PATIENCE_S)[0]:
                heard += connection.recv(65536)
            if dice.random() < 0.98:
                connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                heard += more
        answers = []
        while len(heard) >= 6:
            length = 6 + struct.unpack_from(">BxL", heard)[1]
            answers.append(heard[:length])
            heard = heard[length:]
        return answers


@contextmanager
def _until_they_hang_up() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except OSError:
        pass


def run(cases: range, seed: int, folder: Path, tell: Callable[[int], None] = lambda _n: None) -> Counter[str]:
    """Have the conversations; return how often each end was. Raises AssertionError with what failed."""
    outcomes: Counter[str] = Counter()
    faults = _Faults()
    target = Target(folder)
    target.listener.start()
    process = psutil.Process()

    def one(number: int) -> str:
        dice = chance(seed, number)
        try:
            return _end(target.answers_to(*conversation(dice), dice))
        except Exception as error:
            raise AssertionError(f"conversation {number} of seed {seed}: {type(error).__name__}: {error}") from error

    with faults, ThreadPoolExecutor(PEERS) as peers:
        try:
            outcomes.update(map(one, cases[:200]))
            _settle(folder)
            threads, files, memory = threading.active_count(), process.num_fds(), process.memory_info().rss
            for begin in range(200, len(cases), 500):
                part = cases[begin : begin + 500]
                outcomes.update(peers.map(one, part))
                dimse.echo(dimse.Peer("127.0.0.1", target.listener.port, "DIAFAN", "PACS"))
                tell(part[-1])
            _settle(folder)
            assert threading.active_count() <= threads + PEERS, [t.name for t in threading.enumerate()]
            assert process.num_fds() <= files + PEERS, "file descriptors are left over"
            growth = process.memory_info().rss - memory
            assert growth < MOST_GROWTH_BYTES, f"{growth} bytes more"
        finally:
            target.listener.stop()
    assert not faults.uncaught, faults.uncaught[:3]
    outcomes.update({f"contained: {what}": count for what, count in faults.contained.items()})
    return outcomes


def _end(answers: list[bytes]) -> str:
    for answer in answers:
        assert answer[0] in ANSWERS, f"a PDU of type {answer[0]}"
        if answer[0] == 4:
            response = decode(BytesIO(answer[12:]), True, True)
            assert response.Status in STATUSES, f"status 0x{response.Status:04X}"
            if response.Status not in (0x0000, 0x0210, 0x0211, 0x0212):
                assert response.get("ErrorComment", "-"), "no sentence"
    return " then ".join(ANSWERS[answer[0]] for answer in answers) or "closed"


def _settle(folder: Path) -> None:
    """Wait until no association is left, and see that it left no file."""
    end = time.monotonic() + LONGEST_S
    while any("AcceptorThread" in t.name or "process_request" in t.name for t in threading.enumerate()):
        assert time.monotonic() < end, [t.name for t in threading.enumerate()]
        time.sleep(0.05)
    assert list(folder.iterdir()) == []
    gc.collect()


class _Faults(logging.Handler):
    """What threads died of, and the faults of pynetdicom that the listener caught."""

    def __init__(self) -> None:
        super().__init__()
        self.uncaught: list[str] = []
        self.contained: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if "fault" in str(record.msg):
            self.contained[record.getMessage()] += 1

    def __enter__(self) -> Self:
        self._hook = threading.excepthook
        threading.excepthook = lambda hook: self.uncaught.append(f"{hook.exc_type.__name__} in {hook.thread}")
        logging.getLogger("integrations.dimse.streaming").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook = self._hook
        logging.getLogger("integrations.dimse.streaming").removeHandler(self)
