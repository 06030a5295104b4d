"""What a DICOMweb client accepts (PS3.18 8.7), and the media types that we answer with."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from python_multipart.multipart import parse_options_header

from service.api.problems import ProblemError

DICOM_JSON = "application/dicom+json"
_MOST_SENTENCES = 10
_JSON = frozenset({DICOM_JSON, "application/json", "application/*", "*/*"})


class DicomJson(JSONResponse):
    """Data sets in the DICOM JSON model (PS3.18 annex F)."""

    media_type = DICOM_JSON


def accepted(request: Request) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the media ranges of `Accept` with their parameters, in small letters; no header accepts everything.

    Preferences (`q`) are not weighed, because no resource of ours comes in two forms that a client could prefer between.
    """
    for given in _ranges(request):
        media_type, options = parse_options_header(given)
        yield (
            media_type.decode("latin-1").lower(),
            {name.decode("latin-1").lower(): value.decode("latin-1").lower() for name, value in options.items()},
        )


def expect_json(request: Request) -> None:
    """Raise ProblemError (406) for who does not take DICOM JSON, the only form in which we answer."""
    if not any(media_type in _JSON for media_type, _ in accepted(request)):
        raise not_acceptable(DICOM_JSON)


def not_acceptable(offered: str) -> ProblemError:
    """Return the problem of a client that takes nothing of what is ``offered``."""
    return ProblemError(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", f"this is answered as {offered} only")


def json_example(value: Any) -> dict[str, Any]:
    """Return what OpenAPI says of an answer in DICOM JSON."""
    return {DICOM_JSON: {"schema": {"type": "object"}, "example": value}}


def warning(*sentences: str) -> dict[str, str]:
    """Return the header in which DICOMweb says what a status cannot (RFC 7234 5.5); none for no sentence, the first few of many."""
    told = [sentence.replace('"', "'") for sentence in sentences[:_MOST_SENTENCES]]
    if len(sentences) > _MOST_SENTENCES:
        told.append(f"and {len(sentences) - _MOST_SENTENCES} more")
    return {"Warning": ", ".join(f'299 diafan "{sentence}"' for sentence in told)} if told else {}


def _ranges(request: Request) -> list[str]:
    given = ",".join(request.headers.getlist("accept")) or "*/*"
    parts: list[str] = []
    is_quoted = False
    start = 0
    for place, letter in enumerate(given):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "," and not is_quoted:
            parts.append(given[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, given[start:]) if part.strip()]
