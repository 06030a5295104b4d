"""One assembled Diafan on a real PostgreSQL, with a model whose answers are known, and its API behind a real port."""

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import uvicorn
from safetensors.torch import save_file

from models.labels import LABELS, Label
from models.network import build_network
from service import app as root
from service.api import create_api
from service.app import Diafan
from service.pipeline import Pipeline
from service.settings import Settings
from tests.service.api_client import EXPLORATORY, INDETERMINATE, NOT_ASSESSED, PRESENT, Api


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder with a path short enough for the unix socket inside."""
    folder = Path(tempfile.mkdtemp(prefix="df"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def model_folder(folder: Path) -> Path:
    """Return a model whose answers are known: see `write_model`."""
    return write_model(folder / "model")


def write_model(model: Path, *, name: str = "made-for-tests", version: str = "0.1.0") -> Path:
    """Write a model with random weights.

    It always calls PRESENT, leaves INDETERMINATE open, never calls anything else, does not assess NOT_ASSESSED, and has
    no more than numbers for EXPLORATORY.
    """
    model.mkdir(parents=True)
    torch.manual_seed(7)
    network = build_network(output_stride=32)
    weights = {k: v.half() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(weights, model / "weights.safetensors")
    manifest = {
        "name": name,
        "version": version,
        "architecture": "torchvision-resnet50",
        "output_stride": 32,
        "preprocessing": {"detail_px": 64, "input_px": 64},
        "weights_sha256": hashlib.sha256((model / "weights.safetensors").read_bytes()).hexdigest(),
        "outputs": [_output(label) for label in LABELS],
    }
    (model / "manifest.json").write_text(json.dumps(manifest))
    return model


def _output(label: Label) -> dict[str, object]:
    positives = {"train": 1, "valid": 1, "test": 1}
    if label is NOT_ASSESSED:
        return {
            "label": label,
            "positives": positives,
            "index": None,
            "not_assessed_because": "the training data never had it",
        }
    speaks = {
        "label": label,
        "index": LABELS.index(label),
        "positives": positives,
        "calibration": {"slope": 1.0, "intercept": 0.0},
    }
    if label is EXPLORATORY:
        return {**speaks, "not_assessed_because": "too few positives"}
    low, threshold, high = {PRESENT: (0.0, 0.0, 0.0), INDETERMINATE: (0.0, 0.5, 1.0)}.get(label, (1.0, 1.0, 1.0))
    return {**speaks, "operating_point": {"threshold": threshold, "low": low, "high": high}}


@pytest.fixture(scope="session")
def diafan(folder: Path, model_folder: Path) -> Iterator[Diafan]:
    """Return a Diafan assembled as in production, on a database that was just migrated."""
    settings = Settings(
        data_dir=folder / "d",
        model=str(model_folder),
        engine="torch",
        http_port=0,
        dimse_port=0,
        max_upload_mb=5,
        quiet_period_s=0,
    )
    with root.assemble(settings) as diafan:
        yield diafan


@pytest.fixture(scope="session")
def pipeline(diafan: Diafan) -> Pipeline:
    """Return the stages that a worker would run; a test runs them itself. Everything is in scope: noise is, too."""
    return replace(root.pipeline_of(diafan), gate=lambda _radiograph: None)


@pytest.fixture(scope="session")
def api(diafan: Diafan, pipeline: Pipeline) -> Iterator[Api]:
    """Return the API on a free port of this machine."""
    config = uvicorn.Config(
        create_api(diafan), host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Api(f"http://127.0.0.1:{port}", diafan, pipeline)
    server.should_exit = True
    thread.join(10)
