"""What the API answers of studies and images, as pydantic models with an example each: OpenAPI is made of them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from integrations.rejection_note import RejectionReason
from integrations.verdict import ReportStatus
from models.assessment import Call
from models.labels import Label
from models.registry import Tier
from service.records import DeliveryState, ImageState, Parcel

STUDY_UID = "2.25.103914386212412399201345263738192837465"
SOP_UID = "2.25.221931450210318477320915501833261920117"
IMAGE_ID = "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11"
SHA256 = "9f2c1f6f0b6e0c4d0a3a8b7d4e5f60718293a4b5c6d7e8f90123456789abcdef"
AT = "2026-01-31T12:00:05.120000Z"


def example(**values: Any) -> ConfigDict:
    """Return a model's configuration that holds its example; models are also read from records."""
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [values]})


def example_of(model: type[BaseModel]) -> Any:
    """Return a model's example."""
    extra: Any = model.model_config["json_schema_extra"]
    return extra["examples"][0]


class StudyLine(BaseModel):
    """One study in a list. Findings are in the study itself: looking at them is recorded for that study."""

    model_config = example(
        study_instance_uid=STUDY_UID,
        first_seen_at=AT,
        images={"analysed": 1, "declined": 1},
        report_revision=1,
        report_pending=False,
    )

    study_instance_uid: str
    first_seen_at: datetime
    images: dict[ImageState, int] = Field(description="how many images are in each state")
    report_revision: int = Field(description="0: no report yet")
    report_pending: bool = Field(description="a (new) report is owed, once the study has been quiet for a while")


class StudyPage(BaseModel):
    """Studies, newest first."""

    model_config = example(studies=[example_of(StudyLine)], next_cursor=None)

    studies: list[StudyLine]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page; null: this is the last")


class Model(BaseModel):
    """Which model spoke; the digest pins its weights, labels, preprocessing, thresholds and calibration."""

    model_config = example(name="nih-demonstration", version="1.0.0", digest=SHA256)

    name: str
    version: str
    digest: str = Field(description="SHA-256 (hex) of the model's manifest")


class ImageSummary(BaseModel):
    """One received image at one revision of its headers."""

    model_config = example(
        id=IMAGE_ID,
        sop_instance_uid=SOP_UID,
        revision=1,
        state="analysed",
        reason_code="",
        reason="",
        received_at=AT,
        analysed_at=AT,
        pixels_expired_at=None,
        evidence_expired_at=None,
    )

    id: UUID
    sop_instance_uid: str
    revision: int
    state: ImageState
    reason_code: str = Field(description="why it was declined or parked, for programs")
    reason: str
    received_at: datetime
    analysed_at: datetime | None
    pixels_expired_at: datetime | None = Field(
        description="since when its header is all that is kept here of it: it cannot be shown, and no verdict be signed on it"
    )
    evidence_expired_at: datetime | None = Field(description="since when its maps are no longer kept here")


class ImageDetail(ImageSummary):
    """One received image, all that is known of it beside its pixels."""

    model_config = example(
        **example_of(ImageSummary),
        study_instance_uid=STUDY_UID,
        series_instance_uid="2.25.31",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        modality="DX",
        source="dicom:PACS1",
        wrapped=False,
        size_bytes=7_340_032,
        model={"name": "nih-demonstration", "version": "1.0.0", "digest": SHA256},
    )

    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    modality: str
    source: str = Field(description="who sent it: `dicom:<AE title>`, `api:<client>` or `stow:<client>`")
    wrapped: bool
    size_bytes: int
    model: Model | None = Field(description="the model that assessed it; null: none did")


class FindingAnswer(BaseModel):
    """One label's answer. The numbers are null where the label is not assessed: it has no answer then.

    An exploratory label has no call either. Its probability and logit are given to who asks with `exploratory=true`.
    """

    model_config = example(
        label="Pleural Effusion",
        tier="assessed",
        call="present",
        probability=0.81,
        threshold=0.42,
        logit=1.37,
        not_assessed_because="",
    )

    label: Label
    tier: Tier = Field(description="how far the answer can be trusted, as the model's evaluation showed")
    call: Call = Field(description="`indeterminate`: too close to the threshold to say")
    probability: float | None = Field(description="calibrated, in [0, 1]")
    threshold: float | None = Field(description="probability from which on the label is called present")
    logit: float | None = Field(description="the network's raw score")
    not_assessed_because: str = ""


class ImageFindings(BaseModel):
    """The answers for all 14 labels on one image."""

    model_config = example(
        image_id=IMAGE_ID,
        status="preliminary",
        intended_use="research use, not for diagnosis",
        model={"name": "nih-demonstration", "version": "1.0.0", "digest": SHA256},
        findings=[example_of(FindingAnswer)],
    )

    image_id: UUID
    status: Literal["preliminary", "entered-in-error"] = Field(
        description="`preliminary`: no physician has signed this; `entered-in-error`: it was withdrawn and must not be used"
    )
    intended_use: str
    model: Model
    findings: list[FindingAnswer]


class StudyFinding(FindingAnswer):
    """Per label the answer over the study's images: called before indeterminate before absent, then by calibrated probability; and its image."""

    model_config = example(
        **example_of(FindingAnswer),
        sop_instance_uid=SOP_UID,
    )

    sop_instance_uid: str | None


class ReportLine(BaseModel):
    """The newest report of a study. `withheld`: made after a signature, and not sent until a physician has looked at it."""

    model_config = example(revision=1, status="preliminary", created_at=AT)

    revision: int
    status: str
    created_at: datetime


class DeliveryLine(BaseModel):
    """One parcel on its way to one destination."""

    model_config = example(
        id="c1b7c0de-3a52-4a3e-9a0e-7d8f6a5b4c3d",
        destination="pacs",
        parcel="results",
        study_instance_uid=STUDY_UID,
        image_id=IMAGE_ID,
        state="delivered",
        attempts=1,
        last_error="",
        proof="found by C-FIND",
        created_at=AT,
        finished_at=AT,
    )

    id: UUID
    destination: str
    parcel: Parcel = Field(
        description="`source`: a wrapped upload itself; `results`: Secondary Captures; `report`: the FHIR bundle"
    )
    study_instance_uid: str
    image_id: UUID | None
    state: DeliveryState
    attempts: int
    last_error: str = Field(description="what the destination answered to the last try that failed")
    proof: str = Field(description="how we know that it arrived; empty until then")
    created_at: datetime
    finished_at: datetime | None


class StudyDetail(StudyLine):
    """One study: what was received, what the machine found, and where that went. ``status`` says whether a physician has signed."""

    model_config = example(
        **example_of(StudyLine),
        status="preliminary",
        intended_use="research use, not for diagnosis",
        withdrawn_at=None,
        withdrawn_because=None,
        park_reason="",
        report=example_of(ReportLine),
        received=[example_of(ImageSummary)],
        findings=[example_of(StudyFinding)],
        deliveries=[example_of(DeliveryLine)],
    )

    status: ReportStatus = Field(
        description="of the newest report that was to be sent; `preliminary`: no physician has signed; `entered-in-error`: withdrawn"
    )
    intended_use: str
    withdrawn_at: datetime | None = Field(description="when a person said that the results must not be used")
    withdrawn_because: RejectionReason | None
    park_reason: str = Field(description="why no report could be written; empty: nothing is in the way")
    report: ReportLine | None
    received: list[ImageSummary]
    findings: list[StudyFinding] = Field(
        description="the machine's; what a physician says of them is in the study's review. Empty until an image was analysed, and where they were withdrawn"
    )
    deliveries: list[DeliveryLine]


class ObjectLine(BaseModel):
    """One DICOM object that Diafan authored for an image, or for a report of its study."""

    model_config = example(
        sop_instance_uid="2.25.77",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.7",
        series_instance_uid="2.25.76",
        kind="overlay",
        label="Pleural Effusion",
        status="active",
        sha256=SHA256,
        created_at=AT,
        content_url="/objects/2.25.77",
    )

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    kind: str
    label: str
    status: Literal["active", "withdrawn"] = Field(
        description="`withdrawn`: it must not be used, and its file is given out no more"
    )
    sha256: str
    created_at: datetime
    content_url: str


class ImageObjects(BaseModel):
    """The objects of one image, the summary first; or those of a study, its reports first."""

    model_config = example(objects=[example_of(ObjectLine)])

    objects: list[ObjectLine]
