"""Pixels whose time is over go while Diafan runs, as the real program on the real model; sent again by C-STORE, they are back."""

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydicom import dcmread

from integrations import dimse
from service import app as root
from service.settings import Settings
from tests.conftest import DATA
from tests.diafan_process import DiafanProcess, diafan_process
from tests.peers.process import wait_for

FILE = DATA / "dicom" / "chest_nih_00000001_000_dx_cardiomegaly.dcm"
PATIENCE_S = 240


@pytest.fixture
def diafan():
    folder = Path(tempfile.mkdtemp(prefix="df"))
    try:
        with diafan_process(folder) as diafan:
            yield diafan
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def send(diafan: DiafanProcess) -> None:
    peer = dimse.Peer("127.0.0.1", diafan.dimse_port, "DIAFAN", "CR-ROOM-2")
    dimse.send(peer, [FILE], lambda _path, _status: None)


def make_older(diafan: DiafanProcess, days: int) -> None:
    """Let everything have happened so many days earlier, as the database has it."""
    with root.assemble(Settings(data_dir=diafan.folder / "data")) as beside, beside.engine.begin() as db:
        for table, column in (
            ("image", "received_at"), ("image", "analysed_at"), ("delivery", "finished_at"), ("report", "created_at"),
        ):  # fmt: skip
            db.execute(sa.text(f"update {table} set {column} = {column} - make_interval(days => :n)"), {"n": days})


def test_pixels_go_while_it_runs_and_are_back_when_they_are_sent_again(diafan):
    send(diafan)
    token = diafan.token("study.read", "audit.read")

    def delivered():
        return diafan.post("/worklist", token, status=["delivered"])["studies"] or None

    [study] = wait_for(delivered, PATIENCE_S, "the image to be delivered")
    uid = study["study_instance_uid"]

    def image():
        return diafan.get(f"/studies/{uid}", token).json()["received"][0]

    def pixels():
        return dcmread(BytesIO(diafan.get(instance, token).content)).PixelData

    instance = f"/images/{image()['id']}/instance"
    assert pixels() == dcmread(FILE).PixelData
    assert "nothing was changed" in diafan.cli("retention").stdout
    make_older(diafan, 29)
    assert "gone: nothing" in diafan.cli("retention", "--run").stdout
    make_older(diafan, 2)
    diafan.kill()
    diafan.start()
    wait_for(lambda: image()["pixels_expired_at"], PATIENCE_S, "the worker to let the pixels go by itself")
    gone = diafan.get(instance, token)
    assert gone.status_code == 410
    assert "no longer kept here since" in gone.json()["detail"]
    received = diafan.folder / "data" / "blobs" / "received"
    wait_for(lambda: not list(received.rglob("*.dcm")) or None, PATIENCE_S, "the file to be gone")
    send(diafan)
    assert image()["pixels_expired_at"] is None
    assert image()["revision"] == 1
    assert pixels() == dcmread(FILE).PixelData
    assert diafan.get(f"/studies/{uid}", token).json()["report_revision"] == 1, "nothing was analysed twice"
    diafan.cli("audit", "verify")
