"""The conformance statement against the objects that it describes: which attributes they have, with or without a value, and which codes."""

from io import BytesIO

import pydicom
import pytest
from conformance_tables import section, table
from dicom_samples import ENCAPSULATED, MODEL, PLAIN, altered
from pydicom.datadict import keyword_for_tag
from result_samples import CREATED, named, results_of
from test_dicom_structured_report import signed

from integrations.inheritance import inherited_tags
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.report_rules import report as report_rules

ALWAYS, VNAP, ANAP, EMPTY = "ALWAYS", "VNAP", "ANAP", "EMPTY"
EVERY, CAPTURE, MAP, DOCUMENT, NOTE = "A.1", "A.2", "A.3", "A.4", "A.5"


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """Return objects of each kind, by the section that describes them, made of sources that state little and much."""
    folder = tmp_path_factory.mktemp("sources")
    rich = altered(
        folder / "rich.dcm", SpecificCharacterSet="ISO_IR 100", AccessionNumber="ACC-1", BurnedInAnnotation="NO", TimezoneOffsetFromUTC="+0100", PatientOrientation=["L", "F"],
        ImagerPixelSpacing=[0.1, 0.1], LossyImageCompression="01", LossyImageCompressionRatio="10", LossyImageCompressionMethod="ISO_10918_1",
    )  # fmt: skip
    made = {CAPTURE: [], MAP: [], DOCUMENT: [], NOTE: []}
    for file in (PLAIN, ENCAPSULATED, rich):
        results = results_of(file)
        first = results.document()
        made[CAPTURE] += results.captures
        made[MAP] += [results.map, results.map_16bit]
        made[DOCUMENT] += [first, results.document(signed(results), predecessor=named(first), organization="Szpital")]
        made[NOTE] += [
            build_rejection_note(file, [s.instance for s in results.shown], MODEL, reason=reason, created=CREATED)
            for reason in RejectionReason
        ]
    return {kind: [pydicom.dcmread(BytesIO(o.content)) for o in those] for kind, those in made.items()}


def stated(kind):
    """Return presence by keyword, and check each tag beside it."""
    lines = [*table(EVERY), *table(kind)]
    for keyword, tag, presence, _ in lines:
        assert keyword_for_tag(int(tag.replace(",", ""), 16)) == keyword
        assert presence in {ALWAYS, VNAP, ANAP, EMPTY}
    assert len({keyword for keyword, *_ in lines}) == len(lines)
    return {keyword: presence for keyword, _, presence, _ in lines}


def presence(kind, objects, keyword):
    """Return what the objects of a kind show of an attribute."""
    has = [keyword in o for o in objects[kind]]
    full = [keyword in o and not o[keyword].is_empty for o in objects[kind]]
    return ALWAYS if all(full) else EMPTY if all(has) and not any(full) else VNAP if all(has) else ANAP


@pytest.mark.parametrize("kind", [CAPTURE, MAP, DOCUMENT, NOTE])
def test_the_attributes_of_an_object_are_those_of_the_statement(objects, kind):
    found = {
        element.keyword
        for made in objects[kind]
        for element in made
        if element.tag not in inherited_tags() or element.keyword == "SpecificCharacterSet"
    }
    said = stated(kind)
    assert found == set(said)
    assert {keyword: presence(kind, objects, keyword) for keyword in said} == said


def test_the_values_that_are_named_are_the_values(objects):
    fixed = {
        (kind, keyword): value.strip("`")
        for kind in (CAPTURE, MAP, DOCUMENT, NOTE)
        for keyword, _, _, value in table(kind)
        if value.strip("`").replace("\\", "").replace("_", "").isalnum() and value.strip("`").isupper()
    }
    assert fixed[CAPTURE, "ConversionType"] == "WSD"
    for (kind, keyword), value in fixed.items():
        if keyword == "CodingSchemeIdentificationSequence":
            assert {o[keyword].value[0].CodingSchemeDesignator for o in objects[kind]} == {value}
            continue
        for made in objects[kind]:
            told = made[keyword].value
            assert "\\".join([told] if isinstance(told, str) else map(str, told)) == value, keyword
    assert {kind: {int(o.SeriesNumber) for o in those} for kind, those in objects.items()} == {
        CAPTURE: {9901}, MAP: {9902, 9903}, DOCUMENT: {9900}, NOTE: {9999},
    }  # fmt: skip
    series = next(value for keyword, _, _, value in table(EVERY) if keyword == "SeriesNumber")
    assert {int(n) for n in series.replace(",", "").split() if n.isdigit()} == {9900, 9901, 9902, 9903, 9999}


def test_the_flags_of_a_report_are_those_of_the_statement(objects):
    unsigned, with_signature = objects[DOCUMENT][:2]
    lines = {line[0]: line[1:] for line in _flags()}
    for made, who in ((unsigned, "nobody has signed"), (with_signature, "a physician has signed")):
        flags = [made.CompletionFlag, made.PreliminaryFlag, made.VerificationFlag]
        assert [said.split(",")[0] for said in lines[who]] == flags


def _flags():
    lines = [line for line in section(DOCUMENT) if line.startswith(("| nobody", "| a physician"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def concepts(dataset):
    """Yield the names of all content items, the root first: (value, scheme, meaning)."""
    for name in dataset.get("ConceptNameCodeSequence") or ():
        yield (
            str(name.get("CodeValue") or name.get("LongCodeValue")),
            str(name.CodingSchemeDesignator),
            str(name.CodeMeaning),
        )
    for item in dataset.get("ContentSequence") or ():
        yield from concepts(item)


def test_the_concepts_of_a_report_are_those_of_the_statement(objects):
    found = {concept for made in objects[DOCUMENT] for concept in concepts(made)}
    assert found == {tuple(line[:3]) for line in table("C.1")}
    assert [list(report_rules(made)) for made in objects[DOCUMENT]] == [[]] * len(objects[DOCUMENT])


def codes(dataset):
    """Yield every code of a data set, wherever it stands."""
    for element in dataset:
        if element.VR != "SQ":
            continue
        for item in element.value:
            if "CodeMeaning" in item:
                yield (
                    str(item.get("CodeValue") or item.get("LongCodeValue")),
                    str(item.CodingSchemeDesignator),
                    str(item.CodeMeaning),
                )
            yield from codes(item)


def test_the_other_codes_are_found_in_objects(objects):
    found = {c for those in objects.values() for made in those for c in codes(made)}
    assert {tuple(line[:3]) for line in table("C.2")} <= found
    said = {value for value, *_ in [*table("C.1"), *table("C.2")]}
    own = {value for value, scheme, _ in found if scheme == "99DIAFAN"}
    named_by_label = own - said
    # What is left are labels without a standard code: FHIR lists them.
    assert all(value.islower() for value in named_by_label)
    assert {"source-rows", "raw-score", "decision-threshold"} <= own
