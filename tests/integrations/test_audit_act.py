"""An act as plain values: what the log writes is read whole, of either version."""

import pytest
from audit_acts import AT, OBJECT, PATIENT, STUDY, WITH_TOKEN, act, entry

from audit.event import EventType, Outcome
from integrations.audit_act import ActCodes, act_from_event, is_pseudonym
from integrations.audit_codes import MEANINGS

CODES = ActCodes("110103", "", "R")
HASH = "cd" * 32


def read(event):
    return act_from_event(event, CODES, index=41, leaf_hash=HASH)


def test_an_entry_of_the_log_is_read_whole():
    one = read(entry(EventType.STUDY_SHOWN, WITH_TOKEN, destination="pacs"))
    assert (one.type, one.occurred_at, one.outcome) == ("study-shown", AT, "0")
    assert (one.patient, one.study, one.object, one.image) == (PATIENT, STUDY, OBJECT, "0b0e")
    assert (one.destination, one.request_id, one.purpose) == ("pacs", "req-1", "TREAT")
    assert one.legal_basis == "gdpr-6-1-c+gdpr-9-2-h"
    assert (one.actor.id, one.actor.client, one.actor.token_id) == ("a-physician", "viewer", "jti 0002")
    assert (one.actor.issuer, one.actor.address, one.actor.roles) == ("https://id.example", "10.1.2.4", ("physician",))
    assert one.detail["count"] == 3


def test_an_entry_of_before_there_were_pseudonyms_of_studies_is_read_too():
    event = {
        "v": 1, "type": "study-shown", "outcome": "success", "occurred_at": "2026-01-05T10:11:12.345678Z",
        "agent": {"kind": "system", "id": "x"}, "study_uid": "1.2.3", "object_uid": "1.2.3.4", "patient": PATIENT,
    }  # fmt: skip
    one = read(event)
    assert (one.study, one.object, one.patient, one.legal_basis) == ("1.2.3", "1.2.3.4", PATIENT, "")


@pytest.mark.parametrize("change", [{"v": 3}, {"v": None}, {"outcome": "unheard of"}])
def test_what_is_not_known_is_refused_and_not_guessed(change):
    with pytest.raises(ValueError, match="not known here"):
        read({**entry(EventType.STUDY_SHOWN), **change})


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_told_in_the_number_that_the_log_has_for_it(outcome):
    assert read(entry(EventType.STUDY_SHOWN, outcome=outcome)).outcome == outcome.code


def test_an_entry_always_gets_the_same_name_and_each_its_own():
    assert read(entry(EventType.STUDY_SHOWN)).own_id == f"41-{HASH[:32]}"
    assert len({act(kind).own_id for kind in EventType}) == len(EventType)


def test_pseudonyms_are_told_from_what_they_stand_for():
    assert all(map(is_pseudonym, (PATIENT, STUDY, OBJECT)))
    assert not any(map(is_pseudonym, ("", "1.2.3", "p-1", "44051401359", f"{PATIENT}0")))


@pytest.mark.parametrize("kind", EventType)
def test_every_code_of_the_log_has_its_meaning(kind):
    assert MEANINGS[kind.event_id]
    assert not kind.event_type or MEANINGS[kind.event_type]
