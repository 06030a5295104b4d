"""Other people's ResNet50s: a state dict and the names of its outputs become a model folder.

What another group measured on its own images says nothing about images here. Every label of an imported model is
exploratory, with probabilities as its network gives them, until it was evaluated here.

Weights come as safetensors. A ``.pt`` or ``.pth`` file is a pickle, and is read by torch's restricted loader, which
makes tensors and plain containers and refuses to run anything else.
"""

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Final

from models.labels import LABELS, Label
from models.preprocess import Preprocessing, Scaling
from models.registry import MANIFEST, WEIGHTS, Calibration, Manifest, ModelRefused, Output, Positives

if TYPE_CHECKING:
    from torch import Tensor

XRV_RESNET50: Final = "resnet50-res512-all"
XRV_LABELS: Final = (
    "Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema", "Fibrosis", "Effusion", "Pneumonia",
    "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass", "Hernia", "", "Fracture", "Lung Opacity", "",
)  # fmt: skip
"""The outputs of torchxrayvision's ResNet50 in their order (Cohen 2022, ``datasets.default_pathologies``).

The two without a name, Lung Lesion and Enlarged Cardiomediastinum, are in no data set that this network was trained on
(torchxrayvision gives them no operating point). Its outputs are calibrated here from the raw logits: the
library's own piecewise rescaling, which puts its operating points at 0.5, is left out.
"""
XRV_PREPROCESSING: Final = Preprocessing(input_px=512, channels=1, scaling=Scaling.XRV)

# Ours first where several of theirs mean it: a nodule is seen more often than a mass, and one output speaks for a label.
_SYNONYMS: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.NO_FINDING: ("normal",),
    Label.PLEURAL_EFFUSION: ("effusion",),
    Label.PLEURAL_OTHER: ("pleural thickening",),
    Label.LUNG_LESION: ("nodule", "mass"),
    Label.LUNG_OPACITY: ("airspace opacity",),
    Label.EDEMA: ("pulmonary edema",),
}
_UNEVALUATED = "imported and not evaluated here: run `diafan model evaluate`"
_ABSENT = "the imported network has no trained output for it"
_WRAPPERS = ("state_dict", "model")  # what training programs put a state dict into
_PREFIXES = ("module.", "model.")  # of DataParallel, and of torchxrayvision
_NO_WEIGHT = ("op_threshs", "num_batches_tracked")
_SHOWN = 4


def import_resnet50(
    source: Path,
    names: Sequence[str],
    out: Path,
    *,
    name: str,
    version: str,
    preprocessing: Preprocessing,
) -> Manifest:
    """Write the model folder ``out`` from a state dict of torchvision's ResNet50; ``names`` are its outputs, in order.

    A name that is none of ours is left out, and a label that no name means is not assessed.
    Raises ModelRefused where the file holds anything but tensors, or another architecture.
    """
    from safetensors.torch import save  # noqa: PLC0415 - brings torch, which takes seconds

    if preprocessing.scaling is Scaling.IMAGENET and preprocessing.channels != 3:  # noqa: PLR2004 - it is one of colours
        raise ModelRefused("ImageNet's mean and deviation are those of 3 channels: choose another scaling")
    indices = outputs_of(names)
    if not indices:
        raise ModelRefused(f"none of the {len(names)} output names is one of our labels: {', '.join(LABELS)}")
    state = read_state_dict(source)
    _expect_resnet50(state, len(names), preprocessing.channels)
    weights = save(state)
    manifest = Manifest(
        name=name,
        version=version,
        architecture="torchvision-resnet50",
        output_stride=32,
        network_outputs=len(names),
        preprocessing=preprocessing,
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        outputs=tuple(_output(label, indices.get(label)) for label in LABELS),
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(weights)
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def outputs_of(names: Sequence[str]) -> dict[Label, int]:
    """Return which output speaks for each of our labels; the label's own name goes before its synonyms, in their order."""
    places = {_plain(name): index for index, name in reversed(list(enumerate(names))) if name}
    return {
        label: places[word]
        for label in LABELS
        for word in reversed((label.lower(), *_SYNONYMS.get(label, ())))
        if word in places
    }


def read_state_dict(source: Path) -> dict[str, "Tensor"]:
    """Return the tensors of a ``.safetensors``, ``.pt`` or ``.pth`` file, contiguous, without wrappers and common prefixes.

    Raises ModelRefused where the file is anything else; nothing of it is ever executed.
    """
    import torch  # noqa: PLC0415 - as above
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load_file  # noqa: PLC0415

    try:
        match source.suffix.lower():
            case ".safetensors":
                held: object = load_file(source)
            case ".pt" | ".pth":
                with warnings.catch_warnings(action="ignore"):  # of what it then refuses
                    held = torch.load(source, map_location="cpu", weights_only=True)
            case _:
                raise ModelRefused(f"{source} is no .safetensors, .pt or .pth file")
    except UnpicklingError as error:
        raise ModelRefused(
            f"{source} holds more than tensors, and a pickle runs its author's code when it is loaded: it was refused. "
            "Ask for a state dict (model.state_dict()), best as safetensors"
        ) from error
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError) as error:
        raise ModelRefused(f"{source} cannot be read: {error}") from error
    for wrapper in _WRAPPERS:
        if isinstance(held, Mapping) and isinstance(held.get(wrapper), Mapping):
            held = held[wrapper]
    if not isinstance(held, Mapping) or not all(isinstance(tensor, torch.Tensor) for tensor in held.values()):
        raise ModelRefused(f"{source} is no state dict: a mapping from names to tensors, and nothing else")
    state = {str(key): tensor.contiguous() for key, tensor in held.items() if not str(key).endswith(_NO_WEIGHT)}
    for prefix in _PREFIXES:
        if state and all(key.startswith(prefix) for key in state):
            state = {key.removeprefix(prefix): tensor for key, tensor in state.items()}
    return state


def fetch_xrv() -> Path:
    """Return the file of torchxrayvision's ResNet50, which its own library downloads to the home folder.

    Raises ModelRefused where that library is not installed, or its server cannot be reached.
    """
    try:
        from torchxrayvision.models import get_weights  # noqa: PLC0415 - an optional library
    except ImportError as error:
        raise ModelRefused(
            "torchxrayvision is not installed: pip install 'diafan[xrv]', or give the file that you downloaded elsewhere"
        ) from error
    try:
        return Path(get_weights(XRV_RESNET50))
    except OSError as error:  # of which requests makes its own errors
        raise ModelRefused(
            f"torchxrayvision could not download {XRV_RESNET50} ({type(error).__name__}): is there a network?"
        ) from error


def _expect_resnet50(state: Mapping[str, "Tensor"], outputs: int, channels: int) -> None:
    """Raise ModelRefused, which says in which keys and shapes a state dict differs from a ResNet50 of so many outputs."""
    from models.network import build_network  # noqa: PLC0415 - as above

    wanted = {
        key: tuple(tensor.shape)
        for key, tensor in build_network(output_stride=32, outputs=outputs, channels=channels).state_dict().items()
        if not key.endswith(_NO_WEIGHT)
    }
    shapes = {
        key: f"{key} is {tuple(state[key].shape)}, not {wanted[key]}"
        for key in wanted
        if key in state and state[key].shape != wanted[key]
    }
    differences = [
        (f"{len(keys)} {what}", keys)
        for what, keys in (
            ("missing", sorted(wanted.keys() - state.keys())),
            ("unknown", sorted(state.keys() - wanted.keys())),
            ("of another shape", list(shapes.values())),
        )
        if keys
    ]
    if differences:
        told = "; ".join(
            f"{count} ({', '.join(keys[:_SHOWN])}{', ...' if len(keys) > _SHOWN else ''})"
            for count, keys in differences
        )
        raise ModelRefused(f"this is no ResNet50 with {channels} channel(s) and {outputs} outputs. Its weights: {told}")


def _output(label: Label, index: int | None) -> Output:
    return Output(
        label=label,
        index=index,
        positives=Positives(train=0, valid=0, test=0),
        calibration=None if index is None else Calibration(slope=1.0, intercept=0.0),
        not_assessed_because=_ABSENT if index is None else _UNEVALUATED,
    )


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").lower().split())
