"""A folder of radiographs with a ``labels.csv``, read once and held as small grey images."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from models.labels import LABELS
from models.preprocess import reduce_by_area

# Known defects of the demonstration data: an image that stands upside down, and the second copy of a picture.
EXCLUDED_IMAGES = frozenset({"00003490_011", "00002658_002"})
LEAST_AGE_YEARS = 18


@dataclass(frozen=True, slots=True)
class Split:
    """One split: ``images`` float32 (N, px, px) in [0, 1], ``labels`` float32 (N, 14), NaN where nobody looked.

    ``patients`` (N,) and ``sources`` (N,), the image's folder, are strings.
    """

    images: npt.NDArray[np.float32]
    labels: npt.NDArray[np.float32]
    patients: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]


def read_split(folder: Path, split: str, side_px: int) -> Split:
    """Read ``split`` ("train", "valid" or "test": by patient, as the table has it), reduced to ``side_px`` by area."""
    rows = [row for row in _rows(folder) if row["split"] == split and usable(row)]
    if not rows:
        raise ValueError(f"{folder / 'labels.csv'} has no usable image in split {split!r}")
    return Split(
        images=np.stack([_read_image(folder / row["file"], side_px) for row in rows]),
        labels=np.array([[_label(row[label]) for label in LABELS] for row in rows], np.float32),
        patients=np.array([row["patient_id"] for row in rows]),
        sources=np.array([Path(row["file"]).parts[0] for row in rows]),
    )


def usable(row: dict[str, str]) -> bool:
    """Tell whether an image counts: an adult's, and without a known defect. The intended use is adults."""
    return int(row["age"]) >= LEAST_AGE_YEARS and row["image_id"] not in EXCLUDED_IMAGES


def _rows(folder: Path) -> Iterable[dict[str, str]]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _label(text: str) -> float:
    return float(text) if text else float("nan")


def _read_image(path: Path, side_px: int) -> npt.NDArray[np.float32]:
    with Image.open(path) as image:
        return reduce_by_area(np.asarray(image.convert("L"), np.float32) / 255.0, side_px)
