"""Who took part in an act, as agents of a FHIR R4 AuditEvent: in the roles of an IHE BALP pattern, or in DICOM's."""

from typing import Any
from urllib.parse import quote

from integrations import audit_codes as codes
from integrations.audit_act import AuditAct, AuditSource
from integrations.audit_participants import Participant, named, network_type, participants
from integrations.audit_patterns import Interaction
from integrations.codes import Coding
from integrations.fhir_patient import plain_text

_URI_SAFE = "-._~:/?#[]@!$&'()*+,;=%"


def balp_agents(act: AuditAct, source: AuditSource, interaction: Interaction) -> list[dict[str, Any]]:
    """Return client, server and, where somebody is behind the client, user.

    A token's iss and sub, jti and client_id stand where BALP looks for them. A person who came with a session has no jti.
    """
    has_user = act.actor.kind == "person" or holds_token(act)
    client_types = [interaction.client]
    if act.actor.client and codes.APPLICATION not in client_types:
        client_types.append(codes.APPLICATION)
    client = {
        "type": _types(*client_types),
        "who": _client(act),
        "requestor": not has_user,
        "network": _network(act.actor.address),
    }
    server = {
        "type": _types(interaction.server),
        "who": observer(source),
        "requestor": False,
        "network": _network(source.address),
    }
    return [client, server, _user(act, interaction)] if has_user else [client, server]


def plain_agents(act: AuditAct, source: AuditSource) -> list[dict[str, Any]]:
    """Return who took part as DICOM's audit messages have it; a way that data took is no agent."""
    return [_agent(act, source, one) for one in participants(act, source) if not one.is_media]


def holds_token(act: AuditAct) -> bool:
    """Tell whether the actor came with a token that has an id."""
    return bool(plain_text(act.actor.token_id))


def observer(source: AuditSource) -> dict[str, Any]:
    """Return the reference to who kept the log."""
    return {"type": "Device", "identifier": {"system": codes.DEVICES, "value": named(source.id)}, "display": source.id}


def purposes(act: AuditAct) -> list[dict[str, Any]]:
    """Return what the act was for (HL7 v3 PurposeOfUse), as far as the log says."""
    return [{"coding": [{"system": codes.PURPOSES, "code": act.purpose}]}] if act.purpose else []


def _user(act: AuditAct, interaction: Interaction) -> dict[str, Any]:
    types = [interaction.user]
    if holds_token(act):
        types = list(dict.fromkeys([interaction.user, codes.RECIPIENT, codes.OAUTH_USER]))
    return {"type": _types(*types), "who": _who(act), "requestor": True, **_claims(act)}


def _agent(act: AuditAct, source: AuditSource, one: Participant) -> dict[str, Any]:
    agent: dict[str, Any] = {"type": _types(one.role)} if one.role else {}
    if one.id == source.id:
        agent["who"] = observer(source)
    elif one.is_actor:
        agent["who"] = _who(act)
    else:
        agent["who"] = {"type": "Device", "identifier": {"system": codes.DESTINATIONS, "value": one.id}}
    agent["requestor"] = one.is_requestor
    if one.is_actor and one.id != source.id:
        agent |= _claims(act)
    if one.address:
        agent["network"] = _network(one.address)
    return agent


def _claims(act: AuditAct) -> dict[str, Any]:
    """Return what a token says of who holds it, beside their name."""
    claims: dict[str, Any] = {"name": named(act.actor.id)}
    if roles := [plain_text(role) for role in act.actor.roles if plain_text(role)]:
        claims["role"] = [{"text": role} for role in roles]
    if holds_token(act):
        claims["policy"] = [f"{codes.TOKEN_ID}{quote(plain_text(act.actor.token_id), safe=_URI_SAFE)}"]
    if act.purpose:
        claims["purposeOfUse"] = purposes(act)
    return claims


def _who(act: AuditAct) -> dict[str, Any]:
    system = quote(plain_text(act.actor.issuer), safe=_URI_SAFE) or codes.AGENTS
    kind = "Practitioner" if act.actor.kind == "person" else "Device"
    return {"type": kind, "identifier": {"system": system, "value": named(act.actor.id)}}


def _client(act: AuditAct) -> dict[str, Any]:
    if act.actor.client:
        return {"type": "Device", "identifier": {"system": codes.CLIENTS, "value": named(act.actor.client)}}
    if act.actor.kind == "system":
        return _who(act)
    return {"type": "Device", "display": "a browser with a session"}


def _types(*types: Coding) -> dict[str, Any]:
    return {"coding": [coding.as_fhir() for coding in types]}


def _network(address: str) -> dict[str, str]:
    return {"address": named(address), "type": network_type(address)}
