"""Studies: which there are, and what one of them says. Each look is an entry in the log, written before the answer leaves."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.orm import Session

from audit.event import EventType
from integrations.rejection_note import RejectionReason
from integrations.verdict import ReportStatus
from models.registry import Tier
from service.api import paging
from service.api.deliveries import delivery_line
from service.api.disclosure import shown
from service.api.principal import Held, StudyReader
from service.api.problems import not_found, responses
from service.api.schemas import ImageSummary, ReportLine, StudyDetail, StudyFinding, StudyLine, StudyPage
from service.findings import strongest, tier_of
from service.gdpr.restriction_record import is_restricted
from service.records import WITHHELD, Delivery, FindingRecord, Image, ImageState, ReportRecord, Study

router = APIRouter(tags=["studies"], responses=responses(401, 403, 422, 503))

StudyUID = Annotated[
    str,
    Path(
        pattern=r"^[0-9.]{1,64}$", description="Study Instance UID (0020,000D)", examples=["2.25.1039143862124123992"]
    ),
]


@router.get("/studies", summary="List studies, newest first")
def list_studies(
    caller: StudyReader,
    diafan: Held,
    state: Annotated[ImageState | None, Query(description="only studies that hold an image in this state")] = None,
    since: Annotated[paging.Moment | None, Query(description="only studies first seen at this time or later")] = None,
    cursor: paging.CursorText = None,
    limit: paging.Limit = 50,
) -> StudyPage:
    """Studies that sent at least one image to Diafan, declined and parked ones included; none of a patient whose data are restricted."""
    query = sa.select(Study).where(~is_restricted(Study.patient))
    if state is not None:
        query = query.where(
            sa.exists().where(Image.study_instance_uid == Study.study_instance_uid, Image.state == state)
        )
    if since is not None:
        query = query.where(Study.first_seen_at >= since)
    query = paging.newest_first(query, Study.first_seen_at, Study.study_instance_uid, cursor, limit)
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        rows = db.scalars(query).all()
        studies = rows[:limit]
        lines = [_line(study, counts) for study, counts in zip(studies, _counts(db, studies), strict=True)]
        diafan.record(
            db.connection(),
            EventType.STUDIES_QUERIED,
            caller.agent,
            request=caller.request_id,
            detail={"count": len(lines)},
        )
    return StudyPage(studies=lines, next_cursor=paging.next_cursor(rows, "first_seen_at", "study_instance_uid", limit))


@router.get("/studies/{study_instance_uid}", summary="What was found in a study", responses=responses(404))
def show_study(study_instance_uid: StudyUID, caller: StudyReader, diafan: Held) -> StudyDetail:
    """Images, the strongest answer for each label over them, the report, and where everything went.

    `preliminary`: no physician has signed it. The findings are the machine's, signed or not. It supports a physician and never replaces one.
    """
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        study = _study(db, study_instance_uid)
        images = db.scalars(
            sa.select(Image).where(Image.study_instance_uid == study_instance_uid).order_by(Image.received_at, Image.id)
        ).all()
        # What was withdrawn is shown nowhere as if it counted: its images are.
        analysed = [i for i in images if i.state is ImageState.ANALYSED and study.withdrawn_at is None]
        findings = db.scalars(
            sa.select(FindingRecord).where(FindingRecord.image_id.in_([i.id for i in analysed]))
        ).all()
        deliveries = db.scalars(
            sa.select(Delivery)
            .where(Delivery.study_instance_uid == study_instance_uid)
            .order_by(Delivery.created_at, Delivery.id)
        ).all()
        report, sent = _report(db, study_instance_uid), _report(db, study_instance_uid, sent=True)
        shown(db, diafan, caller, study, "study")
        [counts] = _counts(db, [study])
    exploratory = {f.label for f in findings if tier_of(f) is Tier.EXPLORATORY}
    return StudyDetail(
        **_line(study, counts).model_dump(),
        status=ReportStatus(sent.status) if sent else ReportStatus.PRELIMINARY,
        intended_use=diafan.settings.intended_use,
        withdrawn_at=study.withdrawn_at,
        withdrawn_because=RejectionReason(study.withdrawn_because) if study.withdrawn_at else None,
        park_reason=study.park_reason,
        report=ReportLine.model_validate(report, from_attributes=True) if report else None,
        received=[ImageSummary.model_validate(i) for i in images],
        findings=[
            StudyFinding(
                label=r.finding.label,
                tier=Tier.ASSESSED
                if r.image_uid
                else Tier.EXPLORATORY
                if r.finding.label in exploratory
                else Tier.NOT_ASSESSED,
                call=r.finding.call,
                probability=r.finding.probability,
                threshold=r.finding.threshold,
                logit=r.finding.logit,
                sop_instance_uid=r.image_uid,
            )
            for r in (strongest(analysed, findings) if analysed else ())
        ],
        deliveries=[delivery_line(d) for d in deliveries],
    )


class FhirResponse(Response):
    """A FHIR resource as JSON."""

    media_type = "application/fhir+json"


@router.get(
    "/studies/{study_instance_uid}/report",
    summary="The report of a study as FHIR",
    response_class=FhirResponse,
    responses={
        200: {
            "description": "the transaction Bundle, byte for byte as it was sent",
            "content": {
                "application/fhir+json": {"example": {"resourceType": "Bundle", "type": "transaction", "entry": []}}
            },
        },
        **responses(404),
    },
)
def show_report(
    study_instance_uid: StudyUID,
    caller: StudyReader,
    diafan: Held,
    revision: Annotated[int | None, Query(ge=1, description="default: the newest that was not withheld")] = None,
) -> FhirResponse:
    """Return the FHIR R4 transaction Bundle as it was stored. It holds who the patient is."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        study = _study(db, study_instance_uid)
        report = _report(db, study_instance_uid, revision, sent=revision is None)
        if report is None or not report.blob:
            raise not_found("report")
        shown(db, diafan, caller, study, "report", revision=report.revision)
        content = diafan.store.read(report.blob)
    return FhirResponse(content)


def _study(db: Session, study_instance_uid: str) -> Study:
    study = db.get(Study, study_instance_uid)
    if study is None:
        raise not_found("study")
    return study


def _report(
    db: Session, study_instance_uid: str, revision: int | None = None, *, sent: bool = False
) -> ReportRecord | None:
    """Return a report, the newest by default; ``sent``: the newest that was not withheld."""
    query = (
        sa.select(ReportRecord)
        .where(ReportRecord.study_instance_uid == study_instance_uid)
        .order_by(ReportRecord.revision.desc())
        .limit(1)
    )
    if sent:
        query = query.where(ReportRecord.status != WITHHELD)
    return db.scalar(query if revision is None else query.where(ReportRecord.revision == revision))


def _counts(db: Session, studies: Sequence[Study]) -> list[dict[ImageState, int]]:
    uids = [s.study_instance_uid for s in studies]
    rows = db.execute(
        sa.select(Image.study_instance_uid, Image.state, sa.func.count())
        .where(Image.study_instance_uid.in_(uids))
        .group_by(Image.study_instance_uid, Image.state)
    )
    counts: dict[str, dict[ImageState, int]] = {uid: {} for uid in uids}
    for uid, state, n in rows:
        counts[uid][state] = n
    return [counts[uid] for uid in uids]


def _line(study: Study, counts: dict[ImageState, int]) -> StudyLine:
    return StudyLine(
        study_instance_uid=study.study_instance_uid,
        first_seen_at=study.first_seen_at,
        images=counts,
        report_revision=study.report_revision,
        report_pending=study.due_at is not None,
    )
