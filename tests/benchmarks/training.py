"""A training step: how much of its time is forward, backward and optimizer, and how much is waiting for images."""

import csv
import shutil
from pathlib import Path

from PIL import Image

from models.labels import LABELS
from models.training.recipe import CURVES, TrainConfig
from models.training.train import train
from tests.benchmarks.figures import Figure
from tests.conftest import DATA

IMAGES, SIDE_PX, BATCH, INPUT_PX = 256, 1024, 32, 128


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Train over JPEGs of the size that NIH ships, all of them decoded once (first epoch) and then kept (second)."""
    data, out = scratch / "data", scratch / "run"
    count = 2 * BATCH if quick else IMAGES
    write_images(data, count)
    stages = (f"2x{INPUT_PX}/32",)
    train(TrainConfig.model_validate({"data": "nih", "folder": data, "stages": stages, "batch": BATCH}), out)
    with (out / CURVES).open(newline="") as file:
        epochs = list(csv.DictReader(file))
    seconds = sum(float(e["seconds"]) for e in epochs)
    loading_s = sum(float(e["seconds"]) * float(e["loading_share"]) for e in epochs)
    first, second = (1 - float(e["loading_share"]) for e in epochs)
    how = f"ResNet50, batch {BATCH}, {INPUT_PX} px, from JPEGs of {SIDE_PX} px"
    return [
        Figure("training, images a second", len(epochs) * count / seconds, "1/s", how),
        Figure("training, computing in the first epoch", first, "of its time", "each image decoded"),
        Figure("training, computing in the second epoch", second, "of its time", "images kept from the first"),
        Figure(
            "training, computing",
            1 - loading_s / seconds,
            "of its time",
            "forward, backward, optimizer; at least 0.85",
            "training.compute_share",
        ),
    ]


def write_images(folder: Path, count: int) -> None:
    """Write ``count`` images to train on and a few to validate with, copies of four radiographs under names of their own."""
    folder.mkdir()
    pictures = []
    for number, path in enumerate(sorted((DATA / "nih").glob("*.jpg"))):
        pictures.append(folder / f"{number}.jpg")
        with Image.open(path) as image:
            image.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC).save(pictures[-1], quality=92)
    fixed = {"age": "50", "sex": "F", "view": "PA"}
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["image_id", "file", "patient_id", "split", *fixed, *LABELS])
        writer.writeheader()
        for number in range(count + 16):
            name = f"p{number:05}"
            shutil.copyfile(pictures[number % len(pictures)], folder / f"{name}.jpg")
            split = "train" if number < count else ("valid", "test")[number % 2]
            labels = {label: str(int((number + i) % 3 == 0)) for i, label in enumerate(LABELS)}
            writer.writerow(
                {"image_id": name, "file": f"{name}.jpg", "patient_id": name, "split": split} | fixed | labels
            )
