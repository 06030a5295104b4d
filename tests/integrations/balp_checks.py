"""Validators of an AuditEvent that each return what they found wrong: FHIR R4's, IHE BALP's as FHIRPath, and what we promise ourselves.

The invariants are BALP 1.1.4's differentials, element by element (slices by their type, cardinalities, patterns, required bindings).
"""

import base64
import re
from functools import cache

from fhir.resources.R4B.auditevent import AuditEvent
from fhir_checks import _invariant, pyrofile, walk
from pydantic import ValidationError

_BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_THO = "http://terminology.hl7.org/CodeSystem"
_PARTICIPATION = f"{_THO}/v3-ParticipationType"
_AGENT_TYPES = "https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes"


def _agents(system, *codes):
    wanted = " or ".join(f"code = '{code}'" for code in codes)
    return f"agent.where(type.coding.where(system = '{system}' and ({wanted})).exists())"


def _entities(system, code):
    return f"entity.where(type.system = '{system}' and type.code = '{code}')"


def _one_on_the_network(agents):
    return (f"{agents}.count() = 1", f"{agents}.all(who.exists() and network.exists() and media.empty())")


_PATIENT = (
    f"{_entities(f'{_THO}/audit-entity-type', '1')}.count() = 1",
    f"{_entities(f'{_THO}/audit-entity-type', '1')}.all(role.system = '{_THO}/object-role' and role.code = '1')",
    f"{_entities(f'{_THO}/audit-entity-type', '1')}.all(what.exists() and what.type = 'Patient')",
    "entity.count() >= 2",
)
_REQUEST = _entities("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId")
_OBJECT = _entities(f"{_THO}/audit-entity-type", "2")
_DATA = (
    f"{_OBJECT}.count() = 1",
    f"{_OBJECT}.all(what.exists() and role.system = '{_THO}/object-role')",
    f"{_OBJECT}.all(role.code = '3' or role.code = '4' or role.code = '20')",
)
_QUERY = (
    f"{_OBJECT}.count() = 1",
    f"{_OBJECT}.all(role.system = '{_THO}/object-role' and role.code = '24' and query.exists())",
    f"{_OBJECT}.all(what.empty() and lifecycle.empty() and detail.empty())",
)


def _rest(interaction, action, client, server, users, entities):
    user = _agents(_PARTICIPATION, *users)
    subtypes = f"subtype.where(system = 'http://hl7.org/fhir/restful-interaction' and code = '{interaction}')"
    return (
        f"type.system = '{_THO}/audit-event-type' and type.code = 'rest'",
        f"{subtypes}.count() = 1",
        f"action = '{action}'",
        "outcome = '0'",
        "recorded.exists() and source.exists()",
        "agent.count() >= 2",
        *_one_on_the_network(_agents(*client)),
        *_one_on_the_network(_agents(*server)),
        f"{user}.count() <= 1",
        f"{user}.all(who.exists() and requestor = true and media.empty() and network.empty())",
        f"{_REQUEST}.count() <= 1",
        f"{_REQUEST}.all(what.identifier.value.exists())",
        *entities,
    )


_AUTHORS = ("AUT", "INF", "CST")
_SOURCE, _DESTINATION, _APPLICATION = (_DCM, "110153"), (_DCM, "110152"), (_DCM, "110150")
_CUSTODIAN = (f"{_THO}/provenance-participant-type", "custodian")
_FORMS = {
    "Create": _rest("create", "C", _SOURCE, _DESTINATION, _AUTHORS, _DATA),
    "Read": _rest("read", "R", _DESTINATION, _SOURCE, ("IRCP",), _DATA),
    "Update": _rest("update", "U", _SOURCE, _DESTINATION, _AUTHORS, _DATA),
    "Delete": _rest("delete", "D", _APPLICATION, _CUSTODIAN, _AUTHORS, _DATA),
    "Query": _rest("search", "E", _SOURCE, _DESTINATION, ("IRCP",), _QUERY),
}
_OAUTH_USER, _OAUTH_NAMED = _agents(_AGENT_TYPES, "UserOauthAgent"), _agents(_PARTICIPATION, "IRCP")
PROFILES = {
    **{f"{_BALP}.{name}": held for name, held in _FORMS.items()},
    **{f"{_BALP}.Patient{name}": (*held, *_PATIENT) for name, held in _FORMS.items()},
    f"{_BALP}.OAUTHaccessTokenUse.Comprehensive": (
        f"{_agents(*_APPLICATION)}.count() = 1",
        f"{_agents(*_APPLICATION)}.all(who.identifier.value.exists() and media.empty())",
        f"{_OAUTH_NAMED}.count() <= 1",
        f"{_OAUTH_NAMED}.all(who.identifier.system.exists() and who.identifier.value.exists())",
        f"{_OAUTH_NAMED}.all(requestor = true and policy.count() = 1 and media.empty() and network.empty())",
    ),
    f"{_BALP}.OAUTHaccessTokenUse.Minimal": (
        f"{_OAUTH_USER}.count() >= 1",
        f"{_OAUTH_USER}.all(requestor = true and policy.count() = 1 and media.empty() and network.empty())",
        f"{_OAUTH_USER}.all(policy.first().startsWith('urn:ietf:params:oauth:jti:'))",
    ),
    f"{_BALP}.PrivacyDisclosure.Source": (
        f"modifierExtension.empty() and type.system = '{_DCM}' and type.code = '110106'",
        f"subtype.where(system = '{_THO}/iso-21089-lifecycle' and code = 'disclose').count() = 1",
        "action = 'R' and outcome.exists() and recorded.exists() and agent.count() >= 2",
        *(f for f in _one_on_the_network(_agents(*_SOURCE)) if "media" not in f),
        f"{_agents(*_SOURCE)}.all(who.exists() and network.exists())",
        f"{_agents(*_SOURCE)}.who.identifier.value = source.observer.identifier.value",
        f"{_agents(*_DESTINATION)}.count() = 1",
        f"{_agents(*_DESTINATION)}.all(who.exists() and network.exists())",
        *_PATIENT,
    ),
}
OURS = (
    # Required bindings and the invariant of R4 that the models let pass.
    "action = 'C' or action = 'R' or action = 'U' or action = 'D' or action = 'E'",
    "outcome = '0' or outcome = '4' or outcome = '8' or outcome = '12'",
    "agent.network.all(type = '1' or type = '2' or type = '5')",
    "entity.all(name.empty() or query.empty())",
    "id.matches('^[0-9]+-[0-9a-f]{32}$')",
    f"meta.security.where(system = '{_THO}/v3-Confidentiality' and code = 'R').count() = 1",
    "agent.where(requestor = true).count() <= 1",
    "source.observer.identifier.value.exists()",
    "entity.where(what.identifier.system.endsWith('/audit-log-index')).count() = 1",
    "entity.where(what.identifier.system.endsWith('/audit-log-index')).detail.where(type = 'leaf-hash').count() = 1",
    f"entity.where(type.system = '{_THO}/audit-entity-type' and type.code = '1').count() <= 1",
    f"type.system = '{_DCM}' or meta.profile.exists()",
)


def by_fhir_resources(event):
    try:
        AuditEvent.model_validate(event)
    except ValidationError as error:
        return [str(error)]
    return []


def by_pyrofile(event):
    # It does not have IHE's guide, whose profiles are checked by their invariants, nor the code systems that it names.
    known = ("Profile", "Unable to resolve profile", "Unknown profile")
    errors = [issue for issue in pyrofile().validate_resource(event).issues if issue.severity in ("error", "fatal")]
    # Of a base64Binary within a backbone element it wants Python's own type; fhir.resources reads the value itself.
    own = "must be EncodedBytes"
    return [f"{e.code} {e.message}" for e in errors if not e.message.startswith(known) and not e.message.endswith(own)]


@cache
def _fits(expression):
    return _invariant(expression)


def by_paths(event):
    """The invariants that it breaks, of the profiles that it claims and of our own; an unknown profile is a fault."""
    claimed = event.get("meta", {}).get("profile", ())
    faults = [f"a profile that there is not: {profile}" for profile in claimed if profile not in PROFILES]
    held = [e for profile in claimed for e in PROFILES.get(profile, ())]
    for expression in (*held, *OURS):
        try:
            holds = _fits(expression)(event) == [True]
        except Exception:  # noqa: BLE001 - whatever a mutant does to a path: it is a fault
            holds = False
        if not holds:
            faults.append(expression)
    return faults


def by_form(event):
    """What FHIR's types forbid and a model may let pass: empty values, blanks in URIs, an instant without its zone."""
    faults = []
    for path, node in walk(event):
        if node in ("", None, [], {}):
            faults.append(f"empty {path}")
        if path and path[-1] in ("system", "reference") and not re.fullmatch(r"\S+", str(node)):
            faults.append(f"no URI {path}")
        if path and path[-1] == "query" and not _is_base64(node):
            faults.append("no base64")
        if len(path) > 1 and path[-2] in ("policy", "profile") and not re.fullmatch(r"\S+", str(node)):
            faults.append(f"no URI {path}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", event.get("recorded", "")):
        faults.append("no instant")
    return faults


def _is_base64(text):
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


CHECKS = (by_fhir_resources, by_pyrofile, by_paths, by_form)


def faults(event):
    return [fault for check in CHECKS for fault in check(event)]
