"""The guide for EHRs: what it says to put into the settings loads as settings, and says what it means."""

import re
import tomllib
from pathlib import Path

import pytest

from integrations import fhir_client
from service.destination_settings import EhrDestination
from service.settings import Settings
from service.smart_scope import read_system_scope

GUIDE = Path(fhir_client.__file__).with_name("EHR.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    def load(block):
        file = tmp_path / "diafan.toml"
        file.write_text(block, encoding="utf-8")
        monkeypatch.setenv("DIAFAN_CONFIG", str(file))
        return Settings()

    return load


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_of_settings_loads(block, loaded):
    settings = loaded(block)
    assert tomllib.loads(block).keys() <= settings.model_fields_set


def test_the_blocks_are_those_of_the_guide_and_a_wrong_one_would_not_load(loaded):
    assert len(BLOCKS) == 4
    with pytest.raises(ValueError, match="client_idz"):
        loaded(BLOCKS[1] + "client_idz = true\n")


def test_the_client_by_key_is_whole_and_asks_for_what_a_transaction_needs(loaded):
    [ehr] = loaded(BLOCKS[2]).destinations
    assert isinstance(ehr, EhrDestination)
    assert ehr.client_authentication == "private_key_jwt"
    acts = dict(scope.removeprefix("system/").split(".") for scope in ehr.scope.split())
    written = {"Patient": "c", "Device": "c", "DocumentReference": "c", "ImagingStudy": "cu", "Observation": "cu"}
    written |= {"DiagnosticReport": "cu", "Provenance": "u"}
    assert acts.keys() == written.keys()
    assert all(set(needed) <= set(acts[kind]) for kind, needed in written.items())


def test_the_scope_for_reading_is_one_that_the_api_knows():
    assert "system/*.rs" in GUIDE
    assert read_system_scope("system/*.rs") is not None


def test_every_setting_that_the_guide_names_is_one():
    ehr = set(EhrDestination.model_fields)
    for name in ("client_ids", "if_match", "entries_per_transaction", "token_url", "client_authentication"):
        assert name in ehr
        assert name in GUIDE
