"""The results in the programs of others: an archive returns them as they were sent, a toolkit reads them, a viewer shows them or does not.

What is said in `integrations/VIEWERS.md` is seen here, where OHIF fails as well. DIAFAN_NEW_PICTURES=1 writes that page's pictures
anew: look at each before it is kept.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pydicom
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pydicom.uid import (
    Comprehensive3DSRStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ParametricMapStorage,
    SecondaryCaptureImageStorage,
)
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet

from tests.diafan_process import diafan_process
from tests.instances import EFFUSION, make_instance
from tests.journeys.hospital import pacs_destination, settled
from tests.peers.browser import chromium_page, opened, screenshot
from tests.peers.pacs import MODALITY_AET, Orthanc, storescu
from tests.peers.process import BUILD, LOOPBACK, free_port, wait_for

pytestmark = [pytest.mark.peers, pytest.mark.slow]
pytest_plugins = ["tests.peers.fixtures"]

PICTURES = BUILD.parent / "viewers"
STORED = Path(__file__).parent
WRITE_ANEW = "DIAFAN_NEW_PICTURES" in os.environ
LARGEST_PICTURE_BYTES = 150_000

KINDS = ["structured-report", "secondary-capture", "parametric-map", "parametric-map-16bit"]
CAPTURES, DOCUMENT, MAPS = "Diafan AI: heatmaps", "Diafan AI: findings", "Diafan AI: Grad-CAM values"
STORED_CLASSES = (
    DigitalXRayImageStorageForPresentation,
    SecondaryCaptureImageStorage,
    Comprehensive3DSRStorage,
    ParametricMapStorage,
)
BLACK = 40
SPACING_MM = [0.143, 0.143]
_PART_10_BEGIN = 132
_IMPLEMENTATION = {"FileMetaInformationGroupLength", "ImplementationClassUID", "ImplementationVersionName"}

_LOAD = "async id => window.services.displaySetService.getDisplaySetByUID(id).load({}).then(() => '', error => String(error))"
_HANDLER = "id => window.services.displaySetService.getDisplaySetByUID(id).SOPClassHandlerId"


@dataclass(frozen=True)
class Sent:
    """What Diafan made of one radiograph, by kind, as Diafan holds it and as it was sent."""

    study_uid: str
    objects: Mapping[str, Path]


@dataclass(frozen=True)
class Shown:
    """One radiograph that states a pixel spacing, as a detector does, and the same without, as a scanned film."""

    spaced: Sent
    plain: Sent


@pytest.fixture(scope="module")
def shown(pacs: Orthanc, folder: Path) -> Shown:
    """Have a PACS hold two radiographs with all kinds of results; Diafan is gone again."""
    everything = pacs_destination(pacs.dicom_port, objects=KINDS)
    with diafan_process(folder, destinations=[everything]) as diafan:
        pacs.route_to(diafan.dimse_port)
        token = diafan.token("study.read")
        sent = []
        for number, more in enumerate(({"ImagerPixelSpacing": SPACING_MM}, {})):
            file = make_instance(folder, EFFUSION, name=f"{number}.dcm", SeriesDescription="Radiograph", **more)
            uid = str(pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID)
            storescu([file], pacs.dicom_port)
            settled(diafan, token, uid)
            objects = {}
            for line in diafan.get(f"/studies/{uid}/objects", token).json()["objects"]:
                path = folder / f"{line['sop_instance_uid']}.dcm"
                path.write_bytes(diafan.get(line["content_url"], token).content)
                objects[line["kind"]] = path
            assert set(objects) == {"structured-report", "summary", "overlay", "parametric-map", "parametric-map-16bit"}
            sent.append(Sent(uid, objects))
    return Shown(*sent)


def data_set(content: bytes) -> bytes:
    """Return a Part-10 file without its File Meta Information, whose own length stands first in it (PS3.10 7.1)."""
    length = pydicom.filereader.read_partial(pydicom.filebase.DicomBytesIO(content)).file_meta[0x00020000]
    return content[_PART_10_BEGIN + 12 + int(length.value) :]


def by_rest(pacs: Orthanc, study_uid: str, folder: Path) -> None:
    for instance in httpx.post(f"{pacs.http_url}/tools/lookup", content=study_uid, trust_env=False).json():
        for found in pacs.get(f"{instance['Path']}/instances"):
            answer = httpx.get(f"{pacs.http_url}/instances/{found['ID']}/file", timeout=60, trust_env=False)
            (folder / f"{found['ID']}.dcm").write_bytes(answer.raise_for_status().content)


def by_wado_rs(pacs: Orthanc, study_uid: str, folder: Path) -> None:
    answer = httpx.get(f"{pacs.dicomweb_url}/studies/{study_uid}", timeout=60, trust_env=False).raise_for_status()
    head = f"content-type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + answer.content)
    for number, part in enumerate(message.iter_parts()):
        (folder / f"{number}.dcm").write_bytes(part.get_payload(decode=True))


def by_get(pacs: Orthanc, study_uid: str, folder: Path) -> None:
    def keep_it(event: evt.Event) -> int:
        (folder / f"{event.request.AffectedSOPInstanceUID}.dcm").write_bytes(event.encoded_dataset())
        return 0x0000

    entity = AE(MODALITY_AET)
    for uid in (StudyRootQueryRetrieveInformationModelGet, *STORED_CLASSES):
        entity.add_requested_context(uid, ExplicitVRLittleEndian)
    roles = [build_role(uid, scp_role=True) for uid in STORED_CLASSES]
    wanted = pydicom.Dataset()
    wanted.QueryRetrieveLevel, wanted.StudyInstanceUID = "STUDY", study_uid
    association = entity.associate(
        LOOPBACK, pacs.dicom_port, ae_title=pacs.aet, ext_neg=roles, evt_handlers=[(evt.EVT_C_STORE, keep_it)]
    )
    assert association.is_established
    *_, (last, _) = association.send_c_get(wanted, StudyRootQueryRetrieveInformationModelGet)
    association.release()
    assert last.Status == 0x0000


def by_move(pacs: Orthanc, study_uid: str, folder: Path) -> None:
    port = free_port()
    receiver = {"AET": MODALITY_AET, "Host": LOOPBACK, "Port": port}
    httpx.put(f"{pacs.http_url}/modalities/modality", json=receiver, trust_env=False).raise_for_status()
    wanted = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study_uid}"]
    titles = ["-aet", MODALITY_AET, "-aec", pacs.aet, "-aem", MODALITY_AET]
    command = ["/usr/bin/movescu", "-S", "+B", *titles, "+P", str(port), *wanted, LOOPBACK, str(pacs.dicom_port)]
    # In the folder, for in its bit-preserving mode movescu heeds no other.
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("retrieve", [by_rest, by_wado_rs, by_get, by_move])
def test_the_archive_returns_every_object_as_it_was_sent(pacs, shown, tmp_path, retrieve):
    retrieve(pacs, shown.spaced.study_uid, tmp_path)
    returned = {pydicom.dcmread(f, stop_before_pixels=True).SOPInstanceUID: f for f in tmp_path.iterdir()}
    for kind, own in shown.spaced.objects.items():
        before = pydicom.dcmread(own)
        after = pydicom.dcmread(returned[before.SOPInstanceUID])
        assert after == before, kind
        assert data_set(returned[before.SOPInstanceUID].read_bytes()) == data_set(own.read_bytes()), kind
        if retrieve in {by_rest, by_wado_rs}:  # by the others the file's head is that of who received it
            changed = {e.keyword for e in after.file_meta if before.file_meta.get(e.tag) != e}
            assert changed == _IMPLEMENTATION, kind
            assert set(after.file_meta.keys()) == set(before.file_meta.keys())


def test_the_toolkit_reads_every_object(shown, tmp_path):
    for file in shown.spaced.objects.values():
        for program in (["dcmdump", "-q", "+L"], ["dcmftest"], ["dcm2json"]):
            subprocess.run([f"/usr/bin/{program[0]}", *program[1:], file], check=True, capture_output=True)
    report = shown.spaced.objects["structured-report"]
    told = subprocess.run(["/usr/bin/dsrdump", "+Pl", report], check=True, capture_output=True, text=True).stdout
    assert told.count('<contains CONTAINER:(,,"Measurement Group")') == 14
    assert "It supports a physician and never replaces one." in told


def test_the_toolkit_draws_captures_and_maps_of_integers_and_no_floats(shown, tmp_path):
    for kind in ("summary", "overlay"):
        own = pydicom.dcmread(shown.spaced.objects[kind])
        drawn = drawn_by_toolkit(shown.spaced.objects[kind], tmp_path / f"{kind}.png")
        assert np.array_equal(drawn, own.pixel_array)
    cells = pydicom.dcmread(shown.spaced.objects["parametric-map-16bit"])
    drawn = drawn_by_toolkit(shown.spaced.objects["parametric-map-16bit"], tmp_path / "cells.png")
    assert drawn.shape[:2] == (cells.Rows, cells.Columns)
    assert drawn_by_toolkit(shown.spaced.objects["parametric-map"], tmp_path / "floats.png") is None


def drawn_by_toolkit(file: Path, out: Path) -> np.ndarray | None:
    """Return what dcm2pnm makes of an image, uint8 (H, W, 3), or None where it makes nothing of it."""
    done = subprocess.run(["/usr/bin/dcm2pnm", "+on", file, out], check=False, capture_output=True)
    if done.returncode != 0:
        return None
    with Image.open(out) as picture:
        return np.asarray(picture.convert("RGB"))


def test_the_toolkit_shows_the_report_as_a_page(shown, tmp_path):
    page = tmp_path / "report.html"
    subprocess.run(
        ["/usr/bin/dsr2html", shown.spaced.objects["structured-report"], page], check=True, capture_output=True
    )
    with chromium_page(900, 760) as tab:
        tab.goto(page.as_uri())
        words = tab.inner_text("body")
        keep(tab, "dcmtk_report")
    assert "Preliminary AI result, revision 1, not reviewed by a physician." in words
    assert "No physician has reviewed it" in words
    assert words.count("Tracking Unique Identifier") == 14


def test_the_viewer_shows_summary_and_overlay(shown, viewer, tmp_path):
    for kind in ("summary", "overlay"):
        own = pydicom.dcmread(shown.spaced.objects[kind])
        seen = screenshot(
            viewer.url, shown.spaced.study_uid, CAPTURES, tmp_path / "page.png", sop_instance_uid=own.SOPInstanceUID
        )
        height, width = seen.shape[:2]
        scale = min(height / own.Rows, width / own.Columns)
        size = round(own.Columns * scale), round(own.Rows * scale)
        top, left = (height - size[1]) // 2, (width - size[0]) // 2
        found = seen[top : top + size[1], left : left + size[0]].astype(int)
        expected = np.asarray(Image.fromarray(own.pixel_array).resize(size, Image.Resampling.BOX))
        assert np.abs(found - expected).mean() < 8


def test_the_viewer_lists_the_report_and_shows_nothing_of_it(shown, viewer):
    with opened(viewer.url, shown.spaced.study_uid, DOCUMENT) as (page, display_set):
        assert page.evaluate(_HANDLER, display_set["id"]).endswith("dicom-sr-3d")
        wait_for(
            lambda: page.locator("canvas.cornerstone-canvas").count() == 0 or None,
            30,
            "OHIF leaving the radiograph",
            poll_s=0.2,
        )
        # Whatever its measurement groups say, it wants coordinates of each.
        keep(page, "ohif_report")
        assert lit(page) == 0
        assert "reading 'ReferencedSOPSequence'" in page.evaluate(_LOAD, display_set["id"])


def test_the_viewer_waits_for_ever_for_a_map(shown, viewer):
    with opened(viewer.url, shown.spaced.study_uid, MAPS) as (page, display_set):
        assert page.evaluate(_HANDLER, display_set["id"]).endswith("dicom-pmap")
        waiting = page.get_by_text("Loading Parametric Map...")
        waiting.wait_for(timeout=60_000)
        expect(page.get_by_text("The values are multiplied by 100")).to_have_count(0, timeout=60_000)
        assert "reading 'ImageOrientationPatient'" in page.evaluate(_LOAD, display_set["id"])
        assert waiting.is_visible()
        keep(page, "ohif_map")


def test_the_viewer_goes_dark_where_a_map_has_no_spacing(shown, viewer):
    with opened(viewer.url, shown.plain.study_uid, MAPS) as (page, _):
        wait_for(lambda: page.inner_text("body").strip() == "" or None, 30, "OHIF giving up its page", poll_s=0.2)


def lit(page: Page) -> float:
    """Return the share of the viewport that is not black."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        return float((np.asarray(picture.convert("L"))[200:700, 350:1300] > BLACK).mean())


def keep(page: Page, name: str) -> None:
    """Put a picture of the page into the build folder, and beside this file where it is wanted."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    if WRITE_ANEW:
        with Image.open(PICTURES / f"{name}.png") as picture:
            picture.convert("RGB").save(STORED / f"{name}.jpg", quality=80, optimize=True)
        assert (STORED / f"{name}.jpg").stat().st_size < LARGEST_PICTURE_BYTES
