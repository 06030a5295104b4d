"""`diafan model` as a person at a terminal uses it."""

import json
import re
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet50
from typer.testing import CliRunner

from models.importing import XRV_RESNET50
from models.library import EVALUATION, Library
from models.network import build_network
from models.registry import WEIGHTS, bundled, digest
from models.training.recipe import BEST, CONFIG, TrainConfig
from service import cli, cli_model
from tests.service.conftest import write_model


@pytest.fixture
def home(short_folder, monkeypatch):
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(short_folder / "d"))
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setattr(cli_model.out, "_width", 400)
    monkeypatch.setattr(cli_model.err, "_width", 400)
    return short_folder


@pytest.fixture
def library(home):
    return Library(home / "d" / "models")


def run(*words, expect=0):
    done = CliRunner().invoke(cli.app, ["model", *map(str, words)])
    assert done.exit_code == expect, done.output
    return done.output


def test_without_a_database_the_models_are_listed_verified_and_imported(home, library):
    source = write_model(home / "m", name="theirs")
    assert "theirs:0.1.0" in run("import", source)
    table = run("list")
    [line] = [x for x in table.splitlines() if "theirs:0.1.0" in x]
    assert "12 assessed, 1 exploratory, 1 not assessed" in line
    assert digest(source)[:12] in line
    [line] = [x for x in table.splitlines() if digest(bundled())[:12] in x]
    assert re.search(r"│ yes +│ /", line), line
    assert run("verify", "theirs").startswith("good: theirs:0.1.0")
    assert not (home / "d" / "postgres").exists()
    content = bytearray((library.find("theirs").folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (library.find("theirs").folder / WEIGHTS).write_bytes(content)
    assert "its manifest pins" in run("verify", "theirs", expect=1)


def test_a_state_dict_with_its_labels_becomes_a_model_that_is_in_use_with_one_more_command(home, library):
    save_file(resnet50(num_classes=3).state_dict(), home / "w.safetensors")
    (home / "labels.txt").write_text("Edema\nHernia\nMass\n")
    told = run("import", home / "w.safetensors", "--name", "three", "--version", "1.2", "--labels", home / "labels.txt")
    assert "Edema is output 0 (Edema)" in told
    assert "Lung Lesion is output 2 (Mass)" in told
    assert "no label here for: Hernia" in told
    model = library.find("three:1.2")
    assert json.loads((model.folder / "manifest.json").read_text())["preprocessing"]["scaling"] == "imagenet"
    assert "in use from the next image on" in run("use", "three")
    assert "in use already" in run("use", model.identity.digest[:8])
    [line] = [x for x in run("list").splitlines() if "three:1.2" in x]
    assert re.search(r"│ no +│ yes +│", line)


def test_torchxrayvisions_file_needs_no_more_than_its_name(home, library):
    torch.manual_seed(0)
    network = resnet50(num_classes=18)
    network.conv1 = torch.nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    torch.save(network.state_dict(), home / "w.pt")
    assert "Pleural Other is output 9 (Pleural_Thickening)" in run("import", home / "w.pt", "--like", XRV_RESNET50)
    preprocessing = library.find(f"torchxrayvision-{XRV_RESNET50}").manifest.preprocessing
    assert (preprocessing.input_px, preprocessing.channels) == (512, 1)


def test_what_a_person_got_wrong_is_told_in_one_line(home):
    save_file(resnet18(num_classes=3).state_dict(), home / "w.safetensors")
    (home / "labels.txt").write_text("Edema\nHernia\nMass\n")
    labelled = ("import", home / "w.safetensors", "--labels", home / "labels.txt")
    assert "this is no ResNet50" in run(*labelled, expect=1)
    assert "--labels" in run("import", home / "w.safetensors", expect=2)
    assert "channels" in run(*labelled, "--channels", "2", expect=2)
    assert "no model is called 'nobody'" in run("use", "nobody", expect=1)
    assert "no model is called 'nobody'" in run("card", "nobody", expect=1)
    assert "Traceback" not in run("verify", "nobody", expect=1)


def test_a_card_needs_an_evaluation(home):
    run("import", write_model(home / "m", name="theirs"))
    assert "evaluat" in run("card", "theirs", expect=1)


def test_a_recipe_comes_from_the_file_and_what_is_said_beside_it_counts_more(home, monkeypatch):
    given = []
    monkeypatch.setattr("models.training.train.train", lambda config, out, *, progress: given.append((config, out)))
    (home / "recipe.toml").write_text('seed = 5\nbatch = 8\nlearning_rate = 0.01\nuncertain = "ones"\n')
    run("train", "--data", "chexpert", home, "--out", home / "run", "--config", home / "recipe.toml", "--seed", "6",
        "--stage", "2x64/32", "--uncertain", "zeros", "--uncertain", "Edema=ones")  # fmt: skip
    [(config, folder)] = given
    assert folder == home / "run"
    assert (config.seed, config.batch, config.learning_rate, config.folder) == (6, 8, 0.01, home)
    assert [(s.epochs, s.input_px, s.output_stride) for s in config.stages] == [(2, 64, 32)]
    assert config.uncertain["Edema"] == "ones"
    assert {p for label, p in config.uncertain.items() if label != "Edema"} == {"zeros"}


@pytest.mark.parametrize("words", [("--stage", "many"), ("--uncertain", "maybe"), ("--uncertain", "Hernia=ones")])
def test_a_recipe_that_cannot_be_is_refused_before_any_training(home, monkeypatch, words):
    monkeypatch.setattr("models.training.train.train", lambda *_, **__: pytest.fail("it trained"))
    run("train", "--data", "nih", home, "--out", home / "run", *words, expect=2)


def test_pre_training_says_what_comes_next(home, monkeypatch):
    given = []

    def pretrained(config, out, *, progress):
        given.append((config, out))
        return out / BEST

    monkeypatch.setattr("models.training.pretrain.pretrain", pretrained)
    told = run("pretrain", "--data", "nih", home, "--out", home / "pre", "--epochs", "3", "--px", "96", "--seed", "6")
    [(config, folder)] = given
    assert (config.epochs, config.input_px, config.seed, config.folder, folder) == (3, 96, 6, home, home / "pre")
    assert "--init" in told


def test_what_an_evaluation_makes_is_among_the_local_models(home, library, monkeypatch):
    asked = []

    def evaluated(folder, data, out, *, kind, version, engine):
        asked.append((folder, data, kind, engine))
        write_model(out, name="theirs", version=version)

    monkeypatch.setattr("models.training.evaluate.evaluate_model", evaluated)
    first = run("import", write_model(home / "m", name="theirs"))
    told = run("evaluate", "theirs", "--data", "nih", home, "--version", "2")
    assert asked == [(library.find("theirs:0.1.0").folder, home, "nih", "torch")]
    assert library.find("theirs:2").identity.digest in told
    assert "theirs:0.1.0" in first
    again = run("evaluate", "theirs:2", "--data", "nih", home, "--version", "2", expect=1)
    assert "another --version" in again
    assert len(asked) == 1


def test_a_run_becomes_a_model_by_its_name_and_with_the_data_that_it_learned_from(home, library, monkeypatch):
    folder = home / "run"
    folder.mkdir()
    config = TrainConfig(data="nih", folder=home).model_dump(mode="json")
    (folder / CONFIG).write_text(json.dumps({"config": config}))
    save_file(build_network().state_dict(), folder / BEST, {"stage": "1x64/16"})
    monkeypatch.setattr(
        "models.training.evaluate.evaluate",
        lambda run, data, out, *, name, version, engine: write_model(out, name=name, version=version),
    )
    assert "--name" in run("evaluate", folder, "--data", "nih", home, "--version", "1", expect=2)
    assert "learned from nih" in run(
        "evaluate", folder, "--data", "chexpert", home, "--name", "ours", "--version", "1", expect=2
    )
    run("evaluate", folder, "--data", "nih", home, "--name", "ours", "--version", "1")
    assert library.find("ours").folder == library.root / "ours-1"


@pytest.mark.parametrize(("name", "version"), [("my chest", "1"), ("chest", "1/2"), ("", "1")])
def test_a_name_that_cannot_be_is_refused_before_any_work(home, monkeypatch, name, version):
    folder = home / "run"
    folder.mkdir()
    config = TrainConfig(data="nih", folder=home).model_dump(mode="json")
    (folder / CONFIG).write_text(json.dumps({"config": config}))
    save_file(build_network().state_dict(), folder / BEST, {"stage": "1x64/16"})
    monkeypatch.setattr("models.training.evaluate.evaluate", lambda *_, **__: pytest.fail("it evaluated"))
    told = run("evaluate", folder, "--data", "nih", home, "--name", name, "--version", version, expect=2)
    assert "cannot be a name and a version" in " ".join(told.split())


def test_a_recipe_that_is_no_toml_is_told_in_one_line(home):
    (home / "recipe.toml").write_text("seed = \n")
    told = run("train", "--data", "nih", home, "--out", home / "run", "--config", home / "recipe.toml", expect=1)
    assert "line 1" in told


def test_the_commands_that_an_evaluation_outside_of_the_library_names_work(home, library, monkeypatch):
    monkeypatch.setattr(
        "models.training.evaluate.evaluate_model",
        lambda folder, data, out, *, kind, version, engine: write_model(out, name="theirs", version=version),
    )
    run("import", write_model(home / "m", name="theirs"))
    told = run("evaluate", "theirs", "--data", "nih", home, "--version", "2", "--out", home / "o")
    commands = re.findall(r"diafan model (\S+) (\S+)", told)
    assert commands == [("explain-check", str(home / "o")), ("import", str(home / "o")), ("use", "theirs:2")]
    run("import", home / "o")
    assert library.find("theirs:2")


def test_what_was_found_of_explanations_is_in_the_card_at_once(home, monkeypatch):
    model = home / "m"
    checked = []
    monkeypatch.setattr("models.training.explain_check.explain_check", lambda folder, *_, **__: checked.append(folder))
    monkeypatch.setattr("models.training.card.render_cards", checked.append)
    write_model(model, name="theirs")
    run("explain-check", model, "--data", home)
    assert checked == [model]
    (model / EVALUATION).write_text(json.dumps({"digest": digest(model)}))
    run("explain-check", model, "--data", home)
    assert checked == [model] * 3


def test_help_needs_no_network_library(home):
    code = "import sys, service.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
