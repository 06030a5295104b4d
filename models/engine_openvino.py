"""OpenVINO on the processor: logits and all signed maps of one graph, in float32 or in bfloat16.

A map is a 1 x 1 convolution of layer4's output with the linear layer's weights over h * w (models.explain), and the logits
are the maps' sums plus the bias: the graph ends in the explanation, and the score is read off it.
"""

import warnings
from threading import Lock

import openvino as ov
import torch
from torch import Tensor, nn

from models.engine import ENGINES, Answer, Batch
from models.network import features_and_logits
from models.registry import Manifest, ModelRefused

_TRACED_PX = 64  # of the image that is followed through the network: small, because its values do not matter


class OpenVinoEngine:
    """A compiled network, for batches of any size. One batch runs at a time: each takes all threads anyway."""

    def __init__(self, name: str, manifest: Manifest, network: nn.Module, threads: int) -> None:
        """Convert and compile; raises ModelRefused where the processor has not the engine's arithmetic."""
        self.name = name
        precision = {"fp32": "f32", "bf16": "bf16"}[ENGINES[name]]
        core = ov.Core()
        if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            # Asked for bf16 all the same, OpenVINO would compute in float32 and not say so.
            raise ModelRefused("this processor has no bfloat16 arithmetic: evaluate the model with the engine openvino")
        compiled = core.compile_model(
            _converted(network, manifest.preprocessing.channels, manifest.preprocessing.input_px),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": precision,
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "ENABLE_CPU_PINNING": False,  # other programs, and other models, run beside
            },
        )
        if compiled.get_property("INFERENCE_PRECISION_HINT").to_string() != precision:
            raise ModelRefused(f"OpenVINO does not compute in {precision} on this processor")
        self._input = (
            manifest.preprocessing.channels,
            manifest.preprocessing.input_px,
            manifest.preprocessing.input_px,
        )
        self.threads: int = compiled.get_property("INFERENCE_NUM_THREADS")
        self._request = compiled.create_infer_request()
        self._one_at_a_time = Lock()

    def __call__(self, x: Batch) -> Answer:
        """Answer for a batch float32 (N, channels, px, px) of the compiled size; raises ValueError for another one."""
        if x.ndim != 4 or x.shape[1:] != self._input:  # noqa: PLR2004 - the runtime would answer for the bytes, cut anew
            raise ValueError(f"the network was compiled for images of {self._input}, not {x.shape[1:]}")
        with self._one_at_a_time:
            answered = self._request.infer([x])
            return Answer(answered[0], answered[1])


class _Explained(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features, _ = features_and_logits(self.network, x)
        linear: nn.Linear = self.network.fc  # type: ignore[assignment]
        cells = features.shape[2] * features.shape[3]
        evidence = nn.functional.conv2d(features, linear.weight[:, :, None, None]) / cells
        return evidence.sum((2, 3)) + linear.bias, evidence


def _converted(network: nn.Module, channels: int, input_px: int) -> ov.Model:
    example = torch.zeros(1, channels, _TRACED_PX, _TRACED_PX)
    with warnings.catch_warnings():
        # torch would rather have torch.export, from which the conversion takes ten times as long.
        warnings.filterwarnings("ignore", "`torch.jit.trace", FutureWarning)
        traced = torch.jit.trace(_Explained(network).eval(), example, check_trace=False)
        return ov.convert_model(traced, example_input=example, input=[-1, channels, input_px, input_px])
