"""DICOM audit messages: valid by the standard's schema, and filled as its table for each event says."""

import base64
import copy
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from audit_acts import AGENTS, SOURCE, WITH_TOKEN, act, all_acts
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from audit.event import EventType, Outcome
from integrations.audit_act import AuditSource
from integrations.audit_message import audit_message

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("audit_message.rng")))
READER = etree.XMLParser(resolve_entities=False, no_network=True)
SHOWN = audit_message(act(EventType.STUDY_SHOWN, WITH_TOKEN), SOURCE)
SOURCE_ROLE, DESTINATION_ROLE, APPLICATION, LAUNCHER = "110153", "110152", "110150", "110151"
DATA = {"110102", "110103", "110104", "110105"}

# Event: the actions, the kinds of event, and how often which role (A.5.3, by its tables; None: anything).
TABLES = {
    "110100": ("E", None, {APPLICATION: 1}),
    "110101": ("R", None, {}),
    "110102": ("E", None, {SOURCE_ROLE: 1, DESTINATION_ROLE: 1}),
    "110103": ("CRUD", None, {}),
    "110104": ("CRU", None, {SOURCE_ROLE: 1, DESTINATION_ROLE: 1}),
    "110105": ("D", None, {}),
    "110106": ("R", None, {SOURCE_ROLE: 1, DESTINATION_ROLE: 1, "110154": 1}),
    "110107": ("C", None, {DESTINATION_ROLE: 1, SOURCE_ROLE: 1, "110155": 1}),
    "110111": ("CRUD", None, {}),
    "110112": ("E", None, {SOURCE_ROLE: 1, DESTINATION_ROLE: 1}),
    "110113": ("E", "110126 110127 110132 110135 110137 110138", {}),
    "110114": ("E", "110122 110123", {}),
}


def read(message):
    return etree.fromstring(message, READER)


def roles(participant):
    return {r.get("csd-code") for r in participant.iter("RoleIDCode") if r.get("codeSystemName") == "DCM"}


def objects(root, kind, role):
    path = "ParticipantObjectIdentification[@ParticipantObjectTypeCode=$kind][@ParticipantObjectTypeCodeRole=$role]"
    return root.xpath(path, kind=kind, role=role)


def id_types(root):
    return [one.get("csd-code") for one in root.iter("ParticipantObjectIDTypeCode")]


def details(element):
    return {d.get("type"): base64.b64decode(d.get("value")).decode() for d in element.iter("ParticipantObjectDetail")}


def is_base64(text):
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def faults(message):
    """What is wrong with a message: by the schema, by the conventions (A.5.2), and by the table of its event (A.5.3)."""
    root = read(message)
    if not SCHEMA.validate(root):
        return [str(SCHEMA.error_log)]
    event_id = root.find("EventIdentification/EventID").get("csd-code")
    actions, kinds, wanted = TABLES[event_id]
    said = root.find("EventIdentification").get("EventActionCode")
    own = [t.get("csd-code") for t in root.iter("EventTypeCode") if t.get("codeSystemName") == "DCM"]
    taking_part = root.findall("ActiveParticipant")
    counted = Counter(role for one in taking_part for role in roles(one))
    requestors = [one for one in taking_part if one.get("UserIsRequestor") == "true"]
    known = dict.fromkeys(("2", "110180"), event_id in DATA) | {"2": event_id in DATA | {"110106", "110107", "110111"}}
    encoded = [d.get("value") for d in root.iter("ParticipantObjectDetail")]
    encoded += [query.text for query in root.iter("ParticipantObjectQuery")]
    conditions = {
        "base64": all(map(is_base64, encoded)),  # libxml2 lets anything pass for it
        "the action": said in actions if said else event_id == "110111",
        "the kind": kinds is None or set(own) <= set(kinds.split()),
        "a kind": root.find("EventIdentification/EventTypeCode") is not None,  # of a list that may be added to
        "the roles": all(counted[role] == count for role, count in wanted.items()),
        "one requestor": len(requestors) == (0 if event_id == "110113" else 1),
        "a name for all": all(one.get("UserID") for one in taking_part),
        "an address and its kind": all(
            (one.get("NetworkAccessPointID") is None) == (one.get("NetworkAccessPointTypeCode") is None)
            for one in taking_part
        ),
        "a time with its zone": root.find("EventIdentification").get("EventDateTime").endswith("+00:00"),
        "its patient": id_types(root).count("2") == 1 if known["2"] else id_types(root).count("2") <= 1,
        "its study": id_types(root).count("110180") == 1 if known["110180"] else True,
        "its log": event_id != "110101" or len([t for t in id_types(root) if t == "12"]) == 1,
        "its query": event_id != "110112" or root.find(".//ParticipantObjectQuery") is not None,
        "its description": event_id != "110113" or "Alert Description" in details(root),
        "where who authenticates is": event_id != "110114" or taking_part[0].get("NetworkAccessPointID"),
        "one line": b"\n" not in message and b"\r" not in message,
    }
    return [what for what, holds in conditions.items() if not holds]


@pytest.mark.parametrize("kind", EventType)
def test_every_act_is_valid_by_the_schema_and_by_its_table(kind):
    wrong = {what: faults(audit_message(one, SOURCE)) for what, one in all_acts() if one.type == kind.value}
    assert len(wrong) == len(AGENTS) + 5
    assert {what: found for what, found in wrong.items() if found} == {}


def test_the_log_says_in_its_own_word_what_was_done():
    root = read(SHOWN)
    own = [t for t in root.iter("EventTypeCode") if t.get("codeSystemName") == "99DIAFAN"]
    assert [(t.get("csd-code"), t.get("originalText")) for t in own] == [("study-shown", "Study shown")]


def test_who_acted_is_named_with_their_client_roles_and_address():
    [person] = [p for p in read(SHOWN).iter("ActiveParticipant") if p.get("UserIsRequestor") == "true"]
    assert (person.get("UserID"), person.get("AlternativeUserID")) == ("a-physician", "viewer")
    assert (person.get("NetworkAccessPointID"), person.get("NetworkAccessPointTypeCode")) == ("10.1.2.4", "2")
    assert [r.get("csd-code") for r in person.iter("RoleIDCode")] == ["physician"]


def test_the_place_in_the_log_purpose_and_legal_basis_go_with_it():
    [entry] = objects(read(SHOWN), "2", "13")
    assert entry.get("ParticipantObjectID") == str(act(EventType.STUDY_SHOWN).index)
    told = details(entry)
    assert (told["purpose"], told["legal-basis"]) == ("TREAT", "gdpr-6-1-c+gdpr-9-2-h")
    assert told["leaf-hash"] == act(EventType.STUDY_SHOWN, WITH_TOKEN).leaf_hash
    assert told["request-id"] == "req-1"


def test_a_receiver_who_may_know_is_told_uids_and_others_pseudonyms_that_say_so():
    [study] = objects(read(SHOWN), "2", "3")
    assert study.findtext("ParticipantObjectName") == "pseudonym of the Study Instance UID"
    assert study.find("ParticipantObjectDescription") is None
    known = replace(act(EventType.STUDY_SHOWN), patient="0815", patient_system="urn:oid:1.2", study="1.2", object="1.3")
    root = read(audit_message(known, SOURCE))
    assert root.find(".//SOPClass/Instance").get("UID") == "1.3"
    [patient] = objects(root, "1", "1")
    assert patient.get("ParticipantObjectID") == "0815"
    assert details(patient) == {"patient-id-system": "urn:oid:1.2"}


def test_why_it_failed_is_told():
    refused = act(EventType.SIGN_IN_REFUSED, outcome=Outcome.SERIOUS_FAILURE, detail={"reason": "no-role"})
    root = read(audit_message(refused, SOURCE))
    assert root.findtext("EventIdentification/EventOutcomeDescription") == "no-role"
    assert details(root)["Alert Description"] == "Sign in refused: no-role"


def test_it_fits_into_what_every_collector_must_take():
    assert max(len(audit_message(one, SOURCE)) for _, one in all_acts()) < 32768  # PS3.15 A.6


@given(
    st.fixed_dictionaries({n: st.text(max_size=20) for n in ("id", "client", "address", "issuer", "token_id")}),
    st.text(max_size=20),
    st.text(max_size=20),
)
@settings(max_examples=100, deadline=None)
def test_whatever_anybody_calls_themselves_the_message_is_whole(values, role, patient):
    one = act(EventType.STUDY_SHOWN)
    strange = replace(one, actor=replace(one.actor, **values, roles=(role,)), patient=patient, patient_system=role)
    assert faults(audit_message(strange, AuditSource(role, values["address"], patient))) == []


def without(path):
    def change(root):
        [one] = root.xpath(path)
        one.getparent().remove(one)

    return change


def setting(path, name, value):
    def change(root):
        root.xpath(path)[0].set(name, value)

    return change


def dropping(path, name):
    def change(root):
        del root.xpath(path)[0].attrib[name]

    return change


def again(path):
    def change(root):
        one = root.xpath(path)[0]
        one.addnext(copy.deepcopy(one))

    return change


MUTATIONS = {
    "no event": without("EventIdentification"),
    "no code of the event": without("EventIdentification/EventID"),
    "two codes of the event": again("EventIdentification/EventID"),
    "no time": dropping("EventIdentification", "EventDateTime"),
    "a time that is none": setting("EventIdentification", "EventDateTime", "yesterday"),
    "a time without its zone": setting("EventIdentification", "EventDateTime", "2026-01-05T10:11:12"),
    "no outcome": dropping("EventIdentification", "EventOutcomeIndicator"),
    "an outcome that there is not": setting("EventIdentification", "EventOutcomeIndicator", "1"),
    "an action that there is not": setting("EventIdentification", "EventActionCode", "X"),
    "an action that the table does not have": setting("EventIdentification", "EventActionCode", "E"),
    "a code without its scheme": dropping("EventIdentification/EventID", "codeSystemName"),
    "nobody took part": lambda root: [root.remove(one) for one in root.findall("ActiveParticipant")],
    "somebody without an id": dropping("ActiveParticipant", "UserID"),
    "two requestors": again("ActiveParticipant[@UserIsRequestor='true']"),
    "an address without its kind": dropping("ActiveParticipant", "NetworkAccessPointTypeCode"),
    "no source": without("AuditSourceIdentification"),
    "two sources": again("AuditSourceIdentification"),
    "no patient": without("ParticipantObjectIdentification[@ParticipantObjectTypeCode='1']"),
    "two patients": again("ParticipantObjectIdentification[@ParticipantObjectTypeCode='1']"),
    "no study": without("ParticipantObjectIdentification[@ParticipantObjectTypeCodeRole='3']"),
    "an object without its name": without(
        "ParticipantObjectIdentification[@ParticipantObjectTypeCode='1']/ParticipantObjectName"
    ),
    "an object without its id": dropping("ParticipantObjectIdentification", "ParticipantObjectID"),
    "a role that there is not": setting("ParticipantObjectIdentification", "ParticipantObjectTypeCodeRole", "27"),
    "a detail that is no base64": setting("//ParticipantObjectDetail", "value", "?"),
    "an element that there is not": lambda root: etree.SubElement(root, "Comment"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_fault_is_caught(name):
    root = read(SHOWN)
    MUTATIONS[name](root)
    mutant = etree.tostring(root)
    assert mutant != SHOWN
    assert faults(mutant) != []
