"""Data sets as nobody should send them, each with what the sender must hear: one table for every way in."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    generate_uid,
)
from pynetdicom.dsutils import create_file_meta, encode

from tests.instances import CARDIOMEGALY, DICOM

SUCCESS, DOES_NOT_MATCH, CANNOT_UNDERSTAND = 0x0000, 0xA900, 0xC000
UNREADABLE = "refused"
DEEP = 1000
BOMB_BYTES = 200_000_000
_PRIVATE = 0x00091010
_ITEM, _ITEM_END, _SEQUENCE_END = (struct.pack("<HHL", 0xFFFE, element, 0) for element in (0xE000, 0xE00D, 0xE0DD))
_UNDEFINED = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class Sent:
    """A data set on its way: what it was announced as, and its bytes."""

    content: bytes
    sop_class: UID
    uid: str
    syntax: UID = ExplicitVRLittleEndian

    def part10(self) -> bytes:
        """Return it as a file."""
        meta = create_file_meta(
            sop_class_uid=self.sop_class, sop_instance_uid=UID(self.uid), transfer_syntax=self.syntax
        )
        header = DicomBytesIO()
        write_file_meta_info(header, meta)
        return bytes(128) + b"DICM" + header.getvalue() + self.content


@dataclass(frozen=True, slots=True)
class Case:
    """A name, how to make it, the C-STORE status, the outcome of an upload, and words of the sentence that goes with it."""

    name: str
    make: Callable[[], Sent]
    status: int
    outcome: str
    says: str
    declared_bytes: int = 512 * 512


def plain(**values: object) -> Dataset:
    """Return a good radiograph under new UIDs, with other values (None deletes)."""
    dataset = pydicom.dcmread(DICOM / f"{CARDIOMEGALY}.dcm")
    del dataset.PixelData
    dataset.Rows = dataset.Columns = 512
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, generate_uid(prefix=None))
    pixels = np.random.default_rng(5).integers(0, 255, (512, 512), np.uint8)
    dataset.add_new("PixelData", "OB", pixels.tobytes())
    for keyword, value in values.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    return dataset


def sent(dataset: Dataset, *, encoded: UID = ExplicitVRLittleEndian, announced: UID | None = None) -> Sent:
    """Encode a data set by one transfer syntax and announce it by another."""
    content = encode(dataset, encoded.is_implicit_VR, encoded.is_little_endian)
    return Sent(content or b"", dataset.SOPClassUID, dataset.SOPInstanceUID, announced or encoded)


def _other_class() -> Sent:
    good = sent(plain())
    return Sent(good.content, ComputedRadiographyImageStorage, good.uid)


def _jpeg_2000(rows: int, columns: int, said: tuple[int, int] = (512, 512)) -> Sent:
    """Return an image whose codestream claims another size than its header."""
    siz = struct.pack(">HHLLLLLLLLH3B", 41, 0, columns, rows, 0, 0, columns, rows, 0, 0, 1, 7, 1, 1)
    stream = b"\xff\x4f\xff\x51" + siz + b"\xff\xd9"
    dataset = plain(Rows=said[0], Columns=said[1])
    dataset["PixelData"].value = encapsulate([stream])
    dataset["PixelData"].is_undefined_length = True
    return sent(dataset, announced=JPEG2000Lossless)


def _torn_jpeg() -> Sent:
    """Return a JPEG with bytes between two segments of its header: a native decoder was seen to end the process on it."""
    good = pydicom.dcmread(DICOM / "chest_nih_00000061_002_mono2_8bit_jpeg_baseline.dcm")
    frame = get_frame(good.PixelData, 0, number_of_frames=1)
    at = frame.index(b"\xff\xc4")
    good["PixelData"].value = encapsulate([frame[:at] + bytes(183) + frame[at:]])
    good.SOPInstanceUID = generate_uid(prefix=None)
    return sent(good, announced=JPEGBaseline8Bit)


def _inserted(element: bytes) -> Sent:
    """Put an element before (0010,0020), in front of which private group 0009 belongs."""
    good = sent(plain())
    at = good.content.index(struct.pack("<HH", 0x0010, 0x0020))
    return Sent(good.content[:at] + element + good.content[at:], good.sop_class, good.uid)


def _sequence(value: bytes, length: bytes) -> bytes:
    return struct.pack("<HH2sH", _PRIVATE >> 16, _PRIVATE & 0xFFFF, b"SQ", 0) + length + value


def _deep_undefined() -> Sent:
    value = b""
    for _ in range(DEEP):
        value = _sequence(_ITEM[:4] + _UNDEFINED + value + _ITEM_END + _SEQUENCE_END, _UNDEFINED)
    return _inserted(value)


def _deep_defined() -> Sent:
    value = b""
    for _ in range(DEEP):
        item = _ITEM[:4] + struct.pack("<L", len(value)) + value
        value = _sequence(item, struct.pack("<L", len(item)))
    return _inserted(value)


def _item_beyond_its_sequence() -> Sent:
    item = _ITEM[:4] + struct.pack("<L", 1 << 30) + b"12345678"
    return _inserted(_sequence(item, struct.pack("<L", len(item))))


def _swarm_of_items() -> Sent:
    return _inserted(_sequence(_ITEM * 300_000 + _SEQUENCE_END, _UNDEFINED))


def _twice() -> Sent:
    return _inserted(struct.pack("<HH2sH", 0x0008, 0x0060, b"CS", 2) + b"DX")


def _lying_group_length() -> Sent:
    good = sent(plain())
    return Sent(struct.pack("<HH2sHL", 8, 0, b"UL", 4, 7) + good.content, good.sop_class, good.uid)


def _deflate_bomb() -> Sent:
    good = sent(plain())
    at = good.content.index(struct.pack("<HH", 0x0010, 0x0020))
    deflater = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = BytesIO()
    packed.write(deflater.compress(good.content[:at]))
    packed.write(deflater.compress(struct.pack("<HH2sHL", 9, 0x1010, b"OB", 0, BOMB_BYTES)))
    for _ in range(BOMB_BYTES // 1_000_000):
        packed.write(deflater.compress(bytes(1_000_000)))
    packed.write(deflater.compress(good.content[at:]) + deflater.flush())
    return Sent(packed.getvalue(), good.sop_class, good.uid, DeflatedExplicitVRLittleEndian)


def _deflated_pixel_bomb() -> Sent:
    """Pixel Data that inflate to far more than Rows and Columns say."""
    good = sent(plain())
    at = good.content.rindex(struct.pack("<HH", 0x7FE0, 0x0010))
    deflater = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = deflater.compress(good.content[:at] + struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, BOMB_BYTES))
    packed += b"".join(deflater.compress(bytes(1_000_000)) for _ in range(BOMB_BYTES // 1_000_000)) + deflater.flush()
    return Sent(packed, good.sop_class, good.uid, DeflatedExplicitVRLittleEndian)


def _pixels(size: int) -> Sent:
    dataset = plain()
    dataset["PixelData"].value = bytes(size)
    return sent(dataset)


def _colour() -> Sent:
    dataset = plain(SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0)
    dataset["PixelData"].value = bytes(3 * 512 * 512)
    return sent(dataset)


def _frames() -> Sent:
    dataset = plain(NumberOfFrames=3)
    dataset["PixelData"].value = bytes(3 * 512 * 512)
    return sent(dataset)


def _nothing() -> Sent:
    good = sent(plain())
    return Sent(b"", good.sop_class, good.uid)


CASES = [
    Case("a good one", lambda: sent(plain()), SUCCESS, "accepted", ""),
    Case("another SOP class than announced", _other_class, DOES_NOT_MATCH, UNREADABLE, "SOP class"),
    Case(
        "implicit, announced as explicit",
        lambda: sent(plain(), encoded=ImplicitVRLittleEndian, announced=ExplicitVRLittleEndian),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "not encoded as its transfer syntax",
    ),
    Case(
        "explicit, announced as implicit",
        lambda: sent(plain(), announced=ImplicitVRLittleEndian),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "not encoded as its transfer syntax",
    ),
    Case(
        "little endian, announced as big",
        lambda: sent(plain(), announced=ExplicitVRBigEndian),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "",
    ),
    Case(
        "uncompressed, announced as JPEG",
        lambda: sent(plain(), announced=JPEGBaseline8Bit),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "not encapsulated",
    ),
    Case("pixels too short", lambda: _pixels(512 * 511), CANNOT_UNDERSTAND, UNREADABLE, "261632 of 262144 bytes"),
    Case("pixels twice as long", lambda: _pixels(512 * 1024), CANNOT_UNDERSTAND, UNREADABLE, "524288 bytes where"),
    Case(
        "65535 rows and columns of nothing",
        lambda: sent(plain(Rows=65535, Columns=65535)),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "262144 of 4294836225 bytes",
    ),
    Case(
        "65535 rows and columns, compressed",
        lambda: _jpeg_2000(65535, 65535, (65535, 65535)),
        SUCCESS,
        "declined",
        "65535",
    ),
    Case(
        "a decompression bomb",
        lambda: _jpeg_2000(60000, 60000),
        CANNOT_UNDERSTAND,
        UNREADABLE,
        "60000 x 60000",
    ),
    Case("a JPEG torn apart", _torn_jpeg, CANNOT_UNDERSTAND, UNREADABLE, "header of the compressed image is damaged"),
    Case("a deflate bomb", _deflate_bomb, CANNOT_UNDERSTAND, UNREADABLE, "inflates to more"),
    Case("a deflate bomb in its pixels", _deflated_pixel_bomb, CANNOT_UNDERSTAND, UNREADABLE, "inflates to more"),
    Case("sequences 1000 deep", _deep_undefined, CANNOT_UNDERSTAND, UNREADABLE, "nested more than"),
    Case("sequences 1000 deep, by length", _deep_defined, CANNOT_UNDERSTAND, UNREADABLE, "nested more than"),
    Case("an item longer than its sequence", _item_beyond_its_sequence, SUCCESS, "accepted", ""),
    Case("300,000 items", _swarm_of_items, CANNOT_UNDERSTAND, UNREADABLE, "larger than that of any radiograph"),
    Case("an element twice", _twice, CANNOT_UNDERSTAND, UNREADABLE, "there twice"),
    Case("a lying group length", _lying_group_length, SUCCESS, "accepted", ""),
    Case("several frames", _frames, SUCCESS, "declined", "multi-frame"),
    Case("colour", _colour, SUCCESS, "declined", "colour"),
    Case("nothing at all", _nothing, CANNOT_UNDERSTAND, UNREADABLE, ""),
]
