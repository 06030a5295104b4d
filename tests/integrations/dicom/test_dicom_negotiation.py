"""What goes to an archive goes in what both like: the site's order, within what the archive accepts and the object can be."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from commitment_peer import archive
from dicom_samples import MODEL, PLAIN
from pydicom import dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
    SecondaryCaptureImageStorage,
)
from result_samples import CREATED, results_of

from integrations import dimse
from integrations.encoding import Syntax
from integrations.errors import Rejected, Unavailable
from integrations.secondary_capture import author
from tests.peers.process import LOOPBACK, free_port, running
from tests.peers.setup import loopback_shim

EVERYTHING = [Syntax.JPEG_BASELINE, Syntax.RLE, Syntax.DEFLATED, Syntax.EXPLICIT_LE, Syntax.IMPLICIT_LE]
CAPTURE, MAP, MAP_16BIT, REPORT = "capture", "map", "map-16bit", "report"


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """Write one object of each kind."""
    results = results_of()
    noise = np.random.default_rng(2).integers(90, 110, (64, 48, 3)).astype(np.uint8)
    contents = {
        CAPTURE: author(PLAIN, [(None, noise)], MODEL, revision=1, created=CREATED)[0].content,
        MAP: results.map.content,
        MAP_16BIT: results.map_16bit.content,
        REPORT: results.document().content,
    }
    folder = tmp_path_factory.mktemp("results")
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@contextmanager
def storescp(folder, *options):
    """Run dcmtk's storescp, which keeps what it receives as it came, in ``folder``."""
    folder.mkdir()
    port = free_port()
    command = ["/usr/bin/storescp", "+B", "-od", str(folder), "-aet", "PACS", *options, str(port)]
    peer = dimse.Peer(LOOPBACK, port, "PACS", "DIAFAN", timeout_s=10)

    def answers():
        try:
            dimse.echo(peer)
        except Unavailable:
            return None
        return True

    with running("storescp", command, {"LD_PRELOAD": str(loopback_shim())}) as process:
        process.wait_for(answers, timeout_s=20)
        yield peer


PLAIN_ONES = dict.fromkeys([CAPTURE, MAP, MAP_16BIT, REPORT], ExplicitVRLittleEndian)


@pytest.mark.parametrize(
    ("options", "prefer", "expected"),
    [
        pytest.param(
            ["+xi"], [Syntax.EXPLICIT_LE], dict.fromkeys(PLAIN_ONES, ImplicitVRLittleEndian), id="implicit only"
        ),
        pytest.param(
            ["+xi"], EVERYTHING, dict.fromkeys(PLAIN_ONES, ImplicitVRLittleEndian), id="implicit only, all asked"
        ),
        pytest.param(["+xe"], EVERYTHING, PLAIN_ONES, id="nothing compressed"),
        pytest.param(
            ["+xr"], EVERYTHING, {**PLAIN_ONES, CAPTURE: RLELossless, MAP_16BIT: RLELossless}, id="RLE accepted"
        ),
        pytest.param(["+xr"], [Syntax.EXPLICIT_LE, Syntax.RLE], PLAIN_ONES, id="RLE accepted, not preferred"),
        pytest.param(
            ["+xd"], EVERYTHING, dict.fromkeys(PLAIN_ONES, DeflatedExplicitVRLittleEndian), id="deflated accepted"
        ),
        pytest.param(["+xy"], EVERYTHING, {**PLAIN_ONES, CAPTURE: JPEGBaseline8Bit}, id="JPEG accepted"),
        pytest.param(["+xy"], [Syntax.RLE, Syntax.DEFLATED], PLAIN_ONES, id="JPEG accepted, not asked for"),
        pytest.param(
            ["+xa"],
            EVERYTHING,
            {
                CAPTURE: JPEGBaseline8Bit,
                MAP_16BIT: RLELossless,
                MAP: DeflatedExplicitVRLittleEndian,
                REPORT: DeflatedExplicitVRLittleEndian,
            },
            id="all accepted",
        ),
    ],
)
def test_dcmtk_gets_what_it_accepts_and_the_site_prefers(files, tmp_path, options, prefer, expected):
    with storescp(tmp_path / "pacs", *options, "-pm") as peer:
        sent = dimse.send(peer, list(files.values()), prefer=prefer)
    told = {kind: one.transfer_syntax_uid for kind, one in zip(files, sent, strict=True)}
    assert told == expected
    arrived = {str(read.SOPInstanceUID): read for read in map(dcmread, (tmp_path / "pacs").iterdir())}
    assert set(arrived) == {one.sop_instance_uid for one in sent}
    for one in sent:
        read = arrived[one.sop_instance_uid]
        assert read.file_meta.TransferSyntaxUID == one.transfer_syntax_uid
        assert (one.held_as == one.sop_instance_uid) == (one.transfer_syntax_uid != JPEGBaseline8Bit)
    if expected[CAPTURE] != JPEGBaseline8Bit:
        capture = dcmread(files[CAPTURE])
        assert np.array_equal(arrived[capture.SOPInstanceUID].pixel_array, capture.pixel_array)


def test_without_a_preference_a_file_goes_as_it_is_or_not_at_all(files, tmp_path):
    with storescp(tmp_path / "pacs", "+xi", "-pm") as peer, pytest.raises(Rejected, match="no presentation context"):
        dimse.send(peer, [files[CAPTURE]])


def test_what_is_accepted_for_nothing_says_so_with_all_that_was_offered(files):
    with archive(SecondaryCaptureImageStorage) as (keeper, peer):
        sent = dimse.send(peer, [files[CAPTURE]], prefer=[Syntax.RLE])
        assert keeper.stored == [(sent[0].sop_instance_uid, ExplicitVRLittleEndian)]
        with pytest.raises(Rejected, match=r"Comprehensive 3D SR Storage in Deflated .* or Explicit .* or Implicit"):
            dimse.send(peer, [files[CAPTURE], files[REPORT]], prefer=[Syntax.DEFLATED])


def test_a_repeat_of_a_lossy_one_is_the_same_instance(files):
    with archive(SecondaryCaptureImageStorage, syntaxes=(JPEGBaseline8Bit,)) as (keeper, peer):
        for _ in range(2):
            dimse.send(peer, [files[CAPTURE]], prefer=[Syntax.JPEG_BASELINE])
    assert len(set(keeper.stored)) == 1
    assert len(keeper.stored) == 2
