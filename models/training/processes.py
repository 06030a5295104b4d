"""The processes of one training: one by default, as many as ``torchrun`` has started otherwise."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import distributed


@dataclass(frozen=True, slots=True)
class Process:
    """Which of the processes of one training this is, and what it computes on."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Tell whether this one writes and validates."""
        return self.rank == 0

    def wait(self) -> None:
        """Wait until all are here."""
        if self.count > 1:
            distributed.barrier()


@contextmanager
def processes() -> Iterator[Process]:
    """Join the processes that torchrun has started (its variables WORLD_SIZE, RANK, LOCAL_RANK); leave them at the end."""
    count, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if count > 1:
        # The others wait while the first one validates.
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=timedelta(hours=2))
    try:
        yield Process(rank, count, device)
    finally:
        if count > 1:
            distributed.destroy_process_group()


def loading_processes() -> int:
    """Return how many processes should read images for this one: what the machine has beside it, at most 8."""
    share = len(os.sched_getaffinity(0)) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return min(8, max(1, share - 1))
