"""Spoilt DICOM files before the reader: each is taken or `Unreadable`, soon, and in little memory."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from types import FrameType

import psutil

from integrations.errors import EdgeError, Unreadable
from integrations.instance import eligibility, read_extent_mm, read_instance, read_radiograph
from integrations.sameness import same_headers, same_pixels
from tests.bad_objects import CASES
from tests.fuzz.mutation import chance, spoil
from tests.instances import DICOM
from tests.jpegs import KINDS, jpeg

LONGEST_S = 20.0
MOST_GROWTH_BYTES = 400_000_000
HEAD_BYTES = 4096
SIDE_PX = 256


class Hang(BaseException):
    """A case took longer than any may; no handler of ours may catch it."""


def corpus() -> list[bytes]:
    """Return what is spoilt: every transfer syntax, chest radiographs in each JPEG, and the objects that are bad already."""
    files = [file.read_bytes() for file in sorted(DICOM.glob("*.dcm"))]
    bad = [content for case in CASES if len(content := case.make().part10()) < 1_000_000]
    return files + [jpeg(kind) for kind in KINDS] + bad


def run(cases: range, seed: int, folder: Path, tell: Callable[[int], None] = lambda _n: None) -> Counter[str]:
    """Feed the cases to the reader; return how often each outcome was. Raises AssertionError with the case that failed."""
    outcomes: Counter[str] = Counter()
    originals = corpus()
    process = psutil.Process()
    before = 0
    for place, number in enumerate(cases):
        dice = chance(seed, number)
        original = dice.choice(originals)
        file = folder / "spoilt.dcm"
        file.write_bytes(spoil(original, dice, HEAD_BYTES))
        beside = folder / "original.dcm"
        beside.write_bytes(original)
        try:
            with within(LONGEST_S):
                outcomes[_read(file, beside)] += 1
        except (Exception, Hang) as error:
            kept = Path(gettempdir()) / f"fuzz-{os.getpid()}-{seed}-{number}.dcm"
            os.replace(file, kept)  # noqa: PTH105 - it may be there from an earlier run
            raise AssertionError(f"data set {number} of seed {seed}: {type(error).__name__} ({kept})") from error
        if place == len(cases) // 2:
            before = process.memory_info().rss
        tell(number)
    growth = process.memory_info().rss - before
    assert growth < MOST_GROWTH_BYTES, f"{growth} bytes more after the second half of the cases"
    return outcomes


def _read(file: Path, original: Path) -> str:
    """Do with a file what the service does on its way to an assessment; nothing but EdgeError may come of it."""
    try:
        instance = read_instance(file)
    except Unreadable:
        return "unreadable"
    declined = eligibility(instance, ())
    same_headers(file, original)
    if declined:
        return f"declined: {declined.code}"
    same_pixels(file, original)
    with suppress(EdgeError):
        read_extent_mm(file)
    try:
        radiograph = read_radiograph(file, SIDE_PX)
    except Unreadable:
        return "undecodable"
    assert radiograph.pixels.ndim == 2
    assert max(radiograph.pixels.shape) <= SIDE_PX
    assert 0 <= radiograph.pixels.min() <= radiograph.pixels.max() <= 1
    return "readable"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise Hang in the main thread after so much of its processor's time: a busy machine is no hang."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
