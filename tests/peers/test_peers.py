"""Each peer starts, does what the journeys rely on, and ends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pydicom
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pydicom.uid import UID
from pynetdicom import AE, AllStoragePresentationContexts, evt

from tests.peers import identity as openid
from tests.peers.browser import screenshot
from tests.peers.ehr import FhirServer
from tests.peers.pacs import DIAFAN_AET, Orthanc, storescu
from tests.peers.process import BUILD, LOOPBACK, PeerFailed, free_port, running, wait_for
from tests.peers.recorder import recording_proxy
from tests.peers.viewer import Ohif

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

DICOM = Path(__file__).parents[1] / "data" / "dicom"
EFFUSION = DICOM / "chest_nih_00000061_002_dx_effusion.dcm"
CR_JPEG_2000 = DICOM / "chest_RG1_cr_pa_mono1_15bit_j2k.dcm"
ULTRASOUND = DICOM / "reject_us_echo_jpeg_lossless_8bit.dcm"


@contextmanager
def store_scp() -> Iterator[tuple[int, list[str]]]:
    """Run a C-STORE SCP with Diafan's title: its port, and the SOP Instance UIDs that it received."""
    received: list[str] = []

    def on_store(event: evt.Event) -> int:
        received.append(str(event.request.AffectedSOPInstanceUID))
        return 0x0000

    entity = AE(DIAFAN_AET)
    for context in AllStoragePresentationContexts:
        entity.add_supported_context(context.abstract_syntax, [*map(UID, pydicom.uid.AllTransferSyntaxes)])
    server = entity.start_server((LOOPBACK, 0), block=False, evt_handlers=[(evt.EVT_C_STORE, on_store)])
    try:
        yield server.server_address[1], received
    finally:
        server.shutdown()


def uid_of(file: Path) -> str:
    return str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID)


def overlay_like(source: Path, folder: Path) -> pydicom.Dataset:
    """A colour image in a series of its own beside the radiograph: red above, blue below."""
    dataset = pydicom.dcmread(source)
    pixels = np.zeros((600, 800, 3), np.uint8)
    pixels[:300, :, 0], pixels[300:, :, 2] = 220, 200
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    dataset.SeriesInstanceUID = pydicom.uid.generate_uid()
    dataset.Modality, dataset.SeriesNumber, dataset.SeriesDescription = "OT", 99, "Red above blue"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel, dataset.PlanarConfiguration = 600, 800, 3, 0
    dataset.PhotometricInterpretation = "RGB"
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(folder / "overlay.dcm")
    return dataset


def test_a_process_that_ends_at_once_is_told_with_its_log() -> None:
    command = ["/bin/sh", "-c", "echo out of luck; exit 3"]
    with running("short", command) as process, pytest.raises(PeerFailed, match=r"status 3(.|\n)*out of luck"):
        process.wait_for(lambda: None, timeout_s=10)


def test_the_pacs_stores_what_a_modality_sends_and_routes_radiographs_only(pacs: Orthanc) -> None:
    with store_scp() as (port, received), recording_proxy(port) as recorder:
        pacs.route_to(recorder.port)
        storescu([EFFUSION, CR_JPEG_2000, ULTRASOUND], pacs.dicom_port)
        wait_for(lambda: len(received) >= 2 or None, 20, "both radiographs routed")

    assert sorted(received) == sorted(map(uid_of, (EFFUSION, CR_JPEG_2000)))
    assert recorder.requested() == {uid_of(EFFUSION): 1, uid_of(CR_JPEG_2000): 1}
    (found,) = pacs.query("instances", SOPInstanceUID=uid_of(ULTRASOUND))
    assert found["00080060"]["Value"] == ["US"]


def test_a_transfer_that_failed_can_be_repeated(pacs: Orthanc) -> None:
    with store_scp() as (port, received), recording_proxy(port) as recorder:
        recorder.down = True
        pacs.route_to(recorder.port)
        storescu([DICOM / "chest_RG1half_mono1_12bit_rle.dcm"], pacs.dicom_port)
        wait_for(lambda: any(job["State"] == "Failure" for job in pacs.transfers()) or None, 20, "a failed transfer")
        recorder.down = False
        assert pacs.repeat_failed_transfers() == 1
        wait_for(lambda: received or None, 20, "the transfer repeated")


def test_the_pacs_listens_on_loopback_only(pacs: Orthanc) -> None:
    listening = {
        line.split()[1].split(":")[0]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if int(line.split()[1].split(":")[1], 16) in (pacs.dicom_port, httpx.URL(pacs.http_url).port)
        and line.split()[3] == "0A"
    }
    assert listening == {"0100007F"}


def test_the_recorder_sees_a_second_send_that_the_receiver_hides() -> None:
    uid = uid_of(CR_JPEG_2000)
    with store_scp() as (port, received), recording_proxy(port) as recorder:
        for _ in range(2):
            storescu([CR_JPEG_2000], recorder.port, called_aet=DIAFAN_AET)
        assert recorder.requested() == {uid: 2}
        assert recorder.answered() == {(uid, 0x0000): 2}
        assert received == [uid, uid]


def test_the_recorder_can_lose_an_answer_and_be_down() -> None:
    uid = uid_of(EFFUSION)
    with store_scp() as (port, received), recording_proxy(port) as recorder:
        recorder.lose_answers(1)
        with pytest.raises(PeerFailed, match="storescu"):
            storescu([EFFUSION], recorder.port)
        assert (received, recorder.requested(), recorder.answered()) == ([uid], {uid: 1}, {})
        recorder.down = True
        with pytest.raises(PeerFailed, match="storescu"):
            storescu([EFFUSION], recorder.port)
        assert received == [uid]


def test_the_provider_gives_tokens_for_an_audience_and_no_scope_too_many(identity: openid.Provider) -> None:
    token = identity.token(openid.OFFICER)
    keys = KeySet.import_key_set(httpx.get(identity.jwks_url, trust_env=False).json())
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"]) == (identity.issuer, openid.API)
    assert claims["scope"].split() == ["study.read", "audit.read"]
    assert identity.token(openid.READER)
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        identity.token(openid.READER, scope="audit.read")
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        identity.token(openid.READER, audience="https://elsewhere.example")


def test_the_provider_rotates_its_keys(identity: openid.Provider) -> None:
    before = httpx.get(identity.jwks_url, trust_env=False).json()["keys"]
    kid = identity.rotate_keys()
    after = httpx.get(identity.jwks_url, trust_env=False).json()["keys"]
    assert {key["kid"] for key in after} == {key["kid"] for key in before} | {kid}
    keys = KeySet.import_key_set({"keys": after})
    assert jwt.decode(identity.token(openid.PACS), keys, algorithms=["RS256"]).header["kid"] == kid


def patient_bundle(family: str = "Test", subject: str = "urn:uuid:0b1f1e4c-2b1d-4f6e-9d4e-6c1d1f0c7a11") -> dict:
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example:mrn", "value": "P-1"}],
        "name": [{"family": family}],
    }
    observation = {
        "resourceType": "Observation",
        "identifier": [{"system": "urn:example:observation", "value": "O-1"}],
        "status": "preliminary",
        "code": {"text": "Effusion"},
        "subject": {"reference": subject},
    }
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": "urn:uuid:0b1f1e4c-2b1d-4f6e-9d4e-6c1d1f0c7a11",
                "resource": patient,
                "request": {
                    "method": "POST",
                    "url": "Patient",
                    "ifNoneExist": "identifier=urn:example:mrn|P-1",
                },
            },
            {
                "resource": observation,
                "request": {"method": "PUT", "url": "Observation?identifier=urn:example:observation|O-1"},
            },
        ],
    }


def test_the_ehr_takes_a_transaction_and_a_repeat_changes_nothing(ehr: FhirServer, identity: openid.Provider) -> None:
    token = identity.token(openid.DIAFAN)
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
        for _ in range(2):
            assert (
                client.post(ehr.url, json=patient_bundle()).raise_for_status().json()["type"] == "transaction-response"
            )
        (patient,) = ehr.search("Patient", token, identifier="urn:example:mrn|P-1")
        (observation,) = ehr.search("Observation", token, identifier="urn:example:observation|O-1")
        assert observation["subject"]["reference"] == f"Patient/{patient['id']}"
        history = client.get(f"{ehr.url}/Observation/{observation['id']}/_history").raise_for_status().json()
        assert len(history["entry"]) == 1


def test_the_ehr_refuses_what_a_real_one_would(ehr: FhirServer, identity: openid.Provider) -> None:
    assert httpx.get(f"{ehr.url}/metadata", trust_env=False).status_code == 200
    refused = {
        "forged": 401,
        identity.token(openid.OFFICER): 401,  # another audience
        identity.token(openid.DIAFAN, scope="system/*.read"): 403,
    }
    for token, status in refused.items():
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.post(ehr.url, json=patient_bundle(), headers=headers, trust_env=False).status_code == status

    token = identity.token(openid.DIAFAN)
    before = ehr.search("Patient", token)
    dangling = patient_bundle(family="Dangling", subject="urn:uuid:11111111-2222-4333-8444-555555555555")
    dangling["entry"][0]["request"]["ifNoneExist"] = "identifier=urn:example:mrn|P-2"
    bad_status = patient_bundle()
    bad_status["entry"][1]["resource"]["status"] = "bogus"
    for bundle in (dangling, bad_status):
        headers = {"Authorization": f"Bearer {token}"}
        assert 400 <= httpx.post(ehr.url, json=bundle, headers=headers, trust_env=False).status_code < 500
    assert ehr.search("Patient", token) == before


def test_the_ehr_fails_on_demand_and_counts(ehr: FhirServer, identity: openid.Provider) -> None:
    token = identity.token(openid.DIAFAN)
    before = ehr.counts()["POST", "/fhir"]
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
        ehr.fail_next(1, 429, retry_after_s=7)
        told = client.post(ehr.url, json=patient_bundle())
        assert (told.status_code, told.headers["retry-after"]) == (429, "7")
        ehr.fail_next(1, "lost")
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(ehr.url, json=patient_bundle())
        assert client.post(ehr.url, json=patient_bundle()).status_code == 200
    assert ehr.counts()["POST", "/fhir"] == before + 3
    assert [status for method, _, status in ehr.requests() if method == "POST"][-3:] == [429, 0, 200]


def test_the_viewer_draws_a_series_in_its_colours(pacs: Orthanc, viewer: Ohif, tmp_path: Path) -> None:
    overlay = overlay_like(EFFUSION, tmp_path)
    storescu([EFFUSION, tmp_path / "overlay.dcm"], pacs.dicom_port)
    pixels = screenshot(viewer.url, overlay.StudyInstanceUID, "Red above blue", BUILD / "screenshots" / "self-test.png")
    height, width, _ = pixels.shape
    assert pixels[height // 4, width // 2].tolist() == [220, 0, 0]
    assert pixels[3 * height // 4, width // 2].tolist() == [0, 0, 200]


def test_a_peer_ends_with_its_block(tmp_path: Path) -> None:
    with recording_proxy(free_port()) as recorder:
        socket.create_connection((LOOPBACK, recorder.port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, recorder.port))
    with running("sleeper", ["/bin/sleep", "600"]) as process:
        assert process.handle.poll() is None
    assert process.handle.returncode is not None
