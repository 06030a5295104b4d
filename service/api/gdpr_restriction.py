"""Restriction of processing, for an officer who signed in (GDPR Art. 18): what it would stop, that it begins, and that it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from http import HTTPStatus

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.api.gdpr import Officer
from service.api.gdpr_schemas import A_PATIENT, Pseudonym
from service.api.principal import Held
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import AT, example, example_of
from service.gdpr.officer_acts import OfficerActs
from service.gdpr.restriction import NotRestrictable
from service.gdpr.restriction_record import Ground

router = APIRouter(prefix="/gdpr/restriction", tags=["rights"], responses=responses(401, 403, 404, 422, 503))


class OfPatient(BaseModel):
    """Whose data are meant, by the pseudonym that `/gdpr/held` found."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"patient": A_PATIENT}]})

    patient: Pseudonym


class ToRestrict(OfPatient):
    """A restriction that is to begin."""

    ground: Ground = Field(description="which of the four grounds of Art. 18(1)")


class ToLift(OfPatient):
    """A restriction that is to end."""

    informed_on: date = Field(description="when the patient was told that it would be lifted (Art. 18(3))")


class RestrictionStanding(BaseModel):
    """A restriction that stands."""

    model_config = example(ground="accuracy-contested", since=AT)

    ground: Ground
    since: datetime


class RestrictionCovers(BaseModel):
    """What a restriction covers: what stays and is not shown, and what stops."""

    model_config = example(studies=2, images=3, results=9, reports=2, waiting=0, deliveries=1, sending=0, owed=0)

    studies: int
    images: int
    results: int
    reports: int
    waiting: int = Field(description="images that are not analysed")
    deliveries: int = Field(description="parcels that are held")
    sending: int = Field(description="deliveries that are being sent at this moment, and may still arrive")
    owed: int = Field(description="studies that wait for a report")


class RestrictionForeseen(BaseModel):
    """The restriction that stands, if any, and what it covers, or would cover."""

    model_config = example(standing=None, covers=example_of(RestrictionCovers))

    standing: RestrictionStanding | None
    covers: RestrictionCovers


class RestrictionLifted(BaseModel):
    """What goes on."""

    model_config = example(images=1, deliveries=2, reports=1)

    images: int = Field(description="to be analysed")
    deliveries: int = Field(description="to be sent")
    reports: int = Field(description="studies that are owed a report")


@router.post("/foreseen", summary="See whether a patient's data are restricted, and what that covers")
def foresee_restriction(of: OfPatient, caller: Officer, diafan: Held) -> RestrictionForeseen:
    """Change nothing. It is an entry of the log."""
    found = OfficerActs(diafan, caller.agent, caller.request_id).restriction(of.patient)
    if found is None:
        raise not_found("patient")
    standing, covers = found
    return RestrictionForeseen(
        standing=RestrictionStanding.model_validate(standing) if standing else None,
        covers=RestrictionCovers.model_validate(covers),
    )


@router.post("", summary="Restrict processing", responses=responses(409))
def restrict(asked: ToRestrict, caller: Officer, diafan: Held) -> RestrictionCovers:
    """Store the patient's data and do nothing else with them, until that is lifted or they are erased."""
    with _told():
        covers = diafan.restrictions.restrict(asked.patient, asked.ground, caller.agent, caller.request_id)
    return RestrictionCovers.model_validate(covers)


@router.post("/lift", summary="Lift a restriction", responses=responses(409))
def lift_restriction(asked: ToLift, caller: Officer, diafan: Held) -> RestrictionLifted:
    """Set going what waited. The patient has to be told before (Art. 18(3)); the day of that goes into the log."""
    with _told():
        resumed = diafan.restrictions.lift(asked.patient, asked.informed_on, caller.agent, caller.request_id)
    return RestrictionLifted.model_validate(resumed)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotRestrictable as why:
        raise ProblemError(HTTPStatus.CONFLICT, "not-restrictable", str(why)) from None
