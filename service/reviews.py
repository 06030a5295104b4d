"""Reviews: a physician's draft, the signature on it, and the second opinion that may be asked first.

Every act finds the study locked, as the stages of the pipeline lock it: first of all. Who cannot sign is told why, and keeps
the draft. A second opinion is an opinion: its asker waits for it, and then signs. It goes out by itself where somebody has
signed before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.records import Image, ImageState, Study
from service.reports import by_machine, findings_of, reports_of, reviews_of, standing_of
from service.review_content import Content, JudgedFinding, LabelVerdict
from service.review_records import Consultation, Review, ReviewDraft, ReviewKind
from service.review_rules import (
    Missing,
    Refusal,
    Reviewer,
    ReviewRefused,
    expect_newest,
    expect_not_withdrawn,
    expect_pixels,
    expect_version,
    kind_of,
    missing_in,
    waits,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a physician finds at a study: their own draft, all that was signed and asked, and how far a signature is.

    ``kind`` is what their signature would be now, ``refusal`` why there can be none; ``missing`` is what their draft lacks.
    """

    draft: ReviewDraft | None
    reviews: Sequence[Review]
    consultations: Sequence[Consultation]
    kind: ReviewKind | None
    refusal: Refusal | None
    missing: Sequence[Missing]

    @property
    def standing(self) -> Review | None:
        """The signature that stands."""
        return standing_of(self.reviews)


def desk(db: Session, study: Study, who: Reviewer) -> Desk:
    """Return how things stand for one physician."""
    reviews, consultations = reviews_of(db, study.study_instance_uid), _consultations(db, study)
    standing, asked, draft = standing_of(reviews), _open(consultations), _draft(db, study, who)
    kind, refusal = None, None
    try:
        expect_not_withdrawn(study)
        kind = kind_of(reviews, asked, who, standing.id if standing and asked is None else None)
        expect_pixels(_shown(db, study))
        expect_newest(study, *([draft.report_revision] if draft else []))
    except ReviewRefused as refused:
        refusal = refused.why
    missing = _missing(draft, _judged(db, study), standing if kind is ReviewKind.AMENDMENT else None)
    return Desk(draft, reviews, consultations, kind, refusal, missing)


def save_draft(db: Session, study: Study, who: Reviewer, content: Content, version: int, now: datetime) -> ReviewDraft:
    """Keep what a physician has so far; ``version`` is that of the draft which they changed, 0 where there was none.

    What was saved already changes nothing: a client that heard no answer may ask again.

    Raises ReviewRefused: STUDY_WITHDRAWN, PIXELS_EXPIRED, DRAFT_CHANGED (they saved from elsewhere meanwhile), UNKNOWN_IMAGE.
    """
    expect_not_withdrawn(study)
    expect_pixels(_shown(db, study))
    images = set(db.scalars(sa.select(Image.id).where(Image.study_instance_uid == study.study_instance_uid)))
    if not images.issuperset(region.image_id for region in content.regions):
        raise ReviewRefused(Refusal.UNKNOWN_IMAGE)
    draft, said = _draft(db, study, who), content.model_dump(mode="json")
    if draft is not None and version == draft.version - 1 and all(getattr(draft, n) == v for n, v in said.items()):
        return draft
    expect_version(draft, version)
    if draft is None:
        uid = study.study_instance_uid
        draft = ReviewDraft(study_instance_uid=uid, issuer=who.issuer, subject=who.subject)
        db.add(draft)
    draft.version, draft.saved_at = version + 1, now
    for name, value in said.items():
        setattr(draft, name, value)
    return draft


def discard_draft(db: Session, study: Study, who: Reviewer) -> bool:
    """Throw a physician's draft away; tells whether there was one."""
    draft = _draft(db, study, who)
    if draft is not None:
        db.delete(draft)
    return draft is not None


def sign(
    db: Session, study: Study, who: Reviewer, report_revision: int, version: int, amends: UUID | None, now: datetime
) -> Review:
    """Freeze a physician's draft as a signature. The study is due a report where that has to tell of it.

    ``report_revision`` is what they saw, ``version`` that of the draft, ``amends`` the signature whose place theirs takes.

    Raises ReviewRefused; the draft stays.
    """
    expect_not_withdrawn(study)
    expect_pixels(_shown(db, study))
    reviews, asked = reviews_of(db, study.study_instance_uid), _open(_consultations(db, study))
    standing, draft = standing_of(reviews), _draft(db, study, who)
    kind = kind_of(reviews, asked, who, amends)
    expect_version(draft, version)
    if draft is None:
        raise ReviewRefused(Refusal.DRAFT_CHANGED, {"version": 0})
    expect_newest(study, report_revision, draft.report_revision)
    findings = _judged(db, study)
    if missing := _missing(draft, findings, standing if kind is ReviewKind.AMENDMENT else None):
        raise ReviewRefused(Refusal.VERDICT_MISSING, {"missing": [{"label": m.label, "need": m.need} for m in missing]})
    review = Review(
        id=uuid4(),
        study_instance_uid=study.study_instance_uid,
        position=len(reviews) + 1,
        issuer=who.issuer,
        subject=who.subject,
        name=who.name,
        kind=kind,
        report_revision=report_revision,
        verdicts=draft.verdicts,
        regions=draft.regions,
        text=draft.text,
        findings=[f.model_dump(mode="json") for f in findings],
        supersedes=amends,
        signed_at=now,
    )
    db.add(review)
    db.delete(draft)
    db.flush()
    if asked is not None:
        asked.answered_by = review.id
    if kind is not ReviewKind.SECOND_OPINION or standing is not None:
        study.due_at = now
    return review


def ask_second_opinion(
    db: Session, study: Study, who: Reviewer, question: str, asked_of: str, now: datetime
) -> Consultation:
    """Ask a colleague, ``asked_of`` or (with "") any other: the study waits.

    Raises ReviewRefused: STUDY_WITHDRAWN, PIXELS_EXPIRED, NO_REPORT (there is nothing to have an opinion on), SECOND_OPINION_ASKED
    (one is asked already).
    """
    expect_not_withdrawn(study)
    expect_pixels(_shown(db, study))
    if not study.report_revision:
        raise ReviewRefused(Refusal.NO_REPORT)
    if (asked := _open(_consultations(db, study))) is not None:
        raise waits(asked)
    consultation = Consultation(
        id=uuid4(),
        study_instance_uid=study.study_instance_uid,
        issuer=who.issuer,
        subject=who.subject,
        name=who.name,
        question=question,
        asked_of=asked_of,
        asked_at=now,
    )
    db.add(consultation)
    return consultation


def withdraw_second_opinion(db: Session, study: Study, who: Reviewer, now: datetime) -> Consultation:
    """Take back what one has asked.

    Raises ReviewRefused: NOT_ASKED, NOT_THE_ASKER.
    """
    asked = _open(_consultations(db, study))
    if asked is None:
        raise ReviewRefused(Refusal.NOT_ASKED)
    if not who.wrote(asked):
        raise ReviewRefused(Refusal.NOT_THE_ASKER)
    asked.withdrawn_at = now
    return asked


def _draft(db: Session, study: Study, who: Reviewer) -> ReviewDraft | None:
    return db.get(ReviewDraft, (study.study_instance_uid, who.issuer, who.subject))


def _consultations(db: Session, study: Study) -> list[Consultation]:
    own = sa.select(Consultation).where(Consultation.study_instance_uid == study.study_instance_uid)
    return list(db.scalars(own.order_by(Consultation.asked_at, Consultation.id)))


def _open(consultations: Iterable[Consultation]) -> Consultation | None:
    return next((c for c in consultations if c.answered_by is None and c.withdrawn_at is None), None)


def _shown(db: Session, study: Study) -> list[Image]:
    """Return the images that a physician looks at: those that count."""
    own = sa.select(Image).where(Image.study_instance_uid == study.study_instance_uid)
    return list(db.scalars(own.where(Image.state == ImageState.ANALYSED)))


def _judged(db: Session, study: Study) -> list[JudgedFinding]:
    """Return the machine's answers as its newest report has them; none where there is no report."""
    report = by_machine(reports_of(db, study.study_instance_uid))
    if report is None:
        return []
    findings, images = findings_of(db, report)
    return [
        JudgedFinding(
            label=r.finding.label,
            call=r.finding.call,
            probability=r.finding.probability,
            threshold=r.finding.threshold,
            image_sha256=images[r.image_uid].pixel_sha256 if r.image_uid else "",
            model_digest=r.model.digest if r.model else report.model_digest,
        )
        for r in findings
    ]


def _missing(draft: ReviewDraft | None, findings: Sequence[JudgedFinding], amended: Review | None) -> list[Missing]:
    said = map(LabelVerdict.model_validate, draft.verdicts if draft else ())
    return missing_in(said, findings, amended)
