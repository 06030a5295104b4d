"""A report that is taken back: the same resources, under the same identifiers, with a status that nobody can take for an answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from integrations.diagnostic_report import build_bundle
from integrations.withdrawn_report import withdrawn_bundle
from tests.integrations.fhir_checks import faults
from tests.integrations.fhir_reports import REPORT

AT = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def sent():
    return build_bundle(REPORT)


def own(bundle):
    return [e for e in bundle["entry"] if e["resource"]["resourceType"] in ("Observation", "DiagnosticReport")]


def test_status_and_words_are_taken_back_and_identifiers_stay(sent):
    made = withdrawn_bundle([sent], AT)
    assert faults(made) == []
    assert [e["request"] for e in made["entry"]] == [e["request"] for e in sent["entry"]]
    assert [e["resource"].get("identifier") for e in made["entry"]] == [
        e["resource"].get("identifier") for e in sent["entry"]
    ]
    assert {e["resource"]["status"] for e in own(made)} == {"entered-in-error"}
    assert {e["resource"]["issued"] for e in own(made)} == {"2026-11-26T08:30:00.000+00:00"}
    [whole] = [e["resource"] for e in own(made) if e["resource"]["resourceType"] == "DiagnosticReport"]
    assert not {"conclusionCode", "presentedForm"} & whole.keys()
    assert whole["conclusion"].startswith("Withdrawn by a person")
    assert "It supports a physician and never replaces one." in whole["conclusion"]


def test_what_others_own_is_left_as_it_is(sent):
    made = withdrawn_bundle([sent], AT)
    before, after = ([e for e in b["entry"] if e not in own(b)] for b in (sent, made))
    assert before == after


def test_what_was_sent_is_not_changed_by_taking_it_back(sent):
    status = [e["resource"].get("status") for e in sent["entry"]]
    withdrawn_bundle([sent], AT)
    assert [e["resource"].get("status") for e in sent["entry"]] == status


def test_two_sets_of_identifiers_are_taken_back_in_one_transaction(sent):
    other = build_bundle(replace(REPORT, filed_under="cd" * 32))
    made = withdrawn_bundle([other, sent], AT)
    assert faults(made) == []
    assert len(own(made)) == len(own(sent)) + len(own(other))
    kinds = [e["resource"]["resourceType"] for e in own(made)]
    assert kinds == [*["Observation"] * 28, *["DiagnosticReport"] * 2]
