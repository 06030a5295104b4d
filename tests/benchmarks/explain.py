"""Explaining all 14 labels of one radiograph: our closed form against a bare forward pass and against pytorch-grad-cam."""

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor

from integrations.instance import read_radiograph
from models.classifier import Classifier
from models.explain import grad_cam_closed_form
from models.labels import LABELS
from models.network import features_and_logits
from models.registry import load_model
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.stage import model_folder
from tests.instances import CARDIOMEGALY, DICOM

ROUNDS = 15
PASSES = 10  # of the two quick contestants, within a round


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Measure wall time of the three ways, all fp32, on the same input and the same threads."""
    classifier = Classifier.load(model_folder())
    x = network_input(classifier)
    by_library = library_loop(classifier, x)
    ways: dict[str, Callable[[], object]] = {
        "forward": lambda: forward_pass(classifier, x),
        "closed": lambda: closed_form(classifier, x),
        "library": by_library,
    }
    for warm_up in ways.values():
        warm_up()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(2 if quick else ROUNDS):
        pairs = [(_seconds(ways["forward"]), _seconds(ways["closed"])) for _ in range(PASSES)]
        times["forward"].append(median(f for f, _ in pairs))
        times["closed"].append(median(c for _, c in pairs))
        times["library"].append(_seconds(by_library))
    size = f"{classifier.input_px} px, fp32, {torch.get_num_threads()} threads"
    library = f"pytorch-grad-cam {version('grad-cam')}"
    return [
        Figure("bare forward pass", median(times["forward"]) * 1000, "ms", f"ResNet50, {size}"),
        Figure("14 explanations, closed form", median(times["closed"]) * 1000, "ms", size),
        Figure("14 explanations, one by one", median(times["library"]) * 1000, "ms", f"{library}, {size}"),
        Figure(
            "explanations over a forward pass",
            median_ratio(times["closed"], times["forward"]),
            "x time",
            "at most 1.2",
            "explain.vs_forward",
        ),
        Figure(
            "explanations against the library",
            median_ratio(times["library"], times["closed"]),
            "x faster",
            f"{library}; at least 30",
            "explain.vs_pytorch_grad_cam",
        ),
    ]


def network_input(classifier: Classifier) -> Tensor:
    """Return a real radiograph as the network sees it, laid out as `Classifier.assess` does."""
    x = torch.from_numpy(classifier.manifest.preprocessing(read_radiograph(DICOM / f"{CARDIOMEGALY}.dcm")))
    return x.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def forward_pass(classifier: Classifier, x: Tensor) -> Tensor:
    """Return logits, and nothing that explains them."""
    logits: Tensor = classifier.engine.network(x)
    return logits


@torch.inference_mode()
def closed_form(classifier: Classifier, x: Tensor) -> tuple[Tensor, object]:
    """Return logits and the 14 maps, as `Classifier.assess` makes them."""
    features, logits = features_and_logits(classifier.engine.network, x)
    return logits, grad_cam_closed_form(features[0], classifier.engine.network.fc.weight).numpy()


def library_loop(classifier: Classifier, x: Tensor) -> Callable[[], None]:
    """Return the loop that the library's own documentation shows: one target after the other."""
    network = load_model(model_folder())[2].requires_grad_(requires_grad=True)

    def loop() -> None:
        with GradCAM(model=network, target_layers=[network.layer4[-1]]) as cam:
            for index in range(len(LABELS)):
                cam(input_tensor=x, targets=[ClassifierOutputTarget(index)])

    return loop


def _seconds(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun
