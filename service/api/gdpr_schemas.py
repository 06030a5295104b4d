"""What an officer asks and is told for the rights of persons, as pydantic models with an example each."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from integrations.words import Language
from service.api import paging
from service.api.audit_log import LongString
from service.api.schemas import example, example_of

A_PATIENT = "p-7c1e4f0b2a6d4e8f9b3c5d7e1f2a4d09"
A_RECIPIENT = "age1x8w3ftq0c5k0qn3rm5t5pzjv7r4w6cw3n7y8l6x0k9s2f4u3gqdsfj2h7e"

Pseudonym = Annotated[str, StringConstraints(pattern=r"^p-[0-9a-f]{32}$")]


class Whose(BaseModel):
    """Whom a request concerns. It travels as a body: an address would end up in logs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"patient_id": "DEMO-1"}]})

    patient_id: Annotated[LongString, StringConstraints(min_length=1)] = Field(description="PatientID")
    issuer: LongString | None = Field(
        None, description='IssuerOfPatientID; "": of none; null: whichever it is, if there is one only'
    )


class ToldPlace(BaseModel):
    """A destination that results went to."""

    model_config = example(destination="main-pacs", studies=2, withdrawn=0, is_configured=True)

    destination: str
    studies: int = Field(description="of how many studies")
    withdrawn: int = Field(description="of how many of these it heard that Diafan takes them back")
    is_configured: bool = Field(description="no: a person has to tell it by other ways")


class HeldOfPatient(BaseModel):
    """What is held of a patient, in numbers, and what stands in the way of an erasure (GDPR Art. 17 and 19)."""

    model_config = example(
        patient=A_PATIENT,
        issuer="",
        studies=2,
        images=3,
        results=9,
        reports=2,
        verdicts=1,
        told=[example_of(ToldPlace)],
        unwithdrawn=2,
        on_their_way=0,
        kept_until="2046-12-31",
        retention_years=20,
    )

    patient: str = Field(description="how the log names the patient")
    issuer: str = Field(description="of the Patient ID; empty: it has none")
    studies: int
    images: int
    results: int
    reports: int
    verdicts: int = Field(description="reviews that physicians signed")
    told: list[ToldPlace]
    unwithdrawn: int = Field(description="studies whose results are elsewhere, and would be withdrawn there first")
    on_their_way: int = Field(description="deliveries that have not arrived")
    kept_until: date | None = Field(
        description="the last day on which any of it has to be kept (GDPR Art. 17(3)(b), (c)); null: no duty runs"
    )
    retention_years: int = Field(description="the duty to keep, as the setting privacy.retention_years has it")


class AccessRequest(BaseModel):
    """A request for access (GDPR Art. 15) that is to be answered."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"patient": A_PATIENT, "recipients": [A_RECIPIENT]}]}
    )

    patient: Pseudonym = Field(description="as `/gdpr/held` found it")
    recipients: list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]] = Field(
        min_length=1, max_length=8, description="public keys of age; nobody else opens the answer"
    )
    staff: bool = Field(False, description="name people and not their roles only: by a decision on this request")


class BreachForm(StrEnum):
    """For people, or for a spreadsheet."""

    PDF = "pdf"
    CSV = "csv"


class BreachRequest(BaseModel):
    """Which span of the log a notification of a breach is about (GDPR Art. 33 and 34)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"since": "2026-11-20T00:00:00Z", "until": "2026-11-26T12:00:00Z"}]},
    )

    since: paging.Moment = Field(description="acts at this time or later")
    until: paging.Moment = Field(description="acts before this time")
    known_at: paging.Moment | None = Field(None, description="since when the controller knows: the clock of 72 hours")
    agent: Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)] = Field(
        "", description="only acts of this person or system"
    )
    patients: list[Pseudonym] = Field([], max_length=50, description="only acts on these patients (their pseudonyms)")
    named: bool = Field(False, description="say whom the pseudonyms stand for")
    language: Language = "en"
    format: BreachForm = BreachForm.PDF

    @model_validator(mode="after")
    def _has_a_span(self) -> Self:
        if self.since >= self.until:
            raise ValueError("since must be before until")
        return self
