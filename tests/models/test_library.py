"""The local models: whole or not there, one digest to a name and version, found by what a person calls them."""

import json
import os
import shutil
from pathlib import Path

import pytest

from models.library import Library, read_model, verify
from models.registry import CARD, MANIFEST, WEIGHTS, ModelRefused, bundled
from tests.models.tiny import write_brightness_model


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "models")


@pytest.fixture
def source(brightness_folder, tmp_path):
    return shutil.copytree(brightness_folder, tmp_path / "source")


@pytest.fixture
def second(brightness_folder, tmp_path):
    """Another version of the same model."""
    folder = shutil.copytree(brightness_folder, tmp_path / "second")
    return repin(folder, version="2")


def repin(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text()) | changes
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


def bare(folder):
    (folder / CARD).unlink()
    return folder


def test_a_model_that_was_added_is_found_by_each_of_its_names(library, source, second):
    one, two = library.add(bare(source)), library.add(bare(second))
    assert one.folder == library.root / "brightness-1"
    for text, found in {
        "brightness:1": one,
        "brightness:2": two,
        one.identity.digest[:12]: one,
        two.identity.digest: two,
    }.items():
        assert library.find(text) == found
    assert library.find("bundled").folder == library.find(read_model(bundled()).title).folder == bundled()


def test_a_name_that_is_nobodys_or_that_of_several_is_refused_and_the_names_there_are_are_told(library, source, second):
    with pytest.raises(ModelRefused, match=r"no model is called 'brightness'.*nih-demonstration"):
        library.find("brightness")
    library.add(bare(source))
    library.add(bare(second))
    with pytest.raises(ModelRefused, match=r"several models.*brightness:1, brightness:2"):
        library.find("brightness")
    with pytest.raises(ModelRefused, match="no model"):
        library.find(library.find("brightness:1").identity.digest[:5])


def test_the_same_model_again_changes_nothing_and_another_under_its_name_is_refused(library, source):
    first = library.add(bare(source))
    assert library.add(source) == first
    repin(source, evidence_rule={"least_positives": 9})
    with pytest.raises(ModelRefused, match="give the new one another version"):
        library.add(source)
    assert read_model(first.folder).identity == first.identity


def test_everything_is_flushed_before_the_folder_gets_its_name(library, source, monkeypatch):
    trace = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(os, "fsync", lambda h: (trace.append(str(Path(f"/proc/self/fd/{h}").readlink())), fsync(h))[1])
    monkeypatch.setattr(os, "rename", lambda a, b: (trace.append(f"renamed to {b}"), rename(a, b))[1])
    added = library.add(bare(source))
    renamed = trace.index(f"renamed to {added.folder}")
    before = [Path(p).name for p in trace[:renamed]]
    assert {MANIFEST, WEIGHTS} < set(before)
    assert before[-1].endswith(".part")
    assert trace[renamed + 1] == str(library.root)


def damage(folder):
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(content)


def test_the_same_model_again_takes_the_place_of_a_damaged_copy_and_what_was_measured_since_stays(library, source):
    held = library.add(bare(source))
    (held.folder / "faithfulness.json").write_text(json.dumps({"about": held.identity.digest}))
    (held.folder / "evaluation.json").write_text(json.dumps({"about": "ab" * 32}))
    damage(held.folder)
    assert library.add(source) == held
    verify(held)
    assert {p.name for p in held.folder.iterdir()} == {MANIFEST, WEIGHTS, "faithfulness.json"}
    assert list(library.root.iterdir()) == [held.folder]


def test_a_damaged_copy_leaves_only_once_the_good_one_is_flushed_and_two_renames_later_it_is_there(
    library, source, monkeypatch
):
    held = library.add(bare(source))
    damage(held.folder)
    trace = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(os, "fsync", lambda h: (trace.append(Path(f"/proc/self/fd/{h}").readlink().name), fsync(h))[1])
    monkeypatch.setattr(os, "rename", lambda a, b: (trace.append((Path(a), Path(b))), rename(a, b))[1])
    library.add(source)
    (_, worn), (good, _) = renames = [step for step in trace if isinstance(step, tuple)]
    assert renames == [(held.folder, worn), (good, held.folder)]
    first = trace.index(renames[0])
    assert {MANIFEST, WEIGHTS, good.name} == set(trace[:first])
    assert trace[first:] == [*renames, library.root.name]


def test_where_the_good_copy_cannot_take_its_place_the_damaged_one_is_still_there(library, source, monkeypatch):
    held = library.add(bare(source))
    damage(held.folder)
    rename = os.rename

    def fails_once(a, b):
        if Path(b) == held.folder:
            monkeypatch.setattr(os, "rename", rename)
            raise OSError(5, "Input/output error")
        rename(a, b)

    monkeypatch.setattr(os, "rename", fails_once)
    with pytest.raises(OSError, match="Input/output"):
        library.add(source)
    assert list(library.root.iterdir()) == [held.folder]
    assert read_model(held.folder) == held


def test_a_folder_in_the_way_that_is_no_model_is_told_and_left_alone(library, source):
    held = library.add(bare(source))
    (held.folder / MANIFEST).write_text("{")
    with pytest.raises(ModelRefused, match="brightness-1 is in the way"):
        library.add(source)
    assert (held.folder / MANIFEST).read_text() == "{"


def test_a_copy_that_fails_leaves_nothing_behind(library, source, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        library.add(bare(source))
    assert list(library.root.iterdir()) == []


def test_a_folder_without_a_manifest_hides_no_other_model(library, source):
    library.add(bare(source))
    (library.root / "broken").mkdir()
    (library.root / ".half.part").mkdir()
    assert [m.title for m in library.models()][1:] == ["brightness:1"]
    assert [f.name for f in library.folders()][1:] == ["brightness-1", "broken"]


def test_one_changed_byte_of_the_weights_fails_the_verification_and_is_not_added(library, source):
    content = bytearray((source / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (source / WEIGHTS).write_bytes(content)
    bare(source)
    for act in (library.add, lambda folder: verify(read_model(folder))):
        with pytest.raises(ModelRefused, match="its manifest pins"):
            act(source)
    assert not library.root.exists()


@pytest.mark.parametrize("name", [CARD, "evaluation.json", "faithfulness.json"])
def test_a_card_or_figures_of_another_model_fail_the_verification(source, name):
    model = read_model(bare(source))
    (source / name).write_text(json.dumps({"about": "ab" * 32}))
    with pytest.raises(ModelRefused, match=f"{name} is about another model"):
        verify(model)
    (source / name).write_text(json.dumps({"about": model.identity.digest}))
    verify(model)


def test_a_model_is_evaluated_only_by_figures_of_its_own(source):
    model = read_model(source)
    assert not model.is_evaluated
    (source / "evaluation.json").write_text(json.dumps({"digest": "ab" * 32}))
    assert not model.is_evaluated
    (source / "evaluation.json").write_text(json.dumps({"digest": model.identity.digest}))
    assert model.is_evaluated


def test_a_model_that_was_changed_or_is_gone_is_told_apart(library, source):
    added = library.add(bare(source))
    assert library.expect(added.identity) == added
    repin(added.folder, evidence_rule={"least_positives": 9})
    with pytest.raises(ModelRefused, match="was changed"):
        library.expect(added.identity)
    shutil.rmtree(added.folder)
    with pytest.raises(ModelRefused, match="is not in"):
        library.expect(added.identity)


def test_a_model_that_only_the_settings_name_can_be_chosen_too(tmp_path):
    folder = write_brightness_model(tmp_path / "elsewhere", name="elsewhere")
    assert Library(tmp_path / "models", folder).find("elsewhere").folder == folder
