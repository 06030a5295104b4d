"""Turn a checkpoint into a model folder, and test it.

``python -m models.training.evaluate --data DIR --checkpoint FILE --out DIR --version X`` writes the manifest, the
fp16 weights, and the card with figures from the test split.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save

from models.classifier import Classifier
from models.network import build_network
from models.preprocess import Preprocessing
from models.radiograph import Radiograph
from models.registry import CARD, MANIFEST, WEIGHTS, Manifest
from models.training.calibrate import outputs, withdraw
from models.training.card import render_card
from models.training.dataset import Split, read_split
from models.training.train import DETAIL_PX, predict


def main() -> None:
    """Read the arguments and write the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with labels.csv and the images")
    parser.add_argument("--checkpoint", type=Path, required=True, help="as train.py wrote it")
    parser.add_argument("--out", type=Path, required=True, help="the model folder; its name is the model's")
    parser.add_argument("--version", required=True)
    parser.add_argument("--input-px", type=int, default=128)
    arguments = parser.parse_args()
    splits = {name: read_split(arguments.data, name, DETAIL_PX) for name in ("train", "valid", "test")}
    logits = write_folder(arguments.out, arguments.checkpoint, arguments.version, arguments.input_px, splits)
    classifier = Classifier.load(arguments.out)
    peaks = called_peaks(classifier, splits["test"])
    card = render_card(classifier.manifest, classifier.identity, splits, logits, peaks)
    (arguments.out / CARD).write_text(card, encoding="utf-8")
    print(card)


def called_peaks(classifier: Classifier, test: Split) -> list[tuple[int, int]]:
    """Return the strongest cell (row, column) of every finding called on the test split."""
    peaks = []
    for image in test.images:
        assessment = classifier.assess(Radiograph(image))
        peaks += [assessment.explanations[finding.label].peak for finding in assessment.called]
    return [peak for peak in peaks if peak is not None]


def write_folder(
    out: Path, checkpoint: Path, version: str, input_px: int, splits: dict[str, Split]
) -> npt.NDArray[np.float32]:
    """Write fp16 weights, and a manifest that rests on what those weights say; return their test logits (N, 14)."""
    out.mkdir(parents=True, exist_ok=True)
    state = load_file(checkpoint)
    half = {name: tensor.half() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    weights = save(half)
    network = build_network()
    network.load_state_dict({name: tensor.float() for name, tensor in half.items()}, strict=False)
    network.to(memory_format=torch.channels_last)
    test_logits = predict(network, splits["test"].images, input_px)
    validated = outputs(splits, predict(network, splits["valid"].images, input_px))
    manifest = Manifest(
        name=out.name,
        version=version,
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(detail_px=DETAIL_PX, input_px=input_px),
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        outputs=tuple(withdraw(validated, splits["test"], test_logits)),
    )
    (out / WEIGHTS).write_bytes(weights)
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return test_logits


if __name__ == "__main__":
    main()
