"""Rectification, for an officer who signed in (GDPR Art. 16): of which studies, what it would do, and that it is done.

The officer sees nothing that is held now, and says what is right; a value is repeated by no answer, entry or error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from errno import ENOSPC
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from integrations.correction import Unfit
from integrations.dimse import NoRoom
from integrations.original_attributes import Attribute
from service.api.gdpr import Officer
from service.api.gdpr_restriction import OfPatient
from service.api.gdpr_schemas import A_PATIENT
from service.api.principal import Held
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import example, example_of
from service.gdpr.officer_acts import OfficerActs, rectifier_of
from service.gdpr.rectification import Correction, NotRectifiable, Rectification, Rectifier

router = APIRouter(prefix="/gdpr/rectification", tags=["rights"], responses=responses(401, 403, 422, 503))

_A_STUDY = "1.2.826.0.1.3680043.8.498.1"
_Uid = Annotated[str, StringConstraints(pattern=r"^[0-9.]{1,64}$")]
_Said = Annotated[str, StringConstraints(max_length=256)]
"""Longer than any of them may be: how long each may be is told by a sentence."""


class RightValues(BaseModel):
    """What is right; what is left out is not corrected."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"birth_date": "1950-01-31"}]})

    name: _Said | None = Field(None, description="PatientName, as `Family^Given`")
    birth_date: _Said | None = Field(None, description="PatientBirthDate, as `1950-01-31`")
    sex: _Said | None = Field(None, description="PatientSex: `M`, `F` or `O`")
    patient_id: _Said | None = Field(None, description="PatientID, at most 64 characters")
    issuer: _Said | None = Field(None, description="IssuerOfPatientID, at most 64 characters")
    accession: _Said | None = Field(None, description="AccessionNumber, at most 16 characters; of one study only")


class ToRectify(OfPatient):
    """A correction that is foreseen, or done."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"patient": A_PATIENT, "values": example_of(RightValues), "studies": None}]},
    )

    values: RightValues
    studies: list[_Uid] | None = Field(None, min_length=1, max_length=1000, description="null: all of the patient")


class RectifiableStudy(BaseModel):
    """A study, as a person chooses it."""

    model_config = example(study_instance_uid=_A_STUDY, date="2026-01-31", description="Chest PA", images=2)

    study_instance_uid: str
    date: date | None
    description: str
    images: int


class RectifiableStudies(BaseModel):
    """The studies of a patient, the oldest first."""

    model_config = example(studies=[example_of(RectifiableStudy)])

    studies: list[RectifiableStudy]


class RectificationEffect(BaseModel):
    """What a correction does, and what it leaves as it is; after it was done, what it did."""

    model_config = example(
        studies=1, images=2, results=8, reports=1, signed=0, places=["main-pacs"], homeless=[], joins=False,
        right=0, others=0, not_held=0, undecodable=0, withdrawn=0, declined=0,
    )  # fmt: skip

    studies: int
    images: int = Field(description="that get a new revision")
    results: int = Field(description="that are made anew")
    reports: int = Field(description="studies whose report is made anew")
    signed: int = Field(description="studies that a physician signed: the EHR hears once the report is amended")
    places: list[str] = Field(description="destinations that hear of it (Art. 19)")
    homeless: list[str] = Field(description="destinations that are no longer configured: a person tells them")
    joins: bool = Field(description="the new identifier is that of a patient who is known here")
    right: int = Field(description="images left as they are: they say so already")
    others: int = Field(description="... of another patient")
    not_held: int = Field(description="... whose pixels are not held")
    undecodable: int = Field(description="... with text in another character set than they say")
    withdrawn: int = Field(description="... of studies whose results were withdrawn")
    declined: int = Field(description="images that the rules of today turned away, and that are not corrected")


@router.post("/studies", summary="See which studies of a patient can be corrected", responses=responses(404))
def show_rectifiable(of: OfPatient, caller: Officer, diafan: Held) -> RectifiableStudies:
    """Return date, description and a count, and no value that is to be corrected. It is an entry of the log."""
    try:
        choices = OfficerActs(diafan, caller.agent, caller.request_id).rectifiable(of.patient)
    except NotRectifiable:
        raise not_found("patient") from None
    return RectifiableStudies(
        studies=[
            RectifiableStudy(
                study_instance_uid=one.study_instance_uid,
                date=_day(one.date),
                description=one.description,
                images=one.images,
            )
            for one in choices
        ]
    )


@router.post("/preview", summary="See what a correction would do", responses=responses(409))
def preview_rectification(asked: ToRectify, caller: Officer, diafan: Held) -> RectificationEffect:
    """Change nothing. It is an entry of the log.

    422 `unfit`, with the member `unfit`: which of the values do not fit; the sentence says what would.
    """
    rectifier = rectifier_of(diafan)
    with _told():
        wanted = _checked(rectifier, asked.values)
        return _effect(rectifier.foresee(asked.patient, wanted, caller.agent, asked.studies, caller.request_id))


@router.post("", summary="Correct what images say of a patient", responses=responses(409, 507))
def rectify(asked: ToRectify, caller: Officer, diafan: Held) -> RectificationEffect:
    """Have each image come in again as a new revision of itself; results, reports and deliveries follow.

    507: the disk is full; what came in stays corrected, and the same request again goes on with the rest.
    """
    rectifier = rectifier_of(diafan)
    with _told():
        wanted = _checked(rectifier, asked.values)
        return _effect(rectifier.rectify(asked.patient, wanted, caller.agent, asked.studies, caller.request_id))


def _checked(rectifier: Rectifier, values: RightValues) -> Correction:
    """Check each value by itself, so that all which do not fit are told at once."""
    named = values.model_dump(exclude_none=True)
    said: dict[Attribute, str] = {}
    unfit: dict[str, str] = {}
    for one in Attribute:
        member = one.value.replace("-", "_")
        if member not in named:
            continue
        said[one] = named[member]
        try:
            rectifier.checked({one: said[one]})
        except Unfit as why:
            unfit[member] = str(why)
    if unfit:
        told = "; ".join(unfit.values())
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "unfit", told, members={"unfit": list(unfit)})
    return rectifier.checked(said)


def _effect(told: Rectification) -> RectificationEffect:
    counts = {name: getattr(told, name) for name in RectificationEffect.model_fields if name != "studies"}
    return RectificationEffect(studies=len(told.studies), **counts)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotRectifiable as why:
        raise ProblemError(HTTPStatus.CONFLICT, "not-rectifiable", str(why)) from None
    except NoRoom:
        raise _no_room() from None
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        raise _no_room() from None


def _no_room() -> ProblemError:
    return ProblemError(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "no-room",
        "the disk is full: what came in stays corrected, and the same request again goes on with the rest",
    )
