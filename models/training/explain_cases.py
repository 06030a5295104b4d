"""Which findings of which radiographs an explanation check looks at: some on record, and all that radiologists boxed."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.labels import LABELS, Label
from models.registry import Manifest, Output, Tier
from models.training.dataset import DataRefused, Table
from models.training.faithfulness import ORIGINAL_PX, Box
from models.training.table import Line

_COLUMNS = ("chexpert_label", "x", "y", "w", "h", "file")
_SIZE = ("image_width", "image_height")
NOT_ASSESSED, NOT_IN_DATA = "the label is not assessed", "the image is not in the data set, or not an adult's"


@dataclass(frozen=True, slots=True)
class Case:
    """One finding of one radiograph, in ``split`` of its data set, to be explained by the model's ``output``."""

    path: Path
    name: str
    patient: str
    split: str
    output: Output
    boxes: tuple[Box, ...] = ()


def on_record(table: Table, manifest: Manifest, count: int) -> list[Case]:
    """Return up to ``count`` findings of the test split that the model speaks on, labels taking turns, a patient once.

    No Finding has no place, and is left out.
    """
    random = np.random.default_rng(0)
    waiting = {
        output: random.permutation(np.flatnonzero(table.labels[:, LABELS.index(output.label)] == 1)).tolist()
        for output in manifest.outputs
        if output.tier is not Tier.NOT_ASSESSED and output.label is not Label.NO_FINDING
    }
    chosen: dict[str, Case] = {}
    while len(chosen) < count and any(waiting.values()):
        for output, rows in waiting.items():
            while rows and table.patients[rows[-1]] in chosen:
                rows.pop()
            if rows:
                case = _case(table, "test", rows.pop(), output)
                chosen[case.patient] = case
    return list(chosen.values())[:count]


def boxed(
    file: Path, tables: Mapping[str, Table], manifest: Manifest, *, original_px: int | None = ORIGINAL_PX
) -> tuple[list[Case], dict[str, int]]:
    """Return the boxed findings that the model speaks on, and how many boxes were left out, by why.

    ``file`` has a line a box: the label, its ``x, y, w, h``, the radiograph's path in the data set, and the size of the
    image that these are pixels of; without it, that is ``original_px`` on a side (as in NIH's BBox_List_2017).
    Raises DataRefused where it is not so.
    """
    marked: dict[tuple[str, Label], list[Box]] = {}
    for line in _lines(file, () if original_px else _SIZE):
        label = line.text("chexpert_label")
        if label not in LABELS:
            raise line.refused("chexpert_label", f"{label!r} is none of the 14 labels")
        own = _SIZE[0] in line.cells
        width, height = (line.number_or_nan(column) if own else float(original_px or 0) for column in _SIZE)
        x, y, w, h = (line.number_or_nan(column) for column in ("x", "y", "w", "h"))
        if not (width > 0 and height > 0):
            raise line.refused(_SIZE[0], "an image must have a size")
        try:
            box = Box(x / width, y / height, w / width, h / height)
        except ValueError as error:
            raise line.refused("x", f"{error}; write pixels of an image of {width:g} x {height:g}") from error
        marked.setdefault((line.text("file"), Label(label)), []).append(box)
    found = {
        table.files[row].decode(): (split, int(row))
        for split, table in tables.items()
        for row in np.flatnonzero(np.isin(table.files, [name.encode() for name, _ in marked]))
    }
    outputs = {output.label: output for output in manifest.outputs}
    left_out = {NOT_ASSESSED: 0, NOT_IN_DATA: 0}
    cases = []
    for (name, label), boxes in marked.items():
        if outputs[label].tier is Tier.NOT_ASSESSED:
            left_out[NOT_ASSESSED] += len(boxes)
        elif name not in found:
            left_out[NOT_IN_DATA] += len(boxes)
        else:
            split, row = found[name]
            cases.append(_case(tables[split], split, row, outputs[label], tuple(boxes)))
    return cases, left_out


def _case(table: Table, split: str, row: int, output: Output, boxes: tuple[Box, ...] = ()) -> Case:
    return Case(table.path(row), table.files[row].decode(), str(table.patients[row]), split, output, boxes)


def _lines(file: Path, more: Sequence[str]) -> Iterator[Line]:
    with file.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.DictReader(opened)
        if missing := [column for column in (*_COLUMNS, *more) if column not in (reader.fieldnames or ())]:
            raise DataRefused(f"{file}, line 1: no column {', '.join(map(repr, missing))}; add it to the header")
        for cells in reader:
            yield Line(file, reader.line_num, cells)
