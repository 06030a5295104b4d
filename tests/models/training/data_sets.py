"""Small data sets in the layouts of CheXpert, of the NIH demonstration data and of NIH's own release, made of four real radiographs."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from models.labels import LABELS

NIH = Path(__file__).parents[2] / "data" / "nih"
CHEXPERT_COLUMNS = ("Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", *LABELS)


def chexpert_row(patient, *, part="train", side="frontal", view=1, prefix="CheXpert-v1.0-small", **cells):
    path = f"{prefix}/{part}/patient{patient:05}/study1/view{view}_{side}.jpg"
    row = {"Path": path, "Sex": "Female", "Age": "60", "Frontal/Lateral": side.title(), "AP/PA": "AP"}
    return dict.fromkeys(LABELS, "") | row | {name.replace("_", " "): value for name, value in cells.items()}


def write_csv(file, rows, columns=None):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, columns or rows[0], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_chexpert(folder, train=48, test=16, side_px=64, *, seed=0):
    """Write a frontal image each of ``train`` patients to learn from and ``test`` to judge by: whole, labelled at random."""
    random = np.random.default_rng(seed)
    pictures = [Image.open(path).convert("L") for path in sorted(NIH.glob("*.jpg"))]
    for name, part, numbers in (
        ("train.csv", "train", range(train)),
        ("valid.csv", "valid", range(90000, 90000 + test)),
    ):
        said = ("1.0", "0.0", "-1.0", "") if part == "train" else ("1.0", "0.0")
        rows = [chexpert_row(n, part=part, **{label: random.choice(said) for label in LABELS}) for n in numbers]
        write_csv(folder / name, rows, CHEXPERT_COLUMNS)
        for number, row in enumerate(rows):
            file = folder / row["Path"].partition("/")[2]
            file.parent.mkdir(parents=True)
            left = random.integers(0, 64)
            box = (left, left, left + 400, left + 400)
            pictures[number % len(pictures)].resize((side_px, side_px), Image.Resampling.BOX, box).save(file)


def write_nih(folder, count=24, side_px=48, *, source="nih", seed=0):
    """Write ``count`` images of as many patients: a half to train, a quarter each to valid and test."""
    random = np.random.default_rng(seed)
    (folder / source).mkdir(parents=True)
    pictures = [Image.open(path).convert("L") for path in sorted(NIH.glob("*.jpg"))]
    rows = []
    for number in range(count):
        name = f"{number:08}_000"
        left = random.integers(0, 64)
        box = (left, left, left + 400, left + 400)
        picture = pictures[number % len(pictures)].resize((side_px, side_px), Image.Resampling.BOX, box)
        picture.save(folder / source / f"{name}.jpg", quality=92)
        sick = number % 3 == 0
        row = {
            "image_id": name, "file": f"{source}/{name}.jpg", "patient_id": str(number), "age": "50", "sex": "F",
            "view": "PA", "split": ("train", "train", "valid", "test")[number // 3 % 4],
        }  # fmt: skip
        labels = dict.fromkeys(LABELS, "") | {
            "No Finding": str(int(not sick)),
            "Edema": str(int(sick)),
            "Pneumonia": "1",
        }
        rows.append(row | labels)
    write_csv(folder / "labels.csv", rows)
    return rows


def nih_entry(number, *, view=0, **cells):
    row = {
        "Image Index": f"{number:08}_{view:03}.png", "Finding Labels": "No Finding", "Follow-up #": str(view),
        "Patient ID": str(number), "Patient Age": "58", "Patient Sex": "M", "View Position": "PA",
        "OriginalImage[Width": "2682", "Height]": "2749", "OriginalImagePixelSpacing[x": "0.143", "y]": "0.143", "": "",
    }  # fmt: skip
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def write_nih_release(folder, rows, *, test=(), table="Data_Entry_2017_v2020.csv", images=("images",)):
    """Write what NIH ships: the patients numbered ``test`` are its test list, images go round the folders ``images``."""
    write_csv(folder / table, rows)
    picture = Image.open(min(NIH.glob("*.jpg"))).convert("L").resize((32, 32))
    for number, row in enumerate(rows):
        file = folder / images[number % len(images)] / row["Image Index"]
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file)
    for name, is_test in (("train_val_list.txt", False), ("test_list.txt", True)):
        listed = [row["Image Index"] for row in rows if (int(row["Image Index"][:8]) in test) == is_test]
        (folder / name).write_text("\n".join(listed) + "\n")
