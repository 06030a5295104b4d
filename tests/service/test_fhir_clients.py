"""The FHIR API read by clients that others wrote, with tokens of a real OpenID provider and of the embedded issuer."""

import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace

import fhirpy
import httpx
import pydicom
import pytest
import uvicorn
from fhirclient.client import FHIRClient
from fhirclient.models.diagnosticreport import DiagnosticReport
from fhirclient.models.imagingstudy import ImagingStudy
from fhirclient.models.observation import Observation
from fhirclient.server import FHIRPermissionDeniedException
from fhirpy.base.exceptions import ForbiddenError, OperationOutcome
from joserfc import jwt
from joserfc.jwk import ECKey

from integrations.oauth_client import get_json
from service.access import RemoteKeys, TokenValidator
from service.api import create_api
from service.settings import Oidc
from service.smart_scope import read_system_scope
from tests.instances import CARDIOMEGALY, make_instance
from tests.peers import identity as openid
from tests.peers.process import free_port
from tests.service.api_client import READ_WRITE, upload

pytest_plugins = ["tests.peers.fixtures"]
PATIENT = "READ-BY-OTHERS"
WHOSE = f"urn:diafan:patient-id|{PATIENT}"


@pytest.fixture(scope="module")
def study(api, tmp_path_factory):
    """Return the Study Instance UID of somebody, analysed and reported."""
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, PatientID=PATIENT)
    with api.client(*READ_WRITE) as sender:
        [result] = upload(sender, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    return str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)


@contextmanager
def serving(diafan, **changed):
    """Serve the API under the address that its links have."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    there = replace(diafan, settings=diafan.settings.model_copy(update={"public_url": url, **changed}))
    if oidc := changed.get("oidc"):
        there = replace(there, validator=TokenValidator(oidc.issuer, oidc.audience, RemoteKeys(oidc.issuer, get_json)))
    server = uvicorn.Server(uvicorn.Config(create_api(there), host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    yield f"{url}/fhir"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def embedded(api):
    with serving(api.diafan) as base:
        yield base


@pytest.fixture(scope="module")
def trusting(api, identity):
    """Serve the API to who has a token of the provider."""
    with serving(api.diafan, oidc=Oidc(issuer=identity.issuer)) as base:
        yield base


def token(api, *words):
    return api.diafan.issuer.token("an-ehr", [read_system_scope(word) for word in words])


def test_fhirpy_reads_searches_pages_and_counts(api, embedded, study):
    client = fhirpy.SyncFHIRClient(embedded, authorization=f"Bearer {token(api, 'system/*.rs')}")
    [report] = client.resources("DiagnosticReport").search(**{"patient.identifier": WHOSE}).fetch()
    assert client.reference("DiagnosticReport", report.id).to_resource() == report
    assert report["subject"].to_resource()["identifier"][0]["value"] == PATIENT
    assert {one.to_resource()["status"] for one in report["result"]} == {"preliminary"}
    findings = client.resources("Observation").search(**{"patient.identifier": WHOSE})
    paged = findings.limit(4).fetch_all()
    assert sorted(one.id for one in paged) == sorted(one.id for one in findings.fetch_all())
    assert len({one.id for one in paged}) == 14
    study_found = client.resources("ImagingStudy").search(identifier=f"urn:dicom:uid|urn:oid:{study}").get()
    assert report["imagingStudy"][0].id == study_found.id
    # To count, it sends a parameter of another server's beside FHIR's own.
    with pytest.raises(OperationOutcome, match="_totalMethod"):
        findings.count()
    lenient = fhirpy.SyncFHIRClient(embedded, client.authorization, {"Prefer": "handling=lenient"})
    assert lenient.resources("Observation").search(**{"patient.identifier": WHOSE}).count() == 14


def test_fhirpy_hears_what_its_scope_does_not_open(api, embedded, study):
    client = fhirpy.SyncFHIRClient(embedded, authorization=f"Bearer {token(api, 'system/DiagnosticReport.s')}")
    report = client.resources("DiagnosticReport").search(**{"patient.identifier": WHOSE}).first()
    for refused in (report.to_reference().to_resource, client.resources("Observation").fetch):
        with pytest.raises(ForbiddenError):
            refused()


@pytest.mark.peers
def test_fhirpy_reads_with_a_token_of_the_provider(identity, trusting, study):
    client = fhirpy.SyncFHIRClient(trusting, authorization=f"Bearer {identity.token(openid.FHIR_READER)}")
    assert (
        client.resources("Observation")
        .search(**{"patient.identifier": WHOSE, "_summary": "count"})
        .fetch_raw()["total"]
        == 14
    )
    narrow = identity.token(openid.FHIR_READER, scope="system/DiagnosticReport.rs")
    client = fhirpy.SyncFHIRClient(trusting, authorization=f"Bearer {narrow}")
    assert len(client.resources("DiagnosticReport").search(**{"patient.identifier": WHOSE}).fetch()) == 1
    with pytest.raises(ForbiddenError):
        client.resources("Observation").fetch()


@pytest.mark.peers
def test_smart_says_where_tokens_come_from_and_no_more_than_the_provider_does(identity, trusting):
    configuration = httpx.get(f"{trusting}/.well-known/smart-configuration", trust_env=False).json()
    found = httpx.get(f"{identity.issuer}/.well-known/openid-configuration", trust_env=False).json()
    assert configuration["token_endpoint"] == identity.token_url
    assert configuration["token_endpoint_auth_methods_supported"] == found["token_endpoint_auth_methods_supported"]
    assert configuration["grant_types_supported"] == found["grant_types_supported"]
    assert "client_credentials" in configuration["grant_types_supported"]
    assert "S256" in configuration["code_challenge_methods_supported"]
    assert set(configuration["capabilities"]) == {
        "permission-v2", "client-confidential-asymmetric", "client-confidential-symmetric",
    }  # fmt: skip
    assert {"system/*.rs", "system/DiagnosticReport.rs"} <= set(configuration["scopes_supported"])


@pytest.mark.peers
def test_fhirclient_finds_the_token_endpoint_names_itself_by_its_key_and_reads(api, study):
    """SMART backend services (App Launch 2.x, client-confidential-asymmetric), all of it by the client itself."""
    key = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384"})
    key.ensure_kid()
    own = {"jwks": {"keys": [key.as_dict(private=False)]}, "scope": openid.FHIR_READER.scope}
    with (
        openid.openid_provider(key_client=own) as provider,
        serving(api.diafan, oidc=Oidc(issuer=provider.issuer)) as base,
    ):
        claims = {
            "iss": openid.KEY_CLIENT_ID, "sub": openid.KEY_CLIENT_ID, "aud": provider.token_url,
            "jti": str(uuid.uuid4()), "exp": int(time.time()) + 200,
        }  # fmt: skip
        assertion = jwt.encode({"alg": "ES384", "kid": key.kid}, claims, key, ["ES384"])
        client = FHIRClient(
            {
                "app_id": openid.KEY_CLIENT_ID,
                "api_base": base,
                "jwt_token": assertion,
                "scope": "system/DiagnosticReport.rs",
            }
        )
        client.wants_patient = False
        assert not client.prepare(), "it has read where tokens come from, and has none"
        client.server.authorize()
        assert client.ready
        [report] = DiagnosticReport.where({"patient.identifier": WHOSE}).perform_resources_iter(client.server)
        assert report.status == "preliminary"
        with pytest.raises(FHIRPermissionDeniedException):
            next(Observation.where({"_count": "1"}).perform_iter(client.server))


def test_fhirclient_reads_every_page_and_every_resource(api, embedded, study):
    """Its models are strict: what is no FHIR R4 raises."""
    client = FHIRClient({"app_id": "an-ehr", "api_base": embedded})
    client.server.session.headers["Authorization"] = f"Bearer {token(api, 'system/*.rs')}"
    client.prepare()
    assert client.server.capabilityStatement.fhirVersion == "4.0.1"
    [report] = DiagnosticReport.where({"patient.identifier": WHOSE}).perform_resources_iter(client.server)
    asked = {"patient": report.subject.reference, "_count": "5"}
    pages = list(Observation.where(asked).perform_iter(client.server))
    assert [len(page.entry) for page in pages] == [5, 5, 4]
    findings = {entry.resource.id for page in pages for entry in page.entry}
    assert findings == {one.reference.removeprefix("Observation/") for one in report.result}
    read = ImagingStudy.read(report.imagingStudy[0].reference.removeprefix("ImagingStudy/"), client.server)
    assert read.identifier[0].value == f"urn:oid:{study}"
