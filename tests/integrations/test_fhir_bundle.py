"""The transaction bundle: valid, complete, the same each time, and silent on what it must not say."""

import base64
import copy
import hashlib
import json
import math
import re
from dataclasses import replace

import pytest
from fhir_checks import by_fhir_resources, faults, walk
from fhir_reports import CARDED, FINDINGS, IMAGE, LATE, NEVER, POLISH, REPORT, REVISED, STUDY, finding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.diagnostic_report import SUPPORT, Unreportable, build_bundle
from integrations.fhir_validity import faults_of
from integrations.uids import device_uid
from models.assessment import Call
from models.labels import LABELS, Label


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def requests(bundle, kind):
    return [e["request"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def observation(bundle, label):
    return next(o for o in resources(bundle, "Observation") if o["code"]["text"].startswith(label.value))


BUNDLE = build_bundle(REPORT)
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


@pytest.mark.parametrize(
    "report", [REPORT, LATE, CARDED, REVISED, POLISH, replace(REVISED, create_patient=False, owns_imaging_study=True)]
)
def test_every_validator_finds_the_bundle_valid(report):
    assert faults(build_bundle(report)) == []


def test_the_same_report_gives_the_same_bytes_whatever_the_order_of_its_parts():
    shuffled = replace(REPORT, findings=FINDINGS[::-1], instances=REPORT.instances[::-1])
    assert json.dumps(build_bundle(shuffled)) == json.dumps(BUNDLE)


def test_each_label_has_one_preliminary_observation_in_label_order():
    observations = resources(BUNDLE, "Observation")
    assert [o["code"]["coding"][-1]["display"] for o in observations] == list(LABELS)
    assert resources(BUNDLE, "DiagnosticReport")[0]["result"] == [
        {"reference": e["fullUrl"]} for e in BUNDLE["entry"] if e["resource"]["resourceType"] == "Observation"
    ]


def test_nothing_claims_to_be_final():
    statuses = {r["resource"]["resourceType"]: r["resource"].get("status") for r in BUNDLE["entry"]}
    assert statuses["DiagnosticReport"] == statuses["Observation"] == "preliminary"
    assert not {"final", "amended", "corrected"} & {str(node) for _, node in walk(BUNDLE)}
    assert "resultsInterpreter" not in json.dumps(BUNDLE)


def test_an_answer_carries_its_numbers_its_image_its_device_and_its_method():
    pneumonia = observation(BUNDLE, Label.PNEUMONIA)
    assert pneumonia["valueCodeableConcept"]["coding"][0]["code"] == "52101004"
    raw, probability, threshold, image = pneumonia["component"]
    assert [c["valueQuantity"]["value"] for c in (raw, probability, threshold)] == [-1.2346, 0.8, 0.5]
    assert image["valueString"] == f"urn:oid:{IMAGE}"
    assert pneumonia["device"]["reference"] == BUNDLE["entry"][1]["fullUrl"]
    assert pneumonia["method"]["text"] == "Image classification by demo-resnet50 1.0.0"
    assert observation(BUNDLE, Label.EDEMA)["valueCodeableConcept"]["text"] == "Indeterminate"
    assert observation(BUNDLE, Label.CONSOLIDATION)["valueCodeableConcept"]["text"] == "Absent"


@pytest.mark.parametrize("label", NEVER)
def test_a_label_that_was_not_assessed_has_a_reason_and_no_number(label):
    silent = observation(BUNDLE, label)
    assert silent["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "component" not in silent
    assert not [node for _, node in walk(silent) if isinstance(node, (int, float))]
    conclusion = resources(BUNDLE, "DiagnosticReport")[0]["conclusion"]
    assert f"{label} (" not in conclusion
    assert label in conclusion.split("Not assessed by this model: ")[1].split(".")[0]


def test_what_a_machine_said_is_labelled_so_and_says_what_it_is_for():
    for resource in (*resources(BUNDLE, "Observation"), *resources(BUNDLE, "DiagnosticReport")):
        assert resource["meta"]["security"][0]["code"] == "AIAST"
        text = resource.get("conclusion") or resource["note"][0]["text"]
        assert REPORT.intended_use in text
        assert SUPPORT in text
        assert "not reviewed by a physician" in text


def test_the_device_is_the_model_with_its_version_and_manifest_digest():
    (device,) = resources(BUNDLE, "Device")
    assert device["identifier"][0]["value"] == REPORT.model.digest
    assert device["identifier"][1] == {"system": "urn:dicom:uid", "value": f"urn:oid:{device_uid(REPORT.model)}"}
    assert device["version"] == [{"value": "1.0.0"}]
    assert device["type"]["coding"][0]["code"] == "Artificial-Intelligence"


def test_the_card_is_where_device_and_provenance_point_and_is_the_model_s_own():
    carded = build_bundle(CARDED)
    [card] = [e for e in carded["entry"] if e["resource"]["resourceType"] == "DocumentReference"]
    [attachment] = [c["attachment"] for c in card["resource"]["content"]]
    assert base64.b64decode(attachment["data"]) == CARDED.cards[REPORT.model.digest]
    [device] = resources(carded, "Device")
    assert {"reference": card["fullUrl"]} in [e.get("valueReference") for e in device["extension"]]
    [provenance] = resources(carded, "Provenance")
    assert {"role": "derivation", "what": {"reference": card["fullUrl"]}} in provenance["entity"]
    assert card["request"] == {
        "method": "POST",
        "url": "DocumentReference",
        "ifNoneExist": "identifier=https://diafan.example/fhir/identifier/model-card-sha256|"
        + hashlib.sha256(CARDED.cards[REPORT.model.digest]).hexdigest(),
    }


def test_the_provenance_says_who_made_all_of_it_of_what_and_who_verified_it():
    [provenance] = resources(BUNDLE, "Provenance")
    made = [
        e["fullUrl"] for e in BUNDLE["entry"] if e["resource"]["resourceType"] in ("Observation", "DiagnosticReport")
    ]
    assert [t["reference"] for t in provenance["target"]] == made
    assert [a["type"]["coding"][0]["code"] for a in provenance["agent"]] == ["author"]
    assert provenance["entity"][0]["what"]["identifier"]["value"] == f"urn:oid:{IMAGE}"
    assert provenance["entity"][1]["what"]["identifier"]["value"] == REPORT.model.digest
    assert requests(BUNDLE, "Provenance") == [{"method": "PUT", "url": f"Provenance/{provenance['id']}"}]


def test_the_report_is_based_on_the_order_and_codes_what_is_called():
    [report] = resources(BUNDLE, "DiagnosticReport")
    assert report["basedOn"][0]["identifier"]["value"] == "ACC-4711"
    assert [c["text"] for c in report["conclusionCode"]] == ["Pneumonia"]
    nothing = replace(REPORT, findings=tuple(finding(label, Call.ABSENT) for label in LABELS))
    assert "conclusionCode" not in resources(build_bundle(nothing), "DiagnosticReport")[0]


def test_confidence_is_how_probable_it_is_that_the_answer_is_right():
    said = {
        o["code"]["text"].partition(" (")[0]: o.get("valueCodeableConcept", {})
        for o in resources(BUNDLE, "Observation")
    }
    assert said["Pneumonia"]["extension"][0]["valueDecimal"] == 0.8
    assert said["Cardiomegaly"]["extension"][0]["valueDecimal"] == 0.9
    assert "extension" not in said["Edema"]


def test_the_imaging_study_says_where_its_images_can_be_read_if_anywhere():
    [study] = resources(build_bundle(CARDED), "ImagingStudy")
    assert study["contained"][0]["address"] == "https://x.example/dicom-web"
    assert study["endpoint"] == [{"reference": "#wado-rs"}]
    assert not {"contained", "endpoint"} & resources(BUNDLE, "ImagingStudy")[0].keys()


def test_the_imaging_study_lists_sources_and_our_results():
    (study,) = resources(BUNDLE, "ImagingStudy")
    assert (study["numberOfSeries"], study["numberOfInstances"]) == (2, 3)
    assert [[i["uid"] for i in s["instance"]] for s in study["series"]] == [[IMAGE], ["2.25.71", "2.25.72"]]


def test_a_study_that_is_kept_up_lists_the_structured_report_of_every_revision():
    [study] = resources(build_bundle(replace(REVISED, owns_imaging_study=True)), "ImagingStudy")
    assert study["series"][-1]["modality"]["code"] == "SR"
    assert [i["uid"] for i in study["series"][-1]["instance"]] == ["2.25.91", "2.25.92"]
    assert (study["numberOfSeries"], study["numberOfInstances"], study["series"][-1]["numberOfInstances"]) == (3, 6, 2)


def test_a_study_that_is_written_once_names_the_series_of_the_reports_and_none_that_will_be_superseded():
    [study] = resources(build_bundle(REVISED), "ImagingStudy")
    assert study["series"][-1].keys() == {"uid", "modality"}
    assert study["series"][-1]["uid"] == "2.25.9"
    assert (study["numberOfSeries"], study["numberOfInstances"]) == (3, 4)


def test_the_report_is_found_by_the_uid_of_each_of_its_structured_reports_and_written_by_its_own_identifier():
    [report], [request] = resources(build_bundle(REVISED), "DiagnosticReport"), requests(BUNDLE, "DiagnosticReport")
    assert report["identifier"][1:] == [{"system": "urn:dicom:uid", "value": f"urn:oid:2.25.9{n}"} for n in (1, 2)]
    assert requests(build_bundle(REVISED), "DiagnosticReport") == [request]
    assert "urn:dicom:uid" not in request["url"]


def test_in_polish_what_people_read_is_polish_and_displays_stay_what_terminology_servers_know():
    english, polish = build_bundle(CARDED), build_bundle(POLISH)
    assert {r["language"] for k in ("Observation", "DiagnosticReport") for r in resources(polish, k)} == {"pl"}
    pneumonia = next(o for o in resources(polish, "Observation") if o["code"]["text"] == "Zapalenie płuc")
    assert pneumonia["code"]["coding"][0] == {
        "system": "http://snomed.info/sct",
        "code": "233604007",
        "display": "Pneumonia",
        "_display": {
            "extension": [
                {
                    "url": TRANSLATION,
                    "extension": [
                        {"url": "lang", "valueCode": "pl"},
                        {"url": "content", "valueString": "Zapalenie płuc"},
                    ],
                }
            ]
        },
    }
    assert pneumonia["valueCodeableConcept"]["text"] == "Stwierdzono"
    assert pneumonia["method"]["text"] == "Klasyfikacja obrazu: demo-resnet50 1.0.0"
    assert pneumonia["note"][0]["text"] == (
        "Wynik AI, bez oceny lekarza. Do badań naukowych, nie do diagnostyki. Diafan wspiera lekarza i nigdy go nie zastępuje."
    )
    [report] = resources(polish, "DiagnosticReport")
    assert report["conclusion"] == (
        "Wstępny wynik AI, wersja 1, bez oceny lekarza. Stwierdzono: Zapalenie płuc (prawdopodobieństwo 0,80). "
        "Nierozstrzygnięte, AI nie potrafi odpowiedzieć: Obrzęk płuc (prawdopodobieństwo 0,80). "
        "Nie oceniano: Poszerzenie śródpiersia, Złamanie, Urządzenia medyczne. "
        "Do badań naukowych, nie do diagnostyki. Diafan wspiera lekarza i nigdy go nie zastępuje. "
        f"Model: demo-resnet50 1.0.0, SHA-256 manifestu {REPORT.model.digest}."
    )
    for kind in ("Patient", "Device", "DocumentReference", "ImagingStudy", "Provenance"):
        assert resources(polish, kind) == resources(english, kind)
    assert [(e["fullUrl"], e["request"]) for e in polish["entry"]] == [
        (e["fullUrl"], e["request"]) for e in english["entry"]
    ]


def without_translation(node):
    if isinstance(node, dict):
        return {
            k: without_translation(v)
            for k, v in node.items()
            if k not in ("_display", "text", "conclusion", "language")
        }
    return [without_translation(one) for one in node] if isinstance(node, list) else node


def test_a_language_changes_words_and_nothing_that_a_machine_reads():
    assert without_translation(build_bundle(POLISH)) == without_translation(build_bundle(CARDED))
    assert "translation" not in json.dumps(build_bundle(CARDED))


def test_no_english_is_left_in_what_a_polish_reader_sees():
    for resource in (o for kind in ("Observation", "DiagnosticReport") for o in resources(build_bundle(POLISH), kind)):
        prose = [str(node) for path, node in walk(resource) if path and path[-1] in ("text", "conclusion")]
        english = re.compile(r"\b(the|of|is|not|absent|present|physician|assessed|image)\b", re.IGNORECASE)
        assert not [text for text in prose if english.search(text)]


def test_nothing_called_is_no_proof_of_health():
    nothing = replace(REPORT, findings=tuple(finding(label, Call.ABSENT) for label in LABELS))
    [report] = resources(build_bundle(nothing), "DiagnosticReport")
    assert "No label was called. That is no proof of a healthy chest." in report["conclusion"]


def test_what_others_own_is_only_created_and_what_is_ours_is_updated():
    assert requests(BUNDLE, "Patient") == [
        {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:oid:1.2.3.4|CANARY-0815"}
    ]
    for kind in ("Device", "ImagingStudy"):
        assert requests(BUNDLE, kind)[0]["ifNoneExist"].startswith("identifier=")
    for kind in ("Observation", "DiagnosticReport"):
        for resource, request in zip(resources(BUNDLE, kind), requests(BUNDLE, kind), strict=True):
            identifier = resource["identifier"][0]
            assert request == {
                "method": "PUT",
                "url": f"{kind}?identifier={identifier['system']}|{identifier['value']}",
            }


def test_a_late_image_keeps_every_identifier_and_says_its_revision():
    late = build_bundle(LATE)
    assert [(e["fullUrl"], e["request"]) for e in late["entry"]] == [
        (e["fullUrl"], e["request"]) for e in BUNDLE["entry"]
    ]
    assert "revision 2" in resources(late, "DiagnosticReport")[0]["conclusion"]
    assert resources(late, "DiagnosticReport")[0]["code"]["coding"][0]["code"] == "30745-4"


def test_another_model_has_a_report_of_its_own():
    other = build_bundle(replace(REPORT, model=replace(REPORT.model, digest="cd" * 32)))
    same = {e["fullUrl"] for e in other["entry"]} & {e["fullUrl"] for e in BUNDLE["entry"]}
    assert same == {
        e["fullUrl"] for e in BUNDLE["entry"] if e["resource"]["resourceType"] in ("Patient", "ImagingStudy")
    }


def test_only_the_imaging_study_changes_when_no_one_else_writes_them():
    ours = build_bundle(replace(REPORT, owns_imaging_study=True))
    assert requests(ours, "ImagingStudy")[0]["method"] == "PUT"


def test_without_leave_to_create_a_patient_the_server_must_find_one():
    bundle = build_bundle(replace(REPORT, create_patient=False, study=replace(STUDY, patient_id="A|B$,ż &\\")))
    assert resources(bundle, "Patient") == []
    wanted = "Patient?identifier=urn:oid:1.2.3.4|A%5C%7CB%5C%24%5C%2C%C5%BC%20%26%5C%5C"
    assert {node for path, node in walk(bundle) if path and path[-1] == "reference" and "?" in node} == {wanted}


def test_names_in_latin_2_and_japanese_survive_as_they_were():
    (person,) = resources(json.loads(json.dumps(BUNDLE, ensure_ascii=False).encode().decode()), "Patient")
    assert [(n["family"], n["given"]) for n in person["name"]] == [
        ("Wiśniewska", ["Łucja"]),
        ("山田", ["花子"]),
        ("やまだ", ["はなこ"]),
    ]
    assert [n["extension"][0]["valueCode"] for n in person["name"]] == ["ABC", "IDE", "SYL"]
    assert (person["birthDate"], person["gender"]) == ("1961-09-04", "female")


def test_no_patient_is_named_in_what_people_read():
    prose = [node for path, node in walk(BUNDLE) if path and path[-1] in ("text", "conclusion", "display", "div")]
    for secret in ("Wiśniewska", "Łucja", "山田", "CANARY", "1961", "ACC-4711"):
        assert not [text for text in prose if secret in str(text)]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"study": replace(STUDY, patient_id="  ")}, "Patient ID"),
        ({"patient_system": ""}, "identifier system"),
        ({"patient_system": "my hospital"}, "identifier system"),
        ({"issued": REPORT.issued.replace(tzinfo=None)}, "time zone"),
        ({"findings": FINDINGS[1:]}, "14 labels"),
        ({"findings": (*FINDINGS[1:], FINDINGS[1])}, "14 labels"),
        ({"findings": (finding(LABELS[0], Call.PRESENT, math.nan), *FINDINGS[1:])}, "finite"),
        ({"findings": (finding(LABELS[0], Call.PRESENT, math.inf), *FINDINGS[1:])}, "finite"),
        ({"findings": (finding(LABELS[0], Call.PRESENT, None), *FINDINGS[1:])}, "finite"),
        ({"findings": (finding(LABELS[0], Call.PRESENT, 1.5), *FINDINGS[1:])}, r"\[0, 1\]"),
        ({"study": replace(STUDY, patient_id="CANARY\x0b1")}, "control characters"),
        ({"instances": REPORT.instances[1:]}, "no radiograph"),
        ({"instances": (REPORT.instances[0], replace(REPORT.instances[1], modality=""))}, "FHIR R4 does not allow"),
        ({"instances": (replace(REPORT.instances[0], series_instance_uid="no uid CANARY"),)}, "FHIR R4 does not allow"),
    ],
)
def test_what_can_not_be_reported_says_why_and_names_no_patient(change, word):
    with pytest.raises(Unreportable, match=word) as caught:
        build_bundle(replace(REPORT, **change))
    assert isinstance(caught.value, ValueError)
    assert "CANARY" not in str(caught.value)


def test_a_number_on_a_label_that_was_not_assessed_is_refused():
    odd = replace(FINDINGS[0], finding=replace(FINDINGS[0].finding, call=Call.NOT_ASSESSED))
    with pytest.raises(Unreportable, match="not assessed"):
        build_bundle(replace(REPORT, findings=(odd, *FINDINGS[1:])))


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MAYBE = st.one_of(st.just(""), st.just(" "), st.sampled_from(["^", "=", "^^^Dr", "A^B^C^D^E^F"]), TEXT)
FREE = ("issuer_of_patient_id", "patient_name", "birth_date", "sex", "accession_number", "study_id")
DATES = st.one_of(st.sampled_from(["", "20260229", "2026", "20261301", "2026.01.05"]), TEXT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    fields=st.fixed_dictionaries(dict.fromkeys(FREE, MAYBE) | {"study_description": MAYBE, "study_date": DATES}),
    patient_id=TEXT.filter(lambda text: text.strip() and text.isprintable()),
    calls=st.lists(st.sampled_from(Call), min_size=14, max_size=14),
    probability=st.floats(0, 1),
    images=st.integers(1, 3),
    create_patient=st.booleans(),
    language=st.sampled_from(["en", "pl"]),
)
def test_a_report_is_valid_whatever_is_absent(fields, patient_id, calls, probability, images, create_patient, language):
    report = replace(
        REPORT,
        study=replace(STUDY, patient_id=patient_id, **fields),
        findings=tuple(finding(label, call, probability) for label, call in zip(LABELS, calls, strict=True)),
        instances=REPORT.instances[:images],
        create_patient=create_patient,
        language=language,
    )
    bundle = build_bundle(report)
    assert faults(bundle) == []
    json.dumps(bundle, allow_nan=False)


def _set(kind, **values):
    def mutate(bundle):
        resources(bundle, kind)[0].update(values)

    return mutate


def _remove(kind, key):
    def mutate(bundle):
        del resources(bundle, kind)[0][key]

    return mutate


MUTANTS = {
    "unknown property": _set("DiagnosticReport", nonsense=1),
    "status missing": _remove("DiagnosticReport", "status"),
    "status not in its binding": _set("DiagnosticReport", status="bogus"),
    "date that is none": _set("DiagnosticReport", effectiveDateTime="yesterday"),
    "impossible date": _set("Observation", effectiveDateTime="2026-02-31"),
    "instant without zone": _set("DiagnosticReport", issued="2026-01-01T10:11:00"),
    "two values": _set("Observation", valueString="x"),
    "reason for absence beside a value (obs-6)": _set("Observation", dataAbsentReason={"text": "no"}),
    "dangling reference": _set(
        "DiagnosticReport", result=[{"reference": "urn:uuid:5e6d3a0c-0000-4000-8000-000000000000"}]
    ),
    "reference of the wrong type": lambda b: _set("DiagnosticReport", result=[b["entry"][0]["fullUrl"]])(b),
    "wrong type behind a urn": lambda b: _set("DiagnosticReport", result=[{"reference": b["entry"][0]["fullUrl"]}])(b),
    "negative count": _set("ImagingStudy", numberOfSeries=-1),
    "text for a count": _set("ImagingStudy", numberOfSeries="one"),
    "series without uid": lambda b: resources(b, "ImagingStudy")[0]["series"][0].pop("uid"),
    "empty string": _set("DiagnosticReport", conclusion=""),
    "empty list": _set("DiagnosticReport", result=[]),
    "empty object": _set("Observation", code={}),
    "null": _set("DiagnosticReport", conclusion=None),
    "gender as DICOM writes it": _set("Patient", gender="F"),
    "fullUrl twice (bdl-7)": lambda b: b["entry"][1].update(fullUrl=b["entry"][0]["fullUrl"]),
    "entry without request (bdl-3)": lambda b: b["entry"][0].pop("request"),
    "LOINC that does not exist": _set(
        "DiagnosticReport", code={"coding": [{"system": "http://loinc.org", "code": "99999-9"}]}
    ),
    "SNOMED CT with a typo": lambda b: resources(b, "Observation")[6]["code"]["coding"][0].update(code="95436003"),
    "kind of machine unsaid": lambda b: resources(b, "Device")[0].pop("extension"),
    "device of another type": lambda b: resources(b, "Device")[0]["type"]["coding"][0].update(code="Software"),
    "profile unsaid": _remove("Provenance", "meta"),
    "provenance without its reason": _set("Provenance", reason=[{"text": "why not"}]),
    "provenance of another author": lambda b: resources(b, "Provenance")[0]["agent"][0].pop("role"),
    "provenance of one resource less": lambda b: resources(b, "Provenance")[0]["target"].pop(),
    "provenance of a patient": lambda b: resources(b, "Provenance")[0]["target"][0].update(
        reference=b["entry"][0]["fullUrl"]
    ),
    "provenance without a source": lambda b: resources(b, "Provenance")[0]["entity"].pop(0),
    "confidence beyond 1": lambda b: observation(b, Label.PNEUMONIA)["valueCodeableConcept"]["extension"][0].update(
        valueDecimal=1.2
    ),
    "unlabelled": lambda b: resources(b, "Observation")[0].pop("meta"),
    "support unsaid": _set("DiagnosticReport", conclusion="Pneumonia."),
    "unit that is none": lambda b: resources(b, "Observation")[0]["component"][0]["valueQuantity"].update(
        code="furlongs"
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_checks_see_a_fault_when_there_is_one(name):
    mutant = copy.deepcopy(BUNDLE)
    MUTANTS[name](mutant)
    assert mutant != BUNDLE
    assert faults(mutant)


@pytest.mark.parametrize("name", MUTANTS)
def test_to_judge_each_part_once_finds_what_judging_all_of_it_finds(name):
    mutant = copy.deepcopy(BUNDLE)
    MUTANTS[name](mutant)
    assert bool(faults_of(mutant)) == bool(by_fhir_resources(mutant))


@pytest.mark.parametrize("place", range(len(LABELS)))
@pytest.mark.parametrize(
    "path",
    [
        ("category", 0, "coding", 0, "code"),
        ("code", "coding", 0, "system"),
        ("code", "text"),
        ("subject", "identifier", "value"),
        ("meta", "security", 0, "code"),
        ("derivedFrom", 0, "reference"),
        ("note", 0, "text"),
        ("component", 0, "code", "coding", 0, "display"),
        ("component", 1, "valueQuantity", "value"),
        ("status",),
    ],
)
def test_a_fault_in_one_of_many_equal_parts_is_seen_where_it_stands(place, path):
    mutant = json.loads(json.dumps(BUNDLE))  # a copy in which nothing is shared
    observations = [e for e in mutant["entry"] if e["resource"]["resourceType"] == "Observation"]
    node = observations[place]["resource"]
    if path[0] not in node:
        return
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = {"not": "a value"}
    (first, *_) = found = faults_of(mutant)
    assert found
    assert first.startswith(f"entry.{mutant['entry'].index(observations[place])}.resource.{path[0]}")
    assert "not" not in first.split(".")
