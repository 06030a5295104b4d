"""Real DICOM files with UIDs of their own, so that tests do not meet in one database or PACS."""

from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

DICOM = Path(__file__).parent / "data" / "dicom"
CARDIOMEGALY = "chest_nih_00000001_000_dx_cardiomegaly"
EFFUSION = "chest_nih_00000061_002_dx_effusion"
CR_RLE = "chest_RG1half_mono1_12bit_rle"
CT = "reject_nih_modality_ct"


def make_instance(
    folder: Path, source: str = CARDIOMEGALY, *, name: str = "image.dcm", keep_uids: bool = False, **elements: object
) -> Path:
    """Write a copy of ``source`` with fresh UIDs and the given elements, and return its path."""
    dataset = pydicom.dcmread(DICOM / f"{source}.dcm" if not source.endswith(".dcm") else source)
    if not keep_uids:
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(dataset, keyword, generate_uid(prefix=None))
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    path = folder / name
    dataset.save_as(path, enforce_file_format=True)
    return path
