"""The repository itself: what it ships fits together."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def test_the_compose_file_is_valid_by_the_compose_schema():
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_every_service_of_the_compose_file_listens_on_this_machine_only():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert [p for p in ports if not p.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("package", ["audit", "integrations", "models", "service"])
def test_no_other_distribution_ships_a_package_of_our_names(package):
    assert set(packages_distributions().get(package, [])) <= {"diafan"}


@pytest.mark.parametrize(
    "command",
    [[], ["serve"], ["send"], ["status"], ["retry"], ["token"], ["sign-in"], ["audit", "verify"], ["check"], ["demo"]],
)
def test_every_command_says_what_it_is_for(command):
    told = subprocess.run(
        [sys.executable, "-m", "service.cli", *command, "--help"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert "Usage" in told.stdout
    assert len(told.stdout.splitlines()) > 5


def test_the_lock_files_agree():
    run = set((ROOT / "requirements.lock").read_text().splitlines())
    dev = set((ROOT / "requirements-dev.lock").read_text().splitlines())
    assert {line for line in run if "==" in line} <= dev


def test_every_threat_names_a_test_that_is_there():
    rows = [
        line for line in (ROOT / "SECURITY.md").read_text().splitlines() if re.match(r"\| [\w ]+ \| [STRIDE] ", line)
    ]
    assert {row.split("|")[2].split()[0] for row in rows} == set("STRIDE")
    for row in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert tests, row
        assert [test for test in tests if not (ROOT / test).is_file()] == [], row
