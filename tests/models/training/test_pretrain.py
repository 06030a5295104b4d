"""Pre-training without labels: it goes on where it was killed, sees no label, and training starts from what it leaves."""

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
from safetensors.torch import load_file

from models.training.dataset import DataRefused
from models.training.pretrain import PretrainConfig, Twins, pretrain, redundancy_loss
from models.training.recipe import RunRefused, TrainConfig
from models.training.train import train
from tests.models.training.data_sets import write_nih

REPOSITORY = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
from models.training.pretrain import PretrainConfig, pretrain
pretrain(PretrainConfig.model_validate_json(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def nih(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nih")
    write_nih(folder, count=36)
    return folder


def tiny(folder, **changes):
    small = {"batch": 4, "workers": 0, "epochs": 2, "input_px": 32, "detail_px": 48, "width": 16, "checkpoint_steps": 2}
    return PretrainConfig(data="nih", folder=folder, **(small | changes))


@pytest.fixture(scope="module")
def undisturbed(nih, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    return pretrain(tiny(nih), out)


def test_training_starts_from_what_it_leaves(undisturbed, nih, tmp_path):
    weights = load_file(undisturbed)
    assert not [name for name in weights if name.startswith(("fc.", "projector."))]
    config = TrainConfig(
        data="nih", folder=nih, batch=4, workers=0, stages=("1x32/32",), least_positives=1, init=undisturbed
    )
    train(config, tmp_path / "run")
    assert json.loads((tmp_path / "run/config.json").read_text())["init_sha256"]
    assert not list(undisturbed.parent.glob("*.cache"))


def test_it_moves_the_network_and_none_of_it_is_lost_to_nan(undisturbed):
    torch.manual_seed(0)
    begun = Twins(16).encoder.state_dict()
    weights = load_file(undisturbed)
    assert all(torch.isfinite(tensor).all() for tensor in weights.values())
    assert not torch.equal(weights["conv1.weight"], begun["conv1.weight"])


def test_labels_change_nothing(undisturbed, nih, tmp_path):
    folder = tmp_path / "unlabelled"
    folder.mkdir()
    for file in nih.iterdir():
        if file.name != "labels.csv":
            (folder / file.name).symlink_to(file)
    head, *lines = (nih / "labels.csv").read_text().splitlines()
    columns = head.split(",")
    labels = [i for i, name in enumerate(columns) if name[0].isupper()]
    blank = [[("" if i in labels else cell) for i, cell in enumerate(line.split(","))] for line in lines]
    (folder / "labels.csv").write_text("\n".join([head, *(",".join(cells) for cells in blank)]) + "\n")
    assert _same(load_file(pretrain(tiny(folder), tmp_path / "run")), load_file(undisturbed))


def test_a_killed_run_ends_with_the_weights_of_an_undisturbed_one(undisturbed, nih, tmp_path):
    out, config = tmp_path / "killed", tiny(nih)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": str(torch.get_num_threads())}
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, config.model_dump_json(), str(out)], env=environment)
        before = _written(out)
        deadline = time.monotonic() + 120
        while _written(out) == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (out / "last.pt").exists()
    weights = load_file(pretrain(config, out))
    assert _same(weights, load_file(undisturbed))


def _written(out):
    return (out / "last.pt").stat().st_mtime_ns if (out / "last.pt").exists() else 0


def _same(some, others):
    return some.keys() == others.keys() and all(torch.equal(tensor, others[name]) for name, tensor in some.items())


def test_a_folder_of_another_configuration_and_too_few_images_are_refused(undisturbed, nih, tmp_path):
    with pytest.raises(RunRefused, match="epochs was 2 and is 3"):
        pretrain(tiny(nih, epochs=3), undisturbed.parent)
    with pytest.raises(DataRefused, match="fewer than a batch"):
        pretrain(tiny(nih, batch=64), tmp_path)


def test_an_image_that_cannot_be_read_is_named_and_left_out(nih, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for file in nih.iterdir():
        (folder / file.name).symlink_to(file)
    row = next(r for r in (nih / "labels.csv").read_text().splitlines()[1:] if "train" in r.split(","))
    name = row.split(",")[(nih / "labels.csv").read_text().splitlines()[0].split(",").index("file")]
    target = folder / name
    if target.parent.is_symlink():
        real = target.parent.resolve()
        target.parent.unlink()
        target.parent.mkdir()
        for file in real.iterdir():
            (target.parent / file.name).symlink_to(file)
    target.unlink()
    target.write_bytes(b"no image")
    out = tmp_path / "run"
    pretrain(tiny(folder, epochs=1), out)
    assert (out / "skipped.txt").read_text().splitlines() == [name]


def test_views_that_agree_and_outputs_that_differ_cost_nothing():
    eye = torch.from_numpy(np.kron(np.array([[1.0], [-1.0]]), np.eye(1)).astype(np.float32))
    assert redundancy_loss(eye, eye, 5e-3).item() == pytest.approx(0, abs=1e-6)
    x = torch.randn(4000, 8, generator=torch.Generator().manual_seed(1))
    assert redundancy_loss(x, x, 5e-3).item() < 0.01
    same = x[:, :1].expand(-1, 8)
    assert redundancy_loss(same, same, 5e-3).item() == pytest.approx(5e-3 * 7, rel=1e-3)
    assert redundancy_loss(x, -x, 5e-3).item() == pytest.approx(4, rel=0.01)
