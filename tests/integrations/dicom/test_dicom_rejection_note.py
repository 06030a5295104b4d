"""The rejection note: what an archive and a reader find in it, and each fault that the gate catches."""

from io import BytesIO

import pydicom
import pytest
from dicom_samples import CHESTS, MODEL, PLAIN, altered
from pydicom.uid import generate_uid
from result_samples import CREATED, named, results_of

from integrations.imaging_study import ReportedInstance
from integrations.instance import DeclineCode, device_uid, eligibility, read_instance
from integrations.object_check import objections
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.validators import judgements

TITLES = {
    RejectionReason.PATIENT_SAFETY: "113037",
    RejectionReason.QUALITY: "113001",
    RejectionReason.WRONG_WORKLIST_ENTRY: "113038",
    RejectionReason.RETENTION_EXPIRED: "113039",
}


def rejected_of(results):
    """Return all objects of ours, captures, maps and the report, as what refers to them names them."""
    document = results.document()
    report = ReportedInstance(document.sop_class_uid, document.sop_instance_uid, document.series_instance_uid, "SR")
    return [*(s.instance for s in results.shown), report]


def note_of(results, rejected=None, reason=RejectionReason.PATIENT_SAFETY):
    rejected = rejected_of(results) if rejected is None else rejected
    return build_rejection_note(results.file, rejected, MODEL, reason=reason, created=CREATED)


@pytest.fixture(scope="module")
def results():
    return results_of()


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_a_note_on_the_results_of_any_radiograph_passes(path):
    results = results_of(path)
    assert objections(note_of(results).content, rejected_of(results)) == ()


@pytest.mark.slow
@pytest.mark.parametrize("reason", RejectionReason)
def test_every_validator_accepts_it(results, tmp_path, reason):
    (tmp_path / "a.dcm").write_bytes(note_of(results, reason=reason).content)
    judged = {j.validator: j.errors for j in judgements(tmp_path / "a.dcm")}
    assert judged == {"dciodvfy": (), "dsrdump": (), "PixelMed": ()}


@pytest.mark.parametrize("reason", RejectionReason)
def test_its_title_says_why(results, reason):
    made = pydicom.dcmread(BytesIO(note_of(results, reason=reason).content))
    (title,) = made.ConceptNameCodeSequence
    assert (title.CodeValue, title.CodingSchemeDesignator) == (TITLES[reason], "DCM")


def test_it_lists_each_object_once_by_its_series_and_says_what_it_is_about(results):
    made = pydicom.dcmread(BytesIO(note_of(results).content))
    (study,) = made.CurrentRequestedProcedureEvidenceSequence
    listed = {
        i.ReferencedSOPInstanceUID: (s.SeriesInstanceUID, i.ReferencedSOPClassUID)
        for s in study.ReferencedSeriesSequence
        for i in s.ReferencedSOPSequence
    }
    assert listed == {r.sop_instance_uid: (r.series_instance_uid, r.sop_class_uid) for r in rejected_of(results)}
    description, *references = made.ContentSequence
    assert "withdrawn by a person. Do not use them." in description.TextValue
    assert sorted(r.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for r in references) == sorted(listed)
    kinds = {r.ValueType for r in references}
    assert (kinds, made.Modality, made.SeriesDescription) == (
        {"IMAGE", "COMPOSITE"},
        "KO",
        "Diafan AI: results withdrawn",
    )


def test_it_is_the_same_for_the_same_and_another_for_another(results):
    rejected = rejected_of(results)
    first = note_of(results)
    assert note_of(results, rejected[::-1]).content == first.content
    others = [note_of(results, rejected[1:]), note_of(results, reason=RejectionReason.QUALITY)]
    uids = {n.sop_instance_uid for n in (first, *others)} | {n.series_instance_uid for n in (first, *others)}
    assert len(uids) == 6


def test_patient_and_study_are_the_senders_own_words(tmp_path):
    altered(tmp_path / "a.dcm", SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Jürgen", PatientAge="58")
    results = results_of(tmp_path / "a.dcm")
    made = note_of(results)
    read = pydicom.dcmread(BytesIO(made.content))
    assert (read.SpecificCharacterSet, str(read.PatientName), read.PatientAge) == (
        "ISO_IR 100",
        "Müller^Jürgen",
        "058Y",
    )
    assert read.StudyInstanceUID == pydicom.dcmread(tmp_path / "a.dcm").StudyInstanceUID
    assert made.mended == ("PatientAge mended",)


def test_nothing_rejected_is_no_note(results):
    with pytest.raises(ValueError, match="must be referenced"):
        note_of(results, [])


def test_a_note_that_comes_back_is_declined(results, tmp_path):
    (tmp_path / "a.dcm").write_bytes(note_of(results).content)
    assert eligibility(read_instance(tmp_path / "a.dcm"), [device_uid(MODEL)]).code is DeclineCode.OWN_RESULT


def put(keyword, value):
    return lambda d: setattr(d, keyword, value)


def drop(keyword):
    return lambda d: delattr(d, keyword)


def listed(d, number=0):
    return d.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[number]


MUTATIONS = {
    "it passes for a report": put("Modality", "SR"),
    "no title": drop("ConceptNameCodeSequence"),
    "a title that rejects nothing": lambda d: setattr(d.ConceptNameCodeSequence[0], "CodeValue", "113000"),
    "a title without its scheme": lambda d: delattr(d.ConceptNameCodeSequence[0], "CodingSchemeDesignator"),
    "no template": drop("ContentTemplateSequence"),
    "another template": lambda d: setattr(d.ContentTemplateSequence[0], "TemplateIdentifier", "1500"),
    "no continuity": drop("ContinuityOfContent"),
    "no description": lambda d: d.ContentSequence.pop(0),
    "an empty description": lambda d: setattr(d.ContentSequence[0], "TextValue", ""),
    "a reference that is no content of the root": lambda d: setattr(
        d.ContentSequence[1], "RelationshipType", "HAS OBS CONTEXT"
    ),
    "a value type that has no place here": lambda d: setattr(d.ContentSequence[1], "ValueType", "NUM"),
    "a reference with a name": lambda d: setattr(
        d.ContentSequence[1], "ConceptNameCodeSequence", d.ContentSequence[0].ConceptNameCodeSequence
    ),
    "a reference to nothing": lambda d: delattr(d.ContentSequence[1], "ReferencedSOPSequence"),
    "a reference that is not listed": lambda d: listed(d).ReferencedSOPSequence.pop(0),
    "a listed object that is not rejected": lambda d: d.ContentSequence.pop(),
    "an object twice": lambda d: d.ContentSequence.append(d.ContentSequence[1]),
    "nothing is rejected": lambda d: d.ContentSequence.__delitem__(slice(1, None)),
    "no evidence": drop("CurrentRequestedProcedureEvidenceSequence"),
    "an object in another series": lambda d: setattr(listed(d), "SeriesInstanceUID", generate_uid(prefix=None)),
    "an object of another class": lambda d: setattr(
        listed(d).ReferencedSOPSequence[0], "ReferencedSOPClassUID", pydicom.uid.CTImageStorage
    ),
    "an object of another study": lambda d: setattr(
        d.CurrentRequestedProcedureEvidenceSequence[0], "StudyInstanceUID", generate_uid(prefix=None)
    ),
    "no series": drop("SeriesInstanceUID"),
    "no performed procedure step (type 2)": drop("ReferencedPerformedProcedureStepSequence"),
    "no content date": drop("ContentDate"),
    "it passes for a product": put("ContentQualification", "PRODUCT"),
    "nobody made it": drop("ContributingEquipmentSequence"),
}


@pytest.mark.parametrize("fault", MUTATIONS)
def test_a_fault_is_caught_and_told_without_a_value(results, fault):
    broken = pydicom.dcmread(BytesIO(note_of(results).content))
    MUTATIONS[fault](broken)
    buffer = BytesIO()
    with pydicom.config.disable_value_validation():
        broken.save_as(buffer, enforce_file_format=False)
        told = objections(buffer.getvalue(), rejected_of(results))
    assert told
    assert not any(str(broken.get("PatientName")) in words for words in told)


def test_an_object_that_is_not_ours_cannot_be_rejected(results):
    """The gate is told what may be rejected: a radiograph of somebody else never is."""
    foreign = named(results_of(PLAIN).document())
    told = objections(note_of(results, [results.source]).content, [foreign])
    assert any("neither a source nor ours" in words for words in told)
