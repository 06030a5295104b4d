"""The validators of others, where they are installed: dciodvfy (dicom3tools), dsrdump (dcmtk), and PixelMed's for Structured Reports."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.uid import Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage

_PATIENCE_S = 180
_DOCUMENTS = (Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage)
_JARS = tuple(Path("/usr/share/java") / f"{name}.jar" for name in ("pixelmed", "hsqldb", "jaxb-api"))
_UNLIMITED = [f"-Djdk.xml.{limit}=0" for limit in ("xpathTotalOpLimit", "xpathExprOpLimit", "xpathExprGrpLimit")]
_EXTENSIBLE = "not found in context group 100"
"""PixelMed calls a Procedure reported outside of CID 100 an error; that group is extensible, and has no code of a chest radiograph."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one validator says of a file: its ``errors``, none where it has nothing against it."""

    validator: str
    errors: tuple[str, ...]


def judgements(file: Path) -> Iterator[Judgement]:
    """Yield what each installed validator says; those that are not installed say nothing. PixelMed takes some ten seconds."""
    is_document = pydicom.dcmread(file, stop_before_pixels=True).get("SOPClassUID") in _DOCUMENTS
    if program := shutil.which("dciodvfy"):
        yield _judged("dciodvfy", [program, "-new", str(file)])
    if is_document and (program := shutil.which("dsrdump")):
        yield _judged("dsrdump", [program, str(file)])
    if is_document and (java := shutil.which("java")) and all(jar.exists() for jar in _JARS):
        path = ":".join(map(str, _JARS))
        command = [java, "-Xmx2g", *_UNLIMITED, "-cp", path, "com.pixelmed.validate.DicomSRValidator", str(file)]
        yield _judged("PixelMed", command)


def _judged(validator: str, command: list[str]) -> Judgement:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=_PATIENCE_S)
    lines = (done.stdout + done.stderr).splitlines()
    errors = [line for line in lines if line.startswith(("Error", "E:", "F:")) or "Exception" in line]
    errors = [line for line in errors if _EXTENSIBLE not in line]
    # dciodvfy ends with 1 for what it calls an error, and sometimes with 0.
    if done.returncode and not errors:
        errors = [f"ended with status {done.returncode}"]
    return Judgement(validator, tuple(errors))
