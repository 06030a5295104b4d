"""Deliver: an intent before, an outcome after; what may come back is tried again, what a peer refuses is parked."""

import os
import shutil
import threading
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import trail
from audit.event import Agent
from integrations.errors import Rejected, Unavailable
from integrations.result_object import ResultKind
from service.accept import Origin
from service.destinations import Destination
from service.engine import Backoff, Stage, delivery_queue
from service.records import Delivery, DeliveryState, Image, ImageState, Parcel
from tests.instances import make_instance


@dataclass
class RecordingDestination:
    """A destination that counts what it was given, and answers as it is told."""

    name: str
    answers: list[Exception] = field(default_factory=list)
    given: list[tuple[Parcel, list[str], bool]] = field(default_factory=list)
    carries: frozenset[Parcel] = frozenset(Parcel)
    takes: frozenset[ResultKind] = frozenset(ResultKind)

    def deliver(self, contents, *, again):
        self.given.append((contents.parcel, [i.sop_instance_uid for i in contents.items], again))
        if self.answers:
            raise self.answers.pop(0)
        return {"proof": "counted"}

    def check(self):
        """Always there."""


@pytest.fixture
def place(diafan):
    return RecordingDestination(f"place-{uuid4().hex[:8]}")


@pytest.fixture
def dispatch(diafan, pipeline, place, tmp_path):
    """Accept and analyse an image with ``place`` as the one destination, and return its deliveries."""

    def dispatch(*, wrapped=False):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(make_instance(tmp_path, name=f"{copy.stem}.dcm"), copy)
        acceptor = replace(diafan.acceptor, archives=(place.name,))
        accepted = acceptor.accept(copy, Origin(Agent(kind="system", id="X"), source="test", wrapped=wrapped))
        replace(pipeline, destinations={place.name: place}).analyse(str(accepted.image_id))
        with Session(diafan.engine) as db:
            found = db.scalars(sa.select(Delivery).where(Delivery.image_id == accepted.image_id))
            return {d.parcel: d.id for d in found}

    return dispatch


@pytest.fixture
def deliverer(diafan, place):
    return replace(diafan.deliverer, destinations={place.name: place})


def state(diafan, delivery_id):
    with Session(diafan.engine) as db:
        return db.get_one(Delivery, delivery_id)


def entries(diafan, place):
    with diafan.engine.connect() as db:
        events = db.scalars(
            sa.select(trail.entry.c.event).where(trail.entry.c.event.contains(place.name)).order_by(trail.entry.c.id)
        )
        return [
            next(w for w in ("transfer-begun", "transfer-ended", "delivery-parked", "delivery-retried") if w in e)
            for e in events
        ]


def jobs(diafan, delivery_id):
    with diafan.engine.connect() as db:
        return db.scalar(
            sa.text("select count(*) from procrastinate_jobs where args->>'delivery_id' = :d"), {"d": str(delivery_id)}
        )


def test_a_destination_meets_the_port(place):
    assert isinstance(place, Destination)


def test_a_delivery_leaves_intent_outcome_and_receipt(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    deliverer.deliver(str(delivery))
    row = state(diafan, delivery)
    assert (row.state, row.receipt, row.attempts) == (DeliveryState.DELIVERED, {"proof": "counted"}, 1)
    assert entries(diafan, place) == ["transfer-begun", "transfer-ended"]
    deliverer.deliver(str(delivery))
    assert len(place.given) == 1


def test_an_unavailable_peer_is_tried_again_and_told_that_it_may_have_it(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    place.answers = [Unavailable("nobody answers")]
    with pytest.raises(Unavailable):
        deliverer.deliver(str(delivery))
    assert (state(diafan, delivery).state, state(diafan, delivery).last_error) == (
        DeliveryState.QUEUED,
        "nobody answers",
    )
    deliverer.deliver(str(delivery))
    assert [again for _, _, again in place.given] == [False, True]
    assert state(diafan, delivery).state is DeliveryState.DELIVERED
    assert state(diafan, delivery).last_error == ""


def test_a_refusal_is_parked_and_goes_out_again_when_a_person_says_so(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    place.answers = [Rejected("not this one")]
    deliverer.deliver(str(delivery))
    assert state(diafan, delivery).state is DeliveryState.PARKED
    before = jobs(diafan, delivery)
    assert deliverer.retry(delivery)
    assert jobs(diafan, delivery) == before + 1
    deliverer.deliver(str(delivery))
    assert state(diafan, delivery).state is DeliveryState.DELIVERED
    assert not deliverer.retry(delivery)
    assert entries(diafan, place) == [
        "transfer-begun",
        "transfer-ended",
        "delivery-parked",
        "delivery-retried",
        "transfer-begun",
        "transfer-ended",
    ]


def test_results_of_a_wrapped_upload_wait_for_the_upload_itself(diafan, deliverer, dispatch, place):
    deliveries = dispatch(wrapped=True)
    assert state(diafan, deliveries[Parcel.RESULTS]).state is DeliveryState.WAITING
    deliverer.deliver(str(deliveries[Parcel.RESULTS]))
    assert place.given == []
    deliverer.deliver(str(deliveries[Parcel.SOURCE]))
    assert state(diafan, deliveries[Parcel.RESULTS]).state is DeliveryState.QUEUED
    assert jobs(diafan, deliveries[Parcel.RESULTS]) == 1
    deliverer.deliver(str(deliveries[Parcel.RESULTS]))
    assert [parcel for parcel, _, _ in place.given] == [Parcel.SOURCE, Parcel.RESULTS]


def test_a_destination_that_is_gone_from_the_settings_parks_with_the_reason(diafan, dispatch):
    delivery = dispatch()[Parcel.RESULTS]
    replace(diafan.deliverer, destinations={}).deliver(str(delivery))
    assert (state(diafan, delivery).state, state(diafan, delivery).last_error) == (
        DeliveryState.PARKED,
        "this destination is no longer configured",
    )


class _Job:
    attempts = 0


def test_waiting_doubles_up_to_its_limit_and_obeys_the_peer():
    backoff = Backoff(first_s=2, longest_s=60)

    def wait_s(attempts, error):
        job = _Job()
        job.attempts = attempts
        decision = backoff.get_retry_decision(exception=error, job=job)
        return None if decision is None else decision.retry_at

    first, third, late = (wait_s(n, Unavailable("x")) for n in (0, 2, 50))
    assert 5 < (third - first).total_seconds() < 7
    assert 57 < (late - first).total_seconds() < 59
    asked = wait_s(0, Unavailable("x", retry_after_s=600))
    assert 597 < (asked - first).total_seconds() < 599
    assert wait_s(0, ValueError("ours")) is None


def test_each_destination_has_a_queue_of_its_own(diafan, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    with diafan.engine.connect() as db:
        queue = db.scalar(
            sa.text("select queue_name from procrastinate_jobs where args->>'delivery_id' = :d"), {"d": str(delivery)}
        )
    assert queue == delivery_queue(place.name)
    assert Stage.DELIVER in queue


def test_an_error_of_our_own_parks_the_delivery_and_tells_its_class_only(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    place.answers = [ValueError("CANARY")]
    deliverer.deliver(str(delivery))
    row = state(diafan, delivery)
    assert row.state is DeliveryState.PARKED
    assert "ValueError" in row.last_error
    assert "CANARY" not in row.last_error


def test_what_the_database_or_the_disk_lacks_for_a_moment_is_tried_again(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    place.answers = [OSError(28, "No space left on device")]
    with pytest.raises(OSError, match="No space"):
        deliverer.deliver(str(delivery))
    deliverer.deliver(str(delivery))
    assert state(diafan, delivery).state is DeliveryState.DELIVERED


def test_what_waits_for_a_destination_that_is_gone_is_parked_at_start(diafan, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    here = {**diafan.destinations, place.name: place}
    replace(diafan.deliverer, destinations=here).park_homeless()
    assert state(diafan, delivery).state is DeliveryState.QUEUED
    replace(diafan.deliverer, destinations=diafan.destinations).park_homeless()
    assert state(diafan, delivery).state is DeliveryState.PARKED


def test_a_file_that_is_gone_parks_its_delivery_and_is_not_waited_for(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    place.answers = [FileNotFoundError(2, "No such file")]
    deliverer.deliver(str(delivery))
    assert (state(diafan, delivery).state, "FileNotFoundError" in state(diafan, delivery).last_error) == (
        DeliveryState.PARKED,
        True,
    )


def test_captures_of_a_superseded_image_do_not_go_out(diafan, deliverer, dispatch, place):
    delivery = dispatch()[Parcel.RESULTS]
    with Session(diafan.engine) as db, db.begin():
        db.get_one(Image, db.get_one(Delivery, delivery).image_id).state = ImageState.SUPERSEDED
    deliverer.deliver(str(delivery))
    assert state(diafan, delivery).state is DeliveryState.SUPERSEDED
    assert place.given == []


@dataclass
class SlowDestination(RecordingDestination):
    """A destination whose answer to the first try comes when it is let go, as to a worker that was paused and taken for dead."""

    first_began: threading.Event = field(default_factory=threading.Event)
    first_may_end: threading.Event = field(default_factory=threading.Event)
    second_began: threading.Event = field(default_factory=threading.Event)
    second_may_end: threading.Event = field(default_factory=threading.Event)

    def deliver(self, contents, *, again):
        began, may_end = (self.second_began, self.second_may_end) if again else (self.first_began, self.first_may_end)
        began.set()
        assert may_end.wait(30)
        if not again and self.answers:
            raise self.answers[0]
        return {"proof": "second" if again else "first"}


@pytest.fixture
def two_tries(diafan, dispatch, place):
    """Begin two tries of one delivery at once; return it, its destination, and how each is let go and what it raised."""
    slow = SlowDestination(place.name)
    deliverer = replace(diafan.deliverer, destinations={place.name: slow})
    delivery = dispatch()[Parcel.RESULTS]
    raised = {}

    def attempt(name):
        try:
            deliverer.deliver(str(delivery))
        except Unavailable as error:
            raised[name] = error

    first, second = (threading.Thread(target=attempt, args=(name,)) for name in ("first", "second"))
    first.start()
    assert slow.first_began.wait(30)
    second.start()
    assert slow.second_began.wait(30)

    def end(name):
        (slow.first_may_end if name == "first" else slow.second_may_end).set()
        (first if name == "first" else second).join(30)
        return raised.get(name)

    yield delivery, slow, end
    end("first")
    end("second")


LATE = [None, Unavailable("nobody answers"), Rejected("not this one"), ValueError("an error of our own")]


@pytest.mark.parametrize("answer", LATE, ids=["success", "unavailable", "rejected", "an error"])
def test_a_try_that_ends_after_the_one_that_counts_changes_nothing(diafan, place, two_tries, answer):
    delivery, slow, end = two_tries
    slow.answers = [answer] if answer else []
    assert end("second") is None
    finished_at = state(diafan, delivery).finished_at
    assert (end("first") is None) == (not isinstance(answer, Unavailable))
    row = state(diafan, delivery)
    assert (row.state, row.receipt, row.last_error) == (DeliveryState.DELIVERED, {"proof": "second"}, "")
    assert (row.attempts, row.finished_at) == (2, finished_at)
    assert entries(diafan, place) == ["transfer-begun"] * 2 + ["transfer-ended"] * 2


def test_a_success_counts_whichever_try_had_it(diafan, place, two_tries):
    delivery, _, end = two_tries
    assert end("first") is None
    finished_at = state(diafan, delivery).finished_at
    assert end("second") is None
    row = state(diafan, delivery)
    assert (row.state, row.receipt, row.finished_at) == (DeliveryState.DELIVERED, {"proof": "first"}, finished_at)
    assert entries(diafan, place) == ["transfer-begun"] * 2 + ["transfer-ended"] * 2


@pytest.mark.parametrize("answer", LATE[1:], ids=["unavailable", "rejected", "an error"])
def test_a_failure_that_another_try_has_followed_changes_nothing_when_it_ends_first(diafan, place, two_tries, answer):
    delivery, slow, end = two_tries
    slow.answers = [answer]
    assert isinstance(end("first"), Unavailable)
    assert (state(diafan, delivery).state, state(diafan, delivery).receipt) == (DeliveryState.SENDING, None)
    assert end("second") is None
    row = state(diafan, delivery)
    assert (row.state, row.receipt) == (DeliveryState.DELIVERED, {"proof": "second"})
    assert entries(diafan, place) == ["transfer-begun"] * 2 + ["transfer-ended"] * 2
