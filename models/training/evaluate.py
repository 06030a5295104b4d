"""From weights to a model folder that says what they are worth: tiers, calibration, thresholds, figures, and a card."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save
from torch import nn

from models.engine import ENGINES, Engine, TorchEngine, make_engine
from models.labels import LABELS, Label
from models.library import EVALUATION
from models.network import build_network
from models.registry import MANIFEST, WEIGHTS, Manifest, ModelRefused, Output, Positives, load_model
from models.training import baselines
from models.training.calibrate import Answered, outputs
from models.training.card import NotEvaluated, read_evaluation, render_cards
from models.training.dataset import DataKind, Skipped, Table, load
from models.training.measure import Counts, Evaluation, alarms, by_label, macro_baselines, macros
from models.training.metrics import Array
from models.training.plots import draw
from models.training.predict import predict
from models.training.recipe import CONFIG, Run, TrainConfig

# fp16 weights are shipped where no probability of the first images of valid moves by more than this.
_GREATEST_DIFFERENCE = 1e-3
_COMPARED_IMAGES = 128
_BASELINE_IMAGES = 20_000  # a logistic regression on 66 features learns nothing from more
_BASELINE_PX = 64
_PRIVATE = frozenset({"folder", "init"})  # where things lie on somebody's disk


def evaluate(run: Path, data: Path, out: Path, *, name: str, version: str, engine: str = "torch") -> Manifest:
    """Write the model folder ``out`` from a training run; ``data`` is the folder of the data set that it learned from.

    Raises RunRefused, DataRefused, or ModelRefused where the network answers with anything but numbers.
    """
    found = Run.read(run)
    config = found.config.model_copy(update={"folder": data})
    tables = config.tables()
    learned = (tables["train"].labels == 1).any(axis=0)
    training = json.loads((run / CONFIG).read_text(encoding="utf-8"))
    training["config"] = {key: value for key, value in training["config"].items() if key not in _PRIVATE}
    training |= {"epoch": found.epoch, "ended": found.ended, "epochs": len(config.schedule)}
    weights, network = _shipped(found, tables["valid"])
    unknown = Positives(train=0, valid=0, test=0)
    draft = Manifest(
        name=name,
        version=version,
        architecture="torchvision-resnet50",
        output_stride=found.output_stride,
        precision=ENGINES.get(engine, "fp32"),
        preprocessing=found.preprocessing,
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        outputs=tuple(
            Output(label=label, index=i if learned[i] else None, positives=unknown, not_assessed_because="not yet")
            for i, label in enumerate(LABELS)
        ),
    )
    return _write(out, draft, weights, network, tables, config.data, training, engine)


def evaluate_model(
    folder: Path, data: Path, out: Path, *, kind: DataKind, version: str, engine: str = "torch"
) -> Manifest:
    """Write ``out``, the model of ``folder`` as another version with the tiers, calibration and figures of these data.

    What it learned from, where its folder knows and ``kind`` is the same, decides the splits. Raises ModelRefused and DataRefused.
    """
    manifest, _, network = load_model(folder)
    try:
        training = read_evaluation(folder).training
    except NotEvaluated:
        training = None
    is_known = training is not None and training["config"]["data"] == kind
    tables = tables_of(training, kind, data)
    draft = Manifest(**dict(manifest) | {"version": version, "precision": ENGINES.get(engine, "fp32")})
    return _write(
        out, draft, (folder / WEIGHTS).read_bytes(), network, tables, kind, training, engine, is_known=is_known
    )


def tables_of(training: dict[str, Any] | None, kind: DataKind, data: Path) -> dict[str, Table]:
    """Return the tables of ``data``, split as a model's ``training`` split them where it was of the same kind. Raises DataRefused."""
    settings: dict[str, Any] = training["config"] if training and training["config"]["data"] == kind else {"data": kind}
    return TrainConfig.model_validate(settings | {"folder": data}).tables()


def _write(
    out: Path,
    draft: Manifest,
    weights: bytes,
    network: nn.Module,
    tables: dict[str, Table],
    kind: DataKind,
    training: dict[str, Any] | None,
    engine: str,
    *,
    is_known: bool = True,
) -> Manifest:
    """Measure and write; ``is_known`` says that the train split is what the model learned from."""
    skipped = {name: Skipped() for name in tables}
    runs = make_engine(engine, draft, network)
    answers = {name: _answered(draft, runs, tables[name], skipped[name]) for name in ("valid", "test")}
    counted = {"train": tables["train"]} | {name: answered.table for name, answered in answers.items()}
    manifest = Manifest(
        **dict(draft)
        | {
            "outputs": outputs(
                {o.label: o.index for o in draft.outputs},
                {
                    o.label: _positives(counted, i, None if is_known else o.positives.train)
                    for i, o in enumerate(draft.outputs)
                },
                answers["valid"],
                answers["test"],
                rule=draft.evidence_rule,
            )
        }
    )
    test = answers["test"]
    shortcuts, baseline_images = _shortcuts(tables["train"], test.table, skipped["train"])
    content = manifest.model_dump_json(indent=1) + "\n"
    alarmed, found = alarms(manifest, test)
    evaluation = Evaluation(
        name=manifest.name,
        version=manifest.version,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        engine=runs.name,
        data=kind,
        training=training,
        splits={
            name: Counts(images=len(t), patients=len(np.unique(t.patients)), unreadable=len(skipped[name]))
            for name, t in counted.items()
        },
        baseline_images=baseline_images,
        macro=macros(manifest, test),
        macro_baselines=macro_baselines(manifest, test, shortcuts),
        alarmed_of_healthy=alarmed,
        found_of_ill=found,
        labels=tuple(by_label(manifest, test, shortcuts)),
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(weights)
    (out / MANIFEST).write_text(content, encoding="utf-8")
    (out / EVALUATION).write_text(evaluation.model_dump_json(indent=1) + "\n", encoding="utf-8")
    draw(evaluation, out)
    render_cards(out)
    return manifest


def _shipped(run: Run, valid: Table) -> tuple[bytes, nn.Module]:
    """Return the weights as they ship, without the batch counters, and the network that they make."""
    full = {name: t.float() for name, t in load_file(run.weights).items() if not name.endswith("num_batches_tracked")}
    half = {name: tensor.half() for name, tensor in full.items()}
    networks = [build_network(output_stride=run.output_stride).eval() for _ in range(2)]
    some = valid.take(np.arange(min(_COMPARED_IMAGES, len(valid))))
    said = []
    for network, state in zip(networks, (full, half), strict=True):
        network.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
        logits = predict(TorchEngine(network), some, run.preprocessing, skipped=Skipped())[1]
        said.append(torch.from_numpy(logits).sigmoid())
    difference = float((said[0] - said[1]).abs().max())
    is_finite = all(tensor.isfinite().all() for tensor in half.values())  # fp16 ends at 65504
    if is_finite and difference <= _GREATEST_DIFFERENCE:
        return save(half), networks[1]
    return save(full), networks[0]


def _answered(manifest: Manifest, engine: Engine, table: Table, skipped: Skipped) -> Answered:
    rows, said = predict(engine, table, manifest.preprocessing, skipped=skipped)
    if not np.isfinite(said).all():
        raise ModelRefused("the network answers with infinities or NaN: its weights or its preprocessing do not fit")
    logits = np.full((len(rows), len(LABELS)), np.nan)
    for column, output in enumerate(manifest.outputs):
        if output.index is not None:
            logits[:, column] = said[:, output.index]
    return Answered.of(table.take(rows), logits)


def _shortcuts(train: Table, test: Table, skipped: Skipped) -> tuple[dict[Label, dict[str, Array]], int]:
    """Return each label's baseline scores on the test images, and how many training images they learned from."""
    if len(train) > _BASELINE_IMAGES:
        train = train.take(np.sort(np.random.default_rng(0).choice(len(train), _BASELINE_IMAGES, replace=False)))
    sources = np.unique(train.sources)
    features = []
    for table in (train, test):
        rows, seen = [], []
        for images in load(table, _BASELINE_PX, skipped=skipped if table is train else Skipped()):
            rows.append(images.rows)
            seen += [baselines.thumbnail(pixels) for pixels in images.pixels]
        read = table.take(np.concatenate(rows))
        thumbnails, deviations = (np.array(part, np.float64) for part in zip(*seen, strict=True))
        features.append((read, baselines.features(read, thumbnails, deviations, sources)))
    (read, own), (_, other) = features
    scores = {
        label: baselines.scores(read.labels[:, i].astype(np.float64), own, other) for i, label in enumerate(LABELS)
    }
    return scores, len(read)


def _positives(counted: dict[str, Table], column: int, train: int | None) -> Positives:
    counts = {name: int((table.labels[:, column] == 1).sum()) for name, table in counted.items()}
    return Positives(**counts | ({} if train is None else {"train": train}))
