"""How long each kind of data is kept here before a job lets go of it (GDPR Art. 5(1)(e))."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from service.destination_settings import Part

NEVER = "none"


def _kept(given: Any) -> Any:
    """Let a word stand for no end: TOML and the environment have no null."""
    return None if given in (NEVER, "") else given


Days = Annotated[Annotated[int, Field(ge=1, le=36_500)] | None, BeforeValidator(_kept)]


class Retention(Part):
    """Whole days, a kind of data at a time; `none`: kept until its patient is erased. Parked or restricted studies lose nothing."""

    source_days: Days = Field(
        30,
        description="pixels of received images, from when all of their study was delivered and nobody was at it any more;"
        " their headers stay. A study that nobody ever looked at is no exception",
    )
    evidence_days: Days = Field(
        None, description="Grad-CAM maps as numbers, likewise; not before the pixels that they are drawn over"
    )
    results_days: Days = Field(
        None,
        description="the DICOM objects that Diafan made, likewise; they need an archive (a `pacs` or `dicomweb` destination)"
        " that has them. Reports and verdicts stay",
    )
    drafts_days: Days = Field(90, description="verdicts that a physician began and did not sign, from the last change")
    failed_jobs_days: Days = Field(30, description="jobs that failed for good; they name studies by their UIDs")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, days, what in (
            ("evidence_days", self.evidence_days, "the evidence is drawn over the radiograph"),
            ("results_days", self.results_days, "a report's page shows a heatmap beside its findings"),
        ):
            if days is not None and (self.source_days is None or days < self.source_days):
                kept = NEVER if self.source_days is None else self.source_days
                raise ValueError(
                    f"retention.{name} ({days}) is shorter than retention.source_days ({kept}): {what}, and would be missing"
                    " while that is still kept. Make it as long, or source_days shorter"
                )
        return self
