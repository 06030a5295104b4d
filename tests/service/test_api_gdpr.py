"""An officer answers for the rights of persons over HTTP: whom it concerns, the sealed answer, and what a breach was; each act is an entry."""

import csv
import hashlib
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pyrage
import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from audit import trail
from audit.event import Agent, EventType
from integrations.rejection_note import RejectionReason
from service.api import create_api, gdpr
from service.cli_withdraw import withdrawer_of
from service.gdpr.assessment_words import WORDS as ASSESSMENT
from service.gdpr.notice_words import WORDS as NOTICE
from service.gdpr.processing_record_words import WORDS as RECORD
from service.roles import PersonRole
from service.sessions import Person
from service.store import FolderStore
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload
from tests.service.gdpr.test_gdpr_documents import text_of
from tests.web.serving import serving

PATIENT = "RIGHTS-44051401359"
WORDS = {"notice": NOTICE, "record": RECORD, "assessment": ASSESSMENT}
IDENTITY = pyrage.x25519.Identity.generate()
TO = str(IDENTITY.to_public())


@contextmanager
def signed_in(api, role=PersonRole.OFFICER, **headers):
    """Yield a browser in which a person of that role signed in."""
    with api.diafan.engine.begin() as db:
        person = Person(api.url, "an-officer", "Olga Wilk", frozenset({role}))
        secret, _ = api.diafan.sessions.begin(db, person)
    ours = {"Cookie": f"diafan={secret}", "Sec-Fetch-Site": "same-origin", **headers}
    with httpx.Client(base_url=api.url, headers=ours, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def officer(api):
    with signed_in(api) as client:
        yield client


@pytest.fixture(scope="module")
def patient(api, tmp_path_factory):
    """Return the pseudonym of a patient with a study through all stages, which a physician saw."""
    file = make_instance(
        tmp_path_factory.mktemp("rights"), PatientID=PATIENT, PatientName="Kanarek^Zofia", StudyDate="20260131"
    )
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
    found = api.diafan.pseudonym("", PATIENT)
    with api.diafan.engine.begin() as db:
        reader = Agent("person", "dr-house", roles=("physician",))
        api.diafan.record(db, EventType.STUDY_SHOWN, reader, patient=found, detail={"kind": "study"})
    return found


def ask(officer, patient, **more):
    return officer.post("/gdpr/access", json={"patient": patient, "recipients": [TO], **more})


def span(api):
    now = api.diafan.clock()
    return {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(minutes=1)).isoformat()}


def test_what_is_held_is_told_in_numbers_and_nothing_else(api, officer, patient):
    answer = officer.post("/gdpr/held", json={"patient_id": f" {PATIENT} "})
    held = answer.json()
    assert (held["patient"], held["issuer"]) == (patient, "")
    assert (held["studies"], held["images"], held["reports"], held["verdicts"]) == (1, 1, 1, 0)
    assert held["results"] > 2
    assert held["told"] == [{"destination": "outbox", "studies": 1, "withdrawn": 0, "is_configured": True}]
    assert (held["unwithdrawn"], held["on_their_way"]) == (1, 0)
    years = api.diafan.settings.privacy.retention_years
    assert (held["kept_until"], held["retention_years"]) == (str(date(2026 + years, 12, 31)), years)
    assert PATIENT not in answer.text
    assert "Kanarek" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["patient"], event["purpose"]) == ("audit-read", patient, "HCOMPL")
    assert (event["agent"]["id"], event["detail"]) == ("an-officer", {"kind": "held", "count": 1})


def test_who_was_told_that_results_are_taken_back_is_said(api, officer, tmp_path):
    file = make_instance(tmp_path, PatientID="RIGHTS-WITHDRAWN")
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
        uid = client.get(f"/images/{result['image_id']}").json()["study_instance_uid"]
    withdrawer_of(api.diafan).withdraw(uid, RejectionReason.RETENTION_EXPIRED, Agent("person", "officer"))
    held = officer.post("/gdpr/held", json={"patient_id": "RIGHTS-WITHDRAWN"}).json()
    assert held["told"] == [{"destination": "outbox", "studies": 1, "withdrawn": 1, "is_configured": True}]
    assert held["unwithdrawn"] == 0
    assert held["on_their_way"] > 0


def test_a_person_decides_who_is_meant(api, officer):
    with api.diafan.engine.begin() as db:
        api.diafan.subjects.named(db, "", "RIGHTS-TWICE")
        one = api.diafan.subjects.named(db, "MPI", "RIGHTS-TWICE")
    several = officer.post("/gdpr/held", json={"patient_id": "RIGHTS-TWICE"})
    problem = is_problem(several, 409)
    assert (problem["type"], problem["issuers"]) == ("urn:diafan:problem:ambiguous-patient", ["", "MPI"])
    assert officer.post("/gdpr/held", json={"patient_id": "RIGHTS-TWICE", "issuer": "MPI"}).json()["patient"] == one
    nobody = officer.post("/gdpr/held", json={"patient_id": "RIGHTS-NOBODY"})
    assert is_problem(nobody, 404)["type"] == "urn:diafan:problem:unknown-patient"
    for answer, count in ((several, 2), (nobody, 0)):
        assert "RIGHTS" not in answer.text
        [event] = api.log(answer.headers["x-request-id"])
        assert (event["type"], event["detail"]) == ("audit-read", {"kind": "pseudonym", "count": count})


def test_the_answer_is_opened_by_its_recipient_and_holds_everything(api, officer, patient):
    answer = ask(officer, patient)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/age-encryption"
    assert answer.headers["content-disposition"].startswith('attachment; filename="diafan-answer-2')
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert b"Kanarek" not in answer.content
    opened = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(answer.content, [IDENTITY])))
    names = opened.namelist()
    letter = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(opened.read("answer-pl.pdf"))).pages)
    assert PATIENT in letter
    assert "dr-house" not in opened.read("log.json").decode()
    counts = dict(one.split("=") for one in answer.headers["diafan-counts"].split(", "))
    assert counts["studies"] == "1"
    assert int(counts["images"]) == len([name for name in names if "/images/" in name]) == 1
    assert int(counts["results"]) == len([name for name in names if "/results/" in name])
    assert int(counts["entries"]) == len(json.loads(opened.read("log.json"))["entry"]) > 5
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["patient"], event["purpose"]) == ("access-answered", patient, "HCOMPL")
    sealed_to = hashlib.sha256(TO.encode()).hexdigest()
    assert event["detail"] == {"kind": "by-role", "sha256": sealed_to}
    with api.diafan.engine.connect() as db:
        assert PATIENT not in "".join(db.scalars(sa.select(trail.entry.c.event)))


def test_the_room_that_is_kept_for_images_and_the_log_is_not_taken(officer, patient, monkeypatch):
    monkeypatch.setattr(FolderStore, "free_bytes", lambda _: 0)
    answer = ask(officer, patient)
    assert (answer.status_code, answer.json()["type"]) == (507, "urn:diafan:problem:no-room")


def test_staff_are_named_where_the_officer_decides_so(api, officer, patient):
    answer = ask(officer, patient, staff=True)
    opened = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(answer.content, [IDENTITY])))
    assert "dr-house" in opened.read("log.json").decode()
    [event] = api.log(answer.headers["x-request-id"])
    assert event["detail"]["kind"] == "with-staff"


@pytest.mark.parametrize(
    "keys", [["age1nonsense"], [TO[:-1] + ("q" if TO[-1] != "q" else "p")], [TO, ""], [str(IDENTITY)]]
)
def test_a_key_that_is_none_is_refused_before_anything_is_put_together(api, officer, patient, keys):
    answer = officer.post("/gdpr/access", json={"patient": patient, "recipients": keys})
    problem = is_problem(answer, 422)
    assert problem["type"] == "urn:diafan:problem:no-recipient"
    assert str(IDENTITY) not in answer.text
    assert api.log(answer.headers["x-request-id"]) == []


def test_nobody_behind_a_pseudonym_is_said_and_nothing_is_recorded(api, officer):
    answer = ask(officer, f"p-{0:032x}")
    assert is_problem(answer, 404)["type"] == "urn:diafan:problem:unknown-patient"
    assert api.log(answer.headers["x-request-id"]) == []
    is_problem(ask(officer, PATIENT), 422)


def test_nothing_is_left_on_the_disk(api, officer, patient):
    before = sorted(api.diafan.store.root.rglob("*"))
    assert ask(officer, patient).status_code == 200
    with officer.stream("POST", "/gdpr/access", json={"patient": patient, "recipients": [TO]}) as answer:
        next(answer.iter_raw(10))  # and goes away
    assert sorted(api.diafan.store.root.rglob("*")) == before


def test_only_so_many_answers_are_put_together_at_one_time(api, patient):
    app = create_api(api.diafan)
    with serving(app) as port, signed_in(replace(api, url=f"http://127.0.0.1:{port}")) as here:
        slots = [app.state.answers.acquire(blocking=False) for _ in range(gdpr.AT_ONCE)]
        assert all(slots)
        busy = ask(here, patient)
        assert is_problem(busy, 503)["type"] == "urn:diafan:problem:other-answers"
        assert busy.headers["retry-after"]
        app.state.answers.release()
        for _ in range(gdpr.AT_ONCE):
            assert ask(here, patient).status_code == 200
        assert is_problem(here.post("/gdpr/access", json={"patient": patient, "recipients": ["x"]}), 422)
        assert ask(here, patient).status_code == 200


def test_the_timeline_of_a_breach_is_taken_along_and_is_an_entry(api, officer, patient):
    plain = officer.post("/gdpr/breach", json={**span(api), "patients": [patient], "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(plain.text)))
    assert {"dr-house"} <= {row["agent"] for row in rows}
    assert {row["patient"] for row in rows} <= {patient, ""}
    assert PATIENT not in plain.text
    assert ".csv" in plain.headers["content-disposition"]
    [event] = api.log(plain.headers["x-request-id"])
    assert (event["type"], event["patient"], event["purpose"]) == ("audit-read", patient, "HCOMPL")
    assert event["detail"] == {"kind": "breach-timeline", "count": len(rows)}
    known = {"known_at": "2026-11-26T09:30:00+01:00", "named": True, "agent": "dr-house", "language": "pl"}
    named = officer.post("/gdpr/breach", json={**span(api), **known})
    text = text_of(named.content)
    assert "2026-11-29 08:30:00 UTC" in text
    assert PATIENT in text
    [event] = api.log(named.headers["x-request-id"])
    assert event["detail"]["kind"] == "breach-timeline-named"


def test_a_span_with_too_many_acts_is_refused(api, officer, patient, monkeypatch):
    monkeypatch.setattr(gdpr, "_ACTS_MOST", 1)
    answer = officer.post("/gdpr/breach", json=span(api))
    assert is_problem(answer, 422)["type"] == "urn:diafan:problem:too-many-acts"
    assert api.log(answer.headers["x-request-id"]) == []


@pytest.mark.parametrize(
    "wrong",
    [{"until": "2026-01-01T00:00:00Z"}, {"patients": [PATIENT]}, {"since": "2026-01-01T00:00:00"}, {"format": "exe"}],
)
def test_what_cannot_be_meant_is_refused_and_not_repeated(api, officer, wrong):
    answer = officer.post("/gdpr/breach", json={**span(api), **wrong})
    assert PATIENT not in json.dumps(is_problem(answer, 422))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_documents_are_written_and_leave_no_entry(api, officer, language):
    titles = {path: words[language].title for path, words in WORDS.items()}
    for path, form in (("notice", ""), ("record", ""), ("assessment", ""), ("record", "json")):
        answer = officer.get(f"/gdpr/{path}", params={"language": language, **({"format": form} if form else {})})
        assert answer.status_code == 200, answer.text
        assert f"diafan-{path}-{language}.{form or 'pdf'}" in answer.headers["content-disposition"]
        assert api.log(answer.headers["x-request-id"]) == []
        if form:
            assert answer.json()["language"] == language
        else:
            assert titles[path] in text_of(answer.content)
    is_problem(officer.get("/gdpr/notice", params={"language": "de"}), 422)


ROUTES = [
    ("POST", "/gdpr/held"), ("POST", "/gdpr/access"), ("POST", "/gdpr/breach"), ("GET", "/gdpr/notice"), ("GET", "/gdpr/record"),
    ("GET", "/gdpr/assessment"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_token_that_reads_the_log_opens_none_of_it(api, method, path):
    with api.client("audit.read", subject="a-siem") as client:
        answer = client.request(method, path, json={} if method == "POST" else None)
    assert is_problem(answer, 403)["type"] == "urn:diafan:problem:persons-only"
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]["reason"]) == ("access-denied", "persons-only")


def test_another_site_cannot_have_an_answer_made(api, patient):
    with signed_in(api, **{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}) as client:
        assert is_problem(ask(client, patient), 403)["type"] == "urn:diafan:problem:cross-site"
