"""The FHIR API with 100,000 reports beside the same with 1,000, each search over HTTP as an EHR asks for it; and what a bundle costs to make."""

import json
import time
from base64 import b64encode
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
    few, many, rounds = (100, 1_000, 5) if quick else (FEW, MANY, ROUNDS)
    with root.assemble(Settings(data_dir=scratch / "d", http_port=0, dimse_port=0)) as diafan:
        assert diafan.issuer is not None
        token = diafan.issuer.token("bench", [Scope.STUDY_READ])
        headers = {"Authorization": f"Bearer {token}"}
        with root._api(diafan) as server, httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
            client.base_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            _fill(diafan, 0, few)
            at_few = _measure(diafan, client, few, rounds)
            _fill(diafan, few, many)
            at_many = _measure(diafan, client, many, rounds)
    figures = [
        Figure(
            f"a FHIR search, {name}, p95",
            at_many[name] * 1000,
            "ms",
            f"{many} reports; with {few} reports {at_few[name] * 1000:.1f} ms",
        )
        for name in _ASKED
    ]
    worst = max(_ASKED, key=lambda name: at_many[name] / at_few[name])
    ratio = at_many[worst] / at_few[worst]
    note = f"what grows most, {worst}: {many} reports against {few}, p95"
    return [*figures, Figure("a FHIR search, 100 times the reports", ratio, "x", note, "fhir.growth")]


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


def _measure(diafan: Diafan, client: httpx.Client, count: int, rounds: int) -> dict[str, float]:
    """Return p95 in seconds for each way of asking."""
    asked = [count * each // (rounds + 1) for each in range(1, rounds + 1)]
    for one in {after for n in asked for after in range(n, min(n + _PAGE, count))}:
        _write_bundle(diafan, one)
    took: dict[str, list[float]] = {name: [] for name in _ASKED}
    for n in (asked[0], *asked):
        for name, (resource_type, parameters) in _ASKED.items():
            begun = time.perf_counter()
            answer = client.post(f"/fhir/{resource_type}/_search", data=parameters(n))
            took[name].append(time.perf_counter() - begun)
            assert answer.status_code == HTTPStatus.OK, answer.text
            assert len(answer.json()["entry"]) == _FOUND[name], name
    return {name: percentile(times[1:], 0.95) for name, times in took.items()}  # the first made connections
