"""The rights of persons, for the officer who answers for them: what is held, the answer to who asks, and the timeline of a breach.

It is for who signed in, and for no token: an answer holds images, which a program that reads the log has no business with.
"""

from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from audit.event import EventType
from service.api.audit_log import in_sequence
from service.api.gdpr_schemas import AccessRequest, BreachForm, BreachRequest, HeldOfPatient, ToldPlace, Whose
from service.api.handed import BINARY, Handed, attached, made, room_for_file
from service.api.principal import AuditReader, Caller, Held, refused
from service.api.problems import ProblemError, responses
from service.gdpr.breach import TooManyActs, Wanted
from service.gdpr.data_subjects import SubjectAmbiguous, SubjectUnknown
from service.gdpr.officer_acts import OfficerActs
from service.gdpr.sealing import NoRecipient, sealed_into

if TYPE_CHECKING:
    from threading import BoundedSemaphore

router = APIRouter(prefix="/gdpr", tags=["rights"], responses=responses(401, 403, 422, 503))

AT_ONCE = 2
"""Answers that are put together at one time: each may take minutes and the room of all of a patient's images."""
_ACTS_MOST = 100_000
_ANSWER = "application/age-encryption"


def officer(request: Request, caller: AuditReader, diafan: Held) -> Caller:
    """Return who calls, if it is a person who signed in; raises ProblemError (403)."""
    if caller.session_id is None:
        refused(request, diafan, EventType.ACCESS_DENIED, caller.agent, reason="persons-only")
        raise ProblemError(
            HTTPStatus.FORBIDDEN, "persons-only", "this is for an officer who signed in: a token cannot do it"
        )
    return caller


Officer = Annotated[Caller, Depends(officer)]


@router.post("/held", summary="See what is held of a patient", responses=responses(404, 409))
def show_held(of: Whose, caller: Officer, diafan: Held) -> HeldOfPatient:
    """Return counts, no image and no finding. 404 `unknown-patient`; 409 `ambiguous-patient`, with the member `issuers`: say which one."""
    acts = OfficerActs(diafan, caller.agent, caller.request_id)
    try:
        patient = acts.whose(of.patient_id, of.issuer)
    except SubjectUnknown:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "unknown-patient",
            "nobody with this Patient ID is known here, or not any more: compare it with the record; a person decides",
        ) from None
    except SubjectAmbiguous as several:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "ambiguous-patient",
            "patients of several issuers have this Patient ID: say which issuer is meant; a person decides",
            members={"issuers": list(several.issuers)},
        ) from None
    held, told = acts.held(patient)
    with diafan.engine.connect() as db:
        person = diafan.subjects.who(db, patient)
    return HeldOfPatient(
        patient=patient,
        issuer=person.issuer if person else "",
        studies=len(held.studies),
        images=held.images,
        results=held.objects,
        reports=held.reports,
        verdicts=held.verdicts,
        told=[ToldPlace.model_validate(one) for one in told],
        unwithdrawn=len(held.told),
        on_their_way=held.on_their_way,
        kept_until=held.kept_until,
        retention_years=diafan.settings.privacy.retention_years,
    )


@router.post(
    "/access",
    summary="Answer a request for access",
    response_class=Response,
    responses={200: {"content": {_ANSWER: BINARY}, "description": "the package, sealed"}, **responses(404, 507)},
)
def answer_access(asked: AccessRequest, request: Request, caller: Officer, diafan: Held) -> Handed:
    """Letter, log, images, results and reports in one package (ZIP) that only its recipients open (age).

    `Diafan-Counts` says what is in it. 422 `no-recipient`: a key is none; nothing was put together then, and nothing recorded.
    """
    at_once: BoundedSemaphore = request.app.state.answers
    if not at_once.acquire(blocking=False):
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "other-answers",
            "other answers are being put together: ask again in a moment",
            {"Retry-After": "10"},
        )
    try:
        in_sequence(diafan)
        acts = OfficerActs(diafan, caller.agent, caller.request_id)
        with room_for_file(diafan) as (file, closing):
            with sealed_into(lambda: nullcontext(file), asked.recipients, diafan.store.incoming) as package:
                told = acts.answer(asked.patient, package, asked.recipients, staff=asked.staff)
            counts = f"studies={told.studies}, images={told.images}, results={told.results}, reports={told.reports}, entries={told.entries}"
            name = f"diafan-answer-{diafan.clock():%Y%m%dT%H%M%SZ}.zip.age"
            answer = Handed(file, name, _ANSWER, {"Diafan-Counts": counts})
            closing.pop_all()
            return answer
    except NoRecipient:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no-recipient",
            "a recipient's key is no public key of age: it begins with age1, and its last letters prove the others",
        ) from None
    except SubjectUnknown:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "unknown-patient", "nobody is behind this pseudonym, or not any more"
        ) from None
    finally:
        at_once.release()


_TIMELINE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/pdf": BINARY, "text/csv": {"example": "occurred_at,type,agent,...\n"}},
        "description": "the timeline",
    }
}


@router.post("/breach", summary="Take the timeline of a breach along", response_class=Response, responses=_TIMELINE)
def take_breach(asked: BreachRequest, caller: Officer, diafan: Held) -> Response:
    """Say who saw, took or was refused what in a span, whether the log verifies, and when the 72 hours end. It is an entry of the log."""
    in_sequence(diafan)
    wanted = Wanted(asked.since, asked.until, asked.agent or None, list(dict.fromkeys(asked.patients)))
    acts = OfficerActs(diafan, caller.agent, caller.request_id)
    try:
        timeline = acts.timeline(wanted, asked.known_at, named=asked.named, most=_ACTS_MOST)
    except TooManyActs:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "too-many-acts",
            f"the span has more than {_ACTS_MOST:,} acts: choose a shorter one, or whose acts, or use `diafan gdpr breach`",
        ) from None
    name = f"diafan-breach-{diafan.clock():%Y%m%dT%H%M%SZ}.{asked.format.value}"
    if asked.format is BreachForm.CSV:
        return StreamingResponse(timeline.csv(), media_type="text/csv; charset=utf-8", headers=attached(name))
    return made(timeline.pdf(asked.language), name, "application/pdf")
