"""A hospital around Diafan: a PACS that routes to it, an EHR, an identity provider, and a recorder on each DICOM way."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE

from tests.diafan_process import DiafanProcess
from tests.peers import identity as openid
from tests.peers.ehr import FhirServer
from tests.peers.pacs import DIAFAN_AET, PACS_AET, Orthanc
from tests.peers.process import LOOPBACK, wait_for
from tests.peers.recorder import Recorder

SAMPLES = sorted((Path(__file__).parents[2] / "service" / "samples").glob("*.dcm"))
PATIENT_SYSTEM = "urn:diafan:patient-id"
_PATIENCE_S = 240
_SETTLED = {"delivered", "superseded"}


def uid_of(file: Path) -> str:
    return str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID)


def study_of(file: Path) -> str:
    return str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)


def pacs_destination(port: int, name: str = "pacs", **settings: object) -> dict[str, object]:
    return {"kind": "pacs", "name": name, "host": LOOPBACK, "port": port, "called_ae_title": PACS_AET, **settings}


def ehr_destination(base_url: str, provider: openid.Provider, name: str = "ehr") -> dict[str, object]:
    client = openid.DIAFAN
    return {
        "kind": "ehr",
        "name": name,
        "base_url": base_url,
        "token_url": provider.token_url,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "resource": client.audience,
    }


@dataclass(frozen=True)
class Hospital:
    """Diafan among its peers: ``routed`` records what the PACS sends to Diafan, ``sent`` what Diafan sends to the PACS."""

    diafan: DiafanProcess
    pacs: Orthanc
    ehr: FhirServer
    identity: openid.Provider
    routed: Recorder
    sent: Recorder

    def get(self, path: str, client: openid.Client = openid.READER, **parameters: object) -> httpx.Response:
        return self.diafan.get(path, self.identity.token(client), **parameters)

    def settled(self, study_uid: str, *, images: int = 1, revision: int = 1) -> dict[str, Any]:
        """Wait until Diafan has done all that it owes to a study, and return what its API says of that study."""
        return settled(self.diafan, self.identity.token(openid.READER), study_uid, images=images, revision=revision)

    def objects(self, study: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the DICOM objects that were made for a study's images, in their order."""
        return [o for i in study["received"] for o in self.get(f"/images/{i['id']}/objects").json()["objects"]]

    def documents(self, study: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the Structured Reports of a study, oldest first."""
        listed = self.get(f"/studies/{study['study_instance_uid']}/objects").json()["objects"]
        return [o for o in listed if o["kind"] == "structured-report"]

    def audit(self, study_uid: str, *expected: str) -> list[dict[str, Any]]:
        """Return the log's events of a study, as the officer reads them, once the ``expected`` types are among them."""

        def events() -> list[dict[str, Any]] | None:
            officer = self.identity.token(openid.OFFICER)
            names = self.diafan.post("/audit/study-names", officer, study_instance_uid=study_uid)["studies"]
            answer = self.get("/audit", openid.OFFICER, study=names, limit=500).raise_for_status()
            found = [entry["event"] for entry in answer.json()["entries"]]
            return found if set(expected) <= {event["type"] for event in found} else None

        return wait_for(events, 20, f"the log showing {expected}", poll_s=0.2)

    def in_ehr(self, resource_type: str, **parameters: str) -> list[dict[str, Any]]:
        return self.ehr.search(resource_type, self.identity.token(openid.DIAFAN), **parameters)

    def reports_of(self, patient_id: str) -> list[dict[str, Any]]:
        """Find a patient's reports as a clinician does: by the patient's number."""
        (patient,) = self.in_ehr("Patient", identifier=f"{PATIENT_SYSTEM}|{patient_id}")
        return self.in_ehr("DiagnosticReport", subject=f"Patient/{patient['id']}")

    def versions(self, resource: dict[str, Any]) -> int:
        """Count how often a resource was written."""
        url = f"{self.ehr.url}/{resource['resourceType']}/{resource['id']}/_history"
        headers = {"Authorization": f"Bearer {self.identity.token(openid.DIAFAN)}"}
        return len(httpx.get(url, headers=headers, trust_env=False).raise_for_status().json()["entry"])

    def route(self, sop_uid: str) -> None:
        """Have the PACS send an instance that it holds to Diafan, as an administrator does by hand."""
        (instance,) = httpx.post(f"{self.pacs.http_url}/tools/lookup", content=sop_uid, trust_env=False).json()
        order = {"Resources": [instance["ID"]], "Synchronous": True}
        url = f"{self.pacs.http_url}/modalities/diafan/store"
        httpx.post(url, json=order, timeout=60, trust_env=False).raise_for_status()

    def from_pacs(self, sop_uid: str, folder: Path) -> Path:
        """Fetch an instance from the PACS, as the file that it is."""
        (instance,) = httpx.post(f"{self.pacs.http_url}/tools/lookup", content=sop_uid, trust_env=False).json()
        answer = httpx.get(f"{self.pacs.http_url}/instances/{instance['ID']}/file", timeout=60, trust_env=False)
        file = folder / f"{sop_uid}.dcm"
        file.write_bytes(answer.raise_for_status().content)
        return file


def settled(diafan: DiafanProcess, token: str, study_uid: str, *, images: int = 1, revision: int = 1) -> dict[str, Any]:
    """Wait until a study's images are analysed, its report is at ``revision``, and everything has arrived."""

    def study() -> dict[str, Any] | None:
        try:
            answer = diafan.get(f"/studies/{study_uid}", token)
        except httpx.TransportError:
            return None
        if answer.status_code != 200:
            assert answer.status_code in {404, 503}, answer.text
            return None
        found: dict[str, Any] = answer.json()
        busy = found["report_pending"] or any(i["state"] == "received" for i in found["received"])
        done = found["report_revision"] >= revision and len(found["received"]) >= images
        return found if done and not busy and {d["state"] for d in found["deliveries"]} <= _SETTLED else None

    return wait_for(study, _PATIENCE_S, f"study {study_uid} to settle (Diafan's log: {diafan.log})", poll_s=0.25)


@contextlib.contextmanager
def database(diafan: DiafanProcess) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect to the embedded PostgreSQL as its owner, who sees everything."""
    lines = (diafan.folder / "data" / "postgres" / "postmaster.pid").read_text().splitlines()
    with psycopg.connect(host=lines[4], port=lines[3], user="postgres", dbname="postgres") as connection:
        yield connection


def unfinished_jobs(diafan: DiafanProcess) -> Sequence[tuple[Any, ...]]:
    """Return the jobs that wait or run."""
    with database(diafan) as db:
        return db.execute(
            "select task_name, status, args from procrastinate_jobs where status in ('todo', 'doing')"
        ).fetchall()


def send_data_set(
    diafan: DiafanProcess, content: bytes, like: Path, patch: pytest.MonkeyPatch, calling: str
) -> tuple[int, str]:
    """Send the bytes as the data set of a C-STORE over a real association; return status and comment."""
    meta = pydicom.filereader.read_file_meta_info(like)
    entity = AE(calling)
    entity.add_requested_context(meta.MediaStorageSOPClassUID, ExplicitVRLittleEndian)
    association = entity.associate(LOOPBACK, diafan.dimse_port, ae_title=DIAFAN_AET)
    assert association.is_established
    try:
        broken = pydicom.Dataset()
        broken.SOPClassUID, broken.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
        broken.file_meta = pydicom.dataset.FileMetaDataset()
        broken.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        patch.setattr("pynetdicom.association.encode", lambda *_, **__: content)
        answer = association.send_c_store(broken)
        return int(answer.Status), str(answer.get("ErrorComment", ""))
    finally:
        association.release()
