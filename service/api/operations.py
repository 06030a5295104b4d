"""Operations: queues, destinations, speed, room, and what waits for a person. Scope `ops`, which opens no finding and no image."""

import shutil
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel

from audit.event import EventType
from integrations.errors import EdgeError
from models.registry import ModelRefused
from service import __version__, operations, throughput
from service.again import NEVER_AGAIN
from service.api.operations_schemas import (
    AuditLog,
    Checked,
    Database,
    DestinationLine,
    Disk,
    Identity,
    ListenerLine,
    ModelState,
    Operations,
    ParkedLine,
    ParkedLines,
    Queued,
    QueueLine,
    ReasonLine,
    SpanLine,
    SpeedOfDay,
)
from service.api.principal import Held, Operator
from service.api.problems import ProblemError, not_found, responses
from service.api.studies import StudyUID
from service.app import MEGABYTE, Diafan
from service.model_history import in_use_since

router = APIRouter(tags=["operations"], responses=responses(401, 403, 422, 503))

_SPAN = timedelta(minutes=15)
_SPANS = 96  # a day
Line = TypeVar("Line", bound=BaseModel)


@router.get("/operations", summary="How the service fares")
def show_operations(caller: Operator, diafan: Held) -> Operations:  # noqa: ARG001 - the scope is what is asked for
    """Queues, destinations, speed over the last day, room, versions."""
    now = diafan.clock()
    settings = diafan.settings
    since = throughput.begin_of(now, _SPANS, _SPAN)
    with diafan.engine.connect() as db:
        base = operations.foundation(db, now, timedelta(seconds=settings.stalled_after_s))
        queues = operations.queues(db)
        standings = operations.standings(db, diafan.destinations, operations.addresses(settings), now, since)
        spans, speed = throughput.spans(db, now, _SPANS, _SPAN, [s.name for s in standings])
        declined, refused = throughput.declined(db, since), throughput.refused(db, since)
        since_model = in_use_since(db)
    return Operations(
        at=now,
        version=__version__,
        model=_model(diafan, since_model),
        workers=base.workers,
        reports_due=base.reports_due,
        quiet_period_s=settings.quiet_period_s,
        last_received_at=base.last_received_at,
        disk=_disk(diafan),
        database=Database(version=base.database_version, answer_ms=base.database_ms),
        audit_log=AuditLog(entries=base.log_entries, waiting=base.log_waiting, behind_s=base.log_behind_s),
        identity=Identity(
            kind="provider" if settings.oidc else "embedded",
            issuer=settings.oidc.issuer if settings.oidc else settings.api_url,
        ),
        listener=ListenerLine(ae_title=settings.ae_title, host=settings.dimse_host, port=settings.dimse_port),
        queues=_lines(QueueLine, queues),
        destinations=_lines(DestinationLine, standings),
        spans=_lines(SpanLine, spans),
        speed=SpeedOfDay.model_validate(speed, from_attributes=True),
        declined=_lines(ReasonLine, declined),
        refused=_lines(ReasonLine, refused),
    )


def _model(diafan: Diafan, since: datetime | None) -> ModelState:
    try:
        identity = diafan.model_in_use.identity()
    except ModelRefused as error:
        return ModelState(name="", version="", digest="", since=None, problem=str(error))
    problem = ""
    try:
        diafan.library.expect(identity)
    except ModelRefused as error:
        problem = str(error)
    return ModelState(
        name=identity.name, version=identity.version, digest=identity.digest, since=since, problem=problem
    )


def _disk(diafan: Diafan) -> Disk:
    usage = shutil.disk_usage(diafan.store.root)
    reserve = diafan.settings.min_free_mb * MEGABYTE
    return Disk(free_bytes=usage.free, total_bytes=usage.total, reserve_bytes=reserve)


def _lines(line: type[Line], values: Sequence[object]) -> list[Line]:
    return [line.model_validate(value, from_attributes=True) for value in values]


@router.get("/operations/parked", summary="What waits for a person")
def list_parked(caller: Operator, diafan: Held) -> ParkedLines:
    """Images, reports and deliveries that nobody will try again unless a person says so."""
    with diafan.engine.begin() as db:
        total, found = operations.parked(db, NEVER_AGAIN, list(diafan.destinations))
        detail: dict[str, str | int] = {"kind": "parked", "count": len(found)}
        diafan.record(db, EventType.STUDIES_QUERIED, caller.agent, request=caller.request_id, detail=detail)
    return ParkedLines(total=total, parked=_lines(ParkedLine, found))


@router.post(
    "/operations/images/{image_id}/retry",
    summary="Analyse a parked image again",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(409),
)
def retry_image(image_id: UUID, caller: Operator, diafan: Held) -> Queued:
    """Queue the analysis of an image that was parked because it failed. Who asked is in the log."""
    if not diafan.again.analyse(image_id, caller.agent):
        raise ProblemError(
            HTTPStatus.CONFLICT, "nothing-to-retry", "this image is not parked, or cannot be analysed again"
        )
    return Queued(queued=1)


@router.post(
    "/operations/reports/{study_instance_uid}/retry",
    summary="Make a parked report again",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(409),
)
def retry_report(study_instance_uid: StudyUID, caller: Operator, diafan: Held) -> Queued:
    """Queue the report of a study that was parked. Who asked is in the log."""
    if not diafan.again.report(caller.agent, study_instance_uid):
        raise ProblemError(HTTPStatus.CONFLICT, "nothing-to-retry", "the report of this study is not parked")
    return Queued(queued=1)


@router.post(
    "/operations/destinations/{name}/check", summary="Ask a destination whether it answers", responses=responses(404)
)
def check_destination(
    name: Annotated[str, Path(max_length=32, examples=["pacs"])],
    caller: Operator,  # noqa: ARG001 - as above
    diafan: Held,
) -> Checked:
    """C-ECHO for a PACS, the CapabilityStatement of an EHR, a look at a folder; nothing is sent."""
    if name not in diafan.destinations:
        raise not_found("destination")
    error, begun = "", time.perf_counter()
    try:
        diafan.destinations[name].check()
    except EdgeError as refusal:
        error = str(refusal)
    return Checked(answers=not error, error=error, took_ms=(time.perf_counter() - begun) * 1000)
