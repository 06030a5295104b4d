"""Verdicts for evaluation: what physicians said of the machine's answers, a line for each label, and nobody's name.

Studies, patients and readers are keyed pseudonyms of their own, so that lines can be grouped and joined with no log; what
a physician wrote by hand stays out, and so does whoever's data are restricted.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import subject
from models.labels import LABELS
from service.gdpr.restriction_record import is_restricted
from service.records import Image, Study
from service.reports import stated_in
from service.review_content import JudgedFinding, LabelVerdict, Region
from service.review_records import Review

COLUMNS = (
    "review",
    "study",
    "patient",
    "reader",
    "kind",
    "stands",
    "signed_at",
    "report_revision",
    "label",
    "call",
    "probability",
    "threshold",
    "image_sha256",
    "model_digest",
    "verdict",
    "answer",
    "regions",
)
SUFFIXES = (".csv", ".ndjson")
_AT_ONCE = 200


def lines(db: Session, secret: bytes) -> Iterator[dict[str, Any]]:
    """Yield a line for each label that a signature speaks of, in the order of the signatures.

    ``answer`` is the physician's own, ``stands`` false where an amendment took its place; ``regions`` are polygons in fractions
    of the image whose pixels have that SHA-256.
    """

    def key(kind: str, *parts: str) -> str:
        return subject.keyed_hash(secret, f"evaluation:{kind}", json.dumps(parts))

    superseded = set(db.scalars(sa.select(Review.supersedes).where(Review.supersedes.is_not(None))))
    signed = sa.select(Review, Study.patient).join(Study).where(~is_restricted(Study.patient))
    signed = signed.order_by(Review.signed_at, Review.id)
    for review, patient in db.execute(signed.execution_options(yield_per=_AT_ONCE)):
        images = sa.select(Image.id, Image.pixel_sha256).where(Image.study_instance_uid == review.study_instance_uid)
        pixels = dict(db.execute(images).all())
        whose = {
            "review": str(review.id),
            "study": key("study", review.study_instance_uid),
            "patient": key("patient", patient) if patient else "",
            "reader": key("reader", review.issuer, review.subject),
            "kind": review.kind.value,
            "stands": review.id not in superseded,
            "signed_at": review.signed_at.isoformat(),
            "report_revision": review.report_revision,
        }
        yield from (whose | line for line in _of_labels(review, pixels))


def _of_labels(review: Review, pixels: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    findings = {f.label: f for f in map(JudgedFinding.model_validate, review.findings)}
    verdicts = {v.label: v.verdict for v in map(LabelVerdict.model_validate, review.verdicts)}
    regions = [Region.model_validate(region) for region in review.regions]
    stated = stated_in(review)
    for label in LABELS:
        drawn = [r for r in regions if r.label is label]
        if label in verdicts or drawn:
            yield {
                **findings[label].model_dump(mode="json"),
                "verdict": verdicts[label].value if label in verdicts else "",
                "answer": stated[label].answer.value if label in stated else "",
                "regions": [{"image_sha256": pixels.get(r.image_id, ""), "points": r.points} for r in drawn],
            }


def write(path: Path, told: Iterator[dict[str, Any]]) -> int:
    """Write the lines as CSV (regions as JSON in their column) or, by the suffix .ndjson, as a JSON object a line; return how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS) if path.suffix == ".csv" else None
        if table is not None:
            table.writeheader()
        for count, line in enumerate(told, 1):  # noqa: B007 - the last is how many there are
            if table is not None:
                table.writerow({**line, "regions": json.dumps(line["regions"])})
            else:
                file.write(json.dumps(line) + "\n")
    return count
