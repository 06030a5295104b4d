"""The result objects of one radiograph, of all kinds, as the service would make them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from dicom_samples import MODEL, PLAIN

from integrations.diagnostic_report import Report, ReportedFinding
from integrations.imaging_study import ReportedInstance
from integrations.instance import read_instance
from integrations.parametric_map import build_parametric_map
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.report_content import Shown
from integrations.result_object import ResultKind, ResultObject
from integrations.secondary_capture import author
from integrations.structured_report import build_structured_report
from models.assessment import Assessment, Call, Explanation, Finding
from models.labels import LABELS, Label

CREATED = datetime(2025, 11, 22, 20, 30, 1, 250000, tzinfo=UTC)
CALLED = {Label.PLEURAL_EFFUSION: 0.9, Label.EDEMA: 0.7}
"""In the order of the overlays and of a map's frames: most probable first."""


def answer(label: Label) -> Finding:
    if label in CALLED:
        return Finding(label, Call.PRESENT, CALLED[label], 0.5, 1.0)
    if label is Label.CARDIOMEGALY:
        return Finding(label, Call.ABSENT, 0.12, 0.4, -2.0)
    if label is Label.FRACTURE:
        return Finding(label, Call.INDETERMINATE, 0.42, 0.4, -0.2)
    return Finding(label, Call.NOT_ASSESSED)


def assessment(*called: Label, size: tuple[int, int] = (5, 4)) -> Assessment:
    """Return an assessment whose maps are noise of both signs, the same each time; without ``called`` the usual two are called."""
    random = np.random.default_rng(3)
    findings = tuple(answer(label) for label in LABELS)
    if called:
        findings = tuple(
            Finding(f.label, Call.PRESENT, 0.9, 0.5, 1.0) if f.label in called else Finding(f.label, Call.NOT_ASSESSED)
            for f in findings
        )
    maps = {
        f.label: Explanation(f.label, random.normal(0, 0.1, size).astype(np.float32), (0, 0))
        for f in findings
        if f.call is Call.PRESENT
    }
    return Assessment(MODEL, findings, maps)


def named(made: ResultObject) -> ReportedInstance:
    return ReportedInstance(made.sop_class_uid, made.sop_instance_uid, made.series_instance_uid, "OT")


@dataclass(frozen=True)
class Results:
    """All objects of one image; ``known`` is what they may refer to."""

    file: Path
    source: ReportedInstance
    captures: list[ResultObject]
    map: ResultObject
    map_16bit: ResultObject
    report: Report
    shown: list[Shown]

    @property
    def known(self) -> list[ReportedInstance]:
        return [self.source, *(s.instance for s in self.shown)]

    def document(self, report: Report | None = None, **changes: object) -> ResultObject:
        return build_structured_report(self.file, report or self.report, self.shown, origin=["1"], **changes)


def contents_of(file: Path = PLAIN) -> list[bytes]:
    """Return an object of each of the six kinds that are made of a radiograph: summary, overlay, two maps, report, rejection note."""
    results = results_of(file)
    rejected = [one.instance for one in results.shown]
    note = build_rejection_note(file, rejected, MODEL, reason=RejectionReason.QUALITY, created=CREATED)
    made = [*results.captures[:2], results.map, results.map_16bit, results.document(), note]
    return [one.content for one in made]


def results_of(file: Path = PLAIN) -> Results:
    """Make the Secondary Captures and maps of a radiograph, and what its report is made of."""
    instance, made_of = read_instance(file), assessment()
    source = ReportedInstance(
        instance.sop_class_uid, instance.sop_instance_uid, instance.series_instance_uid, instance.modality or "DX"
    )
    pictures = [(label, np.full((30, 40, 3), 90, np.uint8)) for label in (None, *CALLED)]
    captures = author(file, pictures, MODEL, revision=1, created=CREATED)
    maps = [
        build_parametric_map(file, made_of, revision=1, created=CREATED, kind=kind)
        for kind in (ResultKind.PARAMETRIC_MAP, ResultKind.PARAMETRIC_MAP_16BIT)
    ]
    shown = [Shown(named(c), c.kind, source.sop_instance_uid, c.label) for c in captures]
    shown += [Shown(named(m), m.kind, source.sop_instance_uid, frames=tuple(CALLED)) for m in maps]
    findings = tuple(
        ReportedFinding(f, *((None, None) if f.call is Call.NOT_ASSESSED else (source.sop_instance_uid, MODEL)))
        for f in made_of.findings
    )
    report = Report(
        study=instance.study,
        model=MODEL,
        findings=findings,
        instances=(source, *(s.instance for s in shown)),
        revision=1,
        issued=CREATED,
        intended_use="research use, not for diagnosis",
        patient_system="urn:diafan:patient-id",
    )
    return Results(file, source, captures, *maps, report, shown)
