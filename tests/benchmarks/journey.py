"""The whole way: storescu to Orthanc, its rule to Diafan, the pictures back to Orthanc and proven there, the report to a folder."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from models.classifier import Classifier
from tests.benchmarks.explain import forward_pass, network_input
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.stage import Ledger, cpu_seconds, ledger, make_images, model_folder
from tests.diafan_process import DiafanProcess, diafan_process
from tests.peers.pacs import Orthanc, orthanc, storescu

SINGLES = 20
BATCH = 30
FORWARD_PASSES = 20
QUIET_PERIOD_S = 0.5
PATIENCE_S = 900


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Send single images to an idle Diafan, then a batch; times are those that Diafan's records hold."""
    singles, batch = (3, 5) if quick else (SINGLES, BATCH)
    files = make_images(scratch / "sent", 1 + singles + batch)
    forward_s = _forward_cpu_seconds()
    with _hospital(scratch) as (pacs, diafan, records):
        # The first image finds everything cold, which is told by no percentile.
        for number in range(1 + singles):
            storescu([files[number]], pacs.dicom_port)
            records.wait_until_settled(1 + number, PATIENCE_S)
        cpu_before, begun = cpu_seconds(diafan), datetime.now(UTC)
        storescu(files[1 + singles :], pacs.dicom_port)
        records.wait_until_settled(len(files), PATIENCE_S)
        cpu_per_image = (cpu_seconds(diafan) - cpu_before) / batch
        arrived, reported = records.deliveries("pacs"), records.reports()
        made = records.objects()
        in_pacs = len(pacs.get("/instances"))
        version = f"Orthanc {pacs.get('/system')['Version']}"
    if in_pacs != len(files) + made:
        raise RuntimeError(f"{version} holds {in_pacs} objects, {len(files) + made} were sent there")
    idle = _waits(arrived[1 : 1 + singles])
    to_report = _waits(reported[1 : 1 + singles])
    batch_s = (max(finished for _, finished in arrived[1 + singles :]) - begun).total_seconds()
    forward_s = median([forward_s, _forward_cpu_seconds()])
    through = f"through {version} and back, C-FIND proof; {made / len(files):.1f} objects an image"
    quiet = f"quiet period of {QUIET_PERIOD_S:g} s included"
    return [
        Figure(
            "Success to pictures in the PACS, median",
            median(idle),
            "s",
            f"{singles} single images, idle",
            "journey.p50_s",
        ),
        Figure("Success to pictures in the PACS, p95", percentile(idle, 0.95), "s", "at most 2", "journey.p95_s"),
        Figure("Success to report delivered, median", median(to_report), "s", quiet),
        Figure(
            "Success to report delivered, p95",
            percentile(to_report, 0.95),
            "s",
            f"at most {2 + QUIET_PERIOD_S:g}; {quiet}",
        ),
        Figure("end to end", batch / batch_s, "images/s", f"batch of {batch} {through}", "journey.images_per_s"),
        Figure("CPU an image", cpu_per_image, "s", "Diafan and its PostgreSQL"),
        Figure("CPU of a bare forward pass", forward_s, "s", "the same model, fp32"),
        Figure("CPU an image over a forward pass", cpu_per_image / forward_s, "x", "", "journey.cpu_vs_forward"),
    ]


@contextmanager
def _hospital(scratch: Path) -> Iterator[tuple[Orthanc, DiafanProcess, Ledger]]:
    """Run an Orthanc that routes to a Diafan that answers to it."""
    folder = scratch / "diafan"
    folder.mkdir()
    diafan = diafan_process(
        folder, start=False, model=str(model_folder()), quiet_period_s=QUIET_PERIOD_S, stalled_after_s=6
    )
    with diafan as service, orthanc(scratch / "orthanc", service.dimse_port) as pacs:
        answer = {
            "kind": "pacs",
            "name": "pacs",
            "host": "127.0.0.1",
            "port": pacs.dicom_port,
            "called_ae_title": pacs.aet,
        }
        service.settings = {**service.settings, "destinations": [answer, {"kind": "folder", "name": "reports"}]}
        service.start()
        with ledger(service) as records:
            yield pacs, service, records


def _waits(spans: Sequence[tuple[datetime, datetime]]) -> list[float]:
    return [(end - start).total_seconds() for start, end in spans]


def _forward_cpu_seconds() -> float:
    classifier = Classifier.load(model_folder())
    x = network_input(classifier)
    spent = []
    for _ in range(FORWARD_PASSES):
        begun = time.process_time()
        forward_pass(classifier, x)
        spent.append(time.process_time() - begun)
    return median(spent)
