"""``diafan gdpr restrict``, ``lift`` and ``restricted`` as a person gives them: the Patient ID is asked for, and a dry run comes first."""

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from audit.search import search
from service import app as root
from service import cli
from service.settings import Settings
from service.terminal import OPERATOR
from tests.instances import make_instance
from tests.service.gdpr.restricting import accept

TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"


@pytest.fixture
def run(own_installation, tmp_path):
    with root.assemble(Settings()) as diafan:
        accept(diafan, make_instance(tmp_path, PatientID="ASKING-1"))
        with diafan.engine.begin() as db:
            for issuer in ("A", "B"):
                diafan.subjects.named(db, issuer, "SHARED-1")

    def run(command, *words, patient="ASKING-1"):
        result = CliRunner().invoke(cli.app, ["gdpr", command, *words], input=f"{patient}\n")
        return result.exit_code, " ".join(result.output.replace("\n", " ").split())

    return run


def test_a_patient_is_restricted_and_released_by_hand(run):
    code, told = run("restrict", "--ground", "objection")
    assert (code, "Patient ID:" in told, "held: 1 studies, 1 images" in told) == (0, True, True)
    assert "would not be analysed: 1" in told
    assert "a dry run: nothing was changed" in told
    assert run("restricted")[1].endswith("nobody's data are restricted")

    code, told = run("restrict", "--ground", "objection", "--yes")
    assert (code, "restricted: p-" in told) == (0, True)
    code, told = run("restricted")
    assert (code, "objection since 20" in told, "ASKING-1" in told) == (0, True, False)
    code, told = run("restrict", "--ground", "legal-claims", "--yes")
    assert (code, "restricted already" in told) == (1, True)

    code, told = run("lift", "--informed-on", TOMORROW, "--yes")
    assert (code, "Art. 18(3)" in told) == (1, True)
    code, told = run("lift", "--informed-on", TODAY)
    assert (code, "a dry run: nothing was changed" in told) == (0, True)
    code, told = run("lift", "--informed-on", TODAY, "--yes")
    assert (code, "lifted: p-" in told) == (0, True)
    code, told = run("lift", "--informed-on", TODAY, "--yes")
    assert (code, "not restricted" in told) == (1, True)

    with root.assemble(Settings()) as diafan:
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            events = [entry.event for entry in search(db, limit=500)]
    wanted = {"patient-restricted", "patient-released"}
    assert [(e["type"], e["agent"]["id"]) for e in events if e["type"] in wanted] == [
        ("patient-restricted", OPERATOR.id),
        ("patient-released", OPERATOR.id),
    ]
    assert {e["detail"]["kind"] for e in events if e["type"] == "studies-queried"} == {"restricted"}


@pytest.mark.parametrize("words", [("restrict", "--ground", "objection"), ("lift", "--informed-on", TODAY)])
def test_nobody_and_several_are_told_and_one_of_several_is_named(run, words):
    code, told = run(*words, "--yes", patient="NOBODY-1")
    assert (code, "is known here" in told, "nobody" in told) == (1, True, True)
    code, told = run(*words, "--yes", patient="SHARED-1")
    assert (code, "several issuers" in told) == (1, True)
    code, told = run(*words, "--issuer", "A", patient="SHARED-1")
    assert (code == 0, "not restricted" in told) in {(True, False), (False, True)}


def test_a_ground_and_a_day_have_to_be_named(run):
    assert run("restrict", "--yes")[0] == 2
    assert run("restrict", "--ground", "because", "--yes")[0] == 2
    assert run("lift", "--yes")[0] == 2
    assert run("lift", "--informed-on", "yesterday", "--yes")[0] == 2
