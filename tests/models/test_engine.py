import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
import torch

from integrations.pixels import read_radiograph
from models.classifier import Classifier
from models.engine import AGREES_WITHIN, ENGINES, TorchEngine, _made, make_engine
from models.network import build_network
from models.registry import ModelRefused, bundled
from tests.engine_differences import largest_differences

CHESTS = sorted((Path(__file__).parents[1] / "data" / "dicom").glob("chest_*.dcm"))


@pytest.fixture(scope="module")
def model(shipped, network):
    return shipped.manifest, network


@pytest.fixture(scope="module")
def engines(model):
    """Each made once, when it is first asked for."""
    return cache(lambda name: make_engine(name, *model))


@pytest.fixture(scope="module")
def reference(engines):
    return engines("torch")


@pytest.fixture(scope="module")
def inputs(model, radiographs):
    preprocessing = model[0].preprocessing
    return [preprocessing(r) for r in (*radiographs, *(read_radiograph(path) for path in CHESTS))]


@pytest.mark.parametrize("name", sorted(name for name in ENGINES if ENGINES[name] == "fp32" and name != "torch"))
def test_an_engine_in_float32_agrees_with_the_reference_on_real_radiographs(name, model, engines, inputs):
    if name == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU here")
    engine = engines(name)
    assert engine.name == name
    differences = largest_differences(engine, engines("torch"), model[0], inputs)
    assert max(differences) <= AGREES_WITHIN, f"probability, map: {differences}"


def test_bfloat16_is_computed_or_refused_and_never_replaced_by_float32(model, reference, inputs):
    """0.037 is what rounding to bfloat16 was once measured to cost in probability; its own calibration absorbs it."""
    manifest, network = model
    rounded = manifest.model_copy(update={"precision": "bf16"})
    if "BF16" not in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        with pytest.raises(ModelRefused, match="no bfloat16"):
            make_engine("auto", rounded, network)
        return
    of_probabilities, of_maps = largest_differences(make_engine("auto", rounded, network), reference, manifest, inputs)
    assert max(of_probabilities, of_maps) > AGREES_WITHIN
    assert of_probabilities < 0.1


@pytest.mark.parametrize("shape", [(8, 3, 64, 64), (2, 1, 128, 128), (3, 128, 128)])
def test_openvino_refuses_images_of_another_size_than_it_was_compiled_for(engines, shape):
    with pytest.raises(ValueError, match="compiled for images"):
        engines("openvino")(np.zeros(shape, np.float32))


def test_an_engine_of_another_arithmetic_than_the_evaluation_is_refused(model):
    manifest, network = model
    with pytest.raises(ModelRefused, match="evaluate the model with that engine first"):
        make_engine("openvino-bf16", manifest, network)
    with pytest.raises(ModelRefused, match="evaluate the model with that engine first"):
        make_engine("torch", manifest.model_copy(update={"precision": "bf16"}), network)
    with pytest.raises(ModelRefused, match="no engine abacus"):
        make_engine("abacus", manifest, network)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_openvino_is_the_default_on_a_processor_and_a_gpu_that_is_not_there_is_refused(shipped, model):
    assert shipped.engine.name == "openvino"
    with pytest.raises(ModelRefused, match="no GPU"):
        make_engine("cuda", *model)


def test_a_gpu_gets_a_network_of_its_own_and_the_callers_stays_where_it_is(model, monkeypatch):
    """The device without memory stands for the GPU, which is not here."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for setting in ("allow_tf32", "deterministic"):
        monkeypatch.setattr(torch.backends.cudnn, setting, getattr(torch.backends.cudnn, setting))
    to = torch.nn.Module.to
    monkeypatch.setattr(
        torch.nn.Module, "to", lambda self, *a, **k: to(self, *("meta" if x == "cuda" else x for x in a), **k)
    )
    network = build_network()
    engine = _made("cuda", model[0], network, 1)
    assert {p.device.type for p in engine.network.parameters()} == {"meta"}
    assert {p.device.type for p in network.parameters()} == {"cpu"}


def test_without_openvino_torch_is_the_default(model, monkeypatch):
    monkeypatch.setattr("models.engine.find_spec", lambda _: None)
    assert make_engine("auto", *model).name == "torch"


@pytest.mark.parametrize("name", ["torch", "openvino"])
def test_one_engine_gives_one_answer_to_the_bit_loaded_once_or_twice(name, model, engines, inputs):
    first, second = engines(name), make_engine(name, *model)
    a, b, c = first(inputs[0]), first(inputs[0]), second(inputs[0])
    assert a.logits.tobytes() == b.logits.tobytes() == c.logits.tobytes()
    assert a.evidence.tobytes() == b.evidence.tobytes() == c.evidence.tobytes()


def test_the_maps_of_every_engine_account_for_its_logits(model, engines, inputs):
    for name in ("torch", "openvino"):
        answer = engines(name)(inputs[0])
        bias = model[1].fc.bias.numpy()
        assert np.allclose(answer.evidence.sum((2, 3)) + bias, answer.logits, atol=1e-4)


def test_a_loaded_model_is_warm(monkeypatch):
    passes = []
    run = TorchEngine.__call__
    monkeypatch.setattr(TorchEngine, "__call__", lambda self, x: passes.append(x.shape) or run(self, x))
    px = Classifier.load(bundled(), engine="torch").input_px
    assert passes == [(1, 3, px, px)]


def test_loading_bounds_threads_and_tells_nobody(tmp_path):
    """In a process of its own, whose home is empty and whose sockets say who was called."""
    program = (
        "import socket, sys, threading\n"
        "socket.socket.connect = socket.getaddrinfo = lambda *a, **k: sys.exit(f'called {a}')\n"
        "import cv2, torch\n"
        "from models.classifier import Classifier\n"
        "from models.registry import bundled\n"
        "c = Classifier.load(bundled(), engine='openvino', threads=1)\n"
        "assert torch.get_num_threads() == cv2.getNumThreads() == 1\n"
        "assert c.engine.engine.threads == 1\n"
        "assert not [m for m in sys.modules if m.startswith('openvino_telemetry.')]\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "CI": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert not [p for p in tmp_path.rglob("*") if "openvino" in p.name or "intel" in p.name]
