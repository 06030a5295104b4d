"""Settings: documented, strict, and closed by default."""

from typing import get_args

import pytest
from pydantic import ValidationError

from models.engine import ENGINES
from service.destination_settings import (
    DicomwebDestination,
    EhrDestination,
    FolderDestination,
    PacsDestination,
    PeerTls,
    Tls,
)
from service.gdpr.retention_settings import Retention
from service.settings import Lawfulness, Oidc, Privacy, Reporting, Settings
from service.witness_settings import AuditRepository, FileWitness, LogWitness, MailWitness, SyslogWitness
from tests.conftest import DATA

README = (DATA.parents[1] / "README.md").read_text()


@pytest.mark.parametrize(
    "part",
    [
        Settings,
        Oidc,
        Reporting,
        Lawfulness,
        Privacy,
        Retention,
        FileWitness,
        SyslogWitness,
        MailWitness,
        LogWitness,
        AuditRepository,
        Tls,
        PeerTls,
        FolderDestination,
        PacsDestination,
        EhrDestination,
        DicomwebDestination,
    ],
)
def test_every_setting_is_documented_in_the_readme(part):
    missing = [name for name in part.model_fields if f"`{name}`" not in README]
    assert missing == []


def test_by_default_only_this_machine_can_reach_diafan(monkeypatch):
    monkeypatch.delenv("DIAFAN_CONFIG", raising=False)
    settings = Settings()
    assert (settings.http_host, settings.dimse_host) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize("field", ["http_host", "dimse_host"])
def test_beyond_loopback_it_does_not_start_without_an_openid_provider(field):
    with pytest.raises(ValidationError, match="needs an OpenID provider"):
        Settings(**{field: "0.0.0.0"})
    known = {"oidc": {"issuer": "https://id.example"}, "calling_ae_titles": {"PACS": ["10.1.2.3"]}}
    assert Settings(**{field: "0.0.0.0", **known}).oidc is not None


@pytest.mark.parametrize("named", [{}, ["PACS"], {"PACS": ["10.1.2.3"], "ROUTER": []}])
def test_beyond_loopback_the_listener_does_not_start_without_knowing_who_calls(named, tmp_path):
    open_to_all = {"dimse_host": "0.0.0.0", "oidc": {"issuer": "https://id.example"}, "calling_ae_titles": named}
    with pytest.raises(ValidationError, match="set dimse_tls, or calling_ae_titles with the addresses"):
        Settings(**open_to_all)
    assert Settings(**{**open_to_all, "calling_ae_titles": {"PACS": ["10.1.0.0/16"]}}).dimse_tls is None
    files = {name: tmp_path / name for name in ("certificate", "key", "ca")}
    assert Settings(**open_to_all, dimse_tls=files).dimse_tls.profile == "bcp195"


def test_senders_are_titles_or_titles_with_addresses(monkeypatch):
    assert Settings(calling_ae_titles=["PACS"]).calling_ae_titles == {"PACS": ()}
    monkeypatch.setenv("DIAFAN_CALLING_AE_TITLES", '{"PACS": ["10.1.2.3", "fd00::/8"]}')
    assert [str(network) for network in Settings().calling_ae_titles["PACS"]] == ["10.1.2.3/32", "fd00::/8"]
    with pytest.raises(ValidationError):
        Settings(calling_ae_titles={"PACS": ["pacs.example"]})


def test_unknown_settings_and_double_names_are_refused():
    with pytest.raises(ValidationError):
        Settings(quite_period_s=3)
    with pytest.raises(ValidationError, match="same name"):
        Settings(destinations=[{"kind": "folder", "name": "a"}, {"kind": "folder", "name": "a"}])


def test_the_environment_stands_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / "diafan.toml"
    file.write_text('ae_title = "FROMFILE"\nquiet_period_s = 9\n[[destinations]]\nkind = "folder"\nname = "out"\n')
    monkeypatch.setenv("DIAFAN_CONFIG", str(file))
    monkeypatch.setenv("DIAFAN_AE_TITLE", "FROMENV")
    settings = Settings()
    assert (settings.ae_title, settings.quiet_period_s, settings.destinations[0].name) == ("FROMENV", 9, "out")


def test_the_engines_that_can_be_set_are_those_that_there_are():
    assert get_args(Settings.model_fields["engine"].annotation) == ("auto", *ENGINES)


def test_ids_of_an_issuer_without_a_system_never_meet_those_of_another():
    reporting = Reporting(issuer_systems={"WARD": "https://ward.example/id"})
    systems = {reporting.system_of(issuer) for issuer in ("", "WARD", "OTHER", "O THER")}
    assert len(systems) == 4
    assert reporting.system_of("WARD") == "https://ward.example/id"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"token_url": "https://id.example/token", "username": "diafan"}, "not both"),
        ({"certificate": "ours.pem"}, "go together"),
        ({"key": "ours.key"}, "go together"),
    ],
)
def test_an_archive_on_the_web_is_called_in_one_way(fields, told):
    archive = {"kind": "dicomweb", "name": "web", "base_url": "https://pacs.example/dicom-web"}
    assert Settings(destinations=[archive]).destinations[0].username == ""
    with pytest.raises(ValidationError, match=told):
        Settings(destinations=[archive | fields])
