"""What the API answers, as pydantic models with an example each: OpenAPI is made of them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.assessment import Call
from models.labels import Label
from service.records import DeliveryState, ImageState, Parcel

_UID = "2.25.103914386212412399201345263738192837465"
_SOP = "2.25.221931450210318477320915501833261920117"
_IMAGE = "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11"
_DIGEST = "9f2c1f6f0b6e0c4d0a3a8b7d4e5f60718293a4b5c6d7e8f90123456789abcdef"
_AT = "2026-01-31T12:00:05.120000Z"


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [values]})


def _of(model: type[BaseModel]) -> Any:
    """Return a model's example."""
    extra: Any = model.model_config["json_schema_extra"]
    return extra["examples"][0]


LongString = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\\\x00-\x1f\x7f]*$")]


class PatientFields(BaseModel):
    """What a PNG or JPEG cannot say of its patient. A DICOM file says it itself, and these fields are then not used."""

    model_config = ConfigDict(extra="forbid")

    patient_id: LongString | None = Field(None, description="PatientID; required for PNG and JPEG")
    patient_name: LongString = Field("", description="PatientName, as `Family^Given`")
    birth_date: date | None = Field(None, description="PatientBirthDate, as `1950-01-31`")
    sex: Literal["M", "F", "O", ""] = Field("", description="PatientSex")
    accession_number: Annotated[LongString, StringConstraints(max_length=16)] = Field("", description="AccessionNumber")
    view: Literal["PA", "AP", ""] = Field("", description="ViewPosition")


class UploadedFile(BaseModel):
    """What became of one file of an upload."""

    model_config = _example(
        position=0,
        outcome="accepted",
        image_id=_IMAGE,
        status_url=f"/images/{_IMAGE}",
        wrapped=False,
        code="",
        reason="",
    )

    position: int = Field(description="place of the file in the upload, from 0")
    outcome: Literal["accepted", "already held", "declined", "parked", "refused"]
    image_id: UUID | None = Field(None, description="absent where nothing was kept")
    status_url: str = Field("", description="where to look how it goes on")
    wrapped: bool = Field(default=False, description="a PNG or JPEG was wrapped into a Secondary Capture")
    code: str = Field("", description="why it was declined, parked or refused, for programs")
    reason: str = Field("", description="the same for people")


class Uploaded(BaseModel):
    """One result for each file, in the order of the upload; look at every one."""

    model_config = _example(results=[_of(UploadedFile)])

    results: list[UploadedFile]


class StudyLine(BaseModel):
    """One study in a list. Findings are in the study itself: looking at them is recorded for that study."""

    model_config = _example(
        study_instance_uid=_UID,
        first_seen_at=_AT,
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

    model_config = _example(studies=[_of(StudyLine)], next_cursor=None)

    studies: list[StudyLine]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page; null: this is the last")


class Model(BaseModel):
    """Which model spoke; the digest pins its weights, labels, preprocessing, thresholds and calibration."""

    model_config = _example(name="nih-demonstration", version="1.0.0", digest=_DIGEST)

    name: str
    version: str
    digest: str = Field(description="SHA-256 (hex) of the model's manifest")


class LabelStanding(BaseModel):
    """Whether a model assesses a label."""

    model_config = _example(
        label="Fracture", assessed=False, not_assessed_because="the training data never had it", threshold=None
    )

    label: Label
    assessed: bool
    not_assessed_because: str = ""
    threshold: float | None = Field(
        None, description="calibrated probability from which on the label is called present"
    )


class ModelInUse(Model):
    """The model that answers now, and what it can say anything about."""

    model_config = _example(
        name="nih-demonstration",
        version="1.0.0",
        digest=_DIGEST,
        intended_use="research use, not for diagnosis",
        labels=[_of(LabelStanding)],
    )

    intended_use: str
    labels: list[LabelStanding]


class ImageSummary(BaseModel):
    """One received image at one revision of its headers."""

    model_config = _example(
        id=_IMAGE,
        sop_instance_uid=_SOP,
        revision=1,
        state="analysed",
        reason_code="",
        reason="",
        received_at=_AT,
        analysed_at=_AT,
    )

    id: UUID
    sop_instance_uid: str
    revision: int
    state: ImageState
    reason_code: str = Field(description="why it was declined or parked, for programs")
    reason: str
    received_at: datetime
    analysed_at: datetime | None


class ImageDetail(ImageSummary):
    """One received image, all that is known of it beside its pixels."""

    model_config = _example(
        **_of(ImageSummary),
        study_instance_uid=_UID,
        series_instance_uid="2.25.31",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        modality="DX",
        source="dicom:PACS1",
        wrapped=False,
        size_bytes=7_340_032,
        model={"name": "nih-demonstration", "version": "1.0.0", "digest": _DIGEST},
    )

    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    modality: str
    source: str = Field(description="who sent it: `dicom:<AE title>` or `api:<client>`")
    wrapped: bool
    size_bytes: int
    model: Model | None = Field(description="the model that assessed it; null: none did")


class FindingAnswer(BaseModel):
    """One label's answer. The numbers are null where the label is not assessed: it has no answer then."""

    model_config = _example(
        label="Pleural Effusion", call="present", probability=0.81, threshold=0.42, logit=1.37, not_assessed_because=""
    )

    label: Label
    call: Call
    probability: float | None = Field(description="calibrated, in [0, 1]")
    threshold: float | None = Field(description="probability from which on the label is called present")
    logit: float | None = Field(description="the network's raw score")
    not_assessed_because: str = ""


class ImageFindings(BaseModel):
    """The answers for all 14 labels on one image."""

    model_config = _example(
        image_id=_IMAGE,
        status="preliminary",
        intended_use="research use, not for diagnosis",
        model={"name": "nih-demonstration", "version": "1.0.0", "digest": _DIGEST},
        findings=[_of(FindingAnswer)],
    )

    image_id: UUID
    status: Literal["preliminary"] = Field("preliminary", description="no physician has signed this")
    intended_use: str
    model: Model
    findings: list[FindingAnswer]


class StudyFinding(FindingAnswer):
    """Per label the answer with the highest calibrated probability over the study's images, and the image it came from."""

    model_config = _example(
        **_of(FindingAnswer),
        sop_instance_uid=_SOP,
    )

    sop_instance_uid: str | None


class ReportLine(BaseModel):
    """The newest report of a study."""

    model_config = _example(revision=1, status="preliminary", created_at=_AT)

    revision: int
    status: str
    created_at: datetime


class DeliveryLine(BaseModel):
    """One parcel on its way to one destination."""

    model_config = _example(
        id="c1b7c0de-3a52-4a3e-9a0e-7d8f6a5b4c3d",
        destination="pacs",
        parcel="results",
        study_instance_uid=_UID,
        image_id=_IMAGE,
        state="delivered",
        attempts=1,
        last_error="",
        proof="found by C-FIND",
        created_at=_AT,
        finished_at=_AT,
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


class DeliveryPage(BaseModel):
    """Deliveries, newest first."""

    model_config = _example(deliveries=[_of(DeliveryLine)], next_cursor=None)

    deliveries: list[DeliveryLine]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page; null: this is the last")


class StudyDetail(StudyLine):
    """One study: what was received, what was found, and where that went. No physician has signed any of it."""

    model_config = _example(
        **_of(StudyLine),
        status="preliminary",
        intended_use="research use, not for diagnosis",
        park_reason="",
        report=_of(ReportLine),
        received=[_of(ImageSummary)],
        findings=[_of(StudyFinding)],
        deliveries=[_of(DeliveryLine)],
    )

    status: Literal["preliminary"] = Field("preliminary", description="no physician has signed this")
    intended_use: str
    park_reason: str = Field(description="why no report could be written; empty: nothing is in the way")
    report: ReportLine | None
    received: list[ImageSummary]
    findings: list[StudyFinding] = Field(description="empty until an image was analysed")
    deliveries: list[DeliveryLine]


class ObjectLine(BaseModel):
    """One DICOM object that Diafan authored for an image."""

    model_config = _example(
        sop_instance_uid="2.25.77",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.7",
        series_instance_uid="2.25.76",
        kind="overlay",
        label="Pleural Effusion",
        sha256=_DIGEST,
        created_at=_AT,
        content_url="/objects/2.25.77",
    )

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    kind: str
    label: str
    sha256: str
    created_at: datetime
    content_url: str


class ImageObjects(BaseModel):
    """The objects of one image, in the order of their series: the summary first."""

    model_config = _example(objects=[_of(ObjectLine)])

    objects: list[ObjectLine]


class AuditEntry(BaseModel):
    """One entry of the log: its place in the tree, its RFC 9162 leaf hash, and the event as recorded."""

    model_config = _example(
        index=41,
        leaf_hash=_DIGEST,
        event={
            "v": 1,
            "type": "study-shown",
            "outcome": "success",
            "occurred_at": _AT,
            "agent": {"kind": "person", "id": "a-physician"},
            "study_uid": _UID,
        },
    )

    index: int
    leaf_hash: str
    event: dict[str, Any]


class AuditPage(BaseModel):
    """Entries in the order of the log."""

    model_config = _example(entries=[_of(AuditEntry)], next_after=41)

    entries: list[AuditEntry]
    next_after: int | None = Field(description="give it as `after` for the next page; null: there is no more now")


class AuditDefect(BaseModel):
    """One place where the log is not what was signed."""

    model_config = _example(kind="changed", first=41, last=41, meaning="entry 41: not what was signed")

    kind: str
    first: int | None
    last: int | None
    meaning: str


class AuditVerification(BaseModel):
    """Whether the log is what was signed. A tail cut together with its checkpoints cannot be seen from here."""

    model_config = _example(size=1234, waiting=0, whole=True, defects=[])

    size: int = Field(description="entries under the newest checkpoint")
    waiting: int = Field(description="entries that are committed and not yet in the tree")
    whole: bool
    defects: list[AuditDefect]


class Health(BaseModel):
    """Up, or up and able to work."""

    model_config = _example(status="ready")

    status: Literal["live", "ready"]


class KeySet(BaseModel):
    """RFC 7517: the public keys of the embedded issuer."""

    model_config = _example(
        keys=[{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]
    )

    keys: list[dict[str, Any]]
