import hashlib
import json
import pickle
import shutil

import pytest
import torch
from safetensors.torch import load, save

from models.classifier import Classifier
from models.labels import LABELS
from models.registry import CARD, MANIFEST, WEIGHTS, ModelRefused, bundled, digest, load_model


@pytest.fixture
def folder(brightness_folder, tmp_path):
    return shutil.copytree(brightness_folder, tmp_path / "model")


def repin(folder, **changes):
    """Change the manifest as an attacker who can write it would."""
    manifest = json.loads((folder / MANIFEST).read_text()) | changes
    (folder / MANIFEST).write_text(json.dumps(manifest))


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def test_the_bundled_model_is_what_its_manifest_says_and_small_enough():
    manifest, identity, network = load_model(bundled())
    assert identity.digest == digest(bundled())
    assert tuple(output.label for output in manifest.outputs) == LABELS
    assert not network.training
    assert (bundled() / WEIGHTS).stat().st_size < 50_000_000
    assert identity.digest in (bundled() / CARD).read_text(encoding="utf-8")


def test_one_changed_byte_in_the_weights_is_refused(folder):
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(content)
    with pytest.raises(ModelRefused, match="its manifest pins"):
        Classifier.load(folder)


def test_one_changed_byte_in_the_manifest_is_another_model(folder):
    before = digest(folder)
    repin(folder, version="2")
    assert Classifier.load(folder).identity.digest == digest(folder) != before


def test_a_pickle_is_refused_and_never_opened(folder, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    content = pickle.dumps(Trap())
    (folder / WEIGHTS).write_bytes(content)
    repin(folder, weights_sha256=sha256_of(content))
    with pytest.raises(ModelRefused):
        Classifier.load(folder)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelRefused, match="cannot be read"):
        Classifier.load(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "vgg"},
        {"weights_sha256": "00"},
        {"unknown": 1},
        {"outputs": []},
        {"preprocessing": {"detail_px": 0, "input_px": 128}},
    ],
    ids=str,
)
def test_a_manifest_that_says_something_else_is_refused(folder, changes):
    repin(folder, **changes)
    with pytest.raises(ModelRefused, match="is no manifest"):
        Classifier.load(folder)


def test_a_manifest_that_is_no_json_is_refused(folder):
    (folder / MANIFEST).write_text("{")
    with pytest.raises(ModelRefused, match="is no manifest"):
        Classifier.load(folder)


def test_labels_in_another_order_are_refused(folder):
    outputs = json.loads((folder / MANIFEST).read_text())["outputs"]
    repin(folder, outputs=[outputs[1], outputs[0], *outputs[2:]])
    with pytest.raises(ModelRefused, match="in the order"):
        Classifier.load(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: {**state, "fc.weight": state["fc.weight"][:2]},
        lambda state: {name: tensor for name, tensor in state.items() if name != "fc.bias"},
        lambda state: {**state, "fc.bias": torch.full((14,), float("nan"), dtype=torch.float16)},
    ],
    ids=["wrong shape", "missing", "not a number"],
)
def test_weights_that_do_not_fit_are_refused_although_pinned(folder, change):
    content = save(change(load((folder / WEIGHTS).read_bytes())))
    (folder / WEIGHTS).write_bytes(content)
    repin(folder, weights_sha256=sha256_of(content))
    with pytest.raises(ModelRefused):
        Classifier.load(folder)
