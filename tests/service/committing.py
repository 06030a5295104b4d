"""An archive that must commit to what it is sent, and a delivery of results to it."""

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydicom.uid import SecondaryCaptureImageStorage
from sqlalchemy.orm import Session

from audit.event import Agent
from integrations.result_object import ResultKind
from service.accept import Origin
from service.commitment_record import CommitmentRecord
from service.listening import listener_of
from service.pacs import Committing, Pacs
from service.records import Delivery, Parcel
from tests.instances import make_instance
from tests.integrations.dicom.commitment_peer import archive

WAIT_S, TIMEOUT_S = 1.0, 600.0


@pytest.fixture
def keeper_and_peer():
    with archive(SecondaryCaptureImageStorage) as both:
        yield both


@pytest.fixture
def keeper(keeper_and_peer):
    return keeper_and_peer[0]


@pytest.fixture
def book(diafan):
    return diafan.commitments


@pytest.fixture
def place(keeper_and_peer, book):
    kinds = frozenset({ResultKind.SECONDARY_CAPTURE})
    how = Committing(book, WAIT_S, TIMEOUT_S)
    return Pacs(f"pacs-{uuid4().hex[:8]}", keeper_and_peer[1], read_back=False, takes=kinds, committing=how)


@pytest.fixture
def delivery(diafan, pipeline, place, tmp_path):
    """Accept and analyse an image, and return the delivery of its results to the archive."""
    copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
    shutil.copy(make_instance(tmp_path, name=f"{copy.stem}.dcm"), copy)
    accepted = diafan.acceptor.accept(copy, Origin(Agent(kind="system", id="X"), source="test", wrapped=False))
    replace(pipeline, destinations={place.name: place}).analyse(str(accepted.image_id))
    with Session(diafan.engine) as db:
        mine = sa.and_(Delivery.image_id == accepted.image_id, Delivery.parcel == Parcel.RESULTS)
        return db.scalars(sa.select(Delivery.id).where(mine, Delivery.destination == place.name)).one()


@pytest.fixture
def deliver(diafan, place, delivery):
    deliverer = replace(diafan.deliverer, destinations={place.name: place})
    return lambda: deliverer.deliver(str(delivery))


@pytest.fixture
def row(diafan, delivery):
    def row():
        with Session(diafan.engine) as db:
            return db.get_one(Delivery, delivery)

    return row


@pytest.fixture
def listener(diafan):
    listener = listener_of(diafan)
    listener.start()
    yield listener
    listener.stop()


@pytest.fixture
def due(diafan, delivery):
    """Return when the delivery's jobs under a lock are due, in seconds from now; None: at once."""

    def due(lock=""):
        query = sa.text(
            "select extract(epoch from scheduled_at - now()) from procrastinate_jobs"
            " where args->>'delivery_id' = :d and lock like :l order by id"
        )
        with diafan.engine.connect() as db:
            return list(db.scalars(query, {"d": str(delivery), "l": f"{lock}%"}))

    return due


@pytest.fixture
def time_is_up(diafan, delivery):
    """Have the archive been asked as long ago as it may be silent."""

    def time_is_up():
        earlier = CommitmentRecord.requested_at - timedelta(seconds=TIMEOUT_S)
        with diafan.engine.begin() as db:
            mine = sa.update(CommitmentRecord).where(CommitmentRecord.delivery_id == delivery)
            db.execute(mine.values(requested_at=earlier))

    return time_is_up
