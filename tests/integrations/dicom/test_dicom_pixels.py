import numpy as np
import pydicom
import pytest
from dicom_samples import CHESTS, FOLDER, REJECTS, altered, sent

from integrations.errors import Unreadable
from integrations.pixels import read_extent_mm, read_radiograph, stored_pixels, window_to_unit


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_every_real_radiograph_decodes_into_the_unit_range(path):
    radiograph = read_radiograph(path)
    header = pydicom.dcmread(path, stop_before_pixels=True)
    assert radiograph.pixels.shape == (header.Rows, header.Columns)
    assert radiograph.pixels.min() >= 0
    assert radiograph.pixels.max() <= 1
    assert radiograph.pixels.std() > 0.1


def test_one_radiograph_means_the_same_in_every_encoding():
    halves = [read_radiograph(p).pixels for p in CHESTS if "RG1half" in p.stem]
    effusions = [read_radiograph(p).pixels for p in CHESTS if "00000061" in p.stem]
    assert all(abs(a - halves[0]).mean() < 0.01 for a in halves)
    assert all(abs(a - effusions[0]).mean() < 0.01 for a in effusions)


@pytest.mark.parametrize("name", ["reject_sr_document", "reject_us_echo_jpeg_lossless_8bit"])
def test_what_is_no_single_grey_image_is_unreadable_or_decodes(name):
    path = FOLDER / f"{name}.dcm"
    if "us_echo" in name:
        assert read_radiograph(path).pixels.shape == (768, 1024)  # JPEG lossless; it is eligibility that declines it
        return
    with pytest.raises(Unreadable):
        read_radiograph(path)


def test_pixels_that_do_not_decode_are_unreadable(tmp_path):
    dataset = pydicom.dcmread(REJECTS[-1])
    dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\xd8 this is no picture "])
    dataset.save_as(tmp_path / "a.dcm")
    with pytest.raises(Unreadable):
        read_radiograph(tmp_path / "a.dcm")


RAMP = np.linspace(0, 4095, 64 * 96).astype(np.uint16).reshape(64, 96)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
def test_a_planted_blob_stays_where_it_is_and_is_bright(tmp_path, photometric, dtype):
    """Non-square, cropped out of a larger field, dense (bright in MONOCHROME2 sense) in rows 20-29 and columns 70-79."""
    dark, bright = (10, 200) if dtype is np.uint8 else (-500, 3000) if dtype is np.int16 else (100, 4000)
    field = np.full((120, 300), dark, dtype)
    field[50:60, 170:180] = bright
    cropped = np.ascontiguousarray(field[30:110, 100:260])
    if photometric == "MONOCHROME1":
        cropped = (dark + bright - cropped).astype(dtype)
    path = altered(tmp_path / "a.dcm", cropped, PhotometricInterpretation=photometric)
    pixels = read_radiograph(path).pixels
    where = np.argwhere(pixels > 0.5)
    assert where.min(axis=0).tolist() == [20, 70]
    assert where.max(axis=0).tolist() == [29, 79]
    assert np.array_equal(stored_pixels(path), cropped)


def test_rescale_and_window_are_applied(tmp_path):
    path = altered(
        tmp_path / "a.dcm",
        RAMP,
        PhotometricInterpretation="MONOCHROME2",
        RescaleSlope=2,
        RescaleIntercept=-1000,
        WindowCenter=[3000, 1],
        WindowWidth=[2000, 1],
    )
    expected = np.clip((RAMP * 2.0 - 1000 - 2999.5) / 1999 + 0.5, 0, 1)
    assert np.allclose(read_radiograph(path).pixels, expected, atol=1e-5)


def test_windows_follow_the_formulas_of_the_standard():
    x = np.array([0.0, 99.5, 100.0, 100.5, 200.0])
    assert np.allclose(window_to_unit(x, 100, 1), [0, 0, 1, 1, 1])
    assert np.allclose(window_to_unit(x, 100, 100), [0, 0.5, 0.5 + 0.5 / 99, 0.5 + 1 / 99, 1])
    assert np.allclose(window_to_unit(x, 100, 100, function="LINEAR_EXACT"), [0, 0.495, 0.5, 0.505, 1])
    assert np.allclose(window_to_unit(x, 100, 100, function="SIGMOID"), 1 / (1 + np.exp(-4 * (x - 100) / 100)))


def test_a_voi_lut_comes_before_a_window(tmp_path):
    lut = pydicom.Dataset()
    lut.add_new("LUTDescriptor", "US", [4096, 0, 16])
    lut.add_new("LUTData", "OW", (65535 - np.arange(4096, dtype=np.uint16) * 16).tobytes())
    path = altered(
        tmp_path / "a.dcm",
        RAMP,
        PhotometricInterpretation="MONOCHROME2",
        VOILUTSequence=[lut],
        WindowCenter=1,
        WindowWidth=1,
    )
    assert np.allclose(read_radiograph(path).pixels, 1 - RAMP * 16 / 65535, atol=1e-4)


def test_without_a_window_deep_values_are_stretched_and_shallow_ones_are_not(tmp_path):
    deep = altered(tmp_path / "a.dcm", RAMP // 4, PhotometricInterpretation="MONOCHROME2")
    assert read_radiograph(deep).pixels.max() == 1
    shallow = altered(tmp_path / "b.dcm", (RAMP // 32).astype(np.uint8), PhotometricInterpretation="MONOCHROME2")
    assert read_radiograph(shallow).pixels.max() == pytest.approx(127 / 255)


def test_padding_is_black_and_does_not_count(tmp_path):
    values = RAMP.copy() // 4 + 1000
    values[:8] = 0
    pixels = read_radiograph(
        altered(tmp_path / "a.dcm", values, PhotometricInterpretation="MONOCHROME1", PixelPaddingValue=0)
    ).pixels
    assert not pixels[:8].any()
    assert pixels[8, 0] == pytest.approx(1, abs=0.01)
    assert pixels[-1, -1] == pytest.approx(0, abs=0.01)


def test_bits_above_the_high_bit_are_no_pixels(tmp_path):
    path = altered(tmp_path / "a.dcm", RAMP | 0xF000, BitsStored=12, HighBit=11)
    assert np.array_equal(stored_pixels(path), RAMP)


@pytest.mark.parametrize(
    ("values", "spacing"),
    [
        ({}, None),
        ({"PixelSpacing": [0, 0]}, None),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.2, 0.1]}, (0.2, 0.1)),
        ({"ImagerPixelSpacing": [0.2, 0.1]}, (0.2, 0.1)),
        ({"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.18, 0.09]}, (0.18, 0.09)),
    ],
)
def test_spacing_is_row_then_column_and_zeros_are_none(tmp_path, values, spacing):
    assert read_radiograph(altered(tmp_path / "a.dcm", **values)).spacing_mm == spacing


@pytest.mark.parametrize(
    "said",
    ["0,143\\0,143 ", "0.143 mm\\0.143 mm ", "inf\\inf ", "nan\\nan ", "-1\\-1 ", "0.1 ", "0.1\\0.1\\0.1 ", "1e-300\\1e-300", "1e300\\1e300 ", "0.1\\0 ", "12"],
)  # fmt: skip
def test_a_spacing_that_is_none_gives_way_to_the_next(tmp_path, said):
    file = sent(tmp_path / "a.dcm", PixelSpacing=said.encode())
    assert read_radiograph(file).spacing_mm is read_extent_mm(file) is None
    file = sent(tmp_path / "a.dcm", PixelSpacing=said.encode(), ImagerPixelSpacing=b"0.2\\0.1 ")
    header = pydicom.dcmread(file, stop_before_pixels=True)
    assert read_radiograph(file).spacing_mm == (0.2, 0.1)
    assert read_extent_mm(file) == pytest.approx((0.2 * header.Rows, 0.1 * header.Columns))
