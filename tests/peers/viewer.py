"""The viewer: OHIF as its package ships it, served with the PACS behind the same origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.peers.process import HERE, running
from tests.peers.setup import NODE, VIEWER


@dataclass(frozen=True, slots=True)
class Ohif:
    """A running OHIF; `url` is its study list."""

    url: str


@contextmanager
def ohif(orthanc_url: str) -> Iterator[Ohif]:
    """Serve OHIF for the studies of the Orthanc at `orthanc_url` (its HTTP root)."""
    with running("viewer", [NODE, HERE / "viewer.mjs", VIEWER / "dist", orthanc_url]) as process:
        yield Ohif(process.wait_for_url(timeout_s=15))
