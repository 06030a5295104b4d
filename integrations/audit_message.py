"""An act of the audit log as DICOM's Audit Trail Message: XML by the schema of PS3.15 A.5.1.1, filled as A.5.2 and A.5.3 say.

Every message also names the act in the log's own word (EventTypeCode, coding scheme 99DIAFAN), and carries the entry that it was made
from as one more object: extensions as A.5 allows them. Where a message has no element for what the log knows, its details do.
"""

import base64
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import urlencode
from xml.etree import ElementTree as ET  # written only: nothing of a stranger's is parsed

from integrations.audit_act import AuditAct, AuditSource, is_pseudonym
from integrations.audit_codes import dicom_coding
from integrations.audit_participants import UNKNOWN, Participant, named, network_type, participants
from integrations.codes import Coding

_DICOM, _RFC3881, _OWN = "DCM", "RFC-3881", "99DIAFAN"
_PERSON, _SYSTEM = "1", "2"
_PATIENT, _REPORT, _SECURITY_RESOURCE = "1", "3", "13"
_APPLICATION_SERVER = "4"
_ACTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    # What A.5.3 allows for an event, and what stands where the log says otherwise ("": nothing, where it may be left out).
    {"110100": ("E", "E"), "110101": ("R", "R"), "110103": ("CRUD", "R"), "110111": ("CRUD", "")}
)
_OF_A_PATIENT = frozenset({"110102", "110103", "110104", "110105", "110106", "110107", "110111"})
_OF_A_STUDY = frozenset({"110102", "110103", "110104", "110105"})


def audit_message(act: AuditAct, source: AuditSource) -> bytes:
    """Return the message of ``act`` as ``source`` saw it: UTF-8, on one line, without an XML declaration (it needs none)."""
    root = ET.Element("AuditMessage")
    _event(root, act)
    for one in participants(act, source):
        _participant(root, act, one)
    kept_by = ET.SubElement(root, "AuditSourceIdentification", AuditSourceID=named(source.id))
    if source.site.strip():
        kept_by.set("AuditEnterpriseSiteID", named(source.site))
    ET.SubElement(kept_by, "AuditSourceTypeCode", {"csd-code": _APPLICATION_SERVER})
    _objects(root, act, source)
    return ET.tostring(root, encoding="unicode").encode()


def _event(root: ET.Element, act: AuditAct) -> None:
    when = act.occurred_at.isoformat(timespec="microseconds")
    event = ET.SubElement(root, "EventIdentification", EventDateTime=when, EventOutcomeIndicator=act.outcome)
    allowed, otherwise = _ACTIONS.get(act.codes.event_id, (act.codes.action, ""))
    if action := act.codes.action if act.codes.action in allowed else otherwise:
        event.set("EventActionCode", action)
    _dicom(event, "EventID", dicom_coding(act.codes.event_id))
    if act.codes.event_type:
        _dicom(event, "EventTypeCode", dicom_coding(act.codes.event_type))
    _coded(event, "EventTypeCode", act.type, _OWN, act.words)
    if act.reason:
        ET.SubElement(event, "EventOutcomeDescription").text = named(act.reason)


def _participant(root: ET.Element, act: AuditAct, one: Participant) -> None:
    element = ET.SubElement(
        root, "ActiveParticipant", UserID=named(one.id), UserIsRequestor=str(one.is_requestor).lower()
    )
    if one.is_actor and act.actor.client:
        element.set("AlternativeUserID", named(act.actor.client))
    if one.address:
        element.set("NetworkAccessPointID", named(one.address))
        element.set("NetworkAccessPointTypeCode", network_type(one.address))
    if one.role:
        _dicom(element, "RoleIDCode", one.role)
    if one.is_actor:
        for role in act.actor.roles:
            _coded(element, "RoleIDCode", named(role), _OWN, named(role))
    if one.is_media:
        _dicom(ET.SubElement(element, "MediaIdentifier"), "MediaType", dicom_coding("110037"))


def _objects(root: ET.Element, act: AuditAct, source: AuditSource) -> None:
    match act.codes.event_id:
        case "110101":
            log = _object(root, _SYSTEM, _SECURITY_RESOURCE, source.address)
            _identified(log, "12", _RFC3881, "URI", name="Security Audit Log")
        case "110112":
            asked = urlencode(dict(act.detail)) or act.type
            query = _object(root, _SYSTEM, _REPORT, source.address)
            _coded(query, "ParticipantObjectIDTypeCode", "12", _RFC3881, "URI")
            ET.SubElement(query, "ParticipantObjectQuery").text = base64.b64encode(asked.encode()).decode()
        case "110113":
            node = _object(root, _SYSTEM, _SECURITY_RESOURCE, source.id)
            _identified(node, "110182", _DICOM, "Node ID", name=source.id)
            _detail(node, "Alert Description", f"{act.words}: {act.reason}" if act.reason else act.words)
    if act.study or act.codes.event_id in _OF_A_STUDY:
        _study(root, act)
    if act.patient or act.codes.event_id in _OF_A_PATIENT:
        patient = _object(root, _PERSON, _PATIENT, act.patient or UNKNOWN)
        _identified(patient, "2", _RFC3881, "Patient Number", name=_what_it_is(act.patient, "Patient ID"))
        if act.patient_system:
            _detail(patient, "patient-id-system", act.patient_system)
    entry = _object(root, _SYSTEM, _SECURITY_RESOURCE, str(act.index))
    _identified(entry, "audit-log-index", _OWN, "Index in the audit log", name="Entry of the audit log")
    for kind, value in _facts(act):
        _detail(entry, kind, value)


def _study(root: ET.Element, act: AuditAct) -> None:
    study = _object(root, _SYSTEM, _REPORT, act.study or UNKNOWN)
    _identified(study, "110180", _DICOM, "Study Instance UID", name=_what_it_is(act.study, "Study Instance UID"))
    sop_class = str(act.detail.get("sop_class_uid", ""))
    if act.object and sop_class and not is_pseudonym(act.object):
        description = ET.SubElement(study, "ParticipantObjectDescription")
        held = ET.SubElement(description, "SOPClass", UID=sop_class, NumberOfInstances="1")
        ET.SubElement(held, "Instance", UID=named(act.object))


def _what_it_is(value: str, what: str) -> str:
    if not value:
        return f"no {what} is known"
    return f"pseudonym of the {what}" if is_pseudonym(value) else what


def _facts(act: AuditAct) -> Iterator[tuple[str, str]]:
    if act.request_id:
        yield "request-id", act.request_id
    yield from act.facts().items()


def _object(root: ET.Element, kind: str, role: str, own_id: str) -> ET.Element:
    attributes = {
        "ParticipantObjectID": named(own_id), "ParticipantObjectTypeCode": kind, "ParticipantObjectTypeCodeRole": role,
    }  # fmt: skip
    return ET.SubElement(root, "ParticipantObjectIdentification", attributes)


def _identified(element: ET.Element, code: str, scheme: str, meaning: str, *, name: str) -> None:
    _coded(element, "ParticipantObjectIDTypeCode", code, scheme, meaning)
    ET.SubElement(element, "ParticipantObjectName").text = named(name)


def _detail(element: ET.Element, kind: str, value: str) -> None:
    ET.SubElement(element, "ParticipantObjectDetail", type=kind, value=base64.b64encode(named(value).encode()).decode())


def _dicom(parent: ET.Element, tag: str, coding: Coding) -> None:
    _coded(parent, tag, coding.code, _DICOM, coding.display)


def _coded(parent: ET.Element, tag: str, code: str, scheme: str, meaning: str) -> None:
    attributes = {"csd-code": code, "codeSystemName": scheme, "displayName": meaning, "originalText": meaning}
    ET.SubElement(parent, tag, attributes)
