"""The notebook runs from its first cell to its last, and shows what it says it shows."""

import io
import json
import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.labels import LABELS
from tests.models.training.data_sets import write_chexpert

REPOSITORY = Path(__file__).parents[3]
NOTEBOOK = REPOSITORY / "models" / "training" / "chexpert_gradcam.ipynb"


def execute(folder, data):
    """Return the exit code and what was said on errors, and the executed notebook's cells."""
    executed = folder / "executed.ipynb"
    environment = os.environ | {
        "CHEXPERT": str(data),
        "DIAFAN_NOTEBOOK": str(folder / "work"),
        "DIAFAN_STAGES": "1x64/16",
        "DIAFAN_BATCH": "8",
        "DIAFAN_LIMIT": "2",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }
    command = [
        str(Path(sys.executable).with_name("jupyter-execute")),
        "--timeout=240",
        f"--output={executed}",
        str(NOTEBOOK),
    ]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    return done, json.loads(executed.read_text())["cells"] if executed.exists() else []


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    write_chexpert(folder / "data")
    done, cells = execute(folder, folder / "data")
    assert done.returncode == 0, done.stderr
    return [cell for cell in cells if cell["cell_type"] == "code"]


def outputs(cell, kind):
    return ["".join(o["data"][kind]) for o in cell["outputs"] if kind in o.get("data", {})]


@pytest.mark.slow
def test_every_cell_runs_and_none_complains(cells):
    assert cells
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    complaints = [
        o for cell in cells for o in cell["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"
    ]
    assert not complaints


@pytest.mark.slow
def test_the_counts_of_each_label_are_those_of_the_table(cells):
    (counted,) = [text for cell in cells for text in outputs(cell, "text/markdown") if "| train |" in text]
    rows = [line.strip("| ").split(" | ") for line in counted.splitlines()[2:]]
    assert [row[0] for row in rows] == list(LABELS)
    assert len({sum(map(int, row[1:])) for row in rows}) == 1
    assert all(int(count) > 0 for row in rows for count in row[1:])


@pytest.mark.slow
def test_the_last_picture_has_an_overlay_for_each_of_the_14_labels(cells):
    (cell,) = [cell for cell in cells if "subplots(3, 5" in "".join(cell["source"])]
    (picture,) = outputs(cell, "image/png")
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(picture))).convert("RGB")).astype(int)
    assert pixels.shape[1] > 1000
    assert np.ptp(pixels, axis=-1).max() > 1  # colour over grey, weak as a network of five steps is


@pytest.mark.slow
def test_without_the_data_it_says_what_to_set(tmp_path):
    done, _ = execute(tmp_path, tmp_path / "nowhere")
    assert done.returncode != 0
    assert "set CHEXPERT to the folder" in done.stderr


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code")
