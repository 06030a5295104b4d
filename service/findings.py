"""Findings as records, and the answer of a study: for each label the one that decides over its images."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from integrations.diagnostic_report import ReportedFinding
from models.assessment import Call, Finding, ModelIdentity, without_contradiction
from models.labels import LABELS, Label
from models.registry import Tier
from service.records import FindingRecord, Image

_RISING = (Call.ABSENT, Call.INDETERMINATE, Call.PRESENT)


def strongest(images: Sequence[Image], findings: Sequence[FindingRecord]) -> tuple[ReportedFinding, ...]:
    """Per label the study's answer, naming the image and the model that gave it.

    A finding is what it is on any image: present before indeterminate before absent, then by the highest calibrated
    probability. Probabilities alone would not do: two models may have two thresholds. No Finding is the contrary, and holds
    for a study only where it holds for every image: absent before indeterminate before present, then by the lowest
    probability. It is left open where an image has no answer for it, or another label is called.

    A label is not assessed only where no image has it assessed; exploratory numbers are no answer and stay out.
    """
    by_id = {image.id: image for image in images}

    def rank(record: FindingRecord) -> tuple[int, float, str]:
        return _RISING.index(Call(record.call)), record.probability or 0.0, by_id[record.image_id].sop_instance_uid

    answers: list[ReportedFinding] = []
    for label in LABELS:
        records = [f for f in findings if f.label == label.value and tier_of(f) is Tier.ASSESSED]
        if not records:
            answers.append(ReportedFinding(Finding(label, Call.NOT_ASSESSED), None))
            continue
        record = min(records, key=rank) if label is Label.NO_FINDING else max(records, key=rank)
        image, finding = by_id[record.image_id], finding_of(record)
        if label is Label.NO_FINDING and finding.call is Call.PRESENT and len(records) < len(images):
            finding = finding.left_open()
        answers.append(ReportedFinding(finding, image.sop_instance_uid, model_of(image)))
    agreed = without_contradiction(tuple(answer.finding for answer in answers))
    return tuple(replace(answer, finding=finding) for answer, finding in zip(answers, agreed, strict=True))


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
