"""The Structured Report: what a reader and a program find in it, before and after a physician has signed."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pydicom
import pytest
from dicom_samples import CHESTS, MODEL, PLAIN, altered
from highdicom.sr import Comprehensive3DSR
from result_samples import CALLED, CREATED, named, results_of

from integrations.instance import DeclineCode, device_uid, eligibility, read_instance
from integrations.object_check import objections
from integrations.validators import judgements
from integrations.verdict import Physician, ReportStatus, Signed, SignedVerdict, Stated, Verdict
from models.assessment import Call
from models.labels import LABELS, Label

STATED = {
    Label.EDEMA: Stated(Call.PRESENT, Verdict.AGREE, Call.PRESENT),
    Label.FRACTURE: Stated(Call.INDETERMINATE, Verdict.DISAGREE, Call.PRESENT),
}


@pytest.fixture(scope="module")
def results():
    return results_of()


def signed(results, name="Łucja Żak", text="Złamanie żebra."):
    verdict = SignedVerdict(Physician("https://id.example", "7", name), CREATED + timedelta(hours=1), 1, STATED, text)
    issued = CREATED + timedelta(hours=1)
    return replace(results.report, revision=2, issued=issued, signed=Signed(ReportStatus.FINAL, verdict))


def groups_of(content):
    """Return the items of each group by the words of the finding, each as (name, item)."""
    document = Comprehensive3DSR.from_dataset(pydicom.dcmread(BytesIO(content)))
    (measurements,) = [i for i in document.ContentSequence if meaning(i) == "Imaging Measurements"]
    groups = {}
    for group in measurements.ContentSequence:
        items = [(meaning(item), item) for item in group.ContentSequence]
        finding = dict(items)["Finding"].ConceptCodeSequence[0]
        groups[finding.CodeMeaning] = items
    return groups


def meaning(item):
    return item.ConceptNameCodeSequence[0].CodeMeaning


def value(items, name):
    (item,) = [item for found, item in items if found == name]
    if item.ValueType == "NUM":
        return float(item.MeasuredValueSequence[0].NumericValue)
    return item.ConceptCodeSequence[0].CodeMeaning if item.ValueType == "CODE" else item.TextValue


@pytest.mark.slow
@pytest.mark.parametrize("path", [PLAIN, next(p for p in CHESTS if "rle" in p.stem)], ids=lambda p: p.stem)
def test_every_validator_accepts_every_revision(tmp_path, path):
    results = results_of(path)
    first = results.document()
    second = results.document(signed(results), predecessor=named(first), organization="Szpital Łódź")
    for made, known in ((first, results.known), (second, [*results.known, named(first)])):
        (tmp_path / "a.dcm").write_bytes(made.content)
        judged = {j.validator: j.errors for j in judgements(tmp_path / "a.dcm")}
        assert judged == {"dciodvfy": (), "dsrdump": (), "PixelMed": ()}
        assert objections(made.content, known) == ()


def test_every_label_has_an_answer_and_what_was_found_stands_first(results):
    groups = groups_of(results.document().content)
    assert list(groups)[:4] == ["Pleural effusion", "Pulmonary edema", "Fracture", "Cardiomegaly"]
    assert len(groups) == len(LABELS)
    answers = [value(items, "Presence of property") for items in groups.values()]
    assert answers == ["Present", "Present", "Presence Undetermined", "Absent", *["Not Evaluated"] * 10]


def test_an_answer_has_its_numbers_its_algorithm_and_what_shows_it(results):
    groups = groups_of(results.document().content)
    edema = groups["Pulmonary edema"]
    assert [value(edema, n) for n in ("Probability", "Decision threshold", "Raw score (logit)")] == [0.7, 0.5, 1.0]
    assert (value(edema, "Algorithm Name"), value(edema, "Algorithm Version")) == ("demo", "0.1")
    assert MODEL.digest in value(edema, "Algorithm Parameters")
    pictures = {
        name: [i.ReferencedSOPSequence[0] for found, i in edema if found == name]
        for name in ("Source of Measurement", "Illustration of Finding", "Gradient-weighted class activation")
    }
    source, overlay, maps = pictures.values()
    assert [s.ReferencedSOPInstanceUID for s in source] == [results.source.sop_instance_uid]
    assert [o.ReferencedSOPInstanceUID for o in overlay] == [
        c.sop_instance_uid for c in results.captures if c.label is Label.EDEMA
    ]
    frame = list(CALLED).index(Label.EDEMA) + 1
    assert [(m.ReferencedSOPInstanceUID, m.ReferencedFrameNumber) for m in maps] == [
        (m.sop_instance_uid, frame) for m in (results.map, results.map_16bit)
    ]
    silent = groups["Pneumothorax"]
    assert not {"Probability", "Algorithm Name", "Source of Measurement"} & {name for name, _ in silent}


def test_every_model_that_gave_an_answer_is_equipment(results):
    other = replace(MODEL, name="another network", version="0.9", digest="ab" * 32)
    first, *rest = results.report.findings
    made = results.document(replace(results.report, findings=(replace(first, model=other), *rest)))
    equipment = pydicom.dcmread(BytesIO(made.content)).ContributingEquipmentSequence
    assert [(e.ManufacturerModelName, e.SoftwareVersions, e.DeviceUID) for e in equipment] == [
        (model.name, model.version, device_uid(model)) for model in (MODEL, other)
    ]
    assert len({e.ContributionDateTime for e in equipment}) == 1
    assert objections(made.content, results.known) == ()


def test_its_evidence_is_the_radiograph_and_all_that_was_made_of_it(results):
    made = pydicom.dcmread(BytesIO(results.document().content))
    (study,) = made.CurrentRequestedProcedureEvidenceSequence
    listed = {
        i.ReferencedSOPInstanceUID: s.SeriesInstanceUID
        for s in study.ReferencedSeriesSequence
        for i in s.ReferencedSOPSequence
    }
    assert listed == {k.sop_instance_uid: k.series_instance_uid for k in results.known}


def test_nobody_has_verified_what_no_physician_signed(results):
    made = pydicom.dcmread(BytesIO(results.document(organization="Szpital").content))
    assert (made.CompletionFlag, made.PreliminaryFlag, made.VerificationFlag) == (
        "PARTIAL",
        "PRELIMINARY",
        "UNVERIFIED",
    )
    conclusion = next(i.TextValue for i in made.ContentSequence if meaning(i) == "Conclusion")
    assert "not reviewed by a physician" in conclusion
    assert "It supports a physician and never replaces one." in conclusion
    assert "research use, not for diagnosis." in conclusion
    assert (made.Modality, made.ContentQualification, made.Manufacturer) == ("SR", "RESEARCH", "Diafan")


def test_a_signature_makes_a_complete_and_verified_revision_of_what_was_judged(results):
    first = results.document()
    made = pydicom.dcmread(
        BytesIO(results.document(signed(results), predecessor=named(first), organization="Szpital Łódź").content)
    )
    assert (made.CompletionFlag, made.PreliminaryFlag, made.VerificationFlag) == ("COMPLETE", "FINAL", "VERIFIED")
    (observer,) = made.VerifyingObserverSequence
    assert (str(observer.VerifyingObserverName), observer.VerifyingOrganization) == ("Łucja Żak^", "Szpital Łódź")
    assert observer.VerificationDateTime == f"{(CREATED + timedelta(hours=1)).astimezone():%Y%m%d%H%M%S.%f%z}"
    (study,) = made.PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.sop_instance_uid
    assert series.SeriesInstanceUID == first.series_instance_uid == made.SeriesInstanceUID
    groups = groups_of(results.document(signed(results)).content)
    assert set(groups) == {"Pulmonary edema", "Fracture"}
    assert value(groups["Pulmonary edema"], "Probability") == 0.7
    fracture = groups["Fracture"]
    assert value(fracture, "Presence of property") == "Present"
    assert not {"Probability", "Algorithm Name"} & {name for name, _ in fracture}
    assert "The AI had said otherwise: indeterminate" in value(fracture, "Comment")


@pytest.mark.parametrize(("name", "organization"), [("", "Szpital"), ("Anna Nowak", "")])
def test_without_a_name_or_an_organization_nothing_claims_to_be_verified(results, name, organization):
    content = results.document(signed(results, name=name), organization=organization).content
    made = pydicom.dcmread(BytesIO(content))
    assert (made.CompletionFlag, made.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
    assert "VerifyingObserverSequence" not in made
    assert objections(content, results.known) == ()


def test_a_physicians_letters_and_the_patients_name_are_both_kept(tmp_path):
    altered(
        tmp_path / "a.dcm",
        SpecificCharacterSet="ISO_IR 100",
        PatientName="Müller^Jürgen",
        PatientAge="58",
        InstitutionName="Spital Zürich",
    )
    results = results_of(tmp_path / "a.dcm")
    made = pydicom.dcmread(BytesIO(results.document(signed(results)).content))
    assert (made.SpecificCharacterSet, str(made.PatientName), made.PatientAge) == (
        "ISO_IR 192",
        "Müller^Jürgen",
        "058Y",
    )
    assert "Złamanie żebra." in next(i.TextValue for i in made.ContentSequence if meaning(i) == "Conclusion")
    plain = pydicom.dcmread(BytesIO(results.document().content))
    assert (plain.SpecificCharacterSet, str(plain.PatientName)) == ("ISO_IR 100", "Müller^Jürgen")


def request(**values):
    item = pydicom.Dataset()
    for keyword, said in values.items():
        setattr(item, keyword, said)
    return item


CHEST = {"CodeValue": "36643-5", "CodingSchemeDesignator": "LN", "CodeMeaning": "XR Chest 2V"}
STEP = {
    "RequestedProcedureID": "RP-1",
    "RequestedProcedureDescription": "Zdjęcie",
    "RequestedProcedureCodeSequence": [request(**CHEST)],
}
UNKNOWN = ("PlacerOrderNumberImagingServiceRequest", "FillerOrderNumberImagingServiceRequest")
OTHER = {"RequestedProcedureID": "RP-2", "AccessionNumber": "ACC-2", "StudyInstanceUID": "1.2.3"}


def ordered(file, **values):
    return altered(file, SpecificCharacterSet="ISO_IR 101", PatientName="Żak", **values)


@pytest.mark.slow
def test_it_names_the_requests_that_it_answers_as_the_radiograph_does(tmp_path):
    steps = [
        request(**STEP, ScheduledProcedureStepID="1"),
        request(**STEP, ScheduledProcedureStepID="2"),
        request(**OTHER),
    ]
    file = ordered(tmp_path / "a.dcm", AccessionNumber="ACC-1", RequestAttributesSequence=steps)
    results = results_of(file)
    for made in (results.document(), results.document(signed(results), organization="Szpital Łódź")):
        (tmp_path / "made.dcm").write_bytes(made.content)
        assert {j.validator: j.errors for j in judgements(tmp_path / "made.dcm")} == {
            "dciodvfy": (),
            "dsrdump": (),
            "PixelMed": (),
        }
        assert objections(made.content, results.known) == ()
        read = pydicom.dcmread(tmp_path / "made.dcm")
        first, second = read.ReferencedRequestSequence
        assert (first.AccessionNumber, first.RequestedProcedureID, first.RequestedProcedureDescription) == (
            "ACC-1",
            "RP-1",
            "Zdjęcie",
        )
        assert (first.StudyInstanceUID, first.RequestedProcedureCodeSequence[0].CodeValue) == (
            read.StudyInstanceUID,
            "36643-5",
        )
        assert (second.AccessionNumber, second.RequestedProcedureID, second.StudyInstanceUID) == (
            "ACC-2",
            "RP-2",
            "1.2.3",
        )
        assert (second.RequestedProcedureDescription, list(second.RequestedProcedureCodeSequence)) == ("", [])
        for item in (first, second):
            assert {item[keyword].value for keyword in UNKNOWN} == {""}


def test_an_accession_number_alone_is_a_request_and_without_any_there_is_none(tmp_path):
    known = results_of(ordered(tmp_path / "a.dcm", AccessionNumber="ACC-1"))
    (item,) = pydicom.dcmread(BytesIO(known.document().content)).ReferencedRequestSequence
    assert (item.AccessionNumber, item.RequestedProcedureID) == ("ACC-1", "")
    for number, items in enumerate(([], [request()], [request(ScheduledProcedureStepID="1")])):
        unknown = results_of(ordered(tmp_path / f"{number}.dcm", AccessionNumber="", RequestAttributesSequence=items))
        assert "ReferencedRequestSequence" not in pydicom.dcmread(BytesIO(unknown.document().content))


@pytest.mark.filterwarnings("ignore")  # pydicom warns of what is sent here, and the service ignores it
@pytest.mark.parametrize("wrong", ["x" * 65, "A\\B", "Bł\xf3\x81d\x85", "\x1b$B;3"])
def test_what_is_no_value_in_a_request_is_left_empty_and_holds_nothing_back(tmp_path, wrong):
    with pydicom.config.disable_value_validation():
        item = request(RequestedProcedureID="RP-1", RequestedProcedureDescription=wrong, StudyInstanceUID="1.02.x")
        item.RequestedProcedureCodeSequence = [request(**{**CHEST, "CodeMeaning": wrong})]
        file = ordered(tmp_path / "a.dcm", RequestAttributesSequence=[item])
    results = results_of(file)
    made = results.document()
    assert objections(made.content, results.known) == ()
    read = pydicom.dcmread(BytesIO(made.content))
    (named,) = read.ReferencedRequestSequence
    assert (named.RequestedProcedureID, named.RequestedProcedureDescription) == ("RP-1", "")
    assert (named.StudyInstanceUID, list(named.RequestedProcedureCodeSequence)) == (read.StudyInstanceUID, [])


def test_a_reader_sees_the_answer_in_dsrdump(results, tmp_path):
    (tmp_path / "a.dcm").write_bytes(results.document().content)
    dump = subprocess.run(
        ["/usr/bin/dsrdump", "+Pl", tmp_path / "a.dcm"], capture_output=True, text=True, check=True
    ).stdout
    assert "Completion Flag     : PARTIAL" in dump
    assert "Called present: Pleural Effusion (probability 0.90), Edema (probability 0.70)." in dump
    assert '"Probability")="0.7"' in dump


def test_findings_are_tracked_over_revisions_and_uids_are_derived(results):
    def tracked(content):
        return {f: dict(items)["Tracking Unique Identifier"].UID for f, items in groups_of(content).items()}

    first, second = results.document(), results.document(signed(results))
    assert tracked(second.content).items() <= tracked(first.content).items()
    assert first.content == results.document().content
    assert first.sop_instance_uid != second.sop_instance_uid


def test_a_report_that_comes_back_is_declined(results, tmp_path):
    (tmp_path / "a.dcm").write_bytes(results.document().content)
    declined = eligibility(read_instance(tmp_path / "a.dcm"), [device_uid(MODEL)])
    assert declined.code is DeclineCode.OWN_RESULT
