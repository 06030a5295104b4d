"""Patients whose data are restricted, and what a test must do around that."""

import os
import shutil
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent
from audit.search import search
from service.accept import Origin
from service.gdpr.restriction_record import Ground
from service.records import Delivery, Image
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, upload

OFFICER = Agent("person", "officer")


def somebody() -> dict[str, str]:
    """Return a patient whom no other test has."""
    sign = uuid4().hex[:8]
    return {"PatientID": f"HELD-{sign}", "PatientName": f"Kanarek{sign}^Zofia", "AccessionNumber": f"ACC-{sign}"}


@dataclass(frozen=True)
class Patient:
    """A patient with a study that went through all stages, and what its headers said."""

    pseudonym: str
    uid: str
    image_id: str
    said: dict[str, str]


def with_study(api, folder, *, processed=True, **more) -> Patient:
    """Send a study of somebody new, and take it through all stages."""
    said = {**somebody(), **more}
    file = make_instance(folder, name=f"{uuid4().hex}.dcm", **said)
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        uid = client.get(f"/images/{result['image_id']}").json()["study_instance_uid"]
    if processed:
        api.process(result["image_id"])
    return Patient(api.diafan.pseudonym("", said["PatientID"]), uid, result["image_id"], said)


def restrict(diafan, patient: Patient, ground=Ground.ACCURACY_CONTESTED):
    """Restrict the patient's data."""
    return diafan.restrictions.restrict(patient.pseudonym, ground, OFFICER)


def lift(diafan, patient: Patient):
    """Lift it; the patient was told today."""
    return diafan.restrictions.lift(patient.pseudonym, diafan.clock().date(), OFFICER)


def accept(diafan, file, **origin):
    """Take in a file as the listener does."""
    copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
    shutil.copy(file, copy)
    return diafan.acceptor.accept(copy, Origin(Agent(kind="system", id="XRAY1"), "dicom:XRAY1", **origin))


def image_of(diafan, image_id) -> Image:
    """Return an image's row as it is now."""
    with Session(diafan.engine) as db:
        return db.get_one(Image, UUID(str(image_id)))


def deliveries_of(diafan, uid) -> list[Delivery]:
    """Return a study's deliveries as they are now, the oldest first."""
    with Session(diafan.engine) as db:
        own = sa.select(Delivery).where(Delivery.study_instance_uid == uid)
        return list(db.scalars(own.order_by(Delivery.created_at, Delivery.id)))


def jobs_of(diafan, stage, name) -> int:
    """Return how many jobs of a stage name an image, a study or a delivery."""
    count = "select count(*) from procrastinate_jobs where task_name = :s and args::text like '%' || :n || '%'"
    with diafan.engine.connect() as db:
        return db.scalar(sa.text(count), {"s": stage, "n": str(name)})


def acts(diafan, patient: str) -> list[dict]:
    """Return what the log has on a patient."""
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        return [dict(entry.event) for entry in search(db, patient=patient, limit=1000)]
