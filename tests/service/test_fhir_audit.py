"""The audit log as AuditEvents: who may, what they see, and that looking leaves a trace."""

import json
import re

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from audit.event import EventType
from audit.search import search
from service.access import Scope
from service.smart_scope import read_system_scope
from tests.instances import CARDIOMEGALY, make_instance
from tests.service.api_client import READ_WRITE, upload

PESEL, NAME = "44051401359", "Kanarek^Zofia"


@pytest.fixture(scope="module")
def shown(api, tmp_path_factory):
    """Leave a few acts in the log, by a reader named `a-reader`; return the pseudonym of whose study it was."""
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, PatientID=PESEL, PatientName=NAME)
    with api.client(*READ_WRITE, subject="a-sender") as sender:
        [result] = upload(sender, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    with api.client(Scope.STUDY_READ, subject="a-reader", client_id="an-ehr") as reader:
        for kind in ("DiagnosticReport", "ImagingStudy"):
            assert reader.get(f"/fhir/{kind}").status_code == 200
    with api.client() as nobody:
        assert nobody.get("/studies").status_code == 401
    return next(e.event["patient"] for e in entries(api) if e.event["type"] == "study-shown")


@pytest.fixture
def officer(api, shown):
    with api.client(Scope.AUDIT_READ, subject="an-officer") as client:
        yield client


def entries(api):
    api.diafan.sequence_log()
    with api.diafan.engine.connect() as db:
        return search(db, limit=100_000)


def told(answer):
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    get_fhir_model_class("Bundle").model_validate(bundle)
    return [entry["resource"] for entry in bundle.get("entry", [])]


def following(answer):
    """Return the path to the next page, wherever the service thinks that it is reached."""
    urls = [link["url"] for link in answer.json()["link"] if link["relation"] == "next"]
    return f"/fhir{urls[0].partition('/fhir')[2]}" if urls else None


def every(client, **parameters):
    """Return all that a search finds, page by page."""
    answer = client.get("/fhir/AuditEvent", params={"_count": "100", **parameters})
    found = told(answer)
    while url := following(answer):
        answer = client.get(url)
        found += told(answer)
    return found


def is_outcome(answer, status, code):
    assert answer.status_code == status, answer.text
    get_fhir_model_class("OperationOutcome").model_validate(answer.json())
    [issue] = answer.json()["issue"]
    assert issue["code"] == code
    return issue["diagnostics"]


def words(events):
    return [one["code"] for event in events for one in event["subtype"] if one["system"].endswith("/audit-act")]


def test_every_entry_is_told_in_the_order_of_the_log_and_is_valid(officer, api):
    before = entries(api)
    found = every(officer)
    assert words(found)[: len(before)] == [e.event["type"] for e in before]
    assert [event["id"] for event in found][: len(before)] == [f"{e.index}-{e.leaf_hash[:32]}" for e in before]
    assert {"rest", "110104"} <= {event["type"]["code"] for event in found}
    for event in found:
        get_fhir_model_class("AuditEvent").model_validate(event)


def test_nobodys_name_or_number_is_in_it(officer):
    text = json.dumps(every(officer))
    assert PESEL not in text
    assert "Kanarek" not in text


def test_one_entry_is_read_by_its_id_and_never_changes(officer, shown):
    [event, *_] = every(officer, subtype="study-shown")
    answer = officer.get(f"/fhir/AuditEvent/{event['id']}")
    assert answer.json() == event
    assert answer.headers["etag"] == 'W/"1"'
    assert event["meta"]["lastUpdated"] == event["recorded"]
    again = officer.get(f"/fhir/AuditEvent/{event['id']}", headers={"If-None-Match": 'W/"1"'})
    assert (again.status_code, again.content) == (304, b"")


def test_a_place_in_the_log_with_another_hash_is_nothing(officer):
    [event, *_] = every(officer, subtype="study-shown")
    index = event["id"].partition("-")[0]
    for wrong in (f"{index}-{'0' * 32}", index, f"{'9' * 15}-{'0' * 32}", f"{'9' * 300}", "a%00b", PESEL):
        answer = officer.get(f"/fhir/AuditEvent/{wrong}")
        is_outcome(answer, 404, "not-found")
        assert PESEL not in answer.text


def test_looking_leaves_an_entry_that_says_what_was_looked_at(officer, api, shown):
    answer = officer.post("/fhir/AuditEvent/_search", data={"patient:identifier": shown, "_count": "2"})
    [entry] = api.log(answer.headers["x-request-id"])
    assert (entry["type"], entry["agent"]["id"], entry["patient"]) == ("audit-read", "an-officer", shown)
    assert entry["detail"] == {"kind": "fhir-auditevent", "after_index": -1, "count": 2}
    [event] = told(answer)[:1]
    answer = officer.get(f"/fhir/AuditEvent/{event['id']}")
    [entry] = api.log(answer.headers["x-request-id"])
    assert entry["detail"]["after_index"] == int(event["id"].partition("-")[0]) - 1


def test_what_was_done_before_the_question_is_in_the_answer(officer, api):
    answer = officer.get("/fhir/AuditEvent", params={"subtype": "audit-read", "_count": "1"})
    request = answer.headers["x-request-id"]
    mine = [e for e in every(officer, subtype="audit-read") if request in json.dumps(e)]
    assert len(mine) == 1


@pytest.mark.parametrize(
    ("parameters", "holds"),
    [
        ({"action": "R"}, lambda e: e["action"] == "R"),
        ({"action": "C,E"}, lambda e: e["action"] in "CE"),
        ({"outcome": "8"}, lambda e: e["outcome"] == "8"),
        ({"outcome": "0,8"}, lambda e: e["outcome"] in "08"),
        ({"type": "rest"}, lambda e: e["type"]["code"] == "rest"),
        ({"type": "110100"}, lambda e: e["type"]["code"] == "110100"),
        (
            {"type": "http://dicom.nema.org/resources/ontology/DCM|110103"},
            lambda e: e["type"]["code"] == "110103",
        ),
        ({"subtype": "study-shown"}, lambda e: words([e]) == ["study-shown"]),
        ({"subtype": "read,search"}, lambda e: {"read", "search"} & {s["code"] for s in e["subtype"]}),
        ({"agent:identifier": "a-reader"}, lambda e: "a-reader" in json.dumps(e["agent"])),
        ({"agent.identifier": "diafan"}, lambda e: "diafan" in json.dumps(e["agent"])),
        ({"date": "ge2020-01-01"}, lambda e: True),
        ({"_lastUpdated": "gt2020-01-01", "date": "lt2100"}, lambda e: True),
    ],
)  # fmt: skip
def test_a_search_finds_what_fits_and_all_of_it(officer, parameters, holds):
    found = every(officer, **parameters)
    assert found
    assert all(holds(event) for event in found)
    ids = {event["id"] for event in found}
    before = max(int(own_id.partition("-")[0]) for own_id in ids)
    actor = parameters.get("agent:identifier") or parameters.get("agent.identifier")
    missed = [
        event
        for event in every(officer)
        if holds(event) and event["id"] not in ids and int(event["id"].partition("-")[0]) < before
    ]
    assert actor is not None or missed == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"date": "lt2020"}, {"date": "2020-01-01"}, {"outcome": "12"}, {"type": "http://x.example|110104"},
        {"subtype": "|study-shown"}, {"type": "kanarek"}, {"agent:identifier": "nobody-at-all"},
        {"patient:identifier": "p-" + "0e" * 16}, {"entity:identifier": "s-" + "0e" * 16},
        {"_id": "0-" + "0" * 32}, {"date": ["ge2020", "lt2020"]}, {"action": "C", "subtype": "study-shown"},
    ],
)  # fmt: skip
def test_a_search_that_nothing_fits_finds_nothing(officer, parameters):
    assert told(officer.get("/fhir/AuditEvent", params=parameters)) == []


def test_a_patient_and_a_study_are_found_by_their_pseudonyms(officer, shown):
    system = "https://diafan.example/fhir/identifier/pseudonym"
    of_patient = every(officer, **{"patient.identifier": shown})
    # Each search for a patient is itself an act about them.
    for other in ({"patient:identifier": f"{system}|{shown}"}, {"entity:identifier": shown}):
        assert every(officer, **other)[: len(of_patient)] == of_patient
    assert "study-shown" in words(of_patient)
    assert all(shown in json.dumps(event["entity"]) for event in of_patient)
    seen = [event for event in of_patient if "study-shown" in words([event])]
    study = re.search(r"s-[0-9a-f]{32}", json.dumps(seen[0]))[0]
    of_study = every(officer, **{"entity:identifier": study})
    assert all(study in json.dumps(event) for event in of_study)
    assert "study-shown" in words(of_study)


def test_pages_hold_every_entry_once_although_each_leaves_one_more(officer, api):
    parameters = {"subtype": "study-shown,studies-queried", "_count": "1"}
    answer = officer.get("/fhir/AuditEvent", params=parameters)
    found = told(answer)
    while url := following(answer):
        answer = officer.get(url)
        found += told(answer)
    assert len(found) == len({event["id"] for event in found}) >= 4
    assert found == every(officer, subtype="study-shown,studies-queried")[: len(found)]


def test_links_tell_no_pseudonym_and_take_no_further_parameters(officer, api, shown):
    answer = officer.post("/fhir/AuditEvent/_search", data={"patient:identifier": shown, "_count": "1"})
    assert told(answer)
    links = json.dumps(answer.json()["link"])
    assert shown not in links
    assert "patient:identifier=*" in links
    url = following(answer)
    is_outcome(officer.get(f"{url}&action=R"), 400, "invalid")
    is_outcome(officer.get(f"{url[:-9]}"), 400, "invalid")
    other = url.replace("/AuditEvent?", "/Device?")
    with api.client(Scope.STUDY_READ) as client:
        is_outcome(client.get(other), 400, "invalid")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"action": "X"}, "invalid"), ({"outcome": "1"}, "invalid"), ({"date": "yesterday"}, "invalid"),
        ({"_id": "Kanarek"}, "invalid"), ({"_count": "many"}, "invalid"), ({"_count": "0"}, "not-supported"),
        ({"_summary": "count"}, "not-supported"), ({"patient": "Patient/1"}, "not-supported"),
        ({"patient:identifier": PESEL}, "invalid"), ({"entity:identifier": PESEL}, "invalid"),
        ({"patient:identifier": "s-" + "0" * 32}, "invalid"), ({"agent": "Device/1"}, "not-supported"),
        ({"_sort": "-date"}, "not-supported"), ({"type": ""}, "invalid"), ({"Kanarek " + PESEL: "1"}, "not-supported"),
        ({"agent:identifier": "http://x.example|a"}, "not-supported"),
        ({"agent:identifier": ["a", "b"]}, "not-supported"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_not_repeated(officer, parameters, code):
    answer = officer.get("/fhir/AuditEvent", params=parameters)
    said = is_outcome(answer, 400, code)
    assert PESEL not in said
    assert "Kanarek" not in said


def test_who_asks_leniently_is_answered_without_what_we_do_not_know(officer):
    answer = officer.get("/fhir/AuditEvent", params={"_sort": "-date"}, headers={"Prefer": "handling=lenient"})
    assert told(answer)
    assert "_sort" not in json.dumps(answer.json()["link"])


@pytest.mark.parametrize(
    ("scope", "acts"),
    [
        ("audit.read", "rs"), ("system/AuditEvent.rs", "rs"), ("system/AuditEvent.r", "r"), ("system/AuditEvent.s", "s"),
        ("system/*.rs", ""), ("study.read", ""), ("ops", ""), ("system/Device.rs", ""), ("system/AuditEvent.c", ""),
    ],
)  # fmt: skip
def test_the_log_is_open_to_who_is_named_for_it_and_to_nobody_else(api, officer, scope, acts):
    [event] = told(officer.get("/fhir/AuditEvent", params={"_count": "1"}))
    with api.client(read_system_scope(scope) or Scope(scope)) as client:
        answers = {
            "r": [client.get(f"/fhir/AuditEvent/{event['id']}"), client.get("/fhir/AuditEvent/1")],
            "s": [client.get("/fhir/AuditEvent"), client.post("/fhir/AuditEvent/_search", data={"_count": "1"})],
        }
    for act, given in answers.items():
        for answer in given:
            if act in acts:
                assert answer.status_code in (200, 404)
                continue
            assert f"system/AuditEvent.{act} or audit.read" in is_outcome(answer, 403, "forbidden")
            [entry] = api.log(answer.headers["x-request-id"])
            assert (entry["type"], entry["detail"]["scope"]) == ("access-denied", f"system/AuditEvent.{act} audit.read")


def test_a_scope_for_systems_opens_the_log_to_no_person(api, shown):
    token = api.diafan.issuer.token("alice", [read_system_scope("system/AuditEvent.rs")], client_id="a-program")
    with httpx.Client(base_url=api.url, headers={"Authorization": f"Bearer {token}"}) as person:
        is_outcome(person.get("/fhir/AuditEvent"), 403, "forbidden")
    with api.client() as nobody:
        is_outcome(nobody.get("/fhir/AuditEvent"), 401, "login")


def test_nothing_is_written_or_taken_away_here(officer):
    for method, address in (("POST", ""), ("PUT", "/1"), ("PATCH", "/1"), ("DELETE", "/1")):
        answer = officer.request(method, f"/fhir/AuditEvent{address}")
        is_outcome(answer, 405, "not-supported")


def test_a_refusal_is_told_as_one(officer):
    refused = every(officer, subtype=EventType.TOKEN_REFUSED.value)
    assert refused
    assert {event["outcome"] for event in refused} == {"8"}
    assert all("profile" not in event["meta"] for event in refused)
