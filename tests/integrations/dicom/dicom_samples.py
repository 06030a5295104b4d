"""The real files of the test data, altered copies of them, and DICOM's validator."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

from models.assessment import ModelIdentity

FOLDER = Path(__file__).parents[2] / "data" / "dicom"
CHESTS = sorted(FOLDER.glob("chest_*.dcm"))
REJECTS = sorted(FOLDER.glob("reject_*.dcm"))
PLAIN = FOLDER / "chest_nih_00000061_002_mono1_8bit_explicit_le.dcm"
ENCAPSULATED = FOLDER / "chest_nih_00000061_002_mono2_8bit_jpeg_baseline.dcm"
MODEL = ModelIdentity("demo", "0.1", "ab" * 32)


def altered(
    path: Path, pixels: np.ndarray | None = None, *, syntax: UID = ExplicitVRLittleEndian, **values: Any
) -> Path:
    """Write the plain chest radiograph to ``path`` with other attributes (None deletes) and, where given, other pixels."""
    dataset = pydicom.dcmread(PLAIN)
    if pixels is not None:
        dataset.Rows, dataset.Columns = pixels.shape
        dataset.BitsAllocated = dataset.BitsStored = pixels.dtype.itemsize * 8
        dataset.HighBit = dataset.BitsStored - 1
        dataset.PixelRepresentation = int(np.issubdtype(pixels.dtype, np.signedinteger))
        dataset["PixelData"].VR = "OW"
        dataset.PixelData = pixels.tobytes()
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=[path.name])
    for keyword, value in values.items():
        if value is None:
            del dataset[keyword]
        elif dictionary_VR(keyword) == "US or SS":
            dataset.add_new(keyword, "US", value)
        else:
            setattr(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path, enforce_file_format=True)
    return path


def sent(path: Path, **values: bytes | None) -> Path:
    """Write the plain chest radiograph to ``path`` with attributes whose values are these very bytes, right or wrong; None deletes."""
    dataset = pydicom.dcmread(PLAIN)
    for keyword, value in values.items():
        tag, vr = Tag(keyword), dictionary_VR(keyword)
        dataset.pop(tag, None)
        if value is not None:
            dataset[tag] = RawDataElement(
                tag, vr[:2], len(value), value, 0, is_implicit_VR=False, is_little_endian=True
            )
    dataset.save_as(path)
    return path


def validator_errors(path: Path) -> list[str]:
    """Return what dciodvfy calls an error; it does not always say so by its exit code."""
    program = shutil.which("dciodvfy")
    assert program, "dciodvfy is missing: apt-get install dicom3tools"
    done = subprocess.run([program, path], capture_output=True, text=True, errors="replace", check=False)
    errors = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
    return errors or ([f"exit code {done.returncode}"] if done.returncode else [])
