"""Searches of the FHIR API: each parameter, pages while reports arrive, hostile input, and that nobody's number leaks."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pydicom
import pytest
import sqlalchemy as sa
from fhir.resources.R4B import get_fhir_model_class

from integrations.fhir_time import span_of
from integrations.rejection_note import RejectionReason
from service.access import Scope
from service.api.fhir_cursor import LIFETIME_S, Cursors
from service.api.fhir_query import Search
from service.fhir_index import FhirResource
from service.terminal import OPERATOR
from service.withdraw import Withdrawer
from tests.instances import CARDIOMEGALY, make_instance
from tests.peers.process import wait_for
from tests.service.api_client import READ_WRITE, upload

PESEL, ACCESSION, NAME = "02070803628", "ACC-88,31|7", "Wróbel^Jadwiga"
SYSTEM = "urn:diafan:patient-id"


@pytest.fixture(scope="module")
def study(api, tmp_path_factory):
    """Return the Study Instance UID of somebody, analysed and reported."""
    folder = tmp_path_factory.mktemp("dicom")
    return reported(
        api, folder, PatientID=PESEL, PatientName=NAME, SpecificCharacterSet="ISO_IR 192",
        AccessionNumber=ACCESSION, StudyDate="20240229",
    )  # fmt: skip


@pytest.fixture(scope="module")
def another(api, tmp_path_factory):
    """Return the study of somebody else."""
    return reported(api, tmp_path_factory.mktemp("dicom"), PatientID="SOMEBODY-ELSE", StudyDate="20250101")


@pytest.fixture
def client(api):
    with api.client(Scope.STUDY_READ, subject="an-ehr") as client:
        yield client


def reported(api, folder, **elements):
    file = make_instance(folder, CARDIOMEGALY, **elements)
    with api.client(*READ_WRITE) as sender:
        [result] = upload(sender, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    return str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)


def search(client, resource_type, by="get", headers=None, **parameters):
    """Return the searchset, asked for by GET or by POST."""
    where = f"/fhir/{resource_type}"
    answer = (
        client.get(where, params=parameters, headers=headers)
        if by == "get"
        else client.post(f"{where}/_search", data=parameters, headers=headers)
    )
    assert answer.status_code == 200, answer.text
    get_fhir_model_class("Bundle").model_validate(answer.json())
    return answer.json()


def found(bundle):
    for entry in bundle.get("entry", []):
        assert entry["search"] == {"mode": "match"}
        assert entry["fullUrl"].endswith(f"/fhir/{entry['resource']['resourceType']}/{entry['resource']['id']}")
    return [entry["resource"] for entry in bundle.get("entry", [])]


def link(bundle, relation):
    return next((one["url"] for one in bundle["link"] if one["relation"] == relation), None)


def ids_of(api, study, resource_type):
    with api.diafan.engine.connect() as db:
        mine = sa.and_(FhirResource.study_instance_uid == study, FhirResource.resource_type == resource_type)
        return sorted(db.scalars(sa.select(FhirResource.id).where(mine)))


def is_refused(answer, *named, code="invalid"):
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    [issue] = answer.json()["issue"]
    assert issue["code"] == code
    for name in named:
        assert name in issue["diagnostics"]


BY_PATIENT = [f"{name}{way}" for name in ("patient", "subject") for way in (":identifier", ".identifier")]


@pytest.mark.parametrize("by", ["get", "post"])
@pytest.mark.parametrize("name", BY_PATIENT)
@pytest.mark.parametrize("value", [PESEL, f"{SYSTEM}|{PESEL}", f"NOBODY-1,{PESEL}"])
def test_a_patients_reports_are_found_by_their_identifier(client, api, study, another, by, name, value):
    for resource_type, count in (("DiagnosticReport", 1), ("Observation", 14), ("ImagingStudy", 1)):
        resources = found(search(client, resource_type, by, **{name: value}))
        assert sorted(one["id"] for one in resources) == ids_of(api, study, resource_type)
        assert len(resources) == count


@pytest.mark.parametrize("value", ["NOBODY-1", f"urn:other|{PESEL}", f"|{PESEL}", f"{SYSTEM}|", PESEL[:-1]])
def test_another_identifier_finds_nobody(client, study, value):
    if value.endswith("|"):
        is_refused(client.get("/fhir/Observation", params={"patient.identifier": value}), "patient.identifier")
    else:
        assert found(search(client, "Observation", **{"patient.identifier": value})) == []


@pytest.mark.parametrize("name", ["patient", "subject", "patient:Patient", "subject:Patient"])
def test_a_patients_reports_are_found_by_reference(client, api, study, another, name):
    [person] = found(search(client, "Patient", identifier=f"{SYSTEM}|{PESEL}"))
    assert person["name"][0]["family"] == "Wróbel"
    base = f"{api.diafan.settings.api_url}/fhir"
    for value in (person["id"], f"Patient/{person['id']}", f"{base}/Patient/{person['id']}"):
        [report] = found(search(client, "DiagnosticReport", **{name: value}))
        assert report["subject"]["reference"] == f"Patient/{person['id']}"
    for value in ("Group/1", "https://elsewhere.example/Patient/1", "Patient/a b", "Patient/"):
        is_refused(client.get("/fhir/DiagnosticReport", params={name: value}), name)


def test_identifiers_of_reports_findings_studies_and_devices_find_them(client, api, study, another):
    for resource_type in ("DiagnosticReport", "Observation", "ImagingStudy", "Device"):
        for own_id in ids_of(api, study, resource_type):
            for identifier in client.get(f"/fhir/{resource_type}/{own_id}").json()["identifier"]:
                value = identifier["value"].replace(",", r"\,").replace("|", r"\|")
                for asked in (value, f"{identifier.get('system', '')}|{value}"):
                    assert [r["id"] for r in found(search(client, resource_type, identifier=asked))] == [own_id]
    [by_accession] = found(search(client, "ImagingStudy", identifier=r"|ACC-88\,31\|7"))
    assert [by_accession["id"]] == ids_of(api, study, "ImagingStudy")
    assert found(search(client, "ImagingStudy", identifier=f"urn:dicom:uid|urn:oid:{study}")) == [by_accession]


def test_ids_and_statuses_are_alternatives_and_repeated_they_all_count(client, api, study, another):
    [mine], [other] = (ids_of(api, one, "DiagnosticReport") for one in (study, another))
    both = found(search(client, "DiagnosticReport", _id=f"{mine},{other}"))
    assert {one["id"] for one in both} == {mine, other}
    answer = client.get("/fhir/DiagnosticReport", params=[("_id", f"{mine},{other}"), ("_id", mine)])
    assert [one["id"] for one in found(answer.json())] == [mine]
    assert len(found(search(client, "DiagnosticReport", _id=mine, status="final,preliminary"))) == 1
    assert found(search(client, "DiagnosticReport", _id=mine, status="final")) == []
    assert len(found(search(client, "ImagingStudy", status="available", **{"patient.identifier": PESEL}))) == 1


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("2024-02-29", True), ("eq2024-02-29", True), ("2024-02", True), ("2024", True), ("2024-02-28", False),
        ("2024-02-29T10:00:00Z", False), ("ge2024-02-29", True), ("ge2024-03-01", False), ("gt2024-02-29", False),
        ("gt2024-02-28", True), ("gt2023", True), ("le2024-02-29", True), ("le2024-02-28", False), ("lt2024-02-29", False),
        ("lt2024-03", True), ("ge2024-02-29T23:59Z", True), ("2023-01-01,2024-02-29", True),
        ("2024-02-29T00:00:00+05:00", False),
    ],
)  # fmt: skip
def test_dates_are_compared_as_the_stretches_of_time_that_they_are(client, study, value, is_found):
    for resource_type, name in (("DiagnosticReport", "date"), ("Observation", "date"), ("ImagingStudy", "started")):
        bundle = search(client, resource_type, **{name: value, "patient.identifier": PESEL})
        assert bool(found(bundle)) == is_found


def test_a_stretch_is_named_by_two_bounds(client, study):
    for upper, count in (("lt2024-03-01", 1), ("lt2024-02-29", 0)):
        asked = [("date", "ge2024-02-01"), ("date", upper), ("patient.identifier", PESEL)]
        assert len(found(client.get("/fhir/DiagnosticReport", params=asked).json())) == count


def test_when_it_was_written_is_compared_to_the_millisecond(client, api, study):
    [own_id] = ids_of(api, study, "DiagnosticReport")
    written = client.get(f"/fhir/DiagnosticReport/{own_id}").json()["meta"]["lastUpdated"]
    later = (datetime.fromisoformat(written) + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")
    for value, is_found in (
        (written, True), (f"ge{written}", True), (f"le{written}", True), (f"gt{written}", False), (f"lt{written}", False),
        (f"lt{later}", True), (f"ge{later}", False), (written[:10], True), ("ge2020", True), ("lt2020", False),
    ):  # fmt: skip
        assert bool(found(search(client, "DiagnosticReport", _id=own_id, _lastUpdated=value))) == is_found, value


def test_what_fits_is_counted(client, study, another):
    for asked in ({"_summary": "count"}, {"_count": "0"}):
        bundle = search(client, "Observation", **{"patient.identifier": PESEL, **asked})
        assert (bundle["total"], "entry" in bundle) == (14, False)
    assert "_summary=count" in link(bundle, "self")
    assert len(found(search(client, "Observation", _summary="false", **{"patient.identifier": PESEL}))) == 14


@pytest.mark.parametrize("by", ["get", "post"])
def test_pages_hold_each_resource_once_and_their_links_nobody(client, api, study, by):
    seen, bundle = [], search(client, "Observation", by, **{"patient:identifier": f"{SYSTEM}|{PESEL}", "_count": "5"})
    sizes = []
    while True:
        sizes.append(len(found(bundle)))
        seen += [one["id"] for one in found(bundle)]
        for one in bundle["link"]:
            assert PESEL not in one["url"]
            assert "/_search" not in one["url"]
        following = link(bundle, "next")
        if following is None:
            break
        assert [name for name, _ in parse_qsl(urlsplit(following).query)] == ["_cursor"]
        answer = client.get(following.replace(api.diafan.settings.api_url, api.url))
        assert answer.status_code == 200, answer.text
        bundle = answer.json()
    assert sizes == [5, 5, 4]
    assert sorted(seen) == ids_of(api, study, "Observation")


def test_the_self_link_tells_what_was_used_and_no_identifier(client, study):
    lenient = {"Prefer": "respond-async, handling=lenient"}
    bundle = search(
        client, "DiagnosticReport", headers=lenient, date="ge2024", status="preliminary,final", _sort="-date",
        **{"patient.identifier": PESEL, "_count": "500", "_include": "DiagnosticReport:subject"},
    )  # fmt: skip
    used = dict(parse_qsl(urlsplit(link(bundle, "self")).query))
    assert used == {"date": "ge2024", "status": "preliminary,final", "patient.identifier": "*", "_count": "100"}
    # Somebody may take a number of a patient's for an id of ours.
    bundle = search(client, "DiagnosticReport", patient=PESEL, _id=PESEL)
    assert PESEL not in json.dumps(bundle)


def test_pages_go_on_while_reports_arrive(client, api, study, tmp_path):
    """Nothing that was there is missed, nothing comes twice but what changed meanwhile."""
    before = {one["id"] for one in everything(client, api, "DiagnosticReport")}
    first = search(client, "DiagnosticReport", _count="1")
    seen = [one["id"] for one in found(first)]
    new = ids_of(api, reported(api, tmp_path, PatientID="ARRIVES-MEANWHILE"), "DiagnosticReport")
    with api.diafan.engine.begin() as db:
        changed = sa.update(FhirResource).where(
            FhirResource.resource_type == "DiagnosticReport", FhirResource.id == seen[0]
        )
        db.execute(
            changed.values(last_updated=datetime.now(UTC) + timedelta(seconds=1), version=FhirResource.version + 1)
        )
    seen += [one["id"] for one in everything(client, api, "DiagnosticReport", first)]
    assert set(seen) == before | set(new)
    assert [one for one in set(seen) if seen.count(one) > 1] == seen[:1]


def everything(client, api, resource_type, bundle=None):
    following = link(bundle, "next") if bundle else f"{api.diafan.settings.api_url}/fhir/{resource_type}?_count=3"
    while following:
        answer = client.get(following.replace(api.diafan.settings.api_url, api.url))
        assert answer.status_code == 200, answer.text
        yield from found(answer.json())
        following = link(answer.json(), "next")


def test_a_cursor_is_sealed_for_its_search_and_for_a_day(client, api, study, monkeypatch):
    cursor = dict(parse_qsl(urlsplit(link(search(client, "Observation", _count="1"), "next")).query))["_cursor"]
    assert client.get("/fhir/Observation", params={"_cursor": cursor}).status_code == 200
    is_refused(client.get("/fhir/DiagnosticReport", params={"_cursor": cursor}), "search again")
    for wrong in (cursor[:-2], f"{cursor[:40]}A{cursor[41:]}", "", "x", "ż", "0"):
        is_refused(client.get("/fhir/Observation", params={"_cursor": wrong}), "search again")
    is_refused(client.get("/fhir/Observation", params={"_cursor": cursor, "status": "final"}), "no further")
    is_refused(client.get("/fhir/Observation", params={"_cursor": cursor, "_count": "2"}), "no further")
    cursors = Cursors.of(api.diafan.settings.data_dir / "keys")
    old = cursors.fernet.encrypt_at_time(
        Search(resource_type="Observation", count=1).model_dump_json().encode(),
        int(datetime.now(UTC).timestamp()) - LIFETIME_S - 5,
    )
    is_refused(client.get("/fhir/Observation", params={"_cursor": old.decode()}), "older than a day")


@pytest.mark.parametrize(
    ("parameters", "named", "code"),
    [
        ({"_sort": "date"}, ["_sort"], "not-supported"),
        ({"code": "1", "_include": "*"}, ["_include", "code"], "not-supported"),
        ({"status:not": "final"}, ["status:not"], "not-supported"),
        ({"patient.name": "Kowalski"}, ["patient.name"], "not-supported"),
        ({"subject:Group": "1"}, ["subject:Group"], "not-supported"),
        ({"44051401359": "1"}, ["(no name)"], "not-supported"),
        ({"a\0b": "1"}, ["(no name)"], "not-supported"),
        ({"_summary": "data"}, ["_summary"], "not-supported"),
        ({"_count": "-1"}, ["_count"], "invalid"),
        ({"_count": "Kowalski"}, ["_count"], "invalid"),
        ({"_count": "9" * 5000}, ["_count"], "invalid"),
        ({"_count": "٣"}, ["_count"], "invalid"),
        ({"date": "Kowalski"}, ["date"], "invalid"),
        ({"date": "ne2024"}, ["date"], "invalid"),
        ({"date": "ap2024"}, ["date"], "invalid"),
        ({"date": "2024-02-30"}, ["date"], "invalid"),
        ({"date": "0000"}, ["date"], "invalid"),
        ({"date": "9999-12-31"}, ["date"], "invalid"),
        ({"date": "0001-01-01T00:00:00+14:00"}, ["date"], "invalid"),
        ({"date": "2024-01-01 10:00"}, ["date"], "invalid"),
        ({"date": ""}, ["date"], "invalid"),
        ({"_lastUpdated": "2024-1"}, ["_lastUpdated"], "invalid"),
        ({"status": "Kowalski"}, ["status"], "invalid"),
        ({"status": "a\0"}, ["status"], "invalid"),
        ({"_id": "Kowalski Jan"}, ["_id"], "invalid"),
        ({"_id": "a\0b"}, ["_id"], "invalid"),
        ({"_id": ","}, ["_id"], "invalid"),
        ({"_id": ",".join("a" * 51)}, ["50"], "invalid"),
        ({"identifier": "|"}, ["identifier"], "invalid"),
        ({"identifier": "a|b|c"}, ["identifier"], "invalid"),
        ({"identifier": ""}, ["identifier"], "invalid"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("by", ["get", "post"])
def test_hostile_and_unknown_parameters_are_refused_by_name(client, parameters, named, code, by):
    where = "/fhir/DiagnosticReport"
    answer = client.get(where, params=parameters) if by == "get" else client.post(f"{where}/_search", data=parameters)
    is_refused(answer, *named, code=code)
    assert "Kowalski" not in answer.text
    assert "44051401359" not in answer.text


def test_odd_identifiers_are_no_failure_of_ours(client):
    for value in ("a\0b", "\\", "a\\", "%", "'; drop table study", "ż" * 3000, "\ud83d\ude00", "--", "*"):
        for name in ("identifier", "patient.identifier"):
            answer = client.post(
                "/fhir/Observation/_search", data={name: value.encode("utf-16", "surrogatepass").decode("utf-16")}
            )
            assert answer.status_code in (200, 400), (value, answer.text)
            assert "entry" not in answer.json()


def test_lenient_passes_over_the_unknown_and_no_wrong_value(client, study):
    lenient = {"Prefer": "handling=lenient"}
    bundle = search(client, "DiagnosticReport", headers=lenient, _sort="date", **{"patient.identifier": PESEL})
    assert len(found(bundle)) == 1
    is_refused(client.get("/fhir/DiagnosticReport", params={"date": "x", "_sort": "date"}, headers=lenient), "date")
    strict = {"Prefer": "handling=strict"}
    is_refused(client.get("/fhir/DiagnosticReport", params={"_sort": "date"}, headers=strict), code="not-supported")


def test_a_form_is_bounded_and_must_be_one(client):
    where = "/fhir/Observation/_search"
    assert client.post(where, data={"identifier": "x" * 70_000}).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    chunks = (b"identifier=" + b"x" * 60_000 for _ in range(3))
    assert client.post(where, content=chunks, headers=form).status_code == 413
    assert client.post(where, json={"identifier": "x"}).status_code == 415
    for broken in (b"identifier=\xff", b"identifier=%ff", b"&".join([b"_id=a"] * 200)):
        is_refused(client.post(where, content=broken, headers=form))
    assert client.post(where, content=b"", headers=form).status_code == 200


def test_a_search_leaves_an_entry_and_one_for_each_study_shown(client, api, study, another):
    [mine], [other] = (ids_of(api, one, "DiagnosticReport") for one in (study, another))
    answer = client.get("/fhir/DiagnosticReport", params={"_id": f"{mine},{other}"})
    entries = api.log(answer.headers["x-request-id"])
    assert sorted(entry["type"] for entry in entries) == ["studies-queried", "study-shown", "study-shown"]
    named = {api.names(one)[0] for one in (study, another)}
    assert {entry["study"] for entry in entries if entry["type"] == "study-shown"} == named
    assert {entry["detail"]["count"] for entry in entries if entry["type"] == "study-shown"} == {1}
    [queried] = [entry for entry in entries if entry["type"] == "studies-queried"]
    assert queried["detail"] == {"kind": "fhir-diagnosticreport", "count": 2}
    answer = client.get("/fhir/Observation", params={"patient.identifier": PESEL, "_summary": "count"})
    assert [entry["type"] for entry in api.log(answer.headers["x-request-id"])] == ["studies-queried"]


def test_no_number_and_no_name_is_in_the_log_nor_in_the_index(client, api, study, caplog):
    caplog.set_level("DEBUG")
    for by in ("get", "post"):
        search(client, "DiagnosticReport", by, **{"patient.identifier": f"{SYSTEM}|{PESEL}"})
    client.get("/fhir/DiagnosticReport", params={"date": PESEL, "patient.identifier": PESEL})
    client.get(f"/fhir/DiagnosticReport/{PESEL}")
    client.get(f"/fhir/{PESEL}")

    def lines():
        return [r for r in caplog.records if r.name.startswith("service") and r.getMessage() == "request"]

    # A line is written when the answer is complete, which the client may see first.
    wait_for(lambda: len(lines()) == 5 or None, 10, "the access lines")
    assert {line.route for line in lines()} == {
        "/fhir/{resource_type}",
        "/fhir/{resource_type}/_search",
        "/fhir/{resource_type}/{resource_id}",
    }
    ours = [r for r in caplog.records if r.name.startswith("service")]
    told = " ".join(str(vars(record)) for record in ours)
    with api.diafan.engine.connect() as db:
        told += str(db.execute(sa.select(FhirResource)).all())
        told += str(db.execute(sa.text("select event from audit.entry")).all())
    for leaked in (PESEL, ACCESSION, "ACC-88", "Wróbel", "Jadwiga"):
        assert leaked not in told


def test_what_was_withdrawn_is_shown_as_entered_in_error(client, api, tmp_path):
    study = reported(api, tmp_path, PatientID="WITHDRAWN-1")
    d = api.diafan
    withdrawer = Withdrawer(d.engine, d.store, d.jobs, d.record, d.clock, d.destinations, d.fhir_index)
    withdrawer.withdraw(study, RejectionReason.PATIENT_SAFETY, OPERATOR)
    asked = {"patient.identifier": "WITHDRAWN-1"}
    assert found(search(client, "DiagnosticReport", status="preliminary", **asked)) == []
    [report] = found(search(client, "DiagnosticReport", status="entered-in-error", **asked))
    assert "must not be used" in report["conclusion"]
    assert report["meta"]["versionId"] == "2"
    assert {one["status"] for one in found(search(client, "Observation", **asked))} == {"entered-in-error"}


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2024", "2024-01-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-02", "2024-02-01T00:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29T10:15", "2024-02-29T10:15:00", "2024-02-29T10:16:00"),
        ("2024-02-29T10:15:07Z", "2024-02-29T10:15:07", "2024-02-29T10:15:08"),
        ("2024-02-29T10:15:07.5Z", "2024-02-29T10:15:07.500000", "2024-02-29T10:15:07.600000"),
        ("2024-02-29T00:15:00+02:00", "2024-02-28T22:15:00", "2024-02-28T22:15:01"),
        ("2024-02-29T10:15:07.1234567Z", "2024-02-29T10:15:07.123456", "2024-02-29T10:15:07.123457"),
    ],
)
def test_a_date_is_as_long_as_it_is_written(text, first, after):
    assert span_of(text) == tuple(datetime.fromisoformat(f"{one}+00:00") for one in (first, after))
