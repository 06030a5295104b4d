"""What a study's next report revision is made of: a signature that is not reported yet, or images that no report speaks of.

A signature comes first: the report becomes final (FHIR R4 DiagnosticReport.status) as it was looked at. What the machine says
of a later image is then withheld: a final report must not go back to preliminary, nor say what no physician has looked at. It
goes out with the signature on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.diagnostic_report import ReportedFinding
from integrations.verdict import Physician, ReportStatus, Signed, SignedVerdict, Stated, own_answer
from models.assessment import Call
from models.labels import Label
from service.findings import strongest
from service.records import WITHHELD, FindingRecord, Image, ImageState, ObjectRecord, ReportRecord
from service.review_content import JudgedFinding, LabelVerdict
from service.review_records import Review, ReviewKind


@dataclass(frozen=True, slots=True)
class NextRevision:
    """The next revision: its images (received in this order), and the signature that makes it, where one does.

    ``filed_under`` is the manifest digest of the report that was signed first, None where none was; ``signed_at`` is when the
    signature was given. ``documents`` are the Structured Reports of the revisions before, oldest first.
    """

    images: tuple[Image, ...]
    findings: tuple[ReportedFinding, ...]
    objects: tuple[ObjectRecord, ...]
    status: str
    signed: Signed | None = None
    review_id: UUID | None = None
    signed_at: datetime | None = None
    filed_under: str | None = None
    documents: tuple[ObjectRecord, ...] = ()

    @property
    def predecessor(self) -> ObjectRecord | None:
        """Return the Structured Report of the revision before, None where there is none."""
        return self.documents[-1] if self.documents else None


def next_revision(db: Session, study_instance_uid: str) -> NextRevision | None:
    """Return what the study's next report is made of; None: nothing is owed."""
    reviews, reports = reviews_of(db, study_instance_uid), reports_of(db, study_instance_uid)
    if (review := _unreported(reviews, reports)) is not None:
        return _by_signature(db, reviews[: review.position], reports, _documents_of(db, study_instance_uid))
    images = _unspoken_of(db, study_instance_uid, reports)
    status = WITHHELD if standing_of(reviews) else ReportStatus.PRELIMINARY.value
    if not images:
        return None
    return NextRevision(*_made_of(db, images), status, documents=_documents_of(db, study_instance_uid))


def is_owed(db: Session, study_instance_uid: str) -> bool:
    """Tell whether the study is owed another report."""
    reviews, reports = reviews_of(db, study_instance_uid), reports_of(db, study_instance_uid)
    return bool(_unreported(reviews, reports) or _unspoken_of(db, study_instance_uid, reports))


def reviews_of(db: Session, study_instance_uid: str) -> list[Review]:
    """Return the signatures of a study in their order."""
    own = sa.select(Review).where(Review.study_instance_uid == study_instance_uid).order_by(Review.position)
    return list(db.scalars(own))


def standing_of(reviews: Sequence[Review]) -> Review | None:
    """Return the signature that stands: the first, or the newest that took its place. A second opinion takes no one's."""
    standing = [review for review in reviews if review.kind is not ReviewKind.SECOND_OPINION]
    return standing[-1] if standing else None


def reports_of(db: Session, study_instance_uid: str) -> list[ReportRecord]:
    """Return the reports of a study, oldest first."""
    own = sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study_instance_uid)
    return list(db.scalars(own.order_by(ReportRecord.revision)))


def by_machine(reports: Iterable[ReportRecord]) -> ReportRecord | None:
    """Return the newest report that says what the machine found; a signature changes what is said of it, and not that."""
    machine = [report for report in reports if report.review_id is None]
    return machine[-1] if machine else None


def sent(reports: Iterable[ReportRecord]) -> list[ReportRecord]:
    """Return what of the reports stands at an EHR, the newest first: one under each set of identifiers."""
    newest = {report.model_digest: report for report in reports if report.blob and report.status != WITHHELD}
    return sorted(newest.values(), key=lambda report: report.revision, reverse=True)


def findings_of(db: Session, report: ReportRecord) -> tuple[tuple[ReportedFinding, ...], dict[str, Image]]:
    """Return the 14 answers that a report is about, and its images by SOP Instance UID."""
    images, findings, _ = _made_of(db, report.image_ids)
    return findings, {image.sop_instance_uid: image for image in images}


def _documents_of(db: Session, study_instance_uid: str) -> tuple[ObjectRecord, ...]:
    """Return the Structured Reports of a study, oldest revision first."""
    documents = sa.select(ObjectRecord).join(ReportRecord, ObjectRecord.report_id == ReportRecord.id)
    own = documents.where(ReportRecord.study_instance_uid == study_instance_uid)
    return tuple(db.scalars(own.order_by(ReportRecord.revision)))


def _by_signature(
    db: Session, reviews: Sequence[Review], reports: Sequence[ReportRecord], documents: tuple[ObjectRecord, ...]
) -> NextRevision:
    review, standing = reviews[-1], standing_of(reviews)
    assert standing is not None
    looked_at = by_machine(r for r in reports if r.revision <= standing.report_revision)
    assert looked_at is not None
    signed = _signed(reviews, standing)
    filed_under = next((r.model_digest for r in reports if r.review_id), looked_at.model_digest)
    made_of = _made_of(db, looked_at.image_ids)
    return NextRevision(*made_of, signed.status.value, signed, review.id, review.signed_at, filed_under, documents)


def _signed(reviews: Sequence[Review], standing: Review) -> Signed:
    status = {
        ReviewKind.FIRST: ReportStatus.FINAL,
        ReviewKind.AMENDMENT: ReportStatus.AMENDED,
        ReviewKind.SECOND_OPINION: ReportStatus.APPENDED,
    }[reviews[-1].kind]
    # Who gave the second opinion may have signed for the study since: one person is no second.
    opinions = [
        r
        for r in reviews
        if r.kind is ReviewKind.SECOND_OPINION and (r.issuer, r.subject) != (standing.issuer, standing.subject)
    ]
    earlier = [r for r in reviews if r.kind is not ReviewKind.SECOND_OPINION and r.position < standing.position]
    return Signed(
        status,
        _verdict(standing),
        tuple(map(_verdict, opinions)),
        before=frozenset(label for r in earlier for label in stated_in(r)),
    )


def stated_in(review: Review) -> dict[Label, Stated]:
    """Return what a signature says of each label; who agrees that nothing was said has said nothing."""
    calls = {f.label: f.call for f in map(JudgedFinding.model_validate, review.findings)}
    stated = {}
    for said in map(LabelVerdict.model_validate, review.verdicts):
        answer = own_answer(calls[said.label], said.verdict, said.answer)
        if answer is not None and answer is not Call.NOT_ASSESSED:
            stated[said.label] = Stated(calls[said.label], said.verdict, answer)
    return stated


def _verdict(review: Review) -> SignedVerdict:
    physician = Physician(review.issuer, review.subject, review.name)
    return SignedVerdict(physician, review.signed_at, review.report_revision, stated_in(review), review.text)


def _unreported(reviews: Sequence[Review], reports: Sequence[ReportRecord]) -> Review | None:
    """Return the signature that no report tells of. A second opinion before any other makes none: its asker has the say."""
    told = {report.review_id for report in reports}
    telling = [r for r in reviews if r.kind is not ReviewKind.SECOND_OPINION or standing_of(reviews[: r.position])]
    return next((review for review in telling if review.id not in told), None)


def _unspoken_of(db: Session, study_instance_uid: str, reports: Sequence[ReportRecord]) -> list[UUID]:
    """Return the images that count, the newest last, unless the machine's newest report speaks of just these."""
    counting = sa.select(Image.id).where(
        Image.study_instance_uid == study_instance_uid, Image.state == ImageState.ANALYSED
    )
    images = list(db.scalars(counting.order_by(Image.received_at, Image.id)))
    newest = by_machine(reports)
    return [] if newest is not None and set(newest.image_ids) == set(images) else images


def _made_of(
    db: Session, image_ids: Sequence[UUID]
) -> tuple[tuple[Image, ...], tuple[ReportedFinding, ...], tuple[ObjectRecord, ...]]:
    images = db.scalars(sa.select(Image).where(Image.id.in_(image_ids)).order_by(Image.received_at, Image.id)).all()
    findings = db.scalars(sa.select(FindingRecord).where(FindingRecord.image_id.in_(image_ids))).all()
    objects = db.scalars(
        sa.select(ObjectRecord)
        .where(ObjectRecord.image_id.in_(image_ids))
        .order_by(ObjectRecord.series_instance_uid, ObjectRecord.position)
    ).all()
    return tuple(images), strongest(images, findings), tuple(objects)
