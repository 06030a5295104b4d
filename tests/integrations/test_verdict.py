"""A signed report: what the physician says stands, what the machine said is not lost, and nothing that FHIR calls final goes back."""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fhir_checks import faults, walk
from fhir_reports import FINDINGS, REPORT, finding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.diagnostic_report import SUPPORT, build_bundle
from integrations.fhir_outcome import patient_data, words
from integrations.verdict import (
    Physician,
    ReportStatus,
    Signed,
    SignedVerdict,
    Stated,
    Verdict,
    own_answer,
)
from integrations.withdrawn_report import withdrawn_bundle
from integrations.words import WORDS
from models.assessment import Call
from models.labels import LABELS, Label

ALICE = Physician("https://id.example/realms/h", "6f0e1c9a", "Łucja Kowalska")
BOB = Physician("https://id.example/realms/h", "b0b")
AGREED, DISAGREED, UNSURE, MISSED, FOUND = (
    Label.PNEUMONIA,
    Label.EDEMA,
    Label.CARDIOMEGALY,
    Label.PNEUMOTHORAX,
    Label.FRACTURE,
)
OF = {r.finding.label: r.finding for r in FINDINGS}
TEXT = "Stan po zabiegu.\n\n  Kontrola   za 3 dni. \x07\n"


def said(**verdicts):
    stated = {}
    for name, (verdict, answer) in verdicts.items():
        call = OF[Label[name]].call
        stated[Label[name]] = Stated(call, verdict, own_answer(call, verdict, answer))
    return stated


SAID = said(
    PNEUMONIA=(Verdict.AGREE, None),
    EDEMA=(Verdict.DISAGREE, Call.ABSENT),
    CARDIOMEGALY=(Verdict.UNSURE, None),
    PNEUMOTHORAX=(Verdict.DISAGREE, None),
    FRACTURE=(Verdict.DISAGREE, None),
)
VERDICT = SignedVerdict(ALICE, datetime(2026, 11, 25, 9, 30, tzinfo=UTC), 1, SAID, TEXT)
OPINION = SignedVerdict(
    BOB, datetime(2026, 11, 25, 10, tzinfo=UTC), 1, said(PNEUMONIA=(Verdict.DISAGREE, None)), "I see none."
)
FINAL = replace(REPORT, revision=2, issued=VERDICT.signed_at, signed=Signed(ReportStatus.FINAL, VERDICT))
APPENDED = replace(
    REPORT, revision=3, issued=OPINION.signed_at, signed=Signed(ReportStatus.APPENDED, VERDICT, (OPINION,))
)
AMENDMENT = replace(
    VERDICT,
    physician=BOB,
    text="",
    stated={**SAID, **said(EDEMA=(Verdict.AGREE, None), ATELECTASIS=(Verdict.AGREE, None))},
)
AMENDED = replace(
    REPORT,
    revision=4,
    issued=VERDICT.signed_at,
    signed=Signed(ReportStatus.AMENDED, AMENDMENT, (), before=frozenset(SAID)),
)
SIGNED = {"final": FINAL, "appended": APPENDED, "amended": AMENDED}
BUNDLES = {name: build_bundle(report) for name, report in SIGNED.items()}
BUNDLE = BUNDLES["final"]


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def observation(bundle, label):
    return next(o for o in resources(bundle, "Observation") if o["code"]["text"].startswith(label.value))


def report_of(bundle):
    [report] = resources(bundle, "DiagnosticReport")
    return report


def security(resource):
    return [label["code"] for label in resource["meta"]["security"]]


def practitioners(bundle):
    """Return the references to people that are not what they must be: logical, so that no bundle writes into a staff directory."""
    signed = (*resources(bundle, "Observation"), report_of(bundle))
    people = [p for r in signed for p in (*r.get("performer", ()), *r.get("resultsInterpreter", ()))]
    return [p for p in people if p["type"] != "Practitioner" or set(p) - {"type", "identifier", "display"}]


@pytest.mark.parametrize("name", SIGNED)
def test_every_validator_finds_a_signed_bundle_valid(name):
    assert faults(BUNDLES[name]) == []
    assert practitioners(BUNDLES[name]) == []
    assert report_of(BUNDLES[name])["status"] == name


@pytest.mark.parametrize("name", SIGNED)
def test_the_same_signature_gives_the_same_bytes(name):
    report = SIGNED[name]
    verdict = replace(report.signed.verdict, stated=dict(reversed(report.signed.verdict.stated.items())))
    shuffled = replace(report, findings=FINDINGS[::-1], signed=replace(report.signed, verdict=verdict))
    assert json.dumps(build_bundle(shuffled)) == json.dumps(BUNDLES[name])


def test_what_was_agreed_stays_the_machines_and_becomes_final():
    before, agreed = observation(build_bundle(REPORT), AGREED), observation(BUNDLE, AGREED)
    changed = {"status", "meta", "performer", "issued", "note"}
    assert {k: v for k, v in agreed.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert agreed["status"] == "final"
    assert agreed["performer"] == [ALICE.as_reference()]
    assert security(agreed) == ["AIAST", "CLINAST"]
    assert agreed["note"][0]["text"].startswith("AI output, confirmed by the physician")


@pytest.mark.parametrize(
    ("label", "answer", "machine"),
    [
        (DISAGREED, "Absent", "indeterminate, probability 0.80"),
        (MISSED, "Present", "absent, probability 0.10"),
        (FOUND, "Present", "not assessed"),
        (UNSURE, "Indeterminate", "absent, probability 0.10"),
    ],
)
def test_where_the_physician_says_otherwise_the_answer_is_theirs_and_the_machines_is_told(label, answer, machine):
    changed = observation(BUNDLE, label)
    assert (changed["status"], changed["valueCodeableConcept"]["text"]) == ("final", answer)
    assert changed["performer"] == [ALICE.as_reference()]
    assert security(changed) == ["CLINAST"]
    assert not {"device", "method", "component", "dataAbsentReason"} & changed.keys()
    assert f"The AI had said{' otherwise' if label is not UNSURE else ''}: {machine}." in changed["note"][0]["text"]


def test_what_nobody_looked_at_stays_preliminary_and_outside_of_the_report():
    silent = [label for label in LABELS if label not in SAID]
    for label in silent:
        left = observation(BUNDLE, label)
        assert (left["status"], security(left), "performer" in left) == ("preliminary", ["AIAST"], False)
        assert "gave no verdict on it" in left["note"][0]["text"]
    ids = {e["fullUrl"]: e["resource"] for e in BUNDLE["entry"]}
    results = [ids[r["reference"]] for r in report_of(BUNDLE)["result"]]
    assert [o["status"] for o in results] == ["final"] * len(SAID)
    conclusion = report_of(BUNDLE)["conclusion"]
    told = conclusion.partition("Without a physician's verdict: ")[2].partition(". ")[0].split(", ")
    assert told == [f"{label} (AI: absent)" for label in silent if OF[label].call is Call.ABSENT]
    nobody = conclusion.partition("Assessed by nobody: ")[2].partition(". ")[0].split(", ")
    assert nobody == [label.value for label in silent if OF[label].call is Call.NOT_ASSESSED]
    assert len(told) + len(nobody) + len(SAID) == len(LABELS)


def test_a_signature_without_a_single_verdict_leaves_a_report_without_results():
    nothing = replace(FINAL, signed=replace(FINAL.signed, verdict=replace(VERDICT, stated={})))
    bundle = build_bundle(nothing)
    assert faults(bundle) == []
    assert "result" not in report_of(bundle)


def test_the_report_names_who_signed_and_says_the_verdict_in_words():
    report = report_of(BUNDLE)
    assert (
        report["performer"]
        == report["resultsInterpreter"]
        == [
            {
                "type": "Practitioner",
                "identifier": {"system": ALICE.system, "value": ALICE.subject},
                "display": ALICE.name,
            }
        ]
    )
    assert report["issued"] == "2026-11-25T09:30:00.000+00:00"
    assert security(report) == ["AIAST", "CLINAST"]
    conclusion = report["conclusion"]
    assert conclusion.startswith("Final report, revision 2, signed by a physician. ")
    for told in (
        "Agreed with the AI: Pneumonia (AI: present, probability 0.80).",
        "Edema is absent (AI: indeterminate, probability 0.80)",
        "Fracture is present (AI: not assessed)",
        "Unsure: Cardiomegaly (AI: absent, probability 0.10).",
        SUPPORT,
        REPORT.model.digest,
    ):
        assert told in conclusion
    assert "not reviewed" not in json.dumps(BUNDLE)
    assert "reliminary AI" not in json.dumps(BUNDLE)


def test_the_physicians_own_words_stand_at_the_end_as_they_were_written_and_nowhere_else():
    conclusion = report_of(BUNDLE)["conclusion"]
    assert conclusion.endswith("\n\nIn the words of the physician: Stan po zabiegu.\nKontrola za 3 dni.")
    assert [path[-1] for path, node in walk(BUNDLE) if "Kontrola" in str(node) and isinstance(node, str)] == [
        "conclusion"
    ]
    assert "own words" not in report_of(BUNDLES["amended"])["conclusion"]


def test_no_patient_is_named_in_what_people_read_of_a_signed_report():
    for bundle in BUNDLES.values():
        prose = [str(n) for path, n in walk(bundle) if path and path[-1] in ("text", "conclusion", "display")]
        assert not [t for t in prose for secret in ("Wiśniewska", "山田", "CANARY", "1961") if secret in t]


def test_a_second_opinion_is_added_and_leaves_every_finding_as_it_was():
    appended = BUNDLES["appended"]
    assert resources(appended, "Observation") == resources(BUNDLE, "Observation")
    report = report_of(appended)
    assert [p["identifier"]["value"] for p in report["resultsInterpreter"]] == [ALICE.subject, BOB.subject]
    assert report["performer"] == [ALICE.as_reference()]
    assert "Second opinion on revision 1: Pneumonia is absent (disagree)." in report["conclusion"]
    assert report["conclusion"].endswith("\nIn the words of the physician: (second opinion) I see none.")
    assert report["issued"] > report_of(BUNDLE)["issued"]


def test_what_was_final_is_amended_and_never_less():
    amended = BUNDLES["amended"]
    statuses = {label: observation(amended, label)["status"] for label in LABELS}
    assert {s for label, s in statuses.items() if label in SAID} == {"amended"}
    assert statuses[Label.ATELECTASIS] == "final"
    assert observation(amended, DISAGREED)["valueCodeableConcept"]["text"] == "Indeterminate"
    assert observation(amended, DISAGREED)["performer"] == [BOB.as_reference()]
    assert "display" not in BOB.as_reference()


def test_a_signature_keeps_every_identifier_whichever_model_is_in_use():
    for bundle in BUNDLES.values():
        assert [(e["fullUrl"], e["request"]) for e in bundle["entry"]] == [
            (e["fullUrl"], e["request"]) for e in build_bundle(REPORT)["entry"]
        ]
    other = replace(AMENDED, model=replace(REPORT.model, digest="cd" * 32), filed_under=REPORT.model.digest)
    mine = {
        e["fullUrl"] for e in BUNDLE["entry"] if e["resource"]["resourceType"] in ("Observation", "DiagnosticReport")
    }
    assert mine <= {e["fullUrl"] for e in build_bundle(other)["entry"]}


@pytest.mark.parametrize(
    ("call", "verdict", "answer", "own"),
    [
        *((call, Verdict.AGREE, None, call) for call in Call),
        *((call, Verdict.UNSURE, None, Call.INDETERMINATE) for call in Call),
        (Call.PRESENT, Verdict.DISAGREE, None, Call.ABSENT),
        (Call.ABSENT, Verdict.DISAGREE, None, Call.PRESENT),
        (Call.NOT_ASSESSED, Verdict.DISAGREE, None, Call.PRESENT),
        (Call.NOT_ASSESSED, Verdict.DISAGREE, Call.ABSENT, Call.ABSENT),
        (Call.INDETERMINATE, Verdict.DISAGREE, None, None),
        (Call.INDETERMINATE, Verdict.DISAGREE, Call.PRESENT, Call.PRESENT),
        (Call.PRESENT, Verdict.DISAGREE, Call.PRESENT, None),
    ],
)
def test_a_verdict_is_an_answer_unless_it_leaves_it_open(call, verdict, answer, own):
    assert own_answer(call, verdict, answer) is own


@pytest.mark.parametrize("language", WORDS)
def test_a_server_that_repeats_what_it_refuses_does_not_bring_the_words_of_a_physician_into_our_errors(language):
    bundle = build_bundle(replace(APPENDED, language=language))
    conclusion = report_of(bundle)["conclusion"]
    issue = {
        "severity": "error",
        "code": "invalid",
        "diagnostics": f"bad: {conclusion[-120:]} by {ALICE.name} ({ALICE.subject})",
    }
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    told = words(outcome, patient_data(bundle))
    assert "bad: " in told
    for secret in ("zabiegu", "Kontrola", "I see none", "Kowalska", ALICE.subject):
        assert secret in words(outcome)
        assert secret not in told
    practitioner = {"severity": "error", "code": "invalid", "diagnostics": "Practitioner is unknown"}
    assert "Practitioner" in words({**outcome, "issue": [practitioner]}, patient_data(BUNDLE))


def test_the_checks_see_a_status_that_there_is_not():
    mutant = copy.deepcopy(BUNDLES["amended"])
    report_of(mutant)["status"] = "amendet"
    assert faults(mutant)
    report_of(mutant)["status"] = "amended"
    observation(mutant, AGREED)["status"] = "appended"
    assert faults(mutant)


def test_a_signed_report_in_polish_says_the_verdict_in_polish_and_a_physician_s_words_as_they_are():
    bundle = build_bundle(replace(APPENDED, language="pl"))
    assert faults(bundle) == []
    conclusion = report_of(bundle)["conclusion"]
    assert conclusion.startswith("Raport uzupełniony, wersja 3, podpisany przez lekarza. ")
    for told in (
        "Lekarz ocenia tak jak AI: Zapalenie płuc (AI: stwierdzono, prawdopodobieństwo 0,80).",
        "Obrzęk płuc: nie stwierdzono (AI: nierozstrzygnięte, prawdopodobieństwo 0,80)",
        "Złamanie: stwierdzono (AI: nie oceniano)",
        "Lekarz nie wie: Kardiomegalia (AI: nie stwierdzono, prawdopodobieństwo 0,10).",
        "Przez nikogo nieocenione: Poszerzenie śródpiersia, Urządzenia medyczne.",
        "Druga opinia do wersji 1: Zapalenie płuc: nie stwierdzono (inaczej niż AI).",
        "Diafan wspiera lekarza i nigdy go nie zastępuje.",
    ):
        assert told in conclusion
    assert conclusion.endswith(
        "\n\nSłowami lekarza: Stan po zabiegu.\nKontrola za 3 dni.\nSłowami lekarza: (druga opinia) I see none."
    )
    notes = {o["code"]["text"]: o["note"][0]["text"] for o in resources(bundle, "Observation")}
    assert notes["Obrzęk płuc"].startswith(
        "Odpowiedź lekarza. Odpowiedź AI była inna: nierozstrzygnięte, prawdopodobieństwo 0,80. Do badań"
    )
    assert notes["Zapalenie płuc"].startswith("Wynik AI, potwierdzony przez lekarza, który podpisał raport. ")
    assert notes["Niedodma"].startswith("Wynik AI. Lekarz, który podpisał raport, nie ocenił go. ")


def test_what_is_withdrawn_is_said_in_the_language_of_the_report():
    bundle = build_bundle(replace(FINAL, language="pl"))
    taken_back = withdrawn_bundle([bundle], VERDICT.signed_at)
    assert faults(taken_back) == []
    told = {report_of(taken_back)["conclusion"], *(o["note"][0]["text"] for o in resources(taken_back, "Observation"))}
    assert told == {
        "Wycofane przez człowieka: tego wyniku Diafan nie wolno używać. Diafan wspiera lekarza i nigdy go nie zastępuje."
    }


CALL = st.sampled_from(Call)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    calls=st.lists(CALL, min_size=14, max_size=14),
    verdicts=st.lists(st.none() | st.sampled_from(Verdict), min_size=14, max_size=14),
    status=st.sampled_from([ReportStatus.FINAL, ReportStatus.AMENDED, ReportStatus.APPENDED]),
    before=st.frozensets(st.sampled_from(LABELS)),
    text=WORDS,
    name=WORDS,
    opinions=st.integers(0, 2),
    language=st.sampled_from(["en", "pl"]),
)
def test_a_signed_report_is_valid_whatever_was_said(calls, verdicts, status, before, text, name, opinions, language):
    stated = {}
    for label, call, verdict in zip(LABELS, calls, verdicts, strict=True):
        answer = own_answer(call, verdict) if verdict else None
        if answer not in {None, Call.NOT_ASSESSED}:
            stated[label] = Stated(call, verdict, answer)
    verdict = replace(VERDICT, physician=replace(ALICE, name=name), stated=stated, text=text)
    report = replace(
        REPORT,
        findings=tuple(finding(label, call) for label, call in zip(LABELS, calls, strict=True)),
        signed=Signed(status, verdict, (replace(OPINION, text=text),) * opinions, before),
        language=language,
    )
    bundle = build_bundle(report)
    assert faults(bundle) == []
    assert practitioners(bundle) == []
    finals = [o for o in resources(bundle, "Observation") if o["status"] != "preliminary"]
    assert len(finals) == len(stated) == len(report_of(bundle).get("result", ()))
