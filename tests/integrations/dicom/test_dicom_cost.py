"""What reading a file may cost is what its image says that it is, and not what somebody put beside it."""

import tracemalloc
import zlib

import pydicom
import pytest
from dicom_samples import ENCAPSULATED, FOLDER, altered
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from integrations.errors import Unreadable
from integrations.instance import read_instance

GZIPPED = FOLDER / "reject_sc_test_pattern_deflated.dcm"
EMPTY_ITEM = b"\xfe\xff\x00\xe0" + bytes(4)
DELIMITER = b"\xfe\xff\xdd\xe0" + bytes(4)
MEGABYTE = 1 << 20


def _peak_bytes(path) -> int:
    """Return the most memory that reading took, whatever came of it."""
    tracemalloc.start()
    try:
        read_instance(path)
    except Unreadable:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def _with_empty_items(path, count, **changes):
    dataset = pydicom.dcmread(ENCAPSULATED)
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    whole = path.read_bytes()
    assert whole.endswith(DELIMITER)
    path.write_bytes(whole.removesuffix(DELIMITER) + EMPTY_ITEM * count + DELIMITER)
    return path


def _deflated(path, behind=b"", **changes):
    """Write a deflated data set of whole bytes, and what is to lie behind it."""
    plain = altered(path, syntax=ExplicitVRLittleEndian, **changes).read_bytes()
    meta = pydicom.dcmread(path, stop_before_pixels=True).file_meta
    begin = 144 + meta.FileMetaInformationGroupLength
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = deflater.compress(plain[begin:]) + deflater.flush()
    meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    empty = pydicom.Dataset()
    empty.file_meta = meta
    pydicom.dcmwrite(path, empty, enforce_file_format=True)
    head = path.read_bytes()
    begin = 144 + pydicom.dcmread(path).file_meta.FileMetaInformationGroupLength
    path.write_bytes(head[:begin] + packed + behind)
    return path


def test_an_image_in_several_fragments_is_read(tmp_path):
    dataset = pydicom.dcmread(ENCAPSULATED)
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    hashes = set()
    for pieces in (1, 2, 7):
        dataset.PixelData = encapsulate([frame], fragments_per_frame=pieces)
        dataset.save_as(tmp_path / "a.dcm")
        hashes.add(read_instance(tmp_path / "a.dcm").pixel_sha256)
    assert len(hashes) == 1


def test_an_image_in_fragments_without_number_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="more than 20001 fragments"):
        read_instance(_with_empty_items(tmp_path / "a.dcm", 300_000))


@pytest.mark.parametrize("changes", [{}, {"NumberOfFrames": 200_000}], ids=["one frame", "as many frames as it says"])
def test_fragments_take_no_memory(tmp_path, changes):
    few = _peak_bytes(_with_empty_items(tmp_path / "few.dcm", 10, **changes))
    many = _peak_bytes(_with_empty_items(tmp_path / "many.dcm", 300_000, **changes))
    assert many < few + MEGABYTE


def test_an_image_without_any_fragment_is_unreadable_whatever_its_number_of_frames(tmp_path):
    dataset = pydicom.dcmread(ENCAPSULATED)
    dataset.NumberOfFrames = -1
    dataset.PixelData = EMPTY_ITEM  # the Basic Offset Table
    dataset.save_as(tmp_path / "a.dcm")
    with pytest.raises(Unreadable, match="0 fragments for 1 frames"):
        read_instance(tmp_path / "a.dcm")


@pytest.mark.parametrize("padding", [b"", b"\0"], ids=["none", "one byte"])
def test_a_deflated_data_set_may_be_padded(tmp_path, padding):
    plain = read_instance(altered(tmp_path / "plain.dcm", syntax=ExplicitVRLittleEndian))
    deflated = read_instance(_deflated(tmp_path / "deflated.dcm", behind=padding))
    assert (deflated.pixel_sha256, deflated.content_sha256) == (plain.pixel_sha256, plain.content_sha256)


@pytest.mark.parametrize(
    "behind",
    [b"\1", b"\0\0", bytes(8), bytes(MEGABYTE)],
    ids=["another byte", "two bytes", "no trailer", "a megabyte"],
)
def test_nothing_but_padding_lies_behind_a_deflated_data_set(tmp_path, behind):
    with pytest.raises(Unreadable, match="behind the end of the deflated data set"):
        read_instance(_deflated(tmp_path / "a.dcm", behind=behind))


def test_what_gzip_leaves_behind_a_deflated_data_set_is_not_only_there_but_right(tmp_path):
    whole = GZIPPED.read_bytes()
    for name, content in (("as it is", whole), ("padded", whole + b"\0")):
        (tmp_path / name).write_bytes(content)
        read_instance(tmp_path / name)
    (tmp_path / "wrong").write_bytes(whole[:-1] + b"\1")
    with pytest.raises(Unreadable, match="behind the end of the deflated data set"):
        read_instance(tmp_path / "wrong")


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_deflated_data_set_that_is_cut_off_is_unreadable(tmp_path, cut):
    path = _deflated(tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Unreadable):
        read_instance(path)


def test_what_lies_behind_a_deflated_data_set_takes_no_memory(tmp_path):
    alone = _peak_bytes(_deflated(tmp_path / "alone.dcm"))
    followed = _peak_bytes(_deflated(tmp_path / "followed.dcm", behind=bytes(64 * MEGABYTE)))
    assert followed < alone + MEGABYTE


def test_a_large_deflated_image_takes_memory_as_its_own_header_says(tmp_path):
    image_bytes = 4096 * 8192
    path = _deflated(tmp_path / "a.dcm", Rows=4096, Columns=8192, PixelData=bytes(image_bytes))
    assert read_instance(path).size_bytes == path.stat().st_size
    assert _peak_bytes(path) < 2 * image_bytes
