"""Small, seeded changes to a batch, so that 1,300 images do not become 1,300 answers learnt by heart."""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from models.preprocess import standardise

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
        return torch.empty(len(images)).uniform_(low, high, generator=random)

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
