"""An officer corrects over HTTP what images say of a patient; no value stands in an answer, an entry or a log line."""

import logging
from dataclasses import replace
from uuid import uuid4

import pydicom
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.api import create_api
from service.records import Image, ImageState
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload
from tests.service.test_api_gdpr import signed_in
from tests.web.serving import serving

NAME, SEX = "Zapomniana^Rozalia", "F"
ROUTES = ["", "/preview", "/studies"]


@pytest.fixture
def officer(api):
    with signed_in(api) as client:
        yield client


@pytest.fixture
def patient(api, tmp_path):
    """Return what takes a patient whom no other test has through all stages, as pseudonym and UIDs of the studies."""

    def come(studies=1):
        patient_id, uids = f"RECTIFIED-{uuid4().hex[:8]}", []
        for number in range(studies):
            file = make_instance(
                tmp_path, name=f"{number}.dcm", PatientID=patient_id, PatientName="Falsch^Ewa",
                StudyDate=f"2026013{number}", StudyDescription="Chest PA",
            )  # fmt: skip
            with api.client(*READ_WRITE) as client:
                [result] = upload(client, file.read_bytes()).json()["results"]
                api.process(result["image_id"])
                uids.append(client.get(f"/images/{result['image_id']}").json()["study_instance_uid"])
        return api.diafan.pseudonym("", patient_id), uids

    return come


def names_of(api, uid):
    with Session(api.diafan.engine) as db:
        chosen = sa.select(Image.blob).where(Image.study_instance_uid == uid, Image.state != ImageState.SUPERSEDED)
        return [str(pydicom.dcmread(api.diafan.store.path(blob)).PatientName) for blob in db.scalars(chosen)]


def test_the_studies_are_told_a_correction_is_foreseen_and_done(api, officer, patient, caplog):
    caplog.set_level(logging.DEBUG)
    pseudonym, [uid, other] = patient(studies=2)
    found = officer.post("/gdpr/rectification/studies", json={"patient": pseudonym})
    assert found.json()["studies"] == [
        {"study_instance_uid": one, "date": day, "description": "Chest PA", "images": 1}
        for one, day in ((uid, "2026-01-30"), (other, "2026-01-31"))
    ]
    [event] = api.log(found.headers["x-request-id"])
    assert (event["type"], event["patient"]) == ("audit-read", pseudonym)
    assert event["detail"] == {"kind": "held", "count": 2}

    asked = {"patient": pseudonym, "studies": [uid], "values": {"name": NAME, "sex": SEX.lower()}}
    would = officer.post("/gdpr/rectification/preview", json=asked)
    effect = would.json()
    assert (effect["studies"], effect["images"], effect["reports"], effect["places"]) == (1, 1, 1, ["outbox"])
    assert effect["results"] > 0
    [event] = api.log(would.headers["x-request-id"])
    assert (event["type"], event["patient"], event["purpose"]) == ("audit-read", pseudonym, "HCOMPL")
    assert event["detail"] == {"kind": "rectification", "count": 1}
    assert names_of(api, uid) == ["Falsch^Ewa"]

    done = officer.post("/gdpr/rectification", json=asked)
    assert done.json() == effect
    entries = api.log(done.headers["x-request-id"])
    [event] = [one for one in entries if one["type"] == "patient-rectified"]
    assert (event["agent"]["id"], event["patient"]) == ("an-officer", pseudonym)
    assert event["detail"] == {"kind": "name_sex", "count": 1}
    assert (names_of(api, uid), names_of(api, other)) == ([NAME], ["Falsch^Ewa"])
    again = officer.post("/gdpr/rectification", json=asked).json()
    assert (again["images"], again["right"]) == (0, 1)

    told = f"{found.text}{would.text}{done.text}{entries}{caplog.text}"
    assert "an-officer" in told
    assert "Zapomniana" not in told
    assert "Falsch" not in told


def test_every_value_that_does_not_fit_is_told_at_once_and_not_repeated(api, officer, patient, caplog):
    caplog.set_level(logging.DEBUG)
    pseudonym, [uid] = patient()
    values = {"name": NAME, "birth_date": "31.01.1950", "accession": "A-VERY-LONG-NUMBER-OF-IT"}
    for path in ("/preview", ""):
        refused = officer.post(f"/gdpr/rectification{path}", json={"patient": pseudonym, "values": values})
        problem = is_problem(refused, 422)
        assert problem["type"] == "urn:diafan:problem:unfit"
        assert problem["unfit"] == ["birth_date", "accession"]
        assert "YYYY-MM-DD" in problem["detail"]
        assert "at most 16 characters" in problem["detail"]
        assert not api.log(refused.headers["x-request-id"])
        assert not any(value in refused.text + caplog.text for value in values.values())
    assert names_of(api, uid) == ["Falsch^Ewa"]


def test_what_cannot_be_meant_is_refused(officer, patient):
    pseudonym, uids = patient(studies=2)
    of = {"patient": pseudonym}
    for body in (
        of,
        {**of, "values": {"weight": "70"}},
        {**of, "values": {"name": "A" * 300}},
        {**of, "values": {"sex": "M"}, "studies": []},
        {**of, "values": {"sex": "M"}, "studies": [NAME]},
        {"patient": NAME, "values": {"sex": "M"}},
    ):
        refused = officer.post("/gdpr/rectification", json=body)
        is_problem(refused, 422)
        assert NAME not in refused.text
    several = officer.post("/gdpr/rectification/preview", json={**of, "values": {"accession": "A-1"}})
    assert "choose one" in is_problem(several, 409)["detail"]
    one = {**of, "values": {"accession": "A-1"}, "studies": uids[:1]}
    assert officer.post("/gdpr/rectification/preview", json=one).json()["images"] == 1
    foreign = {**of, "values": {"sex": "M"}, "studies": ["1.2.3"]}
    assert is_problem(officer.post("/gdpr/rectification", json=foreign), 409)["type"].endswith("not-rectifiable")
    is_problem(officer.post("/gdpr/rectification", json={**of, "values": {}}), 409)
    nobody = {"patient": f"p-{0:032x}"}
    is_problem(officer.post("/gdpr/rectification/studies", json=nobody), 404)
    is_problem(officer.post("/gdpr/rectification", json={**nobody, "values": {"sex": "M"}}), 409)


def test_a_full_disk_is_said(api, patient):
    pseudonym, [uid] = patient()
    full = replace(api.diafan, acceptor=replace(api.diafan.acceptor, min_free_bytes=2**62))
    with serving(create_api(full)) as port, signed_in(replace(api, url=f"http://127.0.0.1:{port}")) as here:
        refused = here.post("/gdpr/rectification", json={"patient": pseudonym, "values": {"name": NAME}})
    assert "the same request again goes on" in is_problem(refused, 507)["detail"]
    assert names_of(api, uid) == ["Falsch^Ewa"]


@pytest.mark.parametrize("path", ROUTES)
def test_a_token_opens_none_of_it(api, path):
    with api.client("audit.read", "study.write", "ops") as client:
        assert is_problem(client.post(f"/gdpr/rectification{path}", json={}), 403)["type"].endswith("persons-only")
