"""A study before a real service: the radiograph is drawn, the evidence over it, and a physician's signature makes the report final."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def study_of(clinic, text):
    [study] = clinic.post("/worklist", clinic.token("study.read"), text=text)["studies"]
    return study["study_instance_uid"]


def drawn(page):
    """Return the grey values of what stands where the radiograph is."""
    return np.asarray(Image.open(io.BytesIO(page.get_by_role("application").first.screenshot())).convert("RGB"), int)


def test_the_radiograph_and_the_evidence_of_what_was_called_are_drawn(sign_in, clinic):
    here = sign_in("physician")
    page = here.go(f"studies/{study_of(clinic, 'sample 61')}")
    expect(page.get_by_role("heading", name="Sample, 2")).to_be_visible()
    expect(page.get_by_text("Lung Opacity: present").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The radiograph is being read.")).to_have_count(0, timeout=120_000)
    page.wait_for_timeout(500)  # the canvas is drawn with the next frame
    pixels = drawn(page)
    assert (pixels.max(axis=2) > 60).mean() > 0.1, "the radiograph is not there"
    coloured = (pixels.max(axis=2) - pixels.min(axis=2) > 10).mean()
    assert coloured > 0.005, "the evidence is not there"
    here.complaints[:] = [told for told in here.complaints if "vr AS" not in told]  # of the sample's own header


def test_a_verdict_is_kept_signed_and_makes_the_report_final(sign_in, clinic):
    uid = study_of(clinic, "sample 61")
    here = sign_in("physician")
    page = here.go(f"studies/{uid}")
    for label, answer in (("Lung Opacity", "Present"), ("Pleural Effusion", "Absent")):
        group = page.get_by_role("radiogroup", name=re.compile(label))
        group.get_by_role("radio", name=answer).click(timeout=60_000)
        expect(group.get_by_role("radio", name=answer)).to_be_checked()
    expect(page.get_by_text(re.compile("draft, kept"))).to_be_visible(timeout=20_000)
    page.reload()
    group = page.get_by_role("radiogroup", name=re.compile("Pleural Effusion"))
    expect(group.get_by_role("radio", name="Absent")).to_be_checked(timeout=60_000)
    page.get_by_role("button", name="Sign", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile("physician"))
    dialog.get_by_role("button", name=re.compile("^Sign")).click()
    expect(dialog).to_have_count(0, timeout=30_000)
    token = clinic.token("study.read")

    def status():
        return clinic.get(f"/studies/{uid}", token).json()["report"]["status"]

    expect(page.get_by_text(re.compile("Signed|signed")).first).to_be_visible(timeout=30_000)
    for _ in range(60):
        if status() == "final":
            break
        page.wait_for_timeout(500)
    assert status() == "final"
    here.complaints[:] = [told for told in here.complaints if "vr AS" not in told]
