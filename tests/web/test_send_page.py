"""Sending images before a real service: what a person drops is taken, refused in words, stopped, or goes on when the line is back."""

from urllib.parse import urlsplit

import numpy as np
import pydicom
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.instances import DICOM, EFFUSION, make_instance
from tests.web.cut_line import cut_line

pytestmark = [pytest.mark.peers, pytest.mark.slow]

PICTURE = DICOM.parent / "nih" / "00000061_002.jpg"
MARKUP = ("<img src=x onerror=alert(1)>.dcm", "<script>alert(1)<%2Fscript>.dcm", "$t(product){{7*7}}.dcm")


def line(page, name):
    """Return the row of a file."""
    return page.get_by_role("row").filter(has=page.get_by_role("gridcell", name=name, exact=True))


def choose(page, *files):
    page.get_by_test_id("files").set_input_files(files)


def drop(page, *files):
    """Drop files on the page, as the file manager of the machine does."""
    debugger = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        debugger.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 150, "data": data})
    debugger.detach()


def studies_of(ward, token, patient_id):
    return ward.post("/worklist", token, text=patient_id)["studies"]


def posted(page):
    """Return the paths of everything that the page sends from now on."""
    paths = []
    page.on("request", lambda asked: paths.append(urlsplit(asked.url).path) if asked.method == "POST" else None)
    return paths


def test_a_dicom_file_goes_straight_to_its_result(sign_in_at_ward, tmp_path):
    page = sign_in_at_ward("physician").go("send")
    choose(page, make_instance(tmp_path, EFFUSION, PatientID="SEND-1", PatientName="Sent^Alone"))
    expect(page.get_by_text("Its study opens here as soon as its result is there.")).to_be_visible()
    page.wait_for_url("**/app/studies/*")
    expect(page.get_by_role("heading", name="Sent, Alone")).to_be_visible()
    expect(page.get_by_text("Lung Opacity: present").first).to_be_visible()


def test_files_that_are_dropped_are_each_told_what_became_of_them(sign_in_at_ward, tmp_path):
    here = sign_in_at_ward("physician")
    page = here.go("send")
    expect(page.get_by_text("Nothing is being sent")).to_be_visible()
    leg = DICOM / "reject_RG3_leg_cr_mono1_10bit_j2k_lossless.dcm"
    broken = tmp_path / "letter.dcm"
    broken.write_text("Dear colleague, the image is attached.")
    chest = make_instance(tmp_path, EFFUSION, name="chest.dcm", PatientID="SEND-2")
    drop(page, chest, leg, broken)
    expect(line(page, "chest.dcm")).to_contain_text("Delivered")
    expect(line(page, "chest.dcm")).to_contain_text("Lung Opacity")
    expect(line(page, leg.name)).to_contain_text("Another part of the body than the chest. Nothing of it was kept.")
    expect(line(page, "letter.dcm")).to_contain_text("Cannot be read: damaged, cut off, or no image.")
    expect(page.get_by_text("1 accepted · 1 declined · 1 refused")).to_be_visible()
    assert page.url.endswith("/app/send"), "several files lead nowhere by themselves"
    here.forgive("status of 422")


def test_a_picture_goes_only_once_its_patient_is_known(sign_in_at_ward, ward, ward_token, tmp_path):
    page = sign_in_at_ward("physician").go("send")
    sent = posted(page)
    png = tmp_path / "screenshot.png"
    Image.open(PICTURE).save(png)
    choose(page, png)
    expect(line(page, "screenshot.png")).to_contain_text("Whose is it?")
    details = page.get_by_role("form", name="For pictures that are not DICOM")
    details.get_by_role("button", name="Send the picture").click()
    expect(details.get_by_text("It cannot be sent without.")).to_be_visible()
    expect(details.get_by_label("Patient ID")).to_be_focused()
    assert "/studies" not in sent
    details.get_by_label("Patient ID").fill("SEND-3")
    details.get_by_label("Family name").fill("Żółć")
    details.get_by_label("Given name").fill("Grażyna")
    details.get_by_role("button", name="PA", exact=True).click()
    expect(details.get_by_text("SEND-3 · Żółć, Grażyna")).to_be_visible()
    details.get_by_role("button", name="Send the picture").click()
    page.wait_for_url("**/app/studies/*")
    expect(page.get_by_role("heading", name="Żółć, Grażyna")).to_be_visible()
    [study] = studies_of(ward, ward_token, "SEND-3")
    assert (study["patient_name"], study["images"]) == ("Żółć^Grażyna", 1)


def test_what_is_stopped_is_not_kept_and_can_be_sent_again(sign_in_at_ward, ward, ward_token, tmp_path):
    page = sign_in_at_ward("physician").go("send")
    file = make_instance(tmp_path, EFFUSION, name="stop.dcm", PatientID="SEND-4")
    on_the_way = []
    page.route("**/studies", lambda route: on_the_way.append(route))  # noqa: PLW0108 - it wants a function of Python's
    choose(page, file)
    page.get_by_role("button", name="Stop stop.dcm").click()
    expect(line(page, "stop.dcm")).to_contain_text("Stopped")
    for one in on_the_way:
        one.abort()
    page.unroute("**/studies")
    assert studies_of(ward, ward_token, "SEND-4") == []
    page.get_by_role("button", name="Send stop.dcm again").click()
    page.wait_for_url("**/app/studies/*")
    assert len(studies_of(ward, ward_token, "SEND-4")) == 1


def test_an_upload_that_was_cut_goes_on_by_itself_and_is_stored_once(sign_in_at_ward, ward, ward_token, tmp_path):
    here = sign_in_at_ward("physician")
    page = here.page
    large = make_instance(tmp_path, EFFUSION, name="large.dcm", PatientID="SEND-5")
    _enlarge(large)
    with cut_line(ward.http_port) as to_ward:
        page.goto(f"{to_ward.url}/app/send")
        expect(page.get_by_text("Nothing is being sent")).to_be_visible()
        to_ward.cut_after(large.stat().st_size // 2)
        choose(page, large)
        expect(page.get_by_text("The connection is lost. It goes on by itself where it was")).to_be_visible()
        expect(line(page, "large.dcm")).to_contain_text("Sent again from the beginning when Diafan answers.")
        assert to_ward.cuts == 1
        assert studies_of(ward, ward_token, "SEND-5") == []
        to_ward.mend()
        page.wait_for_url("**/app/studies/*")
        expect(page.get_by_text("Lung Opacity: present").first).to_be_visible()
        page.goto("about:blank")
    [study] = studies_of(ward, ward_token, "SEND-5")
    assert study["images"] == 1
    here.forgive("Failed to load resource")


def test_the_names_of_files_are_text(sign_in_at_ward):
    here = sign_in_at_ward("physician")
    page = here.go("send")
    choose(page, *({"name": name, "mimeType": "application/dicom", "buffer": b"no image"} for name in MARKUP))
    for name in MARKUP:
        expect(line(page, name)).to_contain_text("Cannot be read")
    assert page.locator("main img, main script").count() == 0
    here.forgive("status of 422")


def _enlarge(file):
    """Give a file so many pixels that it is on its way for a while."""
    dataset = pydicom.dcmread(file)
    pixels = np.kron(dataset.pixel_array, np.ones((3, 3), dataset.pixel_array.dtype))
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(file)
