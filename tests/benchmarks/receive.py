"""Receiving images, large ones over one association and small ones over eight: Diafan, dcmtk's storescp, and Orthanc.

Only Diafan has flushed image and folder to disk, and committed, when it says Success; the other two leave that to the
system. Before each contestant's turn the disk is brought to rest, so that none pays for what another left unwritten.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from integrations import dimse
from integrations.errors import EdgeError
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.stage import (
    MAX_PDU_BYTES,
    STORESCP,
    STORESCU,
    dcmtk_version,
    empty,
    ledger,
    model_folder,
    storescu,
)
from tests.diafan_process import diafan_process
from tests.instances import DICOM
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET, PACS_AET, orthanc
from tests.peers.process import free_port, running, wait_for
from tests.peers.setup import loopback_shim

ROUNDS = 5
IMAGES_A_STUDY = 2
HEADERS = ("chest_RG1half_mono2_12bit_explicit_le", "chest_nih_00000061_002_dx_effusion")  # a CR and a DX


@dataclass(frozen=True, slots=True)
class Shape:
    """What is sent, by how many associations at a time, and at least how fast against each peer; 16 bits a pixel."""

    name: str
    key: str
    side_px: int
    images: int
    associations: int
    wanted_vs_storescp: float
    wanted_vs_orthanc: float


STORESCP_OPTIONS = ("+B", "--fork", "--max-pdu", MAX_PDU_BYTES)
"""Bit-preserving, which is fastest, and a process for each association: otherwise it serves one at a time."""
SHAPES = (
    Shape("10 MB, one association", "receive", 2236, 40, 1, 1.2, 2.0),
    Shape("500 kB, eight associations", "receive.small", 500, 400, 8, 0.8, 1.5),
)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A receiver: its port and title, how many files it holds, and how to make it forget them."""

    name: str
    port: int
    title: str
    held: Callable[[], int]
    forget: Callable[[], None]


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Send the same images to each in turn, who comes first changing from round to round."""
    with ExitStack() as open_ones:
        contestants = [
            open_ones.enter_context(_diafan(scratch / "diafan")),
            open_ones.enter_context(_storescp(scratch / "storescp")),
            open_ones.enter_context(_orthanc(scratch / "orthanc")),
        ]
        return [figure for shape in SHAPES for figure in _measure(shape, contestants, scratch, quick=quick)]


def _measure(shape: Shape, contestants: list[Contestant], scratch: Path, *, quick: bool) -> list[Figure]:
    count = max(5, shape.images // 8) if quick else shape.images
    rates: dict[str, list[float]] = {}
    for number in range(3 if quick else ROUNDS):
        files = _images(scratch / "sent", count, shape.side_px)
        turn = number % len(contestants)
        for contestant in contestants[turn:] + contestants[:turn]:
            os.sync()
            begun = time.perf_counter()
            _send(files, contestant, shape.associations)
            rates.setdefault(contestant.name, []).append(count / (time.perf_counter() - begun))
            if contestant.held() != count:
                raise RuntimeError(f"{contestant.name} holds {contestant.held()} of {count} images")
            contestant.forget()
        empty([scratch / "sent"])
    diafan, storescp, orthanc = (contestant.name for contestant in contestants)
    peer = dcmtk_version(STORESCP)
    sent = f"{count} images, sender {dcmtk_version(STORESCU)}, {len(rates[diafan])} rounds"
    return [
        Figure(f"received by Diafan, {shape.name}", median(rates[diafan]), "images/s", f"flushed, committed; {sent}"),
        Figure(
            f"received by storescp, {shape.name}",
            median(rates[storescp]),
            "images/s",
            f"unflushed; {peer}, {' '.join(STORESCP_OPTIONS)}",
        ),
        Figure(f"received by Orthanc, {shape.name}", median(rates[orthanc]), "images/s", f"unflushed; {orthanc}"),
        Figure(
            f"receiving against storescp, {shape.name}",
            median_ratio(rates[diafan], rates[storescp]),
            "x rate",
            f"at least {shape.wanted_vs_storescp:g}",
            f"{shape.key}.vs_storescp",
        ),
        Figure(
            f"receiving against Orthanc, {shape.name}",
            median_ratio(rates[diafan], rates[orthanc]),
            "x rate",
            f"at least {shape.wanted_vs_orthanc:g}",
            f"{shape.key}.vs_orthanc",
        ),
    ]


def _send(files: list[Path], contestant: Contestant, associations: int) -> None:
    with ThreadPoolExecutor(associations) as senders:
        size = -(-len(files) // associations)  # the images of a study come one after the other
        shares = [files[first : first + size] for first in range(0, len(files), size)]
        done = senders.map(lambda share: storescu(share, contestant.port, contestant.title, MODALITY_AET), shares)
        list(done)


@contextmanager
def _diafan(folder: Path) -> Iterator[Contestant]:
    folder.mkdir()
    blobs = folder / "data" / "blobs" / "received"
    with diafan_process(folder, "listener", start=False, model=str(model_folder())) as diafan:
        diafan.start("--role", "listener", wait=False)
        peer = dimse.Peer("127.0.0.1", diafan.dimse_port, DIAFAN_AET, MODALITY_AET)
        wait_for(lambda: _answers(peer), 60, f"Diafan to listen ({diafan.log})")
        with ledger(diafan) as records:
            before = 0

            def forget() -> None:
                nonlocal before
                before = records.images()
                for file in blobs.rglob("*.dcm"):
                    file.unlink()

            yield Contestant("Diafan", diafan.dimse_port, DIAFAN_AET, lambda: records.images() - before, forget)


@contextmanager
def _storescp(folder: Path) -> Iterator[Contestant]:
    folder.mkdir()
    port = free_port()
    command = [STORESCP, *STORESCP_OPTIONS, "-aet", PACS_AET, "-od", str(folder), str(port)]
    with running("storescp", command, {"LD_PRELOAD": str(loopback_shim())}) as process:
        peer = dimse.Peer("127.0.0.1", port, PACS_AET, MODALITY_AET)
        process.wait_for(lambda: _answers(peer), 20)

        def forget() -> None:
            for file in folder.iterdir():
                file.unlink()

        yield Contestant("storescp", port, PACS_AET, lambda: len(list(folder.iterdir())), forget)


@contextmanager
def _orthanc(folder: Path) -> Iterator[Contestant]:
    with orthanc(folder, None) as server:

        def forget() -> None:
            for study in server.get("/studies"):
                httpx.delete(f"{server.http_url}/studies/{study}", timeout=60, trust_env=False).raise_for_status()

        name = f"Orthanc {server.get('/system')['Version']}"
        yield Contestant(name, server.dicom_port, server.aet, lambda: len(server.get("/instances")), forget)


def _answers(peer: dimse.Peer) -> bool | None:
    try:
        dimse.echo(peer)
    except EdgeError:
        return None
    return True


def _images(folder: Path, count: int, side_px: int) -> list[Path]:
    """Write images under real headers, with pixels that no disk and no cache can make smaller.

    Two of them are a study, each of a patient of its own, as chest radiographs come.
    """
    folder.mkdir()
    noise = np.random.default_rng(14)
    headers = [pydicom.dcmread(DICOM / f"{name}.dcm") for name in HEADERS]
    files = []
    for number in range(count):
        dataset = headers[number // IMAGES_A_STUDY % len(headers)]
        if number % IMAGES_A_STUDY == 0:
            dataset.PatientID = uuid4().hex[:16]
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(prefix=None), generate_uid(prefix=None)
        dataset.Rows = dataset.Columns = side_px
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.PixelData = noise.bytes(2 * side_px * side_px)
        dataset["PixelData"].VR = "OW"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(prefix=None)
        files.append(folder / f"{number:03}.dcm")
        dataset.save_as(files[-1], enforce_file_format=True)
    return files
