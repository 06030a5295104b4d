"""The STOW-RS and QIDO-RS client: what it sends, and what each answer of an archive means for what happens next."""

import base64
import logging
import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pydicom
import pytest

from integrations.dicomweb import DicomwebArchive, FailureReason, InstanceNames, StoreAnswer, Stored, WebTls
from integrations.errors import Rejected, Unavailable
from tests.instances import make_instance
from tests.integrations.dicom.certificates import authority, new_key, write_key
from tests.integrations.http_fake import http_server

STUDY, SERIES = "1.2.3", "1.2.3.4"


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def objects(tmp_path):
    made = []
    for n in range(2):
        path = make_instance(tmp_path, name=f"{n}.dcm")
        made.append(Stored(path, str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)))
    return made


def stored(uid):
    answer = StoreAnswer()
    answer.add_stored(InstanceNames("1.2.840.10008.5.1.4.1.1.7", uid), "")
    return answer.json()


def failed(uid, reason):
    names = InstanceNames("1.2.840.10008.5.1.4.1.1.7", uid) if uid else None
    answer = StoreAnswer()
    answer.add_failed(names, FailureReason.PROCESSING_FAILURE)
    (answer.failed or answer.others)[0].FailureReason = reason
    return answer.json()


def found(uid):
    return {"00080018": {"vr": "UI", "Value": [uid]}}


class Tokens:
    def __init__(self):
        self.given = 0

    def token(self, *, renew=False):
        self.given += renew or not self.given
        return f"t{self.given}"


def test_each_instance_is_one_request_with_its_very_bytes(server, objects):
    for one in objects:
        server.will(200, stored(one.sop_instance_uid))
    DicomwebArchive(f"{server.url}/dicom-web/").store(STUDY, objects)
    assert [(a.method, a.path) for a in server.asked] == [("POST", f"/dicom-web/studies/{STUDY}")] * 2
    for asked, one in zip(server.asked, objects, strict=True):
        kind, _, boundary = asked.headers["content-type"].partition("; boundary=")
        assert kind == 'multipart/related; type="application/dicom"'
        assert asked.headers["accept"] == "application/dicom+json"
        head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        assert asked.body == head + one.path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()


def test_a_file_is_sent_in_pieces(server, tmp_path, monkeypatch):
    large = tmp_path / "large.dcm"
    large.write_bytes(b"\0" * 5_000_000)
    pieces = []
    sent = socket.socket.sendall

    def counting(self, piece, *flags):
        pieces.append(len(piece))
        return sent(self, piece, *flags)

    monkeypatch.setattr("socket.socket.sendall", counting)
    server.will(200, stored("1.2"))
    DicomwebArchive(server.url).store(STUDY, [Stored(large, "1.2")])
    assert max(pieces) < 2_000_000
    assert len(server.asked[0].body) > 5_000_000


@pytest.mark.parametrize("status", [200, 202, 409])
def test_an_instance_that_is_refused_is_said_with_the_peers_reason_and_the_others_go_on(server, objects, status):
    server.will(status, failed(objects[0].sop_instance_uid, 0xA901))
    server.will(200, stored(objects[1].sop_instance_uid))
    with pytest.raises(Rejected, match=r"refused 1 of 2 objects: failure reason A901$"):
        DicomwebArchive(server.url).store(STUDY, objects)
    assert len(server.asked) == 2


def test_a_failure_that_names_no_instance_is_the_one_that_was_sent(server, objects):
    server.will(409, failed("", 0xC000))
    with pytest.raises(Rejected, match="failure reason C000"):
        DicomwebArchive(server.url).store(STUDY, objects[:1])


@pytest.mark.parametrize("reason", [0x0111, 0xB000, 0xB007, 45070])
def test_what_the_archive_has_already_or_warns_of_is_stored(server, objects, reason):
    server.will(409, failed(objects[0].sop_instance_uid, reason))
    DicomwebArchive(server.url).store(STUDY, objects[:1])


def test_an_archive_without_room_is_asked_again_later(server, objects):
    server.will(409, failed(objects[0].sop_instance_uid, 0xA700))
    with pytest.raises(Unavailable, match="A700"):
        DicomwebArchive(server.url).store(STUDY, objects)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_for_later_and_the_peer_says_when(server, objects, status):
    server.will(status, {}, retry_after="7")
    with pytest.raises(Unavailable) as caught:
        DicomwebArchive(server.url).store(STUDY, objects)
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        (302, b"", {"location": "/dicom-web/studies"}),  # a loop, if anybody followed it
        (200, b"<html>log in, please</html>", {"content-type": "text/html"}),
        (200, b"", {}),
        (200, [], {}),
        (200, {}, {}),
        (200, {"00081199": "not DICOM JSON"}, {}),
        (409, b"<html>conflict</html>", {}),
        (400, {}, {}),
        (404, {}, {}),
        (413, b"too large", {}),
        (415, {}, {}),
    ],
)
def test_an_answer_that_is_none_parks_what_was_sent(server, objects, status, content, headers):
    server.will(status, content, **headers)
    with pytest.raises(Rejected, match=r"127\.0\.0\.1"):
        DicomwebArchive(server.url).store(STUDY, objects[:1])
    assert len(server.asked) == 1, "a redirect is not followed"


def test_another_instance_that_is_named_proves_nothing(server, objects):
    server.will(200, stored("1.2.99"))
    with pytest.raises(Rejected, match="none given"):
        DicomwebArchive(server.url).store(STUDY, objects[:1])


def test_a_connection_that_breaks_or_a_body_that_is_cut_off_is_for_later(server, objects):
    archive = DicomwebArchive(server.url)
    server.will(200, None)
    with pytest.raises(Unavailable, match="did not answer"):
        archive.store(STUDY, objects[:1])
    server.will(200, b'{"0008', content_length="5000", connection="close")
    with pytest.raises(Unavailable, match="did not answer"):
        DicomwebArchive(server.url, timeout_s=1).store(STUDY, objects[:1])
    with pytest.raises(Unavailable):
        DicomwebArchive("http://127.0.0.1:1").store(STUDY, objects[:1])


def test_a_token_that_is_refused_is_renewed_once_and_the_file_sent_again(server, objects):
    tokens = Tokens()
    server.will(401, {})
    server.will(200, stored(objects[0].sop_instance_uid))
    DicomwebArchive(server.url, token=tokens).store(STUDY, objects[:1])
    assert [a.headers["authorization"] for a in server.asked] == ["Bearer t1", "Bearer t2"]
    assert len(server.asked[1].body) == len(server.asked[0].body)
    server.will(403, {})
    server.will(403, {})
    with pytest.raises(Rejected, match="answered 403"):
        DicomwebArchive(server.url, token=tokens).store(STUDY, objects[:1])


def test_a_user_and_password_are_sent_as_basic(server):
    server.will(200, [])
    DicomwebArchive(server.url, user=("diafan", "s3cret")).check()
    [asked] = server.asked
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"diafan:s3cret").decode()


def test_what_is_there_is_found_by_its_uid(server):
    server.will(200, [found("1.5")])
    server.will(200, [])
    server.will(204, b"")
    server.will(200, [found("1.5"), found("1.99")])  # an archive that ignores what it does not match
    there = DicomwebArchive(server.url).find_instances(STUDY, SERIES, ["1.5", "1.6", "1.7", "1.8"])
    assert there == {"1.5"}
    assert server.asked[0].path == f"/studies/{STUDY}/series/{SERIES}/instances?SOPInstanceUID=1.5"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 406, 501, 302])
def test_an_archive_that_answers_no_search_says_so(server, status):
    server.will(status, {})
    with pytest.raises(Rejected, match=rf"answers no QIDO-RS \({status}\)"):
        DicomwebArchive(server.url).find_instances(STUDY, SERIES, ["1.5"])


@pytest.mark.parametrize("content", [b"<html>", {}, [{}], [1], {"00080018": {}}])
def test_a_search_that_is_answered_with_something_else_finds_nothing(server, content):
    server.will(200, content)
    if content == {}:
        assert DicomwebArchive(server.url).find_instances(STUDY, SERIES, ["1.5"]) == set()
        return
    with pytest.raises(Rejected, match="something else"):
        DicomwebArchive(server.url).find_instances(STUDY, SERIES, ["1.5"])


@pytest.mark.parametrize(
    "url", ["ftp://pacs.example", "https://user:secret@pacs.example", "https://", "https://x/?a=b"]
)
def test_an_address_that_is_none_is_refused_at_start(url):
    with pytest.raises(ValueError, match="base URL"):
        DicomwebArchive(url)


def test_nothing_of_an_archives_words_is_repeated(server, objects, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.CRITICAL)
    logging.getLogger("httpcore").setLevel(logging.CRITICAL)
    for status in (200, 400, 409):
        server.will(status, {"error": "Kowalski^Jan"})
        with pytest.raises(Rejected) as caught:
            DicomwebArchive(server.url).store(STUDY, objects[:1])
        assert "Kowalski" not in str(caught.value)
    assert "Kowalski" not in caplog.text


@pytest.fixture
def ca(tmp_path):
    return authority(tmp_path, "hospital")


@pytest.fixture
def secure(ca):
    """An archive that finds nothing, and talks to nobody without a certificate of our CA; with whom it talked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*ca.issue("archive"))
    context.load_verify_locations(ca.file)
    context.verify_mode = ssl.CERT_REQUIRED
    callers = []

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self):
            callers.append(dict(self.connection.getpeercert()["subject"][0])["commonName"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Said nowhere."""

    class Archive(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request, client_address):
            with suppress(ssl.SSLError, ConnectionError), context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)

    archive = Archive(("127.0.0.1", 0), Nothing)
    thread = threading.Thread(target=archive.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://127.0.0.1:{archive.server_port}", callers
    archive.shutdown()
    thread.join()
    archive.server_close()


def test_both_sides_show_certificates(secure, ca):
    url, callers = secure
    DicomwebArchive(url, tls=WebTls(ca.file, *ca.issue("diafan"))).check()
    assert callers == ["diafan"]


def test_without_our_certificate_or_with_another_ca_nothing_is_said(secure, ca):
    url, callers = secure
    for tls in (WebTls(ca.file), WebTls(None, *ca.issue("diafan")), None):
        with pytest.raises(Unavailable, match="did not answer"):
            DicomwebArchive(url, tls=tls).check()
    assert callers == []


@pytest.mark.parametrize("broken", ["ca", "certificate", "key"])
def test_a_tls_file_that_cannot_be_used_is_named(ca, tmp_path, broken):
    certificate, key = ca.issue("diafan")
    files = {"ca": ca.file, "certificate": certificate, "key": key}
    for content in (None, b"no PEM"):
        wrong = tmp_path / f"wrong-{broken}.pem"
        if content is not None:
            wrong.write_bytes(content)
        archive = DicomwebArchive("https://127.0.0.1:1", tls=WebTls(**(files | {broken: wrong})))
        with pytest.raises(Unavailable, match=f"wrong-{broken}"):
            archive.check()


def test_a_key_with_a_password_asks_nobody(ca, tmp_path):
    locked = write_key(tmp_path / "locked.key", new_key(), b"secret")
    certificate, _ = ca.issue("diafan")
    with pytest.raises(Unavailable, match=r"locked\.key"):
        DicomwebArchive("https://127.0.0.1:1", tls=WebTls(ca.file, certificate, locked)).check()
