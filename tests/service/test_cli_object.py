"""`diafan check-object`: an object of ours is judged by the gate and by every validator that is here."""

from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pydicom
import pytest
from typer.testing import CliRunner

from integrations.imaging_study import ReportedInstance
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.secondary_capture import author
from models.assessment import ModelIdentity
from service import cli
from tests.instances import make_instance


@pytest.fixture
def capture(tmp_path):
    picture = np.full((20, 30, 3), 90, np.uint8)
    made = author(
        make_instance(tmp_path),
        [(None, picture)],
        ModelIdentity("demo", "0.1", "ab" * 32),
        revision=1,
        created=datetime(2026, 11, 26, tzinfo=UTC),
    )
    return pydicom.dcmread(BytesIO(made[0].content))


def check(file):
    result = CliRunner().invoke(cli.app, ["check-object", str(file)])
    return result.exit_code, result.output


def test_a_good_object_has_nothing_against_it(tmp_path, capture):
    capture.save_as(tmp_path / "good.dcm")
    code, told = check(tmp_path / "good.dcm")
    assert code == 0
    assert "Diafan: nothing against it" in told


def test_a_bad_one_is_told_with_what_is_wrong(tmp_path, capture):
    del capture.ConversionType
    capture.save_as(tmp_path / "bad.dcm")
    code, told = check(tmp_path / "bad.dcm")
    assert code == 1
    assert "ConversionType (type 1) is missing" in told


@pytest.mark.peers
def test_dciodvfy_has_its_say_where_it_is_installed(tmp_path, capture):
    del capture.ConversionType
    capture.save_as(tmp_path / "bad.dcm")
    assert "dciodvfy: not conformant" in check(tmp_path / "bad.dcm")[1]


def test_what_is_no_dicom_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no DICOM")
    assert check(tmp_path / "notes.txt")[0] == 1


def test_a_rejection_note_is_judged_as_well(tmp_path, capture):
    capture.save_as(tmp_path / "capture.dcm")
    uids = capture.SOPClassUID, capture.SOPInstanceUID, capture.SeriesInstanceUID
    rejected = [ReportedInstance(*map(str, uids), "OT")]
    when = {"reason": RejectionReason.QUALITY, "created": datetime(2026, 11, 26, tzinfo=UTC)}
    note = build_rejection_note(tmp_path / "capture.dcm", rejected, ModelIdentity("demo", "0.1", "ab" * 32), **when)
    made = pydicom.dcmread(BytesIO(note.content))
    made.save_as(tmp_path / "note.dcm")
    assert check(tmp_path / "note.dcm")[0] == 0
    made.ConceptNameCodeSequence[0].CodeValue = "113000"
    made.save_as(tmp_path / "note.dcm")
    code, told = check(tmp_path / "note.dcm")
    assert code == 1
    assert "the title is no rejection" in told
