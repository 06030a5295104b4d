"""The FHIR API: what it says of itself, one resource at a time, and who may."""

import json
from contextlib import nullcontext

import httpx
import pydicom
import pytest
import sqlalchemy as sa
from fhir.resources.R4B import get_fhir_model_class
from typer.testing import CliRunner

from service import cli
from service.access import Scope
from service.api import fhir_metadata
from service.api.fhir_audit_parameters import FOUND_BY
from service.api.fhir_types import TYPES
from service.database import SERVICE_ROLE, sqlalchemy_url
from service.fhir_index import FhirResource, UnindexedReport
from service.records import WITHHELD, ReportRecord
from service.smart_scope import read_system_scope
from tests.instances import CARDIOMEGALY, make_instance
from tests.service.api_client import READ_WRITE, upload

PESEL, NAME = "44051401359", "Kanarek^Zofia"


@pytest.fixture(scope="module")
def study(api, tmp_path_factory):
    """Return the Study Instance UID of somebody with a name, analysed and reported."""
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, PatientID=PESEL, PatientName=NAME)
    return reported(api, file)


@pytest.fixture
def client(api):
    with api.client(Scope.STUDY_READ, subject="an-ehr") as client:
        yield client


def reported(api, file):
    with api.client(*READ_WRITE) as sender:
        [result] = upload(sender, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    return str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)


def rows_of(api, study, resource_type):
    with api.diafan.engine.connect() as db:
        own = sa.select(FhirResource).where(
            FhirResource.study_instance_uid == study, FhirResource.resource_type == resource_type
        )
        return db.execute(own.order_by(FhirResource.id)).all()


def bundle_of(api, study, revision=1):
    with api.diafan.engine.connect() as db:
        own = sa.select(ReportRecord.blob).where(
            ReportRecord.study_instance_uid == study, ReportRecord.revision == revision
        )
        return json.loads(api.diafan.store.read(db.scalar(own)))


def is_outcome(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    get_fhir_model_class("OperationOutcome").model_validate(answer.json())
    [issue] = answer.json()["issue"]
    assert issue["code"] == code
    return issue["diagnostics"]


def system(*words):
    return [read_system_scope(word) for word in words]


def test_every_resource_of_a_report_is_read_as_it_was_sent_under_its_own_address(client, api, study):
    entries = bundle_of(api, study)["entry"]
    assert len(entries) >= 18
    ours = {entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['fullUrl'][9:]}" for entry in entries}
    for entry in entries:
        answer = client.get(f"/fhir/{ours[entry['fullUrl']]}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/fhir+json"
        resource = answer.json()
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert resource["id"] == entry["fullUrl"].removeprefix("urn:uuid:")
        meta = resource["meta"]
        assert answer.headers["etag"] == f'W/"{meta["versionId"]}"'
        sent = json.dumps(entry["resource"])
        for url, address in ours.items():
            sent = sent.replace(f'"reference": "{url}"', f'"reference": "{address}"')
        sent = json.loads(sent)
        sent["meta"] = {**sent.get("meta", {}), "versionId": meta["versionId"], "lastUpdated": meta["lastUpdated"]}
        assert {**sent, "id": resource["id"]} == resource
        assert "urn:uuid" not in answer.text


def test_every_reference_between_them_leads_somewhere(client, api, study):
    [row] = rows_of(api, study, "DiagnosticReport")
    report = client.get(f"/fhir/DiagnosticReport/{row.id}").json()
    references = [report["subject"], *report["result"], *report["imagingStudy"]]
    assert len(references) == 16
    for reference in references:
        assert client.get(f"/fhir/{reference['reference']}").status_code == 200


def test_a_read_says_not_modified_to_who_has_the_version(client, api, study):
    [row] = rows_of(api, study, "DiagnosticReport")
    address = f"/fhir/DiagnosticReport/{row.id}"
    etag = client.get(address).headers["etag"]
    assert etag == 'W/"1"'
    for known in (etag, f'W/"7", {etag}', "*"):
        answer = client.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get(address, headers={"If-None-Match": 'W/"7"'}).status_code == 200


def test_a_read_leaves_who_saw_what_of_whose_study(client, api, study):
    [row] = rows_of(api, study, "DiagnosticReport")
    answer = client.get(f"/fhir/DiagnosticReport/{row.id}")
    [entry] = api.log(answer.headers["x-request-id"])
    assert (entry["type"], entry["study"], entry["agent"]["id"]) == ("study-shown", api.names(study)[0], "an-ehr")
    assert entry["detail"] == {"kind": "fhir-diagnosticreport", "revision": 1}
    assert entry["patient"] == api.diafan.pseudonym("", PESEL)
    [device] = client.get("/fhir/Device").json()["entry"][:1]
    answer = client.get(f"/fhir/Device/{device['resource']['id']}")
    [entry] = api.log(answer.headers["x-request-id"])
    assert (entry["type"], entry["detail"]) == ("studies-queried", {"kind": "fhir-device", "count": 1})


@pytest.mark.parametrize(
    ("accept", "parameters", "status"),
    [
        ("application/fhir+json", {}, 200),
        ("application/json", {}, 200),
        ("application/fhir+json; fhirVersion=4.0", {}, 200),
        ("text/html, */*;q=0.1", {}, 200),
        ("application/fhir+xml", {"_format": "json"}, 200),
        ("application/fhir+xml", {"_format": "application/fhir+json"}, 200),
        ("application/fhir+xml", {}, 406),
        ("text/html", {}, 406),
        ("application/fhir+json; fhirVersion=5.0", {}, 406),
        ("application/fhir+json", {"_format": "xml"}, 406),
        ("application/fhir+json", {"_format": ""}, 406),
    ],
)
def test_it_answers_in_json_and_says_so_where_that_is_not_wanted(client, api, study, accept, parameters, status):
    [row] = rows_of(api, study, "ImagingStudy")
    for address in (f"/fhir/ImagingStudy/{row.id}", "/fhir/ImagingStudy", "/fhir/metadata"):
        answer = client.get(address, params=parameters, headers={"Accept": accept})
        if status == 406:
            is_outcome(answer, 406, "not-supported")
        else:
            assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/fhir/DiagnosticReport/3f2504e0-4f89-11d3-9a0c-0305e82c3301", 404, "not-found"),
        ("GET", "/fhir/DiagnosticReport/a%00b", 404, "not-found"),
        ("GET", f"/fhir/DiagnosticReport/{'9' * 300}", 404, "not-found"),
        ("GET", "/fhir/Appointment", 404, "not-supported"),
        ("GET", "/fhir/Appointment/1", 404, "not-supported"),
        ("POST", "/fhir/Kowalski/_search", 415, "not-supported"),
        ("GET", "/fhir/DiagnosticReport/1/_history/1", 404, "not-found"),
        ("GET", "/fhir", 404, "not-found"),
        ("GET", "/fhir/", 404, "not-found"),
        ("POST", "/fhir", 405, "not-supported"),
        ("POST", "/fhir/DiagnosticReport", 405, "not-supported"),
        ("PUT", "/fhir/DiagnosticReport/1", 405, "not-supported"),
        ("PATCH", "/fhir/DiagnosticReport/1", 405, "not-supported"),
        ("DELETE", "/fhir/DiagnosticReport/1", 405, "not-supported"),
    ],
)
def test_what_is_not_there_and_what_is_not_done_are_outcomes(client, method, address, status, code):
    answer = client.request(method, address)
    is_outcome(answer, status, code)
    assert "Kowalski" not in answer.text
    if status == 405:
        assert answer.headers["allow"] == "GET, POST"


def test_who_has_no_token_or_a_bad_one_is_told_in_an_outcome_and_is_in_the_log(api):
    with api.client() as nobody:
        answer = nobody.get("/fhir/DiagnosticReport")
        is_outcome(answer, 401, "login")
        assert answer.headers["www-authenticate"] == 'Bearer realm="diafan"'
        [entry] = api.log(answer.headers["x-request-id"])
        assert (entry["type"], entry["detail"]["route"]) == ("token-refused", "/fhir/{resource_type}")
        is_outcome(nobody.get("/fhir/DiagnosticReport", headers={"Authorization": "Bearer x"}), 401, "login")
        is_outcome(nobody.post("/fhir/Device/_search", data={"_id": "1"}), 401, "login")


SCOPES = {
    "system/DiagnosticReport.rs": ("DiagnosticReport", "rs"),
    "system/DiagnosticReport.r": ("DiagnosticReport", "r"),
    "system/DiagnosticReport.s": ("DiagnosticReport", "s"),
    "system/Observation.cruds": ("Observation", "rs"),
    "system/Observation.c": ("", ""),
    "system/*.rs": ("*", "rs"),
    "system/*.r": ("*", "r"),
    "system/*.s": ("*", "s"),
    "study.read": ("*", "rs"),
    "study.write": ("", ""),
    "ops": ("", ""),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_opens_its_types_and_acts_and_no_more(api, study, scope):
    opened, acts = SCOPES[scope]
    granted = read_system_scope(scope) or Scope(scope)
    with api.client(granted) as client:
        for resource_type in TYPES:
            rows = rows_of(api, study, resource_type)
            own_id = rows[0].id if rows else "1"
            here = opened in ("*", resource_type)
            answers = {"r": client.get(f"/fhir/{resource_type}/{own_id}"), "s": client.get(f"/fhir/{resource_type}")}
            answers["s "] = client.post(f"/fhir/{resource_type}/_search", data={"_count": "1"})
            for act, answer in answers.items():
                if here and act.strip() in acts:
                    assert answer.status_code == (200 if rows or act != "r" else 404), (resource_type, act)
                else:
                    needed = f"system/{resource_type}.{act.strip()}"
                    assert needed in is_outcome(answer, 403, "forbidden")
                    [entry] = api.log(answer.headers["x-request-id"])
                    assert (entry["type"], entry["detail"]["scope"]) == ("access-denied", f"{needed} study.read")


@pytest.mark.parametrize(
    "word",
    [
        "system/Observation.rs?category=laboratory", "system/Observation.sr", "system/Observation.", "system/.rs",
        "system/Observation.read", "user/Observation.rs", "patient/*.rs", "system/Observation.rs ", "SYSTEM/*.rs",
    ],
)  # fmt: skip
def test_what_is_no_scope_for_systems_or_one_we_cannot_hold_to_opens_nothing(word):
    assert read_system_scope(word) is None


def test_a_scope_for_systems_opens_nothing_to_a_person_and_nothing_beside_fhir(api, study):
    token = api.diafan.issuer.token("alice", system("system/*.rs"), client_id="a-program")
    with httpx.Client(base_url=api.url, headers={"Authorization": f"Bearer {token}"}) as person:
        is_outcome(person.get("/fhir/Device"), 403, "forbidden")
    with api.client(*system("system/*.rs")) as client:
        assert client.get("/studies").status_code == 403


def test_the_command_line_prints_tokens_with_scopes_for_systems(api, study, monkeypatch):
    monkeypatch.setattr(cli, "assembled", lambda: nullcontext(api.diafan))
    done = CliRunner().invoke(cli.app, ["token", "--scope", "system/Device.rs", "--scope", "ops"])
    assert done.exit_code == 0, done.output
    with httpx.Client(base_url=api.url, headers={"Authorization": f"Bearer {done.stdout.strip()}"}) as client:
        assert client.get("/fhir/Device").status_code == 200
        assert client.get("/fhir/Patient").status_code == 403
    for wrong in ("system/Device.read", "study.reed"):
        assert CliRunner().invoke(cli.app, ["token", "--scope", wrong]).exit_code == 2


def test_what_was_withheld_is_not_shown_and_what_comes_again_is_another_version(client, api, study):
    bundle = bundle_of(api, study)
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "DiagnosticReport":
            entry["resource"]["status"] = "final"
    mine = FhirResource.study_instance_uid == study
    reports = sa.select(FhirResource.version, FhirResource.status).where(
        mine, FhirResource.resource_type == "DiagnosticReport"
    )
    findings = sa.select(FhirResource.version).where(mine, FhirResource.resource_type == "Observation")
    with sa.orm.Session(api.diafan.engine) as db:
        again = db.scalar(sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study))
        db.expunge(again)
        again.blob, again.revision, again.created_at = "reports/test/again.json", 2, api.diafan.clock()
        api.diafan.store.put(again.blob, json.dumps(bundle).encode())
        again.status = WITHHELD
        api.diafan.fhir_index.keep(db, again)
        assert [tuple(row) for row in db.execute(reports)] == [(1, "preliminary")]
        again.status = "final"
        api.diafan.fhir_index.keep(db, again)
        assert [tuple(row) for row in db.execute(reports)] == [(2, "final")]
        assert set(db.scalars(findings)) == {1}, "what did not change stays the version that it was"
        db.rollback()


def test_reports_of_before_the_index_are_indexed_later_and_never_over_newer_ones(client, api, tmp_path):
    study = reported(api, make_instance(tmp_path, CARDIOMEGALY, PatientID="OLDER-1"))
    before = {kind: rows_of(api, study, kind) for kind in ("DiagnosticReport", "Observation", "ImagingStudy")}
    mine = FhirResource.study_instance_uid == study
    with api.diafan.engine.begin() as db:
        report = db.scalar(sa.select(ReportRecord.id).where(ReportRecord.study_instance_uid == study))
        db.execute(sa.delete(FhirResource).where(mine, FhirResource.resource_type == "Observation"))
        newer = sa.update(FhirResource).where(mine, FhirResource.resource_type == "DiagnosticReport")
        moment = FhirResource.last_updated + sa.text("interval '1 hour'")
        db.execute(newer.values(sha256="other", version=5, last_updated=moment))
    # The service may not add to the list: only the migration does.
    owner = sa.create_engine(sqlalchemy_url(api.diafan.database.url.replace(f"{SERVICE_ROLE}:", "postgres:", 1)))
    with owner.begin() as db:
        db.execute(sa.insert(UnindexedReport).values(report_id=report))
    owner.dispose()
    assert api.diafan.fhir_index.keep_older(api.diafan.engine) is False
    assert rows_of(api, study, "Observation") == before["Observation"]
    assert [row.version for row in rows_of(api, study, "DiagnosticReport")] == [5]
    with api.diafan.engine.connect() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(UnindexedReport)) == 0


def test_the_capability_statement_says_what_there_is_to_anybody(api):
    with api.client() as nobody:
        answer = nobody.get("/fhir/metadata")
    statement = answer.json()
    get_fhir_model_class("CapabilityStatement").model_validate(statement)
    assert (statement["fhirVersion"], statement["kind"]) == ("4.0.1", "instance")
    [rest] = statement["rest"]
    assert rest["security"]["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
    there = {**TYPES, "AuditEvent": FOUND_BY}
    assert {resource["type"] for resource in rest["resource"]} == set(there)
    for resource in rest["resource"]:
        assert [one["code"] for one in resource["interaction"]] == ["read", "search-type"]
        assert {one["name"] for one in resource["searchParam"]} == set(there[resource["type"]])
        assert ("supportedProfile" in resource) == (resource["type"] == "AuditEvent")


def test_the_embedded_issuer_has_no_token_endpoint_and_that_is_said(api):
    with api.client() as nobody:
        assert "diafan token" in is_outcome(nobody.get("/fhir/.well-known/smart-configuration"), 404, "not-supported")


def test_a_provider_is_asked_seldom_and_believed_only_of_itself():
    asked, now = [], [0.0]
    document = {"issuer": "https://id.example", "token_endpoint": "https://id.example/token"}

    def get_json(url):
        asked.append(url)
        return document

    discovery = fhir_metadata.Discovery("https://id.example", get_json, now=lambda: now[0])
    assert discovery.document() == discovery.document() == document
    assert asked == ["https://id.example/.well-known/openid-configuration"]
    now[0] = 301
    document = {**document, "issuer": "https://other.example"}
    assert discovery.document() is None
    assert discovery.document() is None
    assert len(asked) == 2


def test_a_failure_of_ours_is_an_outcome_without_its_text(client, api, monkeypatch, caplog):
    def fails(*_):
        raise RuntimeError(NAME)

    monkeypatch.setattr("service.api.fhir_search.contents", fails)
    answer = client.get("/fhir/DiagnosticReport")
    is_outcome(answer, 500, "exception")
    assert NAME not in answer.text
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == ["request failed"]
