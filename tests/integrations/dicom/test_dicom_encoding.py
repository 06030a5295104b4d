"""How results travel: as the same values whatever the syntax, or as another image that says so."""

import subprocess
from io import BytesIO

import numpy as np
import pydicom
import pytest
from dicom_samples import ENCAPSULATED, MODEL, PLAIN, altered, validator_errors
from pydicom import dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)
from result_samples import CREATED, results_of

from integrations.encoding import Syntax, encode, offers
from integrations.secondary_capture import author

LOSSLESS = [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless]
EVERYTHING = [Syntax.JPEG_BASELINE, Syntax.RLE, Syntax.DEFLATED]


@pytest.fixture(scope="module")
def results():
    return results_of()


def picture():
    """Return grey ramps with some noise and a red disc: what a heatmap over a radiograph is like, and of odd sides."""
    y, x = np.mgrid[0:121, 0:151]
    grey = np.clip(x + np.random.default_rng(1).normal(0, 4, x.shape), 0, 255)
    drawn = np.stack([grey, grey, grey], axis=-1)
    drawn[(y - 60) ** 2 + (x - 70) ** 2 < 900, 0] = 250
    return drawn.astype(np.uint8)


@pytest.fixture
def files(results, tmp_path):
    """Write one object of each kind, and return the files by kind."""
    made = {
        "capture": author(PLAIN, [(None, picture())], MODEL, revision=1, created=CREATED)[0],
        "map": results.map,
        "map-16bit": results.map_16bit,
        "report": results.document(),
    }
    for name, one in made.items():
        (tmp_path / name).write_bytes(one.content)
    return {name: tmp_path / name for name in made}


def read(content):
    return dcmread(BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("capture", [JPEGBaseline8Bit, RLELossless, DeflatedExplicitVRLittleEndian]),
        ("map-16bit", [RLELossless, DeflatedExplicitVRLittleEndian]),
        ("map", [DeflatedExplicitVRLittleEndian]),
        ("report", [DeflatedExplicitVRLittleEndian]),
    ],
)
def test_each_kind_is_offered_in_what_suits_it_as_preferred_and_plain_in_any_case(files, kind, wanted):
    assert offers(files[kind], EVERYTHING) == [*wanted, ExplicitVRLittleEndian, ImplicitVRLittleEndian]
    assert offers(files[kind], [Syntax.IMPLICIT_LE]) == [ImplicitVRLittleEndian, ExplicitVRLittleEndian]


def test_a_radiograph_never_loses_anything_and_what_is_compressed_goes_as_it_is():
    assert JPEGBaseline8Bit not in offers(PLAIN, EVERYTHING)
    assert offers(ENCAPSULATED, EVERYTHING) == [JPEGBaseline8Bit]


@pytest.mark.parametrize("syntax", LOSSLESS)
@pytest.mark.parametrize("kind", ["capture", "map", "map-16bit", "report"])
def test_without_loss_it_is_the_same_object_to_the_last_element(files, results, tmp_path, kind, syntax):
    if syntax not in offers(files[kind], EVERYTHING):
        pytest.skip("not for this kind")
    encoded = encode(files[kind], syntax)
    assert encode(files[kind], syntax) == encoded
    (tmp_path / "sent").write_bytes(encoded)
    readable = tmp_path / "sent"
    if syntax == DeflatedExplicitVRLittleEndian:  # dciodvfy inflates nothing
        readable = tmp_path / "inflated"
        subprocess.run(["/usr/bin/dcmconv", "+te", tmp_path / "sent", readable], check=True)
    assert validator_errors(readable) == validator_errors(files[kind])
    before, after = dcmread(files[kind]), read(encoded)
    assert after.file_meta.TransferSyntaxUID == syntax
    assert after.file_meta.MediaStorageSOPInstanceUID == before.SOPInstanceUID
    if "PixelData" in before:
        assert np.array_equal(before.pixel_array, after.pixel_array)
        for one in (before, after):
            del one["PixelData"]  # of another form in RLE, and of another VR in implicit VR
            if "PlanarConfiguration" in one:
                del one["PlanarConfiguration"]
    assert list(before) == list(after)


def test_a_text_that_its_character_set_does_not_explain_keeps_its_bytes(tmp_path):
    file = altered(tmp_path / "odd.dcm")
    dataset = dcmread(file)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.save_as(file)
    file.write_bytes(
        file.read_bytes().replace(str(dataset.PatientName).encode(), b"\xb3" * len(str(dataset.PatientName)))
    )
    for syntax in LOSSLESS:
        assert read(encode(file, syntax)).get_item("PatientName").value.strip(b" \0") == b"\xb3" * len(
            str(dataset.PatientName)
        ), syntax.name


def test_with_loss_it_is_another_image_that_says_so(files, results, tmp_path):
    encoded = encode(files["capture"], JPEGBaseline8Bit)
    assert encode(files["capture"], JPEGBaseline8Bit) == encoded
    (tmp_path / "sent").write_bytes(encoded)
    before, after = dcmread(files["capture"]), read(encoded)
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID != before.SOPInstanceUID
    assert after.SeriesInstanceUID == before.SeriesInstanceUID
    assert (after.LossyImageCompression, after.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert float(after.LossyImageCompressionRatio) > 5
    assert after.PhotometricInterpretation == "YBR_FULL_422"
    assert "JPEG Baseline of quality 90" in after.DerivationDescription
    assert after.ImageType[0] == "DERIVED"
    predecessor = after.SourceImageSequence[-1]
    assert predecessor.ReferencedSOPInstanceUID == before.SOPInstanceUID
    assert predecessor.PurposeOfReferenceCodeSequence[0].CodeValue == "121320"
    assert validator_errors(tmp_path / "sent") == validator_errors(files["capture"]) == []
    off = np.abs(pydicom.pixels.pixel_array(after).astype(int) - before.pixel_array.astype(int))
    assert off.mean() < 3
    assert 0 < off.max() < 120


def test_what_lost_something_before_says_how_often(results, tmp_path):
    capture = read(results.captures[0].content)
    capture.LossyImageCompression = "01"
    capture.LossyImageCompressionRatio = "10"
    capture.LossyImageCompressionMethod = "ISO_15444_1"
    capture.DerivationDescription = "x" * 1020
    capture.save_as(tmp_path / "lossy")
    after = read(encode(tmp_path / "lossy", JPEGBaseline8Bit))
    assert list(after.LossyImageCompressionMethod) == ["ISO_15444_1", "ISO_10918_1"]
    assert len(after.LossyImageCompressionRatio) == 2
    assert len(after.DerivationDescription) <= 1024
