"""Who took part in an act, and in which role, as DICOM's audit messages name them (PS3.15 A.5.3)."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace

from integrations.audit_act import AuditAct, AuditSource
from integrations.audit_codes import (
    APPLICATION,
    DESTINATION,
    DESTINATION_MEDIA,
    LAUNCHER,
    SOURCE,
    SOURCE_MEDIA,
)
from integrations.codes import Coding
from integrations.fhir_patient import plain_text

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Participant:
    """One of them. ``is_actor``: it is who the log names; ``address`` "" is not known; ``is_media``: a way that data took."""

    id: str
    role: Coding | None = None
    is_requestor: bool = False
    address: str = ""
    is_actor: bool = False
    is_media: bool = False


def participants(act: AuditAct, source: AuditSource) -> list[Participant]:
    """Return who took part, in the order of the message's table in PS3.15 A.5.3.

    At most one of them is the requestor (A.5.2); of a security alert nobody is (A.5.3.11).
    """
    ours = Participant(source.id, address=source.address)
    actor = Participant(named(act.actor.id), is_requestor=True, address=act.actor.address, is_actor=True)
    if act.actor.id == source.id:
        ours = actor = replace(ours, is_requestor=True, is_actor=True)
    match act.codes.event_id:
        case "110100":
            found = [replace(ours, role=APPLICATION), replace(actor, role=LAUNCHER)]
        case "110102" | "110104" if act.destination:
            receiver = Participant(named(act.destination), DESTINATION, address=act.destination)
            found = [replace(ours, role=SOURCE), receiver, actor]
        case "110102" | "110104" | "110112":
            found = [replace(actor, role=SOURCE), replace(ours, role=DESTINATION)]
        case "110106":
            found = [replace(actor, role=DESTINATION), replace(ours, role=SOURCE), _media(source, DESTINATION_MEDIA)]
        case "110107":
            found = [replace(ours, role=DESTINATION), _media(source, SOURCE_MEDIA), replace(actor, role=SOURCE)]
        case "110113":
            found = [replace(ours, is_requestor=False), replace(actor, is_requestor=False)]
        case "110114":
            found = [replace(actor, address=actor.address or UNKNOWN), ours]
        case _:
            found = [actor, ours]
    return list(_told_once(found, source.id))


def _told_once(found: list[Participant], own_id: str) -> Iterator[Participant]:
    """Leave out Diafan where it comes again without a role in a transfer, and any requestor after the first."""
    is_requested = False
    for place, one in enumerate(found):
        if place and one.is_actor and one.id == own_id and one.role in (None, LAUNCHER):
            continue
        yield replace(one, is_requestor=one.is_requestor and not is_requested)
        is_requested |= one.is_requestor


def _media(source: AuditSource, role: Coding) -> Participant:
    return Participant(source.address, role, is_media=True)


def named(name: str) -> str:
    """Return a name as the messages can hold it: printable, and never empty."""
    return plain_text(name) or UNKNOWN


def network_type(address: str) -> str:
    """Return what an address is: 1 a machine's name, 2 an IP address, 5 a URI (PS3.15 A.5.1, FHIR R4 network-type)."""
    if "://" in address:
        return "5"
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return "1"
    return "2"
