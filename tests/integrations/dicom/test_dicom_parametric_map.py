"""The Parametric Map: values that come back as they were, over a known part of the radiograph, in an object that dciodvfy accepts."""

from io import BytesIO

import numpy as np
import pydicom
import pytest
from dicom_samples import CHESTS, MODEL, PLAIN, altered
from result_samples import CALLED, CREATED, assessment, results_of

from integrations.instance import DeclineCode, device_uid, eligibility, read_extent_mm, read_instance
from integrations.object_check import objections
from integrations.parametric_map import build_parametric_map
from integrations.result_object import ResultKind
from integrations.validators import judgements
from models.assessment import Assessment
from models.labels import LABELS, Label

KINDS = [ResultKind.PARAMETRIC_MAP, ResultKind.PARAMETRIC_MAP_16BIT]


def build(file=PLAIN, made_of=None, *, kind=ResultKind.PARAMETRIC_MAP, revision=1):
    return build_parametric_map(file, made_of or assessment(), revision=revision, created=CREATED, kind=kind)


def read(result):
    return pydicom.dcmread(BytesIO(result.content))


def real_world_values(made):
    """Return the values as PS3.3 C.7.6.16.2.11 says they are meant."""
    stored = made.pixel_array.reshape(made.NumberOfFrames, made.Rows, made.Columns).astype(np.float64)
    mappings = [frame.RealWorldValueMappingSequence[0] for frame in made.PerFrameFunctionalGroupsSequence]
    return np.stack(
        [v * m.RealWorldValueSlope + m.RealWorldValueIntercept for v, m in zip(stored, mappings, strict=True)]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_a_map_over_any_radiograph_is_conformant(tmp_path, path, kind):
    result = build(path, kind=kind)
    (tmp_path / "a.dcm").write_bytes(result.content)
    assert {j.validator: j.errors for j in judgements(tmp_path / "a.dcm")} == {"dciodvfy": ()}
    assert objections(result.content) == ()


def test_float_values_are_those_of_the_model_bit_by_bit():
    made_of = assessment()
    made = read(build(made_of=made_of))
    assert made.BitsAllocated == 32
    expected = np.stack([made_of.explanations[label].evidence for label in CALLED])
    assert np.array_equal(made.pixel_array, expected)
    assert np.array_equal(real_world_values(made).astype(np.float32), expected)


def test_integer_values_are_those_of_the_model_within_half_a_step_and_zero_is_zero():
    made_of = assessment()
    made_of.explanations[Label.EDEMA].evidence[1, 1] = 0
    made = read(build(made_of=made_of, kind=ResultKind.PARAMETRIC_MAP_16BIT))
    assert made.pixel_array.dtype == np.uint16
    expected = np.stack([made_of.explanations[label].evidence for label in CALLED])
    values = real_world_values(made)
    assert np.abs(values - expected).max() <= np.abs(expected).max() / 32767 / 2 * 1.001
    assert values[1, 1, 1] == 0
    assert values.min() < 0 < values.max()


def test_each_frame_names_its_finding_its_quantity_and_the_pixels_that_a_cell_covers():
    source = pydicom.dcmread(PLAIN, stop_before_pixels=True)
    made = read(build())
    names = []
    for number, frame in enumerate(made.PerFrameFunctionalGroupsSequence, 1):
        mapping = frame.RealWorldValueMappingSequence[0]
        quantity, finding, rows, columns = mapping.QuantityDefinitionSequence
        assert quantity.ConceptCodeSequence[0].CodeValue == "130403"
        names.append(finding.ConceptCodeSequence[0].CodeMeaning)
        assert float(rows.NumericValue) * made.Rows == pytest.approx(source.Rows)
        assert float(columns.NumericValue) * made.Columns == pytest.approx(source.Columns)
        assert frame.FrameContentSequence[0].DimensionIndexValues == number
        assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == "1"
    assert names == ["Pleural effusion", "Pulmonary edema"]
    (derivation,) = made.SharedFunctionalGroupsSequence[0].DerivationImageSequence
    assert derivation.SourceImageSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID


def test_a_cell_is_as_large_as_its_part_of_the_radiograph_and_no_place_in_the_patient_is_claimed(tmp_path):
    spaced = altered(tmp_path / "a.dcm", ImagerPixelSpacing=[0.2, 0.1])
    height, width = read_extent_mm(spaced)
    shared = read(build(spaced)).SharedFunctionalGroupsSequence[0]
    spacing = [float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing]
    assert spacing == pytest.approx([height / 5, width / 4])
    bare = altered(tmp_path / "b.dcm")
    shared = read(build(bare)).SharedFunctionalGroupsSequence[0]
    assert "PixelSpacing" not in shared.PixelMeasuresSequence[0]
    assert (len(shared.PlanePositionSequence[0]), len(shared.PlaneOrientationSequence[0])) == (0, 0)


def test_it_says_what_it_is_for_and_that_a_model_made_it():
    made = read(build())
    assert (made.Modality, made.ContentQualification, made.BurnedInAnnotation) == ("OT", "RESEARCH", "NO")
    assert made.ImageComments == made.ContentDescription == "AI output - not for diagnostic use"
    assert "supports a physician and never replaces one" in made.DerivationDescription
    assert made.ContributingEquipmentSequence[0].DeviceUID == device_uid(MODEL)
    assert made.DeviceSerialNumber == MODEL.digest


def test_where_nothing_is_called_there_is_no_map():
    findings = tuple(f for f in assessment().findings if f.label not in CALLED)
    assert build(made_of=Assessment(MODEL, findings, {})) is None


def test_the_same_arguments_give_the_same_bytes_and_others_other_uids():
    assert build().content == build().content
    runs = [build(), build(revision=2), build(kind=ResultKind.PARAMETRIC_MAP_16BIT)]
    assert len({r.sop_instance_uid for r in runs}) == len({r.series_instance_uid for r in runs}) == 3
    captures = results_of().captures
    assert runs[0].series_instance_uid != captures[0].series_instance_uid


@pytest.mark.parametrize("label", [label for label in LABELS if label is not Label.NO_FINDING])
def test_every_label_has_a_name_that_fits(label):
    result = build(made_of=assessment(label))
    assert objections(result.content) == ()


def test_a_map_that_comes_back_is_declined(tmp_path):
    (tmp_path / "a.dcm").write_bytes(build().content)
    assert eligibility(read_instance(tmp_path / "a.dcm"), [device_uid(MODEL)]).code is DeclineCode.OWN_RESULT
