"""`diafan review export`: the verdicts for evaluation, and nobody's name."""

import csv
import json
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from audit.search import search
from integrations.verdict import Verdict
from models.assessment import Call
from service import app as root
from service import cli, reviews, verdict_export
from service.records import Image, Study
from service.settings import Settings
from tests.service.reviewing import ALICE, BOB, EDEMA, EFFUSION, FRACTURE, MODEL, NOW, OTHER, SAID, content, made_study

SECRET = b"s" * 32


@pytest.fixture(scope="module")
def signed(diafan):
    """Return a study that Alice signed and Bob amended, and the lines of it."""
    uid = made_study(diafan)
    with Session(diafan.engine) as db, db.begin():
        study = db.get_one(Study, uid)
        image = db.scalar(sa.select(Image).where(Image.study_instance_uid == uid))
        regions = [
            {"label": label, "image_id": image.id, "points": [(0, 0), (0.5, 0), (0, 0.25)]}
            for label in (EFFUSION, OTHER)
        ]
        said = {**SAID, FRACTURE: Verdict.DISAGREE}
        reviews.save_draft(db, study, ALICE, content(said, text="Kanarek", regions=regions), 0, NOW)
        first = reviews.sign(db, study, ALICE, 1, 1, None, NOW).id
        study.due_at = None
        amended = {**said, EDEMA: Verdict.DISAGREE}
        reviews.save_draft(db, study, BOB, content(amended, answers={EDEMA: Call.ABSENT}), 0, NOW)
        reviews.sign(db, study, BOB, 1, 1, first, NOW)
        pixels = image.pixel_sha256
    return uid, pixels


def lines_of(diafan, secret=SECRET):
    with Session(diafan.engine) as db:
        return list(verdict_export.lines(db, secret))


def own(lines, pixels):
    [study] = {line["study"] for line in lines if line["image_sha256"] == pixels}
    return [line for line in lines if line["study"] == study]


def test_each_label_that_was_judged_is_a_line_with_the_answers_of_both(diafan, signed):
    lines = own(lines_of(diafan), signed[1])
    told = [(line["stands"], line["label"], line["verdict"], line["answer"]) for line in lines]
    assert sorted(told) == [
        (False, "Edema", "unsure", "indeterminate"),
        (False, "Fracture", "disagree", "present"),
        (False, "Pleural Effusion", "agree", "present"),
        (False, "Pleural Other", "", ""),  # a region alone
        (True, "Edema", "disagree", "absent"),
        (True, "Fracture", "disagree", "present"),
        (True, "Pleural Effusion", "agree", "present"),
    ]
    [effusion] = [line for line in lines if line["label"] == "Pleural Effusion" and not line["stands"]]
    assert (effusion["call"], effusion["probability"], effusion["threshold"]) == ("present", 0.7, 0.5)
    assert (effusion["model_digest"], effusion["report_revision"], effusion["kind"]) == (MODEL, 1, "first")
    assert effusion["regions"] == [{"image_sha256": signed[1], "points": [(0, 0), (0.5, 0), (0, 0.25)]}]


def test_lines_can_be_grouped_and_name_nobody(diafan, signed):
    lines = own(lines_of(diafan), signed[1])
    assert len({line["patient"] for line in lines}) == 1
    assert len({line["reader"] for line in lines}) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", line[key]) for line in lines for key in ("study", "patient", "reader"))
    told = json.dumps(lines)
    for secret in (signed[0], ALICE.subject, ALICE.name, BOB.name, ALICE.issuer, "Kanarek", "p-0000"):
        assert secret not in told
    other = own(lines_of(diafan, b"t" * 32), signed[1])
    assert not {line["study"] for line in lines} & {line["study"] for line in other}


@pytest.mark.parametrize("suffix", verdict_export.SUFFIXES)
def test_what_is_written_is_read_back(diafan, signed, tmp_path, suffix):
    path = tmp_path / f"v{suffix}"
    lines = lines_of(diafan)
    assert verdict_export.write(path, iter(lines)) == len(lines)
    text = path.read_text()
    if suffix == ".csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert tuple(rows[0]) == verdict_export.COLUMNS
        read = [{**row, "regions": json.loads(row["regions"])} for row in rows]
        assert [r["label"] for r in read] == [line["label"] for line in lines]
    else:
        read = list(map(json.loads, text.splitlines()))
        assert tuple(sorted(read[0])) == tuple(sorted(verdict_export.COLUMNS))
    assert [r["regions"] for r in read] == json.loads(json.dumps([line["regions"] for line in lines]))


def test_the_command_writes_the_file_whole_and_leaves_an_entry(short_folder, monkeypatch):
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(short_folder / "d"))

    def run(out, expect):
        done = CliRunner().invoke(cli.app, ["review", "export", "--out", str(out)])
        assert done.exit_code == expect, done.output
        return done.output

    assert ".ndjson" in run(short_folder / "v.xlsx", 2)
    assert not (short_folder / "d" / "postgres").exists()
    path = short_folder / "v.csv"
    assert run(path, 0).startswith("0 verdicts in")
    assert path.read_text().strip() == ",".join(verdict_export.COLUMNS)
    run(short_folder / "nowhere" / "v.csv", 1)
    assert [p.name for p in short_folder.iterdir() if p.is_file()] == ["v.csv"]
    with root.assemble(Settings()) as diafan:
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            exported = [e.event for e in search(db) if e.event["type"] == "verdicts-exported"]
    assert [(e["agent"]["kind"], e["detail"]) for e in exported] == [("person", {"count": 0})]
