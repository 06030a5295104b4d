"""A model folder whose answer is known beforehand: it sees brightness, and nothing else.

The network is the shipped architecture with weights set by hand: one channel carries the radiograph's brightness
through all stages, everything else is zero. ``write_brightness_model`` takes about a second.
"""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn
from torchvision.models.resnet import Bottleneck

from models.labels import LABELS, Label
from models.network import build_network
from models.preprocess import Preprocessing
from models.registry import MANIFEST, WEIGHTS, Calibration, Manifest, OperatingPoint, Output, Positives

UNSEEN = frozenset({Label.ENLARGED_CARDIOMEDIASTINUM, Label.FRACTURE, Label.SUPPORT_DEVICES})
# Pleural Effusion and Lung Opacity grow with brightness, No Finding with its absence; the others stay at their bias.
WEIGHTS_BY_LABEL = {Label.PLEURAL_EFFUSION: 4.0, Label.LUNG_OPACITY: 2.0, Label.NO_FINDING: -2.0}


def write_brightness_model(
    folder: Path, *, name: str = "brightness", version: str = "1", threshold: float = 0.5
) -> Path:
    """Write manifest and weights into ``folder``; any radiograph with contrast has Pleural Effusion and Lung Opacity called."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = save(_half(brightness_network()))
    manifest = Manifest(
        name=name,
        version=version,
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(detail_px=64, input_px=128),
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        outputs=tuple(_output(label, threshold) for label in LABELS),
    )
    (folder / WEIGHTS).write_bytes(weights)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (folder / "card.md").write_text("# A model for tests\n", encoding="utf-8")
    return folder


@torch.no_grad()
def brightness_network() -> nn.Module:
    """Return the network: feature 0 is local brightness, in standard deviations above the image's mean."""
    network = build_network()
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.weight.zero_()
    network.conv1.weight[0] = 1 / 147
    for module in network.modules():
        if isinstance(module, Bottleneck) and module.downsample is not None:
            module.downsample[0].weight[0, 0] = 1.0
    network.fc.bias.fill_(-1.0)
    for label, weight in WEIGHTS_BY_LABEL.items():
        network.fc.weight[LABELS.index(label), 0] = weight
        network.fc.bias[LABELS.index(label)] = 0.0
    return network.eval()


def _output(label: Label, threshold: float) -> Output:
    if label in UNSEEN:
        positives = Positives(train=0, valid=0, test=0)
        return Output(label=label, index=None, positives=positives, not_assessed_because="never seen")
    return Output(
        label=label,
        positives=Positives(train=9, valid=9, test=9),
        index=LABELS.index(label),
        calibration=Calibration(slope=1.0, intercept=0.0),
        operating_point=OperatingPoint(threshold=threshold, low=threshold, high=threshold),
    )


def _half(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: t.half() for name, t in network.state_dict().items() if not name.endswith("num_batches_tracked")}
