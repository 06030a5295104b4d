"""CheXpert as Stanford ships it (Irvin 2019): ``train.csv``, ``valid.csv``, and paths under ``CheXpert-v1.0(-small)/``."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from models.labels import LABELS
from models.training.table import DataRefused, Line, Row, dealt, lines

_FOLDERS = ("CheXpert-v1.0", "CheXpert-v1.0-small")
_COLUMNS = ("Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", *LABELS)
_PATH = re.compile(r"(?:[^/]+/)?((?:train|valid|test)/(patient\d+)/[^/]+/[^/]+)")
_SEXES = {"Female": "F", "Male": "M"}


def data_folder(folder: Path) -> Path:
    """Return where the tables lie: ``folder`` or the data set's own folder in it. Raises DataRefused if in neither."""
    for candidate in (folder, *(folder / name for name in _FOLDERS)):
        if (candidate / "train.csv").is_file():
            return candidate
    raise DataRefused(f"{folder} has no train.csv, nor has {' or '.join(_FOLDERS)} in it; name CheXpert's folder")


def image_folder(folder: Path) -> Path:
    """Return what the images' paths are relative to: the tables may also lie beside the data set's own folder."""
    own = (folder, *(folder / name for name in _FOLDERS))
    return next((candidate for candidate in own if (candidate / "train").is_dir()), folder)


def rows(folder: Path, *, frontal_only: bool, blanks: Literal["zeros", "ignore"], seed: int) -> Iterator[Row]:
    """Yield the images that ``folder`` lists; the patients of train.csv are dealt to "train" and "valid" by a seeded hash.

    The images of valid.csv, labelled by radiologists, are the "test" split. Raises DataRefused.
    """
    for name in ("train.csv", "valid.csv"):
        for line in lines(folder / name, _COLUMNS):
            side = line.text("Frontal/Lateral")
            if side not in {"Frontal", "Lateral"}:
                raise line.refused("Frontal/Lateral", f"{side!r} is neither Frontal nor Lateral")
            row = _row(line, "test" if name == "valid.csv" else "", blanks, seed)  # a lateral's cells are checked, too
            if side == "Frontal" or not frontal_only:
                yield row


def _row(line: Line, split: str, blanks: Literal["zeros", "ignore"], seed: int) -> Row:
    found = _PATH.fullmatch(line.text("Path"))
    if not found:
        raise line.refused("Path", "is not like CheXpert-v1.0/train/patient00001/study1/view1_frontal.jpg")
    labels, view = line.labels(), line.text("AP/PA")
    return Row(
        split=split or dealt(found[2], seed),
        file=found[1],
        # A blank says that the report did not mention it, which the published baselines count as absent.
        labels=[0.0 if np.isnan(value) else value for value in labels] if blanks == "zeros" else labels,
        patient=found[2],
        sex=_SEXES.get(line.text("Sex"), ""),
        age_years=line.number_or_nan("Age"),
        view=view if view in {"PA", "AP"} else "",
        source="",
        line=line,
        patient_column="Path",
    )
