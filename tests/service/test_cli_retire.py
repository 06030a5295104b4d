"""`diafan audit retire`: old entries go at the command of whoever owns the database, and the log that is left is whole."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from audit import trail
from audit.event import EventType
from audit.search import search
from service import app as root
from service import cli
from service.settings import Settings

LONG_AGO = datetime(2001, 5, 1, tzinfo=UTC)


@pytest.fixture
def run(own_installation):
    def run(*words: str):
        result = CliRunner().invoke(cli.app, ["audit", *words])
        return result.exit_code, " ".join(result.output.split())

    return run


def test_old_entries_go_and_the_rest_is_whole(run, tmp_path):
    with root.assemble(Settings(), clock=lambda: LONG_AGO) as diafan:
        with diafan.engine.begin() as db:
            for _ in range(5):
                diafan.record(db, EventType.SERVICE_STARTED, detail={"version": "0.0"})
        diafan.sequence_log()
    assert run("public-key")[0] == 0
    assert run("retire") == (0, "5 entries are older than 20 years; --yes removes them")
    assert run("verify")[0] == 0
    assert run("retire", "--yes") == (0, "5 entries removed; their roots stay")
    assert run("retire", "--yes") == (0, "0 entries removed; their roots stay")
    assert run("verify")[0] == 0
    (tmp_path / "key.pem").write_text(run("public-key")[1].replace(" ", "\n").replace("BEGIN\nPUBLIC\nKEY", "BEGIN PUBLIC KEY").replace("END\nPUBLIC\nKEY", "END PUBLIC KEY") + "\n")  # fmt: skip
    assert run("export", "--out", str(tmp_path / "log.ndjson"))[0] == 0
    assert run("verify", str(tmp_path / "log.ndjson"), "--key", str(tmp_path / "key.pem"))[0] == 0
    with root.assemble(Settings()) as diafan, diafan.engine.begin() as db:
        kinds = [entry.event["type"] for entry in search(db, limit=100)]
        assert "service-started" not in kinds
        assert kinds.count("audit-retired") == 1
        assert trail.size(db) > len(kinds)


def test_young_entries_stay(run):
    run("checkpoint")
    assert run("retire", "--yes") == (0, "0 entries removed; their roots stay")
    assert run("verify")[0] == 0
