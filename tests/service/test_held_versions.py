"""What is known of the versions at an EHR: told by the last receipt, and unknown where a try got no answer."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from integrations.errors import Rejected, Unavailable
from integrations.result_object import ResultKind
from service.destinations import Contents, Ehr
from service.records import Delivery, DeliveryState, Parcel, ReportRecord, Study

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ENTRIES = ("Patient", "Observation", "DiagnosticReport")
BUNDLE = {"entry": [{"fullUrl": f"urn:uuid:{n}", "resource": {"resourceType": kind}} for n, kind in enumerate(ENTRIES)]}
TOLD = {"urn:uuid:1": "v1-1", "urn:uuid:2": "v1-2"}


class Place:
    """An EHR that tells a version of each entry but the first, and keeps which versions it was told."""

    carries: frozenset[Parcel] = frozenset({Parcel.REPORT})
    takes: frozenset[ResultKind] = frozenset()

    def __init__(self):
        self.name = f"ehr-{uuid4().hex[:8]}"
        self.held, self.answers = [], []

    def deliver(self, contents, *, again):
        self.held.append(dict(contents.held))
        if self.answers and (answer := self.answers.pop(0)):
            raise answer
        versions = ["", *(f"v{len(self.held)}-{n}" for n in (1, 2))]
        return {"proof": "told", "entries": [{"version": version} for version in versions]}

    def check(self):
        """Always there."""


@pytest.fixture
def place():
    return Place()


@pytest.fixture
def study(diafan, place):
    """Return how to make one more revision of a study's report, and try to deliver it."""
    uid = f"1.2.{uuid4().int}"
    deliverer = replace(diafan.deliverer, destinations={place.name: place})
    with Session(diafan.engine) as db, db.begin():
        db.add(Study(study_instance_uid=uid, patient=f"p-{uuid4().hex}", first_seen_at=NOW))

    class Made:
        revision = 0

        def revise(self, status="preliminary"):
            self.revision += 1
            key = f"reports/{uid}/{self.revision}.json"
            sha256 = diafan.store.put(key, json.dumps(BUNDLE).encode())
            report, delivery = uuid4(), uuid4()
            with Session(diafan.engine) as db, db.begin():
                db.add(
                    ReportRecord(
                        id=report, study_instance_uid=uid, revision=self.revision, status=status, model_digest="0" * 64,
                        blob=key, sha256=sha256, created_at=NOW,
                    )
                )  # fmt: skip
                db.flush()
                db.add(
                    Delivery(
                        id=delivery, destination=place.name, parcel=Parcel.REPORT, study_instance_uid=uid,
                        report_id=report, state=DeliveryState.QUEUED, created_at=NOW,
                    )
                )  # fmt: skip
            self.attempt(delivery)
            return delivery

        def attempt(self, delivery):
            try:
                deliverer.deliver(str(delivery))
            except Unavailable:
                return "tried again"
            with Session(diafan.engine) as db:
                return db.get_one(Delivery, delivery).state

        def send_again(self, delivery):
            assert deliverer.retry(delivery)
            return self.attempt(delivery)

    return Made()


def test_a_revision_knows_the_versions_of_the_last_receipt(study, place):
    for _ in range(3):
        study.revise()
    assert place.held == [{}, TOLD, {"urn:uuid:1": "v2-1", "urn:uuid:2": "v2-2"}]


def test_a_repeat_knows_none_because_the_first_try_may_have_arrived(study, place):
    study.revise()
    place.answers = [Unavailable("no answer")]
    delivery = study.revise()
    assert study.attempt(delivery) is DeliveryState.DELIVERED
    assert place.held == [{}, TOLD, {}]


def test_a_revision_after_one_without_an_answer_knows_none(study, place):
    study.revise()
    place.answers = [Unavailable("no answer")]
    study.revise()
    study.revise()
    assert place.held == [{}, TOLD, {}]


def test_what_was_refused_changed_nothing_and_who_sends_it_again_writes_over(study, place):
    study.revise()
    place.answers = [Rejected("somebody changed it"), Rejected("somebody changed it")]
    study.revise()
    last = study.revise()
    assert place.held == [{}, TOLD, TOLD]
    assert study.send_again(last) is DeliveryState.DELIVERED
    assert place.held[-1] == {}


def test_a_withdrawal_is_not_held_back(study, place):
    study.revise()
    study.revise(status="entered-in-error")
    assert place.held == [{}, {}]


class Client:
    def __init__(self):
        self.held = []

    def transact(self, bundle, held):
        self.held.append(held)
        return {"entries": [{"resource": "DiagnosticReport", "location": "DiagnosticReport/1"}]}


def test_a_server_that_makes_versions_of_its_own_accord_can_be_spared(tmp_path):
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"entry": [{"resource": {"resourceType": "DiagnosticReport"}}]}))
    contents = Contents(Parcel.REPORT, "1.2", [], file, TOLD, delivery_id=uuid4())
    client = Client()
    for if_match in (True, False):
        Ehr("ehr", client, if_match=if_match).deliver(contents, again=False)
    assert client.held == [TOLD, {}]
