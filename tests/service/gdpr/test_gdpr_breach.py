"""The timeline of a breach counts right, says until when, names nobody unasked, and is itself in the log."""

import csv
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from audit.event import Agent, EventType, Outcome
from audit.search import search
from service import app as root
from service import cli
from service.database import owner_engine
from service.gdpr.breach import _GROUP_OF, Group, Verification, Wanted, acts, deadline, tally, verified
from service.gdpr.breach_letter import ROWS_MAX, BreachTimeline
from service.gdpr.breach_words import WORDS as BREACH
from service.gdpr.notice import notice
from service.settings import Settings
from tests.service.gdpr.test_gdpr_documents import NOW, text_of


@pytest.fixture(scope="module")
def since(diafan):
    """Return when a made-up breach began; two patients were seen, one of them taken along."""
    began = diafan.clock()
    with diafan.engine.begin() as db:
        one, two = (diafan.subjects.named(db, "", name) for name in ("BREACH-KANAREK", "BREACH-2"))
        thief = Agent("person", "dr-thief", address="203.0.113.9", roles=("physician",))
        officer = Agent("person", "an-officer", roles=("officer",))
        for patient, study, kind in ((one, "1.2.3", "study"), (one, "1.2.3", "image"), (two, "1.2.4", "findings")):
            diafan.record(db, EventType.STUDY_SHOWN, thief, patient=patient, study=study, detail={"kind": kind})
        diafan.record(db, EventType.STUDIES_QUERIED, thief, detail={"kind": "worklist", "count": 7})
        diafan.record(db, EventType.ACCESS_DENIED, thief, Outcome.SERIOUS_FAILURE, detail={"status": 403})
        diafan.record(db, EventType.AUDIT_EXPORTED, officer, detail={"kind": "csv-named", "after_index": -1})
        diafan.record(db, EventType.IMAGE_ANALYSED, patient=two, study="1.2.4")
    diafan.sequence_log()
    return began


def timeline(diafan, since, *, known_at=None, names=None, **given):
    wanted = Wanted(since, since + timedelta(minutes=5), **given)
    with diafan.engine.begin() as db:
        verification = verified(db, diafan.log_key.public_key())
        found = acts(db, wanted)
    return BreachTimeline(diafan.settings, wanted, found, verification, known_at, names or {}, since)


def test_acts_patients_and_studies_are_counted(diafan, since):
    found = timeline(diafan, since, agent="dr-thief").acts
    by = {group: tally([act for act in found if act.group is group]) for group in Group}
    seen = by[Group.SEEN]
    assert (seen.acts, seen.patients, seen.studies) == (4, 2, 2)
    assert (by[Group.REFUSED].acts, by[Group.TAKEN].acts, by[Group.HANDLED].acts) == (1, 0, 0)
    assert since.isoformat()[:19] <= seen.first <= seen.last
    everybody = timeline(diafan, since).acts
    assert sum(act.is_named_export for act in everybody) == 1
    assert tally([act for act in everybody if act.group is Group.HANDLED]).acts == 1


def test_only_acts_of_the_span_are_told(diafan, since):
    with diafan.engine.begin() as db:
        before = acts(db, Wanted(since - timedelta(days=1), since, agent="dr-thief"))
        after = acts(db, Wanted(diafan.clock(), since + timedelta(days=1), agent="dr-thief"))
    assert (before, after) == ([], [])


def test_an_export_of_the_whole_log_concerns_a_patient_that_is_asked_for_too(diafan, since):
    one = diafan.pseudonym("", "BREACH-KANAREK")
    found = timeline(diafan, since, patients=[one]).acts
    assert {act.patient for act in found} == {one, ""}
    assert {act.type for act in found if act.of_everybody} == {"audit-exported", "studies-queried"}
    assert sum(act.is_named_export for act in found) == 1


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_timeline_says_who_what_and_until_when(diafan, since, language):
    known = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert deadline(known) == datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    made, words = timeline(diafan, since, known_at=known), BREACH[language]
    text = text_of(made.pdf(language))
    for told in (
        "2026-11-29 09:30:00 UTC",
        "dr-thief",
        "203.0.113.9",
        words.groups[Group.SEEN],
        words.groups[Group.REFUSED],
    ):
        assert told in text
    assert words.named_exports.format(count=1) in text
    assert words.lists.format(count=1, rows=7) in text
    assert words.whole.split("{size}")[-1].strip(") ") in text
    for category in ("images", "headers", "results", "lists", "log-named"):
        assert words.categories[category] in text
    assert words.categories["everything"] not in text
    assert "KANAREK" not in text + "".join(made.csv())
    assert words.no_clock in text_of(timeline(diafan, since).pdf(language))
    one = diafan.pseudonym("", "BREACH-KANAREK")
    assert "BREACH-KANAREK" in text_of(timeline(diafan, since, names={one: "BREACH-KANAREK"}).pdf(language))


def test_a_log_that_is_not_what_was_signed_is_said_first(diafan, since):
    made = timeline(diafan, since)
    broken = BreachTimeline(
        made.settings, made.wanted, made.acts, Verification(9, 2, ["entry 4: gone"], 5), None, {}, made.now
    )
    text = text_of(broken.pdf("en"))
    assert "THE LOG IS NOT WHAT WAS SIGNED (9 entries)" in text
    assert "entry 4: gone" in text
    assert "2 entries have no place" in text
    assert "The first 5 entries were retired" in text


def test_a_long_timeline_says_what_it_leaves_out_and_a_spreadsheet_has_all(diafan, since):
    made = timeline(diafan, since, agent="dr-thief")
    many = BreachTimeline(
        made.settings, made.wanted, [made.acts[0]] * (ROWS_MAX + 3), made.verification, None, {}, made.now
    )
    assert "3 more acts are not listed here" in text_of(many.pdf("en"))
    assert len(list(csv.DictReader(io.StringIO("".join(many.csv()))))) == ROWS_MAX + 3


def test_what_an_agent_chose_as_its_name_is_no_formula(diafan, since):
    with diafan.engine.begin() as db:
        diafan.record(db, EventType.TOKEN_REFUSED, Agent("person", "=HYPERLINK(1)"), Outcome.SERIOUS_FAILURE)
    diafan.sequence_log()
    rows = list(csv.DictReader(io.StringIO("".join(timeline(diafan, since).csv()))))
    assert "'=HYPERLINK(1)" in {row["agent"] for row in rows}


def test_what_left_is_counted_by_how_it_left(diafan):
    began = diafan.clock()
    with diafan.engine.begin() as db:
        one = diafan.subjects.named(db, "", "BREACH-3")
        to = {"patient": one, "study": "1.2.5", "destination": "main-pacs"}
        diafan.record(db, EventType.TRANSFER_ENDED, **to)
        diafan.record(db, EventType.TRANSFER_ENDED, outcome=Outcome.MINOR_FAILURE, **to)
        diafan.record(db, EventType.ACCESS_ANSWERED, patient=one, detail={"kind": "by-role"})
        diafan.record(db, EventType.VERDICTS_EXPORTED, detail={"count": 3})
        diafan.record(db, EventType.AUDIT_READ, patient=one, detail={"kind": "breach-timeline-named"})
        diafan.record(db, EventType.AUDIT_READ, detail={"kind": "verification"})
    diafan.sequence_log()
    made = timeline(diafan, began, patients=[one])
    assert [act.type for act in made.acts if act.of_everybody] == ["verdicts-exported"]
    text = text_of(made.pdf("en"))
    told = BREACH["en"].other_ways.format(exports=0, verdicts=1, answers=1, deliveries=1, places="main-pacs", failed=1)
    assert told in text
    assert BREACH["en"].named_exports.format(count=1) in text


def test_a_log_that_was_changed_is_said_at_the_command_line_and_in_the_document(tmp_path, own_installation):
    with root.assemble(Settings()) as diafan:
        with diafan.engine.begin() as db:
            diafan.record(db, EventType.ACCESS_DENIED, Agent("person", "a-thief"), Outcome.SERIOUS_FAILURE)
        diafan.sequence_log()
        with owner_engine(diafan.settings, diafan.database) as owner, owner.begin() as db:
            changed = db.execute(sa.text("update audit.entry set event = replace(event, 'a-thief', 'nobody')"))
            assert changed.rowcount
    out = tmp_path / "b.pdf"
    span = ("--since", "2020-01-01", "--until", "2100-01-01", "--out", str(out))
    done = CliRunner().invoke(cli.app, ["gdpr", "breach", *span])
    assert done.exit_code == 0, done.output
    assert "not what was signed" in done.output
    assert "THE LOG IS NOT WHAT WAS SIGNED" in text_of(out.read_bytes())


def test_every_way_out_is_in_a_group():
    assert {"study-shown", "studies-queried", "audit-read", "audit-exported", "access-denied"} <= set(_GROUP_OF)
    assert set(_GROUP_OF) <= {kind.value for kind in EventType}


def test_at_the_command_line_the_timeline_leaves_an_entry_and_the_others_leave_none(tmp_path, own_installation):
    with root.assemble(Settings()) as diafan:
        with diafan.engine.begin() as db:
            patient = diafan.subjects.named(db, "MPI", "KANAREK-9")
            diafan.record(db, EventType.STUDY_SHOWN, Agent("person", "somebody"), patient=patient, study="1.2.3", detail={"kind": "study"})  # fmt: skip
        before = count(diafan)
    run = CliRunner()

    def do(*words):
        return run.invoke(cli.app, ["gdpr", *words])

    for words in (("notice", "n.pdf"), ("record", "r.pdf"), ("record", "r.json"), ("assessment", "a.pdf")):
        out = tmp_path / words[1]
        done = do(words[0], "--out", str(out), "--language", "pl")
        assert done.exit_code == 0, done.output
        assert out.stat().st_size > 1000
    with root.assemble(Settings()) as diafan:
        assert count(diafan) == before
    span = ("--since", "2020-01-01", "--until", "2100-01-01T00:00:00+02:00")
    asked = (*span, "--patient", patient, "--known-at", "2026-11-26T09:30", "--out")
    plain = do("breach", *asked, str(tmp_path / "b.csv"))
    assert (plain.exit_code, "2026-11-29 09:30 UTC" in plain.output) == (0, True), plain.output
    assert patient in (tmp_path / "b.csv").read_text()
    assert "KANAREK" not in (tmp_path / "b.csv").read_text() + text_of(notice(Settings(), "en", NOW))
    named = do("breach", *asked, str(tmp_path / "b.pdf"), "--named")
    assert named.exit_code == 0, named.output
    text = text_of((tmp_path / "b.pdf").read_bytes())
    assert "KANAREK-9 (MPI)" in text
    assert patient not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.csv", "b.pdf", "n.pdf", "r.json", "r.pdf"]
    with root.assemble(Settings()) as diafan:
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            first, second = search(db, types=[EventType.AUDIT_READ])
    assert first.event["detail"]["kind"] == "breach-timeline"
    assert second.event["detail"]["kind"] == "breach-timeline-named"
    assert {first.event["patient"], second.event["patient"]} == {patient}
    assert first.event["purpose"] == "HCOMPL"


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "2026-01-01", "--until", "2026-01-02", "--out", "b.txt"),
        ("--since", "2026-01-02", "--until", "2026-01-01", "--out", "b.pdf"),
        ("--since", "2026-01-01", "--until", "2026-01-02", "--out", "b.pdf", "--patient", "KANAREK-9"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(own_installation, words):
    done = CliRunner().invoke(cli.app, ["gdpr", "breach", *words])
    assert done.exit_code == 2
    assert "KANAREK" not in done.output
    assert not Path(os.environ["DIAFAN_DATA_DIR"]).joinpath("postgres").exists()


def count(diafan):
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        return db.scalar(sa.text("select count(*) from audit.entry"))
