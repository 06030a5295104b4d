"""What the FHIR API says of itself to anybody: its CapabilityStatement, and by SMART's document where tokens come from."""

import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from integrations.audit_patterns import CLAIMED
from integrations.capability_statement import capability_statement, smart_configuration
from integrations.errors import EdgeError
from service import __version__
from service.api.fhir_access import AUDIT_EVENT
from service.api.fhir_audit_parameters import FOUND_BY
from service.api.fhir_outcome import BASE, FhirJson, FhirRoute, expect_json
from service.api.fhir_types import TYPES
from service.api.principal import Held
from service.api.problems import ProblemError
from service.smart_scope import ANY, SystemScope

router = APIRouter(prefix=BASE, route_class=FhirRoute, include_in_schema=False)

_LIFETIME_S, _RETRY_S = 300.0, 10.0


class Discovery:
    """What the OpenID provider says of itself, asked for seldom: whoever asks us needs no token."""

    def __init__(
        self, issuer: str, get_json: Callable[[str], Mapping[str, Any]], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._get_json, self._now = issuer, get_json, now
        self._lock = threading.Lock()
        self._document: Mapping[str, Any] | None = None
        self._good_until = float("-inf")

    def document(self) -> Mapping[str, Any] | None:
        """Return the provider's metadata; None where it cannot be had now, or names no token endpoint."""
        with self._lock:
            if self._now() >= self._good_until:
                try:
                    found = self._get_json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                except EdgeError:
                    found = {}
                is_right = found.get("issuer") == self._issuer and isinstance(found.get("token_endpoint"), str)
                self._document = found if is_right else None
                self._good_until = self._now() + (_LIFETIME_S if is_right else _RETRY_S)
            return self._document


@router.get("/metadata")
def metadata(request: Request, diafan: Held) -> FhirJson:
    """Return the CapabilityStatement; where the provider does not answer, it names no token endpoint."""
    expect_json(request, request.query_params.get("_format"))
    discovery: Discovery | None = request.app.state.discovery
    provider = (discovery.document() if discovery else None) or {}
    base = f"{diafan.settings.api_url.rstrip('/')}{BASE}"
    types = {**TYPES, AUDIT_EVENT: FOUND_BY}
    profiles = {AUDIT_EVENT: CLAIMED}
    return FhirJson(capability_statement(base, __version__, types, provider.get("token_endpoint", ""), profiles))


@router.get("/.well-known/smart-configuration")
def smart(request: Request) -> JSONResponse:
    """Return where a system gets its token. The embedded issuer has no such address: `diafan token` prints them."""
    discovery: Discovery | None = request.app.state.discovery
    if discovery is None:
        why = "tokens are printed on this machine by `diafan token`: there is no token endpoint without an OpenID provider"
        raise ProblemError(HTTPStatus.NOT_FOUND, "not-supported", why)
    provider = discovery.document()
    if provider is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "identity-provider-unavailable",
            "the identity provider does not answer now: try again in a moment", {"Retry-After": "5"},
        )  # fmt: skip
    scopes = [str(SystemScope(name, "rs")) for name in (ANY, *TYPES, AUDIT_EVENT)]
    return JSONResponse(smart_configuration(provider, scopes))
