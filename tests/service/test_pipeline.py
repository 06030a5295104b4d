"""The stages: each may run twice and then changes nothing; a report waits for quiet and is made anew by a late image."""

import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta

import pydicom
import pytest
import sqlalchemy as sa
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from audit.event import Agent
from models.assessment import Call
from models.labels import LABELS
from service.accept import Origin
from service.destinations import Folder
from service.findings import strongest
from service.overview import answer, load
from service.records import Delivery, DeliveryState, FindingRecord, Image, ImageState, ObjectRecord, ReportRecord, Study
from service.rules import Rules
from tests.instances import EFFUSION, make_instance
from tests.service.api_client import NOT_ASSESSED, PRESENT

ORIGIN = Origin(Agent(kind="system", id="XRAY1"), source="dicom:XRAY1")


@pytest.fixture
def accept(diafan):
    def accept(file, origin=ORIGIN, acceptor=diafan.acceptor):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file, copy)
        return acceptor.accept(copy, origin).image_id

    return accept


def rows(diafan, statement):
    with Session(diafan.engine) as db:
        found = list(db.scalars(statement))
        db.expunge_all()
        return found


def study_of(diafan, image_id):
    return rows(diafan, sa.select(Image).where(Image.id == image_id))[0].study_instance_uid


def test_an_image_becomes_findings_objects_and_deliveries_in_one_commit(diafan, pipeline, accept, tmp_path):
    image_id = accept(make_instance(tmp_path))
    pipeline.analyse(str(image_id))
    image = rows(diafan, sa.select(Image).where(Image.id == image_id))[0]
    assert image.state is ImageState.ANALYSED
    assert image.model_digest == pipeline.classifier().identity.digest
    objects = rows(
        diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == image_id).order_by(ObjectRecord.position)
    )
    assert [o.kind for o in objects] == ["summary", "overlay", "parametric-map"]
    assert objects[1].label == PRESENT.value
    deliveries = rows(diafan, sa.select(Delivery).where(Delivery.image_id == image_id))
    assert [d.state for d in deliveries] == [DeliveryState.QUEUED]
    findings = {f.label: f for f in rows(diafan, sa.select(FindingRecord).where(FindingRecord.image_id == image_id))}
    assert set(findings) == {label.value for label in LABELS}
    silent = findings[NOT_ASSESSED.value]
    assert (silent.call, silent.probability, silent.threshold, silent.logit) == ("not assessed", None, None, None)


def test_a_stage_that_runs_twice_changes_nothing(diafan, pipeline, accept, tmp_path):
    image_id = accept(make_instance(tmp_path))
    study = study_of(diafan, image_id)
    for _ in range(2):
        pipeline.analyse(str(image_id))
    for _ in range(2):
        pipeline.report(study)
    assert len(rows(diafan, sa.select(Delivery).where(Delivery.study_instance_uid == study))) == 2
    assert [
        r.revision for r in rows(diafan, sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study))
    ] == [1]


def test_objects_once_persisted_are_read_back_as_they_are(diafan, pipeline, accept, tmp_path):
    image_id = accept(make_instance(tmp_path))
    pipeline.analyse(str(image_id))
    for record in rows(diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == image_id)):
        dataset = pydicom.dcmread(diafan.store.path(record.blob))
        assert dataset.SOPInstanceUID == record.sop_instance_uid
        assert dataset.SeriesInstanceUID == record.series_instance_uid


def test_a_report_waits_until_the_study_is_quiet(diafan, pipeline, accept, tmp_path):
    patient = replace(pipeline, quiet_period=timedelta(hours=1))
    image_id = accept(make_instance(tmp_path))
    study = study_of(diafan, image_id)
    patient.analyse(str(image_id))
    patient.report(study)
    assert rows(diafan, sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study)) == []
    later = replace(patient, clock=lambda: diafan.clock() + timedelta(hours=2))
    later.report(study)
    assert len(rows(diafan, sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study))) == 1


def test_results_go_where_the_rules_let_them_and_a_report_where_one_of_its_images_may_go(
    diafan, pipeline, accept, tmp_path
):
    places = {name: Folder(name, tmp_path / name) for name in ("near", "far", "third")}
    pipeline = replace(pipeline, destinations=places)
    rules = Rules(
        rule=[
            {"name": "near only", "when": {"view": ["AP"]}, "then": "analyse", "destinations": ["near"]},
            {"name": "far only", "then": "analyse", "destinations": ["far"]},
        ]
    )
    study = generate_uid()
    names = {}
    for view in ("AP", "PA"):
        file = make_instance(tmp_path, StudyInstanceUID=study, ViewPosition=view)
        image_id = accept(file, acceptor=replace(diafan.acceptor, rules=rules))
        pipeline.analyse(str(image_id))
        names[view] = {d.destination for d in rows(diafan, sa.select(Delivery).where(Delivery.image_id == image_id))}
    assert names == {"AP": {"near"}, "PA": {"far"}}
    pipeline.report(study)
    of_report = sa.select(Delivery).where(Delivery.study_instance_uid == study, Delivery.report_id.is_not(None))
    assert {d.destination for d in rows(diafan, of_report)} == {"near", "far"}


def test_a_late_image_makes_a_second_revision_and_the_first_is_never_put_over_it(diafan, pipeline, accept, tmp_path):
    first_file = make_instance(tmp_path)
    first = accept(first_file)
    study = study_of(diafan, first)
    pipeline.analyse(str(first))
    pipeline.report(study)
    patient = pydicom.dcmread(first_file, stop_before_pixels=True)
    second = accept(
        make_instance(
            tmp_path,
            EFFUSION,
            name="late.dcm",
            StudyInstanceUID=study,
            SOPInstanceUID=generate_uid(prefix=None),
            PatientID=patient.PatientID,
        )
    )
    pipeline.analyse(str(second))
    pipeline.report(study)
    reports = rows(
        diafan, sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study).order_by(ReportRecord.revision)
    )
    assert [(r.revision, r.status) for r in reports] == [(1, "preliminary"), (2, "preliminary")]
    deliveries = {
        d.report_id: d for d in rows(diafan, sa.select(Delivery).where(Delivery.report_id.in_([r.id for r in reports])))
    }
    for report in reversed(reports):
        diafan.deliverer.deliver(str(deliveries[report.id].id))
    states = {
        d.report_id: d.state
        for d in rows(diafan, sa.select(Delivery).where(Delivery.report_id.in_([r.id for r in reports])))
    }
    assert states == {reports[0].id: DeliveryState.SUPERSEDED, reports[1].id: DeliveryState.DELIVERED}
    written = json.loads((diafan.settings.data_dir / "outbox" / "fhir" / f"{study}.json").read_bytes())
    assert written == json.loads(diafan.store.read(reports[1].blob))


def test_a_study_without_a_patient_id_is_not_reported_but_parked_with_the_reason(diafan, pipeline, accept, tmp_path):
    image_id = accept(make_instance(tmp_path, PatientID=""))
    study = study_of(diafan, image_id)
    pipeline.analyse(str(image_id))
    pipeline.report(study)
    record = rows(diafan, sa.select(Study).where(Study.study_instance_uid == study))[0]
    assert "Patient ID" in record.park_reason
    assert record.due_at is None
    assert diafan.again.report(ORIGIN.agent) >= 1
    assert rows(diafan, sa.select(Study).where(Study.study_instance_uid == study))[0].due_at is not None
    pipeline.report(study)


def test_a_superseded_image_is_not_analysed(diafan, pipeline, accept, tmp_path):
    file = make_instance(tmp_path)
    first = accept(file)
    accept(make_instance(tmp_path, str(file), keep_uids=True, name="corrected.dcm", PatientName="Corrected^Name"))
    pipeline.analyse(str(first))
    assert rows(diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == first)) == []


def test_pixels_that_do_not_decode_park_the_image_with_a_reason(diafan, pipeline, accept, tmp_path):
    source = make_instance(tmp_path, "chest_RG1_cr_pa_mono1_15bit_j2k")
    dataset = pydicom.dcmread(source)
    fragments = bytearray(dataset.PixelData)
    fragments[100:4000] = bytes(3900)  # beyond the header, which is read when it is received
    dataset.PixelData = bytes(fragments)
    dataset.save_as(source, enforce_file_format=True)
    image_id = accept(source)
    pipeline.analyse(str(image_id))
    image = rows(diafan, sa.select(Image).where(Image.id == image_id))[0]
    assert (image.state, image.reason_code) == (ImageState.PARKED, "unreadable-pixels")
    assert image.reason


def test_the_strongest_image_answers_for_each_label():
    images = [Image(id=n, sop_instance_uid=f"1.2.{n}") for n in (1, 2)]
    findings = [
        FindingRecord(image_id=1, label="Edema", call="absent", probability=0.2, threshold=0.5, logit=-1.0),
        FindingRecord(image_id=2, label="Edema", call="present", probability=0.7, threshold=0.5, logit=1.0),
        FindingRecord(image_id=1, label="Fracture", call="not assessed"),
    ]
    answers = {r.finding.label.value: r for r in strongest(images, findings)}
    assert (answers["Edema"].finding.call, answers["Edema"].image_uid) == (Call.PRESENT, "1.2.2")
    assert (answers["Fracture"].finding.call, answers["Fracture"].image_uid) == (Call.NOT_ASSESSED, None)
    assert len(answers) == len(LABELS)


def record(image_id, label, call, probability, threshold):
    return FindingRecord(
        image_id=image_id, label=label, call=call, probability=probability, threshold=threshold, logit=0.0
    )


def study_answers(findings, images=2):
    found = strongest([Image(id=n, sop_instance_uid=f"1.2.{n}") for n in range(1, images + 1)], findings)
    return {r.finding.label.value: (r.finding.call, r.finding.probability, r.image_uid) for r in found}


def test_what_is_called_on_one_image_is_not_denied_by_a_higher_probability_below_its_own_threshold():
    edema = [record(1, "Edema", "present", 0.30, 0.22), record(2, "Edema", "absent", 0.45, 0.60)]
    assert study_answers(edema)["Edema"] == (Call.PRESENT, 0.30, "1.2.1")
    edema[0].call = "indeterminate"
    assert study_answers(edema)["Edema"] == (Call.INDETERMINATE, 0.30, "1.2.1")
    edema[1].call = "indeterminate"
    assert study_answers(edema)["Edema"] == (Call.INDETERMINATE, 0.45, "1.2.2")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("present", 0.9), ("absent", 0.2), (Call.ABSENT, 0.2, "1.2.2")),
        (("present", 0.3), ("absent", 0.4), (Call.ABSENT, 0.4, "1.2.2")),
        (("indeterminate", 0.5), ("present", 0.4), (Call.INDETERMINATE, 0.5, "1.2.1")),
        (("present", 0.9), ("present", 0.8), (Call.PRESENT, 0.8, "1.2.2")),
    ],
)
def test_no_finding_holds_for_a_study_only_where_it_holds_for_every_image(first, second, expected):
    findings = [record(n, "No Finding", *given, 0.25) for n, given in enumerate((first, second), 1)]
    assert study_answers(findings)["No Finding"] == expected


def test_no_finding_is_left_open_where_another_image_has_a_finding_or_no_answer_for_it():
    alone = [record(1, "No Finding", "present", 0.9, 0.5)]
    assert study_answers(alone, images=1)["No Finding"] == (Call.PRESENT, 0.9, "1.2.1")
    assert study_answers(alone, images=2)["No Finding"] == (Call.INDETERMINATE, 0.9, "1.2.1")
    both = [*alone, record(2, "No Finding", "present", 0.8, 0.5), record(2, "Edema", "present", 0.6, 0.5)]
    found = study_answers(both)
    assert found["No Finding"] == (Call.INDETERMINATE, 0.8, "1.2.2")
    assert found["Edema"] == (Call.PRESENT, 0.6, "1.2.2")


class _Failing:
    def assess(self, _radiograph):
        raise ZeroDivisionError("CANARY")


def test_an_error_of_our_own_parks_the_image_and_tells_its_class_only(diafan, pipeline, accept, tmp_path):
    image_id = accept(make_instance(tmp_path))
    replace(pipeline, classifier=lambda _by_rule: _Failing()).analyse(str(image_id))
    image = rows(diafan, sa.select(Image).where(Image.id == image_id))[0]
    assert (image.state, image.reason_code) == (ImageState.PARKED, "internal-error")
    assert "ZeroDivisionError" in image.reason
    assert "CANARY" not in image.reason
    told = answer(next(line for line in load(diafan.engine, limit=500) if line.image.id == image_id))
    assert str(image_id) in told
    assert diafan.again.analyse(image_id, ORIGIN.agent)
    pipeline.analyse(str(image_id))
    assert rows(diafan, sa.select(Image).where(Image.id == image_id))[0].state is ImageState.ANALYSED
    assert not diafan.again.analyse(image_id, ORIGIN.agent)


def test_an_image_that_kills_its_worker_is_given_up_and_a_finished_one_is_not(diafan, pipeline, accept, tmp_path):
    deadly, fine = accept(make_instance(tmp_path)), accept(make_instance(tmp_path, name="fine.dcm"))
    pipeline.analyse(str(fine))
    for image_id in (deadly, fine):
        pipeline.give_up_image(str(image_id))
    states = {i.id: i.state for i in rows(diafan, sa.select(Image).where(Image.id.in_([deadly, fine])))}
    assert states == {deadly: ImageState.PARKED, fine: ImageState.ANALYSED}
