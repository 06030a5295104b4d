"""Train the network from random weights: ``python -m models.training.train --data DIR --out DIR``.

Progressive resizing (small inputs first, the final size last) buys more passes for the same time. Every epoch
renews the checkpoint; evaluate.py turns it into a model folder. On a shared machine set OMP_WAIT_POLICY=PASSIVE:
threads that spin while they wait took three times the processor time.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_model
from torch import Generator, Tensor, nn
from torch.nn import functional

from models.labels import LABELS, Label
from models.network import build_network
from models.preprocess import enlarge, standardise
from models.training.augment import augment
from models.training.dataset import Split, read_split
from models.training.metrics import auroc

DETAIL_PX = 64
# In the 512 px half of the data, Pneumonia stands on 98 of 100 abnormal images, in the other half on 2 of 900 images:
# to learn it is to learn where an image came from.
UNLEARNED = frozenset({Label.PNEUMONIA})


@dataclass(frozen=True, slots=True)
class Stage:
    """``epochs`` passes over the data at ``side_px``."""

    epochs: int
    side_px: int


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with labels.csv and the images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, renewed every epoch")
    parser.add_argument(
        "--stages", type=_stage, nargs="+", default=[Stage(14, 64), Stage(5, 96), Stage(2, 128)], help="EPOCHSxPIXELS"
    )
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    train(arguments.data, arguments.out, arguments.stages, batch=arguments.batch, seed=arguments.seed)


def train(data: Path, out: Path, stages: list[Stage], *, batch: int, seed: int) -> None:
    """Train through ``stages`` and write ``out/last.safetensors`` after each epoch."""
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    training, valid = read_split(data, "train", DETAIL_PX), read_split(data, "valid", DETAIL_PX)
    targets, known = _targets(training)
    images = torch.from_numpy(training.images)[:, None]

    network = build_network().to(memory_format=torch.channels_last)
    _start_at_prevalence(network, targets, known)
    steps = len(images) // batch
    optimizer = torch.optim.AdamW(_parameter_groups(network), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=1e-3, total_steps=steps * sum(stage.epochs for stage in stages), pct_start=0.25
    )
    for epoch, side_px in enumerate(side for stage in stages for side in [stage.side_px] * stage.epochs):
        began, losses = time.monotonic(), []
        network.train()
        for chosen in _batches(len(images), batch, random):
            x = augment(images[chosen], side_px, random).expand(-1, 3, -1, -1)
            logits = network(x.contiguous(memory_format=torch.channels_last))
            losses.append(loss := masked_loss(logits, targets[chosen], known[chosen]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        save_model(network, str(out / "next.safetensors"))
        (out / "next.safetensors").replace(out / "last.safetensors")
        macro, each = _macro_auroc(network, valid, side_px)
        print(
            f"epoch {epoch + 1:2d} at {side_px} px: loss {torch.stack(losses).mean():.4f}, "
            f"valid AUROC {macro:.3f} ({each}), {time.monotonic() - began:.0f} s",
            flush=True,
        )


def masked_loss(logits: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    """Return binary cross-entropy over the labels that somebody looked for (``known``)."""
    each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (each * known).sum() / known.sum()


@torch.inference_mode()
def predict(network: nn.Module, images: np.ndarray, side_px: int) -> np.ndarray:
    """Return logits float32 (N, 14) for ``images`` (N, H, W) in [0, 1], fitted as at inference."""
    network.eval()
    parts = []
    for part in torch.from_numpy(images)[:, None].split(32):
        x = standardise(enlarge(part, side_px)).expand(-1, 3, -1, -1)
        parts.append(network(x.contiguous(memory_format=torch.channels_last)))
    return torch.cat(parts).numpy()


def _targets(split: Split) -> tuple[Tensor, Tensor]:
    labels = torch.from_numpy(split.labels)
    known = ~labels.isnan() & torch.tensor([label not in UNLEARNED for label in LABELS])
    return labels.nan_to_num(0.0), known.float()


def _start_at_prevalence(network: nn.Module, targets: Tensor, known: Tensor) -> None:
    """Set the head's bias to each label's log odds, so that the first epochs need not find them."""
    prevalence = ((targets * known).sum(0) / known.sum(0).clamp_min(1)).clamp(0.01, 0.99)
    with torch.no_grad():
        network.fc.bias.copy_(torch.logit(prevalence))  # type: ignore[union-attr, operator]


def _parameter_groups(network: nn.Module) -> list[dict[str, object]]:
    """Decay matrices and filters only: a decayed batch norm or bias is pulled towards a dead channel."""
    parameters = list(network.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.05},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
    ]


def _batches(count: int, batch: int, random: Generator) -> Iterator[Tensor]:
    """Yield shuffled indices; the incomplete last batch is left out (its batch statistics are the noisiest)."""
    order = torch.randperm(count, generator=random)
    yield from order[: count - count % batch].split(batch)


def _macro_auroc(network: nn.Module, split: Split, side_px: int) -> tuple[float, str]:
    logits = predict(network, split.images, side_px)
    scores = {
        label: auroc(split.labels[:, i], logits[:, i])
        for i, label in enumerate(LABELS)
        if label not in UNLEARNED and not np.isnan(split.labels[:, i]).all()
    }
    return float(np.mean(list(scores.values()))), " ".join(f"{value:.2f}" for value in scores.values())


def _stage(text: str) -> Stage:
    epochs, side_px = text.split("x")
    return Stage(int(epochs), int(side_px))


if __name__ == "__main__":
    main()
