import json
import re
import shutil

import numpy as np
import pytest

from models.labels import LABELS, Label
from models.library import EVALUATION
from models.preprocess import Preprocessing
from models.registry import MANIFEST, Manifest, Positives, digest
from models.training.calibrate import outputs
from models.training.card import NotEvaluated, render_cards
from models.training.measure import Counts, Evaluation, alarms, by_label, macro_baselines, macros
from models.training.plots import draw
from tests.models.training.evaluated import answered, table


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    shares = {Label.FRACTURE: 0.003, Label.SUPPORT_DEVICES: None}
    sources = np.where(np.arange(300) < 150, "one", "two")
    valid, test = (answered(table(300, shares=shares, seed=s, sources=sources), seed=s, Edema=0.0) for s in (1, 2))
    manifest = Manifest(
        name="carded",
        version="3",
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(128, 64),
        weights_sha256="0" * 64,
        outputs=outputs(
            {label: i for i, label in enumerate(LABELS)},
            dict.fromkeys(LABELS, Positives(train=5, valid=50, test=50)),
            valid,
            test,
            rule=Manifest.model_fields["evidence_rule"].default,
        ),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json())
    random = np.random.default_rng(0)
    shortcuts = {label: {name: random.random(300) for name in ("exposure", "view")} for label in LABELS}
    shortcuts[Label.CONSOLIDATION] = {}
    healthy, ill = alarms(manifest, test)
    training = {
        "config": {"data": "nih", "stages": ["1x64/16", "2x96/16"], "mixup": None},
        "init_sha256": None,
        "epoch": 2,
        "ended": 2,
        "epochs": 3,
        "versions": {"torch": "2.9"},
    }
    evaluation = Evaluation(
        name="carded",
        version="3",
        digest=digest(folder),
        engine="torch",
        data="nih",
        training=training,
        splits={name: Counts(images=300, patients=300, unreadable=7) for name in ("train", "valid", "test")},
        baseline_images=300,
        macro=macros(manifest, test),
        macro_baselines=macro_baselines(manifest, test, shortcuts),
        alarmed_of_healthy=healthy,
        found_of_ill=ill,
        labels=tuple(by_label(manifest, test, shortcuts)),
    )
    (folder / EVALUATION).write_text(evaluation.model_dump_json())
    draw(evaluation, folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "model")


def section(card, title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)[1]


def test_the_card_says_all_that_a_reader_must_know(folder):
    render_cards(folder)
    card = (folder / "card.md").read_text()
    figures = {f["label"]: f for f in json.loads((folder / EVALUATION).read_text())["labels"]}
    assert digest(folder) in card
    assert "**Not for diagnosis, triage or screening**" in section(card, "Intended use")
    assert "| test | 300 | 300 | 7 |" in section(card, "Data")
    auroc = figures["Cardiomegaly"]["auroc"]
    ranking, point = section(card, "How well it ranks"), section(card, "At the threshold")
    assert f"| Cardiomegaly | assessed | {auroc['value']:.2f} ({auroc['low']:.2f}-{auroc['high']:.2f}) |" in ranking
    assert "Within the 150 images of source one" in ranking
    assert f"| {figures['Cardiomegaly']['sensitivity']['value']:.2f} (" in point
    assert "| Edema |" not in point
    assert "| Fracture |" not in ranking
    assert "| Cardiomegaly | source: two | 150 (" in section(card, "Subgroups")
    silent = section(card, "Exploratory, and not assessed")
    assert "- **Edema**: exploratory; on validation it may be no better than chance" in silent
    assert "- **Support Devices**: not assessed; validation has no image with it" in silent
    assert "| Consolidation | assessed |" in ranking  # it has no baseline: training saw no positive of it
    assert "| stages | `1x64/16, 2x96/16` |" in section(card, "How it was trained")
    assert "of epoch 2: the best on valid at the last size, of 2 epochs that were trained out of 3" in section(
        card, "How it was trained"
    )
    assert "| start | random weights |" in section(card, "How it was trained")
    assert "nan" not in card.lower().replace("finance", "")
    assert "None" not in card


def test_figures_on_other_data_than_it_learned_from_are_said_to_be_an_external_test(folder):
    render_cards(folder)
    assert "no external test" in (folder / "card.md").read_text()
    evaluation = json.loads((folder / EVALUATION).read_text())
    (folder / EVALUATION).write_text(json.dumps(evaluation | {"data": "chexpert"}))
    render_cards(folder)
    card = (folder / "card.md").read_text()
    assert "trained on other data (nih): **this is an external test**" in section(card, "Data")
    assert "no external test" not in card


def test_every_table_row_has_as_many_cells_as_its_header(folder):
    render_cards(folder)
    blocks = re.findall(r"(?:^\|.*\n)+", (folder / "card.md").read_text(), re.MULTILINE)
    assert len(blocks) >= 7
    for block in blocks:
        assert len({line.count("|") for line in block.splitlines()}) == 1, block


def test_the_page_is_one_file_with_its_pictures_and_tables_and_escapes_what_it_is_given(folder):
    evaluation = json.loads((folder / EVALUATION).read_text())
    evaluation["macro"]["source <script>alert(1)</script>"] = evaluation["macro"].pop("source one")
    (folder / EVALUATION).write_text(json.dumps(evaluation))
    render_cards(folder)
    page = (folder / "card.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "<title>Model card: carded 3</title>" in page
    sources = re.findall(r"<img src=\"(.{22})", page)
    assert sources == ["data:image/png;base64,"] * 3
    assert page.count("<table>") == page.count("</table></div>") >= 7
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_card_cannot_be_made_of_nothing_of_another_model_or_of_damage(folder):
    held = (folder / EVALUATION).read_text()
    (folder / EVALUATION).write_text(held.replace(digest(folder), "e" * 64))
    with pytest.raises(NotEvaluated, match="is of model eee"):
        render_cards(folder)
    (folder / EVALUATION).write_text(held[:1000])
    with pytest.raises(NotEvaluated, match="damaged"):
        render_cards(folder)
    (folder / EVALUATION).unlink()
    with pytest.raises(NotEvaluated, match="never evaluated"):
        render_cards(folder)
    assert not (folder / "card.md").exists()


def test_faithfulness_is_told_where_it_was_measured_on_this_very_model(folder):
    report = "# Title\n\nBoxes were hit.\n\n## Part\n\n![Curves](faithfulness-curves.png)\n"
    (folder / "faithfulness.md").write_text(report)
    shutil.copy(folder / "auroc.png", folder / "faithfulness-curves.png")
    for known, told in (("e" * 64, False), (digest(folder), True)):
        (folder / "faithfulness.json").write_text(json.dumps({"digest": known}))
        render_cards(folder)
        found = section((folder / "card.md").read_text(), "Faithfulness of the explanations")
        assert ("Boxes were hit." in found) == ("### Part" in found) == told
        assert ("**Not checked**" in found) == (not told)
        assert (folder / "card.html").read_text().count('<img src="data:') == 3 + told
    assert "# Title" not in found
