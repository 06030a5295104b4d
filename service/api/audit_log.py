"""The audit log, for who answers for it. Reading it leaves an entry in it."""

import logging
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from audit import trail
from audit.event import EventType, Outcome
from audit.verify import verify
from service.api import paging
from service.api.principal import AuditReader, Held
from service.api.problems import responses
from service.api.schemas import AT, SHA256, STUDY_UID, example, example_of

log = logging.getLogger(__name__)
router = APIRouter(tags=["audit"], responses=responses(401, 403, 422, 503))

_LongString = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\\\x00-\x1f\x7f]*$")]
UID = Annotated[str | None, Query(pattern=r"^[0-9]+(\.[0-9]+)+$", max_length=64, description="only acts on this study")]


class AuditEntry(BaseModel):
    """One entry of the log: its place in the tree, its RFC 9162 leaf hash, and the event as recorded."""

    model_config = example(
        index=41,
        leaf_hash=SHA256,
        event={
            "v": 1,
            "type": "study-shown",
            "outcome": "success",
            "occurred_at": AT,
            "agent": {"kind": "person", "id": "a-physician"},
            "study_uid": STUDY_UID,
        },
    )

    index: int
    leaf_hash: str
    event: dict[str, Any]


class AuditPage(BaseModel):
    """Entries in the order of the log, or in the other one."""

    model_config = example(entries=[example_of(AuditEntry)], next_after=41)

    entries: list[AuditEntry]
    next_after: int | None = Field(
        description="give it as `after` for the next page, or as `before` where the newest come first; null: there is no more now"
    )


class AuditDefect(BaseModel):
    """One place where the log is not what was signed."""

    model_config = example(kind="changed", first=41, last=41, meaning="entry 41: not what was signed")

    kind: str
    first: int | None
    last: int | None
    meaning: str


class AuditVerification(BaseModel):
    """Whether the log is what was signed. A tail cut together with its checkpoints cannot be seen from here."""

    model_config = example(size=1234, waiting=0, whole=True, defects=[])

    size: int = Field(description="entries under the newest checkpoint")
    waiting: int = Field(description="entries that are committed and not yet in the tree")
    whole: bool
    defects: list[AuditDefect]


class PatientIdentifier(BaseModel):
    """Whose pseudonym is wanted. It travels as a body: an address would end up in logs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"issuer": "", "patient_id": "DEMO-1"}]})

    issuer: _LongString = Field("", description="IssuerOfPatientID, as the headers have it; empty: they have none")
    patient_id: Annotated[_LongString, StringConstraints(min_length=1)] = Field(description="PatientID")


class Pseudonym(BaseModel):
    """How the log names a patient."""

    model_config = example(patient="p-7c1e4f0b2a6d4e8f9b3c5d7e1f2a4d09")

    patient: str


@router.get("/audit", summary="Read the audit log")
def read_audit(
    caller: AuditReader,
    diafan: Held,
    after: Annotated[
        int, Query(ge=-1, description="only entries after this index; `next_after` of the page before")
    ] = -1,
    before: Annotated[int | None, Query(ge=0, description="only entries before this index")] = None,
    newest_first: Annotated[bool, Query(description="the other order")] = False,  # noqa: FBT002 - a query has names
    limit: paging.Limit = 100,
    type: Annotated[list[EventType], Query(description="only acts of these types; none: all")] = [],  # noqa: A002, B006 - the log's own word; FastAPI copies it
    study: UID = None,
    patient: Annotated[
        str | None, Query(pattern=r"^p-[0-9a-f]{32}$", description="only acts on this patient (the pseudonym)")
    ] = None,
    agent: Annotated[str | None, Query(max_length=255, description="only acts of this agent (its id)")] = None,
    outcome: Annotated[Outcome | None, Query(description="only acts that ended so")] = None,
    since: Annotated[paging.Moment | None, Query(description="only acts at this time or later")] = None,
    until: Annotated[paging.Moment | None, Query(description="only acts before this time")] = None,
) -> AuditPage:
    """Entries in the order of the log. Every act that was done before the question is in it."""
    try:
        diafan.sequence_log()
    except trail.TrailBroken:
        log.exception("the log is read without what waits for its place")
    with diafan.engine.begin() as db:
        entries = trail.search(
            db,
            after_index=after,
            before_index=before,
            newest_first=newest_first,
            limit=limit,
            types=type,
            study_uid=study,
            patient=patient,
            agent=agent,
            outcome=outcome,
            since=since,
            until=until,
        )
        diafan.record(
            db,
            EventType.AUDIT_READ,
            caller.agent,
            study=study or "",
            patient=patient or "",
            request=caller.request_id,
            detail={"after_index": after, "count": len(entries)},
        )
    return AuditPage(
        entries=[AuditEntry(index=e.index, leaf_hash=e.leaf_hash, event=dict(e.event)) for e in entries],
        next_after=entries[-1].index if len(entries) == limit else None,
    )


@router.post("/audit/pseudonym", summary="Find how the log names a patient")
def find_pseudonym(of: PatientIdentifier, caller: AuditReader, diafan: Held) -> Pseudonym:
    """Return the pseudonym, whether or not the log knows it. The log keeps who asked for which pseudonym, and not what was typed."""
    patient = diafan.pseudonym(of.issuer, of.patient_id)
    with diafan.engine.begin() as db:
        diafan.record(db, EventType.AUDIT_READ, caller.agent, patient=patient, request=caller.request_id)
    return Pseudonym(patient=patient)


@router.get("/audit/verification", summary="Verify the audit log")
def verify_audit(caller: AuditReader, diafan: Held) -> AuditVerification:
    """Compute every hash, root and signature again. Reads the whole log: seconds for each million entries."""
    with diafan.engine.begin() as db:
        defects = verify(db, diafan.log_key.public_key())
        size = db.scalar(sa.select(sa.func.max(trail.checkpoint.c.size))) or 0
        waiting = trail.waiting(db)
        diafan.record(
            db,
            EventType.AUDIT_READ,
            caller.agent,
            request=caller.request_id,
            detail={"kind": "verification", "count": size},
        )
    return AuditVerification(
        size=size,
        waiting=waiting,
        whole=not defects,
        defects=[AuditDefect(kind=d.kind, first=d.first, last=d.last, meaning=str(d)) for d in defects],
    )
