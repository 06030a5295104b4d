"""A patient's earlier studies: theirs, earlier, analysed, and each recorded as shown."""

import pytest
from pydicom import dcmread

from models.labels import Label
from service.access import Scope
from tests.instances import CARDIOMEGALY, CT, make_instance
from tests.service.api_client import ABSENT, EXPLORATORY, NOT_ASSESSED, PRESENT, READ_WRITE, is_problem, upload

PATIENT = "EARLIER-1"


@pytest.fixture
def client(api):
    with api.client(*READ_WRITE, subject="dr-house") as client:
        yield client


@pytest.fixture(scope="module")
def studies(api, tmp_path_factory):
    """Return the UIDs of one patient's studies, by date; the last came first, and one has no date."""
    folder = tmp_path_factory.mktemp("dicom")

    def send(source=CARDIOMEGALY, **tags):
        file = make_instance(folder, source, **{"PatientID": PATIENT, **tags})
        with api.client(*READ_WRITE) as client:
            [result] = upload(client, file.read_bytes()).json()["results"]
        if result["outcome"] == "accepted":
            api.process(result["image_id"])
        return dcmread(file, stop_before_pixels=True).StudyInstanceUID

    return {
        "2026": send(StudyDate="20260131"),
        "2024": send(StudyDate="20240131", StudyDescription="Chest AP"),
        "2025": send(StudyDate="20250131"),
        "2025, later": send(StudyDate="20250131"),
        "a slice": send(CT, StudyDate="20230131"),
        "another patient": send(StudyDate="20230131", PatientID="EARLIER-2"),
        "nobody": send(StudyDate="20230131", PatientID=""),
        "nobody, either": send(StudyDate="20240131", PatientID=""),
        "undated": send(StudyDate=""),
    }


def ask(client, uid):
    answer = client.get(f"/studies/{uid}/earlier")
    assert answer.status_code == 200, answer.text
    return answer.json()["studies"]


def test_the_earlier_studies_of_the_patient_come_with_the_newest_first(client, studies):
    told = ask(client, studies["2026"])
    assert [s["study_instance_uid"] for s in told] == [studies[n] for n in ("2025, later", "2025", "2024")]
    assert [s["study_date"] for s in told] == ["2025-01-31", "2025-01-31", "2024-01-31"]
    assert told[-1]["description"] == "Chest AP"


def test_the_first_study_has_no_earlier_one(client, studies):
    assert ask(client, studies["2024"]) == []


def test_on_one_day_the_one_that_came_before_is_the_earlier_one(client, studies):
    assert studies["2025, later"] not in [s["study_instance_uid"] for s in ask(client, studies["2025"])]
    assert studies["2025"] in [s["study_instance_uid"] for s in ask(client, studies["2025, later"])]


def test_a_study_without_a_date_counts_from_its_arrival(client, studies):
    assert ask(client, studies["undated"])[0]["study_instance_uid"] == studies["2026"]


def test_whose_number_is_not_known_has_no_earlier_study(client, studies):
    assert ask(client, studies["nobody, either"]) == []


def test_what_was_assessed_then_is_told_and_nothing_exploratory(client, api, studies):
    findings = {Label(f["label"]): f for f in ask(client, studies["2026"])[0]["findings"]}
    assert {EXPLORATORY, NOT_ASSESSED}.isdisjoint(findings)
    assert (findings[PRESENT]["call"], findings[ABSENT]["call"]) == ("present", "absent")
    assert 0 <= findings[PRESENT]["probability"] <= 1
    assert findings[PRESENT]["model_digest"] == api.diafan.model_in_use.identity().digest


def test_each_study_that_is_told_of_is_recorded_as_shown(client, api, studies):
    answer = client.get(f"/studies/{studies['2026']}/earlier")
    events = api.log(answer.headers["x-request-id"])
    assert {(e["type"], e["detail"]["kind"]) for e in events} == {("study-shown", "earlier")}
    told = [s["study_instance_uid"] for s in answer.json()["studies"]]
    assert sorted(e["study"] for e in events) == sorted(api.names(uid)[0] for uid in [studies["2026"], *told])


def test_an_officer_and_a_stranger_are_refused(api, client, studies):
    is_problem(client.get("/studies/1.2.3/earlier"), 404)
    with api.client(Scope.AUDIT_READ) as officer:
        is_problem(officer.get(f"/studies/{studies['2026']}/earlier"), 403)
