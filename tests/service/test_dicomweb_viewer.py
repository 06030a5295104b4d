"""OHIF before Diafan itself: a study is looked at without any PACS."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import numpy as np
import pydicom
import pytest
from PIL import Image

from service.access import Scope
from tests.instances import CARDIOMEGALY, make_instance
from tests.peers.browser import screenshot
from tests.peers.process import BUILD
from tests.peers.viewer import ohif
from tests.service.api_client import READ_WRITE, upload

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

PICTURES = BUILD.parent / "dicomweb"


@contextmanager
def signed_in(api):
    """Put a token on every request, as the gateway of a viewer does; yield the address, and what was asked and answered."""
    token = api.diafan.issuer.token("viewer", [Scope.STUDY_READ])
    asked = []

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            headers = {"Authorization": f"Bearer {token}"}
            if "accept" in self.headers:
                headers["Accept"] = self.headers["accept"]
            answer = httpx.get(api.url + self.path, headers=headers, timeout=60, trust_env=False)
            asked.append((answer.status_code, self.path))
            self.send_response(answer.status_code)
            self.send_header("content-type", answer.headers.get("content-type", ""))
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            """Said nowhere."""

    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    gateway.daemon_threads = True
    thread = threading.Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{gateway.server_port}", asked
    finally:
        gateway.shutdown()
        thread.join()
        gateway.server_close()


def test_a_study_is_seen_in_ohif_without_a_pacs(peers_set_up, api, tmp_path):
    file = make_instance(tmp_path, CARDIOMEGALY, SeriesDescription="Radiograph", PatientName="Viewed^Here")
    header = pydicom.dcmread(file)
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
        objects = client.get(f"/images/{result['image_id']}/objects").json()["objects"]
    overlay = next(o["sop_instance_uid"] for o in objects if o["kind"] == "overlay")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with signed_in(api) as (url, asked), ohif(url) as viewer:
        radiograph = screenshot(viewer.url, header.StudyInstanceUID, "Radiograph", PICTURES / "radiograph.png")
        heatmap = screenshot(
            viewer.url, header.StudyInstanceUID, "Diafan AI", PICTURES / "heatmap.png", sop_instance_uid=overlay
        )
    assert [line for line in asked if line[0] >= 400] == []

    def coloured(picture):
        return (np.ptp(picture.astype(int), axis=-1) > 15).mean()

    assert coloured(radiograph) < 0.01
    assert coloured(heatmap) > 0.001
    # The viewer fits the square image into its viewport, in the middle: what is drawn are its very greys.
    height, width = radiograph.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    grey = radiograph[top : top + side, left : left + side].mean(axis=-1)
    expected = np.asarray(Image.fromarray(header.pixel_array).resize((side, side), Image.Resampling.BOX), float)
    assert np.corrcoef(grey.ravel(), expected.ravel())[0, 1] > 0.98
