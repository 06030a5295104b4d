"""Receiving large images over one association: Diafan's listener, dcmtk's storescp, and Orthanc.

Only Diafan has flushed image and folder to disk, and committed, when it says Success; the other two leave that to the
system. Before each contestant's turn the disk is brought to rest, so that none pays for what another left unwritten.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

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
IMAGES = 40
SIDE_PX = 2236  # 16 bits a pixel: 10 MB
HEADERS = ("chest_RG1half_mono2_12bit_explicit_le", "chest_nih_00000061_002_dx_effusion")  # a CR and a DX


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
    dcmtk = dcmtk_version(STORESCP)
    count = 5 if quick else IMAGES
    rates: dict[str, list[float]] = {}
    with ExitStack() as open_ones:
        contestants = [
            open_ones.enter_context(_diafan(scratch / "diafan")),
            open_ones.enter_context(_storescp(scratch / "storescp")),
            open_ones.enter_context(_orthanc(scratch / "orthanc")),
        ]
        for number in range(3 if quick else ROUNDS):
            files = _large_images(scratch / "sent", count)
            turn = number % len(contestants)
            for contestant in contestants[turn:] + contestants[:turn]:
                os.sync()
                begun = time.perf_counter()
                storescu(files, contestant.port, contestant.title, MODALITY_AET)
                rates.setdefault(contestant.name, []).append(count / (time.perf_counter() - begun))
                if contestant.held() != count:
                    raise RuntimeError(f"{contestant.name} holds {contestant.held()} of {count} images")
                contestant.forget()
            empty([scratch / "sent"])
        orthanc_version = contestants[2].name
    size = f"{count} images of 10 MB, one association, sender {dcmtk_version(STORESCU)}, {len(rates['Diafan'])} rounds"
    versus_storescp = median_ratio(rates["Diafan"], rates["storescp"])
    versus_orthanc = median_ratio(rates["Diafan"], rates[orthanc_version])
    return [
        Figure("received by Diafan, flushed and committed", median(rates["Diafan"]), "images/s", size),
        Figure(
            "received by storescp, unflushed",
            median(rates["storescp"]),
            "images/s",
            f"{dcmtk}, +B --max-pdu {MAX_PDU_BYTES}",
        ),
        Figure(
            "received by Orthanc, unflushed",
            median(rates[orthanc_version]),
            "images/s",
            f"{orthanc_version}, no routing",
        ),
        Figure("receiving against storescp", versus_storescp, "x rate", f"{dcmtk}; at least 1", "receive.vs_storescp"),
        Figure("receiving against Orthanc", versus_orthanc, "x rate", orthanc_version, "receive.vs_orthanc"),
    ]


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
    command = [STORESCP, "+B", "--max-pdu", MAX_PDU_BYTES, "-aet", PACS_AET, "-od", str(folder), str(port)]
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


def _large_images(folder: Path, count: int) -> list[Path]:
    """Write images under real headers, with pixels that no disk and no cache can make smaller."""
    folder.mkdir()
    noise = np.random.default_rng(14)
    headers = [pydicom.dcmread(DICOM / f"{name}.dcm") for name in HEADERS]
    files = []
    for number in range(count):
        dataset = headers[number % len(headers)]
        dataset.Rows = dataset.Columns = SIDE_PX
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.PixelData = noise.bytes(2 * SIDE_PX * SIDE_PX)
        dataset["PixelData"].VR = "OW"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(prefix=None)
        files.append(folder / f"{number:03}.dcm")
        dataset.save_as(files[-1], enforce_file_format=True)
    return files
