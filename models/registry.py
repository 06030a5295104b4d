"""Model folders: a manifest that pins everything a model says, its weights, and its card.

A folder holds ``manifest.json``, ``weights.safetensors`` and ``card.md``. The SHA-256 of the manifest's bytes is the
model's digest; the manifest pins the weights' SHA-256 in turn. Weights are safetensors and nothing else is ever
opened: a pickle runs its author's code when it is loaded.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
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


class Assessed(_Pinned):
    """How one output becomes an answer: sigmoid(slope * logit + intercept), present from ``threshold`` on."""

    threshold: float = Field(ge=0, le=1)
    slope: float = Field(gt=0)
    intercept: float


class Output(_Pinned):
    """One output of the network: assessed, or the reason why it is not."""

    label: Label = Field(strict=False)
    positives: Positives
    assessed: Assessed | None
    not_assessed_because: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.assessed is None) != bool(self.not_assessed_because):
            raise ValueError(f"{self.label}: either assessed, or a reason why not")
        return self


class Manifest(_Pinned):
    """What a model folder promises; any other byte in it is another model."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    architecture: Literal["torchvision-resnet50"]
    output_stride: Literal[16, 32]
    preprocessing: Preprocessing
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    outputs: tuple[Output, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _all_labels_in_order(self) -> Self:
        if tuple(output.label for output in self.outputs) != LABELS:
            raise ValueError("outputs must be the 14 labels in the order of models.labels")
        return self


def bundled() -> Path:
    """Return the folder of the model that ships with Diafan."""
    return _BUNDLED


def digest(folder: Path) -> str:
    """Return the model's digest: the SHA-256 (hex) of its manifest's bytes."""
    return hashlib.sha256(_read(folder / MANIFEST)).hexdigest()


def identity(folder: Path) -> ModelIdentity:
    """Return who the model in ``folder`` is, without loading it; raises ModelRefused where the manifest does not parse."""
    return _manifest(folder)[1]


def load_model(folder: Path) -> tuple[Manifest, ModelIdentity, "nn.Module"]:
    """Return what ``folder`` holds, the network in float32 and in eval.

    Raises ModelRefused where the manifest does not parse, the weights are not those that it pins, or do not fit.
    """
    manifest, identity = _manifest(folder)
    # Hashed and parsed from the same bytes: a file read twice can change in between.
    weights = _read(folder / WEIGHTS)
    found = hashlib.sha256(weights).hexdigest()
    if found != manifest.weights_sha256:
        raise ModelRefused(f"{folder / WEIGHTS} has SHA-256 {found}; its manifest pins {manifest.weights_sha256}")
    return manifest, identity, _network(manifest, weights, folder)


def _manifest(folder: Path) -> tuple[Manifest, ModelIdentity]:
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

    network = build_network(output_stride=manifest.output_stride)
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
