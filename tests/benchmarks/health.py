"""Health checks: connections that open and close without a word, as load balancers make them, and what they leave behind."""

import socket
import time
from pathlib import Path

import psutil

from integrations import dimse
from integrations.errors import EdgeError
from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import model_folder
from tests.diafan_process import diafan_process
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET
from tests.peers.process import LOOPBACK, wait_for

CHECKS = 100_000
WARM_UP = 1000


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Open and close, and read threads, descriptors and memory of the listener's process before and after."""
    count = 2000 if quick else CHECKS
    folder = scratch / "diafan"
    folder.mkdir()
    with diafan_process(folder, "listener", start=False, model=str(model_folder())) as diafan:
        diafan.start("--role", "listener", wait=False)
        peer = dimse.Peer(LOOPBACK, diafan.dimse_port, DIAFAN_AET, MODALITY_AET)
        wait_for(lambda: _answers(peer), 60, f"Diafan to listen ({diafan.log})")
        assert diafan.process is not None
        process = psutil.Process(diafan.process.pid)
        _open_and_close(diafan.dimse_port, WARM_UP)
        before = _held(process)
        begun = time.perf_counter()
        _open_and_close(diafan.dimse_port, count)
        took_s = time.perf_counter() - begun
        after = _held(process)
        if not _answers(peer):
            raise RuntimeError("the listener does not answer after the health checks")
    what = f"{count:,} connections, listener in a process of its own"
    return [
        Figure("health checks", count / took_s, "/s", what),
        *(
            Figure(f"{name} gained by health checks", new - old, unit, what, f"health.{name.replace(' ', '_')}")
            for (name, old, unit), (_, new, _) in zip(before, after, strict=True)
        ),
    ]


def _open_and_close(port: int, count: int) -> None:
    for _ in range(count):
        socket.create_connection((LOOPBACK, port), 10).close()


def _held(process: psutil.Process) -> list[tuple[str, float, str]]:
    """Return what the process holds, once it has come to rest."""
    least = (float("inf"), float("inf"))
    for _ in range(20):
        time.sleep(0.25)
        least = min(least, (float(process.num_threads()), float(process.num_fds())))
    return [
        ("threads", least[0], ""),
        ("sockets and files", least[1], ""),
        ("memory", process.memory_info().rss / 1e6, "MB"),
    ]


def _answers(peer: dimse.Peer) -> bool | None:
    try:
        dimse.echo(peer)
    except EdgeError:
        return None
    return True
