"""Turn a checkpoint into a model folder, and test it.

``python -m models.training.evaluate --data DIR --checkpoint FILE --out DIR --version X`` writes the manifest, the
fp16 weights, and the card with figures from the test split.
"""

import argparse
import hashlib
from pathlib import Path

import torch
from safetensors.torch import load_file, save

from models.network import build_network
from models.preprocess import Preprocessing
from models.registry import CARD, MANIFEST, WEIGHTS, Manifest, load_model
from models.training.calibrate import outputs
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
    write_folder(arguments.out, arguments.checkpoint, arguments.version, arguments.input_px, splits)
    manifest, identity, network = load_model(arguments.out)
    logits = predict(network, splits["test"].images, arguments.input_px)
    card = render_card(manifest, identity, splits, logits)
    (arguments.out / CARD).write_text(card, encoding="utf-8")
    print(card)


def write_folder(out: Path, checkpoint: Path, version: str, input_px: int, splits: dict[str, Split]) -> None:
    """Write fp16 weights, and a manifest whose calibration and thresholds come from what those weights say."""
    out.mkdir(parents=True, exist_ok=True)
    state = load_file(checkpoint)
    half = {name: tensor.half() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    weights = save(half)
    network = build_network()
    network.load_state_dict({name: tensor.float() for name, tensor in half.items()}, strict=False)
    network.to(memory_format=torch.channels_last)
    manifest = Manifest(
        name=out.name,
        version=version,
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(detail_px=DETAIL_PX, input_px=input_px),
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        outputs=tuple(outputs(splits, predict(network, splits["valid"].images, input_px))),
    )
    (out / WEIGHTS).write_bytes(weights)
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
