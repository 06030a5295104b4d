"""Memory over many images: what the process holds after 100 it must still hold after 1000."""

from pathlib import Path

import psutil

from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import empty, ledger, make_images, model_folder
from tests.diafan_process import diafan_process
from tests.peers.pacs import DIAFAN_AET, storescu

CHECKPOINTS = (100, 500, 1000)
BLOCK = 50
SIDE_PX = 512
PATIENCE_S = 1800


def run(scratch: Path, *, quick: bool) -> list[Figure]:
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
