"""Small, seeded changes to a batch, so that a thousand images do not become a thousand answers learnt by heart."""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from models.preprocess import enlarge, standardise

_ROTATION_RAD = math.radians(8)
_SHIFT = 0.12  # of half a side: 6 % of the image
_SCALE = 0.12
_ASPECT = 0.08  # beside the scale: real detectors are not all square, the input always is
_GAMMA = 0.3
_SHARPENED, _BLURRED = -0.3, 0.6


def augment(images: Tensor, side_px: int, random: Generator) -> Tensor:
    """Return standardised (N, 1, side_px, side_px) from ``images`` (N, 1, H, W) in [0, 1].

    Mirrored, turned, scaled, shifted, made brighter or darker, blurred or sharpened: all of it a little.
    """

    def uniform(low: float, high: float) -> Tensor:
        # Drawn on the processor: the same seed means the same changes on every device.
        return torch.empty(len(images)).uniform_(low, high, generator=random).to(images.device)

    def per_image(values: Tensor) -> Tensor:
        return values[:, None, None, None]

    angle, scale = uniform(-_ROTATION_RAD, _ROTATION_RAD), uniform(-_SCALE, _SCALE).exp()
    aspect, mirror = uniform(-_ASPECT, _ASPECT).exp(), uniform(-1, 1).sign()
    cos, sin = angle.cos() * scale, angle.sin() * scale
    across = torch.stack([mirror * cos * aspect, -sin * aspect, uniform(-_SHIFT, _SHIFT)], dim=1)
    down = torch.stack([mirror * sin / aspect, cos / aspect, uniform(-_SHIFT, _SHIFT)], dim=1)
    affine = torch.stack([across, down], dim=1)

    # How an image was reduced before it came to us shows in its sharpness, and differs by source.
    blurred = functional.avg_pool2d(functional.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    images = images + per_image(uniform(_SHARPENED, _BLURRED)) * (blurred - images)
    images = images.clamp(0, 1) ** per_image(uniform(-_GAMMA, _GAMMA).exp())

    grid = functional.affine_grid(affine, [len(images), 1, side_px, side_px], align_corners=False)
    return standardise(
        functional.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)
    )


def degrade(images: Tensor, probability: float, random: Generator) -> Tensor:
    """Return ``images`` (N, 1, H, W), each with ``probability`` at half its detail: resolution must not tell the source."""
    chosen = torch.rand(len(images), generator=random).to(images.device) < probability
    coarse = enlarge(functional.avg_pool2d(images, 2), images.shape[-1])
    return torch.where(chosen[:, None, None, None], coarse, images)


def mixup(x: Tensor, targets: Tensor, known: Tensor, share: float, random: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Return ``share`` of each image and label, and the rest of another's, standardised again (Zhang 2018).

    A mixed label is known where both are.
    """
    other = torch.randperm(len(x), generator=random).to(x.device)
    mixed = standardise(share * x + (1 - share) * x[other])
    return mixed, share * targets + (1 - share) * targets[other], known * known[other]
