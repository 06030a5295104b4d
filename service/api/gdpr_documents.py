"""An officer's documents, as the settings and the model in use have them: of no patient, and so without an entry of the log."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from integrations.words import Language
from service.api.gdpr import Officer
from service.api.handed import BINARY, made
from service.api.principal import Held
from service.api.problems import responses
from service.gdpr.notice import notice
from service.gdpr.officer_acts import assessment_of, record_of

router = APIRouter(prefix="/gdpr", tags=["rights"], responses=responses(401, 403, 422, 503))

_PDF = "application/pdf"
_DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {_PDF: BINARY}, "description": "the document"}}
_EITHER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            _PDF: BINARY,
            "application/json": {"example": {"document": "gdpr-article-30-record", "language": "en"}},
        },
        "description": "the record",
    }
}
_In = Annotated[Language, Query(description="of the document")]


class RecordForm(StrEnum):
    """For people, or for machines."""

    PDF = "pdf"
    JSON = "json"


@router.get("/notice", summary="Write the notice to patients", response_class=Response, responses=_DOCUMENT)
def write_notice(_caller: Officer, diafan: Held, language: _In = "en") -> Response:
    """For patients whose data come from a PACS and not from themselves (GDPR Art. 14)."""
    return made(notice(diafan.settings, language, diafan.clock()), f"diafan-notice-{language}.pdf", _PDF)


@router.get("/record", summary="Write the record of processing", response_class=Response, responses=_EITHER)
def write_record(
    _caller: Officer,
    diafan: Held,
    language: _In = "en",
    form: Annotated[RecordForm, Query(alias="format", description="for people, or for machines")] = RecordForm.PDF,
) -> Response:
    """Of the processing activities of this installation (GDPR Art. 30). What the settings do not say is left to a person."""
    record, name = record_of(diafan, language), f"diafan-record-{language}.{form.value}"
    if form is RecordForm.JSON:
        return made(record.json().encode(), name, "application/json")
    return made(record.pdf(), name, _PDF)


@router.get(
    "/assessment", summary="Write the sheet of an impact assessment", response_class=Response, responses=_DOCUMENT
)
def write_assessment(_caller: Officer, diafan: Held, language: _In = "en") -> Response:
    """Of this installation (GDPR Art. 35): what the settings say is filled in, what a person judges is empty."""
    return made(assessment_of(diafan, language).pdf(), f"diafan-assessment-{language}.pdf", _PDF)
