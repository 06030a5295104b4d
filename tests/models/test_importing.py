"""Other groups' weights: what they mean, what is refused, and that nothing in them ever runs."""

import os
import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet50

from models import importing
from models.assessment import Call
from models.classifier import Classifier
from models.importing import XRV_LABELS, XRV_PREPROCESSING, fetch_xrv, import_resnet50, outputs_of, read_state_dict
from models.labels import LABELS, Label
from models.preprocess import Preprocessing, Scaling
from models.registry import ModelRefused, Tier

SMALL = Preprocessing(input_px=64, channels=1, scaling=Scaling.XRV)
XRV_SAYS = {
    Label.CARDIOMEGALY: 10,
    Label.LUNG_OPACITY: 16,
    Label.LUNG_LESION: 11,
    Label.EDEMA: 4,
    Label.CONSOLIDATION: 1,
    Label.PNEUMONIA: 8,
    Label.ATELECTASIS: 0,
    Label.PNEUMOTHORAX: 3,
    Label.PLEURAL_EFFUSION: 7,
    Label.PLEURAL_OTHER: 9,
    Label.FRACTURE: 15,
}


@pytest.fixture(scope="module")
def xrv_network():
    """Return a network of the shape of torchxrayvision's resnet50-res512-all."""
    torch.manual_seed(3)
    network = resnet50(num_classes=18)
    network.conv1 = torch.nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    network.fc.weight.data /= 1000  # or grey values up to 1024 make scores beyond any that training leaves
    return network.eval()


def take(source, out, names=XRV_LABELS, preprocessing=SMALL):
    return import_resnet50(source, names, out, name="theirs", version="1", preprocessing=preprocessing)


def write(state, file):
    if file.suffix == ".safetensors":
        save_file(state, file)
    else:
        torch.save(state, file)
    return file


@pytest.mark.parametrize(
    ("suffix", "wrapped"),
    [
        (".safetensors", lambda s: s),
        (".pt", lambda s: s),
        (".pth", lambda s: {"state_dict": {f"module.{k}": v for k, v in s.items()}, "epoch": 3}),
        (".pt", lambda s: {f"model.{k}": v for k, v in s.items()} | {"op_threshs": torch.full((18,), float("nan"))}),
    ],
)
def test_torchxrayvisions_resnet50_is_taken_in_from_each_kind_of_file(
    suffix, wrapped, xrv_network, radiographs, tmp_path
):
    manifest = take(write(wrapped(xrv_network.state_dict()), tmp_path / f"weights{suffix}"), tmp_path / "out")
    assert (manifest.network_outputs, manifest.output_stride, manifest.preprocessing.channels) == (18, 32, 1)
    assert {o.label: o.index for o in manifest.outputs if o.index is not None} == XRV_SAYS
    classifier = Classifier.load(tmp_path / "out", engine="torch")
    answers = {f.label: f for f in classifier.assess(radiographs[0]).findings}
    with torch.inference_mode():
        logits = xrv_network(torch.from_numpy(SMALL(radiographs[0])))[0]
    for label in LABELS:
        finding = answers[label]
        assert finding.call is Call.NOT_ASSESSED
        assert finding.is_exploratory == (label in XRV_SAYS)
        if label in XRV_SAYS:
            assert finding.logit == pytest.approx(float(logits[XRV_SAYS[label]]), rel=1e-3)
            assert finding.probability == pytest.approx(1 / (1 + np.exp(-finding.logit)), abs=1e-6)


def test_what_is_imported_makes_no_call_and_says_what_to_do(xrv_network, tmp_path):
    outputs = take(write(xrv_network.state_dict(), tmp_path / "w.safetensors"), tmp_path / "out").outputs
    tiers = {o.label: o.tier for o in outputs}
    assert set(tiers.values()) == {Tier.EXPLORATORY, Tier.NOT_ASSESSED}
    reasons = {o.label: o.not_assessed_because for o in outputs}
    assert "diafan model evaluate" in reasons[Label.EDEMA]
    assert "no trained output" in reasons[Label.ENLARGED_CARDIOMEDIASTINUM]


def test_torchxrayvisions_scaling_and_size_are_those_that_it_was_trained_with():
    assert (XRV_PREPROCESSING.input_px, XRV_PREPROCESSING.channels) == (512, 1)
    grey = torch.tensor([0.0, 0.5, 1.0]).reshape(1, 1, 1, 3)
    assert XRV_PREPROCESSING.scale(grey).flatten().tolist() == [-1024, 0, 1024]


def test_a_labels_own_name_goes_before_its_synonyms_and_strange_names_are_left_out():
    assert outputs_of(["Mass", "Nodule", "Hernia", "no finding"]) == {Label.NO_FINDING: 3, Label.LUNG_LESION: 1}
    assert outputs_of(["Mass", "Lung_Lesion"])[Label.LUNG_LESION] == 1
    assert outputs_of(["Edema", "EDEMA"]) == {Label.EDEMA: 0}


class _Trap:
    def __init__(self, tripped):
        self.tripped = tripped

    def __reduce__(self):
        return os.mkdir, (str(self.tripped),)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pkl"])
@pytest.mark.parametrize("writer", ["torch", "pickle"])
def test_a_pickle_that_would_run_something_is_refused_and_does_not_run(suffix, writer, xrv_network, tmp_path):
    tripped, file = tmp_path / "tripped", tmp_path / f"weights{suffix}"
    held = {**xrv_network.state_dict(), "extra": _Trap(tripped)}
    if writer == "torch":
        torch.save(held, file)
    else:
        file.write_bytes(pickle.dumps(held))
    with pytest.raises(ModelRefused):
        take(file, tmp_path / "out")
    assert not tripped.exists()
    torch.load(file, weights_only=False) if writer == "torch" else pickle.loads(file.read_bytes())
    assert tripped.exists(), "the trap must be able to spring"


@pytest.mark.parametrize("content", [b"", b"not weights at all", b"PK\x03\x04 cut"])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_file_that_is_no_weights_is_refused(content, suffix, tmp_path):
    file = tmp_path / f"w{suffix}"
    file.write_bytes(content)
    with pytest.raises(ModelRefused):
        read_state_dict(file)
    with pytest.raises(ModelRefused, match="cannot be read"):
        read_state_dict(tmp_path / f"missing{suffix}")


def test_a_whole_network_instead_of_its_weights_is_refused(xrv_network, tmp_path):
    torch.save(xrv_network, tmp_path / "network.pt")
    with pytest.raises(ModelRefused, match="state_dict"):
        read_state_dict(tmp_path / "network.pt")


def test_another_architecture_is_told_by_the_keys_that_differ_with_their_counts(xrv_network, tmp_path):
    with pytest.raises(ModelRefused) as told:
        take(write(resnet18(num_classes=18).state_dict(), tmp_path / "w.pt"), tmp_path / "out")
    assert "165 missing (layer1.0.bn3.bias, " in str(told.value)
    assert "conv1.weight is (64, 3, 7, 7), not (64, 1, 7, 7)" in str(told.value)
    with pytest.raises(ModelRefused, match=r"2 of another shape \(fc.weight is \(18, 2048\), not \(3, 2048\), fc.bias"):
        take(write(xrv_network.state_dict(), tmp_path / "x.pt"), tmp_path / "out", names=["Edema", "Mass", "Hernia"])
    with pytest.raises(ModelRefused, match=r"1 unknown \(head\)"):
        take(write(xrv_network.state_dict() | {"head": torch.ones(1)}, tmp_path / "y.pt"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_names_none_of_which_is_a_label_and_scalings_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(ModelRefused, match="none of the 2 output names"):
        take(tmp_path / "w.pt", tmp_path / "out", names=["Hernia", "Emphysema"])
    imagenet = Preprocessing(input_px=64, channels=1, scaling=Scaling.IMAGENET)
    with pytest.raises(ModelRefused, match="3 channels"):
        take(tmp_path / "w.pt", tmp_path / "out", preprocessing=imagenet)


def _library(monkeypatch, get_weights):
    package, models = ModuleType("torchxrayvision"), ModuleType("torchxrayvision.models")
    models.get_weights = get_weights
    monkeypatch.setitem(sys.modules, "torchxrayvision", package)
    monkeypatch.setitem(sys.modules, "torchxrayvision.models", models)


def test_torchxrayvision_itself_downloads_and_what_stands_in_the_way_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchxrayvision", None)
    monkeypatch.delitem(sys.modules, "torchxrayvision.models", raising=False)
    with pytest.raises(ModelRefused, match=r"diafan\[xrv\]"):
        fetch_xrv()
    asked = []
    _library(monkeypatch, lambda name: asked.append(name) or "/home/somebody/weights.pt")
    assert fetch_xrv() == Path("/home/somebody/weights.pt")
    assert asked == [importing.XRV_RESNET50]

    def unreachable(_name):
        raise ConnectionError("a host with a long name")

    _library(monkeypatch, unreachable)
    with pytest.raises(ModelRefused, match=r"could not download .*ConnectionError.*network"):
        fetch_xrv()
