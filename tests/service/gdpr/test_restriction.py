"""Restricted is stored and nothing else (GDPR Art. 18): not analysed and not sent, with nothing lost, until it is lifted or erased."""

import io
import re
import threading
import zipfile
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from integrations.instance import Study as Header
from integrations.rejection_note import RejectionReason
from service import operations
from service.cli_withdraw import withdrawer_of
from service.database import owner_engine
from service.gdpr.erasure import Eraser, NotErasable
from service.gdpr.restriction import NotRestrictable
from service.gdpr.restriction_record import OF_RESTRICTED, RESTRICTED, Ground, Restriction
from service.gdpr.subject_access import SubjectAccess
from service.gdpr.subject_words import WORDS
from service.new_image import insert_new
from service.records import DeliveryState, FindingRecord, ImageState, ObjectRecord, ReportRecord, Study, StudyHeader
from service.withdraw import NotWithdrawable
from tests.instances import EFFUSION, make_instance
from tests.service.api_client import READ_WRITE
from tests.service.gdpr.restricting import (
    OFFICER,
    accept,
    acts,
    deliveries_of,
    image_of,
    jobs_of,
    lift,
    restrict,
    with_study,
)

UNKNOWN = "p-" + "e" * 32


@pytest.fixture
def patient(api, tmp_path):
    return with_study(api, tmp_path)


@pytest.fixture
def fresh(api, tmp_path):
    """Return a patient whose image was received, and not yet analysed."""
    return with_study(api, tmp_path, processed=False)


def later(patient, folder, **more):
    """Return another image of the patient's study."""
    return make_instance(folder, EFFUSION, name="later.dcm", StudyInstanceUID=patient.uid, **{**patient.said, **more})


def study_of(diafan, uid):
    with Session(diafan.engine) as db:
        return db.get_one(Study, uid)


# The act itself


@pytest.mark.parametrize("ground", Ground)
def test_each_ground_is_kept_with_its_time_and_its_entry(diafan, patient, ground):
    covered = restrict(diafan, patient, ground)
    assert (covered.studies, covered.images, covered.reports, covered.waiting, covered.sending) == (1, 1, 1, 0, 0)
    standing = diafan.restrictions.of(patient.pseudonym)
    assert standing in diafan.restrictions.all()
    assert standing.ground is ground
    [entry] = [act for act in acts(diafan, patient.pseudonym) if act["type"] == "patient-restricted"]
    assert entry["detail"] == {"reason": ground.value, "count": 1}
    assert entry["agent"]["id"] == "officer"
    assert "study" not in entry


def test_twice_and_of_nobody_it_is_refused(diafan, patient):
    restrict(diafan, patient)
    with pytest.raises(NotRestrictable, match=r"restricted already, since 20.*\(accuracy-contested\)"):
        restrict(diafan, patient, Ground.OBJECTION)
    assert diafan.restrictions.of(patient.pseudonym).ground is Ground.ACCURACY_CONTESTED
    with pytest.raises(NotRestrictable, match="nobody is behind"):
        diafan.restrictions.restrict(UNKNOWN, Ground.OBJECTION, OFFICER)


def test_what_is_not_restricted_cannot_be_lifted_nor_before_the_patient_was_informed(diafan, patient):
    today = diafan.clock().date()
    with pytest.raises(NotRestrictable, match="not restricted"):
        diafan.restrictions.lift(patient.pseudonym, today, OFFICER)
    restrict(diafan, patient)
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        for act in (diafan.restrictions.expect_liftable, lambda *given: diafan.restrictions.lift(*given, OFFICER)):
            with pytest.raises(NotRestrictable, match=r"Art. 18\(3\)"):
                act(patient.pseudonym, day)
    assert diafan.restrictions.of(patient.pseudonym) is not None
    lift(diafan, patient)
    assert diafan.restrictions.of(patient.pseudonym) is None
    [entry] = [act for act in acts(diafan, patient.pseudonym) if act["type"] == "patient-released"]
    assert entry["detail"] == {"reason": "accuracy-contested", "informed_on": f"{today:%Y-%m-%d}"}


def test_the_service_may_make_and_lift_a_restriction_and_not_rewrite_one(diafan, patient):
    restrict(diafan, patient)
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), diafan.engine.begin() as db:
        db.execute(sa.text("update restriction set ground = 'objection'"))


def test_a_key_that_is_changed_loses_no_restriction(diafan, patient):
    restrict(diafan, patient)
    with owner_engine(diafan.settings, diafan.database) as owner:
        with owner.begin() as db:
            diafan.subjects.seal_anew(db)
        diafan.subjects.forget_old_seals()
    assert diafan.pseudonym("", patient.said["PatientID"]) == patient.pseudonym
    assert diafan.restrictions.of(patient.pseudonym) is not None


# Taken in and kept


def test_an_image_that_comes_is_kept_and_parked_and_not_analysed(diafan, patient, tmp_path):
    restrict(diafan, patient)
    taken = accept(diafan, later(patient, tmp_path))
    assert (taken.state, taken.reason_code) == (ImageState.PARKED, RESTRICTED)
    assert "Art. 18" in taken.reason
    assert diafan.store.path(image_of(diafan, taken.image_id).blob).exists()
    assert jobs_of(diafan, "analyse", taken.image_id) == 0
    with Session(diafan.engine) as db:
        assert db.get_one(StudyHeader, patient.uid).patient_id == patient.said["PatientID"]
    [entry] = [act for act in acts(diafan, patient.pseudonym) if act.get("image_id") == str(taken.image_id)]
    assert (entry["type"], entry["detail"]) == ("image-parked", {"reason": RESTRICTED})


def test_the_one_statement_writes_nothing_of_whoever_is_restricted(diafan, patient, tmp_path):
    restrict(diafan, patient)
    held = image_of(diafan, patient.image_id)
    with diafan.engine.connect() as db:
        new = {c.key: getattr(held, c.key) for c in sa.inspect(type(held)).column_attrs}
        image = type(held)(**{**new, "id": uuid4(), "sop_instance_uid": "2.25.181818"})
        assert not insert_new(db, image, patient.pseudonym, _header(patient))
        db.rollback()


def _header(patient):
    return Header(study_instance_uid=patient.uid, patient_id=patient.said["PatientID"])


def test_who_takes_an_image_in_waits_for_who_restricts(diafan, patient, tmp_path):
    file, found = later(patient, tmp_path), []
    with Session(diafan.engine) as db, db.begin():
        diafan.subjects.lock(db.connection(), patient.pseudonym)
        db.add(Restriction(patient=patient.pseudonym, ground=Ground.OBJECTION, since=diafan.clock()))
        db.flush()
        taking = threading.Thread(target=lambda: found.append(accept(diafan, file)))
        taking.start()
        taking.join(1)
        assert taking.is_alive(), "it did not wait"
    taking.join(30)
    assert found[0].reason_code == RESTRICTED


def test_a_corrected_image_takes_the_place_of_the_first_and_waits(diafan, patient, tmp_path):
    first = make_instance(tmp_path, name="first.dcm", **{**patient.said, "StudyDescription": "A"})
    before = accept(diafan, first)
    restrict(diafan, patient)
    corrected = make_instance(tmp_path, str(first), keep_uids=True, name="c.dcm", StudyDescription="B", **patient.said)
    after = accept(diafan, corrected)
    assert image_of(diafan, before.image_id).state is ImageState.SUPERSEDED
    assert image_of(diafan, after.image_id).reason_code == RESTRICTED
    lift(diafan, patient)
    assert image_of(diafan, after.image_id).state is ImageState.RECEIVED


def test_no_retry_analyses_it(diafan, patient, tmp_path):
    restrict(diafan, patient)
    taken = accept(diafan, later(patient, tmp_path))
    assert not diafan.again.analyse(taken.image_id, OFFICER)
    with diafan.engine.connect() as db:
        _, parked = operations.parked(db, ("conflicting-pixels", "study-withdrawn", RESTRICTED), [])
    [line] = [one for one in parked if one.id == str(taken.image_id)]
    assert (line.code, line.can_retry) == (RESTRICTED, False)


def test_no_image_takes_a_restricted_study_along_to_another_patient(api, diafan, patient, fresh, tmp_path):
    restrict(diafan, patient)
    moving = later(patient, tmp_path, **fresh.said)
    taken = accept(diafan, moving)
    assert (taken.state, taken.reason_code) == (ImageState.PARKED, OF_RESTRICTED)
    assert "sent again when the restriction is lifted" in taken.reason
    assert study_of(diafan, patient.uid).patient == patient.pseudonym
    with api.client(*READ_WRITE) as client:
        assert client.get(f"/images/{patient.image_id}/findings").status_code == 403
    assert not diafan.again.analyse(taken.image_id, OFFICER)
    assert accept(diafan, moving).image_id == taken.image_id, "sent again too early, it is held already"
    lift(diafan, patient)
    again = accept(diafan, moving)
    assert (again.state, study_of(diafan, patient.uid).patient) == (ImageState.RECEIVED, fresh.pseudonym)
    assert image_of(diafan, taken.image_id).state is ImageState.SUPERSEDED
    assert jobs_of(diafan, "analyse", again.image_id) == 1


# Not analysed, not reported


def test_an_image_that_was_received_before_is_parked_when_its_turn_comes(api, diafan, fresh):
    assert restrict(diafan, fresh).waiting == 1
    looked = []
    replace(api.pipeline, gate=looked.append).analyse(fresh.image_id)
    assert looked == []
    image = image_of(diafan, fresh.image_id)
    assert (image.state, image.reason_code) == (ImageState.PARKED, RESTRICTED)
    with Session(diafan.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).where(FindingRecord.image_id == image.id)) == 0
    assert "image-parked" in [act["type"] for act in acts(diafan, fresh.pseudonym)]


def test_an_analysis_that_is_under_way_leaves_nothing(api, diafan, fresh):
    def meanwhile(radiograph):
        restrict(diafan, fresh)

    replace(api.pipeline, gate=meanwhile).analyse(fresh.image_id)
    image = image_of(diafan, fresh.image_id)
    assert (image.state, image.reason_code, image.model_digest) == (ImageState.PARKED, RESTRICTED, "")
    with Session(diafan.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).where(ObjectRecord.image_id == image.id)) == 0
    assert deliveries_of(diafan, fresh.uid) == []


def test_no_report_is_made_and_it_stays_owed(api, diafan, fresh):
    api.pipeline.analyse(fresh.image_id)
    assert restrict(diafan, fresh).owed == 1
    api.pipeline.report(fresh.uid)
    study = study_of(diafan, fresh.uid)
    assert (study.report_revision, study.park_reason) == (0, "")
    assert study.due_at is not None
    assert lift(diafan, fresh).reports == 1
    api.pipeline.report(fresh.uid)
    assert study_of(diafan, fresh.uid).report_revision == 1


def test_a_report_that_is_being_made_is_not_issued(api, diafan, fresh):
    api.pipeline.analyse(fresh.image_id)

    def meanwhile(_digest):
        if diafan.restrictions.of(fresh.pseudonym) is None:
            restrict(diafan, fresh)

    replace(api.pipeline, card=meanwhile).report(fresh.uid)
    assert diafan.restrictions.of(fresh.pseudonym) is not None
    study = study_of(diafan, fresh.uid)
    assert (study.report_revision, study.due_at is not None) == (0, True)
    with Session(diafan.engine) as db:
        assert db.scalars(sa.select(ReportRecord).where(ReportRecord.study_instance_uid == fresh.uid)).all() == []


# Not sent


def test_what_has_not_gone_is_held_with_the_reason_and_goes_when_lifted(api, diafan, fresh):
    api.pipeline.analyse(fresh.image_id)
    assert restrict(diafan, fresh).deliveries == 1
    [delivery] = deliveries_of(diafan, fresh.uid)
    diafan.deliverer.deliver(str(delivery.id))
    [held] = deliveries_of(diafan, fresh.uid)
    assert (held.state, held.attempts) == (DeliveryState.WAITING, 0)
    assert "Art. 18" in held.last_error
    assert not diafan.deliverer.retry(held.id)
    assert "transfer-begun" not in [act["type"] for act in acts(diafan, fresh.pseudonym)]
    before = jobs_of(diafan, "deliver", held.id)
    assert lift(diafan, fresh).deliveries == 1
    assert jobs_of(diafan, "deliver", held.id) == before + 1
    diafan.deliverer.deliver(str(held.id))
    [gone] = deliveries_of(diafan, fresh.uid)
    assert (gone.state, gone.last_error) == (DeliveryState.DELIVERED, "")


def test_what_is_held_is_no_failure_of_its_destination(api, diafan, fresh):
    api.pipeline.analyse(fresh.image_id)
    [delivery] = deliveries_of(diafan, fresh.uid)
    tried = sa.text("update delivery set attempts = 1, last_error = 'down', destination = :name where id = :id")
    with diafan.engine.begin() as db:
        db.execute(tried, {"id": delivery.id, "name": f"of-{fresh.pseudonym[:12]}"})

    def standing():
        now = diafan.clock()
        with diafan.engine.connect() as db:
            found = operations.standings(db, {}, {}, now, now)
        return next(one for one in found if one.name == f"of-{fresh.pseudonym[:12]}")

    assert (standing().failing, standing().last_error) == (1, "down")
    restrict(diafan, fresh)
    replace(diafan.deliverer, destinations={f"of-{fresh.pseudonym[:12]}": object()}).deliver(str(delivery.id))
    assert (standing().failing, standing().last_error, standing().unfinished) == (0, "", 1)


def test_what_is_being_sent_may_finish(api, diafan, fresh):
    api.pipeline.analyse(fresh.image_id)
    [delivery] = deliveries_of(diafan, fresh.uid)
    covered = []

    class Slow:
        def deliver(self, contents, *, again):
            covered.append(restrict(diafan, fresh))
            return {"proof": "counted"}

        takes = frozenset()

    replace(diafan.deliverer, destinations={delivery.destination: Slow()}).deliver(str(delivery.id))
    assert covered[0].sending == 1
    [arrived] = deliveries_of(diafan, fresh.uid)
    assert arrived.state is DeliveryState.DELIVERED


def test_lifting_sees_what_is_held_at_this_moment(api, diafan, fresh):
    """The turn of a delivery comes as somebody lifts: whoever is first, it goes."""
    api.pipeline.analyse(fresh.image_id)
    restrict(diafan, fresh)
    [delivery] = deliveries_of(diafan, fresh.uid)
    resumed = []
    with Session(diafan.engine) as db, db.begin():
        mine = db.get_one(type(delivery), delivery.id, with_for_update=True)
        lifting = threading.Thread(target=lambda: resumed.append(lift(diafan, fresh)))
        lifting.start()
        lifting.join(1)
        assert lifting.is_alive(), "it did not wait"
        mine.state = DeliveryState.WAITING
    lifting.join(30)
    assert resumed[0].deliveries == 1
    assert deliveries_of(diafan, fresh.uid)[0].state is DeliveryState.QUEUED


# Lifted


def test_lifted_everything_that_waited_goes_on_by_itself(api, diafan, patient, tmp_path):
    restrict(diafan, patient)
    taken = accept(diafan, later(patient, tmp_path))
    resumed = lift(diafan, patient)
    assert resumed.images == 1
    assert jobs_of(diafan, "analyse", taken.image_id) == 1
    assert "image-retried" in [act["type"] for act in acts(diafan, patient.pseudonym)]
    api.process(str(taken.image_id))
    assert image_of(diafan, taken.image_id).state is ImageState.ANALYSED
    assert study_of(diafan, patient.uid).report_revision == 2
    assert {one.state for one in deliveries_of(diafan, patient.uid)} <= {
        DeliveryState.DELIVERED,
        DeliveryState.SUPERSEDED,
    }


# The acts that Art. 18(2) allows


def test_withdrawing_is_refused_but_for_an_erasure(diafan, patient):
    restrict(diafan, patient)
    withdrawer = withdrawer_of(diafan)
    for act in (withdrawer.foresee, lambda uid: withdrawer.withdraw(uid, RejectionReason.QUALITY, OFFICER)):
        with pytest.raises(NotWithdrawable, match="restricted"):
            act(patient.uid)
    assert study_of(diafan, patient.uid).withdrawn_at is None
    withdrawer.withdraw(patient.uid, RejectionReason.RETENTION_EXPIRED, OFFICER, erasing=True)
    assert study_of(diafan, patient.uid).withdrawn_at is not None


@pytest.fixture
def eraser(diafan):
    with owner_engine(diafan.settings, diafan.database) as owner:
        yield Eraser(owner, diafan.store, diafan.subjects, diafan.record, diafan.clock, retention_years=0)


def test_erasing_tells_who_was_told_and_takes_the_restriction_along(api, diafan, eraser, patient, tmp_path):
    restrict(diafan, patient)
    accept(diafan, later(patient, tmp_path))
    with pytest.raises(NotErasable, match="not withdrawn"):
        eraser.erase(patient.pseudonym, OFFICER)
    withdrawer_of(diafan).withdraw(patient.uid, RejectionReason.RETENTION_EXPIRED, OFFICER, erasing=True)
    with pytest.raises(NotErasable, match="on their way"):
        eraser.erase(patient.pseudonym, OFFICER)
    for one in deliveries_of(diafan, patient.uid):
        diafan.deliverer.deliver(str(one.id))
    eraser.erase(patient.pseudonym, OFFICER)
    assert diafan.restrictions.of(patient.pseudonym) is None
    with diafan.engine.connect() as db:
        assert (
            db.scalar(sa.text("select count(*) from worklist where study_instance_uid = :u"), {"u": patient.uid}) == 0
        )


def test_nobody_waits_for_what_is_held_before_an_erasure(api, diafan, eraser, fresh):
    api.pipeline.analyse(fresh.image_id)
    restrict(diafan, fresh)
    [delivery] = deliveries_of(diafan, fresh.uid)
    diafan.deliverer.deliver(str(delivery.id))
    assert eraser.holding(fresh.pseudonym).on_their_way == 0
    eraser.erase(fresh.pseudonym, OFFICER)
    assert diafan.restrictions.of(fresh.pseudonym) is None


@pytest.mark.parametrize("ground", Ground)
def test_the_patients_own_request_is_answered_and_says_so(diafan, patient, ground):
    restrict(diafan, patient, ground)
    made = io.BytesIO()
    with Session(diafan.engine) as db, zipfile.ZipFile(made, "w") as package:
        answers = SubjectAccess(diafan.settings, diafan.store, diafan.subjects)
        told = answers.write(db, patient.pseudonym, package, diafan.clock())
    assert (told.studies, told.images) == (1, 1)
    for language, words in WORDS.items():
        pages = PdfReader(io.BytesIO(zipfile.ZipFile(made).read(f"answer-{language}.pdf"))).pages
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
        since = diafan.restrictions.of(patient.pseudonym).since
        assert words.restricted in text
        assert f"{since:%Y-%m-%d %H:%M} UTC" in text
        assert words.grounds[ground] in text


def test_a_letter_of_whoever_is_not_restricted_says_nothing_of_it(diafan, patient):
    made = io.BytesIO()
    with Session(diafan.engine) as db, zipfile.ZipFile(made, "w") as package:
        SubjectAccess(diafan.settings, diafan.store, diafan.subjects).write(
            db, patient.pseudonym, package, diafan.clock()
        )
    pages = PdfReader(io.BytesIO(zipfile.ZipFile(made).read("answer-en.pdf"))).pages
    assert WORDS["en"].restricted not in " ".join(page.extract_text() for page in pages)
