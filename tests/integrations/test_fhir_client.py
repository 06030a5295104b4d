"""The FHIR client: what it sends, the receipt it brings back, and what each answer means."""

import json
import logging
import unicodedata
from contextlib import ExitStack, closing
from dataclasses import replace

import httpx
import pytest
from fhir_reports import REPORT, STUDY
from http_fake import http_server

from integrations.diagnostic_report import build_bundle
from integrations.errors import Rejected, Unavailable
from integrations.fhir_client import FhirClient
from integrations.fhir_outcome import patient_data, words
from integrations.http_exchange import exchange

BUNDLE = build_bundle(REPORT)
KINDS = [e["resource"]["resourceType"] for e in BUNDLE["entry"]]
REPORT_AT = KINDS.index("DiagnosticReport")
SECRETS = ("Wiśniewska", "Łucja", "山田", "花子", "CANARY-0815", "1961-09-04", "ACC-4711", "Thorax p.a.")


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def connect():
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(FhirClient(*args, **kwargs)))


def made(asked, status="201 Created"):
    """Answer a transaction as HAPI does: absolute locations with history, entity tags."""
    entries = json.loads(asked.body)["entry"]
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [
            {
                "response": {
                    "status": status,
                    "location": f"{e['resource']['resourceType']}/{e['fullUrl'][-12:]}/_history/3",
                    "etag": 'W/"3"',
                }
            }
            for e in entries
        ],
    }


def outcome(text="", code="invalid", **issue):
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": text}, **issue}],
    }


class Tokens:
    def __init__(self):
        self.given = []

    def token(self, *, renew=False):
        self.given.append(f"t{len(self.given)}" if renew or not self.given else self.given[-1])
        return self.given[-1]


def test_a_transaction_brings_back_the_place_and_version_of_each_entry(server, connect):
    server.will(200, made)
    receipt = connect(server.url + "/fhir/").transact(BUNDLE)
    assert len(receipt["entries"]) == len(BUNDLE["entry"])
    assert receipt["entries"][REPORT_AT] == {
        "resource": "DiagnosticReport",
        "status": "201",
        "location": "DiagnosticReport/" + BUNDLE["entry"][REPORT_AT]["fullUrl"][-12:],
        "version": "3",
    }
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", "/fhir", "application/fhir+json")
    assert json.loads(asked.body) == BUNDLE
    assert not [secret for secret in SECRETS if secret in json.dumps(receipt, ensure_ascii=False)]


def test_the_same_bundle_is_sent_as_the_same_bytes(server, connect):
    client = connect(server.url)
    for _ in range(2):
        server.will(200, made)
        client.transact(json.loads(json.dumps(BUNDLE)))
    first, second = server.asked
    assert first.body == second.body
    assert first.connection == second.connection, "the connection is kept"


def test_a_server_that_limits_entries_gets_parts_that_refer_to_where_it_put_the_earlier_ones(server, connect):
    for _ in range(3):
        server.will(200, made)
    receipt = connect(server.url, entries_per_transaction=8).transact(BUNDLE)
    parts = [json.loads(asked.body)["entry"] for asked in server.asked]
    assert [len(part) for part in parts] == [8, 8, len(KINDS) - 16]
    assert len(receipt["entries"]) == len(KINDS)
    assert [e["fullUrl"] for part in parts for e in part] == [e["fullUrl"] for e in BUNDLE["entry"]]
    report = parts[-1][REPORT_AT - 16]["resource"]
    assert report["result"][0]["reference"] == receipt["entries"][KINDS.index("Observation")]["location"]
    assert report["result"][-1]["reference"] == parts[-1][REPORT_AT - 17]["fullUrl"], "in the same part"
    assert report["subject"]["reference"] == receipt["entries"][0]["location"]
    assert report["subject"]["identifier"] == BUNDLE["entry"][REPORT_AT]["resource"]["subject"]["identifier"]


def test_parts_without_a_place_are_not_continued(server, connect):
    def nowhere(asked):
        return {"type": "transaction-response", "entry": [{"response": {"status": "201"}}] * 8}

    server.will(200, nowhere)
    with pytest.raises(Rejected, match="where it put"):
        connect(server.url, entries_per_transaction=8).transact(BUNDLE)


def test_a_refusal_says_what_the_server_said_without_the_patient(server, connect):
    said = f"Patient {SECRETS[0].upper()} {SECRETS[1]}, 山田 花子, born 19610904, id canary-0815 (urn:oid:1.2.3.4|CANARY%2D0815)"
    said = unicodedata.normalize("NFD", said + " has no managing organisation ACC-4711")
    server.will(422, outcome(said, "business-rule", expression=["Bundle.entry[0].resource"]))
    with pytest.raises(Rejected, match="has no managing organisation") as caught:
        connect(server.url).transact(BUNDLE)
    text = unicodedata.normalize("NFC", str(caught.value))
    assert "422" in text
    assert "business-rule" in text
    assert "Bundle.entry[0].resource" in text
    for secret in (*SECRETS, SECRETS[0].upper(), "canary-0815", "19610904"):
        assert secret not in text


def test_a_short_patient_id_does_not_blank_the_message():
    bundle = build_bundle(replace(REPORT, study=replace(STUDY, patient_id="1")))
    text = words(outcome("Patient 1 refused: rule 11 of 21"), patient_data(bundle))
    assert text == "invalid Patient [withheld] refused: rule 11 of 21"


def test_without_a_patient_entry_the_reference_tells_what_to_withhold():
    bundle = build_bundle(replace(REPORT, create_patient=False, study=replace(STUDY, patient_id="Ż 12/3")))
    text = words(
        outcome("no match for Patient?identifier=urn:oid:1.2.3.4|%C5%BB%2012%2F3 or 'Ż 12/3'"), patient_data(bundle)
    )
    assert text == "invalid no match for Patient?identifier=urn:oid:1.2.3.4|[withheld] or '[withheld]'"


def test_a_name_that_runs_into_other_words_is_withheld_too():
    said = words(outcome("患者山田花子様: xWIŚNIEWSKAx"), patient_data(BUNDLE))
    assert said == "invalid 患者[withheld][withheld]様: x[withheld]x"


@pytest.mark.parametrize("issue", [1, [1], [{"details": 1}], [{"details": {"coding": [1]}, "location": 5}], {}])
def test_a_malformed_outcome_is_no_failure_of_ours(issue):
    assert isinstance(words({"resourceType": "OperationOutcome", "issue": issue}), str)


def test_one_refused_entry_refuses_the_whole(server, connect):
    def one_refused(asked):
        answer = made(asked)
        answer["entry"][REPORT_AT - 1]["response"] = {
            "status": "412 Precondition Failed",
            "outcome": outcome("multiple matches", "duplicate"),
        }
        return answer

    server.will(200, one_refused)
    with pytest.raises(Rejected, match=r"refused the Observation \(412\): duplicate multiple matches"):
        connect(server.url).transact(BUNDLE)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>log in</html>",
        [],
        {"resourceType": "Bundle", "type": "searchset"},
        {"type": "transaction-response", "entry": []},
        {"type": "transaction-response", "entry": [{}] * len(KINDS)},
        {"type": "transaction-response", "entry": [1] * len(KINDS)},
    ],
)
def test_an_answer_that_proves_nothing_is_not_a_delivery(server, content, connect):
    server.will(200, content)
    with pytest.raises(Rejected):
        connect(server.url).transact(BUNDLE)


@pytest.mark.parametrize("status", [301, 400, 404, 412, 422])
def test_a_no_is_a_no(server, status, connect):
    server.will(status, {}, location="/elsewhere")
    with pytest.raises(Rejected, match=str(status)):
        connect(server.url).transact(BUNDLE)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_not_now_is_tried_later(server, status, connect):
    server.will(status, outcome())
    with pytest.raises(Unavailable, match=str(status)) as caught:
        connect(server.url).transact(BUNDLE)
    assert caught.value.retry_after_s is None


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "²"}, None),
        ({"retry_after": "Mon, 05 Jan 2126 10:11:42 GMT"}, 3600.0),
        ({"retry_after": "9" * 400}, 3600.0),
        ({"retry_after": "Mon, 05 Jan 2015 10:11:42 GMT"}, 0.0),
    ],
)
def test_a_server_may_say_how_much_later(server, after, seconds, connect):
    server.will(503, outcome(), **{k: v.encode().decode("latin-1") for k, v in after.items()})
    with pytest.raises(Unavailable) as caught:
        connect(server.url).transact(BUNDLE)
    assert caught.value.retry_after_s == seconds


def test_a_server_that_hangs_up_or_is_slow_or_gone_is_tried_later(server, connect):
    server.will(200, None)
    with pytest.raises(Unavailable):
        connect(server.url).transact(BUNDLE)
    with pytest.raises(Unavailable, match="ConnectError"):
        connect("http://127.0.0.1:1/fhir").transact(BUNDLE)
    server.will(200, lambda asked: __import__("time").sleep(0.3) or made(asked))
    with pytest.raises(Unavailable, match="ReadTimeout"):
        connect(server.url, timeout_s=0.1).transact(BUNDLE)


@pytest.mark.parametrize(
    "kind", [c for c in vars(httpx).values() if isinstance(c, type) and issubclass(c, httpx.RequestError)]
)
def test_every_way_that_httpx_fails_is_one_of_ours(kind):
    def fail(request):
        raise kind("Wiśniewska", request=request)

    with httpx.Client(transport=httpx.MockTransport(fail)) as client, pytest.raises((Rejected, Unavailable)) as caught:
        exchange(client, "GET", "http://peer.example/", peer="the peer")
    assert "Wiśniewska" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_renewed_once(server, status, connect):
    tokens = Tokens()
    server.will(status, outcome(code="login"))
    server.will(200, made)
    connect(server.url, tokens).transact(BUNDLE)
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer t0", "Bearer t1"]
    for _ in range(2):
        server.will(status, outcome("token refused", "login"))
    with pytest.raises(Rejected, match=f"{status}: login token refused"):
        connect(server.url, tokens).transact(BUNDLE)
    assert len(server.asked) == 4


def test_nothing_that_is_logged_names_the_patient(server, caplog, connect):
    caplog.set_level(logging.DEBUG)
    # A command that ran before may have quieted it.
    caplog.set_level(logging.DEBUG, logger="httpx")
    server.will(200, made)
    server.will(422, outcome("no"))
    client = connect(server.url, Tokens())
    client.transact(BUNDLE)
    with pytest.raises(Rejected):
        client.transact(BUNDLE)
    assert "httpx" in {record.name for record in caplog.records}, "or this test sees nothing"
    assert not [secret for secret in (*SECRETS, "CANARY", "identifier=") if secret in caplog.text]


def test_the_server_is_asked_what_it_speaks(server, connect):
    client = connect(server.url)
    server.will(200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"})
    client.capability()
    assert server.asked[0].path == "/metadata"
    for other in ({"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}, {"resourceType": "Patient"}):
        server.will(200, other)
        with pytest.raises(Rejected, match="not R4"):
            client.capability()


@pytest.mark.parametrize("url", ["ftp://x/fhir", "fhir.example", "http://user:secret@x/fhir", "http://x/fhir?a=b"])
def test_a_base_url_that_would_leak_or_can_not_work_is_refused_at_once(url):
    with pytest.raises(ValueError, match="base URL"):
        FhirClient(url)
