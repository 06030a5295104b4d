"""Rules of a site: the first that fits decides; what cannot be meant is refused when it is read."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from integrations.instance import DeclineCode, read_instance
from models.registry import ModelRefused
from service.cli import app
from service.rules import Routed, RulesRefused, read_rules
from tests.instances import CARDIOMEGALY, make_instance

PLACES = ("pacs", "ehr")


def digest_of(name):
    """Know one model."""
    if name != "chest":
        raise ModelRefused(f"no model is called {name!r}: there are chest:1")
    return "c" * 64


RULES = """
[[rule]]
name = "children"
when = { age_below = 18 }
then = "decline"

[[rule]]
name = "intensive care"
when = { calling_ae = ["ICU-*", "ward-7"], view = ["AP"] }
unless = { study_description = ["*trial*"] }
then = "analyse"
destinations = ["pacs"]

[[rule]]
name = "adults of the department"
when = { calling_ae = ["PACS1"], age_from = 18, modality = ["DX"], body_part = ["CHEST"] }
then = "analyse"
model = "chest"

[[rule]]
name = "nobody else"
then = "decline"
"""


@pytest.fixture(scope="module")
def chest(tmp_path_factory):
    file = make_instance(
        tmp_path_factory.mktemp("chest"), CARDIOMEGALY, PatientAge="047Y", ViewPosition="AP", BodyPartExamined="CHEST",
        StudyDescription="Chest portable", SeriesDescription="AP", Modality="DX",
    )  # fmt: skip
    return read_instance(file)


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
        return tmp_path / "rules.toml"

    return write


@pytest.mark.parametrize(
    ("changes", "calling", "rule", "destinations"),
    [
        ({}, "ICU-3", "intensive care", ("pacs",)),
        ({}, "icu-3", "intensive care", ("pacs",)),
        ({}, "WARD-7", "intensive care", ("pacs",)),
        ({}, "ICU", "nobody else", None),
        ({"view": "PA"}, "ICU-3", "nobody else", None),
        ({"age_years": 17.99}, "ICU-3", "children", None),
        ({"age_years": 18.0}, "PACS1", "adults of the department", None),
        ({"age_years": None}, "PACS1", "nobody else", None),
        ({"modality": "CR"}, "PACS1", "nobody else", None),
        ({"body_part": ""}, "PACS1", "nobody else", None),
        ({}, "upload", "nobody else", None),
    ],
)
def test_the_first_rule_that_fits_decides(chest, write, changes, calling, rule, destinations):
    decision = read_rules(write(RULES), PLACES, digest_of).decide(Routed(replace(chest, **changes), calling))
    assert decision.rule.name == rule
    assert decision.destinations == destinations
    assert decision.model == ("c" * 64 if rule == "adults of the department" else "")
    declined = decision.declined
    assert (declined is not None) == (rule in {"children", "nobody else"})
    if declined:
        assert declined.code is DeclineCode.SITE_RULE
        assert rule in declined.reason


def test_what_unless_says_is_left_to_later_rules(chest, write):
    trial = replace(chest, study=replace(chest.study, study_description="Trial 7 chest"))
    assert read_rules(write(RULES), PLACES, digest_of).decide(Routed(trial, "ICU-3")).rule.name == "nobody else"


def test_without_rules_everything_is_analysed_and_goes_everywhere(chest):
    decision = read_rules(None, PLACES, digest_of).decide(Routed(chest, "ANY"))
    assert (decision.rule, decision.declined, decision.destinations) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]]\nname = 'a'", "rule.0.then"),
        ("[[rule]]\nname = 'a'\nthen = 'reject'", "rule.0.then"),
        ("[[rule]]\nname = 'a'\nthen = 'analyse'\nwhen = {}", "holds no line"),
        ("[[rule]]\nname = 'a'\nthen = 'analyse'\nwhen = { modallity = ['DX'] }", "modallity"),
        ("[[rule]]\nname = 'a'\nthen = 'analyse'\nwhen = { age_from = 18, age_below = 18 }", "no age is from"),
        ("[[rule]]\nname = 'a'\nthen = 'decline'\ndestinations = ['pacs']", "goes nowhere"),
        ("[[rule]]\nname = 'a'\nthen = 'analyse'\ndestinations = ['pac']", "no destination pac (there are: pacs, ehr)"),
        ("[[rule]]\nname = 'a'\nthen = 'decline'\nmodel = 'chest'", "no model looks"),
        ("[[rule]]\nname = 'a'\nthen = 'analyse'\nmodel = 'chset'", "no model is called 'chset': there are chest:1"),
        ("[[rule]]\nname = 'a'\nthen = 'decline'\n" * 2, "the same name"),
        ("[[rule]\n", "rules.toml"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(write, text, words):
    with pytest.raises(RulesRefused) as refused:
        read_rules(write(text), PLACES, digest_of)
    assert words in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RulesRefused, match="nowhere"):
        read_rules(tmp_path / "nowhere.toml", PLACES, digest_of)


def test_the_command_says_what_would_happen_and_why(tmp_path, write, monkeypatch):
    monkeypatch.setenv("DIAFAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    rules = write(RULES.replace('"pacs"', '"outbox"').replace('"chest"', '"bundled"'))
    chest = make_instance(
        tmp_path, CARDIOMEGALY, PatientName="Canary^Patient", PatientAge="047Y", ViewPosition="AP", Modality="DX"
    )
    said = CliRunner().invoke(app, ["route", str(chest), "--rules", str(rules), "--calling", "ICU-3"])
    assert said.exit_code == 0, said.output
    assert "rule children" in said.output
    assert "age is not below 18" in said.output
    assert "analysed by the model in use; results go to: outbox" in said.output
    assert "Canary" not in said.output
    said = CliRunner().invoke(app, ["route", str(chest), "--rules", str(rules), "--calling", "PACS1"])
    assert "analysed by nih-demonstration:" in said.output
    said = CliRunner().invoke(app, ["route", str(chest), "--rules", str(rules), "--calling", "ELSEWHERE"])
    assert "declined by a rule of this site: nobody else" in said.output
    (tmp_path / "text.dcm").write_text("no DICOM")
    said = CliRunner().invoke(app, ["route", str(tmp_path / "text.dcm"), "--rules", str(rules)])
    assert said.exit_code == 1
    assert not (tmp_path / "data").exists(), "a question leaves nothing behind"
