"""Reading and preparing a large radiograph, 2500 x 2048 and 12 bits, against the forward pass that it is read for."""

import subprocess
import time
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pydicom
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

from integrations.instance import read_radiograph
from models.classifier import Classifier
from models.radiograph import LONG_SIDE_PX
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.stage import dcmtk_version, model_folder
from tests.instances import DICOM

ROUNDS = 15
ROWS, COLUMNS = 2500, 2048
SMALL_PX = 512  # long side that a network alone could do with
SOURCE = "chest_RG1half_mono2_12bit_explicit_le"
DCMCJPEG = "/usr/bin/dcmcjpeg"


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Measure each encoding as the service reads it, then what a bound on the size would gain."""
    classifier = Classifier.load(model_folder())
    preprocessing = classifier.manifest.preprocessing
    figures = []
    files = make_files(scratch)
    cases = [(name, path, LONG_SIDE_PX) for name, path in files.items()]
    cases += [(f"{name} at {SMALL_PX} px", files[name], SMALL_PX) for name in ("uncompressed", "jpeg2000")]
    for name, path, bound in cases:
        reading, forward = [], []
        for _ in range(4 if quick else ROUNDS):
            begun = time.perf_counter()
            x = preprocessing(read_radiograph(path, bound))
            read = time.perf_counter()
            classifier.engine(x)
            reading.append(read - begun)
            forward.append(time.perf_counter() - read)
        size = f"{path.stat().st_size / 1e6:.1f} MB, {ROWS} x {COLUMNS}, 12 bits"
        key = "reading.vs_forward" if name == "uncompressed" else ""
        note = f"{classifier.engine.name}, fp32, {classifier.input_px} px: {median(forward[1:]) * 1000:.0f} ms; uncompressed: less than 1"
        figures += [
            Figure(f"reading and preparing, {name}", median(reading[1:]) * 1000, "ms", size),
            Figure(f"... over a forward pass, {name}", median_ratio(reading[1:], forward[1:]), "x time", note, key),
        ]
    return figures


def make_files(folder: Path) -> dict[str, Path]:
    """Write a real radiograph, enlarged and with the grain of a detector, in several encodings without loss."""
    dataset = pydicom.dcmread(DICOM / f"{SOURCE}.dcm")
    large = cv2.resize(dataset.pixel_array.astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    large += np.random.default_rng(0).normal(0, 8, large.shape)
    dataset.Rows, dataset.Columns = large.shape
    dataset.PixelData = np.clip(np.rint(large), 0, 4095).astype(np.uint16).tobytes()
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(prefix=None)
    names = ("uncompressed", "jpeg2000", "jpeg_ls", "rle", "jpeg_lossless")
    files = {name: folder / f"{name}.dcm" for name in names}
    dataset.save_as(files["uncompressed"], enforce_file_format=True)
    for name, syntax in (("jpeg2000", JPEG2000Lossless), ("jpeg_ls", JPEGLSLossless), ("rle", RLELossless)):
        compressed = pydicom.dcmread(files["uncompressed"])
        compressed.compress(syntax, generate_instance_uid=False)
        compressed.save_as(files[name], enforce_file_format=True)
    dcmtk_version(DCMCJPEG)
    subprocess.run([DCMCJPEG, "+e1", files["uncompressed"], files["jpeg_lossless"]], check=True, timeout=60)
    return files
