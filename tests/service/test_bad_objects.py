"""Bad input by both ways in: a status and a sentence for each, and nothing lost of what was accepted before."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from service.listening import listener_of
from service.records import Image
from tests.bad_objects import CASES, SUCCESS, UNREADABLE, plain, sent
from tests.dicom_peer import store
from tests.service.api_client import READ_WRITE, upload

SPARE_BYTES = 64_000_000
"""What the reader may take beside the image: a header within its limits, and the interpreter's own ways."""


@pytest.fixture(scope="module")
def listener(diafan):
    listener = listener_of(diafan)
    listener.start()
    yield listener
    listener.stop()


def held(diafan):
    with diafan.engine.connect() as db:
        return set(db.scalars(sa.select(Image.blob).where(Image.blob != "")))


@pytest.fixture
def unharmed(diafan, listener):
    """What was accepted before stands as it was, and nothing is left over of what was refused."""
    good = sent(plain())
    assert store(listener.port, good.content, sop_class=good.sop_class, uid=good.uid) == (SUCCESS, "")
    before = {blob: diafan.store.path(blob).read_bytes() for blob in held(diafan)}
    yield before
    assert {blob: diafan.store.path(blob).read_bytes() for blob in before} == before
    assert list(diafan.store.incoming.iterdir()) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_c_store_hears_a_status_and_a_sentence(diafan, listener, unharmed, case):
    bad = case.make()
    answer = store(listener.port, bad.content, sop_class=bad.sop_class, uid=bad.uid, syntax=bad.syntax)
    assert answer is not None
    status, comment = answer
    assert status == case.status
    assert (0 < len(comment) <= 64) == (status != SUCCESS)
    assert case.says[:20] in comment or status == SUCCESS
    assert len(held(diafan) - set(unharmed)) == (case.outcome == "accepted")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_upload_is_told_the_same(diafan, api, unharmed, case):
    with api.client(*READ_WRITE) as client:
        answer = upload(client, case.make().part10())
    assert answer.status_code == (422 if case.outcome == UNREADABLE else 202)
    (result,) = answer.json()["results"]
    assert result["outcome"] == case.outcome
    assert case.says in result["reason"]
    assert bool(result["reason"]) == (case.outcome != "accepted")
    assert len(held(diafan) - set(unharmed)) == (case.outcome == "accepted")


def test_refusing_takes_no_more_than_four_times_the_declared_image(tmp_path):
    """In one process that has not much else in it: by how much each file raises the peak of what it takes."""
    files = [tmp_path / f"{number}.dcm" for number in range(len(REFUSED))]
    for file, case in zip(files, REFUSED, strict=True):
        file.write_bytes(case.make().part10())
    told = subprocess.run(
        [sys.executable, "-c", PEAKS, *files], capture_output=True, text=True, check=True, timeout=200
    )
    for case, line in zip(REFUSED, told.stdout.splitlines(), strict=True):
        assert int(line) <= 4 * case.declared_bytes + SPARE_BYTES, case.name


REFUSED = [case for case in CASES if case.outcome == UNREADABLE]
PEAKS = """
import sys
from pathlib import Path

from integrations.errors import Unreadable
from integrations.part10 import read_part10

def peak():
    (line,) = [l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM")]
    return 1024 * int(line.split()[1])

for file in sys.argv[1:]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
    before = peak()
    try:
        read_part10(Path(file))
    except Unreadable:
        pass
    print(peak() - before)
"""
