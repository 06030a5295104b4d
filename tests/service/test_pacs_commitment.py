"""An archive that must commit: delivered is what it keeps, and what it does not keep is tried again or shown to a person."""

import pytest
from pydicom.uid import SecondaryCaptureImageStorage

from integrations.errors import Rejected, Unavailable
from service.records import DeliveryState
from tests.integrations.dicom.commitment_peer import archive, fails_all, report

pytest_plugins = ["tests.service.committing"]


def test_what_the_archive_keeps_is_delivered_and_the_receipt_says_by_what_proof(deliver, row, keeper):
    deliver()
    done = row()
    assert (done.state, done.attempts, done.last_error) == (DeliveryState.DELIVERED, 1, "")
    assert (done.receipt["proof"], done.receipt["proved_by"]) == ("storage commitment", "commitment")
    assert done.receipt["transaction_uid"] == keeper.requests[0].TransactionUID
    asked = [i.ReferencedSOPInstanceUID for i in keeper.requests[0].ReferencedSOPSequence]
    assert [o["sop_instance_uid"] for o in done.receipt["objects"]] == asked == [uid for uid, _ in keeper.stored]
    assert {o["transfer_syntax"] for o in done.receipt["objects"]} == {"Explicit VR Little Endian"}


def test_a_transient_reason_is_tried_again_from_the_store_on(deliver, row, keeper):
    keeper.say = fails_all(0x0213)
    with pytest.raises(
        Unavailable, match=r"does not commit to \d+ of \d+ objects: \d+ x resource limitation \(0213\)"
    ) as e:
        deliver()
    assert e.value.retry_after_s == 30
    assert row().state is DeliveryState.QUEUED
    with pytest.raises(Unavailable) as e:
        deliver()
    assert e.value.retry_after_s == 60
    keeper.say = report
    deliver()
    assert row().state is DeliveryState.DELIVERED
    assert len(keeper.stored) == 3 * len(set(keeper.stored))
    assert len({request.TransactionUID for request in keeper.requests}) == 3


def test_a_reason_that_does_not_pass_parks_it_in_words_until_a_person_sends_it_again(
    diafan, deliver, row, keeper, delivery
):
    keeper.say = fails_all(0x0122)
    deliver()
    assert row().state is DeliveryState.PARKED
    assert "SOP class not supported (0122)" in row().last_error
    keeper.say = report
    assert diafan.deliverer.retry(delivery)
    deliver()
    assert row().state is DeliveryState.DELIVERED


def test_what_the_archive_has_lost_is_sent_three_times_and_then_parked(deliver, row, keeper):
    keeper.say = fails_all(0x0112)
    for _ in range(2):
        with pytest.raises(Unavailable):
            deliver()
    deliver()
    assert row().state is DeliveryState.PARKED
    assert "no such object instance (0112)" in row().last_error
    assert len(keeper.stored) == 3 * len(set(keeper.stored))


def test_a_report_that_leaves_an_object_out_proves_nothing(deliver, row, keeper):
    keeper.say = lambda request: report(request, leave_out=1)
    with pytest.raises(Unavailable, match="1 x no word of it"):
        deliver()
    assert row().state is DeliveryState.QUEUED


def test_one_that_fails_is_enough_to_fail(deliver, row, keeper):
    keeper.say = lambda request: report(request, {request.ReferencedSOPSequence[0].ReferencedSOPInstanceUID: 0x0119})
    deliver()
    assert row().state is DeliveryState.PARKED
    assert "1 x another SOP class than it knows (0119)" in row().last_error


def test_a_request_that_does_not_get_through_is_made_again_and_nothing_sent_twice(deliver, row, keeper):
    keeper.status = 0x0213
    with pytest.raises(Unavailable):
        deliver()
    assert row().state is DeliveryState.QUEUED
    keeper.status = 0x0000
    deliver()
    assert row().state is DeliveryState.DELIVERED
    assert len(keeper.stored) == len(set(keeper.stored))


def test_a_request_that_is_refused_is_made_again_when_a_person_says_so(diafan, deliver, row, keeper, delivery):
    keeper.status = 0x0124
    deliver()
    assert row().state is DeliveryState.PARKED
    assert "0x0124" in row().last_error
    keeper.status = 0x0000
    assert diafan.deliverer.retry(delivery)
    deliver()
    assert row().state is DeliveryState.DELIVERED
    assert len(keeper.stored) == len(set(keeper.stored))


def test_an_archive_without_commitment_parks_it_and_says_what_to_set(diafan, place, deliver, row):
    with archive(SecondaryCaptureImageStorage, commits=False) as (_, peer):
        place._peer = peer
        deliver()
        with pytest.raises(Rejected, match='set commitment = "off"'):
            place.check()
    assert row().state is DeliveryState.PARKED
    assert (
        f'have the archive offer it to DIAFAN, or set commitment = "off" for destination {place.name}'
        in row().last_error
    )


def test_with_commitment_off_a_peer_that_answers_no_query_is_no_proof_and_the_receipt_says_so(deliver, row, place):
    place._committing = None
    deliver()
    assert (row().state, row().receipt["proved_by"]) == (DeliveryState.DELIVERED, "none")
    assert "C-STORE status only" in row().receipt["proof"]
