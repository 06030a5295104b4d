"""Reviews: physicians give their verdict, ask each other, and sign. Words that they write are in no error and in no log."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session

from audit.event import EventType
from service import reviews
from service.api.disclosure import shown
from service.api.principal import Caller, Held, StudyReader, refused
from service.api.principal import Reviewer as ReviewWriter
from service.api.problems import ProblemError, not_found, responses
from service.api.restricted import refusal
from service.api.review_schemas import (
    Draft,
    DraftDiscarded,
    DraftToSave,
    MissingVerdict,
    Question,
    SecondOpinion,
    Signature,
    SignedReview,
    StudyReview,
)
from service.api.studies import StudyUID
from service.app import Diafan
from service.deliver import defer_report
from service.gdpr.restriction_record import is_restricted
from service.records import Study, WorklistLine
from service.review_content import Content
from service.review_records import Consultation, Review, ReviewKind
from service.review_rules import Refusal, Reviewer, ReviewRefused
from service.session_records import SessionRecord

router = APIRouter(tags=["reviews"], responses=responses(401, 403, 404, 422, 503))

_TOLD: dict[Refusal, tuple[HTTPStatus, str]] = {
    Refusal.STUDY_WITHDRAWN: (
        HTTPStatus.CONFLICT,
        "the results of this study were withdrawn: they must not be used, and nothing can be signed on them",
    ),
    Refusal.PIXELS_EXPIRED: (
        HTTPStatus.CONFLICT,
        "an image of this study is no longer kept here, and nothing can be signed on what cannot be shown: have it sent again",
    ),
    Refusal.NO_REPORT: (HTTPStatus.CONFLICT, "there is no report to look at yet: wait until the study is analysed"),
    Refusal.REPORT_CHANGED: (
        HTTPStatus.CONFLICT,
        "the report is another one by now, or is about to be: look at the study again. Your draft is kept",
    ),
    Refusal.DRAFT_CHANGED: (HTTPStatus.CONFLICT, "your draft was changed from elsewhere: read it again"),
    Refusal.UNKNOWN_IMAGE: (HTTPStatus.UNPROCESSABLE_ENTITY, "a region is drawn on an image that is not of this study"),
    Refusal.VERDICT_MISSING: (HTTPStatus.CONFLICT, "a signature needs more: see `missing`"),
    Refusal.ALREADY_SIGNED: (
        HTTPStatus.CONFLICT,
        "this was signed already: look at it. If you see it otherwise, amend it",
    ),
    Refusal.AMENDS_OUTDATED: (HTTPStatus.CONFLICT, "that is not the signature that stands: look at the one that does"),
    Refusal.SECOND_OPINION_ASKED: (
        HTTPStatus.CONFLICT,
        "a second opinion is asked for, and not of you: who asked may withdraw it",
    ),
    Refusal.NOT_ASKED: (HTTPStatus.NOT_FOUND, "no second opinion is asked for"),
    Refusal.NOT_THE_ASKER: (HTTPStatus.FORBIDDEN, "somebody else asked: only they may withdraw it"),
}
_EVENTS = {
    ReviewKind.FIRST: EventType.VERDICT_GIVEN,
    ReviewKind.AMENDMENT: EventType.VERDICT_AMENDED,
    ReviewKind.SECOND_OPINION: EventType.SECOND_OPINION_GIVEN,
}


def person(request: Request, caller: ReviewWriter, diafan: Held) -> Caller:
    """Return who calls, if it is a person: a verdict is nothing that a program gives (AI Act, Art. 14)."""
    if caller.principal.kind != "person":
        refused(request, diafan, EventType.ACCESS_DENIED, caller.agent, reason="persons-only")
        raise ProblemError(
            HTTPStatus.FORBIDDEN, "persons-only", "a review is for a person: a system's token cannot do it"
        )
    return caller


Person = Annotated[Caller, Depends(person)]


@router.get("/studies/{study_instance_uid}/review", summary="How the review of a study stands")
def show_review(study_instance_uid: StudyUID, caller: StudyReader, diafan: Held) -> StudyReview:
    """Return your own draft, what was signed, who was asked, and what a signature of yours still lacks."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        study = db.get(Study, study_instance_uid)
        if study is None:
            raise not_found("study")
        who = _reviewer(db, caller)
        desk = reviews.desk(db, study, who)
        line = db.get_one(WorklistLine, study_instance_uid)
        shown(db, diafan, caller, study, "review")
    return StudyReview(
        study_instance_uid=study_instance_uid,
        state=line.review,
        report_revision=study.report_revision,
        report_pending=study.due_at is not None or bool(study.park_reason),
        draft=Draft.model_validate(desk.draft, from_attributes=True) if desk.draft else None,
        reviews=[_signed(review, who) for review in desk.reviews],
        standing=desk.standing.id if desk.standing else None,
        second_opinions=[_asked(consultation, who) for consultation in desk.consultations],
        signs_as=desk.kind,
        obstacle=desk.refusal,
        missing=[MissingVerdict.model_validate(m, from_attributes=True) for m in desk.missing],
    )


@router.put("/studies/{study_instance_uid}/review/draft", summary="Save your draft", responses=responses(409))
def save_draft(study_instance_uid: StudyUID, body: DraftToSave, caller: Person, diafan: Held) -> Draft:
    """Keep what you have so far; only you see it. A repeat changes nothing. 409 `draft-changed`: another window of yours saved first."""
    content = Content.model_validate(body.model_dump(exclude={"version"}))
    with _acting(diafan, study_instance_uid, caller) as (db, study, who):
        draft = reviews.save_draft(db, study, who, content, body.version, diafan.clock())
    return Draft.model_validate(draft, from_attributes=True)


@router.delete("/studies/{study_instance_uid}/review/draft", summary="Throw your draft away")
def discard_draft(study_instance_uid: StudyUID, caller: Person, diafan: Held) -> DraftDiscarded:
    """Forget what you have so far. What is signed stays."""
    with _acting(diafan, study_instance_uid, caller) as (db, study, who):
        return DraftDiscarded(discarded=reviews.discard_draft(db, study, who))


@router.post(
    "/studies/{study_instance_uid}/review/sign",
    summary="Sign your draft",
    status_code=HTTPStatus.CREATED,
    responses=responses(409),
)
def sign(study_instance_uid: StudyUID, body: Signature, caller: Person, diafan: Held) -> SignedReview:
    """Make your draft a signature: the report becomes `final`, and goes out. Nobody can change a signature; an amendment takes its place.

    409, and the draft is kept: `already-signed` (by whom, and when), `amends-outdated`, `second-opinion-asked`, `report-changed`
    (an image came: look again), `draft-changed`, `verdict-missing` (where), `no-report`, `study-withdrawn`, `pixels-expired` (an image cannot be shown).
    """
    with _acting(diafan, study_instance_uid, caller) as (db, study, who):
        now = diafan.clock()
        review = reviews.sign(db, study, who, body.report_revision, body.version, body.amends, now)
        if study.due_at is not None:
            defer_report(diafan.jobs, db, study)
        _note(db, diafan, caller, study, _EVENTS[review.kind], revision=review.report_revision)
    return _signed(review, who)


@router.post(
    "/studies/{study_instance_uid}/review/second-opinion",
    summary="Ask for a second opinion",
    status_code=HTTPStatus.CREATED,
    responses=responses(409),
)
def ask_second_opinion(study_instance_uid: StudyUID, body: Question, caller: Person, diafan: Held) -> SecondOpinion:
    """Let the study wait, visibly, until another physician has signed an opinion, or you withdraw the question. Then you sign."""
    with _acting(diafan, study_instance_uid, caller) as (db, study, who):
        asked = reviews.ask_second_opinion(db, study, who, body.question, body.asked_of, diafan.clock())
        _note(db, diafan, caller, study, EventType.SECOND_OPINION_ASKED, revision=study.report_revision)
    return _asked(asked, who)


@router.delete("/studies/{study_instance_uid}/review/second-opinion", summary="Withdraw your question")
def withdraw_second_opinion(study_instance_uid: StudyUID, caller: Person, diafan: Held) -> SecondOpinion:
    """Wait no longer: you may sign alone."""
    with _acting(diafan, study_instance_uid, caller) as (db, study, who):
        asked = reviews.withdraw_second_opinion(db, study, who, diafan.clock())
        _note(db, diafan, caller, study, EventType.SECOND_OPINION_WITHDRAWN)
    return _asked(asked, who)


@contextmanager
def _acting(diafan: Diafan, study_instance_uid: str, caller: Caller) -> Iterator[tuple[Session, Study, Reviewer]]:
    """Yield one transaction, its study locked, and who acts; a refusal undoes it and is told as a problem."""
    try:
        with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
            study = db.get(Study, study_instance_uid, with_for_update=True)
            if study is None:
                raise not_found("study")
            if db.scalar(sa.select(is_restricted(study.patient))):  # since the address was looked at
                raise refusal(diafan, caller.agent, study_instance_uid, study.patient, caller.request_id)
            yield db, study, _reviewer(db, caller)
    except ReviewRefused as refused_act:
        status, detail = _TOLD[refused_act.why]
        raise ProblemError(status, refused_act.why.value, detail, members=refused_act.members) from None


def _reviewer(db: Session, caller: Caller) -> Reviewer:
    """Return who acts, with the name that their session has: a token has none."""
    session = db.get(SessionRecord, caller.session_id) if caller.session_id else None
    return Reviewer(caller.principal.issuer, caller.principal.subject, session.name if session else "")


def _note(db: Session, diafan: Diafan, caller: Caller, study: Study, kind: EventType, **detail: int) -> None:
    """Leave the entry of an act: who did it to which study, and never what they found or wrote."""
    uid = study.study_instance_uid
    diafan.record(
        db.connection(), kind, caller.agent, study=uid, patient=study.patient, request=caller.request_id, detail=detail
    )


def _signed(review: Review, who: Reviewer) -> SignedReview:
    return SignedReview.model_validate({**_columns(review), "is_yours": who.wrote(review)})


def _asked(consultation: Consultation, who: Reviewer) -> SecondOpinion:
    return SecondOpinion.model_validate({**_columns(consultation), "is_yours": who.wrote(consultation)})


def _columns(record: Review | Consultation) -> dict[str, Any]:
    return {column.key: getattr(record, column.key) for column in record.__mapper__.column_attrs}
