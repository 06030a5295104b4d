"""What Diafan is made of: bills that leave nothing out, no secret in the tree, and no known weakness where advisories are reached."""

import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests import supply_chain
from tests.supply_chain import LOCK, ROOT, WEB, Unreachable

VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE).search((ROOT / "pyproject.toml").read_text()).group(1)


@pytest.fixture(scope="module")
def bills():
    return {"python": supply_chain.python_bill(), "web": supply_chain.web_bill()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["python", "web"])
def test_a_bill_is_valid_by_its_schema(bills, name):
    version = SchemaVersion.from_version(bills[name]["specVersion"])
    assert JsonStrictValidator(version).validate_str(json.dumps(bills[name])) is None


@pytest.mark.slow
def test_the_bill_of_python_has_every_locked_package(bills):
    locked = {f"pkg:pypi/{line.replace('==', '@')}" for line in LOCK.read_text().splitlines() if "==" in line}
    assert {one["purl"] for one in bills["python"]["components"]} == locked
    root = bills["python"]["metadata"]["component"]
    assert (root["name"], root["version"]) == ("diafan", VERSION)


@pytest.mark.slow
def test_the_bill_of_the_web_client_has_every_package_that_it_ships(bills):
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    shipped = {
        (path.rpartition("node_modules/")[2], one["version"])
        for path, one in packages.items()
        if path and not one.get("dev") and not one.get("devOptional")
    }
    listed = {
        ("/".join(filter(None, (one.get("group"), one["name"]))), one["version"]) for one in bills["web"]["components"]
    }
    assert shipped
    assert shipped == listed
    assert bills["web"]["metadata"]["component"]["version"] == VERSION


@pytest.mark.slow
def test_nothing_in_the_tree_looks_like_a_secret():
    assert supply_chain.secrets() == []


@pytest.mark.parametrize(
    "secret",
    ["password = '" + "hunter2isnotenough'", "-----BEGIN " + "RSA PRIVATE KEY-----", "https://" + "who:what8@archive.example/"],
)  # fmt: skip
def test_a_secret_is_found_and_not_repeated(monkeypatch, tmp_path, secret):
    monkeypatch.setattr(supply_chain, "ROOT", tmp_path)
    (tmp_path / "site.toml").write_text(f"# of a site\n{secret}\n")
    [found] = supply_chain.secrets()
    assert found.startswith("site.toml:2 ")
    assert secret[12:] not in found


@pytest.mark.slow
@pytest.mark.parametrize("advisories", [supply_chain.python_advisories, supply_chain.web_advisories])
def test_nothing_is_known_against_what_runs(advisories):
    try:
        known = advisories()
    except Unreachable as error:
        pytest.skip(str(error))
    assert known == []
