"""Diafan among its peers, for the journeys."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.diafan_process import diafan_process
from tests.journeys.hospital import Hospital, ehr_destination, pacs_destination
from tests.peers import identity as openid
from tests.peers.ehr import FhirServer
from tests.peers.pacs import PACS_AET, Orthanc
from tests.peers.recorder import recording_proxy


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a folder for Diafan: short enough for a socket, and not pytest's, which closes its own to PostgreSQL's user."""
    made = Path(tempfile.mkdtemp(prefix="df"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def hospital(pacs: Orthanc, ehr: FhirServer, identity: openid.Provider, folder: Path) -> Iterator[Hospital]:
    """Diafan at work among its peers: it takes images from the PACS only, and has a patient's answer go both ways."""
    with recording_proxy(pacs.dicom_port) as sent, contextlib.ExitStack() as parts:
        diafan = parts.enter_context(
            diafan_process(
                folder,
                calling_ae_titles=[PACS_AET],
                oidc={"issuer": identity.issuer, "audience": openid.API},
                destinations=[pacs_destination(sent.port), ehr_destination(ehr.url, identity)],
            )
        )
        routed = parts.enter_context(recording_proxy(diafan.dimse_port))
        pacs.route_to(routed.port)
        yield Hospital(diafan, pacs, ehr, identity, routed, sent)
