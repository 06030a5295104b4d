"""Acts for the tests of the audit messages: every type of the log, by every kind of actor, as the log itself writes it."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

from audit.event import Agent, Event, EventType, Outcome
from integrations.audit_act import ActCodes, AuditSource, act_from_event

SOURCE = AuditSource("diafan", "https://diafan.hospital.example/api", "Szpital Miejski")
AT = datetime(2026, 1, 5, 10, 11, 12, 345678, tzinfo=UTC)
PATIENT, STUDY, OBJECT = "p-" + "1a" * 16, "s-" + "2b" * 16, "o-" + "3c" * 16
DIAFAN = Agent(kind="system", id="diafan")
PACS = Agent(kind="system", id="PEERPACS", address="10.1.2.3")
CLIENT = Agent(
    kind="system", id="ehr", client="ehr", address="2001:db8::7", issuer="https://id.example", token_id="jti-0001"
)
PHYSICIAN = Agent(
    kind="person", id="a-physician", address="10.1.2.4", issuer="https://id.example", roles=("physician",)
)
WITH_TOKEN = replace(PHYSICIAN, client="viewer", token_id="jti 0002")
NAMELESS_CLIENT = replace(PHYSICIAN, token_id="jti-0003")
AGENTS = {
    "diafan": DIAFAN, "pacs": PACS, "client": CLIENT, "physician": PHYSICIAN,
    "with-token": WITH_TOKEN, "nameless-client": NAMELESS_CLIENT,
}  # fmt: skip
DETAIL = {"kind": "image", "count": 3, "model_sha256": "ab" * 32, "sop_class_uid": "1.2.840.10008.5.1.4.1.1.1"}


def entry(kind, agent=PHYSICIAN, outcome=Outcome.SUCCESS, **other):
    """Return the log's own JSON of an act."""
    said = {
        "patient": PATIENT, "study": STUDY, "object": OBJECT, "image_id": "0b0e", "request_id": "req-1",
        "purpose": "TREAT", "legal_basis": "gdpr-6-1-c+gdpr-9-2-h", "detail": DETAIL,
    } | other  # fmt: skip
    if kind.value.startswith("transfer-"):
        said.setdefault("destination", "pacs.example:104")
    return json.loads(Event(type=kind, occurred_at=AT, agent=agent, outcome=outcome, **said).canonical())


def act(kind, agent=PHYSICIAN, outcome=Outcome.SUCCESS, **other):
    """Return an act as its messages are made from."""
    index = list(EventType).index(kind)
    leaf_hash = hashlib.sha256(f"{kind}{agent}{outcome}{other}".encode()).hexdigest()
    codes = ActCodes(kind.event_id, kind.event_type, kind.action)
    return act_from_event(entry(kind, agent, outcome, **other), codes, index=index, leaf_hash=leaf_hash)


def all_acts():
    """Yield (what it is, act) for every type by every actor, and with what may be missing or known."""
    for kind in EventType:
        for name, agent in AGENTS.items():
            yield f"{kind} by {name}", act(kind, agent)
        yield (
            f"{kind} failed",
            act(kind, outcome=Outcome.SERIOUS_FAILURE, detail={"reason": "no-room", "status": 42752}),
        )
        yield f"{kind} of nobody", act(kind, patient="", study="", object="", image_id="", request_id="", detail={})
        yield f"{kind} of a study without a patient", act(kind, patient="")
        yield f"{kind} of a patient without a study", act(kind, study="", detail={})
        known = replace(
            act(kind), patient="CANARY 0815", patient_system="urn:oid:1.2.3.4", study="1.2.3", object="1.2.3.4.5"
        )
        yield f"{kind} as a receiver who may know is told", known
