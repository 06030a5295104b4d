"""What the log costs a sender: images received with the entries of their acts, and the same where nothing is written into the log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from service import app as root
from service.app import Diafan
from service.listening import listener_of
from service.recorder import Recorder
from service.settings import Settings
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.stage import empty, make_images, storescu

IMAGES, SIDE_PX, ROUNDS = 100, 500, 9
TITLE = "BENCH"


class _Silent(Recorder):
    """Writes nothing."""

    def __call__(self, *_: Any, **__: Any) -> None:
        return


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Send to two listeners of one installation in turn; entries are sequenced and signed meanwhile, as by a running service."""
    count, rounds = (10, 3) if quick else (IMAGES, ROUNDS)
    took: dict[str, list[float]] = {"with": [], "without": []}
    with root.assemble(Settings(data_dir=scratch / "d", http_port=0, dimse_port=0)) as diafan:
        silent = _Silent(diafan.clock, diafan.subjects, diafan.settings.lawfulness)
        without = replace(diafan, record=silent, acceptor=replace(diafan.acceptor, record=silent))
        with _listening(diafan) as ours, _listening(without) as bare:
            for number in range(rounds + 1):
                turns = [("with", ours), ("without", bare)]
                for name, port in turns if number % 2 else turns[::-1]:
                    files = make_images(scratch / "sent", count, SIDE_PX)
                    begun = time.perf_counter()
                    storescu(files, port, diafan.settings.ae_title, TITLE)
                    if name == "with":
                        diafan.sequence_log()
                    took[name].append(time.perf_counter() - begun)
                    empty([scratch / "sent"])
    note = f"{count} images of 500 kB, one association, flushed and committed, entries sequenced; {rounds} rounds in turn; at most 1.1"
    ratio = median_ratio(took["with"][1:], took["without"][1:])
    return [Figure("receiving with the log, over receiving without it", ratio, "x time", note, "audit.receive")]


@contextmanager
def _listening(diafan: Diafan) -> Iterator[int]:
    listener = listener_of(diafan)
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()
