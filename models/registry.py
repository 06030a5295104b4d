"""Model folders: a manifest that pins everything a model says, its weights, and its card.

A folder holds ``manifest.json`` and ``weights.safetensors``, and what its evaluation adds (``card.md`` and more). The SHA-256 of the manifest's bytes is the
model's digest; the manifest pins the weights' SHA-256 in turn. Weights are safetensors and nothing else is ever
opened: a pickle runs its author's code when it is loaded.
"""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from safetensors import SafetensorError

from models.assessment import ModelIdentity
from models.labels import LABELS, Label
from models.preprocess import Preprocessing

if TYPE_CHECKING:
    from torch import nn

MANIFEST, WEIGHTS, CARD = "manifest.json", "weights.safetensors", "card.md"
_BUNDLED = Path(__file__).parent / "weights" / "nih-demonstration"


class ModelRefused(Exception):
    """A model folder is not what its manifest says; nothing of it was used."""


class _Pinned(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Positives(_Pinned):
    """How many images of each split carried the label: what its numbers rest on."""

    train: int = Field(ge=0)
    valid: int = Field(ge=0)
    test: int = Field(ge=0)


class Calibration(_Pinned):
    """How a raw score becomes a probability: sigmoid(slope * logit + intercept) (Platt 1999)."""

    slope: float = Field(gt=0)
    intercept: float


class OperatingPoint(_Pinned):
    """Present from ``threshold`` on; from ``low`` to ``high`` around it the answer is indeterminate. Probabilities in [0, 1]."""

    threshold: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.threshold <= self.high:
            raise ValueError("the indeterminate band must hold the threshold")
        return self


class Tier(StrEnum):
    """How far a label's answer can be trusted."""

    ASSESSED = "assessed"
    """its evaluation supports a call"""
    EXPLORATORY = "exploratory"
    """probability and map on request, and never a call"""
    NOT_ASSESSED = "not assessed"
    """nothing is said, anywhere"""


class EvidenceRule(_Pinned):
    """When a label is assessed, and where its threshold and its indeterminate band lie.

    Enough positives in the valid and in the test split, of enough patients, and the lower end of the AUROC's 95 %
    interval (by patient) above ``least_auroc_low`` in both. A label that stands on more than ``most_of_abnormal`` of the
    images that have a finding says no more than that they have one, and is not called. The threshold has the largest sensitivity + specificity
    among those with ``least_specificity`` on the valid split; the indeterminate band holds the central ``band_share``
    of the thresholds that other draws of the same patients would have chosen.
    """

    least_positives: int = Field(5, ge=1)
    least_patients: int = Field(5, ge=1)
    most_of_abnormal: float = Field(0.9, gt=0, le=1)
    least_auroc_low: float = Field(0.5, ge=0.5, le=1)
    least_specificity: float = Field(0.8, ge=0, le=1)
    band_share: float = Field(0.5, ge=0, lt=1)


class Output(_Pinned):
    """One label: which output of the network speaks for it, what its score means, and whether it is called.

    ``index`` is the network's output, None where it has none. Without an operating point nothing is called, and
    ``not_assessed_because`` says why; without a calibration nothing is said at all.
    """

    label: Label = Field(strict=False)
    index: int | None = Field(ge=0)
    positives: Positives
    calibration: Calibration | None = None
    operating_point: OperatingPoint | None = None
    not_assessed_because: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.operating_point is None) != bool(self.not_assessed_because):
            raise ValueError(f"{self.label}: either an operating point, or a reason why not")
        if self.operating_point and not self.calibration:
            raise ValueError(f"{self.label}: an operating point needs a calibration")
        if self.calibration and self.index is None:
            raise ValueError(f"{self.label}: a calibration needs an output of the network")
        return self

    @property
    def tier(self) -> Tier:
        """How far its answer can be trusted."""
        if self.operating_point:
            return Tier.ASSESSED
        return Tier.EXPLORATORY if self.calibration else Tier.NOT_ASSESSED


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,62}$")]
NAME_AND_VERSION: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Name, Version])
"""What a manifest would take for its model's name and version."""


class Manifest(_Pinned):
    """What a model folder promises; any other byte in it is another model.

    ``network_outputs`` counts the network's own outputs, which may be others and in another order than the labels.
    ``precision`` is the arithmetic that calibration and thresholds were made with: bf16 needs its own.
    """

    name: Name
    version: Version
    architecture: Literal["torchvision-resnet50"]
    output_stride: Literal[16, 32]
    network_outputs: int = Field(14, ge=1)
    precision: Literal["fp32", "bf16"] = "fp32"
    preprocessing: Preprocessing
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    evidence_rule: EvidenceRule = EvidenceRule()
    outputs: tuple[Output, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if tuple(output.label for output in self.outputs) != LABELS:
            raise ValueError("outputs must be the 14 labels in the order of models.labels")
        if any(o.index is not None and o.index >= self.network_outputs for o in self.outputs):
            raise ValueError("an output's index is beyond the network's outputs")
        return self


def bundled() -> Path:
    """Return the folder of the model that ships with Diafan."""
    return _BUNDLED


def digest(folder: Path) -> str:
    """Return the model's digest: the SHA-256 (hex) of its manifest's bytes."""
    return hashlib.sha256(_read(folder / MANIFEST)).hexdigest()


def load_model(folder: Path) -> tuple[Manifest, ModelIdentity, "nn.Module"]:
    """Return what ``folder`` holds, the network in float32 and in eval.

    Raises ModelRefused where the manifest does not parse, the weights are not those that it pins, or do not fit.
    """
    manifest, identity = read_manifest(folder)
    # Hashed and parsed from the same bytes: a file read twice can change in between.
    weights = _read(folder / WEIGHTS)
    found = hashlib.sha256(weights).hexdigest()
    if found != manifest.weights_sha256:
        raise ModelRefused(f"{folder / WEIGHTS} has SHA-256 {found}; its manifest pins {manifest.weights_sha256}")
    return manifest, identity, _network(manifest, weights, folder)


def read_manifest(folder: Path) -> tuple[Manifest, ModelIdentity]:
    """Return what ``folder`` promises, and who the model is, without loading it; raises ModelRefused where it does not parse."""
    content = _read(folder / MANIFEST)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise ModelRefused(f"{folder / MANIFEST} is no manifest: {error}") from error
    return manifest, ModelIdentity(manifest.name, manifest.version, hashlib.sha256(content).hexdigest())


def _network(manifest: Manifest, weights: bytes, folder: Path) -> "nn.Module":
    # These take seconds to import: the commands that only name the model do without.
    import torch  # noqa: PLC0415
    from safetensors.torch import load  # noqa: PLC0415

    from models.network import build_network  # noqa: PLC0415

    network = build_network(
        output_stride=manifest.output_stride,
        outputs=manifest.network_outputs,
        channels=manifest.preprocessing.channels,
    )
    try:
        state = {name: tensor.float() for name, tensor in load(weights).items()}
        # The batch counters of training mean nothing to an answer and are not shipped.
        counters = {name for name in network.state_dict() if name.endswith("num_batches_tracked")}
        missing, unexpected = network.load_state_dict(state, strict=False)
    except (SafetensorError, RuntimeError) as error:
        raise ModelRefused(f"{folder / WEIGHTS} does not hold a {manifest.architecture}: {error}") from error
    if set(missing) - counters or unexpected or not all(torch.isfinite(tensor).all() for tensor in state.values()):
        raise ModelRefused(f"{folder / WEIGHTS} has missing, unknown or infinite weights")
    return network.eval().requires_grad_(requires_grad=False)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused(f"{path} cannot be read: {error.strerror}") from error
