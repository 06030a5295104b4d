"""The codes that we send: right check digits, one of ours each time, and no label without a name."""

import pytest
from fhir_checks import luhn, verhoeff

from integrations import codes
from models.labels import LABELS, Label

STANDARD = [coding for label in LABELS for coding in codes.label_concept(label)["coding"]]
PRESENCE = [coding.as_fhir() for coding in codes.PRESENCE.values()]
PROCEDURES = [codes.procedure_concept(n)["coding"][0] for n in (0, 1, 2)]


@pytest.mark.parametrize("coding", [c for c in STANDARD + PRESENCE if c["system"] == codes.SNOMED])
def test_a_snomed_code_has_the_right_check_digit(coding):
    assert verhoeff(coding["code"])


@pytest.mark.parametrize("coding", PROCEDURES)
def test_a_loinc_code_has_the_right_check_digit(coding):
    assert luhn(coding["code"])


def test_the_check_digits_catch_a_known_typo():
    assert verhoeff("95436008")
    assert not verhoeff("95436003")
    assert luhn("36554-4")
    assert not luhn("36554-5")


def test_every_label_has_a_code_of_ours_and_says_so_where_it_has_no_other():
    ours = [c for c in STANDARD if c["system"] == codes.LABELS_SYSTEM]
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
