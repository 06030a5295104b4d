"""What a Structured Report says: a content tree of template TID 1500, with a group of TID 1501 for each finding.

A group has the finding and its presence, the numbers and the algorithm where the machine answers, the image that the answer
comes from, and the objects that show it. Where a physician has signed, the groups are those labels on which they said
something; where they say otherwise, numbers and algorithm go, and a comment tells what the machine had said.

Clauses: PS3.16 TID 1500, 1501, 1004 (device observer), 1003 (person observer), 4019 (algorithm), 4108 (tracking identifier).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from highdicom.sr import (
    AlgorithmIdentification,
    CodedConcept,
    DeviceObserverIdentifyingAttributes,
    ImageContentItem,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    QualitativeEvaluation,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    TextContentItem,
    TrackingIdentifier,
)
from pydicom.sr.codedict import codes

from integrations import dicom_codes, report_words
from integrations.authorship import MANUFACTURER
from integrations.diagnostic_report import Report, ReportedFinding, conclusion
from integrations.fhir_patient import plain_text
from integrations.imaging_study import ReportedInstance
from integrations.result_object import OVERLAY, SUMMARY
from integrations.uids import derive_uid, device_uid
from models.assessment import Call, ModelIdentity
from models.labels import LABELS, Label

if TYPE_CHECKING:
    from highdicom.sr.value_types import ContentItem

CONTAINS = RelationshipTypeValues.CONTAINS
_ORDER = (Call.PRESENT, Call.INDETERMINATE, Call.ABSENT, Call.NOT_ASSESSED)
_NORMAL = "Present would mean a radiograph without any finding of this list; absent, that it is not called so."
_DECIMALS = 4
_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """One object of ours that shows something of one image: ``kind`` is its record's, ``frames`` the labels of a map's frames."""

    instance: ReportedInstance
    kind: str
    image_uid: str
    label: Label | None = None
    frames: tuple[Label, ...] = ()


def content_tree(report: Report, shown: Sequence[Shown]) -> MeasurementReport:
    """Return the content of ``report``: what it concludes in words, a group for each label, and references to ``shown``."""
    spoken = [r for r in report.findings if report.signed is None or r.finding.label in report.signed.verdict.stated]
    tree = MeasurementReport(
        observation_context=_observers(report),
        procedure_reported=dicom_codes.procedure_code(len(report.radiographs)),
        imaging_measurements=[_group(report, r, shown) for r in sorted(spoken, key=partial(_rank, report))],
    )
    content = tree[0].ContentSequence
    whole: list[ContentItem] = [TextContentItem(dicom_codes.CONCLUSION, conclusion(report), CONTAINS)]
    whole += [_image(dicom_codes.SUMMARY, s.instance) for s in shown if s.kind == SUMMARY]
    # What a reader wants first comes before the groups, which stand last in the template.
    groups = content.pop()
    content.extend([*whole, groups])
    return tree


def person_name(name: str) -> str:
    """Return a display name as a Person Name that a reader may search: one part, for nobody knows which is the family's."""
    return "".join(c for c in plain_text(name) if c not in "\\^=")[:_NAME_LENGTH].strip()


def _rank(report: Report, reported: ReportedFinding) -> tuple[int, float, int]:
    """Put what was found first, then what is open, and last what nobody looked for."""
    finding = reported.finding
    answer = report.signed.verdict.stated[finding.label].answer if report.signed else finding.call
    return _ORDER.index(answer), -(finding.probability or 0.0), LABELS.index(finding.label)


def _observers(report: Report) -> ObservationContext:
    model = report.model
    device = DeviceObserverIdentifyingAttributes(
        uid=device_uid(model), name=model.name, manufacturer_name=MANUFACTURER, model_name=model.name
    )
    person = None
    if report.signed and (name := person_name(report.signed.verdict.physician.name)):
        person = ObserverContext(codes.DCM.Person, PersonObserverIdentifyingAttributes(f"{name}^"))
    return ObservationContext(person, ObserverContext(codes.DCM.Device, device))


def _group(report: Report, reported: ReportedFinding, shown: Sequence[Shown]) -> MeasurementsAndQualitativeEvaluations:
    finding = reported.finding
    stated = report.signed.verdict.stated[finding.label] if report.signed else None
    answer = stated.answer if stated else finding.call
    is_machine = answer is finding.call and finding.call is not Call.NOT_ASSESSED
    image = next((i for i in report.radiographs if i.sop_instance_uid == reported.image_uid), None)
    tracked = derive_uid(
        "finding", report.study.study_instance_uid, report.filed_under or report.model.digest, finding.label
    )
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(tracked, f"Diafan: {finding.label}"),
        finding_type=dicom_codes.label_code(finding.label),
        algorithm_id=_algorithm(reported.model or report.model) if is_machine else None,
        measurements=_numbers(reported) if is_machine else None,
        qualitative_evaluations=[QualitativeEvaluation(dicom_codes.PRESENCE_OF_PROPERTY, dicom_codes.PRESENCE[answer])],
        source_images=[SourceImageForMeasurementGroup(image.sop_class_uid, image.sop_instance_uid)] if image else None,
    )
    items: list[ContentItem] = [TextContentItem(dicom_codes.COMMENT, _remark(report, reported), CONTAINS)]
    if is_machine:
        items += _pictures(finding.label, reported.image_uid, shown)
    group[0].ContentSequence.extend(items)
    return group


def _algorithm(model: ModelIdentity) -> AlgorithmIdentification:
    return AlgorithmIdentification(
        model.name, model.version, parameters=[f"manifest SHA-256 {model.digest}"], manufacturer=MANUFACTURER
    )


def _numbers(reported: ReportedFinding) -> list[Measurement]:
    finding = reported.finding
    numbers = (
        (dicom_codes.PROBABILITY, finding.probability),
        (dicom_codes.THRESHOLD, finding.threshold),
        (dicom_codes.RAW_SCORE, finding.logit),
    )
    return [
        Measurement(name, round(value, _DECIMALS) + 0.0, dicom_codes.NO_UNITS)
        for name, value in numbers
        if value is not None
    ]


def _remark(report: Report, reported: ReportedFinding) -> str:
    if report.signed:
        return report.signed.remark(reported.finding)
    if reported.finding.call is Call.NOT_ASSESSED:
        return "This model has no validated answer for this label: look for yourself."
    said = f"{report_words.not_reviewed()} {report_words.support()}"
    return f"{_NORMAL} {said}" if reported.finding.label is Label.NO_FINDING else said


def _pictures(label: Label, image_uid: str | None, shown: Sequence[Shown]) -> list[ImageContentItem]:
    """Return the overlay of the label on the image that answered, and its frame in each map."""
    items = []
    for s in shown:
        if s.image_uid != image_uid:
            continue
        if s.kind == OVERLAY and s.label is label:
            items.append(_image(dicom_codes.ILLUSTRATION, s.instance))
        elif label in s.frames:
            items.append(_image(dicom_codes.GRAD_CAM, s.instance, s.frames.index(label) + 1))
    return items


def _image(name: CodedConcept, instance: ReportedInstance, frame: int | None = None) -> ImageContentItem:
    return ImageContentItem(
        name,
        instance.sop_class_uid,
        instance.sop_instance_uid,
        referenced_frame_numbers=frame,
        relationship_type=CONTAINS,
    )
