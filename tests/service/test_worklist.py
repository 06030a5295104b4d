"""The worklist: the database's own line for every study, and how the API reads it."""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from models.labels import Label
from service.access import Scope
from service.records import Delivery, DeliveryState, Image, ImageState, ReportRecord, Study, StudyHeader, WorklistLine
from service.worklist import Sort, Wanted, rows
from tests.instances import CARDIOMEGALY, CT, make_instance
from tests.service.api_client import INDETERMINATE, PRESENT, READ_WRITE, is_problem, upload
from tests.service.reviewing import made_study

PRIORITY = (Label.PNEUMOTHORAX, Label.EDEMA)


@pytest.fixture
def client(api):
    with api.client(*READ_WRITE, subject="dr-house") as client:
        yield client


@pytest.fixture(scope="module")
def processed(api, tmp_path_factory):
    file = make_instance(
        tmp_path_factory.mktemp("dicom"),
        CARDIOMEGALY,
        SpecificCharacterSet="ISO_IR 192",
        PatientName="Worklist^Żaneta",
        PatientID="WL-100%",
        PatientBirthDate="19500131",
        AccessionNumber="ACC_1",
        StudyDate="20260131",
        StudyDescription="Chest PA",
    )
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
    received = _line_of(api.diafan, image=result["image_id"]).status.value
    api.process(result["image_id"])
    return {"image": result["image_id"], "study": _study(api.diafan, result["image_id"]), "received as": received}


def _study(diafan, image_id):
    with Session(diafan.engine) as db:
        return db.get_one(Image, UUID(image_id)).study_instance_uid


def _line_of(diafan, *, image=None, study=None):
    with Session(diafan.engine, expire_on_commit=False) as db:
        return db.get_one(WorklistLine, study or db.get_one(Image, UUID(image)).study_instance_uid)


def ask(client, **query):
    answer = client.post("/worklist", json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_study_is_received_then_analysed_reported_and_delivered(client, processed):
    assert processed["received as"] == "received"
    [study] = ask(client, studies=[processed["study"]])["studies"]
    assert study["status"] == "delivered"
    assert (study["patient_name"], study["patient_id"], study["birth_date"]) == (
        "Worklist^Żaneta",
        "WL-100%",
        "1950-01-31",
    )
    assert (study["accession_number"], study["study_date"], study["description"]) == ("ACC_1", "2026-01-31", "Chest PA")
    assert study["images"] == 1
    assert [(f["label"], f["call"]) for f in study["findings"]] == [
        (PRESENT, "present"),
        (INDETERMINATE, "indeterminate"),
    ]
    assert study["priority"] == 2  # Pleural Effusion in the default order


def test_reading_it_is_recorded_without_a_name(api, client, processed):
    answer = client.post("/worklist", json={"text": "Worklist"})
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]["kind"], event["agent"]["id"]) == ("studies-queried", "worklist", "dr-house")
    assert "Worklist" not in str(event)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("worklist", 1),
        ("żaneta WORK", 1),
        ("wl-100%", 1),
        ("acc_1", 1),
        ("wl-100_", 0),
        ("acc%1", 0),
        ("żaneta nobody", 0),
    ],
)
def test_every_word_is_searched_as_it_is_written(client, processed, text, found):
    assert ask(client, text=text, studies=[processed["study"]])["total"] == found


def test_it_is_filtered_by_status_and_by_finding(client, processed):
    one = [processed["study"]]
    assert ask(client, studies=one, status=["delivered"], finding=PRESENT)["total"] == 1
    assert ask(client, studies=one, status=["parked"])["total"] == 0
    assert ask(client, studies=one, finding=INDETERMINATE)["total"] == 0


def test_what_was_declined_has_a_reason_and_no_name(client, api, tmp_path):
    file = make_instance(tmp_path, CT, PatientName="Declined^Kanarek")
    [result] = upload(client, file.read_bytes()).json()["results"]
    uid = _study(api.diafan, result["image_id"])
    [study] = ask(client, studies=[uid])["studies"]
    assert (study["status"], study["patient_name"], study["reason_code"]) == ("declined", "", "modality")
    assert ask(client, text="Kanarek", studies=[uid])["total"] == 0


@dataclass
class Leg:
    code = "not-a-chest"
    reason = "this is a leg"


def test_an_image_declined_by_its_pixels_takes_its_name_along(api, client, tmp_path):
    [result] = upload(client, make_instance(tmp_path, PatientName="Gate^Kanarek").read_bytes()).json()["results"]
    uid = _study(api.diafan, result["image_id"])
    assert ask(client, studies=[uid])["studies"][0]["patient_name"] == "Gate^Kanarek"
    replace(api.pipeline, gate=lambda _radiograph: Leg()).analyse(result["image_id"])
    [study] = ask(client, studies=[uid])["studies"]
    assert (study["status"], study["patient_name"], study["reason"]) == ("declined", "", "this is a leg")


def test_a_header_with_a_null_or_half_a_character_is_kept_without_it(api, client, tmp_path):
    [result] = upload(client, make_instance(tmp_path, StudyDescription="Chest\0 PA").read_bytes()).json()["results"]
    [study] = ask(client, studies=[_study(api.diafan, result["image_id"])])["studies"]
    assert study["description"].startswith("Chest")


@pytest.mark.parametrize(
    "body", [{"limit": 0}, {"limit": 201}, {"sort": "name"}, {"q": "x"}, {"text": "a\0"}, {"studies": ["x"]}]
)
def test_a_query_that_is_none_is_refused(client, body):
    is_problem(client.post("/worklist", json=body), 422)


def test_an_officer_reads_no_worklist(api):
    with api.client(Scope.AUDIT_READ) as officer:
        is_problem(officer.post("/worklist", json={}), 403)


@pytest.fixture
def made(diafan):
    """Return what makes a study of records alone, and takes it away again."""
    uids = []

    def make(*, states=(ImageState.ANALYSED,), reported=True, **study):
        uid = str(generate_uid(prefix=None))
        uids.append(uid)
        now = datetime.now(UTC)
        with Session(diafan.engine) as db, db.begin():
            db.add(
                Study(
                    study_instance_uid=uid,
                    patient="",
                    first_seen_at=now,
                    due_at=None,
                    report_revision=int(reported),
                    **study,
                )
            )
            db.flush()
            for state in states:
                db.add(_image(uid, state, now))
        return uid

    yield make
    with Session(diafan.engine) as db, db.begin():
        for record in (Delivery, ReportRecord, StudyHeader, Image, Study, WorklistLine):
            db.execute(sa.delete(record).where(record.study_instance_uid.in_(uids)))


def _image(uid, state, now):
    return Image(
        id=uuid4(), study_instance_uid=uid, series_instance_uid="1.2", sop_instance_uid=str(generate_uid(prefix=None)), sop_class_uid="1.2",
        revision=1, state=state, reason=f"because {state}", source="dicom:TEST", content_sha256="", pixel_sha256="", size_bytes=1,
        received_at=now, analysed_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("states", "study", "status"),
    [
        (["received"], {}, "received"),
        (["received", "analysed"], {}, "analysing"),
        (["analysed"], {"reported": False}, "analysing"),
        (["analysed"], {}, "delivered"),
        (["analysed", "declined"], {}, "delivered"),
        (["declined"], {"reported": False}, "declined"),
        (["parked", "analysed"], {}, "parked"),
        (["superseded", "received"], {}, "received"),
        (["analysed"], {"park_reason": "no code for it"}, "parked"),
    ],
)
def test_a_line_says_where_the_study_stands(diafan, made, states, study, status):
    line = _line_of(diafan, study=made(states=[ImageState(s) for s in states], **study))
    assert line.status == status
    assert line.images == len([s for s in states if s != "superseded"])
    assert bool(line.reason) == (status in {"parked", "declined"})


def test_it_is_reported_until_everything_is_delivered_and_parked_where_one_is(diafan, made):
    uid = made()
    now = datetime.now(UTC)
    with Session(diafan.engine) as db, db.begin():
        image = db.scalars(sa.select(Image.id).where(Image.study_instance_uid == uid)).one()
        delivery = Delivery(
            id=uuid4(),
            destination="pacs",
            parcel="results",
            study_instance_uid=uid,
            image_id=image,
            state="queued",
            created_at=now,
        )
        db.add(delivery)
        delivery_id = delivery.id
    assert _line_of(diafan, study=uid).status == "reported"
    for state, status in (("sending", "reported"), ("parked", "parked"), ("delivered", "delivered")):
        with Session(diafan.engine) as db, db.begin():
            db.get_one(Delivery, delivery_id).state = DeliveryState(state)
        line = _line_of(diafan, study=uid)
        assert line.status == status
    assert line.reason == ""


def test_a_withdrawn_study_says_so_whatever_else_is_the_matter_and_calls_nothing(diafan):
    uid = made_study(diafan)
    assert _line_of(diafan, study=uid).called
    with Session(diafan.engine) as db, db.begin():
        study = db.get_one(Study, uid)
        study.withdrawn_at, study.withdrawn_because = datetime.now(UTC), "patient-safety"
    line = _line_of(diafan, study=uid)
    assert (line.status, line.called, line.reason) == ("withdrawn", [], "")
    with Session(diafan.engine) as db, db.begin():
        db.get_one(Study, uid).park_reason = "no Patient ID"
    line = _line_of(diafan, study=uid)
    assert (line.status, line.reason_code, line.reason) == ("withdrawn", "report-parked", "no Patient ID")
    with Session(diafan.engine) as db:
        _, [row] = rows(db, Wanted(studies=[uid]), [], 0, 1)
    assert row.findings == ()


def test_an_act_that_is_rolled_back_leaves_no_line(diafan):
    uid = str(generate_uid(prefix=None))
    with Session(diafan.engine) as db:
        db.add(Study(study_instance_uid=uid, patient="", first_seen_at=datetime.now(UTC), due_at=None))
        db.flush()
        db.rollback()
        assert db.get(WorklistLine, uid) is None


def test_two_acts_at_once_leave_the_line_of_both(diafan, made):
    uid = made(states=[])
    for _ in range(20):
        gate = threading.Barrier(2)

        def add(gate=gate):
            with Session(diafan.engine) as db, db.begin():
                db.add(_image(uid, ImageState.ANALYSED, datetime.now(UTC)))
                db.flush()
                gate.wait(10)

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert _line_of(diafan, study=uid).images == 40


def _header(uid, name):
    fields = ("patient_id", "birth_date", "sex", "accession_number", "study_date", "description")
    return StudyHeader(study_instance_uid=uid, patient_name=name, **dict.fromkeys(fields, ""))


def _order(diafan, uids, sort, *, descending=True):
    with Session(diafan.engine) as db:
        _, found = rows(db, Wanted(studies=uids, sort=sort, descending=descending), PRIORITY, 0, 50)
        return [uids.index(row.line.study_instance_uid) for row in found], [row.priority for row in found]


def test_it_is_sorted_as_asked_and_the_site_decides_what_is_urgent(diafan, made):
    uids = [made() for _ in range(4)]
    called = [["Fracture"], ["Edema"], [], ["Edema", "Pneumothorax"]]
    statuses = ["parked", "declined", "received", "reported"]
    with Session(diafan.engine) as db, db.begin():
        db.add_all(_header(uid, name) for uid, name in zip(uids[1:], "ABC", strict=True))
    with Session(diafan.engine) as db, db.begin():
        for n, uid in enumerate(uids):
            line = db.get_one(WorklistLine, uid)
            line.called, line.status, line.received_at = called[n], statuses[n], datetime(2026, 1, n + 1, tzinfo=UTC)
    assert _order(diafan, uids, Sort.PRIORITY) == ([3, 1, 2, 0], [0, 1, None, None])
    assert _order(diafan, uids, Sort.PRIORITY, descending=False)[0] == [2, 0, 1, 3]
    assert _order(diafan, uids, Sort.RECEIVED)[0] == [3, 2, 1, 0]
    assert _order(diafan, uids, Sort.RECEIVED, descending=False)[0] == [0, 1, 2, 3]
    assert _order(diafan, uids, Sort.PATIENT, descending=False)[0] == [1, 2, 3, 0]
    assert _order(diafan, uids, Sort.STATUS, descending=False)[0] == [1, 0, 2, 3]


def test_pages_follow_each_other_and_tell_how_many_there_are(diafan, made):
    uids = [made() for _ in range(5)]
    with Session(diafan.engine) as db:
        seen = []
        for offset in (0, 2, 4):
            total, page = rows(db, Wanted(studies=uids), PRIORITY, offset, 2)
            assert total == 5
            seen += [row.line.study_instance_uid for row in page]
    assert sorted(seen) == sorted(uids)
