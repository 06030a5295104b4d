"""How the FHIR API answers, errors too: FHIR JSON, and an OperationOutcome where anything else has a problem (FHIR R4 http, status codes).

The same refusals as everywhere, in another form: they never repeat what the client sent.
"""

import logging
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.api.dicomweb_media import accepted
from service.api.limits import TooLargeError
from service.api.problems import MEANING, ProblemError
from service.gdpr.restriction_record import RESTRICTED

log = logging.getLogger(__name__)

BASE = "/fhir"
MEDIA_TYPE = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
_JSON = frozenset({MEDIA_TYPE, "application/json", "application/*", "*/*"})
_FORMATS = frozenset({"json", MEDIA_TYPE, "application/json", "text/json"})
_VERSIONS = frozenset({"4.0", "4.0.1"})
# FHIR R4 IssueType, where the status alone says it
_CODES: Mapping[int, str] = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    413: "too-long", 415: "not-supported", 422: "invalid", 503: "transient",
}  # fmt: skip
_KINDS: Mapping[str, str] = {"not-supported": "not-supported", RESTRICTED: "suppressed"}


class FhirJson(JSONResponse):
    """A FHIR R4 resource."""

    media_type = MEDIA_TYPE


class FhirRoute(APIRoute):
    """A route whose every error is an OperationOutcome."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's own handler within ours."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except (ClientDisconnect, TooLargeError):
                raise  # what is around every request knows them
            except Exception as error:  # noqa: BLE001 - logged where it is a failure of ours
                return _refusal(request, error)

        return handler


def expect_json(request: Request, asked_format: str | None = None) -> None:
    """Raise ProblemError (406) for who takes no FHIR R4 JSON; ``_format`` counts instead of the header, where there is one."""
    if asked_format is not None:
        media_type, options = parse_options_header(asked_format)
        wanted = [(media_type.decode("latin-1").lower(), _version(options))]
        known = _FORMATS
    else:
        wanted = [(media_type, options.get("fhirversion", "4.0")) for media_type, options in accepted(request)]
        known = _JSON
    if not any(media_type in known and version in _VERSIONS for media_type, version in wanted):
        raise ProblemError(
            HTTPStatus.NOT_ACCEPTABLE, "not-supported", f"this is answered as {MEDIA_TYPE} only, in FHIR 4.0"
        )


def _version(options: Mapping[bytes, bytes]) -> str:
    return next((v.decode("latin-1") for name, v in options.items() if name.lower() == b"fhirversion"), "4.0")


def outcome(status: int, detail: str, code: str = "", headers: Mapping[str, str] | None = None) -> FhirJson:
    """Return the answer for an error; ``code`` is of FHIR's IssueType, "" where the status says it."""
    issue = {"severity": "error", "code": code or _CODES.get(status, "processing"), "diagnostics": detail}
    return FhirJson({"resourceType": "OperationOutcome", "issue": [issue]}, status, dict(headers or {}))


def _refusal(request: Request, error: Exception) -> FhirJson:
    match error:
        case ProblemError():
            return outcome(error.status, error.detail, _KINDS.get(error.kind, ""), error.headers)
        case HTTPException():
            return outcome(error.status_code, MEANING.get(error.status_code, "the request was refused"), "")
        case RequestValidationError() | sa.exc.DataError():
            return outcome(400, "a value does not have the form that it needs")
        case sa.exc.OperationalError() | sa.exc.TimeoutError():
            return outcome(503, MEANING[503], headers={"Retry-After": "5"})
        case _:
            log.error("request failed", exc_info=error, extra={"request_id": request.state.request_id})
            return outcome(500, MEANING[500], "exception")
