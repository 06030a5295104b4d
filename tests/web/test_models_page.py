"""The models page before a real service: what is known of a model, and another one chosen by its name, typed."""

import json
import re

import pytest
from playwright.sync_api import expect

from models.library import Library
from models.registry import MANIFEST, bundled

pytestmark = [pytest.mark.peers, pytest.mark.slow]

OTHER = ("night-shift", "2.0.0")


@pytest.fixture
def other(ward, ward_token, tmp_path):
    """Bring a second model to the ward: the first one's weights under another name, never evaluated; the first answers again afterwards."""
    folder = tmp_path / "other"
    folder.mkdir()
    manifest = json.loads((bundled() / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "name": OTHER[0], "version": OTHER[1]}))
    (folder / "weights.safetensors").symlink_to(bundled() / "weights.safetensors")
    Library(ward.folder / "data" / "models", bundled()).add(folder)
    yield " ".join(OTHER)
    ward.cli("model", "use", manifest["name"])


def section(page, name):
    return page.get_by_role("region", name=name)


def test_the_whole_card_is_there(sign_in):
    page = sign_in("data-scientist", name="Dora Data").go("models")
    page.get_by_role("button", name="Whole card").click()
    card = page.get_by_role("dialog", name="Card of nih-demonstration")
    expect(card.get_by_role("heading", name="Intended use")).to_be_visible()
    expect(card.get_by_role("table").first).to_be_visible()
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)


def test_a_probability_is_held_against_what_was_found_point_by_point(sign_in):
    page = sign_in("data-scientist", name="Dora Data").go("models")
    calibration = section(page, "What a probability is worth")
    plot = calibration.get_by_role("slider", name="Edema")
    plot.focus()
    looked_at = calibration.get_by_text(re.compile(r"^Said 0\.\d\d, found 0\.\d\d"))
    first = looked_at.inner_text()
    page.keyboard.press("ArrowRight")
    expect(plot).to_have_attribute("aria-valuenow", "1")
    expect(looked_at).not_to_have_text(first)
    calibration.get_by_role("button", name="As tables").click()
    table = calibration.get_by_role("table", name="Edema")
    expect(table.get_by_role("columnheader")).to_have_text(["Images", "Said", "Found"])
    assert table.get_by_role("row").count() > 2


def test_each_group_of_patients_has_its_figures_or_none(sign_in):
    page = sign_in("data-scientist", name="Dora Data").go("models")
    groups = section(page, "Whom it serves how well")
    expect(groups.get_by_role("rowheader", name="sex: women")).to_be_visible()
    before = groups.get_by_role("table").inner_text()
    groups.get_by_role("combobox", name="Label").click()
    page.get_by_role("option", name="Pleural Effusion").click()
    expect(groups.get_by_role("combobox", name="Label")).to_have_text("Pleural Effusion")
    assert groups.get_by_role("table").inner_text() != before


def test_with_one_model_there_is_nothing_to_choose_and_the_page_says_why(sign_in):
    page = sign_in("data-scientist", name="Dora Data").go("models")
    expect(page.get_by_text("The only model on this machine.")).to_be_visible()
    expect(page.get_by_role("button", name="Use another model")).to_have_count(0)
    expect(page.get_by_role("button", name="Compare")).to_have_count(0)


def test_another_model_answers_once_its_name_was_typed(sign_in_at_ward, ward, ward_token, other):
    page = sign_in_at_ward("data-scientist", name="Dora Data").go("models")
    page.get_by_role("button", name="Use another model").click()
    dialog = page.get_by_role("dialog", name="Use another model")
    expect(dialog).to_contain_text("It was not evaluated here: nothing is known of how well it does.")
    expect(dialog).to_contain_text("The audit log names you, Dora Data, as who chose.")
    confirm = dialog.get_by_role("button", name=f"Use {other}")
    typed = dialog.get_by_label(f"Type the name of the model to confirm: {OTHER[0]}")
    expect(confirm).to_be_disabled()
    typed.fill(OTHER[0].upper())
    expect(confirm).to_be_disabled()
    typed.fill(OTHER[0])
    confirm.click()
    expect(page.get_by_text(f"{other} answers from the next image on.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(other)
    expect(page.get_by_text("This model was not evaluated here")).to_be_visible()
    assert ward.get("/operations", ward_token).json()["model"]["name"] == OTHER[0]


def test_who_may_not_choose_reads_the_same_page_without_the_choice(sign_in_at_ward, ward, other):
    here = sign_in_at_ward("administrator", name="Adam Admin")
    page = here.go("models")
    expect(page.get_by_role("navigation", name="Models on this machine").get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("button", name="Compare")).to_be_visible()
    expect(page.get_by_role("button", name="Use another model")).to_have_count(0)
    digest = next(
        m["digest"] for m in here.context.request.get(f"{ward.url}/models").json()["models"] if not m["in_use"]
    )
    asked = here.context.request.post(f"{ward.url}/model", data={"digest": digest}, headers={"Origin": ward.url})
    assert asked.status == 403
