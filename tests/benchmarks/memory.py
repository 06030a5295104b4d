"""Memory over many images: what the process holds after 100 it must still hold after 1000, and the engine after 10,000."""

from itertools import cycle, islice
from pathlib import Path

import psutil

from integrations.instance import read_radiograph
from models.classifier import Classifier
from models.radiograph import LONG_SIDE_PX
from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import empty, ledger, make_images, model_folder
from tests.diafan_process import diafan_process
from tests.instances import DICOM
from tests.peers.pacs import DIAFAN_AET, storescu

CHECKPOINTS = (100, 500, 1000)
BLOCK = 50
SIDE_PX = 512
PATIENCE_S = 1800
INFERENCES = (100, 1_000, 10_000)


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Measure inference alone, then the whole service."""
    return [*_inference((10, 50, 100) if quick else INFERENCES), *_service(scratch, quick=quick)]


def _inference(checkpoints: tuple[int, ...]) -> list[Figure]:
    """Read and assess a few radiographs over and over, and read this process's resident set size on the way."""
    classifier = Classifier.load(model_folder())
    paths = cycle(sorted(DICOM.glob("chest_*.dcm")))
    process = psutil.Process()
    figures = []
    done = 0
    for checkpoint in checkpoints:
        for path in islice(paths, checkpoint - done):
            classifier.assess(read_radiograph(path, LONG_SIDE_PX))
        done = checkpoint
        note = f"reading and the engine {classifier.engine.name}, no service"
        rss_mb = process.memory_info().rss / 1e6
        figures.append(Figure(f"memory after {done} inferences", rss_mb, "MB", note, f"memory.inference_mb_{done}"))
    what = f"memory gained from {checkpoints[0]} to {done} inferences"
    growth_mb = figures[-1].value - figures[0].value
    return [*figures, Figure(what, growth_mb, "MB", "flat: about 0", "memory.inference_growth_mb")]


def _service(scratch: Path, *, quick: bool) -> list[Figure]:
    """Send image after image through every stage to a folder, and read the resident set size when nothing is left to do."""
    checkpoints, block = ((4, 8, 12), 4) if quick else (CHECKPOINTS, BLOCK)
    folder = scratch / "diafan"
    folder.mkdir()
    figures = []
    with diafan_process(folder, model=str(model_folder()), stalled_after_s=6) as diafan, ledger(diafan) as records:
        assert diafan.process is not None
        process = psutil.Process(diafan.process.pid)
        for sent in range(block, checkpoints[-1] + 1, block):
            storescu(make_images(scratch / "sent", block, SIDE_PX), diafan.dimse_port, DIAFAN_AET)
            records.wait_until_settled(sent, PATIENCE_S)
            if sent in checkpoints:
                rss_mb = process.memory_info().rss / 1e6
                figures.append(
                    Figure(
                        f"memory after {sent} images",
                        rss_mb,
                        "MB",
                        "Diafan's process, all roles",
                        f"memory.rss_mb_{sent}",
                    )
                )
            # Pictures are not compressed: a thousand images would fill tens of gigabytes.
            empty(
                [
                    scratch / "sent",
                    folder / "data" / "outbox",
                    *(folder / "data" / "blobs" / b for b in ("received", "objects")),
                ]
            )
    return figures
