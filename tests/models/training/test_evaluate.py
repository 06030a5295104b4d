import json
import math
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load, load_file, save_file

from models.classifier import Classifier
from models.engine import Answer, TorchEngine
from models.labels import LABELS, Label
from models.library import read_model, verify
from models.radiograph import Radiograph
from models.registry import WEIGHTS, Calibration, Manifest, ModelRefused, Output, Tier, load_model
from models.training import evaluate as module
from models.training.card import NotEvaluated, read_evaluation, render_cards
from models.training.dataset import DataRefused, read_image
from models.training.evaluate import evaluate, evaluate_model
from models.training.recipe import BEST, Run, Stage, TrainConfig, store
from tests.models.tiny import brightness_network
from tests.models.training.data_sets import chexpert_row, write_csv

POSITIVE_SHARE = 1 / 3
UNLABELLED = (Label.FRACTURE, Label.SUPPORT_DEVICES, Label.ENLARGED_CARDIOMEDIASTINUM)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return data in which Pleural Effusion is a small bright spot, which the brightness model finds, and one image is broken."""
    folder, random, rows = tmp_path_factory.mktemp("data"), np.random.default_rng(0), []
    for number in range(180):
        sick = random.random() < POSITIVE_SHARE
        pixels = random.normal(110, 20, (40, 40))
        top, left = random.integers(0, 30, 2)
        pixels[top : top + 8, left : left + 8] += random.uniform(40, 120) * (sick or random.random() < 0.1)
        source = ("nih", "nih_lowres")[number % 2]
        (folder / source).mkdir(exist_ok=True)
        name = f"{source}/{number:03}.png"
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / name)
        labels = dict.fromkeys(LABELS, str(int(random.random() < POSITIVE_SHARE))) | dict.fromkeys(UNLABELLED, "")
        healthy = not sick and labels[Label.EDEMA] == "0"
        labels |= {Label.NO_FINDING: str(int(healthy)), Label.PLEURAL_EFFUSION: str(int(sick))}
        person = {"patient_id": number, "age": random.integers(18, 90), "sex": "FM"[number % 2], "view": "PA"}
        rows.append(
            labels | person | {"image_id": number, "file": name, "split": ("train", "valid", "test")[number % 3]}
        )
    (folder / rows[4]["file"]).write_bytes(b"no image")
    write_csv(folder / "labels.csv", rows)
    return folder


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    """Return the run folder that training the brightness model would have left."""
    folder = tmp_path_factory.mktemp("run")
    stage = Stage(epochs=1, input_px=64, output_stride=16)
    store(TrainConfig(data="nih", folder=data, stages=(stage,), detail_px=40), folder, 1)
    save_file(brightness_network().state_dict(), folder / BEST, {"stage": stage.model_dump(), "epoch": "1"})
    return folder


@pytest.fixture(scope="module")
def evaluated(run, data, tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    evaluate(run, data, out, name="bright", version="1")
    return out


def test_a_run_becomes_a_model_that_is_called_where_its_evaluation_carries_it(evaluated, data):
    manifest, identity, _ = load_model(evaluated)
    outputs = {output.label: output for output in manifest.outputs}
    assert outputs[Label.PLEURAL_EFFUSION].tier is Tier.ASSESSED
    assert outputs[Label.PNEUMONIA].tier is Tier.EXPLORATORY  # its output is constant, and it is confounded
    assert outputs[Label.ATELECTASIS].tier is Tier.EXPLORATORY
    assert [o.tier for label, o in outputs.items() if label in UNLABELLED] == [Tier.NOT_ASSESSED] * 3
    assert [o.index for label, o in outputs.items() if label in UNLABELLED] == [None] * 3
    evaluation = read_evaluation(evaluated)
    assert evaluation.digest == identity.digest
    assert (evaluation.training["epoch"], evaluation.training["epochs"]) == (1, 1)
    assert {name: counts.images for name, counts in evaluation.splits.items()} == {"train": 60, "valid": 59, "test": 60}
    assert evaluation.splits["valid"].unreadable == 1
    figures = {f.label: f for f in evaluation.labels}
    assert figures[Label.PLEURAL_EFFUSION].auroc.low > 0.7
    assert figures[Label.PLEURAL_EFFUSION].baselines["view"].difference.low > 0
    assert str(data) not in (evaluated / "evaluation.json").read_text()
    verify(read_model(evaluated))


def test_the_figures_are_those_of_what_the_shipped_folder_answers(evaluated, data):
    classifier = Classifier.load(evaluated, engine="torch")
    tested = [row.split(",") for row in (data / "labels.csv").read_text().splitlines()]
    file, split, effusion = (tested[0].index(name) for name in ("file", "split", "Pleural Effusion"))
    rows = [row for row in tested[1:] if row[split] == "test"]
    probabilities = []
    for row in rows:
        found = classifier.assess(Radiograph(read_image(data / row[file], 40))).findings[
            LABELS.index("Pleural Effusion")
        ]
        probabilities.append(found.probability)
    truth = np.array([float(row[effusion]) for row in rows])
    called = np.array(probabilities) >= found.threshold
    figures = read_evaluation(evaluated).labels[LABELS.index("Pleural Effusion")]
    assert figures.sensitivity.value == pytest.approx(called[truth == 1].mean())
    assert figures.specificity.value == pytest.approx((~called[truth == 0]).mean())
    assert figures.brier.value == pytest.approx(np.mean((np.array(probabilities) - truth) ** 2), abs=1e-5)
    assert figures.mean_probability == pytest.approx(np.mean(probabilities), abs=1e-5)


def test_half_precision_is_shipped_only_where_it_changes_nothing(evaluated, run, tmp_path, monkeypatch):
    def dtypes(folder):
        found = Run.read(folder)
        shipped, _ = module._shipped(found, found.config.tables()["valid"].take(np.arange(8)))
        return {tensor.dtype for tensor in load(shipped).values()}

    assert {tensor.dtype for tensor in load_file(evaluated / WEIGHTS).values()} == {torch.float16}
    assert dtypes(run) == {torch.float16}
    shutil.copytree(run, tmp_path / "run")
    state = load_file(run / BEST)
    state["bn1.running_var"][1:] = 1e6  # changes no answer, but fp16 ends at 65504
    save_file(state, tmp_path / "run" / BEST, {"stage": "1x64/16"})
    assert dtypes(tmp_path / "run") == {torch.float32}
    monkeypatch.setattr(module, "_GREATEST_DIFFERENCE", -1.0)
    assert dtypes(run) == {torch.float32}


def imported(source, folder):
    """Write the model of ``source`` as another group's: outputs in another order, and nothing known of its evidence."""
    manifest, _, network = load_model(source)
    order = [(j + 5) % 14 for j in range(14)]
    state = {name: tensor.clone() for name, tensor in network.state_dict().items() if "num_batches" not in name}
    state["fc.weight"], state["fc.bias"] = state["fc.weight"][order], state["fc.bias"][order]
    folder.mkdir()
    save_file(state, folder / WEIGHTS)
    outputs = tuple(
        Output(
            label=o.label,
            index=order.index(i),
            positives=o.positives,
            calibration=Calibration(slope=1.0, intercept=0.0),
            not_assessed_because="imported",
        )
        for i, o in enumerate(manifest.outputs)
    )
    sha = module.hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    theirs = Manifest(**dict(manifest) | {"name": "theirs", "weights_sha256": sha, "outputs": outputs})
    (folder / "manifest.json").write_text(theirs.model_dump_json())
    return folder


def test_an_imported_model_becomes_assessed_by_its_evaluation_whatever_the_order_of_its_outputs(
    evaluated, data, tmp_path
):
    source = imported(evaluated, tmp_path / "theirs")
    with pytest.raises(NotEvaluated, match="never evaluated"):
        render_cards(source)
    manifest = evaluate_model(source, data, tmp_path / "out", kind="nih", version="2")
    assert (manifest.name, manifest.version) == ("theirs", "2")
    effusion = next(o for o in manifest.outputs if o.label is Label.PLEURAL_EFFUSION)
    assert effusion.tier is Tier.ASSESSED
    assert effusion.index == LABELS.index(Label.PLEURAL_EFFUSION) - 5
    ours, theirs = read_evaluation(evaluated), read_evaluation(tmp_path / "out")
    assert theirs.labels[10].auroc == ours.labels[10].auroc
    assert theirs.training is None
    assert "is **not known here**" in (tmp_path / "out" / "card.md").read_text()
    assert read_model(source).manifest.outputs[10].tier is Tier.EXPLORATORY


def test_a_model_that_knows_its_training_is_evaluated_again_on_the_same_splits(evaluated, data, tmp_path, monkeypatch):
    asked = []
    tables = TrainConfig.tables
    monkeypatch.setattr(TrainConfig, "tables", lambda config: asked.append(config) or tables(config))
    evaluation = json.loads((evaluated / "evaluation.json").read_text())
    evaluation["training"]["config"]["seed"] = 77
    shutil.copytree(evaluated, tmp_path / "seeded")
    (tmp_path / "seeded" / "evaluation.json").write_text(json.dumps(evaluation))
    evaluate_model(tmp_path / "seeded", data, tmp_path / "out", kind="nih", version="2")
    assert [config.seed for config in asked] == [77]
    assert read_evaluation(tmp_path / "out").training["config"]["seed"] == 77


def test_a_bfloat16_engine_gets_a_manifest_and_a_calibration_of_its_own(evaluated, data, tmp_path, monkeypatch):
    class Doubling:
        name = "openvino-bf16"

        def __init__(self, name, manifest, network):
            assert (name, manifest.precision) == ("openvino-bf16", "bf16")
            self.under = TorchEngine(network)

        def __call__(self, x):
            answer = self.under(x)
            return Answer(2 * answer.logits, answer.evidence)

    monkeypatch.setattr(module, "make_engine", Doubling)
    manifest = evaluate_model(evaluated, data, tmp_path / "out", kind="nih", version="2", engine="openvino-bf16")
    assert manifest.precision == "bf16"
    slopes = [m.outputs[10].calibration.slope for m in (load_model(evaluated)[0], manifest)]
    assert 0.4 < slopes[1] / slopes[0] < 0.8
    assert "`openvino-bf16` (bf16)" in (tmp_path / "out" / "card.md").read_text()


def test_a_network_that_answers_no_numbers_is_refused_before_anything_is_written(
    evaluated, data, tmp_path, monkeypatch
):
    def broken(_name, _manifest, network):
        return lambda x: Answer(np.full((len(x), 14), math.nan, np.float32), np.zeros((len(x), 14, 4, 4), np.float32))

    monkeypatch.setattr(module, "make_engine", broken)
    with pytest.raises(ModelRefused, match="infinities or NaN"):
        evaluate_model(evaluated, data, tmp_path / "out", kind="nih", version="2")
    with pytest.raises(DataRefused):
        evaluate_model(evaluated, tmp_path, tmp_path / "out", kind="nih", version="2")
    assert not (tmp_path / "out").exists()


def test_a_chexpert_evaluation_says_nothing_of_the_other_collection(evaluated, tmp_path):
    rows = [chexpert_row(number, Edema=str(number % 2), Pneumonia="-1") for number in range(60)]
    tested = [chexpert_row(number, part="valid", Edema=str(number % 2)) for number in range(100, 112)]
    for row in rows + tested:
        path = tmp_path / row["Path"]
        path.parent.mkdir(parents=True)
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40), np.uint8)).save(path)
    write_csv(tmp_path / "CheXpert-v1.0-small" / "train.csv", rows)
    write_csv(tmp_path / "CheXpert-v1.0-small" / "valid.csv", tested)
    evaluate_model(imported(evaluated, tmp_path / "theirs"), tmp_path, tmp_path / "out", kind="chexpert", version="2")
    card = (tmp_path / "out" / "card.md").read_text()
    assert "NIH" not in card
    assert "Irvin et al." in card
    assert "NIH" in (evaluated / "card.md").read_text()
    assert not (tmp_path / "out" / "reliability.png").exists()
    assert "reliability.png" not in card
