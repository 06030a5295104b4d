"""The journey: a radiograph from a PACS that knows nothing of Diafan to an explained answer in PACS, EHR and audit log."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pydicom
import pytest
from PIL import Image

from integrations.object_check import objections
from integrations.validators import judgements
from tests.instances import make_instance
from tests.journeys.hospital import SAMPLES, Hospital, study_of, uid_of, unfinished_jobs
from tests.peers import identity as openid
from tests.peers.browser import screenshot
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET, PACS_AET, storescu
from tests.peers.process import BUILD, PeerFailed, wait_for
from tests.peers.viewer import Ohif

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

SCREENSHOTS = BUILD.parent / "journey"


@dataclass(frozen=True)
class Journey:
    """What became of one radiograph that a modality sent to its PACS."""

    hospital: Hospital
    file: Path
    study: dict[str, Any]
    objects: list[dict[str, Any]]
    documents: list[dict[str, Any]]

    @property
    def study_uid(self) -> str:
        return str(self.study["study_instance_uid"])

    @property
    def overlays(self) -> list[dict[str, Any]]:
        return [o for o in self.objects if o["kind"] == "overlay"]


@pytest.fixture(scope="module")
def journey(hospital: Hospital) -> Iterator[Journey]:
    """Send the bundled samples, one after the other, until the model calls something on one."""
    for file in SAMPLES:
        storescu([file], hospital.pacs.dicom_port)
        study = hospital.settled(study_of(file))
        made = Journey(hospital, file, study, hospital.objects(study), hospital.documents(study))
        if made.overlays:
            return made
    pytest.fail("the model calls nothing on any of the samples: there is no heatmap to look at")


def test_the_heatmaps_are_in_the_study_of_the_radiograph(journey: Journey) -> None:
    pacs = journey.hospital.pacs
    found = pacs.query(f"studies/{journey.study_uid}/instances", Modality="OT")
    called = [f for f in journey.study["findings"] if f["call"] == "present" and f["label"] != "No Finding"]
    assert {i["00080018"]["Value"][0] for i in found} == {o["sop_instance_uid"] for o in journey.objects}
    assert {o["label"] for o in journey.overlays} >= {f["label"] for f in called}
    kinds = ["summary", *["overlay"] * len(journey.overlays), "parametric-map"]
    assert [o["kind"] for o in journey.objects] == kinds
    assert len({o["series_instance_uid"] for o in journey.objects}) == 2
    assert {d["proof"] for d in journey.study["deliveries"] if d["destination"] == "pacs"} == {"found by C-FIND"}


def test_the_report_is_in_the_study_and_refers_to_all_that_was_made_of_it(journey: Journey, tmp_path: Path) -> None:
    (found,) = journey.hospital.pacs.query(f"studies/{journey.study_uid}/instances", Modality="SR")
    (listed,) = journey.documents
    assert found["00080018"]["Value"] == [listed["sop_instance_uid"]]
    made = pydicom.dcmread(journey.hospital.from_pacs(listed["sop_instance_uid"], tmp_path))
    (study,) = made.CurrentRequestedProcedureEvidenceSequence
    evidence = {i.ReferencedSOPInstanceUID for s in study.ReferencedSeriesSequence for i in s.ReferencedSOPSequence}
    assert evidence == {uid_of(journey.file), *(o["sop_instance_uid"] for o in journey.objects)}
    held = journey.hospital.pacs.query(f"studies/{journey.study_uid}/instances")
    assert evidence <= {i["00080018"]["Value"][0] for i in held}
    words = next(i.TextValue for i in made.ContentSequence if i.ConceptNameCodeSequence[0].CodeMeaning == "Conclusion")
    assert "It supports a physician and never replaces one." in words
    for finding in journey.study["findings"]:
        if finding["call"] == "present":
            assert finding["label"] in words


def test_what_the_pacs_holds_of_us_is_valid_and_points_to_its_source(journey: Journey, tmp_path: Path) -> None:
    for made in [*journey.objects, *journey.documents]:
        file = journey.hospital.from_pacs(made["sop_instance_uid"], tmp_path)
        judged = {j.validator: j.errors for j in judgements(file)}
        assert "dciodvfy" in judged
        assert set(judged.values()) == {()}, judged
        assert objections(file.read_bytes()) == ()
        subprocess.run(["/usr/bin/dcmftest", file], check=True, capture_output=True)
        subprocess.run(["/usr/bin/dcmdump", "-q", "+L", file], check=True, capture_output=True)
        dataset = pydicom.dcmread(file)
        if made["kind"] == "structured-report":
            continue
        assert dataset.SourceImageSequence[0].ReferencedSOPInstanceUID == uid_of(journey.file)
        shown = pydicom.dcmread(journey.file, stop_before_pixels=True).get("BurnedInAnnotation")
        assert dataset.get("BurnedInAnnotation") == ("NO" if "map" in made["kind"] else shown)


def test_a_radiologist_sees_the_heatmap_in_the_viewer(journey: Journey, viewer: Ohif, tmp_path: Path) -> None:
    pictures = {
        o["sop_instance_uid"]: pydicom.dcmread(journey.hospital.from_pacs(o["sop_instance_uid"], tmp_path)).pixel_array
        for o in journey.overlays
    }
    overlay, drawn = max(pictures.items(), key=lambda item: coloured(item[1]).mean())
    page = SCREENSHOTS / "ohif.png"
    seen = screenshot(viewer.url, journey.study_uid, "Diafan AI: heatmaps", page, sop_instance_uid=overlay)

    # The viewer fits the whole picture into its viewport, in the middle; the radiograph is its left part.
    height, width = seen.shape[:2]
    scale = min(height / drawn.shape[0], width / drawn.shape[1])
    size = round(drawn.shape[1] * scale), round(drawn.shape[0] * scale)
    expected = np.asarray(Image.fromarray(drawn).resize(size, Image.Resampling.BOX))
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    found = seen[top : top + size[1], left : left + size[0]]
    radiograph = pydicom.dcmread(journey.file, stop_before_pixels=True)
    part = np.s_[:, : round(size[1] * radiograph.Columns / radiograph.Rows)]
    assert coloured(expected[part]).mean() > 0.02, "the overlay itself has next to no colour"
    assert (coloured(found[part]) == coloured(expected[part])).mean() > 0.95, (
        "colours elsewhere than where they were sent"
    )
    difference = np.abs(found.astype(int) - expected)
    assert np.median(difference[coloured(expected)]) < 12, "other colours than those that were sent"
    assert difference.mean() < 8


def coloured(picture: np.ndarray) -> np.ndarray:
    """Tell where a picture uint8 (H, W, 3) has colour, which a radiograph has not: bool (H, W)."""
    return np.ptp(picture.astype(int), axis=-1) > 15


def test_a_clinician_finds_the_report_in_the_ehr(journey: Journey) -> None:
    patient_id = str(pydicom.dcmread(journey.file, stop_before_pixels=True).PatientID)
    (report,) = journey.hospital.reports_of(patient_id)
    assert report["status"] == "preliminary"
    assert {s["code"] for s in report["meta"]["security"]} == {"AIAST"}
    assert len(report["result"]) == 14
    observations = journey.hospital.in_ehr("Observation", subject=report["subject"]["reference"], _count="100")
    assert {f"Observation/{o['id']}" for o in observations} == {r["reference"] for r in report["result"]}
    assert {o["status"] for o in observations} == {"preliminary"}
    (imaging_study,) = journey.hospital.in_ehr("ImagingStudy", identifier=f"urn:dicom:uid|urn:oid:{journey.study_uid}")
    assert report["imagingStudy"] == [{"reference": f"ImagingStudy/{imaging_study['id']}"}]
    instances = {i["uid"] for s in imaging_study["series"] for i in s.get("instance", ())}
    assert instances == {uid_of(journey.file), *(o["sop_instance_uid"] for o in journey.objects)}


def test_an_officer_reads_who_did_what(journey: Journey) -> None:
    events = journey.hospital.audit(journey.study_uid, "transfer-ended", "report-written")
    received = [e for e in events if e["type"] == "instance-received"]
    assert [(e["agent"]["id"], e["agent"]["address"]) for e in received] == [(PACS_AET, "127.0.0.1")]
    # To the PACS the objects of the image, and then the Structured Report.
    for destination, parcels in (("pacs", 2), ("ehr", 1)):
        transfers = [e for e in events if e.get("destination") == destination]
        begun_and_ended = [("transfer-begun", "success"), ("transfer-ended", "success")]
        assert [(e["type"], e["outcome"]) for e in transfers] == begun_and_ended * parcels
    assert {e["agent"]["id"] for e in events if e["type"] == "study-shown"} == {openid.READER.client_id}
    assert len({e["patient"] for e in events if "patient" in e}) == 1
    whole = journey.hospital.get("/audit/verification", openid.OFFICER).json()
    assert whole["whole"]
    assert "none changed, missing or out of order" in journey.hospital.diafan.cli("audit", "verify").stdout
    reading = journey.hospital.get("/audit", openid.OFFICER, type="audit-read").json()["entries"]
    assert openid.OFFICER.client_id in {e["event"]["agent"]["id"] for e in reading}


def test_who_may_not_is_refused(journey: Journey) -> None:
    hospital = journey.hospital
    assert httpx.get(f"{hospital.diafan.url}/studies", trust_env=False).status_code == 401
    assert hospital.get("/audit", openid.READER).status_code == 403
    assert hospital.get(f"/studies/{journey.study_uid}", openid.OPERATOR).status_code == 403
    with pytest.raises(PeerFailed, match="storescu"):
        storescu([journey.file], hospital.routed.port, called_aet=DIAFAN_AET, calling_aet=MODALITY_AET)


def test_the_same_again_sends_nothing_twice(journey: Journey) -> None:
    hospital, source = journey.hospital, uid_of(journey.file)
    sent, posted = hospital.sent.requested(), hospital.ehr.counts()["POST", "/fhir"]
    versions = {o["id"]: o["meta"]["versionId"] for o in hospital.in_ehr("Observation", _count="100")}
    routed = hospital.routed.answered()[source, 0x0000]
    storescu([journey.file], hospital.pacs.dicom_port)  # the PACS holds it already, and routes it all the same
    hospital.route(source)

    def came_again() -> bool | None:
        return hospital.routed.answered()[source, 0x0000] == routed + 2 or None

    wait_for(came_again, 30, "the image coming twice again")
    hospital.audit(journey.study_uid, "instance-already-held")
    assert unfinished_jobs(hospital.diafan) == []
    study = hospital.settled(journey.study_uid)
    assert len(study["received"]) == 1
    assert study["report_revision"] == 1
    everything = [*journey.objects, *journey.documents]
    assert {hospital.sent.requested()[o["sop_instance_uid"]] for o in everything} == {1}
    assert hospital.sent.requested() == sent
    assert hospital.ehr.counts()["POST", "/fhir"] == posted
    assert {o["id"]: o["meta"]["versionId"] for o in hospital.in_ehr("Observation", _count="100")} == versions


def test_an_uploaded_picture_reaches_the_pacs_before_what_refers_to_it(hospital: Hospital) -> None:
    png = BytesIO()
    Image.fromarray(pydicom.dcmread(SAMPLES[1]).pixel_array).save(png, "PNG")
    patient = {"patient_id": "UPLOADED-1", "patient_name": "Uploaded^Picture", "accession_number": "UP1", "view": "PA"}
    answer = httpx.post(
        f"{hospital.diafan.url}/studies",
        files={"files": ("chest.png", png.getvalue())},
        data=patient,
        headers={"authorization": f"Bearer {hospital.identity.token(openid.PACS)}"},
        timeout=60,
        trust_env=False,
    )
    assert answer.status_code == 202, answer.text
    (taken,) = answer.json()["results"]
    assert (taken["outcome"], taken["wrapped"]) == ("accepted", True)
    image = hospital.get(taken["status_url"]).json()
    study = hospital.settled(image["study_instance_uid"])
    source, made = image["sop_instance_uid"], [o["sop_instance_uid"] for o in hospital.objects(study)]
    order = [uid for uid in hospital.sent.requested() if uid in {source, *made}]
    assert order[0] == source
    assert set(order) == {source, *made}

    # The PACS routes what is new to it, and that is the upload itself.
    wait_for(lambda: hospital.routed.answered()[source, 0x0000] or None, 30, "the PACS routing the upload back")
    events = hospital.audit(image["study_instance_uid"], "instance-already-held")
    assert [e["type"] for e in events if e["agent"]["id"] == PACS_AET] == ["instance-already-held"]
    assert len(hospital.settled(image["study_instance_uid"])["received"]) == 1


def test_a_late_image_makes_the_next_revision_of_the_report(hospital: Hospital, tmp_path: Path) -> None:
    first = make_instance(tmp_path, name="first.dcm", PatientID="LATE-1")
    storescu([first], hospital.pacs.dicom_port)
    study_uid = study_of(first)
    hospital.settled(study_uid)
    (before,) = hospital.reports_of("LATE-1")
    late = pydicom.dcmread(first)
    late.SOPInstanceUID = late.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid(prefix=None)
    late.save_as(tmp_path / "late.dcm")
    storescu([tmp_path / "late.dcm"], hospital.pacs.dicom_port)
    hospital.settled(study_uid, images=2, revision=2)
    (after,) = hospital.reports_of("LATE-1")
    assert after["id"] == before["id"]
    assert hospital.versions(after) == 2
    assert ("revision 1," in before["conclusion"], "revision 2," in after["conclusion"]) == (True, True)


def test_an_older_report_is_never_put_over_a_newer_one(hospital: Hospital, tmp_path: Path) -> None:
    hospital.ehr.fail_next(10_000, 503)
    try:
        first = make_instance(tmp_path, name="first.dcm", PatientID="LATE-2")
        storescu([first], hospital.pacs.dicom_port)
        study_uid = study_of(first)

        def revisions() -> dict[int, str] | None:
            answer = hospital.get(f"/studies/{study_uid}")
            found = (
                [d for d in answer.json()["deliveries"] if (d["destination"], d["parcel"]) == ("ehr", "report")]
                if answer.status_code == 200
                else []
            )
            return {n: d["state"] for n, d in enumerate(found, 1)} or None

        wait_for(revisions, 120, "the first report", poll_s=0.25)
        late = pydicom.dcmread(first)
        late.SOPInstanceUID = late.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid(prefix=None)
        late.save_as(tmp_path / "late.dcm")
        storescu([tmp_path / "late.dcm"], hospital.pacs.dicom_port)
        wait_for(lambda: len(revisions() or {}) == 2 or None, 120, "the second report", poll_s=0.25)
    finally:
        hospital.ehr.fail_next(0)
    hospital.settled(study_uid, images=2, revision=2)
    assert revisions() == {1: "superseded", 2: "delivered"}
    (report,) = hospital.reports_of("LATE-2")
    assert "revision 2," in report["conclusion"]
    assert hospital.versions(report) == 1
