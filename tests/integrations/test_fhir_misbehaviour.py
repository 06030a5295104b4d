"""A FHIR server that misbehaves: whatever it answers, nothing counts as delivered that is not proved."""

import gzip
import json
import ssl
import threading
import time
import tracemalloc
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fhir_reports import REPORT
from http_fake import http_server

from integrations.diagnostic_report import build_bundle
from integrations.errors import Rejected, Unavailable
from integrations.fhir_client import FhirClient
from integrations.http_exchange import LARGEST_ANSWER_BYTES
from tests.integrations.dicom.certificates import authority

BUNDLE = build_bundle(REPORT)
REPORT_AT = [e["resource"]["resourceType"] for e in BUNDLE["entry"]].index("DiagnosticReport")


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def connect():
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(FhirClient(*args, **kwargs)))


def answer_to(bundle, **response):
    """Answer a transaction as a good server does; ``response`` stands over what is said of each entry."""
    entries = [
        {"response": {"status": "200 OK", "location": f"{e['resource']['resourceType']}/{n}/_history/1"} | response}
        for n, e in enumerate(bundle["entry"])
    ]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def good(asked):
    return answer_to(json.loads(asked.body))


def with_entry(n, entry):
    answer = answer_to(BUNDLE)
    answer["entry"][n] = entry
    return answer


def head(*headers, status="200 OK"):
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: application/fhir+json", *headers, "", ""]).encode()


def outcome(text):
    issue = {"severity": "error", "code": "processing", "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


NESTED = b'{"a":' * 100_000
ANSWERS = {
    "a log-in page": (b"<html>log in</html>", "no JSON object"),
    "nothing": (b"", "no JSON object"),
    "nested without end": (NESTED, "no JSON object"),
    "a list": ([answer_to(BUNDLE)], "no JSON object"),
    "a search": ({**answer_to(BUNDLE), "type": "searchset"}, "something else"),
    "a batch": ({**answer_to(BUNDLE), "type": "batch-response"}, "something else"),
    "the request": (BUNDLE, "something else"),
    "no entries": ({"resourceType": "Bundle", "type": "transaction-response"}, "something else"),
    "entries that are none": ({"type": "transaction-response", "entry": {"0": {}}}, "something else"),
    "an outcome": (outcome("out of order"), "processing out of order"),
    "too few": ({**answer_to(BUNDLE), "entry": answer_to(BUNDLE)["entry"][1:]}, "answered"),
    "too many": ({**answer_to(BUNDLE), "entry": [*answer_to(BUNDLE)["entry"], {}]}, "answered"),
    "an entry without status": (with_entry(2, {"response": {"location": "Device/1"}}), "no status"),
    "an entry without response": (with_entry(2, {}), "no status"),
    "a refused entry": (with_entry(1, {"response": {"status": "422", "outcome": outcome("why")}}), "422.*why"),
    "a failed entry": (with_entry(1, {"response": {"status": "500 Internal Server Error"}}), "500"),
    "a status in digits of another script": (answer_to(BUNDLE, status="²⁰⁰"), "²⁰⁰"),
    "a status that is a number": (with_entry(1, {"response": {"status": 404}}), "404"),
    "entries in another order": ({**answer_to(BUNDLE), "entry": answer_to(BUNDLE)["entry"][::-1]}, "answered for a"),
}


@pytest.mark.parametrize(("content", "told"), ANSWERS.values(), ids=ANSWERS)
def test_a_good_status_over_anything_else_is_a_refusal(server, connect, content, told):
    server.will(200, content)
    with pytest.raises(Rejected, match=told):
        connect(server.url).transact(BUNDLE)


def test_the_good_answer_that_these_are_spoilt_from_is_a_delivery(server, connect):
    server.will(200, answer_to(BUNDLE))
    assert {e["status"] for e in connect(server.url).transact(BUNDLE)["entries"]} == {"200"}


WHOLE = json.dumps(answer_to(BUNDLE)).encode()
BROKEN = {
    "before the head": [],
    "in the head": [b"HTTP/1.1 200 OK\r\nContent-Ty"],
    "no HTTP": [b"SSH-2.0-OpenSSH_9.2\r\n"],
    "in the body": [head(f"Content-Length: {len(WHOLE)}"), WHOLE[:-1]],
    "in a chunk": [head("Transfer-Encoding: chunked"), b"%x\r\n" % len(WHOLE), WHOLE[:-1]],
    "before the last chunk": [head("Transfer-Encoding: chunked"), b"%x\r\n%b\r\n" % (len(WHOLE), WHOLE)],
    "in a packed body": [head("Content-Encoding: gzip", "Connection: close"), gzip.compress(WHOLE)[:-9]],
}


@pytest.mark.parametrize("pieces", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_breaks_off_is_tried_again(server, connect, pieces):
    server.will_write(pieces)
    with pytest.raises(Unavailable):
        connect(server.url, timeout_s=5).transact(BUNDLE)


def test_a_body_that_drips_does_not_hold_us_beyond_the_time_out(server, connect):
    def dripping():
        yield head(f"Content-Length: {len(WHOLE)}")
        for at in range(len(WHOLE)):
            time.sleep(0.02)
            yield WHOLE[at : at + 1]

    server.will_write(dripping())
    begun = time.monotonic()
    with pytest.raises(Unavailable, match=r"within 0\.3 s"):
        connect(server.url, timeout_s=0.3).transact(BUNDLE)
    assert time.monotonic() - begun < len(WHOLE) * 0.02 / 2, "or it was read to its end"


def bomb():
    return gzip.compress(b'{"type":"' + b" " * (6 * LARGEST_ANSWER_BYTES), 1)


def endless():
    yield head("Connection: close")
    for _ in range(6 * LARGEST_ANSWER_BYTES // 65536):
        yield b" " * 65536


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_body_without_end_is_refused_in_bounded_memory(server, connect, is_packed):
    client = connect(server.url)
    if is_packed:
        server.will(200, bomb(), content_encoding="gzip")
    else:
        server.will_write(endless())
    tracemalloc.start()
    try:
        with pytest.raises(Rejected, match="more than 16 MB"):
            client.transact(BUNDLE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * LARGEST_ANSWER_BYTES


def test_an_answer_that_comes_packed_without_being_asked_for_is_read(server, connect):
    client = connect(server.url)
    server.will(200, gzip.compress(WHOLE), content_encoding="gzip")
    assert client.transact(BUNDLE)["entries"][0]["status"] == "200"
    assert server.asked[0].headers["accept-encoding"] == "identity"
    for body, encoding in ((WHOLE, "gzip"), (WHOLE, "br")):
        server.will(200, body, content_encoding=encoding)
        with pytest.raises(Rejected, match="packed"):
            client.transact(BUNDLE)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_even_to_where_it_came_from(server, connect, status):
    server.will(status, b"", location=server.url)
    with pytest.raises(Rejected, match=str(status)):
        connect(server.url).transact(BUNDLE)
    assert len(server.asked) == 1


def test_what_a_server_says_can_be_stored_and_shown(server, connect):
    server.will(422, outcome("half \ud800 nul \x00 bell \x07 end"))
    with pytest.raises(Rejected, match=r"half nul bell end$"):
        connect(server.url).transact(BUNDLE)
    odd = {"status": "200", "location": "Patient/\x00", "etag": 'W/"\ud800"'}
    server.will(200, answer_to(BUNDLE, **odd))
    receipt = connect(server.url).transact(BUNDLE)
    assert {(e["location"], e["version"]) for e in receipt["entries"]} == {("", "")}


@pytest.mark.parametrize("location", ["https://else.where/x?id=1", "no place", "/", "Patient/1/extra/things/here"])
def test_a_location_that_is_none_is_no_place(server, connect, location):
    server.will(200, answer_to(BUNDLE, location=location))
    receipt = connect(server.url).transact(BUNDLE)
    assert {e["location"] for e in receipt["entries"]} == {""}


def test_a_certificate_that_is_not_trusted_is_told(tmp_path, connect):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority(tmp_path).issue("ehr"))
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    httpd.handle_error = lambda *_: None
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with pytest.raises(Unavailable, match=r"TLS: .*certificate"):
            connect(f"https://127.0.0.1:{httpd.server_port}").transact(BUNDLE)
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def with_pages(bundle):
    entries = [dict(e) for e in bundle["entry"]]
    page = {"contentType": "application/pdf", "data": "JVBERi0="}
    report = entries[REPORT_AT]["resource"]
    entries[REPORT_AT]["resource"] = {**report, "presentedForm": [page, {"url": "https://pacs.example/report"}]}
    return {**bundle, "entry": entries}


def test_a_transaction_that_is_too_large_is_sent_without_its_attachments_and_the_receipt_says_so(server, connect):
    client = connect(server.url)
    server.will(413, b"<html>too large</html>")
    server.will(200, good)
    receipt = client.transact(with_pages(BUNDLE))
    first, second = (json.loads(asked.body) for asked in server.asked)
    assert first == with_pages(BUNDLE)
    report = second["entry"][REPORT_AT]["resource"]
    assert report.pop("presentedForm") == [{"url": "https://pacs.example/report"}]
    assert second["entry"][:REPORT_AT] == BUNDLE["entry"][:REPORT_AT]
    assert receipt["attachments"] == "withheld: the server takes no transaction of this size"
    server.will(200, good)
    assert "attachments" not in client.transact(with_pages(BUNDLE))


def test_what_is_too_large_without_attachments_is_parked(server, connect):
    bare = json.loads(json.dumps(BUNDLE))
    bare["entry"][REPORT_AT]["resource"].pop("presentedForm", None)
    server.will(413, b"")
    with pytest.raises(Rejected, match="413"):
        connect(server.url).transact(bare)
    assert len(server.asked) == 1
    for _ in range(2):
        server.will(413, b"")
    with pytest.raises(Rejected, match="413"):
        connect(server.url).transact(with_pages(bare))
    assert len(server.asked) == 3


def searched(*ids):
    entries = [{"resource": {"resourceType": "DiagnosticReport", "id": i, "meta": {"versionId": "7"}}} for i in ids]
    return {"resourceType": "Bundle", "type": "searchset", "entry": [*entries, {"resource": outcome("a warning")}]}


def test_what_a_server_holds_is_found_by_its_identifier(server, connect):
    client = connect(server.url + "/fhir")
    search = BUNDLE["entry"][REPORT_AT]["request"]["url"]
    server.will(200, searched("r1"))
    assert client.find(search) == {"location": "DiagnosticReport/r1", "version": "7"}
    assert server.asked[0].path.startswith("/fhir/DiagnosticReport?identifier=")
    server.will(200, searched())
    assert client.find(search) is None
    for status, content, told in (
        (200, searched("a", "b"), "2 of what must be one"),
        (200, BUNDLE, "something else"),
        (403, outcome("no reading here"), "no reading here"),
    ):
        server.will(status, content)
        with pytest.raises(Rejected, match=told):
            client.find(search)
