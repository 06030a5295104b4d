"""One act of the audit log as plain values: what the standards' audit messages are made from, whatever keeps the log."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast

_OUTCOMES = {"success": "0", "minor failure": "4", "serious failure": "8"}
_PSEUDONYM = re.compile(r"[pso]-[0-9a-f]{32}")
_VERSIONS = (1, 2)


@dataclass(frozen=True, slots=True)
class ActCodes:
    """What DICOM calls an act: its event (CID 400), its closer kind (CID 401, "" for none) and its action, C R U D or E."""

    event_id: str
    event_type: str
    action: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a person or a system. ``issuer``, ``token_id`` and ``client`` are a token's iss, jti and client_id; "": unknown."""

    kind: Literal["person", "system"]
    id: str
    client: str = ""
    address: str = ""
    issuer: str = ""
    token_id: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditSource:
    """Who kept the log: its name, its address (URI or host), and where it stands ("": not said)."""

    id: str = "diafan"
    address: str = "localhost"
    site: str = ""


@dataclass(frozen=True, slots=True)
class AuditAct:
    """One logged act. ``outcome`` is 0, 4 or 8 (PS3.15 A.5.1); ``occurred_at`` is aware; "" means: does not apply.

    ``patient``, ``study`` and ``object`` are the log's pseudonyms, or what they stand for where the receiver may know: a Patient ID
    under the URI ``patient_system``, and DICOM UIDs. ``index`` and ``leaf_hash`` (hex) are its place in the log.
    """

    type: str
    codes: ActCodes
    outcome: str
    occurred_at: datetime
    actor: Actor
    index: int
    leaf_hash: str
    patient: str = ""
    patient_system: str = ""
    study: str = ""
    object: str = ""
    image: str = ""
    destination: str = ""
    request_id: str = ""
    purpose: str = ""
    legal_basis: str = ""
    detail: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> str:
        """What a person reads for the type: ``study-shown`` is "Study shown"."""
        return self.type.replace("-", " ").capitalize()

    @property
    def own_id(self) -> str:
        """The name that the same entry always gets: at most 64 characters of A-Z, a-z, 0-9 and "-" (FHIR R4 id)."""
        return f"{self.index}-{self.leaf_hash[:32]}"

    @property
    def reason(self) -> str:
        """Why it ended as it did, as a code; "" where nothing is said."""
        return str(self.detail.get("reason") or self.detail.get("error") or "")

    def facts(self) -> dict[str, str]:
        """Return what the standards have no element for, by name: all of it text, none of it empty."""
        told = {
            "image": self.image,
            "object": self.object,
            "destination": self.destination,
            "client": self.actor.client,
            "purpose": self.purpose,
            "legal-basis": self.legal_basis,
            **{key.replace("_", "-"): str(value) for key, value in self.detail.items()},
            "leaf-hash": self.leaf_hash,
        }
        return {key: value for key, value in told.items() if value}


def act_from_event(event: Mapping[str, Any], codes: ActCodes, *, index: int, leaf_hash: str) -> AuditAct:
    """Read an entry of the log: its canonical JSON, parsed, as of version 1 (with UIDs) or 2 (with pseudonyms).

    Raises ValueError for another version or an outcome that there is not.
    """
    if event.get("v") not in _VERSIONS:
        raise ValueError("this entry of the log is of a version that is not known here")
    if event["outcome"] not in _OUTCOMES:
        raise ValueError("this entry of the log has an outcome that is not known here")
    agent = event["agent"]
    return AuditAct(
        type=event["type"],
        codes=codes,
        outcome=_OUTCOMES[event["outcome"]],
        occurred_at=datetime.fromisoformat(event["occurred_at"]),
        actor=Actor(
            kind=cast("Literal['person', 'system']", agent["kind"]),
            id=agent.get("id", ""),
            client=agent.get("client", ""),
            address=agent.get("address", ""),
            issuer=agent.get("issuer", ""),
            token_id=agent.get("token_id", ""),
            roles=tuple(agent.get("roles", ())),
        ),
        index=index,
        leaf_hash=leaf_hash,
        patient=event.get("patient", ""),
        study=event.get("study") or event.get("study_uid", ""),
        object=event.get("object") or event.get("object_uid", ""),
        image=event.get("image_id", ""),
        destination=event.get("destination", ""),
        request_id=event.get("request_id", ""),
        purpose=event.get("purpose", ""),
        legal_basis=event.get("legal_basis", ""),
        detail=MappingProxyType(dict(event.get("detail", {}))),
    )


def is_pseudonym(value: str) -> bool:
    """Tell whether ``value`` is one of the log's own names for a patient, a study or an object."""
    return _PSEUDONYM.fullmatch(value) is not None
