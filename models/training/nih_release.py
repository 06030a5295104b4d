"""NIH ChestX-ray14 as NIH ships it (Wang 2017): a table of words, two lists that split it, and twelve folders of images.

The folder holds ``Data_Entry_2017_v2020.csv`` or the older ``Data_Entry_2017.csv``; ``train_val_list.txt`` and
``test_list.txt``, an image's name a line; and the images as ``images/NAME.png`` or as ``images_001/images/NAME.png``
to ``images_012/images/NAME.png``.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from models.labels import LABELS, Label
from models.training.nih import TABLE, is_used
from models.training.table import DataRefused, Line, Row, dealt, lines

_TABLES = ("Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv")
_LISTS = ("train_val_list.txt", "test_list.txt")
_COLUMNS = ("Image Index", "Finding Labels", "Patient ID", "Patient Age", "View Position")
_SEXES = ("Patient Sex", "Patient Gender")  # copies differ in this column's name
_OPAQUE = Label.LUNG_OPACITY
_MEANS: dict[str, tuple[Label, ...]] = {
    "No Finding": (Label.NO_FINDING,),
    "Atelectasis": (Label.ATELECTASIS, _OPAQUE),
    "Cardiomegaly": (Label.CARDIOMEGALY,),
    "Consolidation": (Label.CONSOLIDATION, _OPAQUE),
    "Edema": (Label.EDEMA, _OPAQUE),
    "Effusion": (Label.PLEURAL_EFFUSION,),
    "Emphysema": (),
    "Fibrosis": (),
    "Hernia": (),
    "Infiltration": (_OPAQUE,),
    "Mass": (Label.LUNG_LESION, _OPAQUE),
    "Nodule": (Label.LUNG_LESION, _OPAQUE),
    "Pleural_Thickening": (Label.PLEURAL_OTHER,),
    "Pneumonia": (Label.PNEUMONIA, _OPAQUE),
    "Pneumothorax": (Label.PNEUMOTHORAX,),
}
_NOT_LOOKED_FOR = {Label.ENLARGED_CARDIOMEDIASTINUM, Label.FRACTURE, Label.SUPPORT_DEVICES}
_AGE = re.compile(r"(\d+(?:\.\d+)?)([YMWD]?)")  # the letters of PS3.5 6.2, AS
_UNITS_A_YEAR = {"": 1.0, "Y": 1.0, "M": 12.0, "W": 365.25 / 7, "D": 365.25}
_MOST_AGE_YEARS = 120


def rows(folder: Path, *, seed: int) -> Iterator[Row]:
    """Yield the images of adults without a known defect; the patients of train_val_list.txt are dealt by `table.dealt`.

    The images of test_list.txt are the "test" split. A label of 0 says that the program which read the reports did not
    find the word. Raises DataRefused, at the end where images of the table are in none of the folders.
    """
    table = next((folder / name for name in _TABLES if (folder / name).exists()), None)
    if table is None:
        raise DataRefused(f"{folder} has neither {TABLE} nor {' nor '.join(_TABLES)}; name the data set's folder")
    lists, folders = _lists(folder), _image_folders(folder)
    absent: list[int] = []
    for line in lines(table, _COLUMNS):
        name, labels, age_years, sex = line.text("Image Index"), _labels(line), _age_years(line), _sex(line)
        if (listed := lists.of(name)) is None:
            raise line.refused("Image Index", f"this image is in neither {' nor '.join(_LISTS)}; complete them")
        if not (patient := line.text("Patient ID")):
            raise line.refused("Patient ID", "is blank; without it a patient may be in two splits")
        if not is_used(Path(name).stem, age_years):
            continue
        if (lies_in := folders.of(name)) is None:
            absent.append(line.number)
            continue
        yield Row(
            split="test" if listed == "test_list.txt" else dealt(patient, seed),
            file=f"{lies_in}/{name}",
            labels=labels,
            patient=patient,
            sex=sex,
            age_years=age_years,
            view=view if (view := line.text("View Position")) in {"PA", "AP"} else "",
            source="",
            line=line,
            patient_column="Patient ID",
        )
    if absent:
        raise DataRefused(
            f"{table}: {len(absent)} of its images, that of line {absent[0]} first, are in no folder images or "
            "images_*/images; unpack all of NIH's archives, or take those lines out of the table"
        )


def _labels(line: Line) -> list[float]:
    found: set[Label] = set()
    for word in line.text("Finding Labels").split("|"):
        if (means := _MEANS.get(word.strip())) is None:
            raise line.refused("Finding Labels", f"{word!r} is no finding of NIH's; write {', '.join(_MEANS)}")
        found.update(means)
    return [np.nan if label in _NOT_LOOKED_FOR else float(label in found) for label in LABELS]


def _age_years(line: Line) -> float:
    """Return an age that is written 58, 058Y or 013M; NaN where it is blank, or beyond any age, as 411 is."""
    text = line.text("Patient Age")
    if not text:
        return np.nan
    if not (found := _AGE.fullmatch(text)):
        raise line.refused("Patient Age", f"{text!r} is no age; write years, or like 058Y or 013M, or leave it blank")
    age_years = float(found[1]) / _UNITS_A_YEAR[found[2]]
    return age_years if age_years <= _MOST_AGE_YEARS else np.nan


def _sex(line: Line) -> str:
    column = next((column for column in _SEXES if column in line.cells), None)
    if column is None:
        raise DataRefused(f"{line.file}, line 1: no column {' or '.join(map(repr, _SEXES))}; add it to the header")
    return sex if (sex := line.text(column)) in {"F", "M"} else ""


class _Groups:
    """Names by the group that has them: a dict of 112,120 names would take ten times as much as these sorted arrays."""

    def __init__(self, groups: Mapping[str, list[str]]) -> None:
        self._groups = tuple(groups)
        names = np.concatenate(
            [np.array([os.fsencode(name) for name in names], np.bytes_) for names in groups.values()]
        )
        order = np.argsort(names, kind="stable")
        self._names = names[order]
        self._group = np.repeat(np.arange(len(groups)), [len(names) for names in groups.values()])[order]

    def of(self, name: str) -> str | None:
        """Return the first group that has ``name``."""
        if len(key := os.fsencode(name)) > self._names.itemsize:
            return None  # NumPy would widen all of the array to compare it
        at = int(np.searchsorted(self._names, np.bytes_(key)))
        return self._groups[self._group[at]] if at < len(self._names) and self._names[at] == key else None


def _lists(folder: Path) -> _Groups:
    if absent := [name for name in _LISTS if not (folder / name).is_file()]:
        raise DataRefused(
            f"{folder} has no {' and no '.join(absent)}, which say what the test images are: get NIH's own"
        )
    try:
        listed = {name: (folder / name).read_text(encoding="utf-8-sig").split() for name in _LISTS}
    except (OSError, UnicodeDecodeError) as error:
        raise DataRefused(f"{folder}: {' or '.join(_LISTS)} cannot be read as UTF-8: {error}") from error
    if both := set.intersection(*map(set, listed.values())):
        raise DataRefused(f"{folder}: {len(both)} images are in {' and in '.join(_LISTS)}; leave each in one of them")
    return _Groups(listed)


def _image_folders(folder: Path) -> _Groups:
    found = [path for path in (folder / "images", *sorted(folder.glob("images_*/images"))) if path.is_dir()]
    if not found:
        raise DataRefused(
            f"{folder} has no folder images, nor images_001/images; unpack NIH's archives of images there"
        )
    try:
        return _Groups(
            {path.relative_to(folder).as_posix(): [image.name for image in path.iterdir()] for path in found}
        )
    except OSError as error:
        raise DataRefused(f"{folder}: the images cannot be listed: {error}") from error
