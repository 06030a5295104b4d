"""An act of the audit log as FHIR R4 AuditEvent: by the IHE BALP pattern that it fulfils, else in DICOM's codes.

One entry of the log is one AuditEvent of one patient at most, under an id that the same entry always gets: it may be put there
again and again. Queries are told without their values, which the log does not keep.
"""

import base64
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from integrations import audit_codes as codes
from integrations.audit_act import AuditAct, AuditSource, is_pseudonym
from integrations.audit_agents import balp_agents, holds_token, observer, plain_agents, purposes
from integrations.audit_participants import named
from integrations.audit_patterns import COMPREHENSIVE, DISCLOSED, MINIMAL, Interaction, Pattern, pattern_of
from integrations.codes import BASE, DICOM_UID, Coding
from integrations.fhir_patient import plain_text

_NOT_KEPT = "The log keeps what kind of thing was asked for, and no value that was searched by"
_COUNTED = ("count",)  # BALP, Query: the number of results is not recorded


def audit_event(act: AuditAct, source: AuditSource) -> dict[str, Any]:
    """Return the R4 AuditEvent of ``act`` as ``source`` saw it."""
    pattern = pattern_of(act)
    interaction = pattern.value if isinstance(pattern.value, Interaction) else None
    agents = balp_agents(act, source, interaction) if interaction else plain_agents(act, source)
    resource: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": act.own_id,
        "meta": {"profile": _profiles(act, pattern), "security": [label.as_fhir() for label in _labels(act)]},
        "type": (codes.REST if interaction else codes.dicom_coding(act.codes.event_id)).as_fhir(),
        "subtype": [coding.as_fhir() for coding in _subtypes(act, pattern)],
        "action": act.codes.action,
        "recorded": act.occurred_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "outcome": act.outcome,
        "outcomeDesc": act.reason,
        "purposeOfEvent": purposes(act),
        "agent": agents,
        "source": {
            "site": plain_text(source.site),
            "observer": observer(source),
            "type": [codes.APPLICATION_SERVER.as_fhir()],
        },
        "entity": list(_entities(act, source, interaction, is_query=pattern is Pattern.QUERY)),
    }
    return _without_empty(resource)


def audit_bundle(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the R4 transaction Bundle that puts AuditEvents under their own ids: to send it again changes nothing."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": uuid5(NAMESPACE_URL, f"{BASE}/AuditEvent/{event['id']}").urn,
                "resource": event,
                "request": {"method": "PUT", "url": f"AuditEvent/{event['id']}"},
            }
            for event in events
        ],
    }


def _profiles(act: AuditAct, pattern: Pattern) -> list[str]:
    if pattern is Pattern.DISCLOSURE:
        return [DISCLOSED]
    if not isinstance(pattern.value, Interaction):
        return []
    own = [pattern.value.profile(of_a_patient=bool(act.patient))]
    if holds_token(act):
        own.append(COMPREHENSIVE if act.actor.client and act.actor.id else MINIMAL)
    return own


def _labels(act: AuditAct) -> Iterable[Coding]:
    yield codes.RESTRICTED
    if any(map(is_pseudonym, (act.patient, act.study, act.object))):
        yield codes.PSEUDONYMISED


def _subtypes(act: AuditAct, pattern: Pattern) -> Iterable[Coding]:
    if isinstance(pattern.value, Interaction):
        yield pattern.value.subtype
        yield codes.dicom_coding(act.codes.event_id)
    if pattern is Pattern.DISCLOSURE:
        yield codes.DISCLOSE
    if act.codes.event_type:
        yield codes.dicom_coding(act.codes.event_type)
    yield codes.act_coding(act.type, act.words)


def _entities(
    act: AuditAct, source: AuditSource, interaction: Interaction | None, *, is_query: bool
) -> Iterable[dict[str, Any]]:
    if act.patient:
        yield _entity(codes.PERSON, codes.PATIENT_ROLE, what=_patient(act))
    if is_query:
        asked = urlencode({key: value for key, value in act.detail.items() if key not in _COUNTED}) or act.type
        yield {
            **_entity(codes.SYSTEM_OBJECT, codes.QUERY_ROLE),
            "description": _NOT_KEPT,
            "query": base64.b64encode(asked.encode()).decode(),
        }
    elif interaction:
        yield _entity(codes.SYSTEM_OBJECT, codes.DOMAIN_RESOURCE_ROLE, what=_data(act))
    elif act.study:
        yield _entity(codes.SYSTEM_OBJECT, codes.REPORT_ROLE, what=_study(act))
    if act.codes.event_id == "110101":
        log = {"identifier": {"system": codes.LOGS, "value": source.id}}
        yield {**_entity(codes.SYSTEM_OBJECT, codes.SECURITY_RESOURCE_ROLE, what=log), "name": "Security Audit Log"}
    if act.request_id:
        yield _entity(codes.REQUEST, what={"identifier": {"value": act.request_id}})
    facts = {key: value for key, value in act.facts().items() if not (is_query and key in _COUNTED)}
    entry = {"identifier": {"system": codes.ENTRIES, "value": str(act.index)}}
    yield {
        **_entity(codes.OTHER, codes.SECURITY_RESOURCE_ROLE, what=entry),
        "name": "Entry of the audit log",
        "detail": [{"type": key, "valueString": named(value)} for key, value in facts.items()],
    }


def _entity(kind: Coding, role: Coding | None = None, *, what: dict[str, Any] | None = None) -> dict[str, Any]:
    entity: dict[str, Any] = {"what": what} if what else {}
    entity["type"] = kind.as_fhir()
    return {**entity, "role": role.as_fhir()} if role else entity


def _data(act: AuditAct) -> dict[str, Any]:
    if act.study:
        return _study(act)
    if model := act.detail.get("model_sha256"):
        identifier = {"system": f"{BASE}/identifier/model-manifest-sha256", "value": str(model)}
        return {"type": "Device", "identifier": identifier}
    return _patient(act) if act.patient else {"display": act.words}


def _patient(act: AuditAct) -> dict[str, Any]:
    system = codes.PSEUDONYMS if is_pseudonym(act.patient) else act.patient_system
    return {"type": "Patient", "identifier": _without_empty({"system": system, "value": named(act.patient)})}


def _study(act: AuditAct) -> dict[str, Any]:
    if is_pseudonym(act.study):
        identifier = {"system": codes.PSEUDONYMS, "value": act.study}
    else:
        identifier = {"system": DICOM_UID, "value": f"urn:oid:{act.study}"}
    return {"type": "ImagingStudy", "identifier": identifier}


def _without_empty(node: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, all the way down: FHIR knows no empty values."""
    full = {key: _without_empty(value) if isinstance(value, dict) else value for key, value in node.items()}
    return {key: value for key, value in full.items() if value not in ("", [], {}, None)}
