"""The radiograph that results are made of, as far as they need it: its header, read once for all of them, and its pixels' hash."""

from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID

from integrations.damage import damage_is_unreadable
from integrations.lossy import lossy_method
from integrations.part10 import read_header, read_part10


@dataclass(frozen=True, slots=True)
class SourceImage:
    """A received radiograph. ``header`` ends before Pixel Data; ``pixel_sha256`` is as `StoredObject` has it, ``lost_by`` as `lossy_method`.

    ``header`` is undecoded as long as nobody asks it for a value: a builder takes a copy of it by ``undecoded``.
    """

    header: Dataset
    pixel_sha256: str
    transfer_syntax_uid: UID
    lost_by: str = ""

    def undecoded(self) -> Dataset:
        """Return a copy of the header whose values are decoded without those of the header; the bytes are shared."""
        copied = Dataset(dict(self.header.items()), parent_encoding=self.header.original_character_set)
        is_implicit_vr, is_little_endian = self.header.original_encoding
        copied.set_original_encoding(is_implicit_vr, is_little_endian, self.header.original_character_set)
        return copied


def read_source(path: Path, pixel_sha256: str = "") -> SourceImage:
    """Read the header of a radiograph, and hash its pixels where ``pixel_sha256`` is not on record.

    Raises Unreadable where it cannot be read again.
    """
    if pixel_sha256:
        header, syntax = read_header(path), UID(str(read_file_meta_info(path).TransferSyntaxUID))
    else:
        stored = read_part10(path)
        header, pixel_sha256, syntax = stored.dataset, stored.pixel_sha256, stored.transfer_syntax_uid
    with damage_is_unreadable():
        lost_by = lossy_method(syntax, lambda: get_frame(dcmread(path).PixelData, 0, number_of_frames=1))
    return SourceImage(header, pixel_sha256, syntax, lost_by)
