"""A revision writes over nothing that somebody else changed at the server since the one before."""

import json
from contextlib import ExitStack, closing

import httpx
import pytest
from fhir_reports import LATE, REPORT
from http_fake import http_server

from integrations.diagnostic_report import build_bundle
from integrations.errors import Rejected, Unavailable
from integrations.fhir_client import FhirClient
from tests.peers.ehr import fhir_server

BUNDLE = build_bundle(REPORT)
HELD = {entry["fullUrl"]: "7" for entry in BUNDLE["entry"]}


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def connect():
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(FhirClient(*args, **kwargs)))


def taken(asked):
    entries = [{"response": {"status": "200"}} for _ in json.loads(asked.body)["entry"]]
    return {"type": "transaction-response", "entry": entries}


def test_observations_and_the_report_are_for_the_version_that_is_held_and_nothing_else_is(server, connect):
    server.will(200, taken)
    connect(server.url).transact(BUNDLE, HELD)
    sent = json.loads(server.asked[0].body)["entry"]
    assert {e["resource"]["resourceType"] for e in sent if e["request"].get("ifMatch") == 'W/"7"'} == {
        "Observation",
        "DiagnosticReport",
    }
    assert [{**e, "request": {k: v for k, v in e["request"].items() if k != "ifMatch"}} for e in sent] == BUNDLE[
        "entry"
    ]


def test_where_no_version_is_known_none_is_sent(server, connect):
    for held in ({}, {"urn:uuid:another": "7"}, dict.fromkeys(HELD, "")):
        server.will(200, taken)
        connect(server.url).transact(BUNDLE, held)
    assert [json.loads(asked.body) for asked in server.asked] == [BUNDLE] * 3


@pytest.mark.parametrize("status", [409, 412])
def test_what_somebody_changed_is_parked_with_a_sentence(server, connect, status):
    said = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "conflict"}]}
    server.will(status, said)
    with pytest.raises(Rejected, match=rf"{status}: somebody changed .* writes over it\. conflict"):
        connect(server.url).transact(BUNDLE, HELD)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "error"), [(409, Unavailable), (412, Rejected)])
def test_without_a_version_these_statuses_mean_what_they_meant(server, connect, status, error):
    server.will(status, b"")
    with pytest.raises(error) as caught:
        connect(server.url).transact(BUNDLE)
    assert "somebody" not in str(caught.value)


@pytest.mark.peers
@pytest.mark.parametrize("entries_per_transaction", [None, 8])
def test_a_real_server_keeps_what_a_person_changed(connect, entries_per_transaction):
    with fhir_server() as server:
        client = connect(server.url, entries_per_transaction=entries_per_transaction)

        def revise(report, receipt):
            told = zip(BUNDLE["entry"], receipt["entries"], strict=True)
            return client.transact(build_bundle(report), {e["fullUrl"]: r["version"] for e, r in told})

        first = client.transact(BUNDLE)
        second = revise(LATE, first)
        (report,) = server.search("DiagnosticReport")
        assert report["meta"]["versionId"] not in {e["version"] for e in first["entries"]}
        theirs = {**report, "conclusion": "Seen, and said otherwise."}
        httpx.put(f"{server.url}/DiagnosticReport/{report['id']}", json=theirs, trust_env=False).raise_for_status()
        with pytest.raises(Rejected, match="412: somebody changed the report"):
            revise(REPORT, second)
        assert server.search("DiagnosticReport")[0]["conclusion"] == "Seen, and said otherwise."
        client.transact(BUNDLE)
        assert server.search("DiagnosticReport")[0]["conclusion"] != "Seen, and said otherwise."
