"""The audit log, for who answers for it. Reading it leaves an entry in it."""

import logging
from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from audit import trail
from audit.event import PURPOSE, STUDY_NAME, EventType, Outcome
from audit.search import UNFINDABLE, search, unfindable
from audit.verify import verify
from service.api import paging
from service.api.principal import AuditReader, Held
from service.api.problems import responses
from service.api.schemas import AT, SHA256, STUDY_UID, example, example_of
from service.app import Diafan
from service.audit_names import names_of_study

log = logging.getLogger(__name__)
router = APIRouter(tags=["audit"], responses=responses(401, 403, 422, 503))

LongString = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\\\x00-\x1f\x7f]*$")]
A_STUDY = "s-3f1e0c4b7a6d4e8f9b3c5d7e1f2a4d09"


StudyName = Annotated[str, StringConstraints(pattern=f"^{STUDY_NAME.pattern}$")]


def wanted(
    type: Annotated[list[EventType], Query(description="only acts of these types; none: all")] = [],  # noqa: A002, B006 - the log's own word; FastAPI copies it
    study: Annotated[
        list[StudyName], Query(description="only acts on a study, by the names that the log has for it", max_length=50)
    ] = [],  # noqa: B006 - as above
    patient: Annotated[
        str | None, Query(pattern=r"^p-[0-9a-f]{32}$", description="only acts on this patient (the pseudonym)")
    ] = None,
    agent: Annotated[str | None, Query(max_length=255, description="only acts of this agent (its id)")] = None,
    outcome: Annotated[Outcome | None, Query(description="only acts that ended so")] = None,
    purpose: Annotated[
        str | None,
        Query(pattern=f"^{PURPOSE.pattern}$", max_length=64, description="only acts for this purpose of use"),
    ] = None,
    since: Annotated[paging.Moment | None, Query(description="only acts at this time or later")] = None,
    until: Annotated[paging.Moment | None, Query(description="only acts before this time")] = None,
) -> dict[str, Any]:
    """Return which entries are meant, as arguments of `audit.trail.search`; empty for all."""
    given = {
        "types": type, "studies": study, "patient": patient, "agent": agent, "outcome": outcome, "purpose": purpose,
        "since": since, "until": until,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


Wanted = Annotated[dict[str, Any], Depends(wanted)]
"""Which entries: the same for reading and for taking along."""


def study_of(chosen: Mapping[str, Any]) -> str:
    """Return which study was asked for, "" for none; its first name stands for all."""
    names: list[str] = chosen.get("studies", [])
    return names[0] if names else ""


class AuditEntry(BaseModel):
    """One entry of the log: its place in the tree, its RFC 9162 leaf hash, and the event as recorded."""

    model_config = example(
        index=41,
        leaf_hash=SHA256,
        event={
            "v": 2,
            "type": "study-shown",
            "outcome": "success",
            "occurred_at": AT,
            "agent": {"kind": "person", "id": "a-physician"},
            "study": A_STUDY,
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
    """Whose names in the log are wanted. It travels as a body: an address would end up in logs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"issuer": "", "patient_id": "DEMO-1"}]})

    issuer: LongString = Field("", description="IssuerOfPatientID, as the headers have it; empty: they have none")
    patient_id: Annotated[LongString, StringConstraints(min_length=1)] = Field(description="PatientID")


class StudyIdentifier(BaseModel):
    """The study whose names in the log are wanted. It travels as a body, too."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"study_instance_uid": STUDY_UID}]})

    study_instance_uid: str = Field(pattern=r"^[0-9]+(\.[0-9]+)+$", max_length=64)


class Pseudonym(BaseModel):
    """How the log names a patient; null: it knows nobody of that identifier, or not any more."""

    model_config = example(patient="p-7c1e4f0b2a6d4e8f9b3c5d7e1f2a4d09")

    patient: str | None


class StudyNames(BaseModel):
    """How the log names a study: under the patient that it belongs to, and those whom it belonged to before."""

    model_config = example(studies=[A_STUDY])

    studies: list[str]


@router.get("/audit", summary="Read the audit log")
def read_audit(
    caller: AuditReader,
    diafan: Held,
    chosen: Wanted,
    after: Annotated[
        int, Query(ge=-1, description="only entries after this index; `next_after` of the page before")
    ] = -1,
    before: Annotated[int | None, Query(ge=0, description="only entries before this index")] = None,
    newest_first: Annotated[bool, Query(description="the other order")] = False,  # noqa: FBT002 - a query has names
    limit: paging.Limit = 100,
) -> AuditPage:
    """Entries in the order of the log. Every act that was done before the question is in it."""
    in_sequence(diafan)
    with diafan.engine.begin() as db:
        entries = search(db, after_index=after, before_index=before, newest_first=newest_first, limit=limit, **chosen)
        diafan.record(
            db,
            EventType.AUDIT_READ,
            caller.agent,
            study=study_of(chosen),
            patient=chosen.get("patient", ""),
            request=caller.request_id,
            detail={"after_index": after, "count": len(entries)},
        )
    return AuditPage(
        entries=[AuditEntry(index=e.index, leaf_hash=e.leaf_hash, event=dict(e.event)) for e in entries],
        next_after=entries[-1].index if len(entries) == limit else None,
    )


@router.post("/audit/pseudonym", summary="Find how the log names a patient")
def find_pseudonym(of: PatientIdentifier, caller: AuditReader, diafan: Held) -> Pseudonym:
    """Return the pseudonym. The log keeps who asked for which pseudonym, and not what was typed."""
    with diafan.engine.begin() as db:
        patient = diafan.subjects.find(db, of.issuer, of.patient_id)
        diafan.record(
            db,
            EventType.AUDIT_READ,
            caller.agent,
            patient=patient or "",
            request=caller.request_id,
            detail={"kind": "pseudonym", "count": 1 if patient else 0},
        )
    return Pseudonym(patient=patient)


@router.post("/audit/study-names", summary="Find how the log names a study")
def find_study(of: StudyIdentifier, caller: AuditReader, diafan: Held) -> StudyNames:
    """Return the names, whether or not the log knows the study. The log keeps who asked for which, and not what was typed."""
    with diafan.engine.begin() as db:
        names = names_of_study(db, diafan.subjects, of.study_instance_uid)
        diafan.record(
            db,
            EventType.AUDIT_READ,
            caller.agent,
            study=of.study_instance_uid,
            request=caller.request_id,
            detail={"kind": "study-names"},
        )
    return StudyNames(studies=names)


@router.get("/audit/verification", summary="Verify the audit log")
def verify_audit(caller: AuditReader, diafan: Held) -> AuditVerification:
    """Compute every hash, root and signature again. Reads the whole log: seconds for each million entries."""
    with diafan.engine.begin() as db:
        defects = verify(db, diafan.log_key.public_key())
        found = [AuditDefect(kind=d.kind, first=d.first, last=d.last, meaning=str(d)) for d in defects]
        if count := unfindable(db):
            found.append(AuditDefect(kind="unfindable", first=None, last=None, meaning=UNFINDABLE.format(count=count)))
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
        whole=not found,
        defects=found,
    )


def in_sequence(diafan: Diafan) -> None:
    """Give every act that was done its place, so that what is read has it."""
    try:
        diafan.sequence_log()
    except trail.TrailBroken:
        log.exception("the log is read without what waits for its place")
