"""What a signature needs: whose turn it is, a report that is still the newest, and an answer to every call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from integrations.verdict import own_answer
from models.assessment import Call
from models.labels import Label
from service.records import Image, Study
from service.reports import standing_of, stated_in
from service.review_content import JudgedFinding, LabelVerdict
from service.review_records import Consultation, Review, ReviewDraft, ReviewKind


class Refusal(StrEnum):
    """Why an act on a review cannot be done now."""

    STUDY_WITHDRAWN = "study-withdrawn"
    PIXELS_EXPIRED = "pixels-expired"
    NO_REPORT = "no-report"
    REPORT_CHANGED = "report-changed"
    DRAFT_CHANGED = "draft-changed"
    UNKNOWN_IMAGE = "unknown-image"
    VERDICT_MISSING = "verdict-missing"
    ALREADY_SIGNED = "already-signed"
    AMENDS_OUTDATED = "amends-outdated"
    SECOND_OPINION_ASKED = "second-opinion-asked"
    NOT_ASKED = "not-asked"
    NOT_THE_ASKER = "not-the-asker"


@dataclass
class ReviewRefused(Exception):
    """An act that cannot be done now. ``members`` say more to a program; they hold no word that somebody wrote."""

    why: Refusal
    members: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person at work: ``subject`` is unique at ``issuer``; ``name`` is for people, "" where none is known."""

    issuer: str
    subject: str
    name: str = ""

    def wrote(self, record: Review | ReviewDraft | Consultation) -> bool:
        """Tell whether it is this person's."""
        return (record.issuer, record.subject) == (self.issuer, self.subject)


class Need(StrEnum):
    """What a label lacks. ANSWER: who disagrees must say what it is. CONTRADICTION: no finding is not, beside one that is."""

    VERDICT = "verdict"
    ANSWER = "answer"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Missing:
    """A label that still lacks something before a signature, and what the machine says of it."""

    label: Label
    call: Call
    need: Need


def kind_of(reviews: Sequence[Review], asked: Consultation | None, who: Reviewer, amends: UUID | None) -> ReviewKind:
    """Return what a signature would be now.

    Raises ReviewRefused: SECOND_OPINION_ASKED (it is for a colleague to sign first), ALREADY_SIGNED, AMENDS_OUTDATED.
    """
    standing = standing_of(reviews)
    if asked is not None:
        if amends is not None or not _may_answer(asked, who, standing):
            raise waits(asked)
        return ReviewKind.SECOND_OPINION
    if standing is None and amends is None:
        return ReviewKind.FIRST
    if standing is None or amends not in {None, standing.id}:
        raise ReviewRefused(Refusal.AMENDS_OUTDATED, {"standing": str(standing.id) if standing else None})
    if amends is None:
        by = "you" if who.wrote(standing) else "another physician"
        told = {"by": by, "signed_at": standing.signed_at.isoformat(), "standing": str(standing.id)}
        raise ReviewRefused(Refusal.ALREADY_SIGNED, told)
    return ReviewKind.AMENDMENT


def waits(asked: Consultation) -> ReviewRefused:
    """Return the refusal of what has to wait for a second opinion."""
    return ReviewRefused(Refusal.SECOND_OPINION_ASKED, {"asked_at": asked.asked_at.isoformat()})


def _may_answer(asked: Consultation, who: Reviewer, standing: Review | None) -> bool:
    """Tell whether an opinion of theirs would be a second one, and is what was asked for."""
    is_second = not who.wrote(asked) and not (standing is not None and who.wrote(standing))
    return is_second and (not asked.asked_of or (asked.issuer, asked.asked_of) == (who.issuer, who.subject))


def expect_version(draft: ReviewDraft | None, version: int) -> None:
    """Raise ReviewRefused (DRAFT_CHANGED) unless the draft is the one that was seen."""
    current = draft.version if draft else 0
    if current != version:
        raise ReviewRefused(Refusal.DRAFT_CHANGED, {"version": current})


def expect_not_withdrawn(study: Study) -> None:
    """Raise ReviewRefused (STUDY_WITHDRAWN) where the results must not be used: no signature makes them count again."""
    if study.withdrawn_at is not None:
        raise ReviewRefused(Refusal.STUDY_WITHDRAWN, {"withdrawn_at": study.withdrawn_at.isoformat()})


def expect_pixels(images: Iterable[Image]) -> None:
    """Raise ReviewRefused (PIXELS_EXPIRED) where one of the images cannot be shown: a verdict is on what was looked at."""
    gone = [image.pixels_expired_at for image in images if image.pixels_expired_at is not None]
    if gone:
        raise ReviewRefused(Refusal.PIXELS_EXPIRED, {"since": max(gone).isoformat()})


def expect_newest(study: Study, *revisions: int) -> None:
    """Raise ReviewRefused (NO_REPORT, REPORT_CHANGED) unless what was looked at is the newest report, and no other is due."""
    if not study.report_revision:
        raise ReviewRefused(Refusal.NO_REPORT)
    is_pending = study.due_at is not None or bool(study.park_reason)
    if is_pending or any(revision != study.report_revision for revision in revisions):
        told = {"report_revision": study.report_revision, "report_pending": is_pending}
        raise ReviewRefused(Refusal.REPORT_CHANGED, told)


def missing_in(
    verdicts: Iterable[LabelVerdict], findings: Sequence[JudgedFinding], amended: Review | None
) -> list[Missing]:
    """Return what the ``verdicts`` on the machine's ``findings`` lack before a signature, in the order of the findings.

    Each call needs one, be it present or indeterminate; No Finding that is left open is no call. What the ``amended``
    signature has spoken of must be spoken of again: FHIR knows no way back from final.
    """
    said = {v.label: v for v in verdicts}
    own = {f.label: own_answer(f.call, v.verdict, v.answer) for f in findings if (v := said.get(f.label))}
    spoken_of = set(stated_in(amended)) if amended else set()
    sees = any(answer is Call.PRESENT and label not in _NO_CONTRADICTION for label, answer in own.items())
    missing = []
    for f in findings:
        is_call = f.call is Call.PRESENT or (f.call is Call.INDETERMINATE and f.label is not Label.NO_FINDING)
        if (is_call and f.label not in own) or (
            f.label in spoken_of and own.get(f.label, Call.NOT_ASSESSED) is Call.NOT_ASSESSED
        ):
            missing.append(Missing(f.label, f.call, Need.VERDICT))
        elif f.label in own and own[f.label] is None:
            missing.append(Missing(f.label, f.call, Need.ANSWER))
        elif f.label is Label.NO_FINDING and own.get(f.label) is Call.PRESENT and sees:
            missing.append(Missing(f.label, f.call, Need.CONTRADICTION))
    return missing


# CheXpert's No Finding allows for devices (Irvin 2019, 2.2).
_NO_CONTRADICTION = (Label.NO_FINDING, Label.SUPPORT_DEVICES)
