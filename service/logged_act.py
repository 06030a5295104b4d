"""An entry of the audit log as the plain values that the standards' audit messages are made from (`integrations.audit_act`)."""

from audit.event import EventType
from audit.trail import Entry
from integrations.audit_act import ActCodes, AuditAct, AuditSource, act_from_event
from service.recorder import SYSTEM
from service.settings import Settings

_KINDS = {kind.value: kind for kind in EventType}
_OF_ANOTHER_VERSION = ActCodes("110100", "", "E")


def codes_of(kind: EventType) -> ActCodes:
    """Return DICOM's codes of a type of act."""
    return ActCodes(kind.event_id, kind.event_type, kind.action)


def act_of(entry: Entry) -> AuditAct:
    """Return the act that an entry tells of; a word that this version does not know is an application activity."""
    kind = _KINDS.get(entry.event["type"])
    codes = codes_of(kind) if kind else _OF_ANOTHER_VERSION
    return act_from_event(entry.event, codes, index=entry.index, leaf_hash=entry.leaf_hash)


def source_of(settings: Settings) -> AuditSource:
    """Return who keeps the log: this service, under the address by which others reach it."""
    return AuditSource(id=SYSTEM.id, address=settings.api_url.rstrip("/"))
