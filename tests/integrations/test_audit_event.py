"""AuditEvents: each type of the log has its form, every validator finds it valid, and a fault is caught."""

import copy
import json
from dataclasses import replace

import pytest
from audit_acts import AGENTS, PATIENT, PHYSICIAN, SOURCE, STUDY, WITH_TOKEN, act, all_acts
from balp_checks import PROFILES, faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.sr._concepts_dict import concepts

from audit.event import EventType, Outcome
from integrations.audit_act import AuditSource
from integrations.audit_codes import MEANINGS
from integrations.audit_event import audit_event
from integrations.audit_patterns import PATTERNS, Pattern, pattern_of

BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit"
SHOWN = audit_event(act(EventType.STUDY_SHOWN, WITH_TOKEN), SOURCE)
QUERIED = audit_event(act(EventType.STUDIES_QUERIED, AGENTS["client"]), SOURCE)
ERASED = audit_event(act(EventType.STUDY_ERASED), SOURCE)
ANSWERED = audit_event(act(EventType.ACCESS_ANSWERED), SOURCE)
RECEIVED = audit_event(act(EventType.INSTANCE_RECEIVED, AGENTS["pacs"]), SOURCE)


def agents(event, code):
    return [a for a in event["agent"] if code in {c["code"] for c in a.get("type", {}).get("coding", ())}]


def entities(event, code):
    return [e for e in event["entity"] if e["type"]["code"] == code]


def profiles(event):
    return [profile.removeprefix(f"{BALP}.") for profile in event["meta"].get("profile", ())]


def test_every_type_of_the_log_has_its_pattern_and_none_is_left_over():
    assert {kind.value for kind in EventType} == set(PATTERNS)


def test_the_codes_mean_what_dicom_says_that_they_mean():
    said = {code: meaning for named in concepts["DCM"].values() for code, (meaning, _) in named.items()}
    assert {code: said[code] for code in MEANINGS} == dict(MEANINGS)


@pytest.mark.parametrize("kind", EventType)
def test_every_validator_finds_every_act_valid(kind):
    told = [(what, one) for what, one in all_acts() if one.type == kind.value]
    assert len(told) == len(AGENTS) + 5
    assert {what: faults(audit_event(one, SOURCE)) for what, one in told} == {what: [] for what, _ in told}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_each_pattern_is_claimed_by_some_act(name):
    claimed = {p for _, one in all_acts() for p in audit_event(one, SOURCE)["meta"].get("profile", ())}
    assert name in claimed


def test_a_pattern_is_claimed_only_where_it_holds():
    assert profiles(SHOWN) == ["PatientRead", "OAUTHaccessTokenUse.Comprehensive"]
    shown = EventType.STUDY_SHOWN
    assert profiles(audit_event(act(shown), SOURCE)) == ["PatientRead"]
    assert profiles(audit_event(act(shown, patient=""), SOURCE)) == ["Read"]
    assert profiles(audit_event(act(shown, AGENTS["nameless-client"]), SOURCE))[1:] == ["OAUTHaccessTokenUse.Minimal"]
    for plain in (
        act(shown, outcome=Outcome.SERIOUS_FAILURE),
        act(shown, request_id=""),
        act(shown, replace(PHYSICIAN, address="")),
        act(EventType.INSTANCE_RECEIVED, AGENTS["pacs"]),
    ):
        assert pattern_of(plain) is Pattern.PLAIN
        assert profiles(audit_event(plain, SOURCE)) == []
        assert audit_event(plain, SOURCE)["type"]["code"] == plain.codes.event_id


def test_a_tokens_claims_stand_where_balp_looks_for_them():
    [user] = agents(SHOWN, "IRCP")
    assert user["who"]["identifier"] == {"system": "https://id.example", "value": "a-physician"}
    assert user["policy"] == ["urn:ietf:params:oauth:jti:jti%200002"]
    assert (user["name"], user["role"]) == ("a-physician", [{"text": "physician"}])
    assert user["purposeOfUse"] == SHOWN["purposeOfEvent"]
    [client] = agents(SHOWN, "110150")
    assert client["who"]["identifier"]["value"] == "viewer"
    assert client["network"] == {"address": "10.1.2.4", "type": "2"}
    assert client == agents(SHOWN, "110152")[0]


def test_the_two_directions_of_a_transfer_have_their_source_and_destination():
    for event, source, destination in (
        (RECEIVED, "PEERPACS", "diafan"),
        (audit_event(act(EventType.TRANSFER_ENDED, AGENTS["diafan"]), SOURCE), "diafan", "pacs.example:104"),
    ):
        assert [a["who"]["identifier"]["value"] for a in agents(event, "110153")] == [source]
        assert [a["who"]["identifier"]["value"] for a in agents(event, "110152")] == [destination]


def test_a_patient_is_a_pseudonym_unless_the_receiver_may_know():
    [patient] = entities(SHOWN, "1")
    assert patient["what"]["identifier"]["value"] == PATIENT
    assert {"R", "PSEUDED"} == {label["code"] for label in SHOWN["meta"]["security"]}
    known = replace(
        act(EventType.STUDY_SHOWN), patient="0815", patient_system="urn:oid:1.2", study="1.2.3", object="1.2"
    )
    event = audit_event(known, SOURCE)
    assert entities(event, "1")[0]["what"]["identifier"] == {"system": "urn:oid:1.2", "value": "0815"}
    assert entities(event, "2")[0]["what"]["identifier"] == {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}
    assert [label["code"] for label in event["meta"]["security"]] == ["R"]
    assert STUDY not in json.dumps(event)


def test_a_query_is_told_without_its_values_and_without_its_number_of_results():
    [query] = entities(QUERIED, "2")
    assert query["query"] == "a2luZD1pbWFnZSZtb2RlbF9zaGEyNTY9" + query["query"][32:]
    assert "what" not in query
    assert not any(d["type"] == "count" for e in QUERIED["entity"] for d in e.get("detail", ()))


def test_the_place_in_the_log_and_the_legal_basis_go_with_it():
    [entry] = [e for e in SHOWN["entity"] if e.get("name") == "Entry of the audit log"]
    facts = {d["type"]: d["valueString"] for d in entry["detail"]}
    assert facts["legal-basis"] == "gdpr-6-1-c+gdpr-9-2-h"
    assert facts["leaf-hash"].startswith(SHOWN["id"].partition("-")[2])
    assert entry["what"]["identifier"]["value"] == SHOWN["id"].partition("-")[0]
    assert [e["what"]["identifier"]["value"] for e in entities(SHOWN, "XrequestId")] == ["req-1"]


def test_the_same_act_gives_the_same_bytes():
    assert json.dumps(audit_event(act(EventType.STUDY_SHOWN, WITH_TOKEN), SOURCE)) == json.dumps(SHOWN)


def test_a_log_kept_by_another_is_told_so():
    event = audit_event(act(EventType.AUDIT_READ), AuditSource("diafan-2", "h2", ""))
    assert event["source"]["observer"]["identifier"]["value"] == "diafan-2"
    assert "site" not in event["source"]


@given(
    values=st.fixed_dictionaries(
        {name: st.text(max_size=20) for name in ("id", "client", "address", "issuer", "token_id")}
    ),
    role=st.text(max_size=12),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_stranger_calls_itself_the_event_is_valid(values, role):
    one = act(EventType.STUDY_SHOWN)
    strange = replace(one, actor=replace(one.actor, **values, roles=(role,)))
    assert faults(audit_event(strange, SOURCE)) == []


def gone(*path):
    def change(event):
        node = event
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return change


def put(value, *path):
    def change(event):
        node = event
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value

    return change


def twice(name, place):
    def change(event):
        event[name].append(copy.deepcopy(event[name][place]))

    return change


MUTATIONS = {
    "the code of the event is gone": (SHOWN, gone("type")),
    "another code of the event": (SHOWN, put("110103", "type", "code")),
    "no interaction": (SHOWN, gone("subtype", 0)),
    "another action": (SHOWN, put("U", "action")),
    "an action that there is not": (RECEIVED, put("X", "action")),
    "a failure by the pattern of a success": (SHOWN, put("8", "outcome")),
    "an outcome that there is not": (RECEIVED, put("1", "outcome")),
    "no time": (SHOWN, gone("recorded")),
    "a time without its zone": (RECEIVED, put("2026-01-05T10:11:12", "recorded")),
    "no client": (SHOWN, gone("agent", 0)),
    "a second client": (SHOWN, twice("agent", 0)),
    "a client from nowhere": (SHOWN, gone("agent", 0, "network")),
    "a client without its id": (SHOWN, gone("agent", 0, "who", "identifier")),
    "no server": (SHOWN, gone("agent", 1)),
    "a server that nobody is": (SHOWN, gone("agent", 1, "who")),
    "roles changed over": (SHOWN, put("110153", "agent", 0, "type", "coding", 0, "code")),
    "a user on the network": (SHOWN, put({"address": "h", "type": "1"}, "agent", 2, "network")),
    "a user who did not ask": (SHOWN, put(False, "agent", 2, "requestor")),
    "two tokens": (SHOWN, put(["urn:ietf:params:oauth:jti:1", "urn:ietf:params:oauth:jti:2"], "agent", 2, "policy")),
    "a token's id with a blank": (SHOWN, put(["urn:ietf:params:oauth:jti:1 2"], "agent", 2, "policy")),
    "nobody says whether they asked": (RECEIVED, gone("agent", 0, "requestor")),
    "no patient": (SHOWN, gone("entity", 0)),
    "two patients": (SHOWN, twice("entity", 0)),
    "a patient that is a device": (SHOWN, put("Device", "entity", 0, "what", "type")),
    "a patient in another role": (SHOWN, put("4", "entity", 0, "role", "code")),
    "no data": (SHOWN, gone("entity", 1)),
    "data in a role that is not allowed": (SHOWN, put("24", "entity", 1, "role", "code")),
    "two requests": (SHOWN, twice("entity", 2)),
    "a request without its id": (SHOWN, gone("entity", 2, "what", "identifier")),
    "a query that nobody can read": (QUERIED, gone("entity", 1, "query")),
    "a query that is no base64": (QUERIED, put("?", "entity", 1, "query")),
    "a query and a thing": (QUERIED, put({"display": "x"}, "entity", 1, "what")),
    "both a name and a query (sev-1)": (QUERIED, put("x", "entity", 1, "name")),
    "an erasure by a client in the role of a reader": (
        ERASED, put("110152", "agent", 0, "type", "coding", 0, "code"),
    ),
    "an erasure at somebody who does not keep it": (ERASED, put("x", "agent", 1, "type", "coding", 0, "code")),
    "a disclosure that does not say so": (ANSWERED, gone("subtype", 0)),
    "a disclosure by another than who recorded it": (
        ANSWERED, put("x", "source", "observer", "identifier", "value"),
    ),
    "a profile that there is not": (SHOWN, put([f"{BALP}.PatientReed"], "meta", "profile")),
    "no label": (SHOWN, gone("meta", "security")),
    "an id with a slash": (SHOWN, put("1/2", "id")),
    "no source": (RECEIVED, gone("source")),
    "no place in the log": (RECEIVED, gone("entity", -1)),
    "an empty string": (RECEIVED, put("", "outcomeDesc")),
    "an element that there is not": (RECEIVED, put("x", "severity")),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_fault_is_caught(name):
    event, change = MUTATIONS[name]
    mutant = copy.deepcopy(event)
    change(mutant)
    assert mutant != event
    assert faults(mutant) != []
