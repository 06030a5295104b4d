"""Search the FHIR API by GET, or by POST where a patient is named (FHIR R4 search). What is shown is in the log, study by study."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session

from audit.event import EventType
from service.api.disclosure import shown
from service.api.fhir_access import AUDIT_EVENT, FhirCaller, expect_access
from service.api.fhir_audit import search_log
from service.api.fhir_content import contents
from service.api.fhir_cursor import cursors_of
from service.api.fhir_form import Parameters, of_address, of_form
from service.api.fhir_outcome import BASE, FhirJson, FhirRoute, expect_json
from service.api.fhir_parameters import CURSOR, read_search
from service.api.fhir_query import Place, Search
from service.api.fhir_read import expect_type
from service.api.fhir_types import OF_NOBODY
from service.api.principal import Caller, Held
from service.api.problems import ProblemError
from service.app import Diafan
from service.records import Study

router = APIRouter(prefix=BASE, route_class=FhirRoute, include_in_schema=False)


@router.get("/{resource_type}")
def search_by_address(
    resource_type: str,
    request: Request,
    caller: FhirCaller,
    diafan: Held,
    given: Annotated[Parameters, Depends(of_address)],
) -> FhirJson:
    """Return a page of what fits."""
    return _answer(resource_type, request, caller, diafan, given)


@router.post("/{resource_type}/_search")
def search_by_form(
    resource_type: str,
    request: Request,
    caller: FhirCaller,
    diafan: Held,
    given: Annotated[Parameters, Depends(of_form)],
) -> FhirJson:
    """Return a page of what fits; the parameters travel as a form."""
    return _answer(resource_type, request, caller, diafan, given)


def _answer(resource_type: str, request: Request, caller: Caller, diafan: Diafan, given: Parameters) -> FhirJson:
    if resource_type == AUDIT_EVENT:
        return search_log(request, caller, diafan, given)
    expect_type(resource_type)
    expect_access(request, diafan, caller, resource_type, "s")
    expect_json(request, dict(given).get("_format"))
    base = f"{diafan.settings.api_url.rstrip('/')}{BASE}"
    cursor = dict(given).get(CURSOR)
    if cursor is None:
        is_lenient = "handling=lenient" in request.headers.get("prefer", "").replace(" ", "").lower()
        search = read_search(resource_type, given, diafan.fhir_index.token, base, is_lenient=is_lenient)
    elif {name for name, _ in given} <= {CURSOR, "_format"}:
        search = cursors_of(request).open(cursor, resource_type, Search)
    else:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid-value", "the link to a page takes no further parameters")
    query = urlencode([*search.used, *([(CURSOR, cursor)] if cursor else [])], safe=":*,/")
    own = f"{base}/{resource_type}{f'?{query}' if query else ''}"
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "self", "url": own}]}
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        if search.is_counted_only:
            bundle["total"] = db.scalar(search.total())
            _write_down(db, diafan, caller, search, [])
            return FhirJson(bundle)
        rows = db.execute(search.page()).all()
        page = rows[: search.count]
        _write_down(db, diafan, caller, search, page)
        resources = contents(db, diafan, page)
    if len(rows) > search.count:
        place = Place(last_updated=page[-1].last_updated, id=page[-1].id)
        following = urlencode({CURSOR: cursors_of(request).seal(search.model_copy(update={"after": place}))})
        bundle["link"].append({"relation": "next", "url": f"{base}/{resource_type}?{following}"})
    entries = [
        {"fullUrl": f"{base}/{resource_type}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in resources
    ]
    # FHIR forbids empty lists.
    return FhirJson({**bundle, "entry": entries} if entries else bundle)


def _write_down(db: Session, diafan: Diafan, caller: Caller, search: Search, page: Sequence[Any]) -> None:
    """Leave an entry for the search, and one for each study of which something is shown."""
    kind = f"fhir-{search.resource_type.lower()}"
    diafan.record(
        db.connection(), EventType.STUDIES_QUERIED, caller.agent, request=caller.request_id,
        detail={"kind": kind, "count": len(page)},
    )  # fmt: skip
    if search.resource_type in OF_NOBODY:
        return
    counts = Counter(row.study_instance_uid for row in page)
    for study in db.scalars(sa.select(Study).where(Study.study_instance_uid.in_(counts))):
        shown(db, diafan, caller, study, kind, count=counts[study.study_instance_uid])
