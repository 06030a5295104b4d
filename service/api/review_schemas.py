"""What the API asks and answers about reviews, with an example each."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.assessment import Call
from models.labels import Label
from service.api.schemas import AT, IMAGE_ID, SHA256, STUDY_UID, example, example_of
from service.records import ReviewState
from service.review_content import Content, FreeText, JudgedFinding, LabelVerdict, Region
from service.review_records import ReviewKind
from service.review_rules import Need, Refusal

_REVIEW_ID = "7c4c9a0e-55a0-4f0c-9a37-3a3f7d1c1f02"
_CONTENT: dict[str, Any] = {
    "report_revision": 1,
    "verdicts": [{"label": "Pleural Effusion", "verdict": "disagree", "answer": None}],
    "regions": [{"label": "Pleural Effusion", "image_id": IMAGE_ID, "points": [[0.1, 0.6], [0.3, 0.6], [0.2, 0.9]]}],
    "text": "A skin fold.",
}
_Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


def _asked(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [values]})


class DraftToSave(Content):
    """What a physician has so far. Nothing is needed yet but the revision that it looks at; a region may come before its verdict."""

    model_config = _asked(version=0, **_CONTENT)

    version: _Number = Field(description="of the draft that was changed, as it was answered last; 0: there was none")


class Draft(Content):
    """What was saved. It belongs to the person: another session of theirs finds it."""

    model_config = _asked(version=1, saved_at=AT, **_CONTENT)

    version: int
    saved_at: datetime


class DraftDiscarded(BaseModel):
    """Whether there was a draft."""

    model_config = example(discarded=True)

    discarded: bool


class Signature(BaseModel):
    """What is signed: the draft in that version, looking at that revision of the report."""

    model_config = _asked(report_revision=1, version=3, amends=None)

    report_revision: _Number
    version: _Number
    amends: UUID | None = Field(
        None,
        description="the signature whose place this takes: `standing`. Without it nothing that is signed is changed",
    )


class Question(BaseModel):
    """What a colleague is asked, and who. In doubt a physician asks another one (Poland: Art. 37 of the act on the professions)."""

    model_config = _asked(question="Effusion or skin fold?", asked_of="")

    question: FreeText = ""
    asked_of: Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00]*$")] = Field(
        "", description="a colleague's subject at the identity provider; empty: any other physician"
    )


class SignedReview(BaseModel):
    """One signature. It never changes; an amendment takes its place."""

    model_config = example(
        id=_REVIEW_ID,
        kind="first",
        name="Alice Example",
        is_yours=True,
        **_CONTENT,
        findings=[
            {
                "label": "Pleural Effusion",
                "call": "present",
                "probability": 0.81,
                "threshold": 0.42,
                "image_sha256": SHA256,
                "model_digest": SHA256,
            }
        ],
        supersedes=None,
        signed_at=AT,
    )

    id: UUID
    kind: ReviewKind
    name: str = Field(description="who signed, for people; empty where no name is known")
    is_yours: bool
    report_revision: int
    verdicts: list[LabelVerdict]
    regions: list[Region]
    text: str
    findings: list[JudgedFinding] = Field(description="the machine's answers as they stood")
    supersedes: UUID | None = Field(description="the signature whose place this one takes")
    signed_at: datetime


class SecondOpinion(BaseModel):
    """A second opinion that was asked for. The study waits until it is answered or withdrawn."""

    model_config = example(
        id="5a1e8c7a-8a53-44b5-9c55-8d2a7a0f1c11",
        name="Alice Example",
        is_yours=True,
        question="Effusion or skin fold?",
        asked_of="",
        asked_at=AT,
        answered_by=None,
        withdrawn_at=None,
    )

    id: UUID
    name: str = Field(description="who asked, for people; empty where no name is known")
    is_yours: bool
    question: str
    asked_of: str
    asked_at: datetime
    answered_by: UUID | None = Field(description="the signature that answered")
    withdrawn_at: datetime | None


class MissingVerdict(BaseModel):
    """What your draft lacks for a signature."""

    model_config = example(label="Pleural Effusion", call="present", need="verdict")

    label: Label
    call: Call
    need: Need = Field(
        description="`verdict`: none yet; `answer`: say what it is, disagreeing does not; "
        "`contradiction`: No Finding beside a finding that you see"
    )


class StudyReview(BaseModel):
    """What a physician finds at a study: their own draft, what was signed and asked, and what a signature lacks."""

    model_config = example(
        study_instance_uid=STUDY_UID,
        state="draft",
        report_revision=1,
        report_pending=False,
        draft=example_of(Draft),
        reviews=[],
        standing=None,
        second_opinions=[],
        signs_as="first",
        obstacle=None,
        missing=[],
    )

    study_instance_uid: str
    state: ReviewState
    report_revision: int = Field(
        description="the newest: what a draft and a signature have to look at; 0: no report yet"
    )
    report_pending: bool = Field(
        description="another report is being made, or could not be made: nothing can be signed now"
    )
    draft: Draft | None = Field(description="your own")
    reviews: list[SignedReview] = Field(description="what was signed, oldest first")
    standing: UUID | None = Field(description="the signature that stands: what an amendment has to name")
    second_opinions: list[SecondOpinion] = Field(description="oldest first")
    signs_as: ReviewKind | None = Field(description="what your signature would be; null: it is not for you to sign now")
    obstacle: Refusal | None = Field(
        description="why you cannot sign now, whatever your draft lacks; null: nothing is in the way"
    )
    missing: list[MissingVerdict]
