"""Grad-CAM in closed form, for a network that ends in a global average pool and one linear layer.

Any other network, and any other method, goes through models.explain_by_library.

ResNet50 ends in a global average pool and one linear layer, so the weight of feature map k for class c is
``dy_c / dA_k(i, j) = w_ck / (h * w)`` at every position (Selvaraju 2017, eq. 1): known without a backward pass. The
maps of all labels are one matrix product of the features that the forward pass made anyway, and before the ReLU they
account for the whole score: summed over all cells, a map equals logit - bias.
"""

import numpy as np
import numpy.typing as npt
from torch import Tensor


def grad_cam_closed_form(features: Tensor, weight: Tensor) -> Tensor:
    """Return the signed maps (classes, h, w) in units of contribution to the logit, a cell.

    ``features`` is (C, h, w), the output of ``layer4[-1]`` after the residual sum and its ReLU; ``weight`` is the
    linear layer's (classes, C). Selvaraju 2017, eq. 2, before its ReLU.
    """
    channels, h, w = features.shape
    return (weight @ features.reshape(channels, h * w) / (h * w)).reshape(-1, h, w)


def peak(evidence: npt.NDArray[np.float32]) -> tuple[int, int] | None:
    """Return (row, column) of the strongest cell of a map (h, w), or None where no cell is positive."""
    row, column = np.unravel_index(int(evidence.argmax()), evidence.shape)
    return (int(row), int(column)) if evidence[row, column] > 0 else None
