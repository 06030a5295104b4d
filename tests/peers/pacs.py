"""The PACS: Orthanc with DICOMweb, on loopback only, routing each new CR or DX image as any PACS would."""

import json
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pydicom

from tests.peers.process import HERE, LOOPBACK, PeerFailed, free_port, running
from tests.peers.setup import DEBIAN, loopback_shim

PACS_AET = "PEERPACS"
MODALITY_AET = "XRAY1"
DIAFAN_AET = "DIAFAN"

# What dcmtk's storescu (by its full path: pynetdicom brings one of the same name) must be told to propose.
_STORESCU = "/usr/bin/storescu"
_STORESCU_PROPOSALS = {
    pydicom.uid.ImplicitVRLittleEndian: "-x=",
    pydicom.uid.ExplicitVRLittleEndian: "-x=",
    pydicom.uid.DeflatedExplicitVRLittleEndian: "-xd",
    pydicom.uid.JPEGBaseline8Bit: "-xy",
    pydicom.uid.JPEGLosslessSV1: "-xs",
    pydicom.uid.JPEGLSLossless: "-xt",
    pydicom.uid.JPEG2000Lossless: "-xv",
    pydicom.uid.JPEG2000: "-xw",
    pydicom.uid.RLELossless: "-xr",
}


def storescu(files: Sequence[Path], port: int, called_aet: str = PACS_AET, calling_aet: str = MODALITY_AET) -> None:
    """Send files by dcmtk, as a modality does: one association per transfer syntax. Raises PeerFailed on any refusal."""
    by_proposal: dict[str, list[Path]] = {}
    for file in files:
        syntax = pydicom.filereader.read_file_meta_info(file).TransferSyntaxUID
        by_proposal.setdefault(_STORESCU_PROPOSALS[syntax], []).append(file)
    for proposal, group in by_proposal.items():
        command = [_STORESCU, proposal, "-aet", calling_aet, "-aec", called_aet, LOOPBACK, str(port), *map(str, group)]
        sent = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        if sent.returncode != 0:
            raise PeerFailed(f"storescu ended with status {sent.returncode}: {sent.stderr}")


@dataclass(frozen=True, slots=True)
class Orthanc:
    """A running PACS: its REST API, and its DICOM port under the title `aet`."""

    http_url: str
    dicom_port: int
    aet: str = PACS_AET

    @property
    def dicomweb_url(self) -> str:
        """The root of QIDO-RS, WADO-RS and STOW-RS."""
        return f"{self.http_url}/dicom-web"

    def get(self, path: str, **parameters: str) -> Any:
        """Return the JSON that the REST API answers with."""
        return httpx.get(f"{self.http_url}{path}", params=parameters, trust_env=False).raise_for_status().json()

    def query(self, path: str, **matching: str) -> list[dict[str, Any]]:
        """Return what QIDO-RS finds: data sets in the DICOM JSON model, keyed by tag."""
        found = self.get(f"/dicom-web/{path}", **matching)
        assert isinstance(found, list)
        return found

    def route_to(self, port: int) -> None:
        """Send what is stored from now on to Diafan at this port; a transfer already begun keeps its address."""
        url = f"{self.http_url}/modalities/diafan"
        httpx.put(url, json=_modality(DIAFAN_AET, port), trust_env=False).raise_for_status()

    def transfers(self) -> list[dict[str, Any]]:
        """Return the jobs that sent, send or will send images, with their State (Success, Failure, Running ...)."""
        return [job for job in self.get("/jobs", expand="") if job["Type"] == "DicomModalityStore"]

    def repeat_failed_transfers(self) -> int:
        """Submit each failed transfer again, as an administrator does, and return their number."""
        failed = [job["ID"] for job in self.transfers() if job["State"] == "Failure"]
        for job in failed:
            httpx.post(f"{self.http_url}/jobs/{job}/resubmit", json={}, trust_env=False).raise_for_status()
        return len(failed)


def _modality(aet: str, port: int) -> dict[str, Any]:
    allowed = {"AllowEcho": True, "AllowStore": True, "AllowFind": True, "AllowMove": True}
    return {"AET": aet, "Host": LOOPBACK, "Port": port, **allowed}


def _configuration(folder: Path, name: str, diafan_port: int | None, http_port: int, dicom_port: int) -> dict[str, Any]:
    modalities = {"modality": _modality(MODALITY_AET, free_port())}
    if diafan_port is not None:
        modalities["diafan"] = _modality(DIAFAN_AET, diafan_port)
    return {
        "Name": name,
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "TemporaryDirectory": str(folder / "tmp"),
        "Plugins": [DEBIAN["orthanc-dicomweb"]],
        "LuaScripts": [] if diafan_port is None else [str(HERE / "route.lua")],
        "HttpPort": http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "HttpDescribeErrors": True,
        "DefaultEncoding": "Utf8",
        "DicomThreadsCount": 4,
        "HttpThreadsCount": 8,
        "DicomAet": PACS_AET,
        "DicomCheckCalledAet": True,
        "DicomPort": dicom_port,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": False,
        "DicomAlwaysAllowFind": False,
        "DicomAlwaysAllowMove": False,
        "DicomCheckModalityHost": True,
        "DicomModalities": modalities,
        "DicomScuTimeout": 10,
        "UnknownSopClassAccepted": False,
        "StableAge": 5,
        "OverwriteInstances": False,
        "StoreMD5ForAttachments": True,
        "SaveJobs": True,
        "ConcurrentJobs": 4,
        "JobsHistorySize": 10_000,  # a failed transfer must stay listed, or nobody can repeat it
        "DicomWeb": {
            "Enable": True,
            "Root": "/dicom-web/",
            "EnableWado": True,
            "WadoRoot": "/wado",
            "Ssl": False,
            "StudiesMetadata": "Full",
            "SeriesMetadata": "Full",
        },
    }


@contextmanager
def orthanc(folder: Path, diafan_port: int | None, http_port: int = 0, dicom_port: int = 0) -> Iterator[Orthanc]:
    """Run Orthanc over `folder`, which may hold the images of an earlier run; port 0 is any free one.

    With `diafan_port` each new CR or DX image is sent there; None makes a PACS without a routing rule.
    """
    for part in ("db", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    name = f"peer-{uuid.uuid4().hex[:8]}"
    http_port, dicom_port = http_port or free_port(), dicom_port or free_port()
    settings = folder / "orthanc.json"
    settings.write_text(json.dumps(_configuration(folder, name, diafan_port, http_port, dicom_port), indent=1))
    server = Orthanc(f"http://{LOOPBACK}:{http_port}", dicom_port)

    def answers() -> bool | None:
        try:
            return True if server.get("/system")["Name"] == name else None
        except (httpx.HTTPError, ValueError):
            return None

    command = [DEBIAN["orthanc"], "--verbose-lua", str(settings)]
    with running("orthanc", command, {"LD_PRELOAD": str(loopback_shim())}) as process:
        process.wait_for(answers, timeout_s=30)
        yield server
