"""The log taken along: by API and command line, proved offline, for a spreadsheet, and with names where an officer asks for them."""

import base64
import csv
import io
import json
import os

import pytest
from typer.testing import CliRunner

from audit.checkpoint import read_note
from audit.keys import read_public_pem
from audit.merkle import is_consistent, is_included
from audit.offline import judge
from service import cli
from service.access import Scope
from service.audit_export import AuditExport, ExportFormat
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload

PATIENT = "EXPORTED-1"


@pytest.fixture(scope="module")
def study(api, tmp_path_factory):
    file = make_instance(tmp_path_factory.mktemp("x"), PatientID=PATIENT, IssuerOfPatientID="MPI")
    with api.client(*READ_WRITE, subject="=cmd()") as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
    return result


@pytest.fixture
def officer(api, study):
    with api.client(Scope.AUDIT_READ, subject="officer") as client:
        yield client


@pytest.fixture
def patient(officer):
    return officer.post("/audit/pseudonym", json={"issuer": "MPI", "patient_id": PATIENT}).json()["patient"]


def key(officer):
    return read_public_pem(officer.get("/audit/public-key").content)


def test_the_whole_log_proves_itself_elsewhere(api, officer):
    answer = officer.get("/audit/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"].startswith('attachment; filename="diafan-audit-')
    found = judge(answer.text.splitlines(), key(officer))
    assert (found.faults, found.whole, found.unjudged) == ([], True, [])
    assert PATIENT not in answer.text
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"], event["detail"]) == ("audit-exported", "officer", {"kind": "ndjson", "after_index": -1})  # fmt: skip


def test_who_hangs_up_midway_leaves_nothing_open(api, officer):
    export = AuditExport(api.diafan.log_key.public_key(), api.diafan.subjects, {})
    with api.diafan.engine.begin() as db:
        lines = export.lines(db, ExportFormat.NDJSON)
        assert [next(lines), next(lines)]
        lines.close()
    with officer.stream("GET", "/audit/export") as answer:
        assert next(answer.iter_lines())


def test_from_a_checkpoint_on_the_rest_proves_itself(officer):
    note = officer.get("/audit/checkpoint").text
    size = int(note.split("\n")[1])
    officer.get("/audit", params={"limit": 1})
    found = judge(officer.get("/audit/export", params={"first": size}).text.splitlines(), key(officer))
    assert found.faults == []
    assert found.count == found.size - size > 0
    is_problem(officer.get("/audit/export", params={"first": 10**9}), 404)


def test_what_was_done_to_a_patient_is_proved_entry_by_entry_and_named_on_request(officer, patient):
    query = {"patient": patient}
    plain = officer.get("/audit/export", params=query).text
    found = judge(plain.splitlines(), key(officer))
    assert (found.faults, found.whole) == ([], False)
    assert found.count > 5
    assert PATIENT not in plain
    named = officer.get("/audit/export", params={**query, "named": True}).text.splitlines()
    assert judge(named, key(officer)).faults == [], "names stand beside what was hashed"
    lines = [json.loads(line) for line in named[1:-1]]
    assert all(line["named"]["patient_id"] == PATIENT and line["named"]["issuer"] == "MPI" for line in lines)
    assert any("study_instance_uid" in line["named"] for line in lines)


def test_a_spreadsheet_gets_rows_and_no_formulas(officer, patient):
    answer = officer.get("/audit/export", params={"format": "csv", "patient": patient, "named": True})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["patient"] for row in rows} == {patient}
    assert {row["patient_id"] for row in rows} == {PATIENT}
    assert {"instance-received", "report-written"} <= {row["type"] for row in rows}
    uploaded = next(row for row in rows if row["agent"].endswith("cmd()"))
    assert uploaded["agent"] == "'=cmd()"
    assert {row["legal_basis"] for row in rows} == {"gdpr-6-1-c+gdpr-9-2-h"}
    plain = officer.get("/audit/export", params={"format": "csv", "patient": patient}).text
    assert PATIENT not in plain


def test_proofs_come_one_by_one_too(officer):
    old = read_note(officer.get("/audit/checkpoint").text, key(officer))
    proved = officer.get("/audit/proof", params={"index": old.size - 1}).json()
    new = read_note(proved["checkpoint"], key(officer))

    def nodes(path):
        return [base64.b64decode(node) for node in path]

    assert is_included(bytes.fromhex(proved["leaf_hash"]), old.size - 1, new.size, nodes(proved["path"]), new.root)
    grown = officer.get("/audit/consistency", params={"old": old.size}).json()
    newest = read_note(grown["checkpoint"], key(officer))
    assert is_consistent(old.size, old.root, newest.size, newest.root, nodes(grown["path"]))
    is_problem(officer.get("/audit/proof", params={"index": 10**9}), 404)
    is_problem(officer.get("/audit/consistency", params={"old": 10**9}), 404)


def test_nobody_but_an_officer_takes_the_log_along(api):
    with api.client(*(set(Scope) - {Scope.AUDIT_READ})) as client:
        for path in ("/audit/export", "/audit/checkpoint", "/audit/public-key", "/audit/proof?index=0", "/audit/consistency?old=1"):  # fmt: skip
            is_problem(client.get(path), 403)


@pytest.fixture
def run(own_installation):
    """Return the command line on a data folder of its own."""
    runner = CliRunner()

    def run(*words: object):
        result = runner.invoke(cli.app, ["audit", *map(str, words)])
        return result.exit_code, result.output

    return run


def test_an_officer_verifies_a_file_at_home_with_nothing_but_the_key(run, tmp_path):
    (tmp_path / "key.pem").write_text(run("public-key")[1])
    (tmp_path / "note").write_text(run("rotate-key")[1] and run("checkpoint")[1])
    file = tmp_path / "log.ndjson"
    assert run("export", "--out", file)[0] == 0
    home = ("verify", file, "--key", tmp_path / "key.pem", "--since", tmp_path / "note")
    code, told = run(*home)
    assert (code, "none changed, missing or out of order, and as 1 checkpoints kept elsewhere say" in told.replace("\n", " ")) == (0, True)  # fmt: skip
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], lines[1].replace("subject-key-changed", "service-started"), *lines[2:]]))
    code, told = run(*home)
    assert (code, "entry 0: not what was signed" in told) == (1, True)
    file.write_text("".join(lines[:-2]))
    assert "the export was cut" in run(*home)[1]
    assert run("verify", file)[0] == 2, "the key is needed"
    assert "no export" in run("verify", tmp_path / "note", "--key", tmp_path / "key.pem")[1]


def test_the_database_is_verified_against_what_was_kept(run, tmp_path):
    run("rotate-key")
    (tmp_path / "note").write_text(run("checkpoint")[1])
    assert run("verify", "--since", tmp_path / "note")[0] == 0
    data = os.environ["DIAFAN_DATA_DIR"]
    assert run("verify", "--since", f"{data}/witness.ndjson")[0] == 0, "the checkpoint told the file, too"
    assert run("export", "--out", tmp_path / "log.txt")[0] == 2
    assert run("export", "--out", tmp_path / "log.csv", "--named")[0] == 0
    assert "subject-key-changed" in (tmp_path / "log.csv").read_text()
