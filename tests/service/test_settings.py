"""Settings: documented, strict, and closed by default."""

from typing import get_args

import pytest
from pydantic import ValidationError

from models.engine import ENGINES
from service.settings import EhrDestination, FolderDestination, Oidc, PacsDestination, Reporting, Settings
from tests.conftest import DATA

README = (DATA.parents[1] / "README.md").read_text()


@pytest.mark.parametrize("part", [Settings, Oidc, Reporting, FolderDestination, PacsDestination, EhrDestination])
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
    assert Settings(**{field: "0.0.0.0", "oidc": {"issuer": "https://id.example"}}).oidc is not None


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
