"""An officer finds a patient in the log by Patient ID, and nothing but the pseudonym stays behind."""

import json

import pytest
import sqlalchemy as sa

from audit import trail
from service.access import Scope
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload

CANARY = "Kanarek-44051401359"
CANARY_UID = "1.2.826.0.1.3680043.8.498.44051401359"


@pytest.fixture
def officer(api):
    with api.client(Scope.AUDIT_READ, subject="officer") as client:
        yield client


def ask(officer, **patient):
    return officer.post("/audit/pseudonym", json=patient)


@pytest.mark.parametrize("issuer", ["", "MPI"])
def test_the_pseudonym_finds_what_was_done_to_the_patient(api, officer, tmp_path, issuer):
    patient_id = f"found-{issuer}"
    file = make_instance(tmp_path, PatientID=patient_id, IssuerOfPatientID=issuer)
    with api.client(*READ_WRITE) as client:
        assert upload(client, file.read_bytes()).status_code == 202
    api.diafan.sequence_log()
    answer = ask(officer, issuer=issuer, patient_id=f" {patient_id} ")
    assert answer.status_code == 200
    found = officer.get("/audit", params={"patient": answer.json()["patient"]}).json()["entries"]
    assert found[0]["event"]["type"] == "instance-received"
    assert ask(officer, issuer="another", patient_id=patient_id).json() == {"patient": None}


def test_who_asked_is_in_the_log_and_of_the_patient_nothing_but_the_pseudonym(api, officer, caplog, tmp_path):
    with api.client(*READ_WRITE) as client:
        file = make_instance(tmp_path, PatientID=CANARY, IssuerOfPatientID=CANARY, StudyInstanceUID=f"{CANARY_UID}.1")
        assert upload(client, file.read_bytes()).status_code == 202
    answer = ask(officer, issuer=CANARY, patient_id=CANARY)
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"]) == ("audit-read", "officer")
    assert event["patient"] == answer.json()["patient"]
    assert set(event) == {
        "v",
        "type",
        "outcome",
        "occurred_at",
        "agent",
        "patient",
        "request_id",
        "purpose",
        "legal_basis",
        "detail",
    }
    with api.diafan.engine.connect() as db:
        log = "".join(db.scalars(sa.select(trail.entry.c.event)))
        assert CANARY not in log
        assert CANARY_UID not in log
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "patient",
    [
        {"patient_id": ""},
        {"patient_id": "  "},
        {"issuer": CANARY},
        {"patient_id": f"{CANARY}\\x"},
        {"patient_id": f"{CANARY}\n"[::-1] + "\0"},
        {"patient_id": CANARY * 4},
        {"patient_id": CANARY, "name": CANARY},
        {"patient_id": [CANARY]},
    ],
)
def test_what_is_no_patient_id_is_refused_and_not_repeated(officer, patient):
    problem = is_problem(ask(officer, **patient), 422)
    assert CANARY not in json.dumps(problem)


def test_it_is_for_who_reads_the_log_and_for_nobody_else(api):
    with api.client(*(set(Scope) - {Scope.AUDIT_READ})) as client:
        is_problem(ask(client, patient_id=CANARY), 403)


def test_the_log_is_searched_for_several_kinds_of_acts_at_once(api, officer):
    ask(officer, patient_id="anybody")
    with api.client(Scope.OPS, subject="somebody-else") as client:
        is_problem(client.get("/audit"), 403)
    api.diafan.sequence_log()
    kinds = {"audit-read", "access-denied"}
    found = officer.get("/audit", params={"type": sorted(kinds), "newest_first": True, "limit": 2}).json()["entries"]
    assert {entry["event"]["type"] for entry in found} == kinds
    is_problem(officer.get("/audit", params={"type": ["audit-read", "no-such-act"]}), 422)


def test_who_sends_hears_how_much_before_sending(api):
    with api.client(Scope.STUDY_WRITE) as client:
        limits = client.get("/upload-limits").json()
        assert limits == {"largest_bytes": 5_000_000, "most_files": 200}
        is_problem(upload(client, bytes(limits["largest_bytes"] + 1)), 413)
