"""A report on corrected data says so, in the resource and on the page, and repeats no value."""

from dataclasses import replace

import pytest

from integrations.diagnostic_report import build_bundle
from integrations.document import render_document
from integrations.original_attributes import Attribute
from integrations.words import WORDS
from tests.integrations.fhir_reports import REPORT, STUDY


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Corrected in patient and study data, last on 2026-11-26: name, birth date."),
        ("pl", "Sprostowano w danych pacjenta i badania, ostatnio 2026-11-26: imię i nazwisko, data urodzenia."),
    ],
)
def test_it_is_said_in_the_conclusion_and_on_the_page(language, said):
    study = replace(STUDY, corrected=(Attribute.NAME, Attribute.BIRTH_DATE), corrected_on="20261126")
    report = replace(REPORT, study=study, language=language)
    resources = [e["resource"] for e in build_bundle(report)["entry"]]
    [resource] = [r for r in resources if r["resourceType"] == "DiagnosticReport"]
    assert said in resource["conclusion"]
    assert said in render_document(report, None, language=language).html.decode()
    plain = build_bundle(replace(report, study=STUDY))
    assert said.split(",")[0] not in str(plain)


def test_every_attribute_has_words():
    for words in WORDS.values():
        assert set(words.attribute) == set(Attribute)
