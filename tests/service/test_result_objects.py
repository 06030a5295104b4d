"""The objects of a study on their way: judged by the gate, kept once, and each destination gets the kinds that it asks for."""

import os
import shutil
from dataclasses import replace
from io import BytesIO

import pydicom
import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from pydicom.uid import generate_uid
from sqlalchemy.orm import Session

from audit.event import Agent
from integrations.result_object import ResultKind
from integrations.verdict import Verdict
from service import destinations as places
from service import objects
from service.accept import Origin
from service.access import Scope
from service.destination_settings import PacsDestination
from service.records import (
    Delivery,
    DeliveryState,
    Image,
    ImageState,
    ObjectRecord,
    Parcel,
    ReportRecord,
    Study,
    WorklistLine,
)
from service.settings import Reporting, Settings
from tests.instances import make_instance
from tests.service.api_client import INDETERMINATE, PRESENT
from tests.service.reviewing import physician, save_and_sign

CAPTURE, DOCUMENT = ResultKind.SECONDARY_CAPTURE, ResultKind.STRUCTURED_REPORT
MAP, MAP_16BIT = ResultKind.PARAMETRIC_MAP, ResultKind.PARAMETRIC_MAP_16BIT
ALL = frozenset(Parcel)


class Place:
    """A destination that keeps what it is given."""

    def __init__(self, *takes, carries=ALL):
        self.name = f"place-{os.urandom(4).hex()}"
        self.takes, self.carries = frozenset(takes), carries
        self.given = []

    def deliver(self, contents, *, again):
        self.given.append(contents)
        return {"proof": "kept"}

    def check(self):
        """Always there."""

    @property
    def classes(self):
        """The SOP classes that it was given, by parcel."""
        return {c.parcel: [pydicom.dcmread(i.path).SOPClassUID.name for i in c.items] for c in self.given}


@pytest.fixture
def send(diafan, pipeline, tmp_path):
    """Take an image through all stages with ``places`` as the only destinations, and return its study's UID."""

    def send(*to, report=True, **elements):
        here = {place.name: place for place in to}
        stages = replace(pipeline, destinations=here)
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(make_instance(tmp_path, name=f"{copy.stem}.dcm", **elements), copy)
        uid = str(pydicom.dcmread(copy, stop_before_pixels=True).StudyInstanceUID)
        image_id = diafan.acceptor.accept(copy, Origin(Agent(kind="system", id="X"), source="test")).image_id
        stages.analyse(str(image_id))
        if report:
            stages.report(uid)
        deliverer = replace(diafan.deliverer, destinations=here)
        for delivery in rows(diafan, sa.select(Delivery).where(Delivery.study_instance_uid == uid)):
            if delivery.destination in here:
                deliverer.deliver(str(delivery.id))
        return uid

    return send


def rows(diafan, statement):
    with Session(diafan.engine) as db:
        found = list(db.scalars(statement))
        db.expunge_all()
        return found


def documents(diafan, uid):
    """Return the Structured Reports of a study, oldest first."""
    own = sa.select(ObjectRecord).join(ReportRecord, ObjectRecord.report_id == ReportRecord.id)
    found = rows(diafan, own.where(ReportRecord.study_instance_uid == uid).order_by(ReportRecord.revision))
    return [pydicom.dcmread(BytesIO(diafan.store.read(record.blob))) for record in found]


def image_of(diafan, uid):
    return rows(diafan, sa.select(Image).where(Image.study_instance_uid == uid))[0]


def test_captures_and_map_leave_with_the_image_and_the_report_with_its_revision(diafan, send):
    place = Place(CAPTURE, DOCUMENT, MAP)
    uid = send(place)
    assert place.classes == {
        Parcel.RESULTS: [*["Secondary Capture Image Storage"] * 2, "Parametric Map Storage"],
        Parcel.REPORT: ["Comprehensive 3D SR Storage"],
    }
    (made,) = documents(diafan, uid)
    referred = {
        i.ReferencedSOPInstanceUID
        for study in made.CurrentRequestedProcedureEvidenceSequence
        for s in study.ReferencedSeriesSequence
        for i in s.ReferencedSOPSequence
    }
    image = image_of(diafan, uid)
    own = rows(diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == image.id))
    assert referred == {image.sop_instance_uid, *(o.sop_instance_uid for o in own)}
    assert len({o.series_instance_uid for o in own} | {made.SeriesInstanceUID}) == 3


@pytest.mark.parametrize(
    ("takes", "expected"),
    [
        ([CAPTURE], {Parcel.RESULTS: 2, Parcel.REPORT: 0}),
        ([MAP], {Parcel.RESULTS: 1, Parcel.REPORT: 0}),
        ([MAP_16BIT, DOCUMENT], {Parcel.RESULTS: 1, Parcel.REPORT: 1}),
        ([DOCUMENT], {Parcel.REPORT: 1}),
    ],
)
def test_a_destination_gets_the_kinds_that_it_asks_for(send, takes, expected):
    place = Place(*takes)
    send(place)
    assert {c.parcel: len(c.items) for c in place.given} == expected


def test_a_map_of_integers_is_made_where_a_destination_asks_for_it(diafan, send):
    floats, integers = Place(MAP), Place(MAP_16BIT)
    send(floats, integers)
    depths = [
        pydicom.dcmread(c.items[0].path).BitsAllocated
        for place in (floats, integers)
        for c in place.given
        if c.parcel is Parcel.RESULTS
    ]
    assert depths == [32, 16]
    only_floats = send(Place(MAP))
    kinds = {
        o.kind
        for o in rows(diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == image_of(diafan, only_floats).id))
    }
    assert MAP_16BIT.value not in kinds


def test_each_revision_names_the_one_before_it(diafan, pipeline, send):
    uid = send(Place(DOCUMENT))
    send(Place(DOCUMENT), StudyInstanceUID=uid, SOPInstanceUID=generate_uid(prefix=None))
    first, second = documents(diafan, uid)
    assert "PredecessorDocumentsSequence" not in first
    (named,) = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert named.ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert (first.InstanceNumber, second.InstanceNumber) == (1, 2)
    assert first.SeriesInstanceUID == second.SeriesInstanceUID


@pytest.mark.parametrize(("organization", "flag"), [("", "UNVERIFIED"), ("Szpital Łódź", "VERIFIED")])
def test_a_signature_makes_a_revision_and_an_image_after_it_none(api, diafan, pipeline, send, organization, flag):
    uid = send(Place(DOCUMENT))
    said = {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}
    with physician(api, "alice") as client:
        signed = save_and_sign(client, uid, said, text="Płyn po lewej.")
    assert signed.status_code == 201, signed.text
    replace(pipeline, reporting=Reporting(organization=organization)).report(uid)
    before, after = documents(diafan, uid)
    assert (before.CompletionFlag, before.VerificationFlag) == ("PARTIAL", "UNVERIFIED")
    assert after.CompletionFlag == "COMPLETE"
    # A token without a name signs no Verifying Observer.
    assert after.VerificationFlag in {flag, "UNVERIFIED"}
    assert "Płyn po lewej." in "".join(str(i.get("TextValue", "")) for i in after.ContentSequence)
    place = Place(DOCUMENT)
    send(place, StudyInstanceUID=uid, SOPInstanceUID=generate_uid(prefix=None))
    assert len(documents(diafan, uid)) == 2
    assert place.given == []


@pytest.fixture
def break_objects(monkeypatch):
    """Let one kind of object come out without its Modality."""

    def break_objects(builder):
        good = getattr(objects, builder)

        def without_modality(*args, **more):
            made = good(*args, **more)
            dataset, buffer = pydicom.dcmread(BytesIO(made.content)), BytesIO()
            del dataset.Modality
            dataset.save_as(buffer)
            return replace(made, content=buffer.getvalue())

        monkeypatch.setattr(objects, builder, without_modality)

    return break_objects


def test_an_image_whose_object_is_wrong_is_parked_with_the_reason_and_nothing_leaves(
    diafan, pipeline, send, break_objects, monkeypatch
):
    break_objects("build_parametric_map")
    place = Place(CAPTURE, DOCUMENT, MAP)
    uid = send(place)
    image = image_of(diafan, uid)
    assert (image.state, image.reason_code) == (ImageState.PARKED, "object-invalid")
    assert "parametric-map" in image.reason
    assert "Modality" in image.reason
    assert place.given == []
    assert rows(diafan, sa.select(ObjectRecord).where(ObjectRecord.image_id == image.id)) == []
    assert rows(diafan, sa.select(WorklistLine.status).where(WorklistLine.study_instance_uid == uid)) == ["parked"]
    monkeypatch.undo()
    assert diafan.again.analyse(image.id, Agent(kind="system", id="X"))
    pipeline.analyse(str(image.id))
    assert image_of(diafan, uid).state is ImageState.ANALYSED


def test_a_report_whose_document_is_wrong_is_parked_with_the_reason_and_does_not_leave(diafan, send, break_objects):
    break_objects("build_structured_report")
    place = Place(CAPTURE, DOCUMENT, MAP)
    uid = send(place)
    (study,) = rows(diafan, sa.select(Study).where(Study.study_instance_uid == uid))
    assert "structured-report is not conformant" in study.park_reason
    assert [c.parcel for c in place.given] == [Parcel.RESULTS]
    assert documents(diafan, uid) == []


def test_a_senders_slip_holds_nothing_back(diafan, send):
    place = Place(CAPTURE, DOCUMENT, MAP)
    with pydicom.config.disable_value_validation():
        uid = send(place, PatientAge="58", PatientOrientation=["left", "foot"], StudyTime="25:00")
    assert image_of(diafan, uid).state is ImageState.ANALYSED
    # Neither waits for the other.
    assert sorted(c.parcel for c in place.given) == sorted([Parcel.RESULTS, Parcel.REPORT])


def test_the_api_lists_and_hands_out_every_object_of_a_study(api, diafan, send):
    uid = send(Place(CAPTURE, DOCUMENT, MAP))
    with api.client(Scope.STUDY_READ) as client:
        listed = client.get(f"/studies/{uid}/objects").json()["objects"]
        assert [o["kind"] for o in listed] == ["structured-report", "summary", "overlay", "parametric-map"]
        for line in listed:
            answer = client.get(line["content_url"])
            assert answer.headers["content-type"] == "application/dicom"
            assert pydicom.dcmread(BytesIO(answer.content)).SOPInstanceUID == line["sop_instance_uid"]
        assert client.get(f"/studies/{generate_uid(prefix=None)}/objects").status_code == 404


def test_an_object_belongs_to_an_image_or_to_a_report(diafan):
    orphan = ObjectRecord(
        sop_instance_uid="1.2.9", sop_class_uid="1.2", series_instance_uid="1.2", position=0, kind="summary", blob="", sha256="",
        created_at=diafan.clock(),
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError, match="one_origin"), Session(diafan.engine) as db, db.begin():
        db.add(orphan)


def test_by_default_an_archive_gets_all_kinds_and_it_can_be_told_otherwise(tmp_path):
    pacs = {"kind": "pacs", "name": "pacs", "host": "127.0.0.1", "port": 104, "called_ae_title": "PACS"}

    def built(**more):
        settings = Settings(data_dir=tmp_path, destinations=[{**pacs, **more}])
        return places.build(settings, None)["pacs"]

    assert built().takes == {CAPTURE, DOCUMENT, MAP}
    assert built().carries == ALL
    only = built(objects=["secondary-capture", "parametric-map-16bit"])
    assert (only.takes, only.carries) == ({CAPTURE, MAP_16BIT}, {Parcel.SOURCE, Parcel.RESULTS})
    for wrong in ([], ["segmentation"], ["rejection-note"]):
        with pytest.raises(ValidationError):
            PacsDestination(**{**pacs, "objects": wrong})


def test_a_delivery_that_has_nothing_for_a_place_is_done(diafan, send):
    place = Place(CAPTURE)
    uid = send(place, report=False)
    states = rows(diafan, sa.select(Delivery.state).where(Delivery.study_instance_uid == uid))
    assert states == [DeliveryState.DELIVERED]
