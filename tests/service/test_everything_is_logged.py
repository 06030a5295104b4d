"""Every route, command and stage leaves its entry, or stands here with the reason why not."""

import re

import pytest
import typer
from typer.testing import CliRunner

from service import cli
from service.access import Scope
from service.api import create_api
from service.engine import Stage
from tests.instances import make_instance
from tests.service.api_client import PRESENT, upload
from tests.service.test_least_privilege import BY_TYPE, WHO_MAY, routes_of

SILENT = {
    # What anybody may know, of nobody.
    "GET /", "GET /app", "GET /app/assets/{name}", "GET /app/{address:path}", "GET /docs", "GET /docs/oauth2-redirect",
    "GET /health/live", "GET /health/ready", "GET /.well-known/jwks.json", "GET /.well-known/client-jwks.json",
    "GET /fhir/metadata", "GET /fhir/.well-known/smart-configuration", "GET /colours", "GET /upload-limits",
    # What an installation is and how it fares: of no patient.
    "GET /models", "GET /model", "GET /models/{digest}/card", "GET /models/{digest}/evaluation", "GET /models/{digest}/faithfulness",
    "GET /models/{digest}/pictures/{picture}", "GET /operations", "POST /operations/destinations/{name}/check", "GET /audit/public-key",
    "GET /gdpr/notice", "GET /gdpr/record", "GET /gdpr/assessment",
    # One's own session; that it begins, ends or is refused is told by the sign-in itself.
    "GET /session", "GET /sign-in",
}  # fmt: skip
ELSEWHERE = {
    # Walked by tests of their own, which look at the entry: people's sign-in, verdicts, withdrawal, event streams, rights of persons.
    "GET /sign-in/callback", "GET /sign-in/link/{code}", "POST /sign-in/back-channel-logout", "POST /sign-out", "GET /events",
    "POST /studies/{study_instance_uid}/review/sign", "POST /studies/{study_instance_uid}/review/second-opinion",
    "DELETE /studies/{study_instance_uid}/review/second-opinion", "PUT /studies/{study_instance_uid}/review/draft",
    "DELETE /studies/{study_instance_uid}/review/draft", "POST /model", "POST /dicom-web/studies",
    "POST /dicom-web/studies/{study_instance_uid}", "POST /deliveries/{delivery_id}/retry",
    "POST /operations/images/{image_id}/retry", "POST /operations/reports/{study_instance_uid}/retry",
    "POST /gdpr/held", "POST /gdpr/access", "POST /gdpr/breach", "POST /gdpr/restriction/foreseen", "POST /gdpr/restriction",
    "POST /gdpr/restriction/lift", "POST /gdpr/rectification/studies", "POST /gdpr/rectification/preview",
    "POST /gdpr/rectification",
}  # fmt: skip
BODIES = {
    "POST /worklist": {},
    "POST /audit/pseudonym": {"patient_id": "WALKED"},
    "POST /audit/study-names": {"study_instance_uid": "1.2.3"},
}
QUERIES = {"GET /audit/proof": {"index": 0}, "GET /audit/consistency": {"old": 1}}
EVERY_SCOPE = tuple(scope for scope in Scope if scope is not Scope.MODEL_WRITE)


@pytest.fixture(scope="module")
def walked(api, tmp_path_factory):
    """Return a client that may do everything, and what stands in the addresses: of a study that went through all stages."""
    file = make_instance(tmp_path_factory.mktemp("walk"), PatientID="WALKED")
    with api.client(*EVERY_SCOPE, subject="walker") as client:
        [image] = upload(client, file.read_bytes()).json()["results"]
        api.process(image["image_id"])
        study = client.get(f"/images/{image['image_id']}").json()["study_instance_uid"]
        made = client.get(f"/images/{image['image_id']}/objects").json()["objects"][0]
        series = client.get(f"/dicom-web/studies/{study}/instances").json()
        of = next(one for one in series if one["00080018"]["Value"][0] == made["sop_instance_uid"])
        values = {
            "study_instance_uid": study,
            "image_id": image["image_id"],
            "label": PRESENT.value,
            "sop_instance_uid": made["sop_instance_uid"],
            "series_instance_uid": of["0020000E"]["Value"][0],
            "frames": "1",
        }
        yield client, values


def test_every_route_is_walked_or_has_its_reason(api):
    there = {f"{method} {path}" for method, path in routes_of(create_api(api.diafan).routes)}
    assert there >= (SILENT | ELSEWHERE)
    assert SILENT.isdisjoint(ELSEWHERE)


@pytest.mark.parametrize(
    "row", sorted(WHO_MAY.keys() - SILENT - ELSEWHERE - {"POST /studies", "GET /deliveries", "GET /operations/parked"})
)
def test_a_route_leaves_an_entry(api, walked, row):
    client, values = walked
    method, path = row.split(" ")
    address = re.sub(r"\{(\w+)\}", lambda name: values[name[1]], path)
    answer = client.request(method, address, json=BODIES.get(row), params=QUERIES.get(row))
    assert answer.status_code == 200, answer.text
    events = api.log(answer.headers["x-request-id"])
    assert events, row
    assert {event["agent"]["id"] for event in events} == {"walker"}
    assert all(event["purpose"] and event["legal_basis"] for event in events if "patient" in event or "study" in event)


@pytest.mark.parametrize("row", sorted(BY_TYPE))
@pytest.mark.parametrize("resource_type", ["DiagnosticReport", "AuditEvent"])
def test_a_fhir_route_leaves_an_entry(api, walked, row, resource_type):
    client, _ = walked
    page = client.post(f"/fhir/{resource_type}/_search", data={"_count": "1"})
    method, path = row.split(" ")
    found = page.json()["entry"][0]["resource"]["id"]
    address = path.format(resource_type=resource_type, resource_id=found)
    answer = client.request(method, address, data={"_count": "1"} if method == "POST" else None)
    assert answer.status_code == 200, answer.text
    assert api.log(answer.headers["x-request-id"]), row


@pytest.mark.parametrize("row", ["GET /deliveries", "GET /operations/parked"])
def test_what_names_studies_to_an_operator_leaves_an_entry(api, walked, row):
    answer = walked[0].get(row.split(" ")[1])
    assert api.log(answer.headers["x-request-id"]), row


COMMANDS_SILENT = {
    # They read no record of a patient and change nothing, or only what the log itself tells (serve, demo), or speak to others (send).
    "serve", "demo", "send", "route", "check-object", "check", "model train", "model pretrain", "model evaluate", "model explain-check",
    "model card", "model import", "model list", "model verify", "client-key show", "audit public-key",
    # They read the settings and which model is in use, no log and no patient.
    "gdpr notice", "gdpr record", "gdpr assessment",
}  # fmt: skip
COMMANDS_ELSEWHERE = {
    # Walked by tests of their own, which look at the entry.
    "status", "retry", "token", "sign-in", "model use", "withdraw", "retention", "review export", "audit verify", "audit export", "audit checkpoint",
    "audit rotate-key", "audit retire", "client-key new", "sessions list", "sessions end", "gdpr access", "gdpr breach", "gdpr erase",
    "gdpr restrict", "gdpr lift", "gdpr restricted", "gdpr rectify",
}  # fmt: skip


def commands(group, prefix=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_every_command_leaves_an_entry_or_has_its_reason():
    assert set(commands(typer.main.get_command(cli.app))) == COMMANDS_SILENT | COMMANDS_ELSEWHERE
    assert CliRunner().invoke(cli.app, ["--help"]).exit_code == 0


STAGES = {
    Stage.ANALYSE: {"image-analysed"},
    Stage.REPORT: {"report-written"},
    Stage.DELIVER: {"transfer-begun", "transfer-ended"},
    Stage.FEED: set(),  # it would have to be fed, too, without an end
}


def test_every_stage_leaves_its_entries(api, walked):
    assert set(STAGES) == set(Stage)
    client, values = walked
    names = client.post("/audit/study-names", json={"study_instance_uid": values["study_instance_uid"]}).json()[
        "studies"
    ]
    told = {e["event"]["type"] for e in client.get("/audit", params={"study": names, "limit": 500}).json()["entries"]}
    assert told >= set().union(*STAGES.values()) | {"instance-received"}
