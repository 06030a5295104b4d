"""Train a ResNet50 with 14 outputs, on one processor, one GPU, or under ``torchrun`` on many.

A run can be killed at any moment and started again: all that is random is seeded by (seed, epoch, step, process), so
that it ends with the same weights as an undisturbed one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from models.engine import Answer
from models.labels import LABELS
from models.preprocess import Preprocessing
from models.training.augment import augment, degrade, mixup
from models.training.checkpoint import State, write_durably
from models.training.curves import write_curves
from models.training.dataset import Cache, DataRefused, Images, Skipped, Table, stream
from models.training.predict import predict
from models.training.processes import Process, loading_processes, processes
from models.training.recipe import BEST, CURVES, LAST, PICTURE, SKIPPED, Stage, TrainConfig, store
from models.training.start import masked_loss, set_output_stride, start

_PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def train(config: TrainConfig, out: Path, *, progress: bool = False) -> None:
    """Train as ``config`` says, into the run folder ``out``; go on where a run of the same configuration was stopped.

    Raises DataRefused or RunRefused before any training, and FloatingPointError where the loss is no number any more.
    """
    with processes() as here:
        tables = config.tables()
        steps = len(tables["train"]) // (config.batch * here.count)
        if not steps:
            raise DataRefused(f"{len(tables['train'])} training images are fewer than a batch; choose a smaller one")
        console = Console(stderr=True, quiet=not (progress and here.is_first))
        state = start(config, tables["train"], steps, here.device, console)
        # A folder belongs to its configuration from here on: not before every process could start with it.
        here.wait()
        out.mkdir(parents=True, exist_ok=True)
        if here.is_first:
            store(config, out, here.count)
        here.wait()
        if (out / LAST).exists():
            state.resume(out / LAST, here.device)
            console.print(f"going on at epoch {state.position.epoch + 1}, step {state.position.step + 1}")
        _Training(config, out, tables, steps, here, console, state).run(progress=progress)


@dataclass(frozen=True, slots=True)
class _Averaged:
    """An engine of the averaged weights, for logits only."""

    network: nn.Module
    device: torch.device
    name: str = "training"

    @torch.inference_mode()
    def __call__(self, x: np.ndarray[Any, np.dtype[np.float32]]) -> Answer:
        batch = torch.from_numpy(x).to(self.device).contiguous(memory_format=torch.channels_last)
        return Answer(self.network(batch).cpu().numpy(), np.empty((len(x), 0, 0, 0), np.float32))


def _line(epoch: dict[str, Any]) -> str:
    auroc = epoch["macro_auroc"] or "unknown (too few positives)"
    return (
        f"epoch {epoch['epoch']} at {epoch['input_px']} px: loss {epoch['loss']:.4f}, macro AUROC {auroc}, "
        f"{epoch['seconds']:.0f} s, {epoch['loading_share']:.0%} of it loading, {epoch['skipped']} images skipped"
    )


@dataclass(frozen=True, slots=True)
class _Training:
    config: TrainConfig
    out: Path
    tables: dict[str, Table]
    steps: int
    here: Process
    console: Console
    state: State

    def run(self, *, progress: bool) -> None:
        position, here = self.state.position, self.here
        skipped = Skipped(self.out / SKIPPED)
        caches = {split: self._cache(split) for split in ("train", "valid")}
        network: nn.Module = DistributedDataParallel(self.state.network) if here.count > 1 else self.state.network
        feed = stream(
            self.tables["train"],
            self.config.grid_px,
            self._batches(position.epoch, position.step),
            cache=caches["train"],
            workers=self._workers,
            skipped=skipped,
        )
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.console, disable=not (progress and here.is_first)) as bars:
            all_epochs = bars.add_task("epochs", total=len(self.config.schedule), completed=position.epoch)
            for stage in self.config.schedule[position.epoch :]:
                bar = bars.add_task(f"{stage.input_px} px", total=self.steps, completed=position.step)
                self._epoch(network, stage, feed, partial(bars.advance, bar))
                self._end_epoch(stage, caches["valid"], skipped)
                if here.is_first:
                    self.console.print(_line(position.curves[-1]))
                bars.remove_task(bar)
                bars.advance(all_epochs)
        if here.is_first:
            write_curves(position.curves, self.out / CURVES, self.out / PICTURE)
            for split in caches:
                self._cache_file(split).unlink(missing_ok=True)

    def _epoch(self, network: nn.Module, stage: Stage, feed: Iterator[Images], advance: Callable[[], None]) -> None:
        position = self.state.position
        for each in (self.state.network, self.state.averaged.module):
            set_output_stride(each, stage.output_stride)
        network.train()
        loss = torch.tensor(position.loss, dtype=torch.float64, device=self.here.device)
        while position.step < self.steps:
            begun = time.monotonic()
            x, targets, known = self._batch(next(feed), stage)
            position.loading_s += time.monotonic() - begun
            loss += self._step(network, x, targets, known)
            position.step += 1
            position.seconds += time.monotonic() - begun
            advance()
            if self.here.is_first and position.step % self.config.checkpoint_steps == 0:
                position.loss = float(loss)
                self.state.save(self.out / LAST)
        position.loss = float(loss)

    def _batch(self, images: Images, stage: Stage) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the network is to see, what it is to say, and where that is known: (N, 3, px, px), (N, 14) twice."""
        config, position = self.config, self.state.position
        draws = np.random.default_rng([config.seed, position.epoch, position.step, self.here.rank])
        random = torch.Generator().manual_seed(int(draws.integers(1 << 62)))
        # An unreadable image's place is taken by another without a say, for all processes need batches of one size.
        count = len(images.rows)
        filled = np.arange(config.batch) % max(count, 1)
        side_px = config.grid_px
        pixels = images.pixels[filled] if count else np.zeros((config.batch, side_px, side_px), np.float32)
        labels = self.tables["train"].labels[images.rows[filled] if count else filled]
        labels = np.where(np.arange(config.batch)[:, None] < count, labels, np.nan)

        x = degrade(torch.from_numpy(pixels)[:, None].to(self.here.device), config.degrade, random)
        x = augment(x, stage.input_px, random)
        targets = torch.from_numpy(labels).to(self.here.device)
        targets, known = targets.nan_to_num(0.0), (~targets.isnan()).float()
        if draws.random() < config.mixup:
            share = float(draws.beta(config.mixup_alpha, config.mixup_alpha))
            x, targets, known = mixup(x, targets, known, share, random)
        return x.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last), targets, known

    def _step(self, network: nn.Module, x: Tensor, targets: Tensor, known: Tensor) -> Tensor:
        state = self.state
        with torch.autocast(x.device.type, _PRECISIONS[self._precision], enabled=self._precision != "fp32"):
            logits = network(x)
        loss = masked_loss(logits.float(), targets, known)
        state.optimizer.zero_grad()
        state.scaler.scale(loss).backward()
        state.scaler.step(state.optimizer)
        state.scaler.update()
        state.schedule.step()
        if self.here.is_first:
            state.averaged.update_parameters(state.network)
        return loss.detach()

    def _end_epoch(self, stage: Stage, cache: Cache | None, skipped: Skipped) -> None:
        position = self.state.position
        loss = position.loss / self.steps
        if not np.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss} in epoch {position.epoch + 1}: lower the learning rate")
        if self.here.is_first:
            scores, macro = self._validate(stage, cache, skipped)
            position.curves.append(
                {
                    "epoch": position.epoch + 1,
                    "input_px": stage.input_px,
                    "output_stride": stage.output_stride,
                    "learning_rate": f"{self.state.schedule.get_last_lr()[0]:.3g}",
                    "loss": round(loss, 5),
                    "macro_auroc": "" if macro is None else round(macro, 4),
                    **scores,
                    "skipped": len(skipped),
                    "seconds": round(position.seconds, 2),
                    "loading_share": round(position.loading_s / max(position.seconds, 1e-9), 4),
                }
            )
            # A stage's first epoch replaces the best of the one before, which saw less and has coarser maps.
            if macro is None or macro > position.best or position.epoch in self.config.first_epochs:
                position.best = position.best if macro is None else macro
                weights = {name: t.contiguous() for name, t in self.state.averaged.module.state_dict().items()}
                content = save(weights, {"stage": str(stage), "epoch": str(position.epoch + 1)})
                write_durably(self.out / BEST, lambda file: file.write(content))
        position.epoch, position.step = position.epoch + 1, 0
        position.loss = position.seconds = position.loading_s = 0.0
        if self.here.is_first:
            self.state.save(self.out / LAST)
            write_curves(position.curves, self.out / CURVES, self.out / PICTURE)

    def _validate(
        self, stage: Stage, cache: Cache | None, skipped: Skipped
    ) -> tuple[dict[str, float | str], float | None]:
        """Return the AUROC of each label, blank without a positive or a negative, and the mean of those with enough."""
        valid = self.tables["valid"]
        engine = _Averaged(self.state.averaged.module.eval(), self.here.device)
        preprocessing = Preprocessing(input_px=stage.input_px, detail_px=self.config.grid_px)
        rows, logits = predict(engine, valid, preprocessing, skipped=skipped, cache=cache, workers=self._workers)
        scores: dict[str, float | str] = {str(label): "" for label in LABELS}
        enough = []
        for i, label in enumerate(LABELS):
            truth = valid.labels[rows, i]
            known = ~np.isnan(truth)
            positives = int(truth[known].sum())
            if 0 < positives < known.sum():
                value = float(roc_auc_score(truth[known], logits[known, i]))
                scores[str(label)] = round(value, 4)
                if positives >= self.config.least_positives:
                    enough.append(value)
        return scores, float(np.mean(enough)) if enough else None

    def _batches(self, epoch: int, step: int) -> Iterator[list[int]]:
        """Yield the rows of each batch of this process from (epoch, step) to the end of the run.

        The incomplete last batch of an epoch is left out: its batch statistics are the noisiest.
        """
        here, batch = self.here, self.config.batch
        for number in range(epoch, len(self.config.schedule)):
            order = np.random.default_rng([self.config.seed, number]).permutation(len(self.tables["train"]))
            for share in range(step * here.count + here.rank, self.steps * here.count, here.count):
                yield order[share * batch : (share + 1) * batch].tolist()
            step = 0

    def _cache(self, split: str) -> Cache | None:
        if sum(map(len, self.tables.values())) * self.config.grid_px**2 > self.config.cache_gb * 1e9:
            return None
        file, of = self._cache_file(split), (len(self.tables[split]), self.config.grid_px)
        cache = None
        if self.here.is_first:
            try:
                cache = Cache(file, *of)
            except OSError as error:
                self.console.print(f"images are decoded anew in each epoch: {error}")
                file.unlink(missing_ok=True)
        self.here.wait()
        return cache or (Cache(file, *of) if file.exists() else None)

    def _cache_file(self, split: str) -> Path:
        return self.out / f"{split}.cache"

    @property
    def _workers(self) -> int:
        return loading_processes() if self.config.workers is None else self.config.workers

    @property
    def _precision(self) -> str:
        if self.config.precision != "auto":
            return self.config.precision
        if self.here.device.type != "cuda":
            return "fp32"
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
