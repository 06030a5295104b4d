import re
import shutil
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from models.labels import LABELS, Label
from models.preprocess import reduce_by_area
from models.training import nih_release
from models.training.dataset import Cache, DataRefused, Skipped, load, read_image, read_tables
from tests.models.training.data_sets import (
    CHEXPERT_COLUMNS,
    NIH,
    chexpert_row,
    nih_entry,
    write_csv,
    write_nih,
    write_nih_release,
)

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


@pytest.mark.parametrize("policy", ["zeros", "ones", {Label.FRACTURE: "ones"}])
def test_an_uncertain_label_is_unknown_where_epochs_and_thresholds_are_chosen_and_judged(chexpert, policy):
    folder = chexpert()
    write_csv(folder / "valid.csv", [chexpert_row(90000, part="valid", Fracture="-1.0")])
    tables = read_tables("chexpert", folder, uncertain=policy)
    assert not np.isnan(tables["train"].labels[:, FRACTURE]).any()
    for split in ("valid", "test"):
        assert np.isnan(tables[split].labels[:, FRACTURE]).all()


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
    assert "neither labels.csv nor Data_Entry_2017_v2020.csv nor Data_Entry_2017.csv" in refused("nih", tmp_path)
    (tmp_path / "labels.csv").mkdir()
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


IN_TWELVE = tuple(f"images_{number:03}/images" for number in range(1, 13))


def release(folder, *changed, **layout):
    """Write 40 patients of NIH's own release, of whom 30 to 39 are its test list, and the rows ``changed`` after them."""
    rows = [nih_entry(number, view=view) for number in range(40) for view in range(1 + number % 2)]
    write_nih_release(folder, [*rows, *changed], test=range(30, 40), **layout)
    return folder


def nih_row(folder, **cells):
    """Return what is read of an image with these cells: its labels by name, sex, age and view."""
    write_nih_release(folder, [nih_entry(7, **cells)])
    (found,) = nih_release.rows(folder, seed=0)
    return dict(zip(LABELS, found.labels, strict=True)), found.sex, found.age_years, found.view


@pytest.mark.parametrize("table", ["Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv"])
@pytest.mark.parametrize("images", [("images",), IN_TWELVE])
def test_nih_is_read_as_nih_ships_it_and_split_by_its_lists_and_by_patient(tmp_path, table, images):
    tables = read_tables("nih", release(tmp_path, table=table, images=images), seed=1)
    assert set(tables["test"].patients) == {str(number) for number in range(30, 40)}
    assert [len(tables["train"]) + len(tables["valid"]), len(tables["test"])] == [45, 15]
    assert not set(tables["train"].patients) & set(tables["valid"].patients)
    assert all(t.path(row).is_file() for t in tables.values() for row in range(len(t)))
    assert {source for t in tables.values() for source in t.sources} == {""}
    again, other = (read_tables("nih", tmp_path, seed=seed)["valid"].files for seed in (1, 2))
    np.testing.assert_array_equal(again, tables["valid"].files)
    assert set(other) != set(again)


def test_patients_of_nih_are_dealt_as_those_of_chexpert_are(tmp_path, chexpert):
    entries = [nih_entry(number, Patient_ID=f"patient{number:05}") for number in range(41)]
    write_nih_release(tmp_path / "nih", entries, test=[40])
    nih, other = read_tables("nih", tmp_path / "nih"), read_tables("chexpert", chexpert())
    assert set(nih["valid"].patients) == set(other["valid"].patients)


def test_labels_csv_wins_over_what_nih_ships_beside_it(tmp_path):
    release(tmp_path)
    write_nih(tmp_path)
    assert set(read_tables("nih", tmp_path)["train"].sources) == {"nih"}


@pytest.mark.parametrize(
    ("words", "positive"),
    [
        ("No Finding", {Label.NO_FINDING}),
        ("Cardiomegaly", {Label.CARDIOMEGALY}),
        ("Edema", {Label.EDEMA, Label.LUNG_OPACITY}),
        ("Consolidation", {Label.CONSOLIDATION, Label.LUNG_OPACITY}),
        ("Pneumonia", {Label.PNEUMONIA, Label.LUNG_OPACITY}),
        ("Atelectasis", {Label.ATELECTASIS, Label.LUNG_OPACITY}),
        ("Infiltration", {Label.LUNG_OPACITY}),
        ("Mass", {Label.LUNG_LESION, Label.LUNG_OPACITY}),
        ("Nodule", {Label.LUNG_LESION, Label.LUNG_OPACITY}),
        ("Pneumothorax", {Label.PNEUMOTHORAX}),
        ("Effusion", {Label.PLEURAL_EFFUSION}),
        ("Pleural_Thickening", {Label.PLEURAL_OTHER}),
        ("Emphysema|Fibrosis|Hernia", set()),
        ("Hernia|Effusion|Mass|Nodule", {Label.PLEURAL_EFFUSION, Label.LUNG_LESION, Label.LUNG_OPACITY}),
    ],
)
def test_nih_words_become_chexpert_labels_and_three_labels_stay_unknown(tmp_path, words, positive):
    labels = nih_row(tmp_path, Finding_Labels=words)[0]
    unknown = {Label.ENLARGED_CARDIOMEDIASTINUM, Label.FRACTURE, Label.SUPPORT_DEVICES}
    assert {label for label, value in labels.items() if np.isnan(value)} == unknown
    assert {label for label, value in labels.items() if value == 1} == positive
    assert {label for label, value in labels.items() if value == 0} == set(LABELS) - unknown - positive


@pytest.mark.parametrize(
    ("age", "years"), [("58", 58), ("058Y", 58), ("058", 58), ("18", 18), ("411M", 34.25), ("120", 120)]
)
def test_an_nih_age_is_read_with_and_without_its_unit(tmp_path, age, years):
    assert nih_row(tmp_path, Patient_Age=age)[1:] == ("M", years, "PA")


@pytest.mark.parametrize("age", ["17", "017Y", "148", "411", "013M", "200M", "020D", "030W", ""])
def test_children_and_ages_that_cannot_be_are_left_out_of_nih(tmp_path, age):
    rows = nih_release.rows(release(tmp_path, nih_entry(50, Patient_Age=age)), seed=0)
    assert len(list(rows)) == 60


def test_known_defects_are_left_out_of_nih_as_shipped(tmp_path):
    rows = nih_release.rows(release(tmp_path, nih_entry(3490, view=11), nih_entry(2658, view=2)), seed=0)
    assert len(list(rows)) == 60


@pytest.mark.parametrize("column", ["Patient Gender", "Patient Sex"])
@pytest.mark.parametrize(("says", "sex"), [("F", "F"), ("O", "")])
def test_nih_sex_is_read_from_either_name_of_its_column(tmp_path, column, says, sex):
    row = nih_entry(7)
    del row["Patient Sex"]
    write_nih_release(tmp_path, [row | {column: says}])
    assert [row.sex for row in nih_release.rows(tmp_path, seed=0)] == [sex]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Finding_Labels": "Edema|Lung Opacity"}, "Finding Labels"),
        ({"Finding_Labels": ""}, "Finding Labels"),
        ({"Patient_Age": "old"}, "Patient Age"),
        ({"Patient_Age": "-5"}, "Patient Age"),
        ({"Patient_ID": ""}, "Patient ID"),
        ({"Patient_ID": "31"}, "Patient ID"),
    ],
)
def test_a_cell_of_nih_that_cannot_be_is_refused_with_its_line_and_column(tmp_path, cells, column):
    assert f"line 62, column '{column}'" in refused("nih", release(tmp_path, nih_entry(0, view=5, **cells)))


@pytest.mark.parametrize("absent", ["train_val_list.txt", "test_list.txt", "images"])
def test_what_is_not_there_of_nih_is_named(tmp_path, absent):
    (release(tmp_path / "whole") / absent).rename(tmp_path / "elsewhere")
    assert f"has no {'folder ' if absent == 'images' else ''}{absent}" in refused("nih", tmp_path / "whole")


def test_a_table_of_nih_without_a_sex_is_refused(tmp_path):
    columns = [column for column in nih_entry(0) if column != "Patient Sex"]
    write_csv(release(tmp_path) / "Data_Entry_2017_v2020.csv", [nih_entry(0)], columns)
    assert "line 1: no column 'Patient Sex' or 'Patient Gender'" in refused("nih", tmp_path)


def test_an_image_of_nih_in_no_list_or_in_both_is_refused_and_not_named(tmp_path):
    train, test = release(tmp_path) / "train_val_list.txt", tmp_path / "test_list.txt"
    whole = train.read_text()
    train.write_text(whole.replace("00000004_000.png\n", ""))
    said = refused("nih", tmp_path)
    assert "line 8, column 'Image Index': this image is in neither train_val_list.txt nor test_list.txt" in said
    assert "00000004" not in said
    train.write_text(whole + test.read_text()[:17])
    assert "1 images are in train_val_list.txt and in test_list.txt" in refused("nih", tmp_path)


def test_nih_that_was_unpacked_in_part_is_refused_with_how_much_is_not_there(tmp_path):
    shutil.rmtree(release(tmp_path, images=IN_TWELVE) / "images_002")
    assert "5 of its images, that of line 3 first, are in no folder" in refused("nih", tmp_path)


def test_folders_of_nih_images_are_listed_once_and_not_for_each_row(tmp_path):
    rows = nih_release.rows(release(tmp_path, images=IN_TWELVE), seed=0)
    files = [next(rows).file]
    for folder in tmp_path.glob("images_*"):
        shutil.rmtree(folder)
    files += [row.file for row in rows]
    assert len(files) == 60
    assert files[13] == "images_002/images/00000009_000.png"


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


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_a_grey_image_of_16_bits_is_what_it_is_in_8(tmp_path, suffix):
    grey = np.asarray(Image.open(min(NIH.glob("*.jpg"))).convert("L"))
    Image.fromarray(grey).save(tmp_path / "8.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / f"16.{suffix}")
    in_8 = read_image(tmp_path / "8.png", 64)
    np.testing.assert_allclose(read_image(tmp_path / f"16.{suffix}", 64), in_8, atol=1e-6)
    Image.fromarray(grey.astype(np.uint16) * 16).save(tmp_path / f"12.{suffix}")
    np.testing.assert_allclose(read_image(tmp_path / f"12.{suffix}", 64), in_8 * 255 * 16 / 65535, atol=1e-6)


@pytest.mark.parametrize("values", [np.float32(0.5), np.float32(200), np.int32(65536), np.int32(-1)])
def test_an_image_whose_range_is_not_known_is_unreadable_and_the_way_out_is_said(tmp_path, values):
    Image.fromarray(np.full((8, 8), values)).save(tmp_path / "image.tif")
    with pytest.raises(OSError, match=r"is no whole image: the range of its values .* save it as 8-bit or 16-bit grey"):
        read_image(tmp_path / "image.tif", 8)


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
