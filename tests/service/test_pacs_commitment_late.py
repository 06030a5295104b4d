"""An archive that says later whether it commits: nothing is lost, nothing is held up, and nobody else may say it."""

from dataclasses import replace
from threading import Thread

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations import dimse
from service.commitments import Commitments
from service.listening import listener_of
from service.records import Delivery, DeliveryState
from tests.integrations.dicom.commitment_peer import call_back, fails_all, report

pytest_plugins = ["tests.service.committing"]


def test_a_silent_archive_leaves_it_waiting_and_is_neither_asked_nor_sent_again_before_its_time(
    deliver, row, keeper, due, time_is_up
):
    keeper.say = None
    deliver()
    assert row().state is DeliveryState.QUEUED
    assert "not committed to yet" in row().last_error
    assert row().receipt is None
    (due_s,) = due("commitment:")
    assert 540 < due_s <= 600
    deliver()
    assert (len(keeper.requests), len(keeper.stored)) == (1, len(set(keeper.stored)))
    time_is_up()
    deliver()
    assert len(keeper.stored) == len(set(keeper.stored))
    first, second = (request.TransactionUID for request in keeper.requests)
    assert first != second


def test_a_late_report_at_the_listener_wakes_the_delivery(deliver, row, keeper, listener, due):
    keeper.say = None
    deliver()
    before = len(due())
    assert call_back(listener.port, report(keeper.requests[0])) == 0x0000
    assert row().state is DeliveryState.QUEUED
    assert len(due()) == before + 1
    assert call_back(listener.port, fails_all(0x0112)(keeper.requests[0])) == 0x0000
    deliver()
    assert (row().state, row().receipt["proved_by"]) == (DeliveryState.DELIVERED, "commitment")
    assert len(keeper.requests) == 1
    assert call_back(listener.port, report(keeper.requests[0])) == 0x0000
    assert row().state is DeliveryState.DELIVERED


def test_a_report_at_the_listener_ends_the_wait_on_our_association(place, deliver, row, keeper, listener):
    keeper.say = None
    place._committing = replace(place._committing, wait_s=60)
    trying = Thread(target=deliver)
    trying.start()
    while not keeper.requests:
        trying.join(0.02)
        assert trying.is_alive()
    assert call_back(listener.port, report(keeper.requests[0])) == 0x0000
    trying.join(20)
    assert not trying.is_alive()
    assert row().state is DeliveryState.DELIVERED


def test_a_report_between_the_last_look_and_the_end_of_the_try_is_not_missed(
    place, deliver, row, keeper, delivery, due
):
    """The report is kept while the delivery is still being sent, so that it wakes nobody."""
    keeper.say = None
    book = place._committing.book

    class LateBook:
        clock, open, settle, standing, is_answered = book.clock, book.open, book.settle, book.standing, book.is_answered
        hear = book.hear

    late = LateBook()

    def standing(delivery_id, held):
        found = book.standing(delivery_id, held)
        if found is not None and keeper.requests:
            kept = {i.ReferencedSOPInstanceUID for i in keeper.requests[0].ReferencedSOPSequence}
            assert book.hear(dimse.CommitmentReport(found.transaction_uid, frozenset(kept), {}, "PACS"))
        return found

    late.standing = standing
    place._committing = replace(place._committing, book=late)
    deliver()
    assert row().state is DeliveryState.QUEUED
    (due_s,) = due("commitment:")
    assert due_s < 5
    place._committing = replace(place._committing, book=book)
    deliver()
    assert row().state is DeliveryState.DELIVERED


def test_a_listener_of_another_program_hears_it_as_well(diafan, deliver, row, keeper):
    keeper.say = None
    deliver()
    elsewhere = Commitments(diafan.engine, diafan.clock, diafan.commitments.wake)
    listener = listener_of(replace(diafan, commitments=elsewhere))
    listener.start()
    try:
        assert call_back(listener.port, report(keeper.requests[0])) == 0x0000
    finally:
        listener.stop()
    deliver()
    assert row().state is DeliveryState.DELIVERED


def test_only_the_archive_that_was_asked_may_report(deliver, row, keeper, listener):
    keeper.say = None
    deliver()
    assert call_back(listener.port, report(keeper.requests[0]), calling="OTHER") == 0x0115
    unknown = report(keeper.requests[0])
    unknown[1].TransactionUID = "1.2.3"
    assert call_back(listener.port, unknown) == 0x0115
    deliver()
    assert row().state is DeliveryState.QUEUED


def test_an_earlier_transaction_that_is_kept_after_all_counts(deliver, row, keeper, listener, time_is_up):
    keeper.say = None
    deliver()
    time_is_up()
    deliver()
    first, second = keeper.requests
    assert call_back(listener.port, report(first)) == 0x0000
    deliver()
    assert row().receipt["transaction_uid"] == first.TransactionUID
    assert call_back(listener.port, fails_all(0x0112)(second)) == 0x0000
    assert row().state is DeliveryState.DELIVERED


def test_a_report_of_a_parked_delivery_is_kept_until_a_person_sends_it_again(
    diafan, deliver, row, keeper, delivery, listener, due
):
    keeper.say = None
    deliver()
    with Session(diafan.engine) as db, db.begin():
        db.get_one(Delivery, delivery).state = DeliveryState.PARKED
    before = len(due())
    assert call_back(listener.port, report(keeper.requests[0])) == 0x0000
    assert (row().state, len(due())) == (DeliveryState.PARKED, before)
    assert diafan.deliverer.retry(delivery)
    deliver()
    assert row().state is DeliveryState.DELIVERED
    assert len(keeper.requests) == 1


def test_who_waits_for_a_report_holds_up_nothing_else_of_the_study(diafan, deliver, delivery, keeper):
    keeper.say = None
    deliver()
    locks = sa.text("select lock from procrastinate_jobs where args->>'delivery_id' = :d and scheduled_at is not null")
    with diafan.engine.connect() as db:
        assert list(db.scalars(locks, {"d": str(delivery)})) == [f"commitment:{delivery}"]
