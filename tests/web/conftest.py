"""One Diafan at work behind the client, and one Chromium, for all tests of the pages."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from integrations import dimse
from service.demo import bundled
from service.web import DIST
from tests.diafan_process import DiafanProcess, diafan_process
from tests.peers.process import wait_for
from tests.web.clinic import Visit, chromium, visit

SAMPLES = 6


@pytest.fixture(scope="session")
def clinic() -> Iterator[DiafanProcess]:
    """Diafan with the samples analysed, reported and delivered to its folder."""
    assert (DIST / "index.html").is_file(), "the client is not built: ./dev setup"
    folder = Path(tempfile.mkdtemp(prefix="df"))
    try:
        with diafan_process(folder) as diafan:
            peer = dimse.Peer("127.0.0.1", diafan.dimse_port, "DIAFAN", "CR-ROOM-2")
            dimse.send(peer, bundled(), lambda _path, _status: None)
            token = diafan.token("study.read")

            def settled() -> bool | None:
                studies = diafan.post("/worklist", token, status=["delivered", "declined"])["studies"]
                return len(studies) == SAMPLES or None

            wait_for(settled, 120, "the samples to be delivered")
            yield diafan
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture
def sign_in(clinic: DiafanProcess, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return what signs somebody in, as `visit` does; the browser must not have complained of anything by the end."""
    with ExitStack() as visits:
        here: list[Visit] = []

        def enter(*roles: str, **how: object) -> Visit:
            opened: AbstractContextManager[Visit] = partial(visit, browser, clinic)(*roles, **how)
            here.append(visits.enter_context(opened))
            return here[-1]

        yield enter
        for someone in here:
            assert someone.complaints == []
