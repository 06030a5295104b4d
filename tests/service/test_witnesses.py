"""Witnesses are told checkpoints, each in its own way, and remember what the log was."""

import base64
import email
import email.policy
import hashlib
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import proof, trail
from audit.checkpoint import Checkpoint, note, origin_of, read_note
from audit.event import EventType
from audit.export import Signed, newest_checkpoint
from audit.merkle import is_consistent
from integrations.errors import Rejected, Unavailable
from integrations.log_witness import LogWitness
from service.destination_settings import PeerTls
from service.witness_settings import FileWitness, MailWitness, SyslogWitness
from service.witness_settings import LogWitness as SettingsLogWitness
from service.witnesses import build
from tests.integrations.dicom.certificates import authority
from tests.peers.process import free_port
from tests.peers.syslog import rsyslog

NAME = "witness.example"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def grown(diafan) -> Signed:
    """Return the newest checkpoint, after another entry."""
    with diafan.engine.begin() as db:
        diafan.record(db, EventType.CONFIGURATION_IN_USE, detail={"sha256": "0" * 64})
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        return newest_checkpoint(db, diafan.log_key.public_key())


@pytest.fixture
def forgetful(diafan):
    """Forget whom was told what, which other tests of the same database did."""
    with diafan.engine.begin() as db:
        db.execute(sa.update(trail.witnessed).values(size=0))
    return diafan


def kept(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_is_told_once_of_what_is_new_and_not_too_often(forgetful, tmp_path):
    clock, path = Clock(), tmp_path / "there" / "w.ndjson"
    witnesses = build([FileWitness(name="once", path=path, every_s=60)], tmp_path, clock)
    first = grown(forgetful)
    assert witnesses.are_due()
    assert witnesses.tell(forgetful.engine, first) == {}
    assert not witnesses.are_due()
    second = grown(forgetful)
    witnesses.tell(forgetful.engine, second)
    assert [line["size"] for line in kept(path)] == [first.size], "not before its time"
    witnesses.tell(forgetful.engine, second, at_once=True)
    clock.now += timedelta(seconds=61)
    witnesses.tell(forgetful.engine, second)
    assert [line["size"] for line in kept(path)] == [first.size, second.size], "nothing new is not told"
    public = forgetful.log_key.public_key()
    assert [read_note(line["note"], public).size for line in kept(path)] == [first.size, second.size]
    assert kept(path)[0]["told_at"] == "2026-03-01T12:00:00.000000Z"


def test_what_cannot_be_told_is_said_and_told_later(forgetful, tmp_path, caplog):
    clock, path = Clock(), tmp_path / "w.ndjson"
    path.mkdir()
    witnesses = build([FileWitness(name="later", path=path)], tmp_path, clock)
    signed = grown(forgetful)
    assert witnesses.tell(forgetful.engine, signed) == {"later": "IsADirectoryError"}
    assert "witness later was not told of the log: IsADirectoryError" in caplog.text
    path.rmdir()
    clock.now += timedelta(hours=1)
    assert witnesses.tell(forgetful.engine, signed) == {}
    assert len(kept(path)) == 1


def test_a_file_tells_when_the_log_is_not_what_it_was(forgetful, tmp_path):
    path = tmp_path / "w.ndjson"
    witnesses = build([FileWitness(name="knows", path=path)], tmp_path, Clock())
    public = forgetful.log_key.public_key()
    with forgetful.engine.connect() as db:
        assert witnesses.contradictions(db, public) == [], "nothing was told yet"
    signed = grown(forgetful)
    witnesses.tell(forgetful.engine, signed)
    grown(forgetful)
    path.write_text(path.read_text() + '{"note": "cut by a cra')
    with forgetful.engine.connect() as db:
        assert witnesses.contradictions(db, public) == []
    with forgetful.engine.connect() as db:
        size = trail.size(db)
        path.write_text(json.dumps({"note": forged(forgetful, size + 5, b"\x00" * 32)}) + "\n")
        assert "and the log has" in witnesses.contradictions(db, public)[0]
        path.write_text(json.dumps({"note": forged(forgetful, size, b"\x00" * 32)}) + "\n")
        assert "are not those that it was told of" in witnesses.contradictions(db, public)[0]


def forged(diafan, size, root):
    public = diafan.log_key.public_key()
    body = Checkpoint(origin_of(public), size, root, datetime(2026, 3, 1, tzinfo=UTC)).body()
    return note(body, diafan.log_key.sign(body.encode()), public)


class Remembering(BaseHTTPRequestHandler):
    """A witness as C2SP's tlog-witness describes it: it signs what begins with what it knows."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        lines, _, text = body.partition("\n\n")
        old, *path = lines.split("\n")
        said, known = read_note(text, self.server.log), self.server.known
        self.server.asked.append(int(old.removeprefix("old ")))
        if self.path != "/add-checkpoint" or self.server.fails:
            return self._answer(self.server.fails or 404, "")
        if known[0] != int(old.removeprefix("old ")):
            return self._answer(409, f"{known[0]}\n")
        if known[0] and not is_consistent(*known, said.size, said.root, [base64.b64decode(node) for node in path]):
            return self._answer(422, "")
        self.server.known = (said.size, said.root)
        head = text.split("\n\n")[0] + "\n"
        raw = self.server.key.public_key().public_bytes_raw()
        identity = hashlib.sha256(NAME.encode() + b"\n\x04" + raw).digest()[:4]
        moment = 1_772_366_400
        signature = self.server.key.sign(f"cosignature/v1\ntime {moment}\n{head}".encode())
        line = base64.b64encode(identity + moment.to_bytes(8) + signature).decode()
        return self._answer(200, f"\N{EM DASH} somebody.example AAAA\n\N{EM DASH} {NAME} {line}\n")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stranger(diafan):
    with witness(diafan) as server:
        yield server


@contextmanager
def witness(diafan):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Remembering)
    server.log, server.known, server.key, server.asked, server.fails = (
        diafan.log_key.public_key(),
        (0, b""),
        Ed25519PrivateKey.generate(),
        [],
        0,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(server):
    return f"http://127.0.0.1:{server.server_port}"


def verifier(server, key=None):
    raw = (key or server.key).public_key().public_bytes_raw()
    identity = hashlib.sha256(NAME.encode() + b"\n\x04" + raw).hexdigest()[:8]
    key_of_kind = base64.b64encode(b"\x04" + raw).decode()
    return f"{NAME}+{identity}+{key_of_kind}"


def ask(diafan, server, signed, known, key=None):
    with diafan.engine.connect() as db:
        return LogWitness(address(server), verifier(server, key)).add_checkpoint(
            signed.note, signed.size, known, lambda old: proof.consistency(db, old, signed.size)
        )


def test_a_log_witness_signs_that_the_log_grew(diafan, stranger):
    first = grown(diafan)
    assert ask(diafan, stranger, first, 0).startswith(f"\N{EM DASH} {NAME} ")
    second = grown(diafan)
    assert ask(diafan, stranger, second, first.size)
    assert ask(diafan, stranger, second, second.size), "the same again"
    assert stranger.known[0] == second.size
    assert stranger.asked == [0, first.size, second.size]


def test_a_log_witness_that_knows_more_than_we_remember_is_asked_from_there(diafan, stranger):
    first, second = grown(diafan), grown(diafan)
    ask(diafan, stranger, first, 0)
    assert ask(diafan, stranger, second, 0)
    assert stranger.asked == [0, 0, first.size]


@pytest.mark.parametrize(
    ("status", "raised", "told"),
    [
        (403, Rejected, "does not know the key"),
        (404, Rejected, "does not know our log"),
        (422, Rejected, "rolled back, or forked"),
        (500, Unavailable, "answered 500"),
    ],
)
def test_what_a_log_witness_does_not_sign_is_told_apart(diafan, stranger, status, raised, told):
    stranger.fails = status
    with pytest.raises(raised, match=told):
        ask(diafan, stranger, grown(diafan), 0)


def test_a_log_witness_that_knows_another_history_is_heard(diafan, stranger):
    signed = grown(diafan)
    stranger.known = (signed.size - 1, b"\x00" * 32)
    with pytest.raises(Rejected, match="rolled back, or forked"):
        ask(diafan, stranger, signed, 0)
    stranger.known = (signed.size + 1, b"\x00" * 32)
    with pytest.raises(Rejected, match="knows more of the log than there is"):
        ask(diafan, stranger, signed, 0)


def test_a_signature_of_somebody_else_is_none(diafan, stranger):
    with pytest.raises(Rejected, match="without a signature of its own"):
        ask(diafan, stranger, grown(diafan), 0, key=Ed25519PrivateKey.generate())


class Postman:
    """A mail server's handler that keeps what it is handed, or refuses it."""

    def __init__(self) -> None:
        self.kept, self.answer = [], "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - the library's name
        if self.answer.startswith("250"):
            self.kept.append((envelope.rcpt_tos, envelope.content.decode()))
        return self.answer


@contextmanager
def mail_box(tls):
    handler = Postman()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=server_side(tls),
        require_starttls=True,
        ready_timeout=20,
    )
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


def server_side(tls) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls.certificate, tls.key)
    return context


@pytest.fixture
def ca(tmp_path):
    return authority(tmp_path / "ca")


def test_a_mail_box_gets_the_note_over_tls(forgetful, tmp_path, ca):
    signed = grown(forgetful)
    with mail_box(ca.tls("mail")) as (box, port):
        told = MailWitness(kind="mail", name="box", host="127.0.0.1", port=port, ca=ca.file, sender="d@x.pl", recipients=("iod@x.pl",))  # fmt: skip
        witnesses = build([told], tmp_path, Clock())
        assert witnesses.tell(forgetful.engine, signed) == {}
        [(recipients, message)] = box.kept
        assert recipients == ["iod@x.pl"]
        text = email.message_from_string(message, policy=email.policy.default).get_content()
        assert read_note(text.replace("\r\n", "\n"), forgetful.log_key.public_key()).size == signed.size
        for answer, why in (("451 later", "asks to come back later (451)"), ("550 no", "does not take the message")):
            box.answer = answer
            assert why in witnesses.tell(forgetful.engine, grown(forgetful), at_once=True)["box"]
    assert "did not take the message" in witnesses.tell(forgetful.engine, grown(forgetful), at_once=True)["box"]


def test_a_mail_server_of_another_ca_gets_nothing(forgetful, tmp_path, ca):
    stranger = authority(tmp_path / "stranger")
    with mail_box(stranger.tls("mail")) as (box, port):
        told = MailWitness(kind="mail", name="box", host="127.0.0.1", port=port, ca=ca.file, sender="d@x.pl", recipients=("iod@x.pl",))  # fmt: skip
        failed = build([told], tmp_path, Clock()).tell(forgetful.engine, grown(forgetful))
        assert "SSLCertVerificationError" in failed["box"]
        assert box.kept == []


def test_a_syslog_server_gets_the_note(forgetful, tmp_path, ca):
    signed = grown(forgetful)
    server, client = ca.tls("collector"), ca.tls("diafan")
    with rsyslog(tmp_path / "syslog", server.certificate, server.key, server.ca) as collector:
        tls = PeerTls(certificate=client.certificate, key=client.key, ca=client.ca)
        told = SyslogWitness(kind="syslog", name="log", host="127.0.0.1", port=collector.port, tls=tls)
        assert build([told], tmp_path, Clock()).tell(forgetful.engine, signed) == {}
        [message] = collector.wait_for_messages(1)
    content = json.loads(message.partition(b"\xef\xbb\xbf")[2])
    assert read_note(content["note"], forgetful.log_key.public_key()).size == signed.size


def test_a_log_witness_of_the_settings_is_told(forgetful, stranger, tmp_path):
    told = SettingsLogWitness(kind="log-witness", name="c2sp", url=address(stranger), verifier_key=verifier(stranger))
    signed = grown(forgetful)
    assert build([told], tmp_path, Clock()).tell(forgetful.engine, signed) == {}
    assert stranger.known[0] == signed.size
