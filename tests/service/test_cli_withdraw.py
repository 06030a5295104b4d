"""`diafan withdraw`: it says first what it would do, asks, and does it once."""

import json
import shutil
import tempfile
from pathlib import Path

import pydicom
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from audit.event import Agent
from audit.search import search
from service import app as root
from service import cli
from service.accept import Origin
from service.audit_names import names_of_study
from service.records import Delivery, Study
from service.settings import Settings
from service.terminal import OPERATOR
from tests.instances import make_instance


@pytest.fixture(scope="module")
def short_folder():
    folder = Path(tempfile.mkdtemp(prefix="df"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(short_folder, model_folder, monkeypatch):
    """Run `diafan` on a data folder of its own, whose one destination is the folder `outbox`."""
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(short_folder / "d"))
    monkeypatch.setenv("DIAFAN_MODEL", str(model_folder))
    monkeypatch.setenv("DIAFAN_ENGINE", "torch")
    monkeypatch.setenv("DIAFAN_QUIET_PERIOD_S", "0")

    def run(*arguments, answer=None):
        done = CliRunner().invoke(cli.app, ["withdraw", *arguments], input=answer)
        return done.exit_code, " ".join(done.output.split())

    return run


def delivered(folder):
    """Take a radiograph through all stages, and return its study."""
    file = make_instance(folder, name="image.dcm")
    uid = str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)
    with root.assemble(Settings()) as diafan:
        pipeline = root.pipeline_of(diafan)
        image = diafan.acceptor.accept(file, Origin(Agent(kind="system", id="X"), source="dicom:X")).image_id
        pipeline.analyse(str(image))
        pipeline.report(uid)
        carry_out(diafan)
    return uid


def carry_out(diafan):
    with Session(diafan.engine) as db:
        waiting = list(db.scalars(sa.select(Delivery.id).where(Delivery.state == "queued")))
    for one in waiting:
        diafan.deliverer.deliver(str(one))


def test_a_person_is_told_and_asked_and_only_then_it_is_done(run, short_folder, tmp_path):
    run("2.25.1")  # makes the data folder
    uid = delivered(tmp_path)
    outbox = short_folder / "d" / "outbox"
    code, told = run(uid, answer="n\n")
    assert code == 1
    assert "would be rejected: 4" in told
    assert "would be told: outbox" in told
    assert "cannot be undone" in told
    with root.assemble(Settings()) as diafan, Session(diafan.engine) as db:
        assert db.get_one(Study, uid).withdrawn_at is None
    code, told = run(uid, "--reason", "quality", answer="y\n")
    assert (code, told.endswith("withdrawn: 4 objects, 1 destinations to be told")) == (0, True)
    with root.assemble(Settings()) as diafan:
        carry_out(diafan)
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            events = [e.event for e in search(db, studies=names_of_study(db, diafan.subjects, uid))]
    [event] = [e for e in events if e["type"] == "study-withdrawn"]
    assert (event["agent"]["id"], event["detail"]["reason"]) == (OPERATOR.id, "quality")
    bundle = json.loads((outbox / "fhir" / f"{uid}.json").read_text())
    said = {e["resource"]["resourceType"]: e["resource"].get("status") for e in bundle["entry"]}
    assert (said["DiagnosticReport"], said["Observation"]) == ("entered-in-error", "entered-in-error")
    notes = [f for f in (outbox / "dicom" / uid).iterdir() if pydicom.dcmread(f).Modality == "KO"]
    assert len(notes) == 1
    code, told = run(uid, "--yes")
    assert code == 1
    assert "withdrawn before" in told
    assert "nothing was changed" in told


def test_an_unknown_study_and_an_unknown_reason_are_refused(run):
    assert run("2.25.1", "--yes") == (1, "there is no such study here")
    code, told = run("2.25.1", "--reason", "because")
    assert code == 2
    assert "patient-safety" in told
