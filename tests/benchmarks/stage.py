"""What the benchmarks of the whole service share: the model, the images, Diafan's processes, and what its database says."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
import pydicom
import sqlalchemy as sa
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from models import registry
from service.database import open_database
from service.records import Delivery, DeliveryState, Image, ImageState, ObjectRecord, Study
from service.settings import Settings
from tests.diafan_process import DiafanProcess
from tests.instances import CARDIOMEGALY, DICOM
from tests.peers.process import wait_for

STORESCU = "/usr/bin/storescu"  # by its full path: pynetdicom brings programs of the same names
STORESCP = "/usr/bin/storescp"
MAX_PDU_BYTES = "131072"


def model_folder() -> Path:
    """Return the model that is measured: the bundled one, unless DIAFAN_MODEL names another."""
    chosen = os.environ.get("DIAFAN_MODEL", "bundled")
    return registry.bundled() if chosen == "bundled" else Path(chosen)


def dcmtk_version(program: str) -> str:
    """Return `dcmtk 3.6.7`; raises RuntimeError where the program is not dcmtk's."""
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True, timeout=10).stdout
    if not said.startswith("$dcmtk:"):
        raise RuntimeError(f"{program} is not dcmtk's: install the package dcmtk")
    return f"dcmtk {said.split()[2].removeprefix('v')}"


def make_images(folder: Path, count: int, side_px: int | None = None, source: str = CARDIOMEGALY) -> list[Path]:
    """Write ``count`` images, each a study of its own, a few of its pixels changed; ``side_px`` shrinks them."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset = pydicom.dcmread(DICOM / f"{source}.dcm")
    pixels = dataset.pixel_array
    if side_px is not None:
        step = min(pixels.shape) // side_px
        pixels = pixels[::step, ::step][:side_px, :side_px]
        dataset.Rows, dataset.Columns = pixels.shape
    pixels = pixels.copy()
    files = []
    for number in range(count):
        pixels.flat[number % pixels.size] ^= 1
        dataset.PixelData = pixels.tobytes()
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(dataset, keyword, generate_uid(prefix=None))
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        files.append(folder / f"{number:04}.dcm")
        dataset.save_as(files[-1], enforce_file_format=True)
    return files


def processes(diafan: DiafanProcess) -> list[psutil.Process]:
    """Return Diafan's process, its embedded PostgreSQL, and all that these have started."""
    assert diafan.process is not None
    postgres = int((diafan.folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0])
    roots = [psutil.Process(diafan.process.pid), psutil.Process(postgres)]
    return [p for root in roots for p in (root, *root.children(recursive=True))]


def cpu_seconds(diafan: DiafanProcess) -> float:
    """Return the CPU time, user and system, that Diafan and its database have used so far, ended children included."""
    total = 0.0
    for process in processes(diafan):
        try:
            t = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # a connection closed; its time is its parent's now
        total += t.user + t.system + t.children_user + t.children_system
    return total


@dataclass(frozen=True, slots=True)
class Ledger:
    """What Diafan's own records say, read beside it."""

    engine: sa.Engine

    def settled(self) -> bool | None:
        """Tell whether nothing is left to analyse, to report or to deliver; None where something is, for `wait_for`."""
        moving = (DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.SENDING)
        owed = (
            sa.select(Image).where(Image.state == ImageState.RECEIVED),
            sa.select(Study).where(Study.due_at.is_not(None)),
            sa.select(Delivery).where(Delivery.state.in_(moving)),
        )
        with Session(self.engine) as db:
            return None if any(db.scalar(sa.select(q.exists())) for q in owed) else True

    def wait_until_settled(self, images: int, timeout_s: float) -> None:
        """Wait until ``images`` in all have come and everything has left. Raises TimeoutError, RuntimeError."""

        def done() -> bool | None:
            return self.settled() if self.images() >= images else None

        wait_for(done, timeout_s, f"{images} images to arrive and leave", poll_s=0.2)
        with Session(self.engine) as db:
            wrong = db.scalar(sa.select(sa.func.count()).select_from(Image).where(Image.state != ImageState.ANALYSED))
            parked = db.scalar(
                sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.PARKED)
            )
        if wrong or parked:
            raise RuntimeError(f"{wrong} images were not analysed, {parked} deliveries are parked")

    def images(self) -> int:
        """Return how many images were received."""
        with Session(self.engine) as db:
            return db.scalar(sa.select(sa.func.count()).select_from(Image)) or 0

    def deliveries(self, destination: str) -> list[tuple[datetime, datetime]]:
        """Return (image received, its results delivered to ``destination``), in the order of arrival."""
        query = (
            sa.select(Image.received_at, Delivery.finished_at)
            .join(Delivery, Delivery.image_id == Image.id)
            .where(Delivery.destination == destination)
            .order_by(Image.received_at)
        )
        with Session(self.engine) as db:
            return [(received, finished) for received, finished in db.execute(query)]

    def reports(self) -> list[tuple[datetime, datetime]]:
        """Return (image received, the report of its study delivered everywhere), in the order of arrival."""
        query = (
            sa.select(Image.received_at, sa.func.max(Delivery.finished_at))
            .join(Delivery, Delivery.study_instance_uid == Image.study_instance_uid)
            .where(Delivery.report_id.is_not(None))
            .group_by(Image.id, Image.received_at)
            .order_by(Image.received_at)
        )
        with Session(self.engine) as db:
            return [(received, finished) for received, finished in db.execute(query)]

    def objects(self) -> int:
        """Return how many DICOM objects were made."""
        with Session(self.engine) as db:
            return db.scalar(sa.select(sa.func.count()).select_from(ObjectRecord)) or 0


@contextmanager
def ledger(diafan: DiafanProcess) -> Iterator[Ledger]:
    """Open Diafan's database beside it."""
    with open_database(Settings(data_dir=diafan.folder / "data")) as database:
        yield Ledger(database.engine)


def empty(folders: Iterable[Path]) -> None:
    """Remove what a contestant has written, so that disks do not fill, outside of what is timed."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def storescu(files: Sequence[Path], port: int, called: str, calling: str) -> None:
    """Send uncompressed files over one association, in large PDUs. Raises RuntimeError where any was refused."""
    options = ["--max-pdu", MAX_PDU_BYTES, "-x=", "-aet", calling, "-aec", called]
    sent = subprocess.run(
        [STORESCU, *options, "127.0.0.1", str(port), *map(str, files)], check=False, capture_output=True, text=True
    )
    if sent.returncode != 0:
        raise RuntimeError(f"storescu to {called} ended with {sent.returncode}: {sent.stderr[-500:]}")
