"""Findings as records, and the answer of a study: the strongest over its images."""

from collections.abc import Sequence
from uuid import UUID

from integrations.diagnostic_report import ReportedFinding
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS, Label
from models.registry import Tier
from service.records import FindingRecord, Image


def strongest(images: Sequence[Image], findings: Sequence[FindingRecord]) -> tuple[ReportedFinding, ...]:
    """Per label the assessed answer with the highest calibrated probability over the study's images, naming image and model.

    A label is not assessed only where no image has it assessed; exploratory numbers are no answer and stay out.
    """
    by_id = {image.id: image for image in images}
    best: list[ReportedFinding] = []
    for label in LABELS:
        records = [f for f in findings if f.label == label.value and tier_of(f) is Tier.ASSESSED]
        if not records:
            best.append(ReportedFinding(Finding(label, Call.NOT_ASSESSED), None))
            continue
        top = max(records, key=lambda f: (f.probability or 0.0, by_id[f.image_id].sop_instance_uid))
        image = by_id[top.image_id]
        best.append(ReportedFinding(finding_of(top), image.sop_instance_uid, model_of(image)))
    return tuple(best)


def tier_of(record: FindingRecord) -> Tier:
    """Return how far the answer can be trusted."""
    if record.call != Call.NOT_ASSESSED.value:
        return Tier.ASSESSED
    return Tier.NOT_ASSESSED if record.probability is None else Tier.EXPLORATORY


def model_of(image: Image) -> ModelIdentity:
    """Return the model that assessed an image."""
    return ModelIdentity(image.model_name, image.model_version, image.model_digest)


def finding_of(record: FindingRecord) -> Finding:
    """Return a stored finding as the model gave it."""
    return Finding(Label(record.label), Call(record.call), record.probability, record.threshold, record.logit)


def finding_record(image_id: UUID, f: Finding) -> FindingRecord:
    """Return the record of an image's finding."""
    return FindingRecord(
        image_id=image_id,
        label=f.label.value,
        call=f.call.value,
        probability=f.probability,
        threshold=f.threshold,
        logit=f.logit,
    )
