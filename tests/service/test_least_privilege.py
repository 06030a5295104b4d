"""Who may call what: one table of every route, walked by every role, every scope, systems with SMART's scopes, and nobody.

A route that is not in the table fails the test: whoever adds one says here for whom it is.
"""

import re
from collections.abc import Iterator
from http import HTTPMethod

import httpx
import pytest
from fastapi.routing import APIRoute

from service.access import Scope
from service.api import create_api
from service.api.fhir_types import TYPES
from service.roles import PersonRole
from service.sessions import Person
from service.smart_scope import read_system_scope
from tests.instances import make_instance
from tests.service.api_client import PRESENT, upload

CANARY = {
    "PatientName": "Kanarek^Zofia",
    "PatientID": "CANARY-4711",
    "PatientBirthDate": "19500131",
    "AccessionNumber": "ACC-CANARY",
}
PEOPLE = {role.value for role in PersonRole}
SYSTEMS = ("system/*.rs", "system/AuditEvent.rs", "system/Patient.r")
NOBODY = "nobody"
CALLERS = (*sorted(PEOPLE), *Scope, *SYSTEMS, NOBODY)

EVERYBODY = frozenset(CALLERS)
READING = frozenset({"physician", "study.read"})
WRITING = frozenset({"physician", "study.write"})
JUDGING = frozenset({"physician"})  # and no program: AI Act, Art. 14
OPERATING = frozenset({"administrator", "ops"})
MODELS = READING | OPERATING | {"data-scientist", "model.write"}
CHOOSING = frozenset({"data-scientist", "model.write"})
WATCHING = frozenset({"officer", "audit.read"})
ANSWERING = frozenset({"officer"})  # and no program: an answer to a patient holds images
SIGNED_IN = frozenset(PEOPLE)

STUDY, IMAGE, WEB = "/studies/{study_instance_uid}", "/images/{image_id}", "/dicom-web/studies/{study_instance_uid}"
SERIES = WEB + "/series/{series_instance_uid}"
INSTANCE = SERIES + "/instances/{sop_instance_uid}"
MODEL = "/models/{digest}"
TABLE = {
    EVERYBODY: """
        GET / GET /app GET /app/assets/{name} GET /app/{address:path} GET /docs GET /docs/oauth2-redirect
        GET /health/live GET /health/ready GET /.well-known/jwks.json GET /.well-known/client-jwks.json
        GET /sign-in GET /sign-in/callback GET /sign-in/link/{code} POST /sign-in/back-channel-logout
        GET /fhir/metadata GET /fhir/.well-known/smart-configuration""",
    SIGNED_IN: "GET /session POST /sign-out",
    READING: f"""
        GET /studies POST /worklist GET /events GET /colours
        GET {STUDY} GET {STUDY}/report GET {STUDY}/earlier GET {STUDY}/objects GET {STUDY}/review
        GET {IMAGE} GET {IMAGE}/findings GET {IMAGE}/explanations/{{label}} GET {IMAGE}/objects GET {IMAGE}/instance
        GET {IMAGE}/evidence GET /objects/{{sop_instance_uid}}
        GET /dicom-web/studies GET {WEB} GET {WEB}/series GET {WEB}/instances GET {WEB}/metadata
        GET {SERIES} GET {SERIES}/instances GET {SERIES}/metadata GET {INSTANCE} GET {INSTANCE}/metadata
        GET {INSTANCE}/frames/{{frames}}""",
    WRITING: f"GET /upload-limits POST /studies POST /dicom-web/studies POST {WEB}",
    JUDGING: f"""
        PUT {STUDY}/review/draft DELETE {STUDY}/review/draft POST {STUDY}/review/sign
        POST {STUDY}/review/second-opinion DELETE {STUDY}/review/second-opinion""",
    OPERATING: """
        GET /deliveries POST /deliveries/{delivery_id}/retry GET /operations GET /operations/parked
        POST /operations/images/{image_id}/retry POST /operations/reports/{study_instance_uid}/retry
        POST /operations/destinations/{name}/check""",
    MODELS: f"""
        GET /models GET /model GET {MODEL}/card GET {MODEL}/evaluation GET {MODEL}/faithfulness
        GET {MODEL}/pictures/{{picture}}""",
    CHOOSING: "POST /model",
    WATCHING: """
        GET /audit POST /audit/pseudonym POST /audit/study-names GET /audit/verification GET /audit/export
        GET /audit/checkpoint GET /audit/public-key GET /audit/proof GET /audit/consistency""",
    ANSWERING: """
        POST /gdpr/held POST /gdpr/access POST /gdpr/breach GET /gdpr/notice GET /gdpr/record GET /gdpr/assessment
        POST /gdpr/restriction/foreseen POST /gdpr/restriction POST /gdpr/restriction/lift
        POST /gdpr/rectification/studies POST /gdpr/rectification/preview POST /gdpr/rectification""",
}
# By type, and so not one row each: see FHIR below.
BY_TYPE = {"GET /fhir/{resource_type}", "POST /fhir/{resource_type}/_search", "GET /fhir/{resource_type}/{resource_id}"}
NOTHING = {"/fhir", "/fhir/{address:path}"}  # refuses everything to everybody
FHIR = {
    **{resource_type: READING | {"system/*.rs"} for resource_type in TYPES},
    "Patient": READING | {"system/*.rs", "system/Patient.r"},
    "AuditEvent": WATCHING | {"system/AuditEvent.rs"},
}
VALUES = {
    "image_id": "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11",
    "delivery_id": "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11",
    "label": "Edema",
    "digest": "0" * 64,
    "picture": "auroc",
    "frames": "1",
}
WHO_MAY = {row: callers for callers, rows in TABLE.items() for row in re.findall(r"[A-Z]+ \S+", rows)}


def routes_of(routes) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, those too that the documentation leaves out."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods - {"HEAD"})
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)


@pytest.fixture(scope="module")
def callers(api):
    """Return a client for each caller: people by their sessions, systems by their tokens."""

    def client(name):
        if name in PEOPLE:
            with api.diafan.engine.begin() as db:
                person = Person(api.url, name, "Name", frozenset({PersonRole(name)}))
                secret, _ = api.diafan.sessions.begin(db, person)
            headers = {"Cookie": f"diafan={secret}", "Sec-Fetch-Site": "same-origin"}
        elif name == NOBODY:
            headers = {}
        else:
            scope = read_system_scope(name) or Scope(name)
            headers = {"Authorization": f"Bearer {api.diafan.issuer.token('a-system', [scope])}"}
        return httpx.Client(base_url=api.url, headers=headers, timeout=60, trust_env=False)

    clients = {name: client(name) for name in CALLERS}
    yield clients
    for one in clients.values():
        one.close()


def let_in(clients, method, path, **request):
    """Return who was let in, whatever they found there; an event stream is not waited for."""
    found = set()
    for name, client in clients.items():
        with client.stream(method, path, **request) as answer:
            if path != "/events":
                answer.read()
            assert answer.status_code != 500, (name, answer.read())
            if answer.status_code not in {401, 403}:
                found.add(name)
    return found


def filled(path):
    return re.sub(r"\{(\w+)(?::path)?\}", lambda name: VALUES.get(name[1], "1.2.3"), path)


def test_every_route_is_in_the_table(api):
    there = set(routes_of(create_api(api.diafan).routes))
    assert {f"{method} {path}" for method, path in there if path not in NOTHING} == WHO_MAY.keys() | BY_TYPE


@pytest.mark.parametrize("row", [row for row in WHO_MAY if row != "POST /sign-out"])
def test_a_route_lets_in_whom_the_table_names_and_nobody_else(callers, row):
    method, path = row.split(" ", 1)
    assert let_in(callers, method, filled(path)) == WHO_MAY[row]


@pytest.mark.parametrize("resource_type", FHIR)
def test_a_fhir_type_lets_in_whom_the_table_names_and_nobody_else(callers, resource_type):
    who = FHIR[resource_type]
    assert let_in(callers, "GET", f"/fhir/{resource_type}/1-2-3") == who
    searching = who - {"system/Patient.r"}
    assert let_in(callers, "GET", f"/fhir/{resource_type}") == searching
    assert let_in(callers, "POST", f"/fhir/{resource_type}/_search", data={"_count": "1"}) == searching


def test_nobody_changes_anything_in_fhir(callers):
    for method in set(HTTPMethod) - {"GET", "HEAD", "CONNECT"}:
        for client in callers.values():
            assert client.request(method, "/fhir/Patient").status_code in {401, 403, 405}


def test_signing_out_is_for_who_is_signed_in(callers):
    assert let_in(callers, "POST", "/sign-out", headers={"Cookie": ""}) == set()


@pytest.fixture(scope="module")
def canary(api, tmp_path_factory):
    """A study of a patient whom nobody but physicians may know, through all stages."""
    file = make_instance(tmp_path_factory.mktemp("canary"), **CANARY)
    with api.client(Scope.STUDY_READ, Scope.STUDY_WRITE) as client:
        [image] = upload(client, file.read_bytes()).json()["results"]
        api.process(image["image_id"])
        found = client.get(f"/images/{image['image_id']}").json()
    api.diafan.sequence_log()
    return {"image_id": image["image_id"], "study_instance_uid": found["study_instance_uid"]}


@pytest.mark.parametrize("role", ["officer", "administrator", "data-scientist"])
def test_who_is_no_physician_sees_no_patient_no_image_and_no_finding(callers, canary, role):
    words = ["kanarek", "zofia", "canary", "19500131", "1950-01-31"]
    if role != "data-scientist":
        words += ["calls", "probability", "heatmap", "impression"]
    seen = 0
    for row in sorted(row for row, who in WHO_MAY.items() if role in who and row.startswith("GET")):
        path = re.sub(r"\{(\w+)\}", lambda name: canary.get(name[1], VALUES.get(name[1], "1.2.3")), row.split(" ")[1])
        if path.startswith(("/docs", "/app")):
            continue
        answer = callers[role].get(path)
        seen += answer.status_code == 200
        assert not answer.headers.get("content-type", "").startswith(("image/", "application/dicom", "multipart/")), row
        assert [word for word in words if word in answer.text.lower()] == [], row
        if role == "officer":
            assert PRESENT.value not in answer.text, row
    assert seen > 5


@pytest.mark.parametrize("role", ["officer", "administrator", "data-scientist"])
def test_knowing_a_study_opens_nothing_of_it(callers, canary, role):
    for row in (row for row, who in WHO_MAY.items() if who == READING):
        method, path = row.split(" ", 1)
        there = re.sub(r"\{(\w+)\}", lambda name: canary.get(name[1], VALUES.get(name[1], "1.2.3")), path)
        assert callers[role].request(method, there).status_code == 403, row
