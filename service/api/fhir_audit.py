"""The audit log as FHIR R4 AuditEvents, for who answers for it: read and search. Each leaves an entry in the log.

Patients and studies stand in it under the log's pseudonyms. An AuditEvent has one version, and is never changed. The routes are those
of every type (`fhir_read`, `fhir_search`).
"""

import re
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import Request, Response

from audit import trail
from audit.event import EventType
from audit.search import search
from service.api.audit_log import in_sequence
from service.api.fhir_access import AUDIT_EVENT, expect_audit_access
from service.api.fhir_audit_parameters import read_audit_search
from service.api.fhir_audit_query import AuditSearch, told
from service.api.fhir_cursor import cursors_of
from service.api.fhir_form import Parameters
from service.api.fhir_outcome import BASE, FhirJson, expect_json
from service.api.fhir_parameters import CURSOR
from service.api.principal import Caller
from service.api.problems import ProblemError
from service.app import Diafan
from service.logged_act import act_of, source_of

_ID = re.compile(r"(?P<index>[0-9]{1,15})-(?P<hash>[0-9a-f]{32})")
_ETAG = 'W/"1"'


def read_entry(resource_id: str, request: Request, caller: Caller, diafan: Diafan) -> Response:
    """Return one entry; 304 for who has it (If-None-Match). Raises ProblemError."""
    expect_audit_access(request, diafan, caller, "r")
    expect_json(request, request.query_params.get("_format"))
    in_sequence(diafan)
    place = _ID.fullmatch(resource_id)
    with diafan.engine.begin() as db:
        found = _entry(db, place) if place else None
        if found is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", "there is no such AuditEvent here")
        event = told(found, source_of(diafan.settings))
        _write_down(db, diafan, caller, after_index=found.index - 1, count=1)
    updated = act_of(found).occurred_at.replace(microsecond=0)
    headers = {"ETag": _ETAG, "Last-Modified": format_datetime(updated, usegmt=True)}
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known & {"*", _ETAG, _ETAG.removeprefix("W/")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return FhirJson(event, headers=headers)


def _entry(db: sa.Connection, place: re.Match[str]) -> trail.Entry | None:
    index = int(place["index"])
    found = search(db, after_index=index - 1, before_index=index + 1, limit=1)
    return next((one for one in found if one.leaf_hash.startswith(place["hash"])), None)


def search_log(request: Request, caller: Caller, diafan: Diafan, given: Parameters) -> FhirJson:
    """Return a page of what fits, the oldest first. Raises ProblemError."""
    expect_audit_access(request, diafan, caller, "s")
    expect_json(request, dict(given).get("_format"))
    base = f"{diafan.settings.api_url.rstrip('/')}{BASE}/{AUDIT_EVENT}"
    cursor = dict(given).get(CURSOR)
    if cursor is None:
        is_lenient = "handling=lenient" in request.headers.get("prefer", "").replace(" ", "").lower()
        search = read_audit_search(given, is_lenient=is_lenient)
    elif {name for name, _ in given} <= {CURSOR, "_format"}:
        search = cursors_of(request).open(cursor, AUDIT_EVENT, AuditSearch)
    else:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid-value", "the link to a page takes no further parameters")
    in_sequence(diafan)
    with diafan.engine.begin() as db:
        events, ended_at = search.page(db, source_of(diafan.settings))
        _write_down(
            db, diafan, caller, after_index=search.after_index, count=len(events),
            patient=search.patient or "", study=search.study or "",
        )  # fmt: skip
    query = urlencode([*search.used, *([(CURSOR, cursor)] if cursor else [])], safe=":*,/")
    links = [{"relation": "self", "url": f"{base}{f'?{query}' if query else ''}"}]
    if ended_at is not None:
        following = cursors_of(request).seal(search.model_copy(update={"after_index": ended_at}))
        links.append({"relation": "next", "url": f"{base}?{urlencode({CURSOR: following})}"})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    entries = [{"fullUrl": f"{base}/{event['id']}", "resource": event, "search": {"mode": "match"}} for event in events]
    # FHIR forbids empty lists.
    return FhirJson({**bundle, "entry": entries} if entries else bundle)


def _write_down(
    db: sa.Connection,
    diafan: Diafan,
    caller: Caller,
    *,
    after_index: int,
    count: int,
    patient: str = "",
    study: str = "",
) -> None:
    detail: dict[str, str | int] = {"kind": "fhir-auditevent", "after_index": after_index, "count": count}
    diafan.record(
        db, EventType.AUDIT_READ, caller.agent, patient=patient, study=study, request=caller.request_id, detail=detail
    )
