"""What may be written into the trail: a closed list of acts, in DICOM's own audit codes (PS3.16 CID 400 and 401).

An event says who did what to which study, when, what for, and how it ended. It holds no patient data: patient, study and
object are pseudonyms (`audit.subject`), and every other field has a shape that names, dates and free text do not fit into.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, Self


class EventType(StrEnum):
    """Every act that leaves an entry.

    ``event_id`` is its DICOM event (CID 400), ``event_type`` its closer kind (CID 401, "" where none is defined),
    ``action`` its EventActionCode: C(reate), R(ead), U(pdate), D(elete), E(xecute) (PS3.15 A.5.1).
    """

    event_id: str
    event_type: str
    action: str

    def __new__(cls, value: str, event_id: str, action: str, event_type: str = "") -> Self:
        """Make a member that is its name in the trail and carries its codes."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.event_id, member.action, member.event_type = event_id, action, event_type
        return member

    SERVICE_STARTED = "service-started", "110100", "E", "110120"
    SERVICE_STOPPED = "service-stopped", "110100", "E", "110121"
    CONFIGURATION_IN_USE = "configuration-in-use", "110100", "R"
    CONFIGURATION_CHANGED = "configuration-changed", "110100", "U"
    MODEL_IN_USE = "model-in-use", "110100", "R"
    MODEL_CHANGED = "model-changed", "110100", "U"
    CLIENT_KEY_CHANGED = "client-key-changed", "110100", "U"
    SUBJECT_KEY_CHANGED = "subject-key-changed", "110100", "U"
    CLOCK_STEPPED = "clock-stepped", "110100", "E"

    ASSOCIATION_OPENED = "association-opened", "110114", "E", "110122"
    ASSOCIATION_REFUSED = "association-refused", "110113", "E", "110126"
    INSTANCE_RECEIVED = "instance-received", "110104", "C"
    INSTANCE_REFUSED = "instance-refused", "110104", "C"
    INSTANCE_DECLINED = "instance-declined", "110104", "C"
    INSTANCE_ALREADY_HELD = "instance-already-held", "110104", "R"
    INSTANCE_REVISED = "instance-revised", "110104", "U"
    INSTANCE_CONFLICTING = "instance-conflicting", "110104", "C"
    INSTANCE_UPLOADED = "instance-uploaded", "110107", "C"

    IMAGE_ANALYSED = "image-analysed", "110103", "E"
    IMAGE_PARKED = "image-parked", "110103", "E"
    IMAGE_RETRIED = "image-retried", "110100", "E"
    REPORT_RETRIED = "report-retried", "110100", "E"
    OBJECT_WRITTEN = "object-written", "110103", "C"
    REPORT_WRITTEN = "report-written", "110111", "C"
    REPORT_PARKED = "report-parked", "110111", "E"

    VERDICT_GIVEN = "verdict-given", "110111", "C"
    VERDICT_AMENDED = "verdict-amended", "110111", "U"
    SECOND_OPINION_ASKED = "second-opinion-asked", "110111", "E"
    SECOND_OPINION_WITHDRAWN = "second-opinion-withdrawn", "110111", "E"
    SECOND_OPINION_GIVEN = "second-opinion-given", "110111", "C"
    VERDICTS_EXPORTED = "verdicts-exported", "110106", "R"

    TRANSFER_BEGUN = "transfer-begun", "110102", "E"
    TRANSFER_ENDED = "transfer-ended", "110104", "R"
    DELIVERY_PARKED = "delivery-parked", "110100", "E"
    DELIVERY_RETRIED = "delivery-retried", "110100", "E"

    STUDIES_QUERIED = "studies-queried", "110112", "E"
    STUDY_SHOWN = "study-shown", "110103", "R"
    PATIENT_CHANGED = "patient-changed", "110111", "U"
    STUDY_WITHDRAWN = "study-withdrawn", "110111", "U"
    STUDY_ERASED = "study-erased", "110105", "D"
    PATIENT_ERASED = "patient-erased", "110105", "D"
    PATIENT_RESTRICTED = "patient-restricted", "110111", "U"
    PATIENT_RELEASED = "patient-released", "110111", "U"
    PATIENT_RECTIFIED = "patient-rectified", "110111", "U"
    ACCESS_ANSWERED = "access-answered", "110106", "R"
    PIXELS_EXPIRED = "pixels-expired", "110105", "D"

    USER_SIGNED_IN = "user-signed-in", "110114", "E", "110122"
    USER_SIGNED_OUT = "user-signed-out", "110114", "E", "110123"
    SESSIONS_ENDED = "sessions-ended", "110114", "E", "110123"
    SIGN_IN_REFUSED = "sign-in-refused", "110113", "E", "110126"
    TOKEN_ISSUED = "token-issued", "110114", "E", "110122"
    TOKEN_REFUSED = "token-refused", "110113", "E", "110126"
    ACCESS_DENIED = "access-denied", "110113", "E", "110132"
    AUDIT_READ = "audit-read", "110101", "R"
    AUDIT_EXPORTED = "audit-exported", "110101", "R"
    LOG_CONTRADICTED = "log-contradicted", "110113", "E"
    AUDIT_RETIRED = "audit-retired", "110101", "D"


class Outcome(StrEnum):
    """How an act ended; ``code`` is DICOM's EventOutcomeIndicator (PS3.15 A.5.1)."""

    code: str

    def __new__(cls, value: str, code: str) -> Self:
        """Make a member that is its word in the trail and carries DICOM's number."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.code = code
        return member

    SUCCESS = "success", "0"
    MINOR_FAILURE = "minor failure", "4"
    SERIOUS_FAILURE = "serious failure", "8"


PURPOSE = re.compile(r"[A-Z]+")
"""HL7 v3 PurposeOfUse: TREAT, ETREAT, HRESCH, ..."""
LEGAL_BASIS = re.compile(r"[a-z0-9-]+(\+[a-z0-9-]+)*")
"""Articles that a site names, joined by a plus: gdpr-6-1-c+gdpr-9-2-h."""
_UID = re.compile(r"[0-9.]{1,64}")  # no stricter: what a careless sender made must be recordable
_CODE = re.compile(r"[a-z][a-z0-9_-]*")
_WORD = re.compile(r"[A-Za-z0-9_.+-]+")
STUDY_NAME = re.compile(r"s-[0-9a-f]{32}")
_SHAPES: Mapping[str, re.Pattern[str]] = {
    # Made by audit.subject, and nothing that a person wrote: without the patient's key they lead to nobody.
    "patient": re.compile(r"p-[0-9a-f]{32}"),
    "study": STUDY_NAME,
    "object": re.compile(r"o-[0-9a-f]{32}"),
    "image_id": re.compile(r"[A-Za-z0-9-]+"),
    "destination": re.compile(r"[A-Za-z0-9_.:@/-]+"),
    "request_id": re.compile(r"[A-Za-z0-9_-]+"),
    "purpose": PURPOSE,
    "legal_basis": LEGAL_BASIS,
}
_LENGTH_MAX = 128

# Findings are left out on purpose: who was found to have what is no business of an audit log.
DETAIL: Mapping[str, re.Pattern[str] | None] = MappingProxyType(
    {
        "reason": _CODE,  # why declined, refused or parked, or received once more
        "error": re.compile(r"[A-Za-z]+"),  # the class of an exception, never its message
        "kind": _CODE,  # summary, overlay, report; study, image, explanation, object
        "sop_class_uid": _UID,
        "transfer_syntax_uid": _UID,
        "sha256": re.compile(r"[0-9a-f]{64}"),
        "model_name": _WORD,
        "model_version": _WORD,
        "model_sha256": re.compile(r"[0-9a-f]{64}"),
        "previous_sha256": re.compile(r"[0-9a-f]{64}"),  # the model before that one
        "version": _WORD,  # of Diafan
        "called_ae_title": re.compile(r"[ -~]+"),  # a stranger's word, made to fit as an agent's id is
        "route": re.compile(r"/[a-z_/{}-]*"),  # the template of an API path: no digit, so no identifier
        "method": re.compile(r"[A-Z]+"),
        "scope": re.compile(r"[A-Za-z.*/ ]+"),
        "informed_on": re.compile(
            r"20\d{2}-\d{2}-\d{2}"
        ),  # when a patient heard that a restriction ends (GDPR Art. 18(3))
        "status": None,  # None: a whole number. DICOM or HTTP status
        "revision": None,
        "attempt": None,
        "count": None,
        "after_index": None,
        "size_bytes": None,
        "duration_ms": None,
    }
)
_INTEGER_MAX = 2**53 - 1  # RFC 8785, 3.2.2.3: beyond it other readers of JSON lose digits


def _stranger(text: str, longest: int = 255) -> str:
    """Make what a stranger calls itself recordable: a refusal must never fail for the name of the one refused."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:longest])


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acted: a person or a system (peer, client, Diafan itself).

    ``id`` is an AE title or a token's subject, ``issuer``, ``token_id`` and ``client`` its iss, jti and client_id,
    ``address`` a network address, ``roles`` what it acted as. ``purpose`` is what it said that it acts for; it stands in the
    event's own field. Strange characters become "?", long names are cut at 255.
    """

    kind: Literal["person", "system"]
    id: str
    client: str = ""
    address: str = ""
    issuer: str = ""
    token_id: str = ""
    roles: tuple[str, ...] = ()
    purpose: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "client", "address", "issuer", "token_id"):
            object.__setattr__(self, name, _stranger(getattr(self, name)))
        object.__setattr__(self, "roles", tuple(_stranger(role, 64) for role in self.roles[:16]))


@dataclass(frozen=True, slots=True)
class Event:
    """One act. ``occurred_at`` is aware; ``patient``, ``study`` and ``object`` are pseudonyms (`audit.subject`); "" means: does not apply.

    ``detail`` takes the keys of `DETAIL` only.

    Raises ValueError for anything that does not have the shape of its field; the message does not repeat the value.
    """

    type: EventType
    occurred_at: datetime
    agent: Agent
    outcome: Outcome = Outcome.SUCCESS
    patient: str = ""
    study: str = ""
    object: str = ""
    image_id: str = ""
    destination: str = ""
    request_id: str = ""
    purpose: str = ""
    legal_basis: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.occurred_at.utcoffset() is None:
            raise ValueError("an event's time needs its offset from UTC")
        for name, shape in _SHAPES.items():
            _check(name, getattr(self, name), shape)
        detail = dict(self.detail)
        if "called_ae_title" in detail:
            detail["called_ae_title"] = _stranger(str(detail["called_ae_title"]), 64)
        for key, value in detail.items():
            if key not in DETAIL:
                raise ValueError("an event's detail has a key that is not in audit.event.DETAIL")
            _check(key, value, DETAIL[key])
        object.__setattr__(self, "detail", MappingProxyType(detail))

    def canonical(self) -> bytes:
        """Write the bytes that are hashed: canonical JSON (RFC 8785), empty fields left out.

        Only strings and whole numbers occur and all keys are ASCII: sorted, compact and unescaped is RFC 8785's form.
        """
        agent: dict[str, Any] = {
            name: getattr(self.agent, name)
            for name in Agent.__slots__
            if name != "purpose" and getattr(self.agent, name)
        }
        body: dict[str, Any] = {name: getattr(self, name) for name in _SHAPES if getattr(self, name)}
        body |= {
            "v": 2,
            "type": self.type,
            "outcome": self.outcome,
            "occurred_at": timestamp(self.occurred_at),
            "agent": agent,
        }
        if self.detail:
            body["detail"] = dict(self.detail)
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def timestamp(moment: datetime) -> str:
    """UTC to the microsecond, always of the same length, so that text sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(name: str, value: str | int, shape: re.Pattern[str] | None) -> None:
    if shape is None:
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _INTEGER_MAX
    else:
        fits = isinstance(value, str) and (value == "" or (len(value) <= _LENGTH_MAX and bool(shape.fullmatch(value))))
    if not fits:
        raise ValueError(f"an event's {name} does not have the shape that the audit trail allows")
