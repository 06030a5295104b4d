import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from models.labels import LABELS, Label
from models.network import build_network
from models.preprocess import Preprocessing
from models.radiograph import Radiograph
from models.training.augment import augment, degrade, mixup
from models.training.dataset import DataRefused, Skipped
from models.training.predict import predict
from models.training.recipe import Run, RunRefused, Stage, TrainConfig
from models.training.start import masked_loss, one_cycle, set_output_stride
from models.training.train import train
from tests.models.training.data_sets import write_csv, write_nih

REPOSITORY = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
from models.training.recipe import TrainConfig
from models.training.train import train
train(TrainConfig.model_validate_json(sys.argv[1]), Path(sys.argv[2]), progress=True)
"""


@pytest.fixture(scope="module")
def nih(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nih")
    write_nih(folder, count=36)
    return folder


def tiny(folder, **changes):
    small = {"batch": 4, "workers": 0, "stages": ("2x32/32", "1x48/16"), "least_positives": 1, "checkpoint_steps": 2}
    return TrainConfig(data="nih", folder=folder, **(small | changes))


def start(config, out, *launcher):
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    program = ["-c", PROGRAM] if not launcher else [*launcher, str(out.parent / "program.py")]
    if launcher:
        (out.parent / "program.py").write_text(PROGRAM)
    arguments = [sys.executable, *program, config.model_dump_json(), str(out)]
    return subprocess.Popen(
        arguments, env=environment, stderr=subprocess.PIPE, text=True, cwd=out.parent, start_new_session=True
    )


@pytest.fixture(scope="module")
def undisturbed(nih, tmp_path_factory):
    """Return the folder of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("undisturbed")
    process = start(tiny(nih), out)
    said = process.communicate(timeout=250)[1]
    assert process.returncode == 0, said
    assert "epoch 3 at 48 px" in said
    return out


def curves(out):
    with (out / "curves.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_run_leaves_what_evaluation_needs(undisturbed, nih):
    run = Run.read(undisturbed)
    assert run.config == tiny(nih)
    assert (run.preprocessing.detail_px, run.preprocessing.channels) == (48, 3)
    assert (run.preprocessing.input_px, run.output_stride) in {(32, 32), (48, 16)}
    build_network(output_stride=run.output_stride).load_state_dict(load_file(run.weights))
    stored = json.loads((undisturbed / "config.json").read_text())
    assert stored["config"]["seed"] == 0
    assert set(stored["versions"]) >= {"torch", "numpy", "diafan"}
    assert not list(undisturbed.glob("*.cache"))
    assert not list(undisturbed.glob("*.unfinished"))


def test_curves_have_a_line_an_epoch_with_the_auroc_of_each_label_that_has_both_answers(undisturbed):
    lines = curves(undisturbed)
    assert [line["epoch"] for line in lines] == ["1", "2", "3"]
    assert [(line["input_px"], line["output_stride"]) for line in lines] == [("32", "32"), ("32", "32"), ("48", "16")]
    for line in lines:
        assert 0 <= float(line["Edema"]) <= 1
        assert line["Fracture"] == line["Pneumonia"] == ""
        both = (float(line["Edema"]) + float(line["No Finding"])) / 2
        assert float(line["macro_auroc"]) == pytest.approx(both, abs=1e-4)
    with Image.open(undisturbed / "curves.png") as picture:
        assert picture.size[0] > 600


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_that_is_killed_again_and_again_ends_with_the_weights_of_an_undisturbed_one(nih, undisturbed, tmp_path):
    out, config = tmp_path / "run", tiny(nih)
    last = out / "last.pt"
    for kills in range(3):
        process = start(config, out)
        # Once it has made another checkpoint, and then wherever it is: in a step, in validation, or in the next one.
        wait_until_replaced(last, process)
        time.sleep(0.4 * kills)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
    said = (process := start(config, out)).communicate(timeout=250)[1]
    assert process.returncode == 0, said
    assert "going on at epoch" in said
    same_weights(out / "best.safetensors", undisturbed / "best.safetensors")
    mine, other = (torch.load(each / "last.pt", weights_only=True) for each in (out, undisturbed))
    for part in ("network", "averaged"):
        for name, tensor in mine[part].items():
            assert torch.equal(tensor, other[part][name]), name
    timing = {"seconds", "loading_share"}
    for a, b in zip(curves(out), curves(undisturbed), strict=True):
        assert {k: v for k, v in a.items() if k not in timing} == {k: v for k, v in b.items() if k not in timing}


def wait_until_replaced(file, process, timeout_s=150):
    before = file.stat().st_mtime_ns if file.exists() else 0
    deadline = time.monotonic() + timeout_s
    while process.poll() is None and time.monotonic() < deadline:
        if file.exists() and file.stat().st_mtime_ns != before:
            return
        time.sleep(0.02)
    pytest.fail("no checkpoint came")


def same_weights(one, other):
    one, other = load_file(one), load_file(other)
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


def test_a_finished_run_is_left_as_it_is(undisturbed, nih):
    before = (undisturbed / "best.safetensors").read_bytes()
    train(tiny(nih), undisturbed)
    assert (undisturbed / "best.safetensors").read_bytes() == before
    assert len(curves(undisturbed)) == 3


def test_a_run_says_how_many_of_its_epochs_have_ended(undisturbed):
    run = Run.read(undisturbed)
    assert run.ended == len(run.config.schedule) == 3
    assert run.epoch == 3


def test_the_best_weights_are_of_the_last_stage_even_where_an_earlier_one_scored_higher(nih, tmp_path, monkeypatch):
    macros = iter((0.9, 0.8, 0.6, 0.7))
    monkeypatch.setattr(
        "models.training.train._Training._validate", lambda *_: (dict.fromkeys(LABELS, ""), next(macros))
    )
    train(tiny(nih, stages=("2x32/32", "2x32/16")), tmp_path / "run")
    with safe_open(tmp_path / "run" / "best.safetensors", "pt") as file:
        assert file.metadata() == {"stage": "2x32/16", "epoch": "4"}


def test_a_run_of_another_configuration_is_not_gone_on_with(undisturbed, nih):
    with pytest.raises(RunRefused, match=r"learning_rate was 0.0006 and is 0.001; .*another folder|learning_rate was"):
        train(tiny(nih, learning_rate=1e-3), undisturbed)
    assert len(curves(undisturbed)) == 3


@pytest.mark.slow
def test_two_processes_of_torchrun_train_one_model(nih, tmp_path):
    out = tmp_path / "run"
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    config = tiny(nih, stages=("2x32/32",))
    process = start(config, out, *launcher)
    said = process.communicate(timeout=280)[1]
    assert process.returncode == 0, said
    assert [line["epoch"] for line in curves(out)] == ["1", "2"]
    assert said.count("epoch 2 at 32 px") == 1
    assert json.loads((out / "config.json").read_text())["processes"] == 2
    # 4 of 18 images for each of 2 processes: 2 steps an epoch
    assert torch.load(out / "last.pt", weights_only=True)["schedule"]["total_steps"] == 4
    with pytest.raises(RunRefused, match="processes was 2 and is 1"):
        train(config, out)


def test_an_unreadable_image_is_named_and_training_goes_on(tmp_path):
    rows = write_nih(tmp_path / "data")
    broken = [row["file"] for row in rows if row["split"] in {"train", "valid"}][::3]
    for file in broken:
        (tmp_path / "data" / file).write_bytes((tmp_path / "data" / file).read_bytes()[:300])
    train(tiny(tmp_path / "data", stages=("2x32",), batch=6), tmp_path / "run")
    assert set((tmp_path / "run" / "skipped.txt").read_text().split()) == set(broken)
    lines = curves(tmp_path / "run")
    assert lines[-1]["skipped"] == str(len(broken))
    assert all(np.isfinite(float(line["loss"])) for line in lines)


@pytest.mark.parametrize("fault", ["label", "column", "patient"])
def test_bad_tables_are_refused_before_anything_is_written(tmp_path, fault):
    rows = write_nih(tmp_path / "data")
    if fault == "label":
        rows[0]["Edema"] = "3"
    if fault == "column":
        rows = [{k: v for k, v in row.items() if k != "age"} for row in rows]
    if fault == "patient":
        rows[9]["patient_id"] = rows[0]["patient_id"]
    write_csv(tmp_path / "data" / "labels.csv", rows)
    with pytest.raises(DataRefused, match="line"):
        train(tiny(tmp_path / "data"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_fewer_images_than_a_batch_are_refused(nih, tmp_path):
    with pytest.raises(DataRefused, match="fewer than a batch"):
        train(tiny(nih, batch=64), tmp_path / "run")


def test_weights_with_another_head_start_the_head_anew_and_say_so(nih, tmp_path, capsys):
    save_file(build_network(outputs=18).state_dict(), tmp_path / "other.safetensors")
    train(tiny(nih, init=tmp_path / "other.safetensors", stages=("1x32",)), tmp_path / "run", progress=True)
    assert "the head starts anew" in capsys.readouterr().err.replace("\n", " ")


def test_weights_to_start_from_are_where_training_starts(nih, tmp_path):
    torch.manual_seed(5)
    given = build_network().state_dict()
    save_file(given, tmp_path / "given.safetensors")
    config = tiny(nih, init=tmp_path / "given.safetensors", stages=("1x32",), learning_rate=1e-12, weight_decay=0)
    train(config, tmp_path / "run")
    trained = load_file(tmp_path / "run" / "best.safetensors")
    assert torch.allclose(trained["fc.weight"], given["fc.weight"], atol=1e-9)
    assert torch.allclose(trained["fc.bias"], given["fc.bias"], atol=1e-9)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"fc.weight": torch.zeros(14, 2048)}, "keys differ: bn1.bias"),
        (b"\x80\x04pickle", "cannot be read as safetensors"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_their_keys_and_leave_the_folder_to_another_run(
    nih, tmp_path, content, says
):
    file = tmp_path / "init.safetensors"
    file.write_bytes(content) if isinstance(content, bytes) else save_file(content, file)
    with pytest.raises(RunRefused, match=says):
        train(tiny(nih, init=file), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_loss_that_is_no_number_ends_the_run(nih, tmp_path):
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        train(tiny(nih, learning_rate=1e30, warm_up=0.0, stages=("2x32",)), tmp_path / "run")
    assert not (tmp_path / "run" / "best.safetensors").exists()


def test_the_bundled_recipe_can_be_written_as_stages():
    config = TrainConfig(data="nih", folder=Path(), stages=("12x96/32", "12x128/32", "3x128/16"), detail_px=128)
    assert config.schedule[23:25] == [Stage(epochs=12, input_px=128), Stage(epochs=3, input_px=128, output_stride=16)]
    assert TrainConfig.model_validate_json(config.model_dump_json()) == config
    assert '"3x128/16"' in config.model_dump_json()
    assert TrainConfig(data="chexpert", folder=Path()).grid_px == 224


@pytest.mark.parametrize("stage", ["12", "x128", "0x128", "3x128/8", "3x16", "3x128/"])
def test_what_is_no_stage_is_refused(stage):
    with pytest.raises(ValueError, match="stages"):
        TrainConfig(data="nih", folder=Path(), stages=(stage,))


@pytest.mark.parametrize("total_steps", [1, 2, 4, 5, 6, 10, 100])
def test_the_learning_rate_ends_low_however_short_the_run(tmp_path, total_steps):
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))])
    schedule = one_cycle(optimizer, tiny(tmp_path), total_steps)
    rates = [schedule.get_last_lr()[0]]
    for _ in range(total_steps - 1):
        optimizer.step()
        schedule.step()
        rates.append(schedule.get_last_lr()[0])
    assert max(rates) <= tiny(tmp_path).learning_rate
    assert rates[-1] == min(rates)


def test_a_label_that_nobody_looked_for_has_no_gradient():
    logits = torch.zeros(2, 14, requires_grad=True)
    known = torch.ones(2, 14)
    known[1] = 0
    masked_loss(logits, torch.ones(2, 14), known).backward()
    assert (logits.grad[0] != 0).all()
    assert (logits.grad[1] == 0).all()
    assert masked_loss(logits, torch.ones(2, 14), torch.zeros(2, 14)) == 0


def test_the_output_stride_changes_the_map_and_not_the_weights():
    network = build_network(output_stride=32).eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    reference = build_network(output_stride=16).eval()
    reference.load_state_dict(before)
    x = torch.rand(1, 3, 64, 64)
    set_output_stride(network, 16)
    assert torch.equal(network(x), reference(x))
    set_output_stride(network, 32)
    assert not torch.equal(network(x), reference(x))


def test_augmentation_depends_on_its_seed_alone_and_keeps_exposure_out(radiographs):
    images = torch.stack([torch.from_numpy(r.pixels[::4, ::4].copy()) for r in radiographs])[:, None]
    one, again, other = (augment(images, 64, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert one.mean(dim=(1, 2, 3)).abs().max() < 1e-5
    assert (one.std(dim=(1, 2, 3), correction=0) - 1).abs().max() < 1e-3


def test_a_degraded_image_has_no_more_detail_than_one_of_half_the_size():
    images = torch.rand(64, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    random = torch.Generator().manual_seed(1)
    degraded = degrade(images, 0.5, random)
    changed = (degraded != images).flatten(1).any(1)
    assert 16 < changed.sum() < 48
    assert torch.equal(degrade(images, 0.0, random), images)
    averaged = torch.nn.functional.avg_pool2d(images, 2)
    finest = degraded[changed].diff(dim=-1).abs().mean() / images[changed].diff(dim=-1).abs().mean()
    assert finest < 0.5
    assert torch.allclose(degraded.mean(dim=(1, 2, 3)), averaged.mean(dim=(1, 2, 3)), atol=2e-2)


def test_mixed_labels_are_known_only_where_both_are():
    x = torch.rand(8, 1, 16, 16)
    targets, known = torch.eye(8, 14), torch.ones(8, 14)
    known[3] = 0
    mixed, labels, both = mixup(x, targets, known, 0.7, torch.Generator().manual_seed(2))
    assert labels.sum(1).allclose(torch.ones(8))
    assert {round(v, 4) for v in labels.unique().tolist()} <= {0.0, 0.3, 0.7, 1.0}
    assert (both.sum(1) == 0).sum() == 2
    assert mixed.mean(dim=(1, 2, 3)).abs().max() < 1e-5
    assert (mixed.std(dim=(1, 2, 3), correction=0) - 1).abs().max() < 1e-3


def test_predictions_are_those_of_the_service(nih, brightness, tmp_path):
    table = tiny(nih).tables()["test"]
    preprocessing = Preprocessing(detail_px=64, input_px=128)
    skipped = Skipped()
    table.files[2] = b"nih/absent.jpg"
    rows, logits = predict(brightness.engine, table, preprocessing, skipped=skipped)
    assert rows.tolist() == [row for row in range(len(table)) if row != 2]
    assert skipped.names == {"nih/absent.jpg"}
    assert logits.shape == (len(rows), 14)
    pixels = np.asarray(Image.open(table.path(0)), np.float32) / 255
    alone = brightness.engine(preprocessing(Radiograph(pixels))).logits[0]
    np.testing.assert_allclose(logits[0], alone, atol=1e-4)
    assert np.ptp(logits[:, LABELS.index(Label.PLEURAL_EFFUSION)]) > 0
