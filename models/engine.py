"""Engines: what runs a network. All speak one small protocol; torch in float32 is the reference for every other.

==============  =====================================================================================================
torch           the reference
openvino        the default on a processor, float32: logits and maps of one graph
openvino-bf16   by choice, for models evaluated in bfloat16, on processors that have it
cuda            torch on a GPU, float32 (TensorFloat-32 off); the default where there is one
==============  =====================================================================================================

Engines of one precision are interchangeable: probabilities and maps within ``AGREES_WITHIN`` of the reference.
"""

import sys
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from models.explain import grad_cam_closed_form
from models.network import features_and_logits
from models.registry import Manifest, ModelRefused

ENGINES: Final[dict[str, Literal["fp32", "bf16"]]] = {
    "torch": "fp32",
    "openvino": "fp32",
    "openvino-bf16": "bf16",
    "cuda": "fp32",
}
"""The engines there are, and the arithmetic of each. ``auto`` stands for the best one that fits the model and the machine."""
AGREES_WITHIN: Final = 1e-3
"""Largest difference from the reference that a float32 engine may have: in probability, and in a map's own unit (logit, a cell)."""

Batch = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network says of a batch: ``logits`` float32 (N, K) and signed Grad-CAM maps ``evidence`` float32 (N, K, h, w)."""

    logits: npt.NDArray[np.float32]
    evidence: npt.NDArray[np.float32]


class Engine(Protocol):
    """A loaded network. May be used from several threads at once."""

    @property
    def name(self) -> str:
        """Return what it is called in settings, logs and benchmarks."""

    def __call__(self, x: Batch) -> Answer:
        """Answer for a batch float32 (N, channels, px, px)."""


@dataclass(frozen=True, slots=True)
class TorchEngine:
    """Torch, float32, on the processor (the reference) or on a GPU."""

    network: nn.Module
    name: str = "torch"
    device: str = "cpu"

    @torch.inference_mode()
    def __call__(self, x: Batch) -> Answer:
        """Answer for a batch float32 (N, channels, px, px)."""
        batch = torch.from_numpy(x).to(self.device, memory_format=torch.channels_last)
        features, logits = features_and_logits(self.network, batch)
        weight: torch.Tensor = self.network.fc.weight  # type: ignore[union-attr, assignment]
        evidence = torch.stack([grad_cam_closed_form(each, weight) for each in features])
        return Answer(logits.cpu().numpy(), evidence.cpu().numpy())


def make_engine(name: str, manifest: Manifest, network: nn.Module, threads: int | None = None) -> Engine:
    """Return the engine called ``name``, or for ``auto`` the best one here, warm.

    ``threads`` bounds an engine on the processor; without it, it uses as many as torch does.

    Raises ModelRefused where there is no such engine, this machine cannot run it, or the model was evaluated in another arithmetic.
    """
    name = _best(manifest) if name == "auto" else name
    if name not in ENGINES:
        raise ModelRefused(f"there is no engine {name}; choose one of auto, {', '.join(ENGINES)}")
    if ENGINES[name] != manifest.precision:
        raise ModelRefused(
            f"{manifest.name} was evaluated in {manifest.precision}, and the engine {name} computes in {ENGINES[name]}:"
            " evaluate the model with that engine first"
        )
    engine = _made(name, manifest, network, threads or torch.get_num_threads())
    # The first pass chooses kernels and takes its memory; no patient's image should wait for that.
    preprocessing = manifest.preprocessing
    engine(np.zeros((1, preprocessing.channels, preprocessing.input_px, preprocessing.input_px), np.float32))
    return engine


def _best(manifest: Manifest) -> str:
    if manifest.precision == "bf16":
        return "openvino-bf16"
    if torch.cuda.is_available():
        return "cuda"
    return "openvino" if find_spec("openvino") else "torch"


def _made(name: str, manifest: Manifest, network: nn.Module, threads: int) -> Engine:
    match name:
        case "torch":
            return TorchEngine(network.to(memory_format=torch.channels_last))
        case "cuda":
            if not torch.cuda.is_available():
                raise ModelRefused("there is no GPU that torch can use here: choose the engine openvino or torch")
            # TensorFloat-32 is no float32, and the same image must get the same answer twice.
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cudnn.deterministic = True
            # `to` moves the network itself, and the caller's must stay where it is.
            own = deepcopy(network).to("cuda").to(memory_format=torch.channels_last)
            return TorchEngine(own, "cuda", "cuda")
        case _:
            # OpenVINO's converter reports its use to its maker wherever it can import this; without it, it is silent.
            sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
            from models.engine_openvino import OpenVinoEngine  # noqa: PLC0415 - after the line above

            return OpenVinoEngine(name, manifest, network, threads)
