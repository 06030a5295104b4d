"""What was wrong is corrected everywhere, once, and said to be; no value of a patient stands where it must not."""

import json
import shutil
from dataclasses import dataclass, replace
from io import BytesIO
from uuid import UUID, uuid4

import pydicom
import pytest
import sqlalchemy as sa
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from audit.event import Agent
from audit.search import search
from integrations.correction import Unfit
from integrations.dimse import NoRoom
from integrations.kept_header import write_kept_header
from integrations.object_check import objections
from integrations.original_attributes import Attribute, Reason
from integrations.rejection_note import RejectionReason
from integrations.validators import judgements
from integrations.verdict import Verdict
from service import app as root
from service import cli
from service.accept import Acceptor, Origin
from service.access import Scope
from service.cli_withdraw import withdrawer_of
from service.gdpr.officer_acts import rectifier_of
from service.gdpr.rectification import NotRectifiable, Rectifier
from service.gdpr.restriction_record import Ground
from service.records import Delivery, Image, ImageState, ObjectRecord, ReportRecord, Study
from service.settings import Settings
from tests.instances import EFFUSION, make_instance
from tests.service.api_client import INDETERMINATE, PRESENT, READ_WRITE, upload
from tests.service.reviewing import physician, save_and_sign

PERSON = Agent("person", "officer")
POLISH, JAPANESE = "Żółć^Łukasz", "Yamada^Tarou=山田^太郎=やまだ^たろう"


@dataclass(frozen=True)
class Patient:
    pseudonym: str
    patient_id: str
    said: dict[str, str]
    uid: str


@pytest.fixture
def rectifier(diafan) -> Rectifier:
    return rectifier_of(diafan)


@pytest.fixture
def come(api, tmp_path):
    """Return what takes a patient whom no other test has through all stages, with one image or more in one study."""

    def come(images=1, **said) -> Patient:
        sign = uuid4().hex[:8]
        said = {
            "PatientID": f"WRONG-{sign}",
            "PatientName": f"Falsch{sign}^Ewa",
            "AccessionNumber": f"ACC-{sign}",
            **said,
        }
        uid = str(generate_uid(prefix=None))
        sources = [make_instance(tmp_path, name="0.dcm", StudyInstanceUID=uid, **said)]
        sources += [
            make_instance(tmp_path, EFFUSION, name=f"{n}.dcm", StudyInstanceUID=uid, **said) for n in range(1, images)
        ]
        with api.client(*READ_WRITE) as client:
            for source in sources:
                [result] = upload(client, source.read_bytes()).json()["results"]
                api.process(result["image_id"])
        return Patient(
            api.diafan.pseudonym(said.get("IssuerOfPatientID", ""), said["PatientID"]), said["PatientID"], said, uid
        )

    return come


def go_on(api, uid):
    """Run what the corrected images of a study are owed: analysis, report, deliveries."""
    for image in of_state(api, uid, ImageState.RECEIVED):
        api.process(str(image.id))


def of_state(api, uid, *states):
    with Session(api.diafan.engine) as db:
        chosen = sa.select(Image).where(Image.study_instance_uid == uid, Image.state.in_(states))
        found = list(db.scalars(chosen.order_by(Image.sop_instance_uid, Image.revision)))
        db.expunge_all()
        return found


def headers(api, uid, *states):
    read = (api.diafan.store.read(one.blob) for one in of_state(api, uid, *(states or [ImageState.ANALYSED])))
    return [pydicom.dcmread(BytesIO(content)) for content in read]


def results(api, uid):
    """Return the objects of the images that count, and the Structured Report of the newest revision."""
    with Session(api.diafan.engine) as db:
        images = [image.id for image in of_state(api, uid, ImageState.ANALYSED)]
        report = db.scalars(
            sa.select(ReportRecord.id)
            .where(ReportRecord.study_instance_uid == uid)
            .order_by(ReportRecord.revision.desc())
        ).first()
        made = sa.or_(ObjectRecord.image_id.in_(images), ObjectRecord.report_id == report)
        return [api.diafan.store.path(blob) for blob in db.scalars(sa.select(ObjectRecord.blob).where(made))]


def line(api, uid):
    with api.client(Scope.STUDY_READ, subject="dr-house") as client:
        [found] = client.post("/worklist", json={"studies": [uid]}).json()["studies"]
        return found


def outbox(api, uid):
    return json.loads((api.diafan.settings.data_dir / "outbox" / "fhir" / f"{uid}.json").read_text())


def acts(api, patient):
    api.diafan.sequence_log()
    with api.diafan.engine.connect() as db:
        return [dict(entry.event) for entry in search(db, patient=patient, limit=500)]


def correction(rectifier, reason=Reason.CORRECT, **values):
    return rectifier.checked({Attribute(name.replace("_", "-")): value for name, value in values.items()}, reason)


@pytest.mark.parametrize("name", ["Right^Ewa", POLISH, JAPANESE])
def test_a_name_is_corrected_in_images_results_and_report_and_everybody_who_was_told_hears_of_it(
    api, rectifier, come, name
):
    patient = come()
    before = results(api, patient.uid)
    wanted = correction(rectifier, name=name, birth_date="1950-01-31", sex="f")
    would = rectifier.foresee(patient.pseudonym, wanted, PERSON)
    assert (would.studies, would.images, would.results, would.reports) == ([patient.uid], 1, len(before) - 1, 1)
    assert (would.signed, would.places, would.homeless, would.joins) == (0, ["outbox"], [], False)
    done = rectifier.rectify(patient.pseudonym, wanted, PERSON)
    assert done == would
    go_on(api, patient.uid)
    [image] = headers(api, patient.uid)
    assert (str(image.PatientName), image.PatientBirthDate, image.PatientSex) == (name, "19500131", "F")
    [old] = headers(api, patient.uid, ImageState.SUPERSEDED)
    assert (old.PatientName, old.SOPInstanceUID, old.PixelData) == (
        patient.said["PatientName"],
        image.SOPInstanceUID,
        image.PixelData,
    )
    made = results(api, patient.uid)
    assert len(made) == len(before)
    assert set(made).isdisjoint(before)
    for path in made:
        dataset = pydicom.dcmread(path)
        assert (str(dataset.PatientName), dataset.PatientBirthDate, dataset.PatientSex) == (name, "19500131", "F")
        # It is the source that was modified: what is made of it never said anything else.
        assert "OriginalAttributesSequence" not in dataset
    with Session(api.diafan.engine) as db:
        sent = sa.select(Delivery).where(Delivery.study_instance_uid == patient.uid).order_by(Delivery.created_at)
        assert [(d.parcel.value, d.state.value) for d in db.scalars(sent)] == [
            ("results", "delivered"),
            ("report", "delivered"),
        ] * 2
    report = next(e["resource"] for e in outbox(api, patient.uid)["entry"] if e["resource"]["resourceType"] == "DiagnosticReport")  # fmt: skip
    today = f"{api.diafan.clock():%Y-%m-%d}"
    assert f"Corrected in patient and study data, last on {today}: name, birth date, sex." in report["conclusion"]
    assert "revision 2" in report["conclusion"]
    person = next(
        e["resource"] for e in outbox(api, patient.uid)["entry"] if e["resource"]["resourceType"] == "Patient"
    )
    assert (person["birthDate"], person["gender"]) == ("1950-01-31", "female")
    told = line(api, patient.uid)
    assert (told["patient_name"], told["corrected"], told["corrected_on"]) == (
        name,
        ["name", "birth-date", "sex"],
        today,
    )


def test_the_corrected_source_and_every_result_are_conformant(api, rectifier, come):
    patient = come(IssuerOfPatientID="SITE-A")
    before = {one.validator: set(one.errors) for image in of_state(api, patient.uid, ImageState.ANALYSED) for one in judgements(api.diafan.store.path(image.blob))}  # fmt: skip
    rectifier.rectify(
        patient.pseudonym,
        correction(rectifier, name=JAPANESE, birth_date="1950-01-31", sex="O", issuer="Szpital Łódź", accession="A-2"),
        PERSON,
    )
    go_on(api, patient.uid)
    [image] = of_state(api, patient.uid, ImageState.ANALYSED)
    for one in judgements(api.diafan.store.path(image.blob)):
        assert set(one.errors) <= before[one.validator]
    for path in results(api, patient.uid):
        assert not [e for j in judgements(path) for e in j.errors], path
        assert not objections(path.read_bytes(), None)


@pytest.mark.parametrize(
    ("attribute", "value", "kept"),
    [
        ("name", "Right^Ewa", "patient_name"),
        ("birth-date", "1950-01-31", "birth_date"),
        ("sex", "O", "sex"),
        ("accession", "A-NEW", "accession_number"),
    ],
)
def test_each_attribute_is_corrected_alone_and_named_where_a_physician_reads(
    api, rectifier, come, attribute, value, kept
):
    patient = come()
    before = line(api, patient.uid)
    rectifier.rectify(patient.pseudonym, rectifier.checked({Attribute(attribute): value}), PERSON)
    told = line(api, patient.uid)
    also = {"status", "changed_at", "received_at", "corrected", "corrected_on", "findings", "priority"}
    assert {key for key in told if told[key] != before[key]} - also == {kept}
    assert (told[kept], told["corrected"]) == (value, [attribute])
    [event] = [e for e in acts(api, patient.pseudonym) if e["type"] == "patient-rectified"]
    assert event["detail"] == {"kind": attribute, "count": 1}


def test_a_new_patient_id_brings_the_study_under_the_other_patient_and_physicians_see_it(api, rectifier, come):
    patient, other = come(), come()
    wanted = correction(rectifier, patient_id=other.patient_id)
    assert rectifier.foresee(patient.pseudonym, wanted, PERSON).joins
    rectifier.rectify(patient.pseudonym, wanted, PERSON)
    go_on(api, patient.uid)
    told = line(api, patient.uid)
    assert (told["patient_id"], told["patient_id_before"]) == (other.patient_id, patient.patient_id)
    assert told["patient_changed_at"] is not None
    assert told["corrected"] == ["patient-id"]
    with Session(api.diafan.engine) as db:
        assert db.get_one(Study, patient.uid).patient == other.pseudonym
    changed = [(who, e["detail"]["kind"]) for who in (patient.pseudonym, other.pseudonym) for e in acts(api, who) if e["type"] == "patient-changed"]  # fmt: skip
    assert changed == [(patient.pseudonym, "left"), (other.pseudonym, "joined")]
    assert {str(pydicom.dcmread(path).PatientID) for path in results(api, patient.uid)} == {other.patient_id}


def test_a_second_run_finds_everything_right_and_changes_nothing(api, rectifier, come):
    patient = come(images=2)
    wanted = correction(rectifier, name=POLISH, patient_id=f"RIGHT-{uuid4().hex[:8]}")
    assert rectifier.rectify(patient.pseudonym, wanted, PERSON).images == 2
    go_on(api, patient.uid)
    again = rectifier.rectify(patient.pseudonym, wanted, PERSON)
    assert (again.images, again.right, again.studies) == (0, 2, [])
    assert [image.revision for image in of_state(api, patient.uid, *ImageState)] == [1, 2] * 2
    assert len([e for e in acts(api, patient.pseudonym) if e["type"] == "patient-rectified"]) == 1


@pytest.mark.parametrize("when", ["before it is taken in", "after it was taken in"])
def test_killed_midway_nothing_is_lost_or_doubled_and_the_same_again_goes_on(api, rectifier, come, monkeypatch, when):
    patient = come(images=3)
    wanted = correction(rectifier, name=JAPANESE, patient_id=f"RIGHT-{uuid4().hex[:8]}")
    accept, came = Acceptor.accept, []

    def until_killed(self, file, origin):
        came.append(file)
        if len(came) == 2 and when.startswith("before"):
            raise KeyboardInterrupt
        done = accept(self, file, origin)
        if len(came) == 2:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(Acceptor, "accept", until_killed)
    with pytest.raises(KeyboardInterrupt):
        rectifier.rectify(patient.pseudonym, wanted, PERSON)
    monkeypatch.undo()
    assert not [file for file in came if file.exists()]
    go_on(api, patient.uid)
    left = 2 if when.startswith("before") else 1
    would = rectifier.foresee(patient.pseudonym, wanted, PERSON)
    assert (would.images, would.right, would.others) == (left, 3 - left, 0)
    rectifier.rectify(patient.pseudonym, wanted, PERSON)
    go_on(api, patient.uid)
    assert [image.revision for image in of_state(api, patient.uid, *ImageState)] == [1, 2] * 3
    assert {str(one.PatientName) for one in headers(api, patient.uid)} == {JAPANESE}
    assert rectifier.foresee(patient.pseudonym, wanted, PERSON).images == 0


def test_a_study_that_is_another_patient_s_now_stays_theirs(api, rectifier, come, tmp_path):
    patient, other = come(), f"OTHER-{uuid4().hex[:8]}"
    later = make_instance(tmp_path, EFFUSION, name="z.dcm", StudyInstanceUID=patient.uid, PatientID=other)
    api.diafan.acceptor.accept(later, Origin(PERSON, "test"))
    theirs = api.diafan.pseudonym("", other)
    done = rectifier.rectify(patient.pseudonym, correction(rectifier, birth_date="1950-01-31"), PERSON)
    assert (done.images, done.others) == (0, 2)
    with Session(api.diafan.engine) as db:
        assert db.get_one(Study, patient.uid).patient == theirs


def test_of_two_issuers_with_one_id_the_other_s_studies_are_neither_shown_nor_counted(api, rectifier, come, tmp_path):
    same = f"SAME-{uuid4().hex[:8]}"
    asked, foreign = come(PatientID=same, IssuerOfPatientID="A"), come(PatientID=same, IssuerOfPatientID="B")
    moved = make_instance(tmp_path, name="0.dcm", StudyInstanceUID=foreign.uid, PatientID=f"GONE-{uuid4().hex[:8]}")
    api.diafan.acceptor.accept(moved, Origin(PERSON, "test"))
    assert [one.study_instance_uid for one in rectifier.choices(asked.pseudonym)] == [asked.uid]
    done = rectifier.rectify(asked.pseudonym, correction(rectifier, accession="RIGHT-1"), PERSON)
    assert (done.images, done.others) == (1, 0)


@pytest.mark.parametrize("what", [{"patient_id": "FREE-1"}, {"issuer": "ELSEWHERE"}])
def test_another_identifier_is_no_way_out_of_a_restriction(api, rectifier, come, what):
    patient = come()
    api.diafan.restrictions.restrict(patient.pseudonym, Ground.ACCURACY_CONTESTED, PERSON)
    wanted = correction(rectifier, **what)
    for ask in (rectifier.foresee, rectifier.rectify):
        with pytest.raises(NotRectifiable, match="lift the restriction first"):
            ask(patient.pseudonym, wanted, PERSON)
    with Session(api.diafan.engine) as db:
        assert db.get_one(Study, patient.uid).patient == patient.pseudonym


def test_what_was_corrected_meanwhile_is_not_undone(api, rectifier, come, monkeypatch):
    patient = come(images=2)
    accept, came = Acceptor.accept, []

    def meanwhile(self, file, origin):
        came.append(file)
        if len(came) == 1:
            with pytest.raises(NotRectifiable, match="being corrected just now"):
                rectifier.rectify(patient.pseudonym, correction(rectifier, sex="F"), PERSON)
            monkeypatch.undo()
            for image in of_state(api, patient.uid, ImageState.ANALYSED):
                header = pydicom.dcmread(api.diafan.store.path(image.blob))
                header.PatientName = "Right^Ewa"
                aside = api.diafan.store.incoming / f"{uuid4()}.part"
                header.save_as(aside)
                accept(self, aside, Origin(PERSON, "dicom:ARCHIVE"))
        return accept(self, file, origin)

    monkeypatch.setattr(Acceptor, "accept", meanwhile)
    rectifier.rectify(patient.pseudonym, correction(rectifier, birth_date="1950-01-31"), PERSON)
    names = [str(one.PatientName) for one in headers(api, patient.uid, ImageState.RECEIVED)]
    assert names.count("Right^Ewa") == 1, "the first was on its way already"


def test_a_full_disk_is_said_and_what_came_in_stays(api, diafan, come):
    patient = come(images=2)
    full = rectifier_of(replace(diafan, acceptor=replace(diafan.acceptor, min_free_bytes=2**62)))
    with pytest.raises(NoRoom):
        full.rectify(patient.pseudonym, correction(full, name="Right^Ewa"), PERSON)
    assert [image.revision for image in of_state(api, patient.uid, *ImageState)] == [1, 1]
    assert rectifier_of(diafan).rectify(patient.pseudonym, correction(full, name="Right^Ewa"), PERSON).images == 2


def test_an_image_that_is_being_analysed_is_corrected_and_the_old_answer_counts_no_more(
    api, rectifier, diafan, tmp_path
):
    said = {"PatientID": f"BUSY-{uuid4().hex[:8]}"}
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, make_instance(tmp_path, **said).read_bytes()).json()["results"]
    with Session(diafan.engine) as db:
        uid = db.get_one(Image, UUID(result["image_id"])).study_instance_uid

    def gate(_radiograph):
        rectifier.rectify(diafan.pseudonym("", said["PatientID"]), correction(rectifier, sex="F"), PERSON)

    replace(api.pipeline, gate=gate).analyse(result["image_id"])
    assert [(i.revision, i.state.value) for i in of_state(api, uid, *ImageState)] == [
        (1, "superseded"),
        (2, "received"),
    ]
    go_on(api, uid)
    assert [i.state.value for i in of_state(api, uid, *ImageState)] == ["superseded", "analysed"]


def test_the_archive_that_sends_the_wrong_header_again_does_not_undo_it(api, rectifier, come, tmp_path):
    patient = come()
    wrong = of_state(api, patient.uid, ImageState.ANALYSED)[0]
    rectifier.rectify(patient.pseudonym, correction(rectifier, name=POLISH), PERSON)
    go_on(api, patient.uid)
    again = tmp_path / "again.dcm"
    shutil.copy(api.diafan.store.path(wrong.blob), again)
    api.diafan.acceptor.accept(again, Origin(Agent("system", "PACS1"), "dicom:PACS1"))
    assert line(api, patient.uid)["patient_name"] == POLISH
    # Another image with the old header is another matter: nobody corrected that one.
    late = make_instance(tmp_path, EFFUSION, name="late.dcm", StudyInstanceUID=patient.uid, **patient.said)
    api.diafan.acceptor.accept(late, Origin(Agent("system", "PACS1"), "dicom:PACS1"))
    told = line(api, patient.uid)
    assert (told["patient_name"], told["corrected"]) == (patient.said["PatientName"], [])
    assert rectifier.rectify(patient.pseudonym, correction(rectifier, name=POLISH), PERSON).images == 1
    assert line(api, patient.uid)["corrected"] == ["name"]


def test_the_same_rules_apply_to_it_as_to_the_image_that_came(api, diafan, rectifier, tmp_path):
    said = {"PatientID": f"RULED-{uuid4().hex[:8]}"}
    file = make_instance(tmp_path, **said)
    accepted = diafan.acceptor.accept(file, Origin(Agent("system", "CR-1"), "dicom:CR-1"))
    asked = []

    class Rules:
        def decide(self, routed):
            asked.append(routed.calling_ae)
            return diafan.acceptor.rules.decide(routed)

    of_site = replace(rectifier, acceptor=replace(diafan.acceptor, rules=Rules()))
    of_site.rectify(diafan.pseudonym("", said["PatientID"]), correction(rectifier, name="Right^Ewa"), PERSON)
    assert asked == ["CR-1"]
    with Session(diafan.engine) as db:
        uid = db.get_one(Image, accepted.image_id).study_instance_uid
    assert {image.source for image in of_state(api, uid, *ImageState)} == {"dicom:CR-1"}
    corrected = headers(api, uid, ImageState.RECEIVED)[0]
    assert corrected.OriginalAttributesSequence[0].SourceOfPreviousValues == "CR-1"


def test_what_is_not_held_is_of_another_or_was_withdrawn_is_left_and_counted(api, rectifier, come, tmp_path):
    patient = come(images=2)
    first, _ = of_state(api, patient.uid, ImageState.ANALYSED)
    # As retention leaves it: a header without pixels.
    api.diafan.store.put(first.blob, write_kept_header(api.diafan.store.path(first.blob)))
    foreign = make_instance(tmp_path, EFFUSION, name="f.dcm", StudyInstanceUID=patient.uid, PatientID=f"FOREIGN-{uuid4().hex[:6]}")  # fmt: skip
    declined = make_instance(
        tmp_path, name="d.dcm", StudyInstanceUID=patient.uid, BodyPartExamined="KNEE", **patient.said
    )
    last = make_instance(tmp_path, EFFUSION, name="l.dcm", StudyInstanceUID=patient.uid, **patient.said)
    for file in (foreign, declined, last):
        api.diafan.acceptor.accept(file, Origin(PERSON, "test"))
    wanted = correction(rectifier, name=POLISH)
    done = rectifier.rectify(patient.pseudonym, wanted, PERSON)
    assert (done.images, done.not_held, done.others, done.withdrawn) == (2, 1, 1, 0)
    assert [i.revision for i in of_state(api, patient.uid, *ImageState) if i.sop_instance_uid == first.sop_instance_uid] == [1]  # fmt: skip
    withdrawn = come()
    withdrawer_of(api.diafan).withdraw(withdrawn.uid, RejectionReason.PATIENT_SAFETY, PERSON)
    left = rectifier.rectify(withdrawn.pseudonym, wanted, PERSON)
    assert (left.images, left.withdrawn, left.studies) == (0, 1, [])


def test_of_a_patient_whose_data_are_restricted_it_is_corrected_and_waits(api, rectifier, come):
    patient = come()
    restrictions = api.diafan.restrictions
    restrictions.restrict(patient.pseudonym, Ground.ACCURACY_CONTESTED, PERSON)
    wanted = correction(rectifier, sex="F")
    assert rectifier.rectify(patient.pseudonym, wanted, PERSON).images == 1
    assert [(i.revision, i.state.value) for i in of_state(api, patient.uid, *ImageState)] == [
        (1, "superseded"),
        (2, "parked"),
    ]
    assert rectifier.rectify(patient.pseudonym, wanted, PERSON).right == 1
    restrictions.lift(patient.pseudonym, api.diafan.clock().date(), PERSON)
    go_on(api, patient.uid)
    assert [i.state.value for i in of_state(api, patient.uid, *ImageState)] == ["superseded", "analysed"]
    assert line(api, patient.uid)["corrected"] == ["sex"]


def test_of_one_study_only_where_one_is_chosen_and_an_accession_number_is_of_one(api, rectifier, come):
    patient = come(StudyDate="20260102", StudyDescription="Klatka")
    other = come(PatientID=patient.patient_id, StudyDate="20250102")
    with pytest.raises(NotRectifiable, match="that of one study, and 2 studies are meant"):
        rectifier.foresee(patient.pseudonym, correction(rectifier, accession="A-1"), PERSON)
    assert next((c.date, c.description, c.images) for c in rectifier.choices(patient.pseudonym)) == (
        "20260102",
        "Klatka",
        1,
    )
    chosen = [rectifier.choices(patient.pseudonym)[0].study_instance_uid]
    rectifier.rectify(patient.pseudonym, correction(rectifier, accession="A-1"), PERSON, chosen)
    assert (line(api, patient.uid)["accession_number"], line(api, other.uid)["accession_number"]) == ("A-1", other.said["AccessionNumber"])  # fmt: skip
    with pytest.raises(NotRectifiable, match="no such study of this patient"):
        rectifier.foresee(patient.pseudonym, correction(rectifier, sex="F"), PERSON, ["1.2.3"])
    with pytest.raises(NotRectifiable, match="say what is to be corrected"):
        rectifier.foresee(patient.pseudonym, correction(rectifier), PERSON)
    with pytest.raises(NotRectifiable, match="nobody is behind"):
        rectifier.foresee("p-" + "0" * 32, correction(rectifier, sex="F"), PERSON)


def test_of_a_signed_study_the_ehr_hears_when_a_physician_amends(api, rectifier, come):
    patient = come()
    with physician(api, "alice") as alice:
        said = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}
        first = save_and_sign(alice, patient.uid, said)
        assert first.status_code == 201
        api.pipeline.report(patient.uid)
        wanted = correction(rectifier, name="Right^Ewa")
        assert rectifier.foresee(patient.pseudonym, wanted, PERSON).signed == 1
        rectifier.rectify(patient.pseudonym, wanted, PERSON)
        go_on(api, patient.uid)
        assert line(api, patient.uid)["review"] == "again"
        again = save_and_sign(alice, patient.uid, said, revision=3, amends=first.json()["id"])
        assert again.status_code == 201, again.text
    api.pipeline.report(patient.uid)
    with Session(api.diafan.engine) as db:
        newest = db.scalars(
            sa.select(ReportRecord)
            .where(ReportRecord.study_instance_uid == patient.uid)
            .order_by(ReportRecord.revision.desc())
        ).first()
        bundle = json.loads(api.diafan.store.read(newest.blob))
    report = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DiagnosticReport")
    assert report["status"] == "amended"
    assert "Corrected in patient and study data" in report["conclusion"]


def test_no_value_stands_in_the_log_of_the_program_or_in_the_audit_log(api, rectifier, come, caplog, capfd):
    patient = come()
    secret = f"Geheim{uuid4().hex[:6]}"
    values = {"name": f"{secret}^Ewa", "patient_id": f"{secret}-1", "issuer": f"{secret}-i", "accession": f"{secret}a"}
    wanted = correction(rectifier, **values)
    with caplog.at_level("DEBUG"):
        rectifier.foresee(patient.pseudonym, wanted, PERSON)
        rectifier.rectify(patient.pseudonym, wanted, PERSON, request="r-1")
        go_on(api, patient.uid)
    with pytest.raises(Unfit) as told:
        correction(rectifier, accession=secret * 3)
    after = api.diafan.pseudonym(values["issuer"], values["patient_id"])
    entries = [*acts(api, patient.pseudonym), *acts(api, after)]
    everything = json.dumps(entries) + caplog.text + "".join(capfd.readouterr()) + str(told.value)
    for word in (secret, patient.patient_id, patient.said["PatientName"], patient.uid):
        assert word not in everything
    [event] = [e for e in entries if e["type"] == "patient-rectified"]
    assert event["detail"] == {"kind": "name_patient-id_issuer_accession", "count": 1}
    assert (event["agent"]["id"], event["request_id"]) == ("officer", "r-1")
    revised = [e for e in entries if e["type"] == "instance-revised"]
    assert [e["agent"]["id"] for e in revised] == ["officer"]
    assert [e["type"] for e in entries].index("patient-rectified") < [e["type"] for e in entries].index(
        "instance-revised"
    )
    assert "audit-read" in [e["type"] for e in entries]


def test_at_the_command_line_values_are_asked_for_and_a_dry_run_comes_first(own_installation, tmp_path):
    with root.assemble(Settings()) as diafan:
        for name in ("a.dcm", "b.dcm"):
            file = make_instance(tmp_path, name=name, PatientID="AT-1", StudyDate=f"2026010{len(name)}")
            diafan.acceptor.accept(file, Origin(PERSON, "dicom:PACS1"))

    def run(*words: str, answers: str):
        result = CliRunner().invoke(cli.app, ["gdpr", "rectify", *words], input=answers)
        return result.exit_code, " ".join(result.output.split())

    code, told = run("--attribute", "name", "--attribute", "birth-date", answers="AT-1\nRight^Ewa\n1950-01-31\n")
    assert code == 0, told
    assert "to be corrected: 2 images of 2 studies" in told
    assert "a dry run: nothing was changed" in told
    code, told = run("--attribute", "accession", "--one-study", "--yes", answers="AT-1\n2\nA-9\n")
    assert (code, "corrected: 1 images" in told) == (0, True), told
    code, told = run("--attribute", "name", "--yes", answers="AT-1\nRight^Ewa\n")
    assert (code, "corrected: 2 images" in told) == (0, True), told
    code, told = run("--attribute", "name", "--yes", answers="AT-1\nRight^Ewa\n")
    assert (code, "left as they are, say so already: 2 images" in told, "corrected: 0 images" in told) == (
        0,
        True,
        True,
    )
    code, told = run("--attribute", "accession", answers="AT-1\nA-9\n")
    assert (code, "choose one" in told) == (1, True)
    code, told = run("--attribute", "sex", answers="AT-1\nsecretly\n")
    assert (code, "M, F or O" in told, told.count("secretly")) == (1, True, 1), told
    code, told = run("--attribute", "sex", answers="NOBODY-1\nF\n")
    assert (code, "is known here" in told) == (1, True)
    code, told = run("--attribute", "sex", "--one-study", answers="AT-1\n3\n")
    assert (code, "no study of that number" in told) == (2, True)
