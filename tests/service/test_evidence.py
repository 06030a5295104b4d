"""What a viewer needs: the image with all its bits, the maps as numbers, and the colours of the Secondary Captures."""

import numpy as np
import pytest

from models.labels import LABELS
from models.overlay import FULL_SCALE_LOGIT, colour_of
from service.access import Scope
from tests.instances import CARDIOMEGALY, CT, make_instance
from tests.service.api_client import EXPLORATORY, NOT_ASSESSED, READ_WRITE, is_problem, upload


@pytest.fixture
def client(api):
    with api.client(*READ_WRITE, subject="dr-house") as client:
        yield client


@pytest.fixture(scope="module")
def image(api, tmp_path_factory):
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, PixelSpacing=["0.2", "0.1"]).read_bytes()
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file).json()["results"]
    api.process(result["image_id"])
    return {"id": result["image_id"], "file": file}


def test_the_instance_is_given_as_it_was_received_and_that_is_recorded(api, client, image):
    answer = client.get(f"/images/{image['id']}/instance")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/dicom")
    assert answer.content == image["file"]
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]["kind"], event["image_id"]) == ("study-shown", "instance", image["id"])


def test_what_was_declined_has_no_instance(client, tmp_path):
    [result] = upload(client, make_instance(tmp_path, CT).read_bytes()).json()["results"]
    is_problem(client.get(f"/images/{result['image_id']}/instance"), 404)
    is_problem(client.get(f"/images/{result['image_id']}/evidence"), 404)


def test_an_officer_sees_no_image(api, image):
    with api.client(Scope.AUDIT_READ) as officer:
        for what in ("instance", "evidence"):
            is_problem(officer.get(f"/images/{image['id']}/{what}"), 403)


def test_the_maps_of_all_assessed_labels_come_at_once(api, client, image):
    answer = client.get(f"/images/{image['id']}/evidence")
    told = answer.json()
    labels = [m["label"] for m in told["maps"]]
    assert labels == [label for label in LABELS if label not in (EXPLORATORY, NOT_ASSESSED)]
    [event] = api.log(answer.headers["x-request-id"])
    assert event["detail"]["kind"] == "evidence"
    with api.client(*READ_WRITE) as other:
        findings = {f["label"]: f for f in other.get(f"/images/{image['id']}/findings").json()["findings"]}
    for told_map in told["maps"]:
        cells = np.array(told_map["cells"])
        assert told_map["logit"] == findings[told_map["label"]]["logit"]
        if told_map["peak"]:
            assert cells[tuple(told_map["peak"])] == cells.max() > 0
        else:
            assert cells.max() <= 0
    assert any(np.any(m["cells"]) for m in told["maps"])


def test_an_exploratory_map_comes_to_who_asks(client, image):
    maps = client.get(f"/images/{image['id']}/evidence", params={"exploratory": True}).json()["maps"]
    [told] = [m for m in maps if m["label"] == EXPLORATORY]
    assert (told["tier"], told["call"], told["threshold"]) == ("exploratory", "not assessed", None)
    assert NOT_ASSESSED not in [m["label"] for m in maps]


def test_a_cell_has_its_size_at_the_detector(client, image):
    told = client.get(f"/images/{image['id']}/evidence").json()
    rows = len(told["maps"][0]["cells"])
    assert told["cell_mm"] == pytest.approx([1024 * 0.2 / rows, 1024 * 0.1 / rows])


def test_the_colours_are_those_of_the_pictures(client):
    told = client.get("/colours").json()
    assert told["full_scale_logit"] == FULL_SCALE_LOGIT
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, len(told["steps"]), dtype=np.float32))
    np.testing.assert_allclose(np.array(told["steps"])[:, :3], colour, atol=0.5)
    np.testing.assert_allclose(np.array(told["steps"])[:, 3], alpha, atol=1e-4)
