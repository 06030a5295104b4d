"""Diafans at work behind the client for all tests of the pages, and one Chromium for each file of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.diafan_process import DiafanProcess
from tests.peers.ehr import FhirServer, fhir_server
from tests.web.clinic import PATIENCE_MS, KnownPeople, Visit, chromium, diafan_with_samples, visit


@pytest.fixture(scope="session")
def clinic() -> Iterator[DiafanProcess]:
    """Diafan with the samples analysed, reported and delivered to its folder; nothing else comes to it but what its tests send."""
    with diafan_with_samples() as diafan:
        yield diafan


@pytest.fixture(scope="session")
def record() -> Iterator[FhirServer]:
    """The EHR of the ward, which fails as it is told."""
    with fhir_server() as server:
        yield server


@pytest.fixture(scope="session")
def ward(record: FhirServer) -> Iterator[DiafanProcess]:
    """Another Diafan with the samples, for tests that add studies, switch models, or have deliveries fail."""
    places = [{"kind": "folder", "name": "outbox"}, {"kind": "ehr", "name": "record", "base_url": record.url}]
    with diafan_with_samples(destinations=places) as diafan:
        yield diafan


@pytest.fixture(scope="session")
def ward_token(ward: DiafanProcess) -> str:
    """A token that reads studies, and how the ward fares."""
    return ward.token("study.read", "ops")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of a process: a second one beside it does not start, nor does any loop of asyncio."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def known_people() -> KnownPeople:
    return {}


@contextmanager
def _signing_in(browser: Browser, diafan: DiafanProcess, known: KnownPeople) -> Iterator[Callable[..., Visit]]:
    """Yield what signs somebody in, as `visit` does; the browser must not have complained of anything by the end."""
    with ExitStack() as visits:
        here: list[Visit] = []

        def enter(*roles: str, **how: object) -> Visit:
            here.append(visits.enter_context(visit(browser, diafan, *roles, known=known, **how)))
            return here[-1]

        yield enter
        for someone in here:
            assert someone.complaints == []


@pytest.fixture
def sign_in(clinic: DiafanProcess, browser: Browser, known_people: KnownPeople) -> Iterator[Callable[..., Visit]]:
    """Return what signs somebody in at the clinic."""
    with _signing_in(browser, clinic, known_people) as enter:
        yield enter


@pytest.fixture
def sign_in_at_ward(ward: DiafanProcess, browser: Browser, known_people: KnownPeople) -> Iterator[Callable[..., Visit]]:
    """Return what signs somebody in at the ward."""
    with _signing_in(browser, ward, known_people) as enter:
        yield enter
