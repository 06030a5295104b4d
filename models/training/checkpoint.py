"""What a run needs to go on where it was killed, written so that a kill at any moment leaves the old one or the new."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel


@dataclass(slots=True)
class Position:
    """How far a run has come: ``step`` steps into ``epoch``, with what this epoch and those before it have given."""

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    seconds: float = 0.0
    loading_s: float = 0.0
    best: float = -1.0
    curves: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class State:
    """All that changes in training. There is no random state: every draw is seeded by its epoch and step."""

    network: nn.Module
    averaged: AveragedModel
    optimizer: AdamW
    schedule: OneCycleLR
    scaler: GradScaler
    position: Position

    def save(self, path: Path) -> None:
        """Replace the checkpoint at ``path``."""
        parts = {name: getattr(self, name).state_dict() for name in _PARTS}
        position = {name: getattr(self.position, name) for name in Position.__slots__}
        write_durably(path, lambda file: torch.save({**parts, "position": position}, file))

    def resume(self, path: Path, device: torch.device) -> None:
        """Go back to the checkpoint at ``path``."""
        held = torch.load(path, map_location=device, weights_only=True)
        for name in _PARTS:
            getattr(self, name).load_state_dict(held[name])
        for name, value in held["position"].items():
            setattr(self.position, name, value)


_PARTS = ("network", "averaged", "optimizer", "schedule", "scaler")


def write_durably(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Replace ``path`` by what ``write`` writes: under another name, flushed to the disk, then renamed."""
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
