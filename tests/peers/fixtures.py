"""The peers as pytest fixtures, loaded by `pytest_plugins = ["tests.peers.fixtures"]` in tests/conftest.py."""

from collections.abc import Iterator

import pytest

from tests.peers import identity as openid
from tests.peers.ehr import FhirServer, fhir_server
from tests.peers.pacs import Orthanc, orthanc
from tests.peers.process import free_port
from tests.peers.setup import require_set_up
from tests.peers.viewer import Ohif, ohif


@pytest.fixture(scope="session")
def peers_set_up() -> None:
    """Fail, with the command to type, where the peers are not set up: a journey that is skipped proves nothing."""
    require_set_up()


@pytest.fixture(scope="session")
def identity(peers_set_up: None) -> Iterator[openid.Provider]:
    """An OpenID provider. Who rotates its keys does so for all: tokens of before stay good unless they are forgotten."""
    with openid.openid_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def ehr(identity: openid.Provider) -> Iterator[FhirServer]:
    """A FHIR server, empty at the module's start, that lets in tokens of `identity` for its own audience only."""
    with fhir_server(identity.issuer, openid.EHR) as server:
        yield server


@pytest.fixture(scope="module")
def pacs(peers_set_up: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    """An Orthanc, empty at the module's start, that routes to a port where nobody listens until `route_to` tells another."""
    with orthanc(tmp_path_factory.mktemp("pacs"), diafan_port=free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def viewer(pacs: Orthanc) -> Iterator[Ohif]:
    """OHIF before `pacs`."""
    with ohif(pacs.http_url) as server:
        yield server
