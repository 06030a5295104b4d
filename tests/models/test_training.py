import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.assessment import ModelIdentity
from models.labels import LABELS, Label
from models.preprocess import Preprocessing
from models.registry import Manifest, load_model
from models.training import metrics
from models.training.calibrate import outputs, platt
from models.training.card import render_card
from models.training.dataset import Split, read_split
from models.training.evaluate import write_folder
from models.training.metrics import auroc, by_patient, choose_threshold, sensitivity, specificity
from models.training.train import Stage, train

NIH = Path(__file__).parents[1] / "data" / "nih"
RANDOM = np.random.default_rng(0)


@pytest.fixture
def folder(tmp_path):
    """Return a data folder with every split made of the same four radiographs."""
    rows = []
    for path in sorted(NIH.glob("*.jpg")):
        for split in ("train", "valid", "test"):
            row = dict.fromkeys(LABELS, "0") | {Label.FRACTURE: "", Label.EDEMA: "1" if "061" in path.stem else "0"}
            rows.append(
                row | {"image_id": path.stem, "file": path.name, "patient_id": "1", "age": "50", "split": split}
            )
        Image.open(path).resize((64, 64)).save(tmp_path / path.name)
    rows.append(rows[0] | {"age": "17"})
    rows.append(rows[0] | {"image_id": "00003490_011"})
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path


def synthetic(images):
    labels = (RANDOM.random((images, 14)) < 0.4).astype(np.float32)
    labels[:, LABELS.index(Label.FRACTURE)] = np.nan
    patients = np.array([str(i // 2) for i in range(images)])
    return Split(RANDOM.random((images, 16, 16), np.float32), labels, patients, patients)


def test_a_split_leaves_out_children_and_known_defects_and_keeps_blanks_apart(folder):
    split = read_split(folder, "train", 64)
    assert split.images.shape == (4, 64, 64)
    assert 0 <= split.images.min() < split.images.max() <= 1
    assert np.isnan(split.labels[:, LABELS.index(Label.FRACTURE)]).all()
    assert split.labels[:, LABELS.index(Label.EDEMA)].sum() == 2


def test_a_training_run_leaves_a_model_folder_that_loads(folder, tmp_path, capsys):
    train(folder, tmp_path / "run", [Stage(1, 32)], batch=2, seed=1)
    assert "epoch  1 at 32 px" in capsys.readouterr().out
    splits = {name: read_split(folder, name, 64) for name in ("train", "valid", "test")}
    write_folder(tmp_path / "model", tmp_path / "run" / "last.safetensors", "0", 32, splits)
    manifest, _, _ = load_model(tmp_path / "model")
    reasons = {output.label: output.not_assessed_because for output in manifest.outputs}
    assert "no label" in reasons[Label.FRACTURE]
    assert "where an image came from" in reasons[Label.PNEUMONIA] or "no label" in reasons[Label.PNEUMONIA]
    assert "too few positives" in reasons[Label.EDEMA]


def test_labels_no_better_than_chance_are_not_assessed_and_the_card_says_so(monkeypatch):
    monkeypatch.setattr(metrics, "DRAWS", 60)
    splits = {name: synthetic(80) for name in ("train", "valid", "test")}
    logits = {name: np.nan_to_num(split.labels) * 3 + RANDOM.normal(size=(80, 14)) for name, split in splits.items()}
    blind = LABELS.index(Label.EDEMA)
    logits["valid"][:, blind] = -logits["valid"][:, blind]
    manifest = Manifest(
        name="m",
        version="1",
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(64, 128),
        weights_sha256="0" * 64,
        outputs=tuple(outputs(splits, logits["valid"])),
    )
    assert manifest.outputs[LABELS.index(Label.CARDIOMEGALY)].operating_point
    assert "no better than chance" in manifest.outputs[blind].not_assessed_because
    card = render_card(manifest, ModelIdentity("m", "1", "d" * 64), splits, logits["test"], [(0, 3), (4, 4)])
    assert "- **Edema**: on validation" in card
    assert "| Cardiomegaly | " in card
    assert "50% have their strongest cell in" in card
    assert "nan" not in card


def test_auroc_counts_ties_half():
    assert auroc(np.array([0, 0, 1, 1.0]), np.array([1, 2, 2, 3.0])) == 0.875
    assert np.isnan(auroc(np.ones(3), np.arange(3.0)))


def test_threshold_respects_the_specificity_asked_for():
    truth, score = np.array([0, 0, 0, 0, 1, 1.0]), np.array([0.1, 0.2, 0.3, 0.6, 0.5, 0.7])
    for least in (0.0, 0.75, 0.9):
        called = (score >= choose_threshold(truth, score, least_specificity=least)).astype(float)
        assert specificity(truth, called) >= least
    loose = (score >= choose_threshold(truth, score, least_specificity=0.7)).astype(float)
    assert sensitivity(truth, loose) == 1


def test_platt_finds_the_scale_of_scores_that_are_too_sure():
    logits = RANDOM.normal(size=4000) * 4
    truth = (RANDOM.random(4000) < 1 / (1 + np.exp(-logits / 4 - 0.5))).astype(float)
    slope, intercept = platt(truth, logits)
    assert abs(slope - 0.25) < 0.05
    assert abs(intercept - 0.5) < 0.15


def test_intervals_are_wider_when_images_belong_to_few_patients():
    truth = np.repeat(RANDOM.random(30) < 0.5, 10).astype(float)
    score = truth + np.repeat(RANDOM.normal(size=30), 10)
    few = by_patient(auroc, truth, score, np.repeat(np.arange(30), 10).astype(str))
    many = by_patient(auroc, truth, score, np.arange(300).astype(str))
    assert few.value == many.value
    assert few.high - few.low > 1.5 * (many.high - many.low)
