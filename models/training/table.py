"""The labels of a data set as compact columns, read line by line: a million images take a few hundred bytes each."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.labels import LABELS, Label

UncertainAs = Literal["ignore", "zeros", "ones"]
Policy = UncertainAs | Mapping[Label, UncertainAs]
"""What an uncertain label (-1) is taken for in "train": one for all, or by label (Irvin 2019, U-Ignore, U-Zeros, U-Ones)."""
SPLITS = ("train", "valid", "test")

_LABEL_VALUES = {"": np.nan, "1": 1.0, "1.0": 1.0, "0": 0.0, "0.0": 0.0, "-1": -1.0, "-1.0": -1.0}
_UNCERTAIN = {"ignore": np.nan, "zeros": 0.0, "ones": 1.0}
_VALID_SHARE = 0.1  # of the patients that are dealt
_CHUNK = 1 << 12  # rows that are held as Python objects at a time


class DataRefused(ValueError):
    """A data set is not what it should be; says file, line, column, and what to do. Raised before any training."""


@dataclass(frozen=True, slots=True)
class Table:
    """One split. ``labels`` float32 (N, 14) are 1, 0, or NaN where nobody looked or an uncertain label is ignored.

    ``files`` (N,) are paths relative to ``folder``, in UTF-8; ``sexes`` are "F", "M" or ""; ``ages_years`` float32, NaN
    unknown; ``views`` are "PA", "AP" or ""; ``sources`` name the part of a collection that an image came from ("" if
    there is one only): a shortcut to watch.
    """

    files: npt.NDArray[np.bytes_]
    labels: npt.NDArray[np.float32]
    patients: npt.NDArray[np.str_]
    sexes: npt.NDArray[np.str_]
    ages_years: npt.NDArray[np.float32]
    views: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]
    folder: Path

    def __len__(self) -> int:
        return len(self.files)

    def path(self, row: int) -> Path:
        """Return where the image of ``row`` lies."""
        return self.folder / str(self.files[row].decode())

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Table":
        """Return the table of these ``rows`` only."""
        return Table(**{name: getattr(self, name)[rows] for name in _COLUMNS}, folder=self.folder)


_COLUMNS = tuple(f.name for f in fields(Table) if f.name != "folder")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table on disk, which knows where it stands."""

    file: Path
    number: int
    cells: Mapping[str, str | None]

    def text(self, column: str) -> str:
        """Return a cell, stripped; raises DataRefused where the line ends before it."""
        cell = self.cells[column]
        if cell is None:
            raise self.refused(column, "the line ends before this column; complete it")
        return cell.strip()

    def number_or_nan(self, column: str) -> float:
        """Return a cell as a number, NaN if blank; raises DataRefused where it is neither."""
        text = self.text(column)
        try:
            return float(text) if text else np.nan
        except ValueError as error:
            raise self.refused(column, f"{text!r} is no number; write one, or leave it blank") from error

    def labels(self) -> list[float]:
        """Return the 14 labels: 1, 0, -1 (uncertain) or NaN (blank); raises DataRefused on anything else."""
        values = []
        for label in LABELS:
            value = _LABEL_VALUES.get(text := self.text(label))
            if value is None:
                raise self.refused(label, f"{text!r} is no label; write 1, 0, -1 or leave it blank")
            values.append(value)
        return values

    def refused(self, column: str, why: str) -> DataRefused:
        """Return the error that names this place."""
        return DataRefused(f"{self.file}, line {self.number}, column {str(column)!r}: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """One image before it joins its split's table: labels may still be -1; ``patient_column`` is where its patient stood."""

    split: str
    file: str
    labels: list[float]
    patient: str
    sex: str
    age_years: float
    view: str
    source: str
    line: Line
    patient_column: str


def lines(file: Path, columns: Iterable[str]) -> Iterator[Line]:
    """Yield the lines of a CSV; raises DataRefused where it cannot be read or lacks one of ``columns``."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            missing = [c for c in columns if c not in (reader.fieldnames or ())]
            if missing:
                raise DataRefused(
                    f"{file}, line 1: no column {', '.join(repr(str(c)) for c in missing)}; add it to the header"
                )
            for cells in reader:
                yield Line(file, reader.line_num, cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataRefused(f"{file} cannot be read as a CSV in UTF-8: {error}") from error


def dealt(patient: str, seed: int) -> str:
    """Return "train" or "valid" for a patient, by a seeded hash: the same one whatever else the table holds."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed} {patient}".encode()).digest()[:8]) / 2**64
    return "valid" if drawn < _VALID_SHARE else "train"


def collect(rows: Iterable[Row], folder: Path, uncertain: Policy) -> dict[str, Table]:
    """Return the tables of "train", "valid" and "test"; raises DataRefused where one is empty or two share a patient.

    ``uncertain`` holds in "train". An invented answer must not choose epochs or thresholds, nor judge: in "valid" and
    "test" an uncertain label is unknown.
    """
    chunks: dict[str, list[Table]] = {split: [] for split in SPLITS}
    seen: dict[str, tuple[str, Line]] = {}
    instead = {split: _instead(uncertain if split == "train" else "ignore") for split in SPLITS}
    rows = iter(rows)
    while chunk := list(islice(rows, _CHUNK)):
        for row in chunk:
            _refuse_second_split(row, seen)
        for split in SPLITS:
            if own := [row for row in chunk if row.split == split]:
                chunks[split].append(_table(own, folder, instead[split]))
    for split in SPLITS:
        if not chunks[split]:
            raise DataRefused(f"{folder} has no usable image in split {split!r}; more patients are needed")
    return {
        split: Table(**{name: np.concatenate([getattr(t, name) for t in tables]) for name in _COLUMNS}, folder=folder)
        for split, tables in chunks.items()
    }


def _refuse_second_split(row: Row, seen: dict[str, tuple[str, Line]]) -> None:
    # The message names lines, for a patient's identifier does not belong into a log.
    split, line = seen.setdefault(row.patient, (row.split, Line(row.line.file, row.line.number, {})))
    if split != row.split:
        raise row.line.refused(
            row.patient_column,
            f"this patient is in split {row.split!r} here and in {split!r} in {line.file.name}, line {line.number}; "
            "give all images of a patient to one split",
        )


def _instead(uncertain: Policy) -> npt.NDArray[np.float32]:
    by_label = uncertain if isinstance(uncertain, Mapping) else dict.fromkeys(LABELS, uncertain)
    return np.array([_UNCERTAIN[by_label.get(label, "ignore")] for label in LABELS], np.float32)


def _table(rows: list[Row], folder: Path, instead: npt.NDArray[np.float32]) -> Table:
    labels = np.array([row.labels for row in rows], np.float32)
    return Table(
        files=np.array([row.file.encode() for row in rows]),
        labels=np.where(labels == -1, instead, labels),
        patients=np.array([row.patient for row in rows]),
        sexes=np.array([row.sex for row in rows]),
        ages_years=np.array([row.age_years for row in rows], np.float32),
        views=np.array([row.view for row in rows]),
        sources=np.array([row.source for row in rows]),
        folder=folder,
    )
