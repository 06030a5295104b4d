"""The worklist as a physician reads it, and the events that keep it live."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from audit.event import EventType
from integrations.original_attributes import Attribute
from models.assessment import Call
from models.labels import Label
from service import worklist
from service.api.principal import Held, StudyReader
from service.api.problems import responses
from service.api.schemas import AT, STUDY_UID, example, example_of
from service.records import ReviewState, StudyHeader, StudyStatus
from service.worklist import Sort, Wanted

router = APIRouter(tags=["studies"], responses=responses(401, 403, 422, 503))

_MOST_LINES = 200
_UID = Annotated[str, StringConstraints(pattern=r"^[0-9.]{1,64}$")]


class WorklistQuery(BaseModel):
    """Which studies are wanted. It travels as a body: what is searched for names people, and addresses end up in logs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"status": ["parked"], "sort": "received", "limit": 50}]}
    )

    status: list[StudyStatus] = Field([], description="only these; none: all")
    review: list[ReviewState] = Field([], description="only studies whose review stands so; none: all")
    finding: Label | None = Field(None, description="only studies in which it is called present")
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\x00]*$")] = Field(
        "", description="words, each of which stands in the patient's name, Patient ID or accession number"
    )
    studies: list[_UID] = Field([], max_length=_MOST_LINES, description="only these; none: all")
    sort: Sort = Field(Sort.RECEIVED, description="`priority`: as the site orders findings, then the newest first")
    descending: bool = True
    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(50, ge=1, le=_MOST_LINES)


class ListedFinding(BaseModel):
    """One label of a study that is called or left open, with its calibrated probability."""

    model_config = example(label="Pleural Effusion", call="present", probability=0.81, threshold=0.42)

    label: Label
    call: Call
    probability: float | None
    threshold: float | None


class WorklistStudy(BaseModel):
    """One line: whose study, where it stands, and what was found. No physician has signed it unless ``review`` says so."""

    model_config = example(
        study_instance_uid=STUDY_UID,
        patient_id="DEMO-1",
        patient_id_before="",
        patient_changed_at=None,
        corrected=[],
        corrected_on=None,
        patient_name="Family^Given",
        birth_date="1950-01-31",
        sex="F",
        accession_number="A-1",
        study_date="2026-01-31",
        description="Chest PA",
        status="delivered",
        review="none",
        reason_code="",
        reason="",
        received_at=AT,
        changed_at=AT,
        source="dicom:PACS1",
        images=1,
        findings=[example_of(ListedFinding)],
        priority=0,
    )

    study_instance_uid: str
    patient_id: str = Field(description="as every text here as the header has it; empty: nothing of the study was kept")
    patient_id_before: str = Field(description="the Patient ID until `patient_changed_at`")
    patient_changed_at: datetime | None = Field(
        description="when the study last came under another patient than before: a person should look whose it is"
    )
    corrected: list[Attribute] = Field(
        description="what of patient and study was wrong before and was corrected, as the header itself says"
    )
    corrected_on: date | None = Field(description="the last day on which something was corrected")
    patient_name: str
    birth_date: date | None
    sex: str
    accession_number: str
    study_date: date | None
    description: str
    status: StudyStatus = Field(
        description="`parked`: something of it waits for a person; `restricted`: the patient's data are (GDPR Art. 18), and the line says no more"
    )
    review: ReviewState = Field(
        description="`draft`: begun and not signed; `waiting`: for a second opinion; `again`: an image came after the signature"
    )
    reason_code: str = Field(description="why it is parked or declined, for programs")
    reason: str
    received_at: datetime = Field(description="when its newest image came")
    changed_at: datetime
    source: str = Field(description="who sent the newest image: `dicom:<AE title>`, `api:<client>` or `stow:<client>`")
    images: int
    findings: list[ListedFinding] = Field(
        description="what is called or left open, most urgent first; No Finding where it is called"
    )
    priority: int | None = Field(
        description="place in the site's order of findings, 0 first; null: none of them is called"
    )


class Worklist(BaseModel):
    """A part of the worklist."""

    model_config = example(total=1, offset=0, studies=[example_of(WorklistStudy)])

    total: int = Field(description="how many studies are wanted in all")
    offset: int
    studies: list[WorklistStudy]


@router.post("/worklist", summary="Read the worklist")
def read_worklist(query: WorklistQuery, caller: StudyReader, diafan: Held) -> Worklist:
    """Studies with patient, status and findings. It changes nothing; reading it is in the audit log."""
    wanted = Wanted(
        query.status, query.finding, query.text, query.studies, query.sort, query.descending, reviews=query.review
    )
    order = diafan.settings.priority
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        total, rows = worklist.rows(db, wanted, order, query.offset, query.limit)
        diafan.record(
            db.connection(),
            EventType.STUDIES_QUERIED,
            caller.agent,
            request=caller.request_id,
            detail={"kind": "worklist", "count": len(rows)},
        )
    return Worklist(total=total, offset=query.offset, studies=[_study(row, order) for row in rows])


def _study(row: worklist.Row, order: tuple[Label, ...]) -> WorklistStudy:
    line, header = row.line, row.header or StudyHeader()
    listed = [
        ListedFinding(
            label=f.finding.label, call=f.finding.call, probability=f.finding.probability, threshold=f.finding.threshold
        )
        for f in row.findings
        if f.finding.call is Call.PRESENT
        or (f.finding.call is Call.INDETERMINATE and f.finding.label is not Label.NO_FINDING)
    ]
    places = {label: place for place, label in enumerate(order)}
    listed.sort(key=lambda f: (f.call is not Call.PRESENT, places.get(f.label, len(places)), -(f.probability or 0)))
    return WorklistStudy(
        study_instance_uid=line.study_instance_uid,
        patient_id=header.patient_id or "",
        patient_id_before=header.patient_id_before or "",
        patient_changed_at=header.patient_changed_at,
        corrected=[one for one in Attribute if one.value in (header.corrected or "").split()],
        corrected_on=dicom_date(header.corrected_on),
        patient_name=header.patient_name or "",
        birth_date=dicom_date(header.birth_date),
        sex=header.sex or "",
        accession_number=header.accession_number or "",
        study_date=dicom_date(header.study_date),
        description=header.description or "",
        status=line.status,
        review=line.review,
        reason_code=line.reason_code,
        reason=line.reason,
        received_at=line.received_at,
        changed_at=line.changed_at,
        source=line.source,
        images=line.images,
        findings=listed,
        priority=row.priority,
    )


def dicom_date(dicom: str | None) -> date | None:
    """Return a DICOM date; a sender's mistake is no date."""
    try:
        return datetime.strptime(dicom or "", "%Y%m%d").date()  # noqa: DTZ007 - a date has no time zone
    except ValueError:
        return None
