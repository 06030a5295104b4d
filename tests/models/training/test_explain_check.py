import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from models.explain_by_library import grad_cam_by_library
from models.labels import LABELS, Label
from models.library import FAITHFULNESS, read_model, verify
from models.registry import CARD, MANIFEST, Output, Positives, read_manifest
from models.training import faithfulness
from models.training.dataset import DataRefused, read_tables
from models.training.explain_cases import NOT_ASSESSED, NOT_IN_DATA, boxed, on_record
from models.training.explain_check import METHODS, _maps, explain_check
from models.training.faithfulness import DISTURBANCES, GRID_PX, Box
from tests.models.training.data_sets import write_csv

# A bright square on a grey image: what the brightness model sees, and where a radiologist would point.
SIDE_PX, BLOB = 96, (72, 24, 24, 24)
BOX = Box(*(edge / SIDE_PX for edge in BLOB))


def picture(left=BLOB[0], top=BLOB[1]):
    pixels = np.full((SIDE_PX, SIDE_PX), 60, np.uint8)
    pixels[top : top + BLOB[3], left : left + BLOB[2]] = 250
    return pixels


def write_blobs(folder, count=8, label="Pleural Effusion", places=(BLOB[:2],)):
    """Write ``count`` blobs and their boxes; the first two images go to train and valid."""
    rows, boxes = [], []
    (folder / "nih").mkdir(parents=True)
    for number in range(count):
        name = f"{number:08}_000"
        left, top = places[number % len(places)]
        Image.fromarray(picture(left, top)).save(folder / "nih" / f"{name}.png")
        rows.append(
            {
                "image_id": name,
                "file": f"nih/{name}.png",
                "patient_id": str(number),
                "age": "50",
                "sex": "F",
                "view": "PA",
            }
            | dict.fromkeys(LABELS, "0")
            | {label: "1", "split": {0: "train", 1: "valid"}.get(number, "test")}
        )
        x, y, w, h = (edge * 1024 / SIDE_PX for edge in (left, top, *BLOB[2:]))
        boxes.append({"chexpert_label": label, "x": x, "y": y, "w": w, "h": h, "file": f"nih/{name}.png"})
    write_csv(folder / "labels.csv", rows)
    write_csv(folder / "boxes.csv", boxes)
    return boxes


@pytest.fixture(scope="module")
def small_model(brightness_folder, tmp_path_factory):
    """The brightness model at 64 px: maps of 4 x 4 cells."""
    folder = shutil.copytree(brightness_folder, tmp_path_factory.mktemp("small") / "model")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["preprocessing"]["input_px"] = 64
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / CARD).unlink()  # it is the card of the model at 128 px
    return folder


@pytest.fixture(scope="module")
def checked(small_model, tmp_path_factory):
    data = tmp_path_factory.mktemp("blobs")
    write_blobs(data, count=6, places=(BLOB[:2], (0, 48)))
    (data / "nih" / "00000005_000.png").write_bytes(b"no picture")
    return small_model, explain_check(small_model, data, limit=6, engine="torch", progress=False)


def figure(result, part, **wanted):
    wanted = {"minus": "", "step": ""} | wanted
    (found,) = [row for row in result[part]["figures"] if wanted.items() <= row.items()]
    return found


def test_the_true_map_hits_every_box_and_chance_hits_by_area(checked):
    _, result = checked
    own = {"part": "boxes", "group": "assessed", "measure": "pointing"}
    assert figure(result, **own, map="grad-cam")["value"] == 1.0
    by_chance = figure(result, **{**own, "measure": "pointing, strict"}, map="random")["value"]
    assert by_chance == pytest.approx(BLOB[2] * BLOB[3] / SIDE_PX**2, abs=0.01)
    assert figure(result, **own, map="centre")["value"] == 0.0
    assert figure(result, **own, map="grad-cam", minus="random")["low"] > 0.5
    energy = {**own, "measure": "energy in the box"}
    assert figure(result, **energy, map="grad-cam")["value"] > 3 * figure(result, **energy, map="random")["value"]


def test_removing_what_the_true_map_shows_costs_more_than_removing_at_random(checked):
    _, result = checked
    own = {"part": "removal", "group": "assessed", "map": "grad-cam", "minus": "random"}
    assert figure(result, **own, measure="deletion, mean")["high"] < 0
    assert figure(result, **own, measure="insertion, blurred")["low"] > 0
    assert figure(result, **own, measure="ROAD")["low"] > 0


def test_forgetting_what_was_learned_takes_the_map_away(checked):
    _, result = checked
    for layer in ("layer4.0", "conv1"):
        assert abs(figure(result, "cascade", map="grad-cam", measure="rank correlation", step=layer)["value"]) < 0.5


def test_the_report_is_whole_free_of_nan_and_of_this_model(checked):
    folder, result = checked
    assert json.loads((folder / FAITHFULNESS).read_text(encoding="utf-8"), parse_constant=pytest.fail) == result
    assert result["digest"] == read_manifest(folder)[1].digest
    verify(read_model(folder))
    assert result["unreadable"] == ["nih/00000005_000.png"]
    assert result["boxes"]["splits"] == {"train": 1, "valid": 1, "test": 3}
    report = (folder / "faithfulness.md").read_text(encoding="utf-8")
    assert "nan" not in report
    for name in ("faithfulness-examples.png", "faithfulness-curves.png"):
        assert name in report
        with Image.open(folder / name) as picture:
            assert picture.size[0] > 500


def test_without_boxes_or_without_evidence_it_says_so_and_goes_on(small_model, tmp_path):
    write_blobs(tmp_path, count=3, label="Edema")  # the model's map of Edema is 0 everywhere
    told = explain_check(small_model, tmp_path, limit=1, engine="torch", progress=False)
    assert figure(told, "boxes", group="Edema", map="grad-cam", measure="without evidence")["value"] == 1.0
    assert figure(told, "boxes", group="Edema", map="grad-cam", measure="pointing")["value"] == 0.0
    json.dumps(told, allow_nan=False)
    (tmp_path / "boxes.csv").unlink()
    told = explain_check(small_model, tmp_path, limit=1, engine="torch", progress=False)
    assert told["boxes"]["findings"] == 0
    report = (small_model / "faithfulness.md").read_text(encoding="utf-8")
    assert "**Not done**: no radiologists' boxes were given." in report
    assert not (small_model / "faithfulness-examples.png").exists()


def test_hires_cam_is_grad_cam_for_this_head_and_the_head_alone_is_enough_for_the_others(shipped, network, radiographs):
    x = shipped.manifest.preprocessing(radiographs[0])
    spoken = next(o for o in shipped.manifest.outputs if o.calibration and o.label is not Label.NO_FINDING)
    maps = _maps(network, x, spoken)
    for method, name in (("hires-cam", "grad-cam"), ("grad-cam++", "grad-cam++"), ("layer-cam", "layer-cam")):
        theirs = grad_cam_by_library(network, torch.from_numpy(x), method=method, classes=[spoken.index])[0]
        assert np.abs(theirs).max() > 0
        assert np.abs(maps[name] - theirs).max() < 1e-4 * np.abs(theirs).max()
    assert maps["grad-cam"].min() < 0 <= maps["layer-cam"].min()


@pytest.mark.parametrize(
    ("peak_at", "pointing", "strict"), [((100, 100), 1, 1), ((100, 130), 1, 0), ((100, 132), 0, 0), (None, 0, 0)]
)
def test_a_peak_within_15_pixels_of_the_box_is_a_hit_and_strictly_only_inside(peak_at, pointing, strict):
    mask = Box(0.25, 0.25, 0.25, 0.25).mask()  # 64 to 128 on the grid; 15 px of 1024 are 3.75 there
    found = faithfulness.localisation(mask.astype(np.float32), peak_at, mask)
    assert (found["pointing"], found["pointing, strict"]) == (pointing, strict)
    assert found["IoU at 50% of the peak"] == found["energy in the box"] == 1.0


def test_chance_is_what_random_maps_come_to():
    random, mask = np.random.default_rng(0), Box(0.5, 0.1, 0.3, 0.4).mask()
    pixels = [random.random((GRID_PX, GRID_PX)).astype(np.float32) for _ in range(5)]
    points = random.integers(GRID_PX, size=(3000, 2))
    by_chance = faithfulness.localisation_by_chance(pixels[0], mask)
    drawn = [faithfulness.localisation(field, None, mask) for field in pixels]
    for what in ("energy in the box", "IoU at 25% of the peak", "IoU at 75% of the peak"):
        assert np.mean([each[what] for each in drawn]) == pytest.approx(by_chance[what], abs=0.005)
    hits = faithfulness._grown(mask)[points[:, 0], points[:, 1]]
    assert hits.mean() == pytest.approx(by_chance["pointing"], abs=0.03)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_map_without_positive_evidence_misses_and_divides_by_nothing(value):
    cells, mask = np.full((4, 4), value, np.float32), BOX.mask()
    field = faithfulness.on_grid(cells)
    found = faithfulness.localisation(field, faithfulness.peak_on_grid(cells), mask)
    assert found.pop("without evidence") == 1.0
    assert set(found.values()) == {0.0}
    assert np.isfinite(list(faithfulness.localisation_by_chance(field, mask).values())).all()
    assert faithfulness.rank_correlation(cells, cells) == 0.0
    assert np.isnan(faithfulness.stability(cells, cells, DISTURBANCES[0])["peak moved, cells"])


def test_the_map_of_what_a_score_reads_beats_a_random_map_and_its_opposite_loses():
    px = 32
    x = np.random.default_rng(0).random((1, px, px)).astype(np.float32)
    x[:, 8:16, 16:28] += 2
    region = np.zeros((px, px), np.float32)
    region[8:16, 16:28] = 1
    maps = {"true": region, "opposite": -region, "flat": np.zeros((px, px), np.float32)}
    curves = faithfulness.removal(
        lambda batch: (batch[:, 0] * region).sum((1, 2)).astype(np.float64), x, maps, np.random.default_rng(1)
    )
    for what, better in (("deletion, mean", -1), ("deletion, blurred", -1), ("insertion, mean", 1), ("ROAD", 1)):
        true, flat, opposite = (better * curves[name][what].mean() for name in ("true", "flat", "opposite"))
        assert true > flat > opposite
    assert curves["true"]["ROAD"].mean() > 0 > curves["opposite"]["ROAD"].mean()
    whole = float((x[0] * region).sum())
    assert curves["true"]["deletion, mean"][0] == curves["flat"]["insertion, blurred"][-1] == pytest.approx(whole)


def test_the_cascade_shuffles_down_to_its_layer_and_leaves_the_network_alone(network):
    before = {name: parameter.clone() for name, parameter in network.named_parameters()}
    for step, (layer, changed) in enumerate(faithfulness.randomised(network, seed=0)):
        done = faithfulness.CASCADE[: step + 1]
        assert layer == done[-1]
        for name, parameter in changed.named_parameters():
            if parameter.ndim > 1:
                is_changed = name.startswith(tuple(f"{each}." for each in done))
                assert torch.equal(parameter, before[name]) != is_changed
    assert all(torch.equal(parameter, before[name]) for name, parameter in network.named_parameters())


def test_a_map_that_moves_with_the_picture_is_stable_and_one_that_stays_is_not():
    cells = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)
    down = DISTURBANCES[0]  # by 1/64: a cell
    followed = faithfulness.stability(cells, np.roll(cells, 1, axis=0), down)
    assert followed["rank correlation"] > 0.99
    assert followed["peak moved, cells"] == 0
    stayed = faithfulness.stability(cells, cells, down)
    assert stayed["rank correlation"] < 0.9
    assert stayed["peak moved, cells"] == 1
    pixels = np.random.default_rng(0).random((512, 512)).astype(np.float32)
    assert np.array_equal(down.apply(pixels, None)[8:], pixels[:-8])
    assert np.array_equal(DISTURBANCES[1].apply(pixels, None)[:, 8:], pixels[:, :-8])


def test_a_mean_box_is_where_the_others_lie():
    field, point = faithfulness.mean_box([Box(0.0, 0.0, 0.5, 0.5).mask(), Box(0.25, 0.25, 0.5, 0.5).mask()])
    assert field.max() == 1.0
    assert point == pytest.approx((3 / 8 * GRID_PX, 3 / 8 * GRID_PX), abs=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chexpert_label": "Mass"}, "line 2, column 'chexpert_label': 'Mass' is none"),
        ({"x": "wide"}, "line 2, column 'x'"),
        ({"w": "0"}, "line 2, column 'x': a box must have an area"),
        ({"x": "1000", "w": "100"}, "lie on the radiograph"),
        ({"h": ""}, "a box must have an area"),
    ],
)
def test_a_box_that_cannot_be_is_refused_by_its_place(small_model, tmp_path, change, message):
    boxes = write_blobs(tmp_path, count=3)
    write_csv(tmp_path / "boxes.csv", [boxes[0] | change])
    with pytest.raises(DataRefused, match=message):
        boxed(tmp_path / "boxes.csv", read_tables("nih", tmp_path), read_manifest(small_model)[0])
    write_csv(tmp_path / "boxes.csv", [{"label": "Edema"}])
    with pytest.raises(DataRefused, match="no column 'chexpert_label'"):
        boxed(tmp_path / "boxes.csv", read_tables("nih", tmp_path), read_manifest(small_model)[0])


def test_a_box_is_in_pixels_of_the_size_that_its_line_gives(small_model, tmp_path):
    [first, *_] = write_blobs(tmp_path, count=3)
    place = {"x": 150, "y": 120, "w": 90, "h": 80}
    size = {"image_width": 300, "image_height": 240}
    data = read_tables("nih", tmp_path), read_manifest(small_model)[0]
    write_csv(tmp_path / "boxes.csv", [first | place | size])
    for original_px in (1024, None):
        ((case,), _) = boxed(tmp_path / "boxes.csv", *data, original_px=original_px)
        assert case.boxes == (Box(0.5, 0.5, 0.3, 80 / 240),)
    write_csv(tmp_path / "boxes.csv", [first | place | size | {"image_width": "0"}])
    with pytest.raises(DataRefused, match="column 'image_width': an image must have a size"):
        boxed(tmp_path / "boxes.csv", *data)
    write_csv(tmp_path / "boxes.csv", [first | place])
    with pytest.raises(DataRefused, match="no column 'image_width', 'image_height'"):
        boxed(tmp_path / "boxes.csv", *data, original_px=None)


def test_boxes_that_say_nothing_of_this_model_are_counted_by_why(small_model, tmp_path):
    first, second, third = write_blobs(tmp_path, count=3)
    rows = [first, first | {"x": 0}, second | {"file": "nih/other.png"}, third | {"chexpert_label": "Fracture"}]
    write_csv(tmp_path / "boxes.csv", rows)
    (case,), left_out = boxed(tmp_path / "boxes.csv", read_tables("nih", tmp_path), read_manifest(small_model)[0])
    assert (case.name, case.split, len(case.boxes)) == ("nih/00000000_000.png", "train", 2)
    assert left_out == {NOT_ASSESSED: 1, NOT_IN_DATA: 1}


def test_findings_take_turns_a_patient_once_and_no_finding_never(small_model, tmp_path):
    write_blobs(tmp_path, count=12)
    manifest, table = read_manifest(small_model)[0], read_tables("nih", tmp_path)["test"]
    table.labels[:, LABELS.index(Label.NO_FINDING)] = table.labels[:3, LABELS.index(Label.EDEMA)] = 1
    table.labels[:, LABELS.index(Label.FRACTURE)] = 1  # not assessed
    table.patients[-1] = table.patients[-2]
    cases = on_record(table, manifest, 100)
    assert len({case.patient for case in cases}) == len(cases) == 9
    labels = [case.output.label for case in cases]
    assert {labels[0], labels[1]} == {Label.EDEMA, Label.PLEURAL_EFFUSION}
    assert set(labels) == {Label.EDEMA, Label.PLEURAL_EFFUSION}
    assert on_record(table, manifest, 2) == cases[:2]
    silent = Output(
        label=Label.EDEMA, index=None, positives=Positives(train=0, valid=0, test=0), not_assessed_because="-"
    )
    assert not on_record(table, manifest.model_copy(update={"outputs": (silent,)}), 5)


def test_methods_are_those_that_the_report_speaks_of():
    assert METHODS == ("grad-cam", "grad-cam++", "layer-cam")
