"""The parameters of a search as they arrive: in the address, or as a form where they shall not stand there (FHIR R4 search)."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import Request

from service.api.fhir_outcome import FORM
from service.api.problems import ProblemError

_LARGEST_FORM_BYTES = 64_000
_FIELDS_MAX = 100
Parameters = list[tuple[str, str]]


async def of_form(request: Request) -> Parameters:
    """Return the parameters of a form, and of the address after them; raises ProblemError (400, 413, 415)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-supported", f"send the search as {FORM}")
    form = bytearray()
    async for chunk in request.stream():
        form += chunk
        if len(form) > _LARGEST_FORM_BYTES:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "this is too much for a search")
    return _parsed(bytes(form)) + of_address(request)


def of_address(request: Request) -> Parameters:
    """Return the parameters of the address; raises ProblemError (400)."""
    return _parsed(request.scope["query_string"])


def _parsed(form: bytes) -> Parameters:
    try:
        return parse_qsl(form.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid-value", "the parameters cannot be read") from None
