"""A patient who asks gets everything, sealed; who prepares it sees counts, and nobody is named without a decision."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pyrage
import pytest
from pydicom import dcmread
from pypdf import PdfReader
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from audit.event import Agent, EventType
from audit.search import search
from service import app as root
from service import cli
from service.act_words import ACTS
from service.gdpr.data_subjects import SubjectUndecided, subject_of
from service.gdpr.sealing import NoRecipient, sealed_package
from service.gdpr.subject_access import SubjectAccess
from service.gdpr.subject_words import WORDS
from service.settings import Privacy, Settings
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, upload

PATIENT = "ASKED-1"
IDENTITY = pyrage.x25519.Identity.generate()
TO = str(IDENTITY.to_public())
CLIENT = Path(cli.__file__).parent / "web" / "src" / "log"


@pytest.fixture(scope="module")
def asked(api, tmp_path_factory):
    """Return a patient with two studies through all stages, seen by a physician."""
    folder = tmp_path_factory.mktemp("asked")
    with api.client(*READ_WRITE, subject="a-system") as client:
        for name in ("a.dcm", "b.dcm"):
            file = make_instance(
                folder, name=name, PatientID=PATIENT, PatientName="Zolc^Ewa", StudyDescription="Klatka"
            )
            [result] = upload(client, file.read_bytes()).json()["results"]
            api.process(result["image_id"])
            assert client.get(f"/images/{result['image_id']}/findings").status_code == 200
    other = make_instance(folder, name="other.dcm", PatientID="OTHER-1")
    with api.client(*READ_WRITE) as client:
        assert upload(client, other.read_bytes()).status_code == 202
    patient = api.diafan.pseudonym("", PATIENT)
    with api.diafan.engine.begin() as db:
        reader = Agent("person", "dr-house", roles=("physician",))
        api.diafan.record(db, EventType.STUDY_SHOWN, reader, patient=patient, detail={"kind": "study"})
    api.diafan.sequence_log()
    return patient


def package_of(api, patient, *, staff=False, privacy=None):
    settings = api.diafan.settings.model_copy(update={"privacy": privacy or Privacy()})
    made = io.BytesIO()
    with Session(api.diafan.engine) as db, zipfile.ZipFile(made, "w") as package:
        answers = SubjectAccess(settings, api.diafan.store, api.diafan.subjects, staff=staff)
        told = answers.write(db, patient, package, api.diafan.clock())
    return told, zipfile.ZipFile(made)


def text_of(package, language):
    pages = PdfReader(io.BytesIO(package.read(f"answer-{language}.pdf"))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_everything_of_the_patient_is_in_it_and_nothing_of_another(api, asked):
    told, package = package_of(api, asked)
    names = package.namelist()
    files = [dcmread(io.BytesIO(package.read(name))) for name in names if name.endswith(".dcm")]
    assert {str(one.PatientID) for one in files} == {PATIENT}
    assert (told.studies, told.images) == (2, 2)
    assert told.results == len([name for name in names if "/results/" in name]) > 4
    assert {str(one.Modality) for one in files} >= {"OT", "SR"}
    reports = [json.loads(package.read(name)) for name in names if "/reports/" in name]
    assert len(reports) == told.reports == 2
    assert all(PATIENT in json.dumps(report) for report in reports)
    log = json.loads(package.read("log.json"))["entry"]
    assert len(log) == told.entries > 15
    assert all("OTHER-1" not in package.read(name).decode("latin-1") for name in names)


def test_the_letter_says_what_when_why_and_by_which_role_in_two_languages(api, asked):
    privacy = Privacy(controller="Szpital Miejski, ul. Długa 1", contact="iod@szpital.example", retention_years=20)
    _, package = package_of(api, asked, privacy=privacy)
    english, polish = text_of(package, "en"), text_of(package, "pl")
    for text in (english, polish):
        assert PATIENT in text
        assert "Szpital Miejski, ul. Długa 1" in text
        assert "GDPR 6(1)(c) + GDPR 9(2)(h)" in text
        assert "outbox" in text
        assert "dr-house" not in text
    assert "treatment" in english
    assert "Image analysed" in english
    assert "physician" in english
    assert "It supports a physician and never replaces one" in english
    assert "leczenie" in polish
    assert "lekarz" in polish
    assert "Analiza obrazu" in polish
    assert "Wspiera lekarza i nigdy go nie zastępuje" in polish
    assert "□" not in polish


def test_staff_are_named_by_decision_only(api, asked):
    _, plain = package_of(api, asked)
    assert "dr-house" not in plain.read("log.json").decode()
    _, named = package_of(api, asked, staff=True)
    assert "dr-house" in named.read("log.json").decode()


def test_the_words_are_those_of_the_web_client():
    for language in WORDS:
        source = (CLIENT / f"acts.{language}.ts").read_text()
        what = source[source.index("  what: {") : source.index("  says: {")]
        words = dict(re.findall(r'"([a-z-]+)":\s*"([^"]+)"', what.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))
        assert {kind.value: words[kind.value] for kind in EventType} == {k.value: v for k, v in ACTS[language].items()}


def test_a_patient_is_found_by_id_and_issuer_and_never_guessed(diafan):
    with diafan.engine.begin() as db:
        one = diafan.subjects.named(db, "A", "TWICE")
        diafan.subjects.named(db, "B", "TWICE")
        assert subject_of(db, diafan.subjects, "TWICE", "A") == one
        with pytest.raises(SubjectUndecided, match="name one with --issuer: A, B"):
            subject_of(db, diafan.subjects, "TWICE")
        for issuer in (None, "C", ""):
            with pytest.raises(SubjectUndecided, match="is known here"):
                subject_of(db, diafan.subjects, "TWICE" if issuer else "NOBODY", issuer)
        alone = diafan.subjects.named(db, "", "ALONE")
        assert subject_of(db, diafan.subjects, "ALONE") == alone


def test_a_package_is_opened_by_its_recipient_alone_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "x.zip.age"
    with sealed_package(path, [TO]) as package:
        package.writestr("secret.txt", "Kanarek")
        assert [file.name for file in tmp_path.iterdir()] == []
    assert [file.name for file in tmp_path.iterdir()] == ["x.zip.age"]
    assert b"Kanarek" not in path.read_bytes()
    opened = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(path.read_bytes(), [IDENTITY])))
    assert opened.read("secret.txt") == b"Kanarek"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.generate()])


def test_a_package_that_breaks_off_does_not_appear(tmp_path):
    path = tmp_path / "x.zip.age"
    with pytest.raises(OSError, match="full"), sealed_package(path, [TO]):
        raise OSError("the disk is full")
    with pytest.raises(NoRecipient), sealed_package(path, ["age1nonsense"]):
        pass
    assert list(tmp_path.iterdir()) == []


def test_at_the_command_line_the_answer_is_sealed_and_in_the_log(tmp_path, own_installation):
    with root.assemble(Settings()) as diafan, diafan.engine.begin() as db:
        patient = diafan.subjects.named(db, "MPI", PATIENT)
    out = tmp_path / "a.zip.age"
    run = CliRunner()
    done = run.invoke(cli.app, ["gdpr", "access", "--recipient", TO, "--out", str(out)], input=f"{PATIENT}\n")
    assert done.exit_code == 0, done.output
    assert "0 studies, 0 images" in re.sub(r"\s+", " ", done.output)
    assert pyrage.decrypt(out.read_bytes(), [IDENTITY]).startswith(b"PK")
    unknown = run.invoke(cli.app, ["gdpr", "access", "--recipient", TO, "--out", str(out), "--patient-id", "NOBODY"])
    assert (unknown.exit_code, "known here" in unknown.output) == (1, True)
    with root.assemble(Settings()) as diafan:
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            [entry] = search(db, types=[EventType.ACCESS_ANSWERED])
    assert (entry.event["patient"], entry.event["detail"]) == (
        patient,
        {"kind": "by-role", "sha256": hashlib.sha256(TO.encode()).hexdigest()},
    )
