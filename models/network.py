"""The network: torchvision's ResNet50 with an output layer of its own.

Only the first and the last layer ever differ, so that another group's checkpoint fits with nothing but a manifest.
"""

import torch
from torch import Tensor, nn
from torchvision.models import resnet50

from models.labels import LABELS


def build_network(*, output_stride: int = 16, outputs: int = len(LABELS), channels: int = 3) -> nn.Module:
    """Return a ResNet50 with random weights: float32 (N, channels, px, px) to logits (N, outputs).

    ``output_stride`` is the input's side over the last feature map's: 32 as published (He 2016), or 16, where the last
    stage dilates instead of striding (Yu 2017), so that an explanation has four times as many cells.
    """
    if output_stride not in (16, 32):
        raise ValueError(f"output_stride must be 16 or 32, not {output_stride}")
    network: nn.Module = resnet50(
        weights=None,
        num_classes=outputs,
        zero_init_residual=True,
        replace_stride_with_dilation=[False, False, output_stride == 16],  # noqa: PLR2004
    )
    if channels != 3:  # noqa: PLR2004 - as published
        network.conv1 = nn.Conv2d(channels, 64, kernel_size=7, stride=2, padding=3, bias=False)
    return network


def features_and_logits(network: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return layer4's output (N, C, h, w), after its last residual sum and ReLU, and the logits (N, outputs) of one pass.

    The stages are called by name instead of through a hook: a hook that is left in a network keeps its tensors alive.
    """
    stem = (network.conv1, network.bn1, network.relu, network.maxpool)
    for stage in (*stem, network.layer1, network.layer2, network.layer3, network.layer4):
        x = stage(x)  # type: ignore[operator]
    pooled = torch.flatten(network.avgpool(x), 1)  # type: ignore[operator]
    return x, network.fc(pooled)  # type: ignore[operator]
