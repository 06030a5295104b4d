"""The bundle at a real FHIR server, which limits conditional transactions to eight entries."""

from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from fhir_reports import LATE, REPORT

from integrations.diagnostic_report import build_bundle
from integrations.errors import Rejected
from integrations.fhir_client import FhirClient
from tests.peers.ehr import fhir_server

pytestmark = pytest.mark.peers
KINDS = {"Patient": 1, "Device": 1, "ImagingStudy": 1, "Observation": 14, "DiagnosticReport": 1, "Provenance": 1}


@pytest.fixture
def server():
    with fhir_server() as running:
        yield running


@pytest.fixture
def client(server):
    with closing(FhirClient(server.url, entries_per_transaction=8)) as connected:
        yield connected


def of_kind(receipt, kind):
    return [e for e in receipt["entries"] if e["resource"] == kind]


def test_a_repeat_changes_nothing_and_a_late_image_makes_a_new_preliminary_version(server, client):
    client.capability()
    first, again = (client.transact(build_bundle(REPORT)) for _ in range(2))
    # Medplum answers 200 to a resource that is put under an id and was not there (FHIR R4 http says 201).
    assert {e["status"] for e in first["entries"] if e["resource"] != "Provenance"} == {"201"}
    assert [(e["location"], e["version"]) for e in again["entries"]] == [
        (e["location"], e["version"]) for e in first["entries"]
    ]
    late = client.transact(build_bundle(LATE))
    assert [e["location"] for e in late["entries"]] == [e["location"] for e in first["entries"]]
    (report,) = server.search(
        "DiagnosticReport", identifier=build_bundle(LATE)["entry"][-2]["request"]["url"].split("=")[1]
    )
    assert report["status"] == "preliminary"
    assert "revision 2" in report["conclusion"]
    assert report["meta"]["versionId"] == late["entries"][-2]["version"] != first["entries"][-2]["version"]
    assert {kind: len(server.search(kind, _count="50")) for kind in KINDS} == KINDS
    assert server.search("ImagingStudy")[0]["numberOfInstances"] == 3
    client.transact(build_bundle(replace(LATE, owns_imaging_study=True)))
    assert server.search("ImagingStudy")[0]["numberOfInstances"] == 4


def test_what_others_wrote_stays_as_they_wrote_it(server, client):
    bundle = build_bundle(REPORT)
    theirs = []
    for resource in (
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] in ("Patient", "ImagingStudy")
    ):
        held = {k: v for k, v in resource.items() if k in ("resourceType", "identifier", "status")}
        if held["resourceType"] == "ImagingStudy":
            held["subject"] = {"reference": f"Patient/{theirs[0]['id']}"}
        answer = httpx.post(f"{server.url}/{held['resourceType']}", json=held, trust_env=False)
        theirs.append(answer.raise_for_status().json())
    receipt = client.transact(bundle)
    assert [server.search(r["resourceType"]) for r in theirs] == [[r] for r in theirs]
    (report,) = server.search("DiagnosticReport")
    assert report["subject"]["reference"] == f"Patient/{theirs[0]['id']}"
    assert report["imagingStudy"] == [{"reference": f"ImagingStudy/{theirs[1]['id']}"}]
    assert of_kind(receipt, "Patient")[0]["status"] == "200"


def test_the_server_says_no_without_the_patient_in_the_message(client):
    bundle = build_bundle(REPORT)
    bundle["entry"][0]["resource"]["gender"] = "CANARY-0815"
    with pytest.raises(Rejected, match=r"Patient\.gender") as caught:
        client.transact(bundle)
    assert "CANARY" not in str(caught.value)
