"""Pre-train a ResNet50 on images without their labels: two views of an image shall say the same (Barlow Twins, Zbontar 2021).

What it leaves is where `models.training.train` may start. Only images of the "train" split are seen, none of their labels.
One process, on a processor or a GPU; killed and started again, it goes on where it was, to the same weights.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.network import build_network
from models.training.augment import augment, degrade
from models.training.checkpoint import Position, State, write_durably
from models.training.dataset import Cache, DataKind, DataRefused, Skipped, Table, read_tables, stream
from models.training.processes import loading_processes
from models.training.recipe import BEST, LAST, SKIPPED, Share, store
from models.training.start import parameter_groups

__all__ = ["PretrainConfig", "Twins", "pretrain", "redundancy_loss"]


class PretrainConfig(BaseModel):
    """One pre-training. A view is a crop of at least ``least_crop`` of a side, changed as in training, at ``input_px``.

    ``redundancy`` weighs what keeps the ``width`` outputs of the projector from saying the same (Zbontar 2021, eq. 1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: DataKind
    folder: Path
    seed: int = Field(0, ge=0)
    epochs: int = Field(30, ge=1)
    input_px: int = Field(64, ge=32)
    detail_px: int = Field(128, ge=32)
    batch: int = Field(64, ge=2)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    warm_up: Share = 0.1
    ema_decay: float = Field(0.99, ge=0, lt=1)
    degrade: Share = 0.5
    least_crop: float = Field(0.65, gt=0, le=1)
    redundancy: float = Field(5e-3, gt=0)
    width: int = Field(1024, ge=2)
    workers: int | None = Field(None, ge=0)
    cache_gb: float = Field(8.0, ge=0)
    checkpoint_steps: int = Field(500, ge=1)


class Twins(nn.Module):
    """The network without its head, and the projector that is thrown away afterwards: (N, 3, H, W) to (N, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = build_network(output_stride=32)
        features: int = self.encoder.fc.in_features  # type: ignore[union-attr, assignment]
        self.encoder.fc = nn.Identity()
        self.projector = nn.Sequential(
            nn.Linear(features, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, width, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the projections."""
        projected: Tensor = self.projector(self.encoder(x))
        return projected


def redundancy_loss(first: Tensor, second: Tensor, redundancy: float) -> Tensor:
    """Return how far the cross-correlation of two views' projections (N, D) is from the identity, for each of D (eq. 1)."""
    count, width = first.shape
    correlation = _standardised(first).T @ _standardised(second) / count
    on = torch.diagonal(correlation)
    off = correlation.square().sum() - on.square().sum()
    return ((1 - on).square().sum() + redundancy * off) / width


def _standardised(x: Tensor) -> Tensor:
    return (x - x.mean(0)) / x.std(0, correction=0).clamp_min(1e-5)


def pretrain(config: PretrainConfig, out: Path, *, progress: bool = False) -> Path:
    """Pre-train as ``config`` says, into the run folder ``out``, and return the weights' file; go on where it was stopped.

    Raises DataRefused or RunRefused before any training, and FloatingPointError where the loss is no number any more.
    """
    table = read_tables(config.data, config.folder)["train"]
    steps = len(table) // config.batch
    if not steps:
        raise DataRefused(f"{len(table)} training images are fewer than a batch; choose a smaller one")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    state = _start(config, steps, device)
    out.mkdir(parents=True, exist_ok=True)
    store(config, out, 1)
    if (out / LAST).exists():
        state.resume(out / LAST, device)
    console = Console(stderr=True, quiet=not progress)
    _Pretraining(config, out, table, steps, device, console, state).run()
    return out / BEST


def _start(config: PretrainConfig, steps: int, device: torch.device) -> State:
    torch.manual_seed(config.seed)
    twins = Twins(config.width).to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(parameter_groups(twins, config.weight_decay), lr=config.learning_rate)
    return State(
        network=twins,
        averaged=AveragedModel(twins, multi_avg_fn=get_ema_multi_avg_fn(config.ema_decay), use_buffers=True),
        optimizer=optimizer,
        schedule=OneCycleLR(
            optimizer, config.learning_rate, total_steps=steps * config.epochs, pct_start=config.warm_up
        ),
        scaler=GradScaler(device.type, enabled=False),
        position=Position(),
    )


@dataclass(frozen=True, slots=True)
class _Pretraining:
    config: PretrainConfig
    out: Path
    table: Table
    steps: int
    device: torch.device
    console: Console
    state: State

    def run(self) -> None:
        config, position = self.config, self.state.position
        skipped = Skipped(self.out / SKIPPED)
        file = self.out / "train.cache"
        fits = len(self.table) * config.detail_px**2 <= config.cache_gb * 1e9
        workers = loading_processes() if config.workers is None else config.workers
        feed = stream(
            self.table,
            config.detail_px,
            self._batches(position.epoch, position.step),
            cache=Cache(file, len(self.table), config.detail_px) if fits else None,
            workers=workers,
            skipped=skipped,
        )
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        done = position.epoch * self.steps + position.step
        with Progress(*columns, console=self.console, disable=self.console.quiet) as bars:
            bar = bars.add_task("pre-training", total=config.epochs * self.steps, completed=done)
            self.state.network.train()
            for images in feed:
                begun = time.monotonic()
                position.loss += self._step(images.pixels)
                position.step += 1
                position.seconds += time.monotonic() - begun
                bars.advance(bar)
                if position.step == self.steps:
                    self._end_epoch(len(skipped))
                elif position.step % config.checkpoint_steps == 0:
                    self.state.save(self.out / LAST)
        file.unlink(missing_ok=True)

    def _batches(self, epoch: int, step: int) -> Iterator[list[int]]:
        for number in range(epoch, self.config.epochs):
            rows = np.random.default_rng([self.config.seed, number]).permutation(len(self.table))
            for n in range(step if number == epoch else 0, self.steps):
                yield rows[n * self.config.batch : (n + 1) * self.config.batch].tolist()

    def _step(self, pixels: npt.NDArray[np.float32]) -> float:
        if len(pixels) < 2:  # a batch norm needs two
            return 0.0
        state, position = self.state, self.state.position
        draws = np.random.default_rng([self.config.seed, position.epoch, position.step])
        random = torch.Generator().manual_seed(int(draws.integers(1 << 62)))
        images = torch.from_numpy(pixels)[:, None].to(self.device)
        first, second = (state.network(self._view(images, random)) for _ in range(2))
        loss = redundancy_loss(first, second, self.config.redundancy)
        state.optimizer.zero_grad()
        loss.backward()
        state.optimizer.step()
        state.schedule.step()
        state.averaged.update_parameters(state.network)
        return float(loss.detach())

    def _view(self, images: Tensor, random: torch.Generator) -> Tensor:
        side = self.config.detail_px
        images = degrade(images, self.config.degrade, random)
        kept = int(torch.randint(round(self.config.least_crop * side), side + 1, (), generator=random))
        top, left = torch.randint(0, side - kept + 1, (2,), generator=random).tolist()
        view = augment(images[:, :, top : top + kept, left : left + kept], self.config.input_px, random)
        return view.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)

    def _end_epoch(self, skipped: int) -> None:
        position = self.state.position
        loss = position.loss / self.steps
        if not np.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss} in epoch {position.epoch + 1}: lower the learning rate")
        self.console.print(
            f"epoch {position.epoch + 1}: loss {loss:.4f}, {position.seconds:.0f} s, {skipped} images skipped"
        )
        position.epoch, position.step = position.epoch + 1, 0
        position.loss = position.seconds = 0.0
        self.state.save(self.out / LAST)
        weights = {name: t.contiguous() for name, t in self.state.averaged.module.encoder.state_dict().items()}  # type: ignore[union-attr]
        content = save(weights, {"epoch": str(position.epoch)})
        write_durably(self.out / BEST, lambda file: file.write(content))
