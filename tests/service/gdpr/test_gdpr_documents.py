"""An officer's documents say what is configured and what is off, in two languages, and name nobody unasked."""

import io
import json
import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from models.assessment import ModelIdentity
from service.gdpr.assessment import AGAINST, Assessment, Risk
from service.gdpr.assessment_words import WORDS as ASSESSMENT
from service.gdpr.document_words import WORDS
from service.gdpr.facts import recipients
from service.gdpr.measure_words import PHRASES
from service.gdpr.measures import NEVER, measures
from service.gdpr.notice import notice
from service.gdpr.notice_words import WORDS as NOTICE
from service.gdpr.processing_record import Record
from service.gdpr.retention_due import Kind
from service.gdpr.retention_settings import Retention
from service.gdpr.retention_words import WORDS as RETENTION
from service.gdpr.subject_words import WORDS as SUBJECT
from service.settings import Settings

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MODEL = ModelIdentity("resnet", "1.2.3", "ab" * 32)
FEET = re.compile(r"Diafan (supports a physician|wspiera lekarza) [^.]*\. \d{4}-\d\d-\d\d · \d+")


def settings_of(tmp_path, **given):
    pem = tmp_path / "x.pem"
    tls = {"certificate": pem, "key": pem, "ca": pem}
    full = {
        "privacy": {"controller": "Szpital Miejski, ul. Długa 1", "contact": "iod@szpital.example"},
        "lawfulness": {"purposes": {"TRIAL": "HRESCH"}, "legal_bases": {"HRESCH": "gdpr-9-2-j", "PUBHLTH": "gdpr-9-2-i"}},
        "calling_ae_titles": {"MODALITY": ["10.1.2.3"], "TRIAL": []},
        "destinations": [
            {"kind": "folder", "name": "shelf", "path": tmp_path / "shelf"},
            {"kind": "pacs", "name": "main-pacs", "host": "pacs.example", "port": 104, "called_ae_title": "PACS"},
            {"kind": "ehr", "name": "epr", "base_url": "https://ehr.example/fhir"},
            {"kind": "dicomweb", "name": "vna", "base_url": "http://vna.example/dicom-web"},
        ],
        "audit_repositories": [{"name": "arr", "host": "arr.example", "tls": tls, "named": True}],
        "witnesses": [
            {"kind": "file", "name": "disk"},
            {"kind": "mail", "name": "post", "host": "mail.example", "sender": "a@b.example", "recipients": ["c@d.example"]},
        ],
        "oidc": {"issuer": "https://login.example/realm"},
    }  # fmt: skip
    return Settings(data_dir=tmp_path, **(full | given))


def text_of(pdf):
    """Return the text of a document, its pages' feet left out: a sentence may go on over the page."""
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert all("□" not in page for page in pages)
    assert all(FEET.search(page) for page in pages)
    return " ".join(FEET.sub("", page).strip() for page in pages)


def documents(settings, language):
    record = Record(settings, MODEL, ["cd" * 32], language, NOW)
    sheet = Assessment(settings, MODEL, [], language, NOW)
    return {
        "notice": text_of(notice(settings, language, NOW)),
        "record": text_of(record.pdf()),
        "assessment": text_of(sheet.pdf()),
    }


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_is_configured_appears_in_every_document(tmp_path, language):
    told = documents(settings_of(tmp_path), language)
    for text in told.values():
        assert "Szpital Miejski, ul. Długa 1" in text
        assert "iod@szpital.example" in text
        for place in ("shelf", "main-pacs", "pacs.example", "epr", "ehr.example", "vna", "vna.example", "arr"):
            assert place in text
        for purpose in ("TREAT", "HRESCH", "PUBHLTH", "GDPR 6(1)(c) + GDPR 9(2)(h)", "GDPR 9(2)(j)", "GDPR 9(2)(i)"):
            assert purpose in text
    for name in ("record", "assessment"):
        for place in ("disk", "post", "mail.example", "login.example", "resnet 1.2.3", "ab" * 8):
            assert place in told[name]
        assert WORDS[language].gets["checkpoints"] in told[name]
    assert "mail.example" not in told["notice"]
    assert "login.example" not in told["notice"]
    assert str(tmp_path) not in told["notice"]
    assert "cd" * 8 in told["record"]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_is_off_is_said(tmp_path, language):
    off = Settings(data_dir=tmp_path)
    told, phrases = documents(off, language), PHRASES[language]
    for name in ("record", "assessment"):
        text = told[name]
        for code, state in (
            ("listener-tls", "off"), ("senders", "anyone"), ("provider", "off"), ("witnesses", "data-folder"), ("subject-keys", "off"),
            ("at-rest", "off"), ("backup", "off"), ("api-tls", "off"), ("repositories", "off"),
        ):  # fmt: skip
            said = phrases[code].states[state].split("{")[0].strip()
            assert said, code
            assert said in text, code
    for text in told.values():
        assert WORDS[language].not_stated.split(":")[0] in text
    assert phrases["witnesses"].states["none"] in text_of(
        Record(Settings(data_dir=tmp_path, witnesses=()), MODEL, [], language, NOW).pdf()
    )


def test_what_is_on_is_no_longer_said_to_be_off(tmp_path):
    pem = tmp_path / "x.pem"
    settings = settings_of(
        tmp_path,
        dimse_tls={"certificate": pem, "key": pem, "ca": pem},
        calling_ae_titles={"A": ["10.1.1.1"]},
        public_url="https://diafan.example",
        subject_keys="k",
    )
    states = {one.code: one for one in measures(settings)}
    on = ("listener-tls", "senders", "api-tls", "subject-keys", "provider", "witnesses", "repositories")
    assert all(states[code].in_place for code in on)
    assert {code for code in states if not states[code].in_place} >= {"ways-out", "names-in-log-copies"}
    assert states["ways-out"].values["names"] == "main-pacs, vna"
    off = {one.code for one in measures(Settings(data_dir=tmp_path)) if not one.in_place}
    assert off >= {*on, "purpose-required", "database", "rules", *NEVER}
    assert not next(one for one in measures(settings_of(tmp_path)) if one.code == "senders").in_place


def test_a_recipient_on_this_machine_is_not_told_to_be_in_clear(tmp_path):
    pacs = {"kind": "pacs", "name": "a", "host": "127.0.0.1", "port": 104, "called_ae_title": "A"}
    web = {"kind": "dicomweb", "name": "b", "base_url": "http://[::1]:8042/dicom-web"}
    assert not any(one.is_clear for one in recipients(Settings(data_dir=tmp_path, destinations=[pacs, web])))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_patients_are_told_of_what_their_legal_basis_brings(tmp_path, language):
    words = NOTICE[language]
    plain = text_of(notice(Settings(data_dir=tmp_path), language, NOW))
    asked = text_of(
        notice(
            Settings(data_dir=tmp_path, lawfulness={"legal_bases": {"HRESCH": "gdpr-6-1-f+gdpr-9-2-a"}}), language, NOW
        )
    )
    for only in (words.consent_text, words.interests_text.split(" __")[0]):
        assert only not in plain
        assert only in asked
    assert words.access_text in plain
    assert words.logic_text in plain
    for part in (
        SUBJECT[language].decision_text,
        SUBJECT[language].which_text,
        SUBJECT[language].rights_text,
        words.any_sender,
    ):
        assert part in plain
    said = {"en": "research use, not for diagnosis.", "pl": "Do badań naukowych, nie do diagnostyki."}
    assert said[language] in plain


def test_the_record_for_machines_holds_what_the_settings_say_and_null_for_the_rest(tmp_path):
    made = json.loads(Record(settings_of(tmp_path), MODEL, [], "en", NOW).json())
    names = {one["name"]: one for one in made["recipients"]}
    assert set(names) == {
        "shelf", "main-pacs", "epr", "vna", "arr", "disk", "post", "https://login.example/realm",
    }  # fmt: skip
    assert (names["main-pacs"]["is_clear"], names["epr"]["is_clear"], names["vna"]["is_clear"]) == (True, False, True)
    assert names["arr"]["gets"] == "entries-named"
    assert {one["purpose"]: one["senders"] for one in made["purposes"]} == {
        "TREAT": [], "HRESCH": ["TRIAL"], "PUBHLTH": [],
    }  # fmt: skip
    assert made["model"]["sha256"] == MODEL.digest
    bare = json.loads(Record(Settings(data_dir=tmp_path), MODEL, [], "pl", NOW).json())
    assert (bare["controller"], bare["contact"], bare["third_countries"]) == (None, None, None)
    assert "secret" not in json.dumps(made)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_measure_has_words_and_bears_on_a_risk(tmp_path, language):
    codes = {one.code for one in measures(Settings(data_dir=tmp_path))}
    assert codes == set(PHRASES[language]) == set().union(*AGAINST.values())
    assert {state for one in PHRASES[language].values() for state in one.states} == {
        "on", "off", "anyone", "titles", "addresses", "none", "files", "data-folder", "elsewhere",
    }  # fmt: skip
    assert {risk.value for risk in Risk} == set(ASSESSMENT[language].names) == set(ASSESSMENT[language].means)
    assert [c for c, p in PHRASES["en"].items() if set(p.states) != set(PHRASES["pl"][c].states)] == []


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_periods_are_those_of_the_settings(tmp_path, language):
    """What the job deletes by, patients and the authority are told: `service.gdpr.retention` reads the same settings."""
    words, pacs = (
        RETENTION[language],
        {"kind": "pacs", "name": "a", "host": "127.0.0.1", "port": 104, "called_ae_title": "A"},
    )
    kinds = ("source", "evidence", "results", "drafts", "failed_jobs")
    days = dict(zip(kinds, (41, 42, 43, 44, 45), strict=True))
    timed = Settings(data_dir=tmp_path, destinations=[pacs], retention={f"{k}_days": v for k, v in days.items()})
    kept = Settings(data_dir=tmp_path, retention={f"{kind}_days": "none" for kind in kinds})
    for settings, which in ((timed, 0), (kept, 1)):
        told = documents(settings, language)
        for kind in kinds:
            said = getattr(words, kind)[which].format(days=days[kind])
            assert said in told["notice"], kind
            assert said in told["record"], kind
    [on] = [one for one in measures(timed) if one.code == "retention"]
    [off] = [one for one in measures(kept) if one.code == "retention"]
    assert (on.state, on.in_place, on.values["days"]) == ("on", True, "41")
    assert (off.state, off.in_place) == ("off", False)
    for name in ("record", "assessment"):
        assert PHRASES[language]["retention"].states["on"].split("{")[0] in documents(timed, language)[name]
    made = json.loads(Record(timed, MODEL, [], language, NOW).json())
    assert made["time_limits"]["deleted_by_a_job"] == {f"{kind}_days": n for kind, n in days.items()}


def test_each_kind_that_the_job_deletes_has_its_words():
    assert {f"{kind.value.replace('-', '_')}_days" for kind in Kind} == set(Retention.model_fields)
    assert {kind.value.replace("-", "_") for kind in Kind} == {field.name for field in fields(RETENTION["en"])}
