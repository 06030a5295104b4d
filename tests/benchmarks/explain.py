"""Explaining all 14 labels of one radiograph: each engine against a bare forward pass and against pytorch-grad-cam."""

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from integrations.instance import read_radiograph
from models.classifier import Classifier
from models.engine import Answer, Batch, Engine, make_engine
from models.labels import LABELS
from models.registry import Manifest, ModelRefused, load_model
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.stage import model_folder
from tests.engine_differences import largest_differences
from tests.instances import CARDIOMEGALY, DICOM

ROUNDS = 15
PASSES = 10  # of the quick contestants, within a round
MATRIX_SIDE = 2048


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Measure wall time on the same input and the same threads: two ways in torch, the default engine, bf16, the library."""
    manifest, _, network = load_model(model_folder())
    reference, default = (make_engine(name, manifest, network) for name in ("torch", "auto"))
    inputs = [manifest.preprocessing(read_radiograph(path)) for path in sorted(DICOM.glob("chest_*.dcm"))]
    x = manifest.preprocessing(read_radiograph(DICOM / f"{CARDIOMEGALY}.dcm"))
    tensor = torch.from_numpy(x).contiguous(memory_format=torch.channels_last)
    ways: dict[str, Callable[[], object]] = {
        "forward": torch.inference_mode()(lambda: network(tensor)),
        "reference": lambda: reference(x),
        "default": lambda: default(x),
    }
    if bf16 := _bf16(manifest, network):
        square = torch.rand(MATRIX_SIDE, MATRIX_SIDE).bfloat16()
        ways |= {"bf16": lambda: bf16(x), "product": torch.inference_mode()(lambda: square @ square)}
    by_library = library_loop(x)
    for warm_up in (*ways.values(), by_library):
        warm_up()
    times: dict[str, list[float]] = {name: [] for name in (*ways, "library")}
    for _ in range(2 if quick else ROUNDS):
        passes = [[_seconds(way) for way in ways.values()] for _ in range(PASSES)]
        for name, spent in zip(ways, zip(*passes, strict=True), strict=True):
            times[name].append(median(spent))
        times["library"].append(_seconds(by_library))
    size = f"{x.shape[-1]} px, {torch.get_num_threads()} threads"
    library = f"pytorch-grad-cam {version('grad-cam')}"
    return [
        Figure("bare forward pass, torch", median(times["forward"]) * 1000, "ms", f"ResNet50, fp32, {size}"),
        Figure("forward and 14 maps, torch", median(times["reference"]) * 1000, "ms", f"the reference, fp32, {size}"),
        Figure(f"forward and 14 maps, {default.name}", median(times["default"]) * 1000, "ms", f"default, fp32, {size}"),
        Figure("14 maps, one by one", median(times["library"]) * 1000, "ms", f"{library}, fp32, {size}"),
        Figure(
            "explanations over a forward pass",
            median_ratio(times["reference"], times["forward"]),
            "x time",
            "both torch; at most 1.2",
            "explain.vs_forward",
        ),
        Figure(
            "forward and 14 maps against the library",
            median_ratio(times["library"], times["default"]),
            "x faster",
            f"{default.name} against {library}, fp32; at least 60",
            "explain.vs_pytorch_grad_cam",
        ),
        *_differences(default, reference, manifest, inputs),
        *(_bf16_figures(times, bf16, network, tensor, library) if bf16 else [NO_BF16]),
        *(_differences(bf16, reference, manifest, inputs) if bf16 else []),
    ]


NO_BF16 = Figure("forward and 14 maps in bf16", float("nan"), "", "not measured: this processor has no bf16 arithmetic")


def network_input(classifier: Classifier) -> Batch:
    """Return a real radiograph as the network sees it."""
    return classifier.manifest.preprocessing(read_radiograph(DICOM / f"{CARDIOMEGALY}.dcm"))


def forward_pass(classifier: Classifier, x: Batch) -> Answer:
    """Return what the classifier's engine says: a forward pass, its maps included, which cost next to nothing."""
    return classifier.engine(x)


def library_loop(x: Batch) -> Callable[[], None]:
    """Return the loop that the library's own documentation shows: one target after the other."""
    network = load_model(model_folder())[2].requires_grad_(requires_grad=True)
    tensor = torch.from_numpy(x).contiguous(memory_format=torch.channels_last)

    def loop() -> None:
        with GradCAM(model=network, target_layers=[network.layer4[-1]]) as cam:
            for index in range(len(LABELS)):
                cam(input_tensor=tensor, targets=[ClassifierOutputTarget(index)])

    return loop


def _bf16(manifest: Manifest, network: nn.Module) -> Engine | None:
    try:
        return make_engine("openvino-bf16", manifest.model_copy(update={"precision": "bf16"}), network)
    except ModelRefused:
        return None


def _bf16_figures(
    times: dict[str, list[float]], engine: Engine, network: nn.Module, x: torch.Tensor, library: str
) -> list[Figure]:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(x)
    work = counter.get_total_flops() / (2 * MATRIX_SIDE**3)  # in matrix products
    return [
        Figure(f"forward and 14 maps, {engine.name}", median(times["bf16"]) * 1000, "ms"),
        Figure(
            "bf16 against the library",
            median_ratio(times["library"], times["bf16"]),
            "x faster",
            f"{engine.name} against {library} in fp32; at least 120",
            "explain.vs_pytorch_grad_cam_bf16",
        ),
        Figure(
            "bf16 of what a matrix product allows",
            median_ratio(times["product"], times["bf16"]) * work,
            "of 1",
            f"{MATRIX_SIDE} x {MATRIX_SIDE} in torch, for {counter.get_total_flops() / 1e9:.1f} GFLOP; at least 0.8",
            "explain.bf16_vs_matrix_product",
        ),
    ]


def _differences(engine: Engine, reference: Engine, manifest: Manifest, inputs: list[np.ndarray]) -> list[Figure]:
    of_probabilities, of_maps = largest_differences(engine, reference, manifest, inputs)
    note = f"{engine.name} against torch, {len(inputs)} real radiographs"
    return [
        Figure(f"largest difference in probability, {engine.name}", of_probabilities, "", note),
        Figure(f"largest difference in a map, {engine.name}", of_maps, "logit a cell", note),
    ]


def _seconds(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun
