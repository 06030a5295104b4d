import re
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from models.labels import LABELS, Label
from models.preprocess import reduce_by_area
from models.training.dataset import Cache, DataRefused, Skipped, load, read_image, read_tables
from tests.models.training.data_sets import CHEXPERT_COLUMNS, NIH, chexpert_row, write_csv, write_nih

EDEMA, FRACTURE, PNEUMONIA = (LABELS.index(x) for x in (Label.EDEMA, Label.FRACTURE, Label.PNEUMONIA))


@pytest.fixture
def chexpert(tmp_path):
    """Return a folder with 40 patients to train and one to test; every third has two views."""

    def write(*changed, columns=CHEXPERT_COLUMNS):
        rows = [chexpert_row(n, Edema=("1.0", "0.0", "-1.0", "")[n % 4], Fracture="-1.0") for n in range(40)]
        rows += [chexpert_row(n, side="lateral", view=2) for n in range(0, 40, 3)]
        test = [chexpert_row(90000, part="valid", **dict.fromkeys(LABELS, "0.0"))]
        write_csv(tmp_path / "train.csv", [*rows, *changed], columns)
        write_csv(tmp_path / "valid.csv", test)
        return tmp_path

    return write


def refused(kind, folder):
    with pytest.raises(DataRefused) as error:
        read_tables(kind, folder)
    return str(error.value)


def test_chexpert_is_split_by_patient_and_the_same_for_the_same_seed(chexpert):
    folder = chexpert()
    tables = read_tables("chexpert", folder, frontal_only=False, seed=3)
    patients = {name: set(table.patients) for name, table in tables.items()}
    assert len(tables["train"]) + len(tables["valid"]) == 40 + 14
    assert not patients["train"] & patients["valid"]
    assert len(patients["valid"]) > 0
    assert patients["test"] == {"patient90000"}
    again = read_tables("chexpert", folder, frontal_only=False, seed=3)
    assert (again["train"].files == tables["train"].files).all()
    other = read_tables("chexpert", folder, frontal_only=False, seed=4)
    assert set(other["valid"].patients) != patients["valid"]


def test_only_frontal_images_are_chosen_by_the_column_and_not_by_the_name(chexpert):
    folder = chexpert(chexpert_row(50, side="frontal") | {"Frontal/Lateral": "Lateral"})
    frontal = read_tables("chexpert", folder)
    files = [*frontal["train"].files, *frontal["valid"].files]
    assert len(files) == 40
    assert not any(b"patient00050" in file for file in files)


@pytest.mark.parametrize(
    ("policy", "edema", "fracture"),
    [
        ("ignore", np.nan, np.nan),
        ("zeros", 0, 0),
        ("ones", 1, 1),
        ({Label.EDEMA: "ones", Label.FRACTURE: "zeros"}, 1, 0),
        ({Label.EDEMA: "ones"}, 1, np.nan),
    ],
)
def test_an_uncertain_label_is_what_its_policy_says(chexpert, policy, edema, fracture):
    table = read_tables("chexpert", chexpert(), uncertain=policy)["train"]
    uncertain = [int(file[13:18]) % 4 == 2 for file in table.files]
    np.testing.assert_array_equal(table.labels[uncertain, EDEMA], edema)
    np.testing.assert_array_equal(table.labels[:, FRACTURE], fracture)
    positive = [int(file[13:18]) % 4 == 0 for file in table.files]
    np.testing.assert_array_equal(table.labels[positive, EDEMA], 1)


def test_a_blank_in_chexpert_is_absent_or_unknown_as_asked(chexpert):
    folder = chexpert()
    blank = LABELS.index(Label.PLEURAL_OTHER)
    assert (read_tables("chexpert", folder)["train"].labels[:, blank] == 0).all()
    assert np.isnan(read_tables("chexpert", folder, blanks="ignore")["train"].labels[:, blank]).all()


@pytest.mark.parametrize("prefix", ["CheXpert-v1.0", "CheXpert-v1.0-small"])
@pytest.mark.parametrize("layout", ["own", "parent", "tables beside"])
def test_chexpert_is_found_in_its_own_folder_and_from_above_whatever_its_paths_start_with(tmp_path, prefix, layout):
    rows = [chexpert_row(n, prefix=prefix) for n in range(30)]
    test = chexpert_row(90000, part="valid", prefix=prefix)
    own = tmp_path / "CheXpert-v1.0-small"
    for name, listed in (("train", rows), ("valid", [test])):
        write_csv((tmp_path if layout == "tables beside" else own) / f"{name}.csv", listed)
        for row in listed:
            image = own / row["Path"].removeprefix(f"{prefix}/")
            image.parent.mkdir(parents=True)
            image.touch()
    tables = read_tables("chexpert", own if layout == "own" else tmp_path)
    assert all(table.path(row).is_file() for table in tables.values() for row in range(len(table)))


def test_sex_age_and_view_are_read_and_unknown_ones_said_to_be(chexpert):
    folder = chexpert(chexpert_row(50, Sex="Male", Age="71", **{"AP/PA": "PA"}), chexpert_row(51, Sex="Unknown", Age="") | {"AP/PA": "RL"})  # fmt: skip
    table = {name: t for name, t in read_tables("chexpert", folder).items() if name != "test"}
    found = {p: (s, a, v) for t in table.values() for p, s, a, v in zip(t.patients, t.sexes, t.ages_years, t.views, strict=True)}  # fmt: skip
    assert found["patient00050"] == ("M", 71, "PA")
    assert found["patient00001"] == ("F", 60, "AP")
    assert found["patient00051"][0::2] == ("", "")
    assert np.isnan(found["patient00051"][1])


@pytest.mark.parametrize("cell", ["2", "nan", "yes", "0.5", "1 0"])
def test_a_label_that_is_none_is_refused_with_its_line_and_column(chexpert, cell):
    said = refused("chexpert", chexpert(chexpert_row(50, Edema=cell)))
    assert "train.csv, line 56, column 'Edema'" in said
    assert repr(cell) in said
    assert "1, 0, -1" in said


def test_a_wrong_label_is_refused_even_on_a_lateral_image(chexpert):
    assert "column 'Edema'" in refused("chexpert", chexpert(chexpert_row(50, side="lateral", Edema="7")))


def test_missing_columns_are_all_named(chexpert):
    said = refused("chexpert", chexpert(columns=[c for c in CHEXPERT_COLUMNS if c not in {"Sex", "Edema"}]))
    assert "'Sex', 'Edema'" in said
    assert "line 1" in said


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Path": "elsewhere/view1.jpg"}, "Path"),
        ({"Path": "CheXpert-v1.0/train/patient00050/../view1.jpg/x"}, "Path"),
        ({"Age": "old"}, "Age"),
        ({"Frontal/Lateral": ""}, "Frontal/Lateral"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_column(chexpert, cells, column):
    assert f"line 56, column '{column}'" in refused("chexpert", chexpert(chexpert_row(50) | cells))


def test_a_short_line_is_refused(chexpert):
    folder = chexpert()
    with (folder / "train.csv").open("a") as file:
        file.write("CheXpert-v1.0/train/patient00050/study1/view1_frontal.jpg,Male\n")
    assert "line 56, column 'Frontal/Lateral': the line ends" in refused("chexpert", folder)


def test_a_patient_in_two_splits_is_refused_and_not_named(chexpert):
    folder = chexpert()
    write_csv(folder / "valid.csv", [chexpert_row(90000, part="valid"), chexpert_row(7, part="valid")])
    said = refused("chexpert", folder)
    assert re.search(r"valid.csv, line 3, column 'Path'.*'test' here and in '(train|valid)' in train.csv, line 9", said)
    assert "00007" not in said


def test_a_folder_without_tables_and_a_table_that_is_no_text_are_refused(tmp_path, chexpert):
    assert "no train.csv" in refused("chexpert", tmp_path / "nowhere")
    assert "labels.csv cannot be read" in refused("nih", tmp_path)
    folder = chexpert()
    (folder / "train.csv").write_bytes(b"\xff\xfe\x00")
    assert "train.csv cannot be read" in refused("chexpert", folder)


def test_too_few_patients_for_a_split_are_refused(tmp_path):
    write_csv(tmp_path / "train.csv", [chexpert_row(1)])
    write_csv(tmp_path / "valid.csv", [chexpert_row(90000, part="valid")])
    assert "no usable image in split" in refused("chexpert", tmp_path)


def test_nih_leaves_out_children_and_known_defects_and_keeps_blanks_unknown(tmp_path):
    rows = write_nih(tmp_path)
    train = [row for row in rows if row["split"] == "train"]
    train[0]["age"], train[1]["image_id"], train[2]["age"] = "17", "00003490_011", ""
    write_csv(tmp_path / "labels.csv", rows)
    table = read_tables("nih", tmp_path)["train"]
    assert len(table) == len(train) - 3
    assert np.isnan(table.labels[:, FRACTURE]).all()
    assert set(table.labels[:, EDEMA]) == {0, 1}


def test_pneumonia_is_unknown_outside_of_the_half_where_it_means_something(tmp_path):
    for source, known in (("nih", True), ("nih_lowres", False)):
        write_nih(tmp_path / source, source=source)
        table = read_tables("nih", tmp_path / source)["train"]
        assert set(table.sources) == {source}
        assert np.isnan(table.labels[:, PNEUMONIA]).all() != known


@pytest.mark.parametrize(
    ("cells", "column"),
    [({"split": "holdout"}, "split"), ({"patient_id": ""}, "patient_id"), ({"file": "../x.jpg"}, "file"), ({"Edema": "5"}, "Edema")],
)  # fmt: skip
def test_an_nih_cell_that_cannot_be_is_refused_with_its_column(tmp_path, cells, column):
    rows = write_nih(tmp_path)
    rows[4] |= cells
    write_csv(tmp_path / "labels.csv", rows)
    assert f"line 6, column '{column}'" in refused("nih", tmp_path)


def test_an_nih_patient_in_two_splits_is_refused_with_both_lines(tmp_path):
    rows = write_nih(tmp_path)
    rows[9]["patient_id"] = rows[0]["patient_id"] = "4711"
    write_csv(tmp_path / "labels.csv", rows)
    said = refused("nih", tmp_path)
    assert "line 11, column 'patient_id'" in said
    assert "labels.csv, line 2" in said
    assert "4711" not in said


def test_a_row_takes_a_few_hundred_bytes_at_the_most_and_reading_it_not_much_more(tmp_path):
    lines = (f"{chexpert_row(n)['Path']},Female,60,Frontal,AP{',' * 14}1.0\n" for n in range(50_000))
    (tmp_path / "train.csv").write_text(",".join(CHEXPERT_COLUMNS) + "\n" + "".join(lines))
    write_csv(tmp_path / "valid.csv", [chexpert_row(90000, part="valid")])
    tracemalloc.start()
    tables = read_tables("chexpert", tmp_path)
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tables["train"]) + len(tables["valid"]) == 50_000
    assert held / 50_000 < 260
    assert most / 50_000 < 900  # two of these tables at the end, and one chunk of Python objects


def test_unreadable_images_are_counted_named_once_and_skipped(tmp_path):
    write_nih(tmp_path)
    table = read_tables("nih", tmp_path)["train"]
    whole = table.path(0).read_bytes()
    broken = {1: b"", 3: whole[: len(whole) // 2], 5: b"GIF89a no", 7: whole[:20]}
    for row, content in broken.items():
        table.path(row).write_bytes(content)
    table.path(9).unlink()
    skipped = Skipped(tmp_path / "skipped.txt")
    for _ in range(2):
        rows = np.concatenate([images.rows for images in load(table, 32, skipped=skipped)])
        assert rows.tolist() == [0, 2, 4, 6, 8, 10, 11]
    assert len(skipped) == 5
    named = (tmp_path / "skipped.txt").read_text().splitlines()
    assert named == [table.files[row].decode() for row in (1, 3, 5, 7, 9)]
    assert len(Skipped(tmp_path / "skipped.txt")) == 5


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_file_cut_anywhere_is_unreadable_and_never_fatal(tmp_path, suffix):
    whole, cut = tmp_path / f"whole.{suffix}", tmp_path / f"cut.{suffix}"
    Image.open(min(NIH.glob("*.jpg"))).resize((64, 64)).save(whole)
    content = whole.read_bytes()
    for length in range(0, len(content) - 40, 7):
        cut.write_bytes(content[:length])
        with pytest.raises(OSError):  # noqa: PT011 - any of it: the file is named by who counts it
            read_image(cut, 32)


def test_a_table_of_which_no_image_can_be_read_is_refused(tmp_path):
    write_nih(tmp_path)
    table = read_tables("nih", tmp_path)["train"]
    for row in range(len(table)):
        table.path(row).unlink()
    with pytest.raises(DataRefused, match="not one of 12 images"):
        list(load(table, 32, skipped=Skipped()))


def test_a_file_that_is_broken_inside_or_claims_to_be_vast_is_unreadable(tmp_path, monkeypatch):
    noise = np.random.default_rng(0).integers(256, size=(512, 512), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    assert (tmp_path / "noise.png").read_bytes().count(b"IDAT") > 1
    first, *others = (tmp_path / "noise.png").read_bytes().split(b"IDAT")
    (tmp_path / "broken.png").write_bytes(first + b"IDAT" + others[0] + b"I\x01AT" + b"IDAT".join(others[1:]))
    with pytest.raises(OSError, match="is no whole image"):
        read_image(tmp_path / "broken.png", 32)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(OSError, match="is no whole image"):
        read_image(tmp_path / "noise.png", 32)


@pytest.mark.parametrize("side_px", [32, 64, 100, 128, 200, 300])
def test_a_jpeg_reduced_while_it_is_decoded_is_what_reducing_it_by_area_gives(tmp_path, side_px):
    random, sharp = np.random.default_rng(0), np.zeros((1024, 1024), np.uint8)
    for _ in range(300):
        row, column, height, width = random.integers(0, 1000, 2).tolist() + random.integers(2, 60, 2).tolist()
        sharp[row : row + height, column : column + width] = random.integers(256)
    Image.fromarray(sharp).save(tmp_path / "sharp.jpg", quality=95)
    real = ((path, 0.02) for path in sorted(NIH.glob("*.jpg")))
    for path, furthest in (*real, (tmp_path / "sharp.jpg", 0.1)):
        exact = reduce_by_area(np.asarray(Image.open(path).convert("L"), np.float32) / 255, side_px)
        difference = np.abs(read_image(path, side_px) - exact)
        assert difference.max() < furthest
        assert difference.mean() < 0.001


def test_images_read_by_workers_come_in_order(tmp_path):
    write_nih(tmp_path, count=160)
    table = read_tables("nih", tmp_path)["train"]
    alone = list(load(table, 32, skipped=Skipped()))
    by_workers = list(load(table, 32, skipped=Skipped(), workers=2))
    assert len(alone) == 3
    for a, b in zip(alone, by_workers, strict=True):
        np.testing.assert_array_equal(a.rows, b.rows)
        np.testing.assert_array_equal(a.pixels, b.pixels)


def test_a_cache_spares_decoding_rounds_by_half_a_grey_level_and_gives_the_same_at_first(tmp_path):
    write_nih(tmp_path)
    table = read_tables("nih", tmp_path)["train"]
    exact = next(load(table, 32, skipped=Skipped())).pixels
    cache = Cache(tmp_path / "cache", len(table), 32)
    first = next(load(table, 32, skipped=Skipped(), cache=cache, workers=1)).pixels
    for row in range(len(table)):
        table.path(row).unlink()
    later = next(load(table, 32, skipped=Skipped(), cache=Cache(tmp_path / "cache", len(table), 32))).pixels
    np.testing.assert_array_equal(first, later)
    assert np.abs(first - exact).max() <= 0.5 / 255 + 1e-6


def test_a_torn_cache_entry_is_decoded_anew(tmp_path):
    cache = Cache(tmp_path / "cache", 2, 8)
    cache.put(0, np.full((8, 8), 7, np.uint8))
    assert cache.get(0).max() == 7
    assert cache.get(1) is None
    content = bytearray((tmp_path / "cache").read_bytes())
    content[40] ^= 1
    (tmp_path / "cache").write_bytes(content)
    assert Cache(tmp_path / "cache", 2, 8).get(0) is None
