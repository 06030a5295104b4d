"""Sending images in through the API, and looking at what became of them."""

import errno
import hashlib
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from models.labels import LABELS
from service import logs
from service.access import Scope
from tests.instances import CARDIOMEGALY, CT, DICOM, make_instance
from tests.service.api_client import (
    ABSENT,
    EXPLORATORY,
    INDETERMINATE,
    NOT_ASSESSED,
    PRESENT,
    READ_WRITE,
    is_problem,
    picture,
    upload,
)

CANARY = ("Zażółć", "Kanarek", "山田", "CANARY-4711", "19500131", "1950-01-31", "ACC-CANARY")
CANARY_FIELDS = {
    "patient_id": "CANARY-4711",
    "patient_name": "Zażółć^Kanarek=山田^太郎",
    "birth_date": "1950-01-31",
    "sex": "F",
    "accession_number": "ACC-CANARY",
    "view": "PA",
}


def names_somebody(text):
    return [word for word in CANARY if word in text]


@pytest.fixture
def client(api):
    with api.client(*READ_WRITE, subject="dr-house", client_id="ris") as client:
        yield client


@pytest.fixture(scope="module")
def processed(api, tmp_path_factory):
    """Upload a study of one DICOM image, process it, and return its ids."""
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, PatientName="Kanarek^Zazolc")
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    dataset = dcmread(file, stop_before_pixels=True)
    return {"image": result["image_id"], "study": dataset.StudyInstanceUID, "sop": dataset.SOPInstanceUID}


def test_a_dicom_file_is_accepted_once_and_held_from_then_on(client, api, tmp_path):
    file = make_instance(tmp_path).read_bytes()
    answer = upload(client, file)
    assert answer.status_code == 202
    [result] = answer.json()["results"]
    assert (result["outcome"], result["wrapped"]) == ("accepted", False)
    [event] = api.log(answer.headers["x-request-id"])
    assert event["type"] == "instance-received"
    assert event["agent"] | {"token_id": ""} == {
        "kind": "person",
        "id": "dr-house",
        "client": "ris",
        "address": "127.0.0.1",
        "issuer": api.diafan.settings.api_url,
        "token_id": "",
    }
    again = upload(client, file)
    assert again.json()["results"] == [result | {"outcome": "already held"}]
    assert client.get(result["status_url"]).json()["state"] == "received"
    assert not list(api.diafan.store.incoming.iterdir())


def test_each_file_of_an_upload_gets_its_own_result(client, api, tmp_path):
    answer = upload(client, make_instance(tmp_path).read_bytes(), b"garbage", make_instance(tmp_path, CT).read_bytes())
    assert answer.status_code == 202
    results = answer.json()["results"]
    assert [(r["position"], r["outcome"]) for r in results] == [(0, "accepted"), (1, "refused"), (2, "declined")]
    assert results[1]["code"] == "unreadable"
    assert results[2]["reason"]
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == [
        "instance-received",
        "instance-refused",
        "instance-declined",
    ]
    assert not list(api.diafan.store.incoming.iterdir())


@pytest.mark.parametrize("kept", [0, 1, 132, 5000, -1])
def test_garbage_and_truncated_files_are_refused_and_nothing_is_kept(client, api, kept):
    content = (DICOM / f"{CARDIOMEGALY}.dcm").read_bytes()[:kept]
    answer = upload(client, content)
    problem = is_problem(answer, 422)
    assert problem["type"].endswith(":nothing-accepted")
    assert problem["results"][0]["code"] == "unreadable"
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == ["instance-refused"]
    assert not list(api.diafan.store.incoming.iterdir())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_wrapped_and_goes_to_the_archive_itself(client, api, kind):
    content = picture(1, kind)
    [result] = upload(client, content, **CANARY_FIELDS).json()["results"]
    assert (result["outcome"], result["wrapped"]) == ("accepted", True)
    image = client.get(f"/images/{result['image_id']}").json()
    assert (image["wrapped"], image["modality"], image["source"]) == (True, "DX", "api:ris")
    study = client.get(f"/studies/{image['study_instance_uid']}").json()
    assert ("source", result["image_id"]) in [(d["parcel"], d["image_id"]) for d in study["deliveries"]]
    [again] = upload(client, content, **CANARY_FIELDS).json()["results"]
    assert again["outcome"] == "already held"


def test_a_picture_without_a_patient_is_refused(client, api):
    answer = upload(client, picture(2))
    assert "patient_id" in is_problem(answer, 422)["results"][0]["reason"]
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == ["instance-refused"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"birth_date": "Kanarek"}, "birth_date"),
        ({"sex": "Kanarek"}, "sex"),
        ({"accession_number": "Kanarek" * 3}, "accession_number"),
        ({"patient_id": "Kanarek\\1"}, "patient_id"),
        ({"Kanarek": "1"}, "(unknown)"),
    ],
)
def test_a_patient_field_that_does_not_fit_is_named_and_not_repeated(client, fields, name):
    answer = upload(client, picture(3), **({"patient_id": "1"} | fields))
    assert [i["name"] for i in is_problem(answer, 422)["invalid"]] == [name]
    assert not names_somebody(answer.text)


def test_an_upload_without_files_or_of_another_kind_is_refused(client):
    assert is_problem(client.post("/studies", files={"patient_id": (None, "1")}), 422)["invalid"] == [
        {"name": "files", "rule": "missing"}
    ]
    is_problem(client.post("/studies", json={}), 415)
    is_problem(client.post("/studies"), 415)
    is_problem(
        client.post("/studies", content=b"Kanarek", headers={"Content-Type": "multipart/form-data; boundary=x"}), 400
    )
    is_problem(client.post("/studies", content=b"Kanarek", headers={"Content-Type": "multipart/form-data"}), 400)


def test_an_upload_over_the_limit_is_answered_413_and_nothing_is_kept(client, api):
    large = b"\0" * (6 * 1000 * 1000)
    problem = is_problem(upload(client, large), 413)
    assert problem["limit_bytes"] == 5_000_000

    def unannounced():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(60):
            yield b"\0" * 100_000

    is_problem(
        client.post("/studies", content=unannounced(), headers={"Content-Type": "multipart/form-data; boundary=x"}), 413
    )
    assert not list(api.diafan.store.incoming.iterdir())


def test_a_stranger_may_not_even_send(api):
    with api.client() as client:
        is_problem(upload(client, b"\0" * 1000), 401)


def test_without_room_an_upload_is_answered_507(client, monkeypatch, tmp_path, api):
    monkeypatch.setattr(type(api.diafan.store), "free_bytes", lambda _: 0)
    answer = upload(client, make_instance(tmp_path).read_bytes())
    assert is_problem(answer, 507)["results"][0]["code"] == "no-room"
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == ["instance-refused"]


def test_a_disk_that_fills_up_on_the_way_refuses_the_file_and_not_the_ones_before(client, api, monkeypatch, tmp_path):
    copy = shutil.copyfileobj
    copies = iter([copy])

    def full(*args):
        next(copies, fails)(*args)

    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    answer = upload(client, make_instance(tmp_path).read_bytes(), make_instance(tmp_path).read_bytes())
    assert answer.status_code == 202
    assert [(r["outcome"], r["code"]) for r in answer.json()["results"]] == [("accepted", ""), ("refused", "no-room")]
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == ["instance-received", "instance-refused"]
    assert not list(api.diafan.store.incoming.iterdir())


def test_a_study_tells_its_images_findings_report_and_deliveries(client, api, processed):
    answer = client.get(f"/studies/{processed['study']}")
    study = answer.json()
    assert (study["status"], study["intended_use"]) == ("preliminary", "research use, not for diagnosis")
    assert [i["id"] for i in study["received"]] == [processed["image"]]
    findings = {f["label"]: f for f in study["findings"]}
    assert list(findings) == [label.value for label in LABELS]
    assert findings[PRESENT]["call"] == "present"
    assert findings[PRESENT]["sop_instance_uid"] == processed["sop"]
    assert (findings[NOT_ASSESSED]["call"], findings[NOT_ASSESSED]["probability"]) == ("not assessed", None)
    assert study["report"]["revision"] == 1
    assert not study["report_pending"]
    assert {(d["parcel"], d["state"]) for d in study["deliveries"]} == {
        ("results", "delivered"),
        ("report", "delivered"),
    }
    assert all(d["proof"] for d in study["deliveries"])
    assert not names_somebody(answer.text)
    assert "df" not in [d["proof"] for d in study["deliveries"]]
    shown(api, answer, processed, "study")


def shown(api, answer, processed, kind, object_uid="", **more):
    [event] = api.log(answer.headers["x-request-id"])
    assert event["type"] == "study-shown"
    assert event["agent"]["id"] == "dr-house"
    assert event["study"] == api.names(processed["study"])[0]
    assert event["patient"].startswith("p-")
    assert event["detail"]["kind"] == kind
    assert event | more == event
    if object_uid:
        with api.diafan.engine.connect() as db:
            assert event["object"] == api.diafan.subjects.object(db, event["patient"], object_uid)


def test_the_report_is_the_stored_bundle_byte_for_byte(client, api, processed):
    answer = client.get(f"/studies/{processed['study']}/report")
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "Bundle"
    outbox = Path(api.diafan.settings.data_dir) / "outbox" / "fhir" / f"{processed['study']}.json"
    assert answer.content == outbox.read_bytes()
    shown(api, answer, processed, "report")
    is_problem(client.get(f"/studies/{processed['study']}/report", params={"revision": 9}), 404)


def test_findings_of_an_image_say_why_a_label_is_not_assessed(client, api, processed):
    answer = client.get(f"/images/{processed['image']}/findings")
    findings = {f["label"]: f for f in answer.json()["findings"]}
    assert list(findings) == [label.value for label in LABELS]
    assert findings[NOT_ASSESSED]["not_assessed_because"] == "the training data never had it"
    assert findings[ABSENT]["call"] == "absent"
    shown(api, answer, processed, "findings", image_id=processed["image"])


def test_an_exploratory_label_is_not_assessed_and_has_numbers_and_a_map_for_who_asks_for_them(client, processed):
    path = f"/images/{processed['image']}"

    def finding(label, **asked):
        findings = client.get(f"{path}/findings", params=asked).json()["findings"]
        return next(f for f in findings if f["label"] == label)

    silent, asked = finding(EXPLORATORY), finding(EXPLORATORY, exploratory=True)
    assert (silent["tier"], silent["call"], silent["probability"], silent["logit"]) == (
        "exploratory",
        "not assessed",
        None,
        None,
    )
    assert asked == silent | {"probability": asked["probability"], "logit": asked["logit"]}
    assert 0 < asked["probability"] < 1
    assert silent["not_assessed_because"] == "too few positives"
    problem = is_problem(client.get(f"{path}/explanations/{EXPLORATORY}"), 404)
    assert (problem["tier"], "exploratory=true" in problem["detail"]) == ("exploratory", True)
    drawn = client.get(f"{path}/explanations/{EXPLORATORY}", params={"exploratory": True})
    assert drawn.headers["content-type"] == "image/png"
    is_problem(client.get(f"{path}/explanations/{NOT_ASSESSED}", params={"exploratory": True}), 404)
    assert finding(NOT_ASSESSED, exploratory=True)["probability"] is None


def test_nothing_exploratory_leaves_in_a_study_a_report_or_an_object(client, api, processed):
    study = client.get(f"/studies/{processed['study']}").json()
    [finding] = [f for f in study["findings"] if f["label"] == EXPLORATORY]
    assert (finding["tier"], finding["call"], finding["probability"]) == ("exploratory", "not assessed", None)
    entries = client.get(f"/studies/{processed['study']}/report").json()["entry"]
    observations = {
        e["resource"]["code"]["text"].partition(" (")[0]: e["resource"]
        for e in entries
        if e["resource"]["resourceType"] == "Observation"
    }
    assert "dataAbsentReason" in observations[EXPLORATORY]
    assert "component" not in observations[EXPLORATORY]
    objects = client.get(f"/images/{processed['image']}/objects").json()["objects"]
    assert [(o["kind"], o["label"]) for o in objects] == [
        ("summary", ""),
        ("overlay", PRESENT),
        ("parametric-map", ""),
    ]
    maps = dcmread(io.BytesIO(client.get(objects[-1]["content_url"]).content))
    assert [f.FrameContentSequence[0].FrameLabel for f in maps.PerFrameFunctionalGroupsSequence] == [PRESENT]
    document, *_ = client.get(f"/studies/{processed['study']}/objects").json()["objects"]
    made = dcmread(io.BytesIO(client.get(document["content_url"]).content))
    numbers = {
        group.ContentSequence[0].TextValue: [i for i in group.ContentSequence if i.ValueType == "NUM"]
        for group in made.ContentSequence[-1].ContentSequence
    }
    assert (len(numbers[f"Diafan: {PRESENT}"]), numbers[f"Diafan: {EXPLORATORY}"]) == (3, [])


def test_an_indeterminate_answer_is_told_by_that_word_and_has_no_heatmap_in_the_pacs(client, processed):
    findings = client.get(f"/images/{processed['image']}/findings").json()["findings"]
    [finding] = [f for f in findings if f["label"] == INDETERMINATE]
    assert (finding["tier"], finding["call"], finding["threshold"]) == ("assessed", "indeterminate", 0.5)
    report = client.get(f"/studies/{processed['study']}/report").json()
    [whole] = [e["resource"] for e in report["entry"] if e["resource"]["resourceType"] == "DiagnosticReport"]
    assert f"Indeterminate, the AI cannot tell: {INDETERMINATE} (probability" in whole["conclusion"]


def test_an_explanation_is_a_picture_for_any_assessed_label(client, api, processed):
    sizes = set()
    for label in (PRESENT, ABSENT):
        answer = client.get(f"/images/{processed['image']}/explanations/{label}")
        assert answer.headers["content-type"] == "image/png"
        sizes.add(Image.open(io.BytesIO(answer.content)).size)
        shown(api, answer, processed, "explanation", image_id=processed["image"])
    assert len(sizes) == 1
    problem = is_problem(client.get(f"/images/{processed['image']}/explanations/{NOT_ASSESSED}"), 404)
    assert "the training data never had it" in problem["detail"]


def test_the_explanation_of_a_called_finding_is_the_picture_that_went_to_the_pacs(client, processed):
    objects = client.get(f"/images/{processed['image']}/objects").json()["objects"]
    [overlay] = [o for o in objects if o["label"] == PRESENT]
    dataset = dcmread(io.BytesIO(client.get(overlay["content_url"]).content))
    png = client.get(f"/images/{processed['image']}/explanations/{PRESENT}").content
    assert np.array_equal(dataset.pixel_array, np.asarray(Image.open(io.BytesIO(png))))


def test_objects_are_given_byte_for_byte(client, api, processed):
    answer = client.get(f"/images/{processed['image']}/objects")
    shown(api, answer, processed, "objects")
    objects = answer.json()["objects"]
    assert [o["kind"] for o in objects] == ["summary", "overlay", "parametric-map"]
    for o in objects:
        answer = client.get(o["content_url"])
        assert answer.headers["content-type"] == "application/dicom"
        assert hashlib.sha256(answer.content).hexdigest() == o["sha256"]
        shown(api, answer, processed, "object", object_uid=o["sop_instance_uid"], image_id=processed["image"])


def test_a_declined_image_has_no_findings_and_says_why(client, tmp_path):
    [result] = upload(client, make_instance(tmp_path, CT).read_bytes()).json()["results"]
    image = client.get(f"/images/{result['image_id']}").json()
    assert (image["state"], image["model"]) == ("declined", None)
    for path in ("findings", f"explanations/{PRESENT}"):
        problem = is_problem(client.get(f"/images/{result['image_id']}/{path}"), 404)
        assert problem["state"] == "declined"
        assert image["reason"] in problem["detail"]
    assert client.get(f"/images/{result['image_id']}/objects").json() == {"objects": []}


def test_studies_are_listed_newest_first_page_by_page(client, api, tmp_path):
    uids = []
    for n in range(3):
        file = make_instance(tmp_path, name=f"{n}.dcm")
        upload(client, file.read_bytes())
        uids.append(dcmread(file, stop_before_pixels=True).StudyInstanceUID)
    first = client.get("/studies", params={"limit": 2}).json()
    assert [s["study_instance_uid"] for s in first["studies"]] == [uids[2], uids[1]]
    second = client.get("/studies", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert second["studies"][0]["study_instance_uid"] == uids[0]
    since = first["studies"][1]["first_seen_at"]
    assert len(client.get("/studies", params={"since": since}).json()["studies"]) == 2
    assert client.get("/studies", params={"since": since, "state": "declined"}).json() == {
        "studies": [],
        "next_cursor": None,
    }
    seen = []
    cursor = None
    while True:
        answer = client.get("/studies", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        page = answer.json()
        seen += [s["study_instance_uid"] for s in page["studies"]]
        [event] = api.log(answer.headers["x-request-id"])
        assert (event["type"], event["detail"]["count"]) == ("studies-queried", len(page["studies"]))
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(client.get("/studies", params={"limit": 500}).json()["studies"])


def test_the_model_in_use_says_what_it_cannot_say(api):
    for scope in (Scope.STUDY_READ, Scope.OPS):
        with api.client(scope) as client:
            model = client.get("/model").json()
    labels = {line["label"]: line for line in model["labels"]}
    assert (labels[NOT_ASSESSED]["tier"], labels[NOT_ASSESSED]["not_assessed_because"]) == (
        "not assessed",
        "the training data never had it",
    )
    assert (labels[EXPLORATORY]["tier"], labels[EXPLORATORY]["threshold"]) == ("exploratory", None)
    assert (labels[INDETERMINATE]["threshold"], labels[INDETERMINATE]["indeterminate"]) == (0.5, [0.0, 1.0])
    assert model["name"] == "made-for-tests"


def test_a_canary_patient_is_in_no_log_line_no_entry_and_no_answer_that_need_not_name_them(api, caplog):
    caplog.set_level("DEBUG")
    with api.client(*Scope) as client:
        answers = [upload(client, picture(9), b"Kanarek" * 100, **CANARY_FIELDS)]
        image_id = answers[0].json()["results"][0]["image_id"]
        api.process(image_id)
        study = client.get(f"/images/{image_id}").json()["study_instance_uid"]
        paths = (
            f"/images/{image_id}",
            f"/images/{image_id}/findings",
            f"/images/{image_id}/objects",
            f"/studies/{study}",
            "/studies",
            "/deliveries",
            "/audit",
        )
        answers += [client.get(path, params={"limit": 500}) for path in paths]
        report = client.get(f"/studies/{study}/report")
        answers += [
            client.get(f"/images/{image_id}/explanations/{NOT_ASSESSED}"),
            client.get("/studies/Kanarek"),
            client.get("/Kanarek"),
        ]
        answers += [client.get("/audit", params={"agent": "Kanarek"})]
        answers += [client.get("/audit", params={"limit": 500, "after": n}) for n in range(0, 5000, 500)]
    for answer in answers:
        assert not names_somebody(answer.text), answer.url
        assert not names_somebody(json.dumps(dict(answer.headers)))
    assert names_somebody(report.text)
    ours = [
        r for r in caplog.records if not r.name.startswith(logs._TALKATIVE)
    ]  # these say nothing once logs are configured
    assert any(r.name.startswith("service.api") for r in ours)
    assert not [r.name for r in ours if names_somebody(f"{r.getMessage()} {vars(r)}")]
