"""Results in an archive that commits to them: in the syntax that it likes, proved by its own report, through a kill and its silence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.uid import (
    Comprehensive3DSRStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ParametricMapStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from integrations import dimse
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import make_instance
from tests.integrations.dicom.commitment_peer import Archive, archive, call_back, report
from tests.journeys.hospital import SAMPLES, pacs_destination, settled, study_of
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET, Orthanc
from tests.peers.process import LOOPBACK, wait_for

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

KINDS = (SecondaryCaptureImageStorage, ParametricMapStorage, Comprehensive3DSRStorage)


def send(diafan: DiafanProcess, folder: Path) -> str:
    """Send a new image to Diafan, and return its study."""
    image = make_instance(folder, str(SAMPLES[1]))
    dimse.send(dimse.Peer(LOOPBACK, diafan.dimse_port, DIAFAN_AET, MODALITY_AET), [image])
    return study_of(image)


@pytest.fixture
def home(short_folder: Path) -> Path:
    return short_folder


def test_orthanc_commits_to_what_it_was_sent_in_rle(pacs: Orthanc, home: Path, tmp_path: Path) -> None:
    place = pacs_destination(pacs.dicom_port, commitment="required", transfer_syntaxes=["rle", "implicit-le"])
    with diafan_process(home, destinations=[place]) as diafan:
        pacs.route_to(diafan.dimse_port)
        study = settled(diafan, diafan.token("study.read"), send(diafan, tmp_path))
        diafan.cli("check")
    assert {d["proof"] for d in study["deliveries"]} == {"storage commitment"}
    assert {d["parcel"] for d in study["deliveries"]} == {"results", "report"}
    held = pacs.get("/instances", expand="")
    syntaxes: dict[str, set[str]] = {}
    for one in held:
        about = pacs.get(f"/instances/{one['ID']}/metadata", expand="")
        syntaxes.setdefault(about["SopClassUid"], set()).add(about["TransferSyntax"])
    assert syntaxes == {
        SecondaryCaptureImageStorage: {RLELossless},
        ParametricMapStorage: {ImplicitVRLittleEndian},
        Comprehensive3DSRStorage: {ImplicitVRLittleEndian},
    }


@pytest.fixture
def keeper() -> Iterator[tuple[Archive, dimse.Peer]]:
    with archive(*KINDS) as both:
        yield both


def test_a_report_after_a_kill_finds_its_delivery(
    keeper: tuple[Archive, dimse.Peer], home: Path, tmp_path: Path
) -> None:
    silent, peer = keeper
    silent.say = None
    place = {
        "kind": "pacs",
        "name": "pacs",
        "host": LOOPBACK,
        "port": peer.port,
        "called_ae_title": "PACS",
        "commitment": "required",
        "commitment_wait_s": 0.5,
    }
    with diafan_process(home, destinations=[place]) as diafan:
        uid = send(diafan, tmp_path)
        # A report of the study does not wait for what the archive says of its pictures.
        wait_for(lambda: len(silent.requests) == 2 or None, 120, "two requests for commitment", poll_s=0.2)
        token = diafan.token("study.read")
        wait_for(lambda: states(diafan, token, uid) == ["queued", "queued"] or None, 30, "both to wait", poll_s=0.2)
        shown = diafan.cli("status").stdout
        diafan.kill()
        diafan.start()
        sent = len(silent.stored)
        for request in silent.requests:
            assert call_back(diafan.dimse_port, report(request)) == 0x0000
        study = settled(diafan, token, uid)
        assert {d["proof"] for d in study["deliveries"]} == {"storage commitment"}
        assert (len(silent.requests), len(silent.stored)) == (2, sent)
        log = diafan.log.read_text()
    assert "queued" in shown
    assert log.count("storage commitment answered") == 2
    assert {syntax for _, syntax in silent.stored} == {ExplicitVRLittleEndian}


def states(diafan: DiafanProcess, token: str, study_uid: str) -> list[str]:
    answer = diafan.get(f"/studies/{study_uid}", token)
    return [d["state"] for d in answer.json()["deliveries"]] if answer.status_code == 200 else []
