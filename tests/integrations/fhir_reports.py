"""Reports for the tests of the FHIR edge: a canary patient, all four calls, two radiographs and a result of ours."""

from dataclasses import replace
from datetime import UTC, datetime

from integrations.diagnostic_report import Report, ReportedFinding
from integrations.imaging_study import ReportedInstance
from integrations.instance import Study
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS, Label

STUDY = Study(
    study_instance_uid="1.2.826.0.1.3680043.8.498.1",
    patient_id="CANARY-0815",
    issuer_of_patient_id="Szpital Miejski",
    patient_name="Wiśniewska^Łucja=山田^花子=やまだ^はなこ",
    birth_date="19610904",
    sex="F",
    accession_number="ACC-4711",
    study_id="S1",
    study_date="20260105",
    study_time="101010",
    study_description="Thorax p.a.",
)
IMAGE = "1.2.826.0.1.3680043.8.498.1.1.1"
CR = "1.2.840.10008.5.1.4.1.1.1"
SC = "1.2.840.10008.5.1.4.1.1.7"
SR = "1.2.840.10008.5.1.4.1.1.88.34"


def finding(label, call, probability=0.25):
    if call is Call.NOT_ASSESSED:
        return ReportedFinding(Finding(label, call), None)
    return ReportedFinding(Finding(label, call, probability, 0.5, -1.23456789), IMAGE)


CALLS = {Label.PNEUMONIA: Call.PRESENT, Label.EDEMA: Call.INDETERMINATE}
NEVER = (Label.ENLARGED_CARDIOMEDIASTINUM, Label.FRACTURE, Label.SUPPORT_DEVICES)
FINDINGS = tuple(
    finding(
        label, Call.NOT_ASSESSED if label in NEVER else CALLS.get(label, Call.ABSENT), 0.8 if label in CALLS else 0.1
    )
    for label in LABELS
)
REPORT = Report(
    study=STUDY,
    model=ModelIdentity("demo-resnet50", "1.0.0", "ab" * 32),
    findings=FINDINGS,
    instances=(
        ReportedInstance(CR, IMAGE, "1.2.826.0.1.3680043.8.498.1.1", "CR"),
        ReportedInstance(SC, "2.25.71", "2.25.7", "OT"),
        ReportedInstance(SC, "2.25.72", "2.25.7", "OT"),
    ),
    revision=1,
    issued=datetime(2026, 1, 5, 10, 11, 12, 345678, tzinfo=UTC),
    intended_use="Research use, not for diagnosis",
    patient_system="urn:oid:1.2.3.4",
)
CARDED = replace(
    REPORT, cards={REPORT.model.digest: b"# Model card\nNot for diagnosis."}, dicomweb_url="https://x.example/dicom-web"
)
LATE = replace(
    REPORT,
    revision=2,
    findings=(finding(LABELS[0], Call.PRESENT, 0.9), *FINDINGS[1:]),
    instances=(*REPORT.instances, ReportedInstance(CR, IMAGE + ".2", "1.2.826.0.1.3680043.8.498.1.1", "CR")),
    issued=datetime(2026, 1, 5, 10, 12, tzinfo=UTC),
)
REVISED = replace(LATE, documents=tuple(ReportedInstance(SR, f"2.25.9{n}", "2.25.9", "SR") for n in (1, 2)))
POLISH = replace(CARDED, language="pl")
