"""Grad-CAM, HiResCAM, Grad-CAM++ and LayerCAM by pytorch-grad-cam: for any network, and as the oracle of the closed form.

Apart from models.explain because the library takes seconds to import, which an answer in closed form does not need.
"""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM
from torch import Tensor, nn

Method: TypeAlias = Literal["grad-cam", "hires-cam", "grad-cam++", "layer-cam"]

_METHODS: Final = {"grad-cam": GradCAM, "hires-cam": HiResCAM, "grad-cam++": GradCAMPlusPlus, "layer-cam": LayerCAM}


def grad_cam_by_library(
    network: nn.Module,
    x: Tensor,
    *,
    method: Method = "grad-cam",
    layer: nn.Module | None = None,
    classes: Iterable[int] | None = None,
) -> npt.NDArray[np.float32]:
    """Return the maps (classes, h, w) of one input (1, 3, H, W), one forward and one backward pass a class.

    Signed for "grad-cam", in the units of the closed form; never negative for "layer-cam". Neither the library's ReLU
    nor its scaling to each image's own range is applied. ``layer`` is ``layer4[-1]`` unless given, ``classes`` are all.
    """
    target_layer = network.layer4[-1] if layer is None else layer  # type: ignore[index]
    # The network may be frozen: gradients are taken down to an input of our own.
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad(), _METHODS[method](model=network, target_layers=[target_layer]) as cam:
        maps = []
        for class_index in range(cam.activations_and_grads(leaf).shape[1]) if classes is None else classes:
            torch.autograd.grad(cam.activations_and_grads(leaf)[0, class_index], leaf)
            (activations,), (gradients,) = cam.activations_and_grads.activations, cam.activations_and_grads.gradients
            image = cam.get_cam_image(
                leaf, target_layer, None, activations.numpy(), gradients.numpy(), eigen_smooth=False
            )
            maps.append(np.asarray(image[0], np.float32))
        return np.stack(maps)
