"""What the FHIR API says of itself: a CapabilityStatement (FHIR R4 4.0.1), and where tokens come from (SMART App Launch 2.x)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from fhir.resources.R4B.capabilitystatement import CapabilityStatement

_CHANGED = "2026-11-26"
_SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_HOW = (
    "Bearer tokens with SMART v2 scopes: system/<type>.r to read, .s to search, .rs for both, * for each type. "
    "A token with Diafan's own scope study.read opens all of it but the AuditEvents: those need system/AuditEvent.rs by name, or "
    "Diafan's own scope audit.read."
)
_PATIENTS_DATA = (
    "Send searches that name a patient by POST to _search: what stands in an address may be kept by whatever lies between. "
    "Links of a page repeat no identifier. Results are ordered by when they were last updated, the oldest first."
)


@dataclass(frozen=True, slots=True)
class SearchParam:
    """A search parameter as the CapabilityStatement tells it."""

    name: str
    kind: Literal["token", "reference", "date"]
    about: str


def capability_statement(
    base_url: str,
    version: str,
    types: Mapping[str, Mapping[str, SearchParam]],
    token_url: str = "",
    profiles: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the CapabilityStatement of the API at ``base_url``, validated by fhir.resources; ``token_url`` "": not known now.

    ``profiles`` are the canonical URLs that resources of a type may follow.
    """
    security: dict[str, Any] = {
        "service": [
            {"coding": [{"system": _SECURITY_SERVICE, "code": "SMART-on-FHIR"}], "text": "OAuth2 with SMART scopes"}
        ],
        "description": _HOW,
    }
    if token_url:
        security["extension"] = [{"url": _OAUTH_URIS, "extension": [{"url": "token", "valueUri": token_url}]}]
    statement = {
        "resourceType": "CapabilityStatement",
        "name": "Diafan",
        "title": "Diafan: reports on chest radiographs, to be read",
        "status": "active",
        "date": _CHANGED,
        "description": "Diafan supports a physician and never replaces one: what is preliminary has been seen by nobody.",
        "kind": "instance",
        "software": {"name": "Diafan", "version": version},
        "implementation": {"description": "Diafan", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _PATIENTS_DATA,
                "security": security,
                "resource": [_resource(name, found_by, profiles.get(name, ())) for name, found_by in types.items()],
            }
        ],
    }
    CapabilityStatement.model_validate(statement)
    return statement


def _resource(resource_type: str, found_by: Mapping[str, SearchParam], profiles: Sequence[str]) -> dict[str, Any]:
    return {
        "type": resource_type,
        **({"supportedProfile": list(profiles)} if profiles else {}),
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "readHistory": False,
        "conditionalRead": "not-match",
        "referencePolicy": ["literal", "logical", "local"],
        "searchParam": [
            {"name": each.name, "type": each.kind, "documentation": each.about} for each in found_by.values()
        ],
    }


def smart_configuration(provider: Mapping[str, Any], scopes: list[str]) -> dict[str, Any]:
    """Return the document at ``.well-known/smart-configuration`` for the OpenID provider that describes itself by ``provider``.

    It says of the provider no more than that does: SMART App Launch 2.x, backend services. Without a statement a token endpoint
    takes client_secret_basic (OpenID Connect Discovery 1.0, 3).
    """
    ways = provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    secret = {"client_secret_basic", "client_secret_post"}.intersection(ways)
    capabilities = [
        "permission-v2",
        *(["client-confidential-asymmetric"] if "private_key_jwt" in ways else []),
        *(["client-confidential-symmetric"] if secret else []),
    ]
    algorithms = provider.get("token_endpoint_auth_signing_alg_values_supported")
    return {
        "token_endpoint": provider["token_endpoint"],
        "token_endpoint_auth_methods_supported": ways,
        **({"token_endpoint_auth_signing_alg_values_supported": algorithms} if algorithms else {}),
        "grant_types_supported": provider.get("grant_types_supported", ["authorization_code"]),
        "code_challenge_methods_supported": provider.get("code_challenge_methods_supported", []),
        "scopes_supported": scopes,
        "capabilities": capabilities,
    }
