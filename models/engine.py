"""Engines: what runs a network. All speak one small protocol; torch in float32 is the reference for every other."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from models.explain import grad_cam_closed_form
from models.network import features_and_logits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network says of a batch: ``logits`` float32 (N, K) and signed Grad-CAM maps ``evidence`` float32 (N, K, h, w)."""

    logits: npt.NDArray[np.float32]
    evidence: npt.NDArray[np.float32]


class Engine(Protocol):
    """A loaded network. May be used from several threads at once."""

    @property
    def name(self) -> str:
        """Return what it is called in settings and benchmarks."""

    def __call__(self, x: npt.NDArray[np.float32]) -> Answer:
        """Answer for a batch float32 (N, channels, px, px)."""


@dataclass(frozen=True, slots=True)
class TorchEngine:
    """The reference: torch, float32, on the processor."""

    network: nn.Module
    name: str = "torch"

    @torch.inference_mode()
    def __call__(self, x: npt.NDArray[np.float32]) -> Answer:
        """Answer for a batch float32 (N, channels, px, px)."""
        batch = torch.from_numpy(x).contiguous(memory_format=torch.channels_last)
        features, logits = features_and_logits(self.network, batch)
        weight: torch.Tensor = self.network.fc.weight  # type: ignore[union-attr, assignment]
        evidence = torch.stack([grad_cam_closed_form(each, weight) for each in features])
        return Answer(logits.numpy(), evidence.numpy())
