"""A patient whose every word is looked for: in what Diafan delivers, where it belongs, and everywhere else, where it does not.

Two patients, one written in Latin-2 (ISO_IR 101), one in Japanese (ISO 2022 IR 87), go through the whole journey and
through every error that could tell of them.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pydicom
import pytest
from PIL import Image
from pydicom.filereader import read_partial
from pynetdicom.dsutils import encode

from tests.diafan_process import diafan_process
from tests.instances import CARDIOMEGALY, make_instance
from tests.integrations.http_fake import Server, http_server
from tests.journeys.hospital import Hospital, database, ehr_destination, pacs_destination, send_data_set, study_of
from tests.peers import identity as openid
from tests.peers.ehr import FhirServer
from tests.peers.pacs import PACS_AET, Orthanc, storescu
from tests.peers.process import free_port, wait_for
from tests.peers.recorder import recording_proxy

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

ENCODINGS = ("utf-8", "iso8859_2", "iso2022_jp", "shift_jis", "euc_jp", "utf-16-le", "utf-16-be")
DATES = {"birth_date": re.compile(r"(\d{4})(\d\d)(\d\d)")}


@dataclass(frozen=True)
class Canary:
    """A patient as no other is called."""

    character_set: str | list[str]
    name: str
    patient_id: str
    birth_date: str
    accession: str

    @property
    def words(self) -> list[str]:
        """Everything that would tell who it is."""
        year, month, day = self.birth_date[:4], self.birth_date[4:6], self.birth_date[6:]
        dates = [self.birth_date, f"{year}-{month}-{day}", f"{day}.{month}.{year}"]
        return [*re.split(r"[\^=]", self.name), self.patient_id, self.accession, *dates]

    @property
    def elements(self) -> dict[str, Any]:
        return {
            "SpecificCharacterSet": self.character_set,
            "PatientName": self.name,
            "PatientID": self.patient_id,
            "PatientBirthDate": self.birth_date,
            "AccessionNumber": self.accession,
            "PatientAge": "087Y",
        }


LATIN = Canary("ISO_IR 101", "Żółkiewszczanka^Łucjanna", "KANARISCH-Q7731", "19370213", "AKZESS-X9917")
JAPANESE = Canary(
    ["", "ISO 2022 IR 87"],
    "Yamadazaki^Tarounosuke=山田崎^太郎之介=やまだざき^たろうのすけ",
    "KANARIYA-W4402",
    "19360817",
    "UKETSUKE-55810",
)
BOTH = (LATIN, JAPANESE)


def told_in(content: bytes) -> set[str]:
    """Return the canaries' words that ``content`` holds, in any encoding, case or escape."""
    text = content.decode("utf-8", "replace").casefold()
    found = set()
    for word in (word for canary in BOTH for word in canary.words):
        spellings = {word.casefold(), json.dumps(word)[1:-1].casefold(), quote(word).casefold()}
        if any(spelling in text for spelling in spellings):
            found.add(word)
        for encoding in ENCODINGS:
            with contextlib.suppress(UnicodeEncodeError):
                if word.encode(encoding) in content:
                    found.add(word)
    return found


def refusing(server: Server, times: int) -> None:
    """Have the server refuse as the worst do: with all that it was sent in its words."""

    def outcome(asked: Any) -> dict[str, Any]:
        patient = json.loads(asked.body or '{"entry": [{"resource": {}}]}')["entry"][0]["resource"]
        texts = [json.dumps(patient, ensure_ascii=False), json.dumps(patient), " ".join(patient_words(patient)).upper()]
        issues = [{"severity": "error", "code": "invalid", "diagnostics": f"refused: {text}"} for text in texts]
        return {"resourceType": "OperationOutcome", "issue": issues}

    for _ in range(times):
        server.will(400, outcome)


def patient_words(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from patient_words(inner)
    else:
        yield str(node)


@dataclass(frozen=True)
class Errand:
    """A hospital with one EHR that refuses and one PACS that is down beside the good ones, after all has happened in it."""

    hospital: Hospital
    strict: Server
    answers: list[httpx.Response]
    seen_by_ehr: list[tuple[str, str, int]]
    studies: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def errand(
    pacs: Orthanc, ehr: FhirServer, identity: openid.Provider, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Errand]:
    with (
        recording_proxy(pacs.dicom_port) as sent,
        http_server() as strict,
        diafan_process(
            folder,
            calling_ae_titles=[PACS_AET],
            oidc={"issuer": identity.issuer, "audience": openid.API},
            destinations=[
                pacs_destination(sent.port),
                pacs_destination(free_port(), "down"),
                ehr_destination(ehr.url, identity),
                {"kind": "ehr", "name": "strict", "base_url": strict.url},
            ],
        ) as diafan,
        recording_proxy(diafan.dimse_port) as routed,
        pytest.MonkeyPatch.context() as patch,
    ):
        refusing(strict, 20)
        pacs.route_to(routed.port)
        hospital = Hospital(diafan, pacs, ehr, identity, routed, sent)
        files = tmp_path_factory.mktemp("files")
        studies = {c.patient_id: go_through(hospital, c, files) for c in BOTH}
        answers = [answer for c in BOTH for answer in misuse(hospital, c, next(iter(studies.values())))]
        for n, canary in enumerate(BOTH):
            image = make_instance(files, name=f"cut-{n}.dcm", **canary.elements)
            whole = encode(pydicom.dcmread(image), is_implicit_vr=False, is_little_endian=True) or b""
            status, comment = send_data_set(diafan, whole[: len(whole) // 2], image, patch, PACS_AET)
            assert (status, told_in(comment.encode())) == (0xC000, set())
        yield Errand(hospital, strict, answers, ehr.requests(), studies)


def go_through(hospital: Hospital, canary: Canary, folder: Path) -> dict[str, Any]:
    """Send a canary to the PACS, and wait until every destination has said its word."""
    image = make_instance(folder, CARDIOMEGALY, name=f"{canary.patient_id}.dcm", **canary.elements)
    storescu([image], hospital.pacs.dicom_port)

    def settled() -> dict[str, Any] | None:
        answer = hospital.get(f"/studies/{study_of(image)}")
        deliveries = answer.json()["deliveries"] if answer.status_code == 200 else []
        states = {d["destination"]: d["state"] for d in deliveries if d["last_error"] or d["state"] == "delivered"}
        good = states.get("pacs") == states.get("ehr") == "delivered"
        return answer.json() if good and states.get("strict") == "parked" and "down" in states else None

    return wait_for(settled, 240, f"the canary at every destination (Diafan's log: {hospital.diafan.log})", poll_s=0.3)


def misuse(hospital: Hospital, canary: Canary, study: dict[str, Any]) -> Iterator[httpx.Response]:
    """Bring a canary's words into every place of a request, and yield what the API answers."""
    url, word = hospital.diafan.url, canary.words[0]
    picture = BytesIO()
    Image.new("L", (200, 200)).save(picture, "PNG")
    form = {"patient_id": canary.patient_id, "patient_name": canary.name, "accession_number": canary.accession}
    headers = {"authorization": f"Bearer {hospital.identity.token(openid.PACS)}"}
    uploads: list[tuple[str, bytes, dict[str, str]]] = [
        (f"{word}.dcm", canary.name.encode(), form),
        (f"{word}.png", picture.getvalue()[:-30], form),
        (f"{word}.png", picture.getvalue(), {**form, "birth_date": canary.name}),
        (f"{word}.png", picture.getvalue(), {**form, "patient_name": canary.name + "\\" + word}),
        (f"{word}.png", picture.getvalue(), {**form, word: word}),
        (f"{word}.png", picture.getvalue(), {**form, "sex": word}),
        (f"{word}.png", picture.getvalue(), {**form, "accession_number": canary.accession * 4}),
    ]
    with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        for name, content, fields in uploads:
            yield client.post("/studies", files={"files": (name, content)}, data=fields)
        image = study["received"][0]["id"]
        for path in (
            f"/studies/{word}",
            f"/patients/{word}",
            f"/images/{image}/explanations/{word}",
            f"/objects/{canary.patient_id}",
        ):
            yield client.get(path)
        for name in ("cursor", "since", "state", "limit", word):
            yield client.get("/studies", params={name: word})
        yield client.get("/studies", headers={"x-request-id": canary.patient_id})
        yield client.get("/studies", headers={"authorization": f"Bearer {canary.patient_id}"})
        yield client.post(
            "/studies", content=canary.name.encode(), headers={"content-type": f"text/plain; x={canary.patient_id}"}
        )
    officer = {"authorization": f"Bearer {hospital.identity.token(openid.OFFICER)}"}
    yield httpx.get(f"{url}/audit", params={"agent": word, "type": word}, headers=officer, trust_env=False)


def test_the_search_finds_what_it_looks_for() -> None:
    for canary in BOTH:
        for word in canary.words:
            assert word in told_in(word.upper().encode())
            assert word in told_in(json.dumps(word).encode())
            assert word in told_in(quote(word).encode())
    assert set(LATIN.words[:2]) <= told_in(LATIN.name.encode("iso8859_2"))
    assert "山田崎" in told_in("山田崎^太郎之介".encode("iso2022_jp"))


@pytest.mark.parametrize("canary", BOTH, ids=["Latin-2", "Japanese"])
def test_the_patient_is_in_what_is_delivered_letter_by_letter(canary: Canary, errand: Errand, tmp_path: Path) -> None:
    hospital = errand.hospital
    study = errand.studies[canary.patient_id]
    tags = ["SpecificCharacterSet", "PatientName", "PatientID", "PatientBirthDate", "AccessionNumber"]
    source = raw(hospital.from_pacs(study["received"][0]["sop_instance_uid"], tmp_path), tags)
    made = hospital.objects(study)
    assert made
    for result in made:
        assert raw(hospital.from_pacs(result["sop_instance_uid"], tmp_path), tags) == source

    (patient,) = hospital.in_ehr("Patient", identifier=f"urn:diafan:patient-id|{canary.patient_id}")
    groups = [group.split("^") for group in canary.name.split("=")]
    assert [[name["family"], *name["given"]] for name in patient["name"]] == groups
    assert patient["birthDate"].replace("-", "") == canary.birth_date
    (report,) = hospital.reports_of(canary.patient_id)
    identifiers = {canary.patient_id, canary.accession}  # of the subject, and of the order that it is based on
    assert told_in(json.dumps(report, ensure_ascii=False).encode()) <= identifiers


def raw(file: Path, keywords: list[str]) -> dict[str, bytes]:
    """Return the elements' values as the bytes that they are in the file."""
    with file.open("rb") as stream:
        dataset = read_partial(stream, stop_when=lambda tag, _vr, _length: tag > 0x00200000)
    elements = {keyword: dataset.get_item(keyword) for keyword in keywords}
    return {
        keyword: bytes(element.value) if isinstance(element.value, bytes) else repr(element.value).encode()
        for keyword, element in elements.items()
    }


def test_no_answer_of_the_api_repeats_it(errand: Errand) -> None:
    refused = [answer for answer in errand.answers if answer.status_code >= 400]
    assert len(refused) > len(errand.answers) - 5
    for answer in errand.answers:
        assert answer.status_code < 500, answer.text
        head = repr(answer.headers.raw).encode()
        assert told_in(answer.content) | told_in(head) == set(), answer.request.url


def test_no_url_that_we_ask_names_it(errand: Errand) -> None:
    asked = [path for _, path, _ in errand.seen_by_ehr] + [asked.path for asked in errand.strict.asked]
    assert len(asked) >= 4
    assert told_in("\n".join(asked).encode()) == set()


def test_no_terminal_shows_it(errand: Errand) -> None:
    diafan = errand.hospital.diafan
    status, verified, checked = diafan.cli("status"), diafan.cli("audit", "verify"), diafan.cli("check", expect=1)
    assert "withheld" in status.stdout, "the refusal of the EHR is shown, without the patient"
    for told in (status, verified, checked):
        assert told_in((told.stdout + told.stderr).encode()) == set()


def test_the_officer_does_not_see_it(errand: Errand) -> None:
    events = [
        errand.hospital.audit(s["study_instance_uid"], "delivery-parked", "transfer-ended")
        for s in errand.studies.values()
    ]
    assert told_in(json.dumps(events, ensure_ascii=False).encode()) == set()
    assert len({e["patient"] for found in events for e in found if "patient" in e}) == len(BOTH)


def test_no_table_holds_it_but_the_one_of_the_worklist(errand: Errand) -> None:
    with database(errand.hospital.diafan) as db:
        tables = db.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert {("public", "procrastinate_jobs"), ("public", "image"), ("audit", "entry")} <= set(tables)
        for schema, table in tables:
            rows = db.execute(f'select row_to_json(t)::text from "{schema}"."{table}" t').fetchall()  # type: ignore[arg-type]
            told = told_in("\n".join(row for (row,) in rows).encode())
            if table == "study_header":
                assert told >= {LATIN.patient_id, JAPANESE.patient_id}, "or this test sees nothing"
            else:
                assert told == set(), table


def test_no_other_file_holds_it(errand: Errand) -> None:
    folder = errand.hospital.diafan.folder
    allowed = [folder / "data" / "blobs" / part for part in ("received", "objects", "reports")]
    # Where PostgreSQL keeps its tables, and nothing else of it: its own log names nobody.
    allowed += [folder / "data" / "postgres" / part for part in ("base", "pg_wal")]
    files = [f for f in folder.rglob("*") if f.is_file() and not any(f.is_relative_to(a) for a in allowed)]
    assert errand.hospital.diafan.log in files
    told = {}
    for file in files:
        with contextlib.suppress(FileNotFoundError):  # PostgreSQL is at work
            told[str(file.relative_to(folder))] = told_in(file.read_bytes())
    told = {name: words for name, words in told.items() if words}
    assert told == {}
    everywhere = set().union(*(told_in(f.read_bytes()) for a in allowed for f in a.rglob("*") if f.is_file()))
    assert everywhere >= {LATIN.patient_id, JAPANESE.patient_id, *LATIN.words[:2], *JAPANESE.words[:4]}
