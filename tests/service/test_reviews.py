"""What a physician may save and sign, in which order, and who is told that they come second."""

import json
import threading
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from integrations.verdict import Verdict
from models.assessment import Call
from models.labels import LABELS, Label
from service import reviews
from service.records import WITHHELD, Image, ReviewState, Study, StudyStatus, WorklistLine
from service.review_content import Content
from service.review_records import Consultation, Review, ReviewDraft, ReviewKind
from service.review_rules import Need, Refusal, ReviewRefused
from tests.service.reviewing import (
    ALICE,
    BOB,
    CALLS,
    CAROL,
    EDEMA,
    EFFUSION,
    FRACTURE,
    MODEL,
    NOW,
    OTHER,
    SAID,
    add_image,
    add_report,
    content,
    made_study,
)

LATER = NOW + timedelta(minutes=1)


class Acts:
    """The acts of `service.reviews`, each in a transaction of its own with the study locked, as the API does them."""

    def __init__(self, diafan, uid):
        self.diafan, self.uid = diafan, uid

    def _do(self, act, *values):
        with Session(self.diafan.engine, expire_on_commit=False) as db, db.begin():
            study = db.get_one(Study, self.uid, with_for_update=True)
            return act(db, study, *values)

    def save(self, who, said=SAID, version=0, now=NOW, **more):
        return self._do(reviews.save_draft, who, content(said, **more), version, now)

    def sign(self, who, version=1, revision=1, amends=None):
        return self._do(reviews.sign, who, revision, version, amends, LATER)

    def save_and_sign(self, who, said=SAID, amends=None, revision=1, **more):
        self.save(who, said, revision=revision, **more)
        return self.sign(who, revision=revision, amends=amends)

    def ask(self, who, question="", of=""):
        return self._do(reviews.ask_second_opinion, who, question, of, NOW)

    def withdraw(self, who):
        return self._do(reviews.withdraw_second_opinion, who, LATER)

    def discard(self, who):
        return self._do(reviews.discard_draft, who)

    def desk(self, who):
        return self._do(reviews.desk, who)

    def reported(self):
        """Pretend that the report which tells of the signature was made."""
        self._do(lambda _, study: setattr(study, "due_at", None))

    @property
    def state(self):
        with Session(self.diafan.engine) as db:
            return db.get_one(WorklistLine, self.uid).review

    @property
    def status(self):
        with Session(self.diafan.engine) as db:
            return db.get_one(WorklistLine, self.uid).status

    @property
    def study(self):
        with Session(self.diafan.engine, expire_on_commit=False) as db:
            return db.get_one(Study, self.uid)

    def late_image(self, calls=CALLS, revision=2):
        """Let an image come after the signature, as the pipeline records it."""
        with Session(self.diafan.engine) as db, db.begin():
            earlier = list(db.scalars(sa.select(Image.id).where(Image.study_instance_uid == self.uid)))
            add_report(db, self.uid, revision, [*earlier, add_image(db, self.uid, calls)], WITHHELD)


@pytest.fixture
def acts(diafan):
    return Acts(diafan, made_study(diafan))


@pytest.fixture
def refuses():
    def refuses(why, act, *values, **named):
        with pytest.raises(ReviewRefused) as refused:
            act(*values, **named)
        assert refused.value.why is why
        return refused.value.members

    return refuses


def _count(diafan, record, uid):
    with Session(diafan.engine) as db:
        return db.scalar(sa.select(sa.func.count()).select_from(record).where(record.study_instance_uid == uid))


# Drafts


def test_a_draft_is_kept_as_it_was_written_and_belongs_to_its_writer(acts):
    with Session(acts.diafan.engine) as db:
        image_id = db.scalar(sa.select(Image.id).where(Image.study_instance_uid == acts.uid))
    region = {"label": EFFUSION, "image_id": image_id, "points": [(0, 0), (1, 0.25), (0.5, 1)]}
    said = content(text="Zażółć\n— 山田", regions=[region], revision=1)
    acts.save(ALICE, text=said.text, regions=[region])
    draft = acts.desk(ALICE).draft
    assert Content.model_validate(draft, from_attributes=True, extra="ignore") == said
    assert (draft.version, draft.saved_at) == (1, NOW)
    assert acts.desk(BOB).draft is None


def test_each_save_is_a_version_and_another_window_is_told(acts, refuses):
    acts.save(ALICE, {})
    acts.save(ALICE, {EFFUSION: Verdict.AGREE}, version=1)
    assert refuses(Refusal.DRAFT_CHANGED, acts.save, ALICE, {EFFUSION: Verdict.UNSURE}, version=1) == {"version": 2}
    assert refuses(Refusal.DRAFT_CHANGED, acts.save, ALICE, version=0) == {"version": 2}
    assert refuses(Refusal.DRAFT_CHANGED, acts.save, BOB, version=1) == {"version": 0}
    assert acts.desk(ALICE).draft.verdicts[0]["verdict"] == "agree"


def test_what_was_saved_already_may_be_saved_again_by_who_heard_no_answer(acts):
    first = acts.save(ALICE)
    again = acts.save(ALICE, now=LATER)
    assert (again.version, again.saved_at) == (first.version, NOW)


def test_a_draft_is_thrown_away_and_begun_anew(acts):
    acts.save(ALICE)
    acts.save(BOB)
    assert acts.discard(ALICE)
    assert not acts.discard(ALICE)
    assert acts.save(ALICE).version == 1
    assert acts.desk(BOB).draft is not None


def test_a_region_on_an_image_of_another_study_is_refused(acts, refuses):
    other = made_study(acts.diafan)
    with Session(acts.diafan.engine) as db:
        image_id = db.scalar(sa.select(Image.id).where(Image.study_instance_uid == other))
    for unknown in (image_id, uuid4()):
        region = {"label": EFFUSION, "image_id": unknown, "points": [(0, 0), (1, 0), (0, 1)]}
        refuses(Refusal.UNKNOWN_IMAGE, acts.save, ALICE, regions=[region])
    assert acts.desk(ALICE).draft is None


TRIANGLE = [[0, 0], [1, 0], [0, 1]]


def _content(**changed):
    region = {"label": "Edema", "image_id": str(uuid4()), "points": changed.pop("points", TRIANGLE)}
    verdict = {"label": "Edema", "verdict": "agree", **changed.pop("verdict", {})}
    return json.dumps({"report_revision": 1, "verdicts": [verdict], "regions": [region], "text": "", **changed})


@pytest.mark.parametrize(
    "fine",
    [
        {},
        {"text": "ż" * 4000},
        {"points": [[n / 199, (n % 2) / 1] for n in range(200)]},
        {"verdict": {"verdict": "disagree", "answer": "absent"}},
        {"verdicts": [{"label": label, "verdict": "unsure"} for label in LABELS]},
    ],
)
def test_what_fits_is_taken(fine):
    assert Content.model_validate_json(_content(**fine))


@pytest.mark.parametrize(
    "odd",
    [
        {"points": TRIANGLE[:2]},
        {"points": [[n / 200, n % 2] for n in range(201)]},
        {"points": [[0, 0], [1, 0], [0, 1.001]]},
        {"points": [[0, 0], [1, 0], [-0.001, 1]]},
        {"points": [[0, 0], [1, 0], [0, float("nan")]]},
        {"points": [[0, 0], [1, 0], [0, float("inf")]]},
        {"points": [[0, 0], [1, 0], [0, None]]},
        {"points": [[0, 0, 0], [1, 0, 0], [0, 1, 0]]},
        {"points": [[0.5, 0], [0.5, 0.5], [0.5, 1]]},
        {"points": [[0.5, 0.5]] * 3},
        {"text": "x" * 4001},
        {"text": "a\0b"},
        {"text": None},
        {"report_revision": 0},
        {"report_revision": 2**31},
        {"verdict": {"verdict": "perhaps"}},
        {"verdict": {"label": "Kowalski"}},
        {"verdict": {"answer": "present"}},
        {"verdict": {"verdict": "disagree", "answer": "indeterminate"}},
        {"verdicts": [{"label": "Edema", "verdict": "agree"}, {"label": "Edema", "verdict": "unsure"}]},
        {"name": "Kowalski"},
    ],
)
def test_what_does_not_fit_is_refused(odd):
    with pytest.raises(ValidationError):
        Content.model_validate_json(_content(**odd))


# Signatures


def test_a_signature_freezes_the_draft_with_the_findings_as_they_stood_and_owes_a_report(acts):
    acts.save(ALICE, text="A fold.")
    review = acts.sign(ALICE)
    assert (review.kind, review.position, review.report_revision, review.supersedes) == (ReviewKind.FIRST, 1, 1, None)
    assert (review.issuer, review.subject, review.name) == (ALICE.issuer, ALICE.subject, ALICE.name)
    assert (review.text, review.signed_at) == ("A fold.", LATER)
    assert [(v["label"], v["verdict"]) for v in review.verdicts] == [("Pleural Effusion", "agree"), ("Edema", "unsure")]
    findings = {f["label"]: f for f in review.findings}
    assert set(findings) == set(LABELS)
    with Session(acts.diafan.engine) as db:
        pixels = db.scalar(sa.select(Image.pixel_sha256).where(Image.study_instance_uid == acts.uid))
    assert findings[EFFUSION] == {
        "label": "Pleural Effusion", "call": "present", "probability": 0.7, "threshold": 0.5, "image_sha256": pixels, "model_digest": MODEL,
    }  # fmt: skip
    assert (findings[FRACTURE]["call"], findings[FRACTURE]["image_sha256"]) == ("not assessed", "")
    assert acts.desk(ALICE).draft is None
    assert acts.study.due_at == LATER


@pytest.mark.parametrize(
    ("said", "answers", "missing"),
    [
        ({}, {}, {EDEMA: Need.VERDICT, EFFUSION: Need.VERDICT}),
        ({EFFUSION: Verdict.UNSURE}, {}, {EDEMA: Need.VERDICT}),
        ({**SAID, EDEMA: Verdict.DISAGREE}, {}, {EDEMA: Need.ANSWER}),
        ({**SAID, EDEMA: Verdict.DISAGREE}, {EDEMA: Call.ABSENT}, {}),
        ({**SAID, EFFUSION: Verdict.DISAGREE}, {}, {}),
        ({**SAID, EFFUSION: Verdict.DISAGREE}, {EFFUSION: Call.PRESENT}, {EFFUSION: Need.ANSWER}),
        ({**SAID, FRACTURE: Verdict.DISAGREE}, {}, {}),
        ({**SAID, FRACTURE: Verdict.AGREE}, {}, {}),
        ({**SAID, OTHER: Verdict.DISAGREE}, {OTHER: Call.ABSENT}, {OTHER: Need.ANSWER}),
        ({**SAID, Label.NO_FINDING: Verdict.DISAGREE}, {}, {Label.NO_FINDING: Need.CONTRADICTION}),
    ],
)
def test_every_call_needs_a_verdict_before_a_signature(acts, refuses, said, answers, missing):
    acts.save(ALICE, said, answers=answers)
    assert {m.label: m.need for m in acts.desk(ALICE).missing} == missing
    if missing:
        told = refuses(Refusal.VERDICT_MISSING, acts.sign, ALICE)
        assert {m["label"]: m["need"] for m in told["missing"]} == missing
        assert acts.desk(ALICE).draft.version == 1
        assert _count(acts.diafan, Review, acts.uid) == 0
    else:
        assert acts.sign(ALICE)


def test_no_finding_needs_a_verdict_where_it_is_called_and_none_where_it_is_left_open(diafan, refuses):
    normal = Acts(diafan, made_study(diafan, {Label.NO_FINDING: Call.PRESENT}))
    normal.save(ALICE, {})
    assert refuses(Refusal.VERDICT_MISSING, normal.sign, ALICE)
    normal.save(ALICE, {Label.NO_FINDING: Verdict.AGREE, Label.SUPPORT_DEVICES: Verdict.DISAGREE}, version=1)
    assert normal.sign(ALICE, version=2)
    left_open = Acts(diafan, made_study(diafan, {Label.NO_FINDING: Call.INDETERMINATE, EFFUSION: Call.PRESENT}))
    assert left_open.save_and_sign(ALICE, {EFFUSION: Verdict.AGREE})


def test_a_signature_is_for_the_newest_report_and_the_draft_stays(acts, refuses):
    acts.save(ALICE)
    acts.late_image()
    told = {"report_revision": 2, "report_pending": False}
    assert refuses(Refusal.REPORT_CHANGED, acts.sign, ALICE) == told
    assert refuses(Refusal.REPORT_CHANGED, acts.sign, ALICE, revision=2) == told  # the draft looked at the older one
    assert acts.desk(ALICE).refusal is Refusal.REPORT_CHANGED
    acts.save(ALICE, version=1, revision=2)
    assert acts.sign(ALICE, version=2, revision=2).report_revision == 2


@pytest.mark.parametrize("study", [{"due_at": NOW}, {"park_reason": "no Patient ID"}])
def test_nothing_is_signed_while_another_report_is_due_or_parked(diafan, refuses, study):
    acts = Acts(diafan, made_study(diafan, **study))
    acts.save(ALICE)
    assert refuses(Refusal.REPORT_CHANGED, acts.sign, ALICE) == {"report_revision": 1, "report_pending": True}


def test_without_a_report_there_is_nothing_to_sign_or_to_ask(diafan, refuses):
    acts = Acts(diafan, made_study(diafan, reported=False))
    acts.save(ALICE)
    refuses(Refusal.NO_REPORT, acts.sign, ALICE)
    refuses(Refusal.NO_REPORT, acts.ask, ALICE)
    assert acts.desk(ALICE).refusal is Refusal.NO_REPORT


def test_only_the_draft_that_was_seen_is_signed(acts, refuses):
    refuses(Refusal.DRAFT_CHANGED, acts.sign, ALICE, version=0)
    acts.save(ALICE)
    acts.save(ALICE, {**SAID, EFFUSION: Verdict.DISAGREE}, version=1)
    assert refuses(Refusal.DRAFT_CHANGED, acts.sign, ALICE, version=1) == {"version": 2}


def test_who_signs_second_is_told_and_may_amend(acts, refuses):
    first = acts.save_and_sign(ALICE)
    acts.save(BOB)
    told = {"by": "another physician", "signed_at": LATER.isoformat(), "standing": str(first.id)}
    assert refuses(Refusal.ALREADY_SIGNED, acts.sign, BOB) == told
    acts.save(ALICE)
    assert refuses(Refusal.ALREADY_SIGNED, acts.sign, ALICE)["by"] == "you"
    refuses(
        Refusal.REPORT_CHANGED, acts.sign, BOB, amends=first.id
    )  # the report that tells of the first is not made yet
    acts.reported()
    assert acts.desk(BOB).kind is ReviewKind.AMENDMENT
    amendment = acts.sign(BOB, amends=first.id)
    assert (amendment.kind, amendment.supersedes, amendment.position) == (ReviewKind.AMENDMENT, first.id, 2)
    acts.reported()
    assert refuses(Refusal.AMENDS_OUTDATED, acts.sign, ALICE, amends=first.id) == {"standing": str(amendment.id)}
    assert acts.desk(ALICE).standing.id == amendment.id


def test_nothing_can_be_amended_that_was_not_signed(acts, refuses):
    acts.save(ALICE)
    assert refuses(Refusal.AMENDS_OUTDATED, acts.sign, ALICE, amends=uuid4()) == {"standing": None}


def test_an_amendment_speaks_again_of_all_that_was_spoken_of(acts, refuses):
    first = acts.save_and_sign(ALICE, {**SAID, OTHER: Verdict.AGREE, FRACTURE: Verdict.DISAGREE})
    acts.reported()
    acts.save(BOB, {**SAID, FRACTURE: Verdict.AGREE})
    told = refuses(Refusal.VERDICT_MISSING, acts.sign, BOB, amends=first.id)
    assert {m["label"] for m in told["missing"]} == {OTHER, FRACTURE}
    acts.save(BOB, {**SAID, OTHER: Verdict.UNSURE, FRACTURE: Verdict.UNSURE}, version=1)
    assert acts.sign(BOB, version=2, amends=first.id)


# Second opinions


def test_the_asker_waits_until_a_colleague_has_answered_and_then_signs(acts, refuses):
    acts.save(ALICE)
    asked = acts.ask(ALICE, "A fold?")
    assert acts.desk(ALICE).kind is None
    refuses(Refusal.SECOND_OPINION_ASKED, acts.sign, ALICE)
    refuses(Refusal.SECOND_OPINION_ASKED, acts.ask, CAROL)
    acts.save(BOB, {**SAID, EFFUSION: Verdict.DISAGREE})
    assert acts.desk(BOB).kind is ReviewKind.SECOND_OPINION
    opinion = acts.sign(BOB)
    assert (opinion.kind, acts.study.due_at) == (ReviewKind.SECOND_OPINION, None)  # nothing goes out: Alice has the say
    [consultation] = acts.desk(ALICE).consultations
    assert (consultation.id, consultation.answered_by, consultation.question) == (asked.id, opinion.id, "A fold?")
    assert acts.sign(ALICE).kind is ReviewKind.FIRST


def test_the_asker_may_withdraw_and_nobody_else(acts, refuses):
    refuses(Refusal.NOT_ASKED, acts.withdraw, ALICE)
    acts.save(ALICE)
    acts.ask(ALICE)
    refuses(Refusal.NOT_THE_ASKER, acts.withdraw, BOB)
    assert acts.withdraw(ALICE).withdrawn_at == LATER
    refuses(Refusal.NOT_ASKED, acts.withdraw, ALICE)
    assert acts.sign(ALICE).kind is ReviewKind.FIRST


def test_a_colleague_who_is_named_is_the_only_one_to_answer(acts, refuses):
    acts.ask(ALICE, of="bob")
    for who in (ALICE, CAROL, BOB.__class__("https://elsewhere.example", "bob")):
        acts.save(who)
        refuses(Refusal.SECOND_OPINION_ASKED, acts.sign, who)
    assert acts.save_and_sign(BOB).kind is ReviewKind.SECOND_OPINION


def test_after_a_signature_an_opinion_is_added_to_it_and_takes_nobodys_place(acts, refuses):
    first = acts.save_and_sign(ALICE)
    acts.reported()
    acts.ask(CAROL)
    acts.save(ALICE)
    refuses(Refusal.SECOND_OPINION_ASKED, acts.sign, ALICE)  # hers is the first: she is no second
    refuses(Refusal.SECOND_OPINION_ASKED, acts.sign, ALICE, amends=first.id)
    assert acts.save_and_sign(BOB).kind is ReviewKind.SECOND_OPINION
    assert acts.study.due_at == LATER
    assert acts.desk(ALICE).standing.id == first.id
    acts.reported()
    refuses(Refusal.ALREADY_SIGNED, acts.sign, ALICE)
    assert acts.sign(ALICE, amends=first.id).kind is ReviewKind.AMENDMENT


# The worklist


def test_the_worklist_says_how_far_the_review_is(acts):
    assert acts.state is ReviewState.NONE
    acts.save(ALICE)
    assert acts.state is ReviewState.DRAFT
    acts.discard(ALICE)
    assert acts.state is ReviewState.NONE
    acts.save(ALICE)
    acts.ask(ALICE)
    assert acts.state is ReviewState.WAITING
    acts.withdraw(ALICE)
    assert acts.state is ReviewState.DRAFT
    acts.ask(ALICE)
    acts.save_and_sign(BOB)
    assert acts.state is ReviewState.DRAFT
    assert acts.status is StudyStatus.DELIVERED
    first = acts.sign(ALICE)
    assert (acts.state, acts.status) == (
        ReviewState.SIGNED,
        StudyStatus.REPORTED,
    )  # nothing is analysed: a report is on its way
    acts.reported()
    assert acts.status is StudyStatus.DELIVERED
    acts.late_image()
    assert acts.state is ReviewState.AGAIN
    acts.ask(ALICE)
    assert acts.state is ReviewState.WAITING
    acts.save_and_sign(BOB, revision=2)
    assert acts.state is ReviewState.AGAIN  # an opinion is no signature
    acts.reported()
    acts.save_and_sign(ALICE, revision=2, amends=first.id)
    assert acts.state is ReviewState.SIGNED


# At once


def _together(*acts):
    """Run acts at the same moment, each in a thread; return what came of them."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        gate.wait(30)
        try:
            results[n] = act()
        except ReviewRefused as refused:
            results[n] = refused.why

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told(diafan):
    for _ in range(10):
        acts = Acts(diafan, made_study(diafan))
        acts.save(ALICE)
        acts.save(BOB)
        results = _together(partial(acts.sign, ALICE), partial(acts.sign, BOB))
        assert [r for r in results if r is Refusal.ALREADY_SIGNED] == [Refusal.ALREADY_SIGNED]
        assert [r.kind for r in results if isinstance(r, Review)] == [ReviewKind.FIRST]
        assert _count(diafan, Review, acts.uid) == 1
        assert _count(diafan, ReviewDraft, acts.uid) == 1  # the loser's


def test_of_two_who_amend_at_once_one_wins_and_the_other_is_told(diafan):
    for _ in range(5):
        acts = Acts(diafan, made_study(diafan))
        first = acts.save_and_sign(ALICE)
        acts.reported()
        acts.save(BOB)
        acts.save(CAROL)
        results = _together(*(partial(acts.sign, who, amends=first.id) for who in (BOB, CAROL)))
        assert sorted(type(r).__name__ for r in results) == ["Refusal", "Review"]
        assert _count(diafan, Review, acts.uid) == 2


def test_of_two_windows_that_save_at_once_one_is_told(diafan):
    for _ in range(5):
        acts = Acts(diafan, made_study(diafan))
        results = _together(*(partial(acts.save, ALICE, text=text) for text in ("one", "other")))
        assert sorted(type(r).__name__ for r in results) == ["Refusal", "ReviewDraft"]


def test_two_ask_at_once_and_one_question_is_asked(diafan):
    acts = Acts(diafan, made_study(diafan))
    results = _together(partial(acts.ask, ALICE), partial(acts.ask, BOB))
    assert results.count(Refusal.SECOND_OPINION_ASKED) == 1
    assert _count(diafan, Consultation, acts.uid) == 1


def test_who_signs_while_a_late_image_is_being_recorded_waits_and_is_told(acts):
    acts.save(ALICE)
    told, begun = [], threading.Event()

    def sign():
        begun.set()
        with pytest.raises(ReviewRefused) as refused:
            acts.sign(ALICE)
        told.append(refused.value.why)

    thread = threading.Thread(target=sign)
    with Session(acts.diafan.engine) as db, db.begin():
        study = db.get_one(Study, acts.uid, with_for_update=True)
        thread.start()
        begun.wait(30)
        _wait_for_a_lock(acts.diafan)
        add_image(db, acts.uid)
        study.due_at = NOW
    thread.join(60)
    assert told == [Refusal.REPORT_CHANGED]


def _wait_for_a_lock(diafan):
    waiting = sa.text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    clock = threading.Event()
    for _ in range(600):
        with diafan.engine.connect() as db:
            if db.scalar(waiting):
                return
        clock.wait(0.05)
    raise AssertionError("nobody waits for the study")


# What the database itself holds to


@pytest.mark.parametrize(
    "statement",
    [
        "update review set text = ''",
        "update review set supersedes = null",
        "delete from review",
        "truncate review cascade",
        "update consultation set question = ''",
        "update consultation set asked_of = 'x'",
        "delete from consultation",
    ],
)
def test_what_was_signed_or_asked_can_not_be_changed_by_the_service(diafan, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), diafan.engine.begin() as db:
        db.execute(sa.text(statement))


def test_a_second_first_signature_does_not_fit_into_the_database(acts):
    acts.save_and_sign(ALICE)
    with Session(acts.diafan.engine, expire_on_commit=False) as db:
        review = db.scalar(sa.select(Review).where(Review.study_instance_uid == acts.uid))
        values = {c.key: getattr(review, c.key) for c in Review.__mapper__.column_attrs}
        db.rollback()
        for changed in ({"position": 2}, {"kind": ReviewKind.SECOND_OPINION}):
            with pytest.raises(sa.exc.IntegrityError), db.begin_nested():
                db.execute(sa.insert(Review).values({**values, "id": uuid4(), **changed}))
