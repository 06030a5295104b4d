"""Withdraw: one commit that stops what is under way, tells whoever was told, and lets nothing count afterwards."""

import json
import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Thread

import pydicom
import pytest
import sqlalchemy as sa
from pydicom.uid import KeyObjectSelectionDocumentStorage, generate_uid
from sqlalchemy.orm import Session

from audit.event import Agent
from audit.search import search
from integrations.errors import Rejected, Unavailable
from integrations.rejection_note import RejectionReason, uid_with_loss
from integrations.result_object import ResultKind
from integrations.verdict import Verdict
from integrations.withdrawn_report import withdrawn_bundle
from service import overview
from service import withdraw as withdrawing
from service.accept import AlreadyHeld, Origin
from service.access import Scope
from service.audit_names import names_of_study
from service.records import (
    Delivery,
    DeliveryState,
    Image,
    ImageState,
    ObjectRecord,
    Parcel,
    ReportRecord,
    Study,
    WorklistLine,
)
from service.withdraw import NotWithdrawable, Withdrawer
from service.withdrawn_image import STUDY_WITHDRAWN
from tests.instances import EFFUSION, make_instance
from tests.integrations.fhir_checks import faults
from tests.service.api_client import INDETERMINATE, PRESENT, is_problem
from tests.service.reviewing import physician, save_and_sign, sign

PERSON = Agent(kind="person", id="os-user:1")
ORIGIN = Origin(Agent(kind="system", id="XRAY1"), source="dicom:XRAY1")
SAID = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}
SAFETY = RejectionReason.PATIENT_SAFETY
ARCHIVE = {
    "takes": {
        ResultKind.SECONDARY_CAPTURE,
        ResultKind.STRUCTURED_REPORT,
        ResultKind.PARAMETRIC_MAP,
        ResultKind.PARAMETRIC_MAP_16BIT,
    },
    "carries": set(Parcel),
}
CAPTURES = {"takes": {ResultKind.SECONDARY_CAPTURE}, "carries": {Parcel.SOURCE, Parcel.RESULTS}}
EHR = {"takes": (), "carries": {Parcel.REPORT}}


class Place:
    """A destination that keeps what it is given, or answers as it is told."""

    def __init__(self, kind, takes, carries):
        self.name = f"{kind}-{os.urandom(4).hex()}"
        self.takes, self.carries = frozenset(takes), frozenset(carries)
        self.answers, self.given = [], []

    def deliver(self, contents, *, again):
        if self.answers:
            raise self.answers.pop(0)
        bundle = json.loads(contents.bundle.read_bytes()) if contents.bundle else None
        self.given.append(([pydicom.dcmread(item.path) for item in contents.items], bundle))
        return {"proof": "kept"}

    def check(self):
        """Always there."""

    @property
    def objects(self):
        return [one for items, _ in self.given for one in items]

    @property
    def note(self):
        return next((one for one in self.objects if one.SOPClassUID == KeyObjectSelectionDocumentStorage), None)


class Ward:
    """One study on its way to an archive, to a viewer that takes captures only, and to an EHR."""

    def __init__(self, api, tmp_path):
        self.api, self.diafan, self.tmp_path = api, api.diafan, tmp_path
        self.archive, self.captures, self.ehr = Place("a", **ARCHIVE), Place("c", **CAPTURES), Place("e", **EHR)
        here = {place.name: place for place in (self.archive, self.captures, self.ehr)}
        self.pipeline = replace(api.pipeline, destinations=here)
        self.deliverer = replace(self.diafan.deliverer, destinations=here)
        d = self.diafan
        self.withdrawer = Withdrawer(d.engine, d.store, d.jobs, d.record, d.clock, here, d.fhir_index)
        self.file = make_instance(tmp_path, name=f"{os.urandom(4).hex()}.dcm")
        self.header = pydicom.dcmread(self.file, stop_before_pixels=True)
        self.uid = str(self.header.StudyInstanceUID)

    def accept(self, file=None):
        copy = self.diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file or self.file, copy)
        return self.diafan.acceptor.accept(copy, ORIGIN)

    def process(self, file=None):
        accepted = self.accept(file)
        self.pipeline.analyse(str(accepted.image_id))
        self.pipeline.report(self.uid)
        return accepted.image_id

    def another(self, **elements):
        elements = {"SOPInstanceUID": generate_uid(prefix=None), "PatientID": self.header.PatientID, **elements}
        name = f"{os.urandom(4).hex()}.dcm"
        return make_instance(self.tmp_path, EFFUSION, name=name, StudyInstanceUID=self.uid, **elements)

    def deliver(self, *places):
        wanted = {place.name for place in places}
        for d in self.rows(Delivery):
            if d.destination in wanted or not wanted:
                try:
                    self.deliverer.deliver(str(d.id))
                except Unavailable:
                    continue

    def withdraw(self, reason=SAFETY):
        return self.withdrawer.withdraw(self.uid, reason, PERSON)

    def rows(self, record, *where):
        with Session(self.diafan.engine, expire_on_commit=False) as db:
            own = sa.select(record).where(record.study_instance_uid == self.uid, *where)
            return list(db.scalars(own.order_by(getattr(record, "created_at", None))))

    @property
    def study(self):
        return self.rows(Study)[0]

    @property
    def status(self):
        with Session(self.diafan.engine) as db:
            return db.get_one(WorklistLine, self.uid).status.value

    def objects(self):
        with Session(self.diafan.engine) as db:
            reports, images = (sa.select(r.id).where(r.study_instance_uid == self.uid) for r in (ReportRecord, Image))
            of_study = sa.or_(ObjectRecord.report_id.in_(reports), ObjectRecord.image_id.in_(images))
            found = db.execute(sa.select(ObjectRecord.sop_instance_uid, ObjectRecord.kind).where(of_study)).all()
            return {uid for uid, kind in found if kind != "rejection-note"}

    def everything(self):
        """All that a withdrawal may change, as the database has it."""
        tables = (Study, Image, Delivery, ReportRecord)
        told = {
            t.__name__: [{c.key: getattr(r, c.key) for c in t.__mapper__.column_attrs} for r in self.rows(t)]
            for t in tables
        }
        return {**told, "objects": self.objects(), "events": len(self.events())}

    def events(self):
        self.diafan.sequence_log()
        with self.diafan.engine.connect() as db:
            return [e.event for e in search(db, studies=names_of_study(db, self.diafan.subjects, self.uid), limit=1000)]


@pytest.fixture
def ward(api, tmp_path):
    return Ward(api, tmp_path)


@pytest.fixture
def alice(api):
    with physician(api, "alice") as client:
        yield client


def report_in(bundle):
    (report,) = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DiagnosticReport"]
    return report


def rejected_by(note):
    (study,) = note.CurrentRequestedProcedureEvidenceSequence
    return {i.ReferencedSOPInstanceUID for s in study.ReferencedSeriesSequence for i in s.ReferencedSOPSequence}


def test_archives_get_a_note_on_all_that_they_may_have_and_the_ehr_its_report_taken_back(ward):
    ward.process()
    ward.deliver()
    ward.process(ward.another())
    ward.deliver()
    before = ward.ehr.given[-1][1]
    foreseen, done = ward.withdrawer.foresee(ward.uid), ward.withdraw()
    assert len(foreseen.rejected) == len(done.rejected) == len(ward.objects())
    assert set(done.places) == {ward.archive.name, ward.captures.name, ward.ehr.name}
    ward.deliver()
    assert rejected_by(ward.archive.note) == ward.objects()
    assert ward.archive.note == ward.captures.note
    title = ward.archive.note.ConceptNameCodeSequence[0].CodeMeaning
    assert (title, ward.archive.note.Modality) == ("Rejected for Patient Safety Reasons", "KO")
    assert ward.ehr.objects == []
    after = ward.ehr.given[-1][1]
    assert faults(after) == []
    assert [e["request"] for e in after["entry"]] == [e["request"] for e in before["entry"]]
    said = [
        e["resource"] for e in after["entry"] if e["resource"]["resourceType"] in ("Observation", "DiagnosticReport")
    ]
    assert {(r["resourceType"], r["status"]) for r in said} == {
        ("Observation", "entered-in-error"),
        ("DiagnosticReport", "entered-in-error"),
    }
    assert len(said) == 15
    assert "must not be used" in said[-1]["conclusion"]
    assert "probability" not in said[-1]["conclusion"]
    assert (ward.status, ward.study.withdrawn_because, ward.study.due_at) == ("withdrawn", "patient-safety", None)
    assert {d.state for d in ward.rows(Delivery)} == {DeliveryState.DELIVERED}
    assert [(r.revision, r.status) for r in ward.rows(ReportRecord)][-1] == (3, "entered-in-error")


def test_a_person_is_named_in_the_log_with_the_reason(ward):
    ward.process()
    ward.deliver()
    ward.withdraw(RejectionReason.WRONG_WORKLIST_ENTRY)
    [event] = [e for e in ward.events() if e["type"] == "study-withdrawn"]
    assert event["agent"]["id"] == PERSON.id
    assert event["detail"] == {"reason": "wrong-worklist-entry", "count": len(ward.objects()), "revision": 2}
    assert [e["detail"]["kind"] for e in ward.events() if e["type"] == "report-written"][-1] == "entered-in-error"


def test_what_did_not_leave_is_stopped_and_what_may_have_left_is_told(ward):
    """The archive had nothing yet, the EHR did not answer: who may have it is told, who has nothing is not."""
    ward.process()
    ward.ehr.answers = [Unavailable("no answer")]
    ward.deliver(ward.captures, ward.ehr)
    done = ward.withdraw()
    assert set(done.places) == {ward.captures.name, ward.ehr.name}
    ward.deliver()
    assert ward.archive.given == []
    assert {o.sop_instance_uid for o in done.rejected} == rejected_by(ward.captures.note)
    assert [report_in(bundle)["status"] for _, bundle in ward.ehr.given] == ["entered-in-error"]
    states = {(d.destination, d.attempts): d.state for d in ward.rows(Delivery)}
    assert states[ward.archive.name, 0] is DeliveryState.SUPERSEDED
    assert states[ward.ehr.name, 1] in {DeliveryState.SUPERSEDED, DeliveryState.DELIVERED}


def test_a_parcel_that_is_being_sent_counts_as_sent_and_has_no_further_try(ward):
    """A worker died between its intent and its outcome, and another takes its delivery up again."""
    ward.process()
    results = next(d for d in ward.rows(Delivery) if d.destination == ward.captures.name)
    with Session(ward.diafan.engine) as db, db.begin():
        sending = db.get_one(Delivery, results.id)
        sending.state, sending.attempts = DeliveryState.SENDING, 1
    done = ward.withdraw()
    assert done.places == [ward.captures.name]
    assert [d.state for d in ward.rows(Delivery, Delivery.id == results.id)] == [DeliveryState.SENDING]
    ward.deliver()
    assert [d.state for d in ward.rows(Delivery, Delivery.id == results.id)] == [DeliveryState.SUPERSEDED]
    assert [one.SOPClassUID for one in ward.captures.objects] == [KeyObjectSelectionDocumentStorage]


def test_what_went_with_loss_is_rejected_under_the_uid_that_it_has_there(ward):
    """One archive said what it was sent, the other did not answer: it may have the same."""
    ward.process()
    ward.captures.answers = [Unavailable("no answer")]
    ward.deliver(ward.archive, ward.captures)
    pictures = [
        one for one in ward.archive.objects if one.Modality == "OT" and "PixelData" in one and one.SamplesPerPixel == 3
    ]
    with Session(ward.diafan.engine) as db, db.begin():
        known = sa.select(Delivery).where(Delivery.destination == ward.archive.name, Delivery.parcel == Parcel.RESULTS)
        there = [
            {"sop_instance_uid": f"2.25.{n}", "compressed_with_loss_from": p.SOPInstanceUID}
            for n, p in enumerate(pictures, 1)
        ]
        db.scalars(known.where(Delivery.study_instance_uid == ward.uid)).one().receipt = {"objects": there}
    ward.withdrawer = replace(ward.withdrawer, lossy=[ward.captures.name])
    done = ward.withdraw()
    derived = {uid_with_loss(Path(p.filename)) for p in pictures}
    assert {one.sop_instance_uid for one in done.rejected} == ward.objects() | {"2.25.1", "2.25.2"} | derived
    assert (len(pictures), len(derived)) == (2, 2)
    ward.deliver()
    assert rejected_by(ward.archive.note) == {one.sop_instance_uid for one in done.rejected}


def test_an_image_that_comes_as_the_study_is_being_withdrawn_waits_and_finds_it_withdrawn(ward, monkeypatch):
    ward.process()
    ward.deliver()
    file, taken = ward.another(), []
    late = Thread(target=lambda: taken.append(ward.accept(file)))

    def is_waiting():
        with ward.diafan.engine.connect() as db:
            waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            return db.scalar(sa.text(waiting)) > 0

    def while_it_is_locked(*arguments):
        late.start()
        until = time.monotonic() + 20
        while not is_waiting():
            assert time.monotonic() < until, "nobody waits for the study"
            time.sleep(0.02)
        return withdrawn_bundle(*arguments)

    monkeypatch.setattr(withdrawing, "withdrawn_bundle", while_it_is_locked)
    ward.withdraw()
    late.join(20)
    [accepted] = taken
    assert (accepted.state, accepted.reason_code) == (ImageState.PARKED, STUDY_WITHDRAWN)


def test_a_parked_delivery_is_not_sent_again(ward):
    ward.process()
    ward.archive.answers = [Rejected("no"), Rejected("no")]
    ward.deliver()
    parked = [d.id for d in ward.rows(Delivery) if d.state is DeliveryState.PARKED]
    assert len(parked) == 2
    ward.withdraw()
    assert [ward.deliverer.retry(one) for one in parked] == [False, False]
    ward.deliver()
    assert ward.archive.objects == [ward.archive.note]


def test_nothing_was_sent_so_nobody_is_told_and_nothing_is_sent_afterwards(ward):
    ward.process()
    done = ward.withdraw()
    assert (done.rejected, done.places) == ([], [])
    ward.deliver()
    assert [p.given for p in (ward.archive, ward.captures, ward.ehr)] == [[], [], []]
    assert ward.status == "withdrawn"


def test_who_is_no_longer_configured_is_named(ward):
    ward.process()
    ward.deliver()
    left = {ward.ehr.name: ward.ehr}
    done = replace(ward.withdrawer, destinations=left).withdraw(ward.uid, SAFETY, PERSON)
    assert (done.places, done.homeless) == ([ward.ehr.name], sorted([ward.archive.name, ward.captures.name]))


@pytest.mark.parametrize("uid", ["1.2.3.4", "again"])
def test_what_is_unknown_or_withdrawn_already_is_refused_and_nothing_changes(ward, uid):
    ward.process()
    ward.deliver()
    ward.withdraw()
    before = ward.everything()
    with pytest.raises(NotWithdrawable, match="no such study" if uid != "again" else "withdrawn before"):
        ward.withdrawer.withdraw(ward.uid if uid == "again" else uid, SAFETY, PERSON)
    assert ward.everything() == before


@pytest.mark.parametrize("step", ["defer_delivery", "withdrawn_bundle", "park_and_record"])
def test_a_kill_between_leaves_nothing_and_the_next_try_does_all(ward, monkeypatch, step):
    """Whatever stops it before the commit: no study is half withdrawn."""
    ward.process()
    ward.deliver()
    ward.accept(ward.another())

    def killed(*_, **__):
        raise KeyboardInterrupt

    before = ward.everything()
    monkeypatch.setattr(withdrawing, step, killed)
    with pytest.raises(KeyboardInterrupt):
        ward.withdraw()
    assert ward.everything() == before
    monkeypatch.undo()
    ward.withdraw()
    ward.deliver()
    assert rejected_by(ward.archive.note) == ward.objects()
    assert len(ward.rows(ReportRecord)) == 2


def test_what_is_half_way_through_is_dropped(ward):
    """An analysis and a report that began before are not committed after: the study was locked first."""
    ward.process()
    waiting = ward.accept(ward.another()).image_id
    meanwhile = replace(ward.pipeline, gate=lambda _: ward.withdraw() and None)
    meanwhile.analyse(str(waiting))
    [image] = ward.rows(Image, Image.id == waiting)
    assert (image.state, image.reason_code) == (ImageState.PARKED, STUDY_WITHDRAWN)
    meanwhile.report(ward.uid)
    assert [r.status for r in ward.rows(ReportRecord)] == ["preliminary", "entered-in-error"]


def test_a_report_that_was_being_made_is_dropped(ward):
    accepted = ward.accept()
    ward.pipeline.analyse(str(accepted.image_id))
    withdrawn = []

    class Late(type(ward.diafan.store)):
        def put(self, key, content):
            if key.startswith("reports/") and not withdrawn:
                withdrawn.append(key)
                ward.withdraw()
            return super().put(key, content)

    replace(ward.pipeline, store=Late(ward.diafan.store.root)).report(ward.uid)
    assert [(r.revision, r.status) for r in ward.rows(ReportRecord)] == [(1, "entered-in-error")]
    assert withdrawn
    assert {d.state for d in ward.rows(Delivery)} == {DeliveryState.SUPERSEDED}


def test_a_late_image_is_parked_for_a_person_and_nothing_is_said_of_it(ward):
    ward.process()
    ward.deliver()
    ward.withdraw()
    late = ward.accept(ward.another())
    assert (late.state, late.reason_code) == (ImageState.PARKED, STUDY_WITHDRAWN)
    corrected = pydicom.dcmread(ward.file)
    corrected.PatientName = "Other^Name"
    corrected.save_as(ward.tmp_path / "corrected.dcm")
    revision = ward.accept(ward.tmp_path / "corrected.dcm")
    assert revision.state is ImageState.PARKED
    assert isinstance(ward.accept(), AlreadyHeld)
    for one in (late, revision):
        ward.pipeline.analyse(str(one.image_id))
        assert ward.diafan.again.analyse(one.image_id, PERSON) is False
    ward.pipeline.report(ward.uid)
    assert [i.state.value for i in ward.rows(Image)].count("parked") == 2
    assert len(ward.rows(ReportRecord)) == 2
    assert ward.status == "withdrawn"
    parked = [e for e in ward.events() if e["type"] == "image-parked"]
    assert [(e["agent"]["id"], e["detail"]["reason"]) for e in parked] == [("XRAY1", STUDY_WITHDRAWN)] * 2


def test_an_image_that_failed_before_is_not_analysed_by_a_retry(ward):
    ward.process()
    failed = ward.accept(ward.another()).image_id
    ward.pipeline.give_up_image(str(failed))
    ward.withdraw()
    assert ward.diafan.again.analyse(failed, PERSON) is True
    ward.pipeline.analyse(str(failed))
    [image] = ward.rows(Image, Image.id == failed)
    assert (image.state, image.reason_code) == (ImageState.PARKED, STUDY_WITHDRAWN)


def test_a_signature_is_refused_and_what_was_signed_stays(ward, alice):
    ward.process()
    signed = save_and_sign(alice, ward.uid, SAID)
    assert signed.status_code == 201
    ward.pipeline.report(ward.uid)
    ward.deliver()
    draft = {"version": 0, "report_revision": 2}
    saved = alice.put(f"/studies/{ward.uid}/review/draft", json=draft)
    assert saved.status_code == 200
    ward.withdraw()
    problem = is_problem(sign(alice, ward.uid, 1, 2, signed.json()["id"]), 409)
    assert problem["type"] == "urn:diafan:problem:study-withdrawn"
    assert "must not be used" in problem["detail"]
    is_problem(alice.put(f"/studies/{ward.uid}/review/draft", json={**draft, "version": 1}), 409)
    is_problem(alice.post(f"/studies/{ward.uid}/review/second-opinion", json={}), 409)
    told = alice.get(f"/studies/{ward.uid}/review").json()
    assert (told["obstacle"], told["signs_as"], told["state"]) == ("study-withdrawn", None, "signed")
    assert [one["id"] for one in told["reviews"]] == [signed.json()["id"]]
    ward.deliver()
    report = report_in(ward.ehr.given[-1][1])
    assert report["status"] == "entered-in-error"
    assert report["performer"][0]["identifier"]["value"] == "alice"


def test_every_identifier_that_a_report_was_filed_under_is_taken_back(ward):
    """The model changed within the study, and with it whose report it is: the EHR has two."""
    ward.process()
    late = ward.accept(ward.another()).image_id
    ward.pipeline.analyse(str(late))
    with ward.diafan.engine.begin() as db:
        db.execute(sa.update(Image).where(Image.id == late).values(model_digest="cd" * 32))
    ward.pipeline.report(ward.uid)
    ward.deliver()
    ward.withdraw()
    ward.deliver()
    bundle = ward.ehr.given[-1][1]
    assert faults(bundle) == []
    kinds = [e["resource"]["resourceType"] for e in bundle["entry"]]
    assert (kinds.count("DiagnosticReport"), kinds.count("Observation"), kinds.count("Patient")) == (2, 28, 1)
    assert len({e["fullUrl"] for e in bundle["entry"]}) == len(bundle["entry"])


def test_the_api_says_that_it_was_withdrawn_and_calls_nothing(ward, api):
    image = ward.process()
    ward.deliver()
    with api.client(Scope.STUDY_READ) as reader:
        before = reader.get(f"/studies/{ward.uid}").json()
        ward.withdraw(RejectionReason.QUALITY)
        after = reader.get(f"/studies/{ward.uid}").json()
        findings = reader.get(f"/images/{image}/findings").json()
        line = reader.post("/worklist", json={"studies": [ward.uid]}).json()["studies"][0]
    assert (before["status"], before["withdrawn_at"], len(before["findings"])) == ("preliminary", None, 14)
    assert (after["status"], after["withdrawn_because"], after["findings"]) == ("entered-in-error", "quality", [])
    assert datetime.fromisoformat(after["withdrawn_at"]) <= datetime.now(UTC)
    assert findings["status"] == "entered-in-error"
    assert (line["status"], line["findings"], line["priority"]) == ("withdrawn", [], None)


def test_the_api_gives_out_no_result_that_was_withdrawn_but_the_note_that_says_so(ward, api):
    image = ward.process()
    ward.deliver()
    with api.client(Scope.STUDY_READ) as reader:

        def objects():
            return [
                one
                for place in (f"/studies/{ward.uid}", f"/images/{image}")
                for one in reader.get(f"{place}/objects").json()["objects"]
            ]

        before = objects()
        assert {one["status"] for one in before} == {"active"}
        one = before[0]
        web = f"/dicom-web/studies/{ward.uid}/series/{one['series_instance_uid']}"
        gone = [
            f"/images/{image}/explanations/{PRESENT.value}",
            f"/images/{image}/evidence",
            *(one["content_url"] for one in before),
            web,
            f"{web}/instances/{one['sop_instance_uid']}",
            f"{web}/instances/{one['sop_instance_uid']}/metadata",
        ]
        assert {reader.get(path).status_code for path in gone} == {200}
        ward.withdraw()
        for path in gone:
            problem = is_problem(reader.get(path), 410)
            assert problem["type"] == "urn:diafan:problem:study-withdrawn", path
            assert "must not be used" in problem["detail"]
        after = objects()
        [note] = [one for one in after if one["status"] == "active"]
        assert (note["kind"], len(after)) == ("rejection-note", len(before) + 1)
        assert pydicom.dcmread(BytesIO(reader.get(note["content_url"]).content)).Modality == "KO"
        is_problem(reader.get(f"/dicom-web/studies/{ward.uid}/series/1.2.3"), 404)


def test_a_person_at_a_terminal_sees_no_call_of_it(ward):
    image = ward.process()

    def told():
        [line] = [one for one in overview.load(ward.diafan.engine, limit=500) if one.image.id == image]
        return overview.answer(line)

    assert PRESENT.value in told()
    ward.withdraw()
    assert told() == "[yellow]withdrawn[/]: its results must not be used"


def test_an_earlier_study_that_was_withdrawn_is_no_comparison(ward, api):
    ward.process()
    later = make_instance(ward.tmp_path, name="later.dcm", PatientID=ward.header.PatientID, StudyDate="20991231")
    accepted = ward.accept(later)
    ward.pipeline.analyse(str(accepted.image_id))
    uid = pydicom.dcmread(later, stop_before_pixels=True).StudyInstanceUID
    with api.client(Scope.STUDY_READ) as reader:

        def earlier():
            told = reader.get(f"/studies/{uid}/earlier").json()["studies"]
            return [one["study_instance_uid"] for one in told]

        assert ward.uid in earlier()
        ward.withdraw()
        assert ward.uid not in earlier()


def test_dicomweb_lists_the_note_in_place_of_the_results(ward, api):
    ward.process()
    ward.deliver()
    with api.client(Scope.STUDY_READ) as reader:

        def modalities():
            found = reader.get(f"/dicom-web/studies/{ward.uid}/instances").json()
            return sorted(one["00080060"]["Value"][0] for one in found)

        assert modalities() == ["DX", *["OT"] * 4, "SR"]
        ward.withdraw()
        assert modalities() == ["DX", "KO"]
        [note] = reader.get(f"/dicom-web/studies/{ward.uid}/instances", params={"Modality": "KO"}).json()
        uids = [note[tag]["Value"][0] for tag in ("0020000E", "00080018")]
        path = "/dicom-web/studies/{}/series/{}/instances/{}".format(ward.uid, *uids)
        answer = reader.get(path, headers={"accept": "application/dicom"})
        assert pydicom.dcmread(BytesIO(answer.content)).Modality == "KO"
