"""The FHIR API with 100,000 reports beside the same with 1,000, each search over HTTP as an EHR asks for it; and what a bundle costs to make."""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import httpx
import sqlalchemy as sa
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy.orm import Session

from integrations.diagnostic_report import build_bundle
from integrations.fhir_validity import faults_of
from service import app as root
from service.access import Scope
from service.app import Diafan
from service.fhir_index import FhirResource
from service.records import ReportRecord, Study
from service.settings import Settings
from tests.benchmarks.figures import Figure, median_ratio, percentile
from tests.integrations.fhir_reports import CARDED, REVISED

FEW, MANY = 1_000, 100_000
ROUNDS = 60
BUNDLES = 100
FINDINGS, _PAGE = 14, 10
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_SYSTEM = "urn:diafan:patient-id"
_ASKED = {
    "reports of a patient": ("DiagnosticReport", lambda n: {"patient.identifier": f"{_SYSTEM}|{n:08d}"}),
    "findings of a patient": ("Observation", lambda n: {"patient.identifier": f"{n:08d}"}),
    "a report by its identifier": ("DiagnosticReport", lambda n: {"identifier": str(_id(n, 0))}),
    "what is new": (
        "DiagnosticReport",
        lambda n: {
            "_lastUpdated": f"ge{(_BEGUN + timedelta(seconds=n)).strftime('%Y-%m-%dT%H:%M:%SZ')}",
            "_count": str(_PAGE),
        },
    ),
}
_COLUMNS = tuple(column.name for column in FhirResource.__table__.columns)
_FOUND = dict(zip(_ASKED, (1, FINDINGS, 1, _PAGE), strict=True))


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Fill the index with few and with many reports of 14 findings each, and search both; make one bundle again and again."""
    return [*_bundle(10 if quick else BUNDLES), *_searches(scratch, quick=quick)]


def _bundle(rounds: int) -> list[Figure]:
    """Return the processor time of a report's bundle, built and judged, with a card and a page in two formats of 250 kB."""
    page = {"contentType": "application/pdf", "data": b64encode(bytes(125_000)).decode()}
    report = replace(CARDED, documents=REVISED.documents, presented_form=(page, page))
    bundle = build_bundle(report)
    took: dict[str, list[float]] = {"made": [], "judged": [], "judged as a whole": []}
    ways = {
        "made": lambda: build_bundle(report),
        "judged": lambda: faults_of(bundle),
        "judged as a whole": lambda: Bundle.model_validate(bundle),
    }
    for _ in range(rounds):
        for name, act in ways.items():
            begun = time.process_time()
            act()
            took[name].append(time.process_time() - begun)
    made = Figure(
        "processor time of a report's bundle, built and judged, median",
        percentile(took["made"], 0.5) * 1000,
        "ms",
        f"least {min(took['made']) * 1000:.1f} ms, of {rounds}",
    )
    ratio = median_ratio(took["judged"], took["judged as a whole"])
    return [made, Figure("judging each distinct part of it once", ratio, "x", "over all parts", "fhir.judging")]


def _searches(scratch: Path, *, quick: bool) -> list[Figure]:
    """Ask two installations in turn, so that what else the machine does falls on both."""
    few, many, rounds = (100, 1_000, 5) if quick else (FEW, MANY, ROUNDS)
    with _filled(scratch / "few", few) as ask_few, _filled(scratch / "many", many) as ask_many:
        at_few: dict[str, list[float]] = {name: [] for name in _ASKED}
        at_many: dict[str, list[float]] = {name: [] for name in _ASKED}
        for each in (1, *range(1, rounds + 1)):
            for name in _ASKED:
                at_few[name].append(ask_few(name, few * each // (rounds + 1)))
                at_many[name].append(ask_many(name, many * each // (rounds + 1)))
    p95 = {
        name: tuple(percentile(at[name][1:], 0.95) for at in (at_few, at_many)) for name in _ASKED
    }  # the first made connections
    figures = [
        Figure(
            f"a FHIR search, {name}, p95",
            large * 1000,
            "ms",
            f"{many} reports; with {few} reports {small * 1000:.1f} ms",
        )
        for name, (small, large) in p95.items()
    ]
    worst = max(p95, key=lambda name: p95[name][1] / p95[name][0])
    note = f"what grows most, {worst}: {many} reports against {few}, p95, asked in turn"
    return [
        *figures,
        Figure("a FHIR search, 100 times the reports", p95[worst][1] / p95[worst][0], "x", note, "fhir.growth"),
    ]


@contextmanager
def _filled(folder: Path, count: int) -> Iterator[Callable[[str, int], float]]:
    """Yield a way to ask an installation with so many reports for one of them, which tells the seconds that it took."""
    with root.assemble(Settings(data_dir=folder, http_port=0, dimse_port=0)) as diafan:
        assert diafan.issuer is not None
        headers = {"Authorization": f"Bearer {diafan.issuer.token('bench', [Scope.STUDY_READ])}"}
        with root._api(diafan) as server, httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
            client.base_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            _fill(diafan, 0, count)

            def ask(name: str, n: int) -> float:
                for one in range(n, min(n + _PAGE, count)):
                    _write_bundle(diafan, one)
                resource_type, parameters = _ASKED[name]
                begun = time.perf_counter()
                answer = client.post(f"/fhir/{resource_type}/_search", data=parameters(n))
                took = time.perf_counter() - begun
                assert answer.status_code == HTTPStatus.OK, answer.text
                assert len(answer.json()["entry"]) == _FOUND[name], name
                return took

            yield ask


def _id(report: int, resource: int) -> UUID:
    return UUID(int=report * 100 + resource)


def _fill(diafan: Diafan, first: int, last: int) -> None:
    for start in range(first, last, 2_000):
        numbers = range(start, min(start + 2_000, last))
        with Session(diafan.engine) as db, db.begin():
            studies = [
                {
                    "study_instance_uid": f"2.25.{n}",
                    "patient": diafan.subjects.named(db.connection(), "", f"{n:08d}"),
                    "first_seen_at": _BEGUN,
                }
                for n in numbers
            ]
            db.execute(sa.insert(Study), studies)
            db.execute(sa.insert(ReportRecord), [_report(n) for n in numbers])
            driver = db.connection().connection.driver_connection
            with driver.cursor().copy(f"copy fhir_resource ({', '.join(_COLUMNS)}) from stdin") as copy:
                for row in (row for n in numbers for row in _rows(diafan, n)):
                    copy.write_row([row[name] for name in _COLUMNS])


def _report(n: int) -> dict[str, object]:
    return {
        "id": _id(n, 99), "study_instance_uid": f"2.25.{n}", "revision": 1, "status": "preliminary", "model_digest": "d",
        "image_ids": [], "blob": f"reports/{n}.json", "sha256": "", "created_at": _BEGUN + timedelta(seconds=n),
    }  # fmt: skip


def _rows(diafan: Diafan, n: int) -> list[dict[str, object]]:
    index, written = diafan.fhir_index, _BEGUN + timedelta(seconds=n)
    patient = f"{n:08d}"
    whose = [index.token("patient:identifier", patient), index.token("patient:identifier", patient, _SYSTEM)]
    return [
        {
            "resource_type": resource["resourceType"], "id": str(_id(n, place)), "version": 1, "status": "preliminary",
            "study_instance_uid": f"2.25.{n}", "report_id": _id(n, 99), "starts_at": written, "ends_at": written,
            "tokens": [*whose, index.token("identifier", str(_id(n, place)))], "sha256": "", "last_updated": written,
        }
        for place, resource in enumerate(_resources(n))
    ]  # fmt: skip


def _resources(n: int) -> list[dict[str, object]]:
    return [
        {
            "resourceType": "Observation" if place else "DiagnosticReport",
            "status": "preliminary",
            "identifier": [{"value": str(_id(n, place))}],
            "note": [{"text": "as long as such a resource is " * 50}],
        }
        for place in range(1 + FINDINGS)
    ]


def _write_bundle(diafan: Diafan, n: int) -> None:
    """Only what is asked for is read: the others have no file."""
    entries = [
        {"fullUrl": f"urn:uuid:{_id(n, place)}", "resource": resource} for place, resource in enumerate(_resources(n))
    ]
    diafan.store.put(f"reports/{n}.json", json.dumps({"entry": entries}).encode())
