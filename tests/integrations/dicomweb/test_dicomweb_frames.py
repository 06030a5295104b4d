"""Frames out of files: of several, of other byte orders, of floats, and of what has none."""

import tracemalloc

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import get_encoder
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from integrations.dicomweb.frames import read_frames
from integrations.errors import Unreadable
from tests.instances import DICOM

VALUES = np.arange(3 * 4 * 6, dtype=np.uint16).reshape(3, 4, 6)


def write(path, syntax: UID, keyword="PixelData", values=VALUES, content: bytes | None = None, **elements):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = values.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = values.itemsize * 8
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = values.itemsize * 8, values.itemsize * 8 - 1, 0
    for name, value in elements.items():
        setattr(dataset, name, value)
    setattr(dataset, keyword, content if content is not None else values.tobytes())
    if keyword == "PixelData":
        dataset[keyword].VR = "OB" if syntax.is_encapsulated else "OW"
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_any_frame_of_several_is_given(tmp_path):
    path = write(tmp_path / "a.dcm", ExplicitVRLittleEndian)
    read = read_frames(path, [3, 1], decoded=True)
    assert tuple(read.contents) == (VALUES[2].tobytes(), VALUES[0].tobytes())
    assert read.content_type == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"


def test_an_encapsulated_frame_is_its_own_stream(tmp_path):
    streams = [bytes([n]) * 10 for n in range(3)]
    path = write(tmp_path / "a.dcm", RLELossless, content=encapsulate(streams))
    read = read_frames(path, [2], decoded=False)
    assert tuple(read.contents) == (streams[1],)
    assert read.content_type == "image/dicom-rle; transfer-syntax=1.2.840.10008.1.2.5"
    with pytest.raises(Unreadable, match="cannot be decoded"):
        read_frames(path, [2], decoded=True)


def test_big_endian_is_turned_round(tmp_path):
    path = write(tmp_path / "a.dcm", ExplicitVRBigEndian, content=VALUES.astype(">u2").tobytes())
    for decoded in (False, True):
        assert tuple(read_frames(path, [2], decoded=decoded).contents) == (VALUES[1].tobytes(),)


@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", np.float32), ("DoubleFloatPixelData", np.float64)])
def test_floats_of_a_map_are_given_as_they_are(tmp_path, keyword, kind):
    values = VALUES.astype(kind)
    path = write(tmp_path / "a.dcm", ExplicitVRLittleEndian, keyword, values)
    assert tuple(read_frames(path, [2], decoded=False).contents) == (values[1].tobytes(),)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_plain_values_are_found_however_the_data_set_is_written(tmp_path, syntax):
    for decoded in (False, True):
        read = read_frames(write(tmp_path / "a.dcm", syntax), [3, 1], decoded=decoded)
        assert tuple(read.contents) == (VALUES[2].tobytes(), VALUES[0].tobytes())


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
@pytest.mark.parametrize("decoded", [False, True])
def test_of_many_frames_one_is_in_memory(tmp_path, syntax, decoded):
    values = np.random.default_rng(0).integers(0, 2**16, (24, 512, 512), np.uint16)
    path = write(tmp_path / "a.dcm", syntax, values=values, content=_written(values, syntax))
    tracemalloc.start()
    try:
        sizes = [len(content) for content in read_frames(path, range(1, 25), decoded=decoded).contents]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(sizes) == 24
    assert peak < 6 * max(sizes), f"{peak / max(sizes):.1f} frames"


def test_a_later_frame_that_cannot_be_decoded_ends_what_is_sent(tmp_path):
    streams = [_written(VALUES[:1], RLELossless, is_whole=False)[0], b"\0" * 10]
    path = write(tmp_path / "a.dcm", RLELossless, values=VALUES[:2], content=encapsulate(streams))
    contents = read_frames(path, [1, 2], decoded=True).contents
    assert next(contents) == VALUES[0].tobytes()
    with pytest.raises(Unreadable, match="cannot be decoded"):
        next(contents)


def _written(values, syntax, *, is_whole=True):
    """Return pixels as they lie in a file; not ``is_whole``: the streams of the frames."""
    if syntax != RLELossless:
        return values.astype(values.dtype.newbyteorder("<" if syntax.is_little_endian else ">")).tobytes()
    shape = {"rows": values.shape[1], "columns": values.shape[2], "samples_per_pixel": 1, "number_of_frames": 1}
    depth = {"bits_allocated": 16, "bits_stored": 16, "pixel_representation": 0}
    told = {**shape, **depth, "photometric_interpretation": "MONOCHROME2"}
    streams = [get_encoder(RLELossless).encode(frame, **told) for frame in values]
    return encapsulate(streams) if is_whole else streams


@pytest.mark.parametrize("number", [0, 4])
def test_a_frame_that_is_not_there_is_said(tmp_path, number):
    with pytest.raises(IndexError):
        read_frames(write(tmp_path / "a.dcm", ExplicitVRLittleEndian), [1, number], decoded=True)


def test_what_has_no_pixels_has_no_frame():
    with pytest.raises(IndexError):
        read_frames(DICOM / "reject_sr_document.dcm", [1], decoded=True)


def test_frames_that_end_within_a_byte_are_refused(tmp_path):
    path = write(tmp_path / "a.dcm", ExplicitVRLittleEndian, BitsAllocated=1, Rows=3, Columns=3)
    with pytest.raises(Unreadable, match="within a byte"):
        read_frames(path, [1], decoded=True)


def test_the_syntax_is_that_of_the_file():
    for path in DICOM.glob("chest_RG1half_*.dcm"):
        syntax = pydicom.filereader.read_file_meta_info(path).TransferSyntaxUID
        assert read_frames(path, [1], decoded=False).transfer_syntax_uid == syntax
