"""Where training starts: the network from random or given weights, its optimizer, schedule and loss."""

from pathlib import Path

import torch
from rich.console import Console
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.network import build_network
from models.training.checkpoint import Position, State
from models.training.dataset import Table
from models.training.recipe import RunRefused, TrainConfig


def start(config: TrainConfig, table: Table, steps: int, device: torch.device, console: Console) -> State:
    """Return the state before the first of ``steps`` steps an epoch; raises RunRefused where ``config.init`` does not fit."""
    torch.manual_seed(config.seed)
    network = build_network(output_stride=32)
    if not config.init or not _load(network, config.init, console):
        _start_at_prevalence(network, torch.from_numpy(table.labels))
    network.to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(parameter_groups(network, config.weight_decay), lr=config.learning_rate)
    return State(
        network=network,
        # Buffers, too: batch statistics of the newest weights do not fit to averaged ones.
        averaged=AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.ema_decay), use_buffers=True),
        optimizer=optimizer,
        schedule=one_cycle(optimizer, config, steps * len(config.schedule)),
        scaler=GradScaler(device.type, enabled=device.type == "cuda" and config.precision in {"auto", "fp16"}),
        position=Position(),
    )


def one_cycle(optimizer: Optimizer, config: TrainConfig, total_steps: int) -> OneCycleLR:
    """Return the schedule of the learning rate: up during the warm-up, down to the last of ``total_steps`` (Smith 2019)."""
    # It divides by the steps of the warm-up less one: a warm-up of a single step is none.
    warm_up = config.warm_up if config.warm_up * total_steps > 1 else 0.0
    return OneCycleLR(optimizer, config.learning_rate, total_steps=total_steps, pct_start=warm_up)


def set_output_stride(network: nn.Module, output_stride: int) -> None:
    """Let the last block stride (32) or dilate (16): the weights are the same, the map is finer (Yu 2017)."""
    wanted = build_network(output_stride=output_stride)
    for own, other in zip(network.layer4.modules(), wanted.layer4.modules(), strict=True):  # type: ignore[union-attr]
        if isinstance(own, nn.Conv2d):
            own.stride, own.dilation, own.padding = other.stride, other.dilation, other.padding


def masked_loss(logits: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    """Return binary cross-entropy over the labels that are ``known`` (1 or 0); all are (N, 14)."""
    each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (each * known).sum() / known.sum().clamp_min(1)


def parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay matrices and filters only: a decayed batch norm or bias is pulled towards a dead channel."""
    parameters = list(network.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
    ]


def _load(network: nn.Module, file: Path, console: Console) -> bool:
    """Load what fits and tell whether the head did; a head of another size stays new, anything else must fit."""
    try:
        given = {name: tensor.float() for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise RunRefused(f"{file} cannot be read as safetensors: {error}") from error
    own = network.state_dict()
    head = {"fc.weight", "fc.bias"}
    head_fits = all(name in given and given[name].shape == own[name].shape for name in head)
    optional = {name for name in own if name.endswith("num_batches_tracked")}
    if not head_fits:
        given = {name: tensor for name, tensor in given.items() if name not in head}
        optional |= head
        console.print(f"{file} has no head of {len(own['fc.bias'])} outputs: the head starts anew")
    differing = [
        name
        for name in sorted(own.keys() | given.keys())
        if name not in optional and (name not in own or name not in given or own[name].shape != given[name].shape)
    ]
    if differing:
        shown = ", ".join(differing[:5]) + (", ..." if len(differing) > 5 else "")
        raise RunRefused(f"{file} is no ResNet50 of 3 channels; {len(differing)} keys differ: {shown}")
    network.load_state_dict(given, strict=False)
    return head_fits


@torch.no_grad()
def _start_at_prevalence(network: nn.Module, labels: Tensor) -> None:
    """Set the head's bias to each label's log odds, so that the first epochs need not find them."""
    prevalence = labels.nanmean(0).nan_to_num(0.5).clamp(0.01, 0.99)
    network.fc.bias.copy_(torch.logit(prevalence))  # type: ignore[union-attr, operator]
