"""What an officer and an operator can do: read the log, verify it, see deliveries, send again."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydicom import dcmread
from sqlalchemy.orm import Session

from service.access import Scope
from service.records import Delivery, DeliveryState
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload


@pytest.fixture
def officer(api):
    with api.client(Scope.AUDIT_READ, subject="officer") as client:
        yield client


@pytest.fixture
def operator(api):
    with api.client(Scope.OPS, subject="operator") as client:
        yield client


@pytest.fixture
def study(api, tmp_path):
    file = make_instance(tmp_path)
    with api.client(*READ_WRITE, subject="dr-house") as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
        uid = str(dcmread(file, stop_before_pixels=True).StudyInstanceUID)
        assert client.get(f"/studies/{uid}").status_code == 200
    api.diafan.sequence_log()
    return uid


@pytest.fixture
def name(officer, study):
    """Return what the log calls the study, as the officer finds out."""
    return officer.post("/audit/study-names", json={"study_instance_uid": study}).json()["studies"][0]


def test_an_officer_reads_who_did_what_to_a_study_and_opens_no_image(officer, study, name):
    entries = officer.get("/audit", params={"study": name}).json()["entries"]
    types = [e["event"]["type"] for e in entries]
    assert types[0] == "instance-received"
    assert types[-2:] == ["study-shown", "audit-read"], "the officer asked for the name of the study"
    assert {"transfer-begun", "transfer-ended", "report-written"} <= set(types)
    assert all(len(e["leaf_hash"]) == 64 for e in entries)
    assert [e["index"] for e in entries] == sorted(e["index"] for e in entries)
    is_problem(officer.get(f"/studies/{study}"), 403)


def test_the_log_is_searched_by_type_agent_and_time_and_read_page_by_page(officer, name):
    [shown] = officer.get("/audit", params={"study": name, "type": "study-shown"}).json()["entries"]
    at = shown["event"]["occurred_at"]
    by_agent = officer.get("/audit", params={"agent": "dr-house", "since": at, "limit": 500}).json()["entries"]
    assert shown in by_agent
    assert shown not in officer.get("/audit", params={"agent": "dr-house", "until": at, "limit": 500}).json()["entries"]
    first = officer.get("/audit", params={"limit": 2}).json()
    second = officer.get("/audit", params={"limit": 2, "after": first["next_after"]}).json()
    assert [e["index"] for e in first["entries"] + second["entries"]] == [0, 1, 2, 3]
    assert officer.get("/audit", params={"after": 10**9}).json() == {"entries": [], "next_after": None}
    is_problem(officer.get("/audit", params={"type": "no-such-act"}), 422)
    is_problem(officer.get("/audit", params={"since": "2026-01-01T00:00:00"}), 422)


def test_the_newest_come_first_on_request_and_pages_stay_where_they_are_while_entries_arrive(officer, name):
    query = {"study": name, "newest_first": True, "limit": 2}
    first = officer.get("/audit", params=query).json()  # each reading adds an entry on this study
    second = officer.get("/audit", params=query | {"before": first["next_after"]}).json()
    paged = [e["index"] for e in first["entries"] + second["entries"]]
    whole = [e["index"] for e in officer.get("/audit", params={"study": name}).json()["entries"]]
    assert whole[-1] > paged[0]
    assert paged == [index for index in whole[::-1] if index <= paged[0]][:4]


def test_what_was_done_before_the_question_is_in_the_answer(officer):
    asked = officer.post("/audit/pseudonym", json={"patient_id": "NEVER-HERE"})
    assert asked.json() == {"patient": None}
    query = {"agent": "officer", "type": "audit-read", "newest_first": True, "limit": 1}
    [entry] = officer.get("/audit", params=query).json()["entries"]
    assert (entry["event"]["type"], entry["event"]["request_id"]) == ("audit-read", asked.headers["x-request-id"])


def test_acts_on_one_patient_and_those_that_failed_are_found(officer, name):
    [first, *_] = officer.get("/audit", params={"study": name}).json()["entries"]
    patient = first["event"]["patient"]
    found = officer.get("/audit", params={"patient": patient, "after": first["index"] - 1, "limit": 500}).json()[
        "entries"
    ]
    assert first in found
    assert {e["event"]["patient"] for e in found} == {patient}
    assert officer.get("/audit", params={"study": name, "outcome": "serious failure"}).json()["entries"] == []
    assert officer.get("/audit", params={"study": name, "outcome": "success"}).json()["entries"][0] == first
    is_problem(officer.get("/audit", params={"patient": "Kowalski"}), 422)


def test_reading_the_log_is_in_the_log(api, officer, name):
    answer = officer.get("/audit", params={"study": name, "limit": 2})
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"], event["study"]) == ("audit-read", "officer", name)
    assert event["detail"] == {"after_index": -1, "count": 2}


def test_the_verification_says_whole_and_is_in_the_log(api, officer, study):
    api.diafan.sequence_log()
    answer = officer.get("/audit/verification")
    verdict = answer.json()
    assert (verdict["whole"], verdict["defects"]) == (True, [])
    assert verdict["size"] > 0
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]["kind"]) == ("audit-read", "verification")


def test_an_operator_sees_deliveries_by_state_and_destination(operator, study):
    page = operator.get("/deliveries", params={"limit": 500}).json()
    mine = [d for d in page["deliveries"] if d["study_instance_uid"] == study]
    assert {(d["parcel"], d["state"], d["proof"]) for d in mine} == {
        ("results", "delivered", "written and flushed"),
        ("report", "delivered", "written and flushed"),
    }
    assert operator.get("/deliveries", params={"state": "parked", "destination": "nowhere"}).json()["deliveries"] == []
    first = operator.get("/deliveries", params={"limit": 1}).json()
    second = operator.get("/deliveries", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["deliveries"] != second["deliveries"]


def test_a_parked_delivery_is_sent_again_and_the_log_says_who_asked(api, operator, study):
    with Session(api.diafan.engine) as db, db.begin():
        delivery = db.scalars(sa.select(Delivery).where(Delivery.study_instance_uid == study)).first()
        delivery.state, delivery.last_error = DeliveryState.PARKED, "the PACS said no"
        delivery_id = delivery.id
    answer = operator.post(f"/deliveries/{delivery_id}/retry")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"], event["study"]) == (
        "delivery-retried",
        "operator",
        api.names(study)[0],
    )
    api.diafan.deliverer.deliver(str(delivery_id))
    again = operator.post(f"/deliveries/{delivery_id}/retry")
    assert "delivered" in is_problem(again, 409)["detail"]
    is_problem(operator.post(f"/deliveries/{uuid4()}/retry"), 404)
