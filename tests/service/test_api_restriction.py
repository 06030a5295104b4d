"""An officer restricts processing over HTTP, and lifts it once the patient was told; each act is an entry."""

import pytest

from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload
from tests.service.test_api_gdpr import signed_in

PATIENT = "RESTRICTED-BY-OFFICER"


@pytest.fixture
def officer(api):
    with signed_in(api) as client:
        yield client


@pytest.fixture
def patient(api, tmp_path):
    """Return the pseudonym of a patient with a study, and its UID."""
    file = make_instance(tmp_path, PatientID=PATIENT)
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
        uid = client.get(f"/images/{result['image_id']}").json()["study_instance_uid"]
    return api.diafan.pseudonym("", PATIENT), uid


def test_a_restriction_is_foreseen_begun_and_lifted(api, officer, patient):
    pseudonym, uid = patient
    of = {"patient": pseudonym}
    foreseen = officer.post("/gdpr/restriction/foreseen", json=of)
    assert foreseen.json()["standing"] is None
    assert (foreseen.json()["covers"]["studies"], foreseen.json()["covers"]["images"]) == (1, 1)
    [event] = api.log(foreseen.headers["x-request-id"])
    assert (event["type"], event["patient"], event["detail"]["kind"]) == ("audit-read", pseudonym, "held")

    begun = officer.post("/gdpr/restriction", json={**of, "ground": "legal-claims"})
    assert begun.json()["studies"] == 1
    [event] = api.log(begun.headers["x-request-id"])
    assert (event["type"], event["patient"], event["purpose"]) == ("patient-restricted", pseudonym, "HCOMPL")
    assert (event["agent"]["id"], event["detail"]["reason"]) == ("an-officer", "legal-claims")
    with api.client(*READ_WRITE) as client:
        assert client.get(f"/studies/{uid}").status_code == 403
    assert officer.post("/gdpr/restriction/foreseen", json=of).json()["standing"]["ground"] == "legal-claims"
    again = officer.post("/gdpr/restriction", json={**of, "ground": "objection"})
    assert is_problem(again, 409)["type"] == "urn:diafan:problem:not-restrictable"

    today = api.diafan.clock().date()
    early = officer.post("/gdpr/restriction/lift", json={**of, "informed_on": "2020-01-01"})
    assert "not before" in is_problem(early, 409)["detail"]
    lifted = officer.post("/gdpr/restriction/lift", json={**of, "informed_on": str(today)})
    assert set(lifted.json()) == {"images", "deliveries", "reports"}
    told = [event for event in api.log(lifted.headers["x-request-id"]) if event["type"] == "patient-released"]
    assert [event["detail"]["informed_on"] for event in told] == [str(today)]
    with api.client(*READ_WRITE) as client:
        assert client.get(f"/studies/{uid}").status_code == 200
    is_problem(officer.post("/gdpr/restriction/lift", json={**of, "informed_on": str(today)}), 409)


def test_what_cannot_be_meant_is_refused(officer, patient):
    of = {"patient": patient[0]}
    is_problem(officer.post("/gdpr/restriction", json=of), 422)
    is_problem(officer.post("/gdpr/restriction", json={**of, "ground": "because"}), 422)
    is_problem(officer.post("/gdpr/restriction", json={"patient": PATIENT, "ground": "objection"}), 422)
    is_problem(officer.post("/gdpr/restriction/foreseen", json={"patient": f"p-{0:032x}"}), 404)


@pytest.mark.parametrize("path", ["", "/foreseen", "/lift"])
def test_a_token_opens_none_of_it(api, path):
    with api.client("audit.read", "study.write", "ops") as client:
        assert is_problem(client.post(f"/gdpr/restriction{path}", json={}), 403)["type"].endswith("persons-only")
