"""From a signature to the EHR: a job in its transaction, a final report, and late images that wait for a physician."""

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
from audit.search import search
from integrations.diagnostic_report import Unreportable
from integrations.verdict import Verdict
from service import pipeline as stages
from service.accept import Origin
from service.audit_names import names_of_study
from service.records import WITHHELD, Delivery, DeliveryState, Image, ReportRecord, Study, WorklistLine
from service.reports import is_owed, next_revision
from tests.instances import EFFUSION, make_instance
from tests.integrations.fhir_checks import faults
from tests.service.api_client import INDETERMINATE, PRESENT, is_problem
from tests.service.reviewing import physician, save_and_sign, sign

ORIGIN = Origin(Agent(kind="system", id="XRAY1"), source="dicom:XRAY1")
SAID = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}


class Review:
    """One study on its way through the real stages, with the physicians who look at it."""

    def __init__(self, api, tmp_path, pipeline=None):
        self.api, self.diafan, self.tmp_path = api, api.diafan, tmp_path
        self.pipeline = pipeline or api.pipeline
        file = make_instance(tmp_path, name=f"{os.urandom(4).hex()}.dcm")
        self.header = pydicom.dcmread(file, stop_before_pixels=True)
        self.uid = str(self.header.StudyInstanceUID)
        self.analyse(file)
        self.pipeline.report(self.uid)

    def analyse(self, file):
        copy = self.diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(file, copy)
        image_id = self.diafan.acceptor.accept(copy, ORIGIN).image_id
        self.pipeline.analyse(str(image_id))
        return image_id

    def late_image(self):
        elements = {
            "StudyInstanceUID": self.uid,
            "SOPInstanceUID": generate_uid(prefix=None),
            "PatientID": self.header.PatientID,
        }
        return self.analyse(make_instance(self.tmp_path, EFFUSION, name=f"{os.urandom(4).hex()}.dcm", **elements))

    def report(self):
        self.pipeline.report(self.uid)

    @property
    def reports(self):
        with Session(self.diafan.engine, expire_on_commit=False) as db:
            own = sa.select(ReportRecord).where(ReportRecord.study_instance_uid == self.uid)
            return list(db.scalars(own.order_by(ReportRecord.revision)))

    @property
    def revisions(self):
        return [(r.revision, r.status) for r in self.reports]

    def deliver(self):
        """Carry every report out that waits, the newest first: what is older must not go over it."""
        with Session(self.diafan.engine, expire_on_commit=False) as db:
            waiting = sa.select(Delivery, ReportRecord.revision).join(
                ReportRecord, Delivery.report_id == ReportRecord.id
            )
            own = waiting.where(Delivery.study_instance_uid == self.uid, Delivery.state == DeliveryState.QUEUED)
            rows = db.execute(own.order_by(ReportRecord.revision.desc())).all()
        for delivery, _ in rows:
            self.diafan.deliverer.deliver(str(delivery.id))
        return [revision for _, revision in rows]

    @property
    def at_the_ehr(self):
        """The bundle that the last delivery brought, with what the validators find wrong in it (nothing)."""
        path = self.diafan.settings.data_dir / "outbox" / "fhir" / f"{self.uid}.json"
        bundle = json.loads(path.read_bytes())
        assert faults(bundle) == []
        return bundle

    @property
    def at_the_ehr_report(self):
        return self.at_the_ehr["entry"][-2]["resource"]

    @property
    def state(self):
        with Session(self.diafan.engine) as db:
            return db.get_one(WorklistLine, self.uid).review.value

    @property
    def due(self):
        with Session(self.diafan.engine) as db:
            return db.get_one(Study, self.uid).due_at

    def jobs(self):
        query = sa.text(
            "select count(*) from procrastinate_jobs where task_name = 'report' and args ->> 'study_instance_uid' = :uid"
        )
        with self.diafan.engine.connect() as db:
            return db.scalar(query, {"uid": self.uid})


@pytest.fixture
def study(api, tmp_path):
    return Review(api, tmp_path)


@pytest.fixture
def alice(api):
    with physician(api, "alice") as client:
        yield client


@pytest.fixture
def bob(api):
    with physician(api, "bob") as client:
        yield client


def test_a_signature_makes_the_report_final_and_sends_it(study, alice):
    study.deliver()
    assert study.at_the_ehr_report["status"] == "preliminary"
    jobs = study.jobs()
    answer = save_and_sign(alice, study.uid, SAID, text="Effusion, small.")
    assert answer.status_code == 201, answer.text
    assert (study.jobs(), study.revisions) == (jobs + 1, [(1, "preliminary")])
    study.report()
    assert study.revisions == [(1, "preliminary"), (2, "final")]
    assert study.due is None
    study.report()
    assert len(study.revisions) == 2
    assert study.deliver() == [2]
    report = study.at_the_ehr_report
    assert (report["status"], len(report["result"])) == ("final", 2)
    assert report["resultsInterpreter"][0]["identifier"] == {"system": study.diafan.settings.api_url, "value": "alice"}
    assert report["conclusion"].endswith("In the words of the physician: Effusion, small.")
    assert report["issued"][:19] == answer.json()["signed_at"][:19]
    assert alice.get(f"/studies/{study.uid}/report").json() == study.at_the_ehr
    told = alice.get(f"/studies/{study.uid}").json()
    assert (told["status"], told["report"]["revision"], told["report"]["status"]) == ("final", 2, "final")


def test_a_late_image_after_a_signature_is_withheld_until_a_physician_has_looked(study, alice, bob):
    first = save_and_sign(alice, study.uid, SAID).json()
    study.report()
    study.deliver()
    final = study.at_the_ehr
    bob.put(f"/studies/{study.uid}/review/draft", json={"version": 0, "report_revision": 2, "text": "mine"})
    late = study.late_image()
    assert is_problem(sign(bob, study.uid, 1, 2, first["id"]), 409)["report_pending"] is True
    study.report()
    assert study.revisions == [(1, "preliminary"), (2, "final"), (3, WITHHELD)]
    assert (study.deliver(), study.at_the_ehr, study.state, study.due) == ([], final, "again", None)
    assert alice.get(f"/studies/{study.uid}/report").json() == final
    told = alice.get(f"/studies/{study.uid}").json()
    assert (told["status"], told["report"]["status"], told["report_revision"]) == ("final", "withheld", 3)
    withheld = alice.get(f"/studies/{study.uid}/report", params={"revision": 3}).json()
    assert withheld["entry"][-2]["resource"]["status"] == "preliminary"
    problem = is_problem(sign(bob, study.uid, 1, 2, first["id"]), 409)
    assert (problem["type"].rpartition(":")[2], problem["report_revision"]) == ("report-changed", 3)
    assert bob.get(f"/studies/{study.uid}/review").json()["draft"]["text"] == "mine"
    amended = save_and_sign(bob, study.uid, SAID, revision=3, version=1, amends=first["id"])
    assert amended.status_code == 201, amended.text
    study.report()
    assert study.revisions[-1] == (4, "amended")
    assert late in study.reports[-1].image_ids
    assert (study.deliver(), study.state) == ([4], "signed")
    assert study.at_the_ehr_report["status"] == "amended"
    assert study.at_the_ehr_report["identifier"][0] == final["entry"][-2]["resource"]["identifier"][0]
    statuses = [
        e["resource"]["status"] for e in study.at_the_ehr["entry"] if e["resource"]["resourceType"] == "Observation"
    ]
    assert sorted(set(statuses)) == ["amended", "preliminary"]


def test_a_final_report_that_still_waits_is_sent_though_a_withheld_one_came_after_it(study, alice):
    save_and_sign(alice, study.uid, SAID)
    study.report()
    study.late_image()
    study.report()
    assert study.revisions[1:] == [(2, "final"), (3, WITHHELD)]
    assert study.deliver() == [2, 1]
    assert study.at_the_ehr_report["status"] == "final"


def test_an_image_that_comes_between_a_signature_and_its_report_is_in_neither_hurry_nor_lost(api, study, alice):
    save_and_sign(alice, study.uid, SAID)
    slow = replace(study.pipeline, quiet_period=timedelta(hours=1))
    study.pipeline = slow
    late = study.late_image()
    study.report()
    assert study.revisions == [(1, "preliminary")]  # the study is not quiet
    study.pipeline = replace(slow, clock=lambda: api.diafan.clock() + timedelta(hours=2))
    study.report()
    assert study.revisions == [(1, "preliminary"), (2, "final"), (3, WITHHELD)]
    assert (late in study.reports[1].image_ids, late in study.reports[2].image_ids) == (False, True)
    assert (study.due, study.state) == (None, "again")


def test_a_report_of_a_signature_that_fails_is_parked_and_made_when_a_person_says_so(study, alice, monkeypatch):
    def unreportable(_):
        raise Unreportable("FHIR R4 does not allow the report")

    save_and_sign(alice, study.uid, SAID)
    monkeypatch.setattr(stages, "build_bundle", unreportable)
    study.report()
    assert (study.revisions, study.due) == ([(1, "preliminary")], None)
    assert alice.get(f"/studies/{study.uid}/review").json()["report_pending"] is True
    monkeypatch.undo()
    assert study.diafan.again.report(ORIGIN.agent) >= 1
    study.report()
    assert study.revisions[-1] == (2, "final")


def test_a_second_opinion_is_in_the_report_of_the_one_who_asked(study, alice, bob):
    alice.post(f"/studies/{study.uid}/review/second-opinion", json={"question": "A fold?"})
    opinion = save_and_sign(bob, study.uid, {**SAID, PRESENT: Verdict.DISAGREE}, text="A fold.").json()
    assert (opinion["kind"], study.due) == ("second-opinion", None)
    study.report()
    assert study.revisions == [(1, "preliminary")]
    save_and_sign(alice, study.uid, SAID)
    study.report()
    study.deliver()
    report = study.at_the_ehr_report
    assert (report["status"], study.revisions[-1]) == ("final", (2, "final"))
    assert [p["identifier"]["value"] for p in report["resultsInterpreter"]] == ["alice", "bob"]
    assert (
        "Second opinion on revision 1: Edema is indeterminate (unsure), Pleural Effusion is absent"
        in report["conclusion"]
    )
    assert "A fold?" not in json.dumps(study.at_the_ehr)


def test_a_second_opinion_on_a_signed_report_is_appended_and_changes_no_finding(study, alice, bob):
    save_and_sign(alice, study.uid, SAID)
    study.report()
    study.deliver()
    final = study.at_the_ehr
    alice.post(f"/studies/{study.uid}/review/second-opinion", json={})
    assert study.state == "waiting"
    assert save_and_sign(bob, study.uid, {**SAID, PRESENT: Verdict.DISAGREE}, revision=2).status_code == 201
    study.report()
    assert (study.deliver(), study.revisions[-1], study.state) == ([3], (3, "appended"), "signed")
    assert study.at_the_ehr["entry"][:-2] == final["entry"][:-2]
    # Whoever gave it may sign for the study later, and is no second one then.
    standing = alice.get(f"/studies/{study.uid}/review").json()["standing"]
    assert save_and_sign(bob, study.uid, SAID, revision=3, amends=standing).status_code == 201
    study.report()
    study.deliver()
    assert [p["identifier"]["value"] for p in study.at_the_ehr_report["resultsInterpreter"]] == ["bob"]
    assert "Second opinion" not in study.at_the_ehr_report["conclusion"]


def test_an_opinion_after_a_late_image_leaves_the_signed_report_as_it_was_and_the_image_to_be_looked_at(
    study, alice, bob
):
    first = save_and_sign(alice, study.uid, SAID).json()
    study.report()
    late = study.late_image()
    study.report()
    alice.post(f"/studies/{study.uid}/review/second-opinion", json={})
    save_and_sign(bob, study.uid, SAID, revision=3)
    study.report()
    assert study.revisions[2:] == [(3, WITHHELD), (4, "appended")]
    assert (late in study.reports[3].image_ids, study.state) == (False, "again")
    assert save_and_sign(alice, study.uid, SAID, revision=4, amends=first["id"]).status_code == 201
    study.report()
    assert (study.revisions[-1], late in study.reports[-1].image_ids, study.state) == ((5, "amended"), True, "signed")


def test_what_was_signed_keeps_its_identifiers_when_another_model_answers(study, alice):
    first = save_and_sign(alice, study.uid, SAID).json()
    study.report()
    late = study.late_image()
    with study.diafan.engine.begin() as db:
        db.execute(sa.update(Image).where(Image.id == late).values(model_digest="cd" * 32))
    study.report()
    save_and_sign(alice, study.uid, SAID, revision=3, amends=first["id"])
    study.report()
    digests = [r.model_digest for r in study.reports]
    assert digests == [digests[0], digests[0], "cd" * 32, digests[0]]
    own = [json.loads(study.diafan.store.read(r.blob))["entry"][-2]["resource"]["identifier"][0] for r in study.reports]
    assert own[1] == own[3] != own[2]


def test_the_same_signature_gives_the_same_bundle(study, alice):
    save_and_sign(alice, study.uid, SAID, text="Zażółć")
    with Session(study.diafan.engine) as db:
        one, other = (next_revision(db, study.uid) for _ in range(2))
        assert is_owed(db, study.uid)
        assert (one.signed, one.signed_at, one.findings) == (other.signed, other.signed_at, other.findings)
    study.report()
    with Session(study.diafan.engine) as db:
        assert not is_owed(db, study.uid)


def test_the_log_tells_that_a_report_was_written_and_what_it_is(study, alice):
    save_and_sign(alice, study.uid, SAID)
    study.report()
    study.diafan.sequence_log()
    with study.diafan.engine.connect() as db:
        written = [
            e.event
            for e in search(db, studies=names_of_study(db, study.diafan.subjects, study.uid), limit=1000)
            if e.event["type"] == "report-written"
        ]
    assert [(e["detail"]["kind"], e["detail"]["revision"]) for e in written] == [("preliminary", 1), ("final", 2)]
