"""Reading at a smaller size: the same radiograph, its area mean, and never a large array of large numbers."""

import tracemalloc

import cv2
import numpy as np
import openjpeg
import pydicom
import pytest
from dicom_samples import CHESTS, PLAIN, altered
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import ExplicitVRBigEndian, JPEG2000Lossless

from integrations import pixels
from integrations.errors import Unreadable
from integrations.pixels import read_radiograph
from models.classifier import Classifier
from models.page import grey, page_geometry
from models.radiograph import LONG_SIDE_PX
from models.registry import bundled

ROWS, COLUMNS = 1000, 800
STEEP = {"WindowCenter": 2000, "WindowWidth": 1500, "ImagerPixelSpacing": [0.2, 0.1]}


@pytest.fixture(scope="module")
def stored():
    """A real radiograph with the grain of a detector, 12 bits."""
    real = cv2.resize(pydicom.dcmread(PLAIN).pixel_array, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 10, real.shape)
    return np.clip(real * 12.0 + 500 + grain, 0, 4095).astype(np.uint16)


def jpeg2000(path, stored, bits=12, **values):
    code = openjpeg.encode(stored, bits_stored=bits, photometric_interpretation=2)
    altered(path, stored, BitsStored=bits, HighBit=bits - 1, **values)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = encapsulate([code])
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    dataset.save_as(path, enforce_file_format=True)
    return path


def area_mean(radiograph, shape):
    return cv2.resize(radiograph.pixels, shape[::-1], interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("padding", [None, 0])
@pytest.mark.parametrize("bound", [999, 500, 333])
def test_a_bounded_radiograph_is_the_area_mean_of_the_whole_one(tmp_path, stored, photometric, padding, bound):
    values = stored.copy()
    values[:100] = 0
    extra = {} if padding is None else {"PixelPaddingValue": padding}
    path = altered(tmp_path / "a.dcm", values, PhotometricInterpretation=photometric, **STEEP, **extra)
    whole, bounded = read_radiograph(path), read_radiograph(path, bound)
    assert bounded.pixels.shape == (bound, round(COLUMNS * bound / ROWS))
    assert np.abs(bounded.pixels - area_mean(whole, bounded.pixels.shape)).max() < 1e-4
    extent = np.array(whole.spacing_mm) * whole.pixels.shape
    assert np.allclose(np.array(bounded.spacing_mm) * bounded.pixels.shape, extent)


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_a_radiograph_within_the_bound_is_untouched(path):
    whole, bounded = read_radiograph(path), read_radiograph(path, 1955)
    assert np.array_equal(whole.pixels, bounded.pixels)
    assert whole.spacing_mm == bounded.spacing_mm


@pytest.mark.parametrize(("bound", "shape"), [(500, (500, 400)), (260, (260, 208)), (250, (250, 200))])
def test_jpeg_2000_is_decoded_at_the_smallest_of_its_sizes_that_is_enough(tmp_path, stored, monkeypatch, bound, shape):
    path = jpeg2000(tmp_path / "a.dcm", stored, **STEEP)
    mean = area_mean(read_radiograph(path), shape)
    monkeypatch.setattr(pixels, "pixel_array", None)  # what decodes the whole image
    bounded = read_radiograph(path, bound)
    assert bounded.pixels.shape == shape
    # A shift by half a pixel would double it.
    assert np.abs(bounded.pixels - mean).mean() < 0.008
    assert bounded.spacing_mm == pytest.approx((0.2 * ROWS / shape[0], 0.1 * COLUMNS / shape[1]))


@pytest.mark.parametrize("bits", [8, 10, 16])
def test_every_depth_keeps_its_values_at_half_the_size(tmp_path, stored, monkeypatch, bits):
    values = (stored >> 4).astype(np.uint8) if bits == 8 else stored >> 2 if bits == 10 else stored * 16
    path = jpeg2000(tmp_path / "a.dcm", values, bits, WindowCenter=2 ** (bits - 1), WindowWidth=2**bits)
    mean = area_mean(read_radiograph(path), (500, 400))
    monkeypatch.setattr(pixels, "pixel_array", None)
    assert np.abs(read_radiograph(path, 500).pixels - mean).mean() < 0.01


def test_what_jpeg_2000_cannot_halve_faithfully_is_decoded_whole(tmp_path, stored):
    padded = stored.copy()
    padded[:101] = 0
    paths = [
        jpeg2000(tmp_path / "a.dcm", padded, PixelPaddingValue=0, **STEEP),
        jpeg2000(tmp_path / "b.dcm", stored.astype(np.int16) - 2000, WindowCenter=0, WindowWidth=1500),
        jpeg2000(tmp_path / "c.dcm", stored[:998, :797].copy(), **STEEP),
    ]
    for path in paths:
        whole, bounded = read_radiograph(path), read_radiograph(path, 200)
        assert np.abs(bounded.pixels - area_mean(whole, bounded.pixels.shape)).mean() < 0.01
        assert bounded.pixels[:20].max() < 0.001 or "a.dcm" not in str(path)


def test_a_truncated_codestream_is_unreadable_at_any_size(tmp_path, stored):
    path = jpeg2000(tmp_path / "a.dcm", stored)
    dataset = pydicom.dcmread(path)
    code = get_frame(dataset.PixelData, 0, number_of_frames=1)
    dataset.PixelData = encapsulate([code[: len(code) // 3]])
    dataset.save_as(path, enforce_file_format=True)
    for bound in (None, 1000, 400, 100):
        with pytest.raises(Unreadable):
            read_radiograph(path, bound)


def test_big_endian_values_are_read_as_they_are(tmp_path, stored):
    little = read_radiograph(altered(tmp_path / "a.dcm", stored, **STEEP))
    path = altered(tmp_path / "b.dcm", stored.byteswap(), **STEEP)
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    pydicom.dcmwrite(path, dataset, little_endian=False, implicit_vr=False, enforce_file_format=True)
    assert np.array_equal(read_radiograph(path).pixels, little.pixels)


@pytest.mark.parametrize("bound", [None, LONG_SIDE_PX])
def test_no_step_of_reading_allocates_a_full_size_float64(tmp_path, bound):
    values = np.random.default_rng(0).integers(0, 4096, (2500, 2048), np.uint16)
    path = altered(
        tmp_path / "a.dcm", values, BitsStored=12, HighBit=11, RescaleSlope=2, RescaleIntercept=-7, PixelPaddingValue=0
    )
    del values
    read_radiograph(path, bound)
    tracemalloc.start()
    preprocessing = Classifier.load(bundled(), engine="torch").manifest.preprocessing
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    preprocessing(read_radiograph(path, bound))
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    full_size_float64 = 2500 * 2048 * 8
    assert 2500 * 2048 * 2 < peak < full_size_float64 + 2500 * 2048 * 2  # the file itself is 2 bytes a pixel


def test_findings_and_pictures_are_the_same_at_the_size_at_which_pictures_are_drawn():
    path = next(p for p in CHESTS if p.stem == "chest_RG1_cr_pa_mono1_15bit_j2k")
    whole, bounded = read_radiograph(path), read_radiograph(path, LONG_SIDE_PX)
    classifier = Classifier.load(bundled())
    for a, b in zip(classifier.assess(whole).findings, classifier.assess(bounded).findings, strict=True):
        assert a.call is b.call
        assert a.probability == b.probability is None or abs(a.probability - b.probability) < 1e-3
    a, b = (grey(r, page_geometry(r)).astype(int) for r in (whole, bounded))
    assert a.shape == b.shape
    assert np.abs(a - b).mean() < 1
