"""Signatures at a real FHIR server: each is a new version of the same report, and what is not changed is no new version."""

from contextlib import closing

import pytest
from fhir_reports import REPORT
from test_verdict import ALICE, AMENDED, APPENDED, BOB, FINAL, SAID

from integrations.diagnostic_report import build_bundle
from integrations.fhir_client import FhirClient
from models.labels import LABELS
from tests.peers.ehr import fhir_server

pytestmark = pytest.mark.peers


@pytest.fixture
def server():
    with fhir_server() as running:
        yield running


@pytest.fixture
def client(server):
    with closing(FhirClient(server.url, entries_per_transaction=8)) as connected:
        yield connected


def statuses(server):
    found = server.search("Observation", _count="50")
    return sorted(o["status"] for o in found)


def test_a_report_becomes_final_then_gets_an_opinion_and_an_amendment_under_one_id(server, client):
    receipts = [client.transact(build_bundle(REPORT))]
    expected = {
        "final": (FINAL, ["final"] * 5 + ["preliminary"] * 9, [ALICE]),
        "appended": (APPENDED, ["final"] * 5 + ["preliminary"] * 9, [ALICE, BOB]),
        "amended": (AMENDED, ["amended"] * 5 + ["final"] + ["preliminary"] * 8, [BOB]),
    }
    assert len(SAID) == 5
    for status, (report, observations, interpreters) in expected.items():
        receipts.append(client.transact(build_bundle(report)))
        [held] = server.search("DiagnosticReport")
        assert held["status"] == status
        assert held["resultsInterpreter"] == [p.as_reference() for p in interpreters]
        assert statuses(server) == observations
    assert len({r["entries"][-2]["location"] for r in receipts}) == 1
    versions = [[e["version"] for e in r["entries"] if e["resource"] == "Observation"] for r in receipts]
    assert versions[1] == versions[2]  # an opinion changes no finding
    assert len(versions[0]) == len(LABELS)
    assert not server.search("Practitioner")
