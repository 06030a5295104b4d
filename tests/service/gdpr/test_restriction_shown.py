"""Nothing of a restricted patient is shown to anybody (GDPR Art. 18): every route that there is, is walked."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.verdict import Verdict
from service import overview, verdict_export
from service.access import Scope
from service.api import disclosure, principal
from service.fhir_index import FhirResource
from service.gdpr.restriction_record import RESTRICTED
from service.records import ObjectRecord, Study
from tests.instances import make_instance
from tests.service.api_client import INDETERMINATE, PRESENT, is_problem
from tests.service.gdpr.restricting import acts, lift, restrict, with_study
from tests.service.reviewing import body, physician, save_and_sign
from tests.service.test_least_privilege import BY_TYPE, FHIR, JUDGING, OPERATING, READING, WHO_MAY

READER = (Scope.STUDY_READ, Scope.OPS, Scope.AUDIT_READ)
# They name no study in their address: each has its own test below, or says nothing of a patient.
LISTS = {
    "GET /studies", "POST /worklist", "GET /dicom-web/studies", "GET /events",
    "GET /colours", "GET /models", "GET /model",
    "GET /models/{digest}/card", "GET /models/{digest}/evaluation", "GET /models/{digest}/faithfulness", "GET /models/{digest}/pictures/{picture}",
}  # fmt: skip
STORING = {"POST /dicom-web/studies/{study_instance_uid}"}
NAMING = {row for row in WHO_MAY if re.search(r"\{(study_instance_uid|image_id|sop_instance_uid)\}", row)}
SHOWING = sorted(
    ({row for row, who in WHO_MAY.items() if who in (READING, JUDGING)} - LISTS)
    | {row for row in NAMING - STORING if WHO_MAY[row] != OPERATING}
)


@pytest.fixture(scope="module")
def patient(api, tmp_path_factory):
    """Return a patient with a study that went through all stages, and was signed; and then restricted."""
    made = with_study(api, tmp_path_factory.mktemp("shown"), StudyDescription="Kanarek study")
    with physician(api, "alice") as alice:
        assert (
            save_and_sign(alice, made.uid, {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}).status_code == 201
        )
    api.process(made.image_id)
    restrict(api.diafan, made)
    return made


@pytest.fixture(scope="module")
def values(api, patient):
    """Return what stands in an address that leads to the patient's study."""
    with Session(api.diafan.engine) as db:
        made = db.scalars(sa.select(ObjectRecord).where(ObjectRecord.image_id == patient.image_id).limit(1)).one()
    return {
        "study_instance_uid": patient.uid,
        "image_id": patient.image_id,
        "label": PRESENT.value,
        "sop_instance_uid": made.sop_instance_uid,
        "series_instance_uid": made.series_instance_uid,
        "frames": "1",
    }


@pytest.fixture(scope="module")
def reader(api):
    with api.client(*READER, subject="dr-reader") as client:
        yield client


def address(row, values):
    return re.sub(r"\{(\w+)\}", lambda name: values[name[1]], row.split(" ")[1])


def words(patient):
    return [*patient.said.values(), patient.said["PatientName"].split("^")[0], "Kanarek study"]


@pytest.mark.parametrize("row", SHOWING)
def test_a_route_that_shows_a_study_refuses_and_says_why_and_leaves_its_entry(api, patient, values, row):
    method = row.split(" ")[0]
    scopes = (Scope.REVIEW_WRITE,) if WHO_MAY[row] == JUDGING else READER
    given = {"json": body()} if row.endswith("review/draft") and method == "PUT" else {}
    with physician(api, "bob", *scopes) as bob:
        answer = bob.request(method, address(row, values), **given)
    problem = is_problem(answer, 403)
    assert problem["type"].endswith(f":{RESTRICTED}")
    assert problem["detail"].startswith("restricted (GDPR Art. 18)")
    assert not [word for word in words(patient) if word in answer.text]
    [entry] = api.log(answer.headers["x-request-id"])
    assert (entry["type"], entry["outcome"], entry["patient"]) == (
        "access-denied",
        "serious failure",
        patient.pseudonym,
    )
    assert entry["detail"]["reason"] == RESTRICTED


@pytest.mark.parametrize("row", sorted(row for row in WHO_MAY if row.startswith("GET") and "{" not in row and row != "GET /events"))  # fmt: skip
def test_no_list_and_no_page_tells_of_the_patient(patient, reader, row):
    if row.startswith(("GET /sign-in", "GET /app", "GET /docs", "GET /gdpr")):
        return
    answer = reader.get(row.split(" ")[1])
    assert not [word for word in words(patient) if word in answer.text], row


def test_the_list_of_studies_and_qido_leave_it_out(patient, reader):
    assert patient.uid not in reader.get("/studies?limit=200").text
    for query in (
        {"StudyInstanceUID": patient.uid},
        {"PatientID": patient.said["PatientID"]},
        {"PatientName": "Kanarek*"},
    ):
        assert patient.uid not in reader.get("/dicom-web/studies", params=query).text


def test_the_worklist_has_a_line_that_says_restricted_and_nothing_else(patient, reader):
    [line] = reader.post("/worklist", json={"studies": [patient.uid]}).json()["studies"]
    told = {name for name, value in line.items() if value}
    assert told == {"study_instance_uid", "status", "reason_code", "received_at", "changed_at", *({"review"} & told)}
    assert (line["status"], line["reason_code"], line["review"]) == (RESTRICTED, RESTRICTED, "none")


@pytest.mark.parametrize("wanted", [{"text": "Kanarek"}, {"finding": PRESENT.value}, {"status": ["delivered"]}, {"review": ["signed"]}])  # fmt: skip
def test_nobody_finds_the_line_by_what_it_does_not_say(patient, reader, wanted):
    found = reader.post("/worklist", json={**wanted, "studies": [patient.uid]}).json()
    assert (found["total"], found["studies"]) == (0, [])
    assert reader.post("/worklist", json={"studies": [patient.uid], "status": [RESTRICTED]}).json()["total"] == 1


@pytest.mark.parametrize("sort", ["priority", "received", "patient", "status"])
def test_the_line_stands_in_every_order(patient, reader, sort):
    found = reader.post("/worklist", json={"studies": [patient.uid], "sort": sort}).json()
    assert [line["patient_name"] for line in found["studies"]] == [""]


def fhir_of(api, patient):
    with Session(api.diafan.engine) as db:
        rows = db.scalars(sa.select(FhirResource).where(FhirResource.study_instance_uid == patient.uid)).all()
    return [(row.resource_type, row.id) for row in rows]


def test_fhir_read_is_suppressed_and_search_leaves_it_out(api, patient, reader):
    walked = set()
    for resource_type, name in fhir_of(api, patient):
        answer = reader.get(f"/fhir/{resource_type}/{name}")
        found = reader.post(f"/fhir/{resource_type}/_search", data={"_id": name}).json()
        counted = reader.post(f"/fhir/{resource_type}/_search", data={"_id": name, "_summary": "count"}).json()
        if resource_type in {"Device", "DocumentReference"}:  # of models, and of nobody
            assert answer.status_code == 200
            continue
        walked.add(resource_type)
        assert answer.status_code == 403
        [issue] = answer.json()["issue"]
        assert (issue["code"], issue["diagnostics"][:24]) == ("suppressed", "restricted (GDPR Art. 18")
        assert [entry["type"] for entry in api.log(answer.headers["x-request-id"])] == ["access-denied"]
        assert ("entry" in found, counted["total"]) == (False, 0)
    assert walked >= {"DiagnosticReport", "Observation", "Patient"}
    assert walked <= FHIR.keys()
    assert len(BY_TYPE) == 3, "a new way to read FHIR is thought of here, too"


def test_what_a_route_forgets_its_disclosure_does_not(api, patient, values, monkeypatch):
    """The address is looked at before the route is, and the entry that every route leaves refuses once more."""
    monkeypatch.setattr(principal, "expect_unrestricted", lambda *_: None)
    with api.client(*READER, subject="dr-reader") as client:
        for row in SHOWING:
            if WHO_MAY[row] == JUDGING or "dicom-web" in row:
                continue  # judging looks under its lock; DICOMweb's list of instances has none of them
            assert client.request(row.split(" ")[0], address(row, values)).status_code == 403, row
        for path in ("", "/series", "/instances", "/metadata"):
            answer = client.get(f"/dicom-web/studies/{patient.uid}{path}")
            assert (answer.status_code, answer.text) in {(404, answer.text), (200, "[]")}
    with physician(api, "carol", Scope.REVIEW_WRITE) as carol:
        assert carol.put(f"/studies/{patient.uid}/review/draft", json=body()).status_code == 403
    assert disclosure.shown


def test_storing_stays_possible(api, patient, tmp_path):
    file = make_instance(tmp_path, StudyInstanceUID=patient.uid, **patient.said)
    with api.client(Scope.STUDY_WRITE) as client:
        [result] = client.post("/studies", files={"files": ("a.dcm", file.read_bytes())}).json()["results"]
    assert (result["outcome"], result["code"]) == ("parked", RESTRICTED)


def test_an_operator_sees_that_it_is_held_and_no_more(api, patient, tmp_path):
    with api.client(Scope.STUDY_WRITE) as client:
        file = make_instance(tmp_path, StudyInstanceUID=patient.uid, **patient.said)
        [result] = client.post("/studies", files={"files": ("b.dcm", file.read_bytes())}).json()["results"]
    with api.client(Scope.OPS) as operator:
        parked = operator.get("/operations/parked")
        [line] = [one for one in parked.json()["parked"] if one["id"] == result["image_id"]]
        assert (line["code"], line["can_retry"]) == (RESTRICTED, False)
        is_problem(operator.post(f"/operations/images/{result['image_id']}/retry"), 409)
    [line] = [one for one in overview.load(api.diafan.engine, limit=500) if str(one.image.id) == patient.image_id]
    assert overview.answer(line) == "[yellow]restricted[/] (GDPR Art. 18)"


def test_verdicts_for_evaluation_leave_it_out(api, patient):
    with Session(api.diafan.engine) as db:
        reviews = {line["review"] for line in verdict_export.lines(db, b"s" * 32)}
        theirs = db.scalars(
            sa.text("select id::text from review where study_instance_uid = :u"), {"u": patient.uid}
        ).all()
    assert len(theirs) == 1
    assert not reviews & set(theirs)


def test_lifted_it_is_shown_again(api, tmp_path):
    one = with_study(api, tmp_path)
    restrict(api.diafan, one)
    lift(api.diafan, one)
    with api.client(*READER) as client:
        assert client.get(f"/studies/{one.uid}").status_code == 200
        [line] = client.post("/worklist", json={"text": one.said["PatientID"]}).json()["studies"]
        assert (line["status"], line["patient_id"]) == ("delivered", one.said["PatientID"])
        assert client.get("/studies?limit=200").text.count(one.uid) == 1


def test_a_study_that_comes_under_a_restricted_patient_is_covered_at_once(api, tmp_path):
    one, other = with_study(api, tmp_path), with_study(api, tmp_path)
    restrict(api.diafan, one)
    file = make_instance(tmp_path, StudyInstanceUID=other.uid, **one.said)
    with api.client(*READER, Scope.STUDY_WRITE) as client:
        assert client.post("/studies", files={"files": ("c.dcm", file.read_bytes())}).status_code == 202
        is_problem(client.get(f"/studies/{other.uid}"), 403)
        [line] = client.post("/worklist", json={"studies": [other.uid]}).json()["studies"]
        assert (line["status"], line["patient_id"]) == (RESTRICTED, "")
    with Session(api.diafan.engine) as db:
        assert db.get_one(Study, other.uid).patient == one.pseudonym
    assert {"patient-restricted", "patient-changed", "image-parked"} <= {
        a["type"] for a in acts(api.diafan, one.pseudonym)
    }
