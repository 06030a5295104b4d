"""What a physician says of a study, and the findings that they say it of, as the database and the API hold them."""

from collections import Counter
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from integrations.verdict import Verdict
from models.assessment import Call
from models.labels import LABELS, Label

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
FreeText = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
_MOST_REGIONS = 100


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelVerdict(_Part):
    """What a physician thinks of the machine's answer for one label."""

    label: Label
    verdict: Verdict
    answer: Literal[Call.PRESENT, Call.ABSENT] | None = Field(
        None,
        description="with `disagree` only: the physician's own answer. Needed where the machine's is `indeterminate`; else the "
        "contrary is meant, and `present` where the machine assessed nothing",
    )

    @model_validator(mode="after")
    def _fits(self) -> "LabelVerdict":
        if self.answer is not None and self.verdict is not Verdict.DISAGREE:
            raise ValueError("only who disagrees has an answer of their own")
        return self


class Region(_Part):
    """A closed polygon on one image, where the machine was wrong about a label, or where the finding is."""

    label: Label
    image_id: UUID
    points: list[tuple[Fraction, Fraction]] = Field(
        min_length=3,
        max_length=200,
        description="x and y as fractions of the image's width and height, from its upper left corner; the last joins the first",
    )

    @model_validator(mode="after")
    def _has_an_area(self) -> "Region":
        if any(len({point[axis] for point in self.points}) == 1 for axis in (0, 1)):
            raise ValueError("the points lie on one line")
        return self


class Content(_Part):
    """All that a physician says of a study. ``report_revision`` is the revision of the report that they look at."""

    report_revision: int = Field(ge=1, le=2**31 - 1, description="the report's revision that this looks at")
    verdicts: list[LabelVerdict] = Field([], max_length=len(LABELS), description="one for each label, in any order")
    regions: list[Region] = Field([], max_length=_MOST_REGIONS)
    text: FreeText = ""

    @model_validator(mode="after")
    def _once(self) -> "Content":
        if any(times > 1 for times in Counter(v.label for v in self.verdicts).values()):
            raise ValueError("a label has two verdicts")
        return self


class JudgedFinding(_Part):
    """The machine's answer for one label, as it stood when a physician signed; with the image and the model that gave it.

    ``image_sha256`` is over the pixels of the image, "" where the label was not assessed.
    """

    label: Label
    call: Call
    probability: float | None
    threshold: float | None
    image_sha256: str
    model_digest: str
