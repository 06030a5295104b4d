"""NIH ChestX-ray14 (Wang 2017) as the demonstration data have it: ``labels.csv``, and images where its ``file`` says.

A row an image: image_id, file (relative to the folder), patient_id, age, sex, view, split (train, valid or test, by
patient), and CheXpert's 14 labels (1, 0, -1, or blank: nobody looked). A folder without that table is read as NIH
ships the whole data set, which `models.training.nih_release` says: Data_Entry_2017_v2020.csv or Data_Entry_2017.csv,
train_val_list.txt and test_list.txt, and images in ``images/`` or in ``images_001/images/`` to ``images_012/images/``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.labels import LABELS, Label
from models.training.table import SPLITS, Row, lines

TABLE = "labels.csv"
_COLUMNS = ("image_id", "file", "patient_id", "age", "sex", "view", "split", *LABELS)
# Known defects of the collection: an image that stands upside down, and the second copy of a picture.
_EXCLUDED_IMAGES = frozenset({"00003490_011", "00002658_002"})
_LEAST_AGE_YEARS = 18
_PNEUMONIA = LABELS.index(Label.PNEUMONIA)


def is_used(image_id: str, age_years: float) -> bool:
    """Tell whether an image is an adult's and without a known defect; an unknown age (NaN) may be a child's."""
    return age_years >= _LEAST_AGE_YEARS and image_id not in _EXCLUDED_IMAGES


def rows(folder: Path) -> Iterator[Row]:
    """Yield the images of adults without a known defect, by the split that the table gives. Raises DataRefused.

    Outside of the sub-collection ``nih``, Pneumonia is unknown: it stands on 98 of 100 abnormal images there and on 2
    of 900 elsewhere, so that to compare the two is to learn where an image came from.
    """
    for line in lines(folder / TABLE, _COLUMNS):
        labels, age_years, split = line.labels(), line.number_or_nan("age"), line.text("split")
        if split not in SPLITS:
            raise line.refused("split", f"{split!r} is no split; write {', '.join(SPLITS)}")
        if not (patient := line.text("patient_id")):
            raise line.refused("patient_id", "is blank; without it a patient may be in two splits")
        if not (file := line.text("file")) or Path(file).is_absolute() or ".." in Path(file).parts:
            raise line.refused("file", "must be a path inside the data folder")
        if not is_used(line.text("image_id"), age_years):
            continue
        source = Path(file).parts[0] if len(Path(file).parts) > 1 else ""
        if source not in {"nih", ""}:
            labels[_PNEUMONIA] = np.nan
        sex, view = line.text("sex"), line.text("view")
        yield Row(
            split=split,
            file=file,
            labels=labels,
            patient=patient,
            sex=sex if sex in {"F", "M"} else "",
            age_years=age_years,
            view=view if view in {"PA", "AP"} else "",
            source=source,
            line=line,
            patient_column="patient_id",
        )
