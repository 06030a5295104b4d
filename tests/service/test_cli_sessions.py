"""`diafan sessions`: who is signed in, without their names, and an end of it that the log knows."""

import shutil
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit.search import search
from service import app as root
from service import cli
from service.roles import PersonRole
from service.sessions import Person, SessionEnded
from service.settings import Settings
from service.terminal import OPERATOR


@pytest.fixture
def run(monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="df"))
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(folder / "d"))

    def run(*arguments):
        done = CliRunner().invoke(cli.app, ["sessions", *arguments], env={"COLUMNS": "300"})
        return done.exit_code, done.output

    yield run
    shutil.rmtree(folder, ignore_errors=True)


def begin(diafan, subject, issuer="https://id.example"):
    with diafan.engine.begin() as db:
        return diafan.sessions.begin(db, Person(issuer, subject, "Alicja Kanarek", frozenset({PersonRole.PHYSICIAN})))


def told(diafan):
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        return [e.event for e in search(db, limit=1000) if e.event["type"] in {"user-signed-out", "sessions-ended"}]


def test_sessions_are_shown_and_ended_by_subject(run):
    with root.assemble(Settings()) as diafan:
        secrets = [begin(diafan, subject)[0] for subject in ("alice", "alice", "bob")]
        elsewhere, _ = begin(diafan, "alice", "https://other.example")
    code, shown = run("list")
    assert code == 0
    assert (shown.count("alice"), shown.count("bob"), shown.count("physician")) == (3, 1, 4)
    assert "Kanarek" not in shown
    assert run("end", "alice", "--issuer", "https://id.example")[1].strip() == "2 ended"
    with root.assemble(Settings()) as diafan:
        for secret in secrets[:2]:
            with pytest.raises(SessionEnded):
                diafan.sessions.find(secret)
        assert diafan.sessions.find(secrets[2]).principal.subject == "bob"
        assert diafan.sessions.find(elsewhere).principal.subject == "alice"
        operator, *theirs = sorted(told(diafan), key=lambda event: event["agent"]["id"] == "alice")
    assert operator["agent"]["id"] == OPERATOR.id
    assert operator["detail"] == {"reason": "operator", "count": 2}
    assert [(e["agent"]["id"], e["detail"]["reason"]) for e in theirs] == [("alice", "operator")] * 2
    assert run("end", "alice")[1].strip() == "1 ended"
    assert run("end", "bob")[0] == 0
    assert run("list")[1].strip() == "nobody is signed in"


def test_who_is_not_signed_in_cannot_be_signed_out(run):
    code, output = run("end", "nobody")
    assert code == 1
    assert "no such session" in output
