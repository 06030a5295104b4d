"""Read one resource of the FHIR API (FHIR R4 http, read), and what every other address below it answers."""

from datetime import UTC
from email.utils import format_datetime
from http import HTTPMethod, HTTPStatus

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from audit.event import EventType
from service.api.disclosure import shown
from service.api.fhir_access import AUDIT_EVENT, FhirCaller, expect_access
from service.api.fhir_audit import read_entry
from service.api.fhir_content import contents
from service.api.fhir_outcome import BASE, FhirJson, FhirRoute, expect_json, outcome
from service.api.fhir_types import OF_NOBODY, TYPES
from service.api.principal import Caller, Held
from service.api.problems import ProblemError
from service.app import Diafan
from service.fhir_index import FhirResource
from service.records import Study

router = APIRouter(prefix=BASE, route_class=FhirRoute, include_in_schema=False)
rest = APIRouter(prefix=BASE, route_class=FhirRoute, include_in_schema=False)
"""What no other router answers: it comes last."""


@router.get("/{resource_type}/{resource_id}")
def read_resource(resource_type: str, resource_id: str, request: Request, caller: FhirCaller, diafan: Held) -> Response:
    """Return a resource at its newest version; 304 for who has it (If-None-Match)."""
    if resource_type == AUDIT_EVENT:
        return read_entry(resource_id, request, caller, diafan)
    expect_type(resource_type)
    expect_access(request, diafan, caller, resource_type, "r")
    expect_json(request, request.query_params.get("_format"))
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        key = sa.and_(FhirResource.resource_type == resource_type, FhirResource.id == resource_id.replace("\0", ""))
        row = db.scalar(sa.select(FhirResource).where(key))
        if row is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", f"there is no such {resource_type} here")
        _write_down(db, diafan, caller, row)
        [resource] = contents(db, diafan, [row])
    updated = row.last_updated.astimezone(UTC).replace(microsecond=0)
    headers = {"ETag": f'W/"{row.version}"', "Last-Modified": format_datetime(updated, usegmt=True)}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if "*" in known or headers["ETag"] in known or headers["ETag"].removeprefix("W/") in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return FhirJson(resource, headers=headers)


def expect_type(resource_type: str) -> None:
    """Raise ProblemError (404) for a type that the API does not have."""
    if resource_type not in TYPES:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "not-supported",
            "there are no resources of this type here: /fhir/metadata names those there are",
        )


def _write_down(db: Session, diafan: Diafan, caller: Caller, row: FhirResource) -> None:
    kind = f"fhir-{row.resource_type.lower()}"
    if row.resource_type in OF_NOBODY:
        detail: dict[str, str | int] = {"kind": kind, "count": 1}
        diafan.record(
            db.connection(), EventType.STUDIES_QUERIED, caller.agent, request=caller.request_id, detail=detail
        )
    else:
        shown(db, diafan, caller, db.get_one(Study, row.study_instance_uid), kind, revision=row.version)


@rest.api_route("", methods=[*HTTPMethod])
@rest.api_route("/{address:path}", methods=[*HTTPMethod])
def nothing_there(request: Request) -> FhirJson:
    """Refuse what is no read and no search."""
    if request.method == HTTPMethod.GET:
        return outcome(HTTPStatus.NOT_FOUND, "there is nothing at this address: /fhir/metadata says what there is")
    allowed = {"Allow": "GET, POST"}
    return outcome(HTTPStatus.METHOD_NOT_ALLOWED, "this API is for reading: GET, or POST to _search", headers=allowed)
