"""A corrected header: the new values, what was there before, every other text as it was, and the same pixels."""

from datetime import UTC, date, datetime

import pydicom
import pytest

from integrations.correction import Modification, Undecodable, Unfit, corrected, differs, fit
from integrations.errors import Unreadable
from integrations.instance import read_instance
from integrations.original_attributes import Attribute, Reason
from tests.integrations.dicom.dicom_samples import CHESTS, PLAIN, altered, validator_errors

AT = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
POLISH, JAPANESE = "Żółć^Łukasz", "Yamada^Tarou=山田^太郎=やまだ^たろう"
ALL = {
    Attribute.NAME: "Right^Name",
    Attribute.BIRTH_DATE: "19500131",
    Attribute.SEX: "O",
    Attribute.PATIENT_ID: "RIGHT-1",
    Attribute.ISSUER: "SITE-B",
    Attribute.ACCESSION: "ACC-2",
}


def modification(values=ALL, *, reason=Reason.CORRECT, at=AT):
    return Modification(values, at, "DIAFAN", reason, source="PACS1")


@pytest.fixture
def correct(tmp_path):
    def correct(file, values=ALL, **said):
        made = tmp_path / "corrected.dcm"
        made.write_bytes(corrected(file, modification(values, **said)))
        return made

    return correct


@pytest.mark.parametrize("name", ["Right^Name", POLISH, JAPANESE])
@pytest.mark.parametrize("file", CHESTS, ids=lambda path: path.stem)
def test_every_sample_says_the_new_values_and_keeps_the_old_and_the_pixels(correct, file, name):
    values = {**ALL, Attribute.NAME: name}
    made = correct(file, values)
    before, after = pydicom.dcmread(file), pydicom.dcmread(made)
    assert {one: str(after[one.keyword].value) for one in values} == values
    assert after.PixelData == before.PixelData
    assert set(validator_errors(made)) <= set(validator_errors(file))
    [item] = after.OriginalAttributesSequence
    [old] = item.ModifiedAttributesSequence
    for one in values:
        assert str(old.get(one.keyword) or "") == str(before.get(one.keyword) or ""), one
    assert (item.SourceOfPreviousValues, item.ModifyingSystem, item.ReasonForTheAttributeModification) == (
        "PACS1",
        "DIAFAN",
        "CORRECT",
    )
    assert item.AttributeModificationDateTime == "20261126123000.000000+0000"
    gone = {"PatientAge", "OriginalAttributesSequence", "SpecificCharacterSet", *(one.keyword for one in values)}
    assert {e.tag: e for e in before if e.keyword not in gone} == {e.tag: e for e in after if e.keyword not in gone}
    one, other = read_instance(file), read_instance(made)
    assert (one.sop_instance_uid, one.pixel_sha256) == (other.sop_instance_uid, other.pixel_sha256)
    assert other.study.corrected == tuple(values)
    assert other.study.corrected_on == "20261126"


@pytest.mark.parametrize("attribute", Attribute)
def test_each_attribute_alone_changes_nothing_else_and_says_which(correct, attribute):
    made = correct(PLAIN, {attribute: ALL[attribute]})
    before, after = pydicom.dcmread(PLAIN), pydicom.dcmread(made)
    differing = {e.keyword for e in after if e.keyword not in before or before[e.tag] != e}
    also = {"PatientAge"} if attribute is Attribute.BIRTH_DATE else set()
    assert differing - also == {attribute.keyword, "OriginalAttributesSequence"}
    assert read_instance(made).study.corrected == (attribute,)


def test_a_letter_that_the_character_set_lacks_brings_unicode_and_every_other_text_means_the_same(correct, tmp_path):
    request = pydicom.Dataset()
    request.RequestedProcedureDescription = "Röntgen"
    private = pydicom.Dataset()
    file = altered(
        tmp_path / "latin1.dcm",
        SpecificCharacterSet="ISO_IR 100",
        PatientName="Grün^Jörg",
        StudyDescription="Thorax, stehend: Größe",
        RequestAttributesSequence=[request],
        OtherPatientIDsSequence=[private],
    )
    assert "Grün".encode("latin-1") in file.read_bytes()
    made = correct(file, {Attribute.NAME: POLISH})
    after = pydicom.dcmread(made)
    assert (after.SpecificCharacterSet, after.PatientName) == ("ISO_IR 192", POLISH)
    assert after.StudyDescription == "Thorax, stehend: Größe"
    assert after.RequestAttributesSequence[0].RequestedProcedureDescription == "Röntgen"
    assert after.OriginalAttributesSequence[0].ModifiedAttributesSequence[0].PatientName == "Grün^Jörg"
    assert "Größe".encode() in made.read_bytes()


def test_a_character_set_that_has_the_letters_stays_and_bytes_with_it(correct, tmp_path):
    file = altered(
        tmp_path / "x.dcm", SpecificCharacterSet="ISO_IR 101", PatientName="Nowak^Ewa", StudyDescription="Żebra"
    )
    made = correct(file, {Attribute.NAME: POLISH})
    assert pydicom.dcmread(made).SpecificCharacterSet == "ISO_IR 101"
    assert POLISH.encode("iso8859-2") in made.read_bytes()


def test_a_text_that_is_not_in_its_character_set_is_left_to_the_archive(tmp_path):
    file = altered(
        tmp_path / "x.dcm", SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName="A^B", StudyDescription="XYZxyz"
    )
    file.write_bytes(file.read_bytes().replace(b"XYZxyz", b"\x1b$B\xff\xff\xff"))
    with pytest.warns(UserWarning, match="decode"), pytest.raises(Undecodable) as told:
        corrected(file, modification({Attribute.NAME: POLISH}))
    assert "XYZ" not in str(told.value)


def undeclared(path, charset, *, said="ISO_IR 101", **values):
    """Write what stands in ISO 8859-2, and names another character set, or none (None)."""
    file = altered(path, SpecificCharacterSet=said, **values)
    if charset is not None:
        file.write_bytes(file.read_bytes().replace(said.encode(), charset.ljust(len(said)).encode()))
        return file
    dataset = pydicom.dcmread(file)
    del dataset.SpecificCharacterSet
    dataset.set_original_encoding(*dataset.original_encoding, dataset._character_set)  # so that bytes stay
    dataset.save_as(file)
    return file


@pytest.mark.parametrize("charset", [None, "", "ISO_IR 6", "ISO_IR 999"])
@pytest.mark.parametrize("keyword", ["PatientName", "InstitutionName"])
@pytest.mark.filterwarnings("ignore:Unknown encoding")
def test_a_text_of_a_header_that_names_no_character_set_is_not_guessed(tmp_path, charset, keyword):
    file = undeclared(tmp_path / "x.dcm", charset, **{"PatientName": "A^B", keyword: "Łódź"})
    assert "Łódź".encode("iso8859-2") in file.read_bytes()
    with pytest.raises(Undecodable):
        corrected(file, modification({Attribute.NAME: POLISH}))
    with pytest.raises(Undecodable):
        differs(file, modification({Attribute.NAME: POLISH}))


@pytest.mark.parametrize("charset", [None, "", "ISO_IR 6"])
def test_a_value_in_ascii_leaves_undeclared_bytes_as_they_are_the_old_value_too(correct, tmp_path, charset):
    file = undeclared(tmp_path / "x.dcm", charset, PatientName="Żuk^Anna", InstitutionName="Szpital Łódź")
    made = correct(file, {Attribute.NAME: "Zrebak^Anna"})
    raw, name = made.read_bytes(), "Żuk^Anna".encode("iso8859-2")
    assert raw.count(name) == 1
    assert raw.index(name) > raw.index(b"Zrebak^Anna")
    assert raw.count("Szpital Łódź".encode("iso8859-2")) == 1
    before, after = pydicom.dcmread(file), pydicom.dcmread(made)
    assert after.get("SpecificCharacterSet") == before.get("SpecificCharacterSet")
    for tag in set(before.keys()) - {pydicom.tag.Tag("PatientName")}:
        assert pydicom.dcmread(made).get_item(tag).value == pydicom.dcmread(file).get_item(tag).value


@pytest.mark.parametrize("charset", ["ISO_IR 6", "ISO_IR 100"])
def test_an_item_with_a_character_set_of_its_own_keeps_its_bytes_or_is_not_guessed(tmp_path, charset):
    request = pydicom.Dataset()
    request.SpecificCharacterSet, request.RequestedProcedureDescription = "ISO_IR 109", "Ĝirafo"
    file = altered(
        tmp_path / "x.dcm", SpecificCharacterSet="ISO_IR 100", PatientName="A^B", RequestAttributesSequence=[request]
    )
    written = "Ĝirafo".encode("iso8859-3")
    file.write_bytes(file.read_bytes().replace(b"ISO_IR 109", charset.ljust(10).encode()))
    assert written in file.read_bytes()
    if charset == "ISO_IR 6":
        with pytest.raises(Undecodable):
            corrected(file, modification({Attribute.NAME: POLISH}))
    else:
        assert written in corrected(file, modification({Attribute.NAME: POLISH}))


def test_an_item_that_names_no_character_set_has_that_of_the_header_and_is_not_guessed_either(tmp_path):
    request = pydicom.Dataset()
    request.RequestedProcedureDescription = "Łokieć"
    file = undeclared(tmp_path / "x.dcm", "ISO_IR 6", PatientName="A^B", RequestAttributesSequence=[request])
    with pytest.raises(Undecodable):
        corrected(file, modification({Attribute.NAME: POLISH}))


def test_letters_of_windows_in_a_header_that_names_an_iso_set_are_not_guessed(tmp_path):
    file = altered(tmp_path / "x.dcm", SpecificCharacterSet="ISO_IR 100", PatientName="A^B", InstitutionName="XYZxyz")
    file.write_bytes(file.read_bytes().replace(b"XYZxyz", "Świdno".encode("cp1250")))
    with pytest.raises(Undecodable):
        corrected(file, modification({Attribute.NAME: POLISH}))


def test_an_old_value_that_its_vr_forbids_stands_where_it_may(correct, tmp_path):
    file = altered(tmp_path / "x.dcm", PatientSex="M")
    file.write_bytes(file.read_bytes().replace(b"CS\x02\x00M ", b"CS\x02\x00m?"))
    made = correct(file, {Attribute.SEX: "F"})
    [item] = pydicom.dcmread(made).OriginalAttributesSequence
    [kept] = item.NonconformingModifiedAttributesSequence
    assert (kept.SelectorAttribute, kept.NonconformingDataElementValue) == (0x00100040, b"m?")
    assert item.ModifiedAttributesSequence[0].PatientSex is None or not item.ModifiedAttributesSequence[0].PatientSex
    assert not [error for error in validator_errors(made) if "Modified" in error or "Selector" in error]


@pytest.mark.parametrize(
    ("born", "seen", "age"),
    [
        ("19500131", "20260130", "075Y"),
        ("20250601", "20260701", "013M"),
        ("20260601", "20260613", "012D"),
        ("20270101", "20260101", None),
        ("19500131", "", None),
    ],
)
def test_the_age_goes_with_the_birth_date(correct, tmp_path, born, seen, age):
    file = altered(tmp_path / "x.dcm", PatientAge="058Y", StudyDate=seen)
    after = pydicom.dcmread(correct(file, {Attribute.BIRTH_DATE: born}))
    assert after.get("PatientAge") == age
    assert after.OriginalAttributesSequence[0].ModifiedAttributesSequence[0].PatientAge == "058Y"


def test_a_birth_date_from_which_no_age_can_be_written_takes_the_age_away(correct, tmp_path):
    file = altered(tmp_path / "x.dcm", PatientAge="058Y", StudyDate="20260101")
    assert "PatientAge" not in pydicom.dcmread(correct(file, {Attribute.BIRTH_DATE: "09500101"}))


@pytest.mark.parametrize("accession", ["ACC-2", "ŁÓDŹ-2"])
@pytest.mark.parametrize("of_undefined_length", [False, True])
def test_requests_with_the_old_accession_number_get_the_new_one_and_the_others_keep_theirs(
    correct, tmp_path, accession, of_undefined_length
):
    requests = [pydicom.Dataset() for _ in range(4)]
    for request, said in zip(requests, ["WRONG", "OTHER", "", "WRONG"], strict=True):
        request.AccessionNumber, request.RequestedProcedureDescription = said, "Größe"
    requests[3].SpecificCharacterSet = "ISO_IR 100"
    file = altered(
        tmp_path / "x.dcm",
        SpecificCharacterSet="ISO_IR 100",
        AccessionNumber="WRONG",
        RequestAttributesSequence=requests,
    )
    if of_undefined_length:
        dataset = pydicom.dcmread(file)
        dataset["RequestAttributesSequence"].is_undefined_length = True
        dataset.save_as(file)
    made = correct(file, {Attribute.ACCESSION: accession})
    after = pydicom.dcmread(made)
    assert after.AccessionNumber == accession
    numbers = [one.AccessionNumber for one in after.RequestAttributesSequence]
    assert numbers == [accession, "OTHER", "", accession]
    [old] = after.OriginalAttributesSequence[0].ModifiedAttributesSequence
    assert [one.AccessionNumber for one in old.RequestAttributesSequence] == ["WRONG", "OTHER", "", "WRONG"]
    everywhere = [*after.RequestAttributesSequence, *old.RequestAttributesSequence]
    assert {one.RequestedProcedureDescription for one in everywhere} == {"Größe"}
    assert read_instance(made).study.corrected == (Attribute.ACCESSION,)
    assert set(validator_errors(made)) <= set(validator_errors(file))


def test_without_an_old_accession_number_the_requests_stay(correct, tmp_path):
    request = pydicom.Dataset()
    request.AccessionNumber = ""
    file = altered(tmp_path / "x.dcm", AccessionNumber="", RequestAttributesSequence=[request])
    after = pydicom.dcmread(correct(file, {Attribute.ACCESSION: "ACC-2"}))
    assert not after.RequestAttributesSequence[0].AccessionNumber
    assert "RequestAttributesSequence" not in after.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]


@pytest.mark.parametrize(
    ("vr", "said"),
    [("DS", b"secretsecret"), ("US", b"secretsecret"), ("LO", "sécrèt".encode())],
)
@pytest.mark.parametrize("tag", [0x00104000, 0x7FE10010])  # before and after Pixel Data
def test_an_element_that_is_damaged_is_the_senders_fault_wherever_it_stands(tmp_path, tag, vr, said):
    file = altered(tmp_path / "x.dcm", SpecificCharacterSet="ISO_IR 6", PatientName="A^B")
    dataset = pydicom.dcmread(file)
    dataset.add_new(tag, "LO", "MARKEDMARKED"[: len(said)])
    dataset.save_as(file)
    head = file.read_bytes()
    at = head.index(b"MARKED")
    file.write_bytes(head[: at - 4] + vr.encode() + head[at - 2 : at] + said + head[at + len(said) :])
    try:
        made = corrected(file, modification({Attribute.NAME: POLISH}))
    except (Unreadable, Undecodable) as error:
        assert "secret" not in str(error)  # noqa: PT017 both may come, and nothing else
        assert error.__cause__ is None  # noqa: PT017
    else:
        assert said in made


@pytest.mark.parametrize(
    ("found", "damaged"),
    [
        (b"SH\x06\x00MARKED", b"FD\x06\x00MARKED"),
        (b"SH\x06\x00MARKED", b"XX\x06\x00MARKED"),
        (b"\x02\x00\x13\x00SH", b"\x02\x00\x13\x00FD"),
        (b"\x08\x00\x16\x00UI", b"\x08\x00\x16\x00FD"),
        (b"ISO_IR 100", b"hex       "),
        (b"\x28\x00\x03\x01US", b"\x28\x00\x03\x01FD"),
        (b"DICM", b"MCID"),
    ],
)
@pytest.mark.filterwarnings("ignore:Unknown encoding")
def test_a_damaged_file_is_unreadable(tmp_path, found, damaged):
    file = altered(tmp_path / "x.dcm", SpecificCharacterSet="ISO_IR 100", PatientName="A^B", AccessionNumber="MARKED")
    assert found in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(found, damaged, 1))
    with pytest.raises(Unreadable) as told:
        corrected(file, modification({Attribute.NAME: POLISH, Attribute.ACCESSION: "ACC-2"}))
    assert "MARKED" not in str(told.value)


def test_what_is_no_longer_there_is_not_called_damaged(tmp_path):
    with pytest.raises(FileNotFoundError):
        corrected(tmp_path / "gone.dcm", modification())


def test_a_sequence_that_is_none_is_unreadable_and_a_value_of_another_vr_is_replaced(correct, tmp_path):
    file = altered(tmp_path / "x.dcm")
    dataset = pydicom.dcmread(file)
    dataset.add_new("AccessionNumber", "US", 7)
    dataset.save_as(file)
    assert pydicom.dcmread(correct(file, {Attribute.ACCESSION: "ACC-2"})).AccessionNumber == "ACC-2"
    dataset.add_new(0x04000561, "LO", "no sequence")
    dataset.save_as(file)
    with pytest.raises(Unreadable, match="no sequence"):
        corrected(file, modification())


def test_what_names_the_issuer_in_another_way_goes_with_the_issuer(correct, tmp_path):
    qualifiers = pydicom.Dataset()
    qualifiers.UniversalEntityID, qualifiers.UniversalEntityIDType = "1.2.3", "ISO"
    file = altered(tmp_path / "x.dcm", IssuerOfPatientIDQualifiersSequence=[qualifiers])
    after = pydicom.dcmread(correct(file, {Attribute.ISSUER: "SITE-B"}))
    assert "IssuerOfPatientIDQualifiersSequence" not in after
    old = after.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
    assert old.IssuerOfPatientIDQualifiersSequence[0].UniversalEntityID == "1.2.3"


def test_a_header_that_says_so_already_needs_nothing_and_a_second_correction_keeps_the_first(correct, tmp_path):
    made = correct(PLAIN)
    assert corrected(made, modification()) is None
    assert not differs(made, modification())
    later = modification({Attribute.NAME: JAPANESE}, at=datetime(2026, 12, 1, tzinfo=UTC))
    again = tmp_path / "again.dcm"
    again.write_bytes(corrected(made, later))
    first, second = pydicom.dcmread(again).OriginalAttributesSequence
    assert second.ModifiedAttributesSequence[0].PatientName == "Right^Name"
    assert first.ModifiedAttributesSequence[0].PatientID == pydicom.dcmread(PLAIN).PatientID
    assert read_instance(again).study.corrected_on == "20261201"


def test_what_an_archive_coerces_is_no_correction_and_what_cannot_be_understood_says_nothing(correct, tmp_path):
    assert read_instance(correct(PLAIN, reason=Reason.COERCE)).study.corrected == ()
    file = altered(tmp_path / "x.dcm")
    dataset = pydicom.dcmread(file)
    dataset.add_new(0x04000561, "LO", "no sequence")
    dataset.save_as(file)
    assert read_instance(file).study.corrected == ()


@pytest.mark.parametrize(
    ("attribute", "value", "held"),
    [
        (Attribute.NAME, f" {JAPANESE} ", JAPANESE),
        (Attribute.BIRTH_DATE, "1950-01-31", "19500131"),
        (Attribute.BIRTH_DATE, "19500131", "19500131"),
        (Attribute.BIRTH_DATE, "1876-11-26", "18761126"),
        (Attribute.SEX, "f", "F"),
        (Attribute.ACCESSION, "A" * 16, "A" * 16),
    ],
)
def test_what_fits_is_returned_as_it_is_held(attribute, value, held):
    assert fit(attribute, value, AT.date()) == held


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (Attribute.NAME, "secret" * 11),
        (Attribute.NAME, "secret=a=b=c"),
        (Attribute.NAME, "secret\\two"),
        (Attribute.NAME, "secret\x1b$B"),
        (Attribute.NAME, "secret\udcff"),
        (Attribute.NAME, "^^"),
        (Attribute.NAME, "secret\u202eA"),
        (Attribute.PATIENT_ID, "secret\u200b1"),
        (Attribute.PATIENT_ID, "\ufeffsecret"),
        (Attribute.ISSUER, "secret\u2028b"),
        (Attribute.ACCESSION, "secret\u2029b"),
        (Attribute.BIRTH_DATE, "1876-11-25"),
        (Attribute.BIRTH_DATE, "0950-01-31"),
        (Attribute.BIRTH_DATE, "secret"),
        (Attribute.BIRTH_DATE, "1950-02-30"),
        (Attribute.BIRTH_DATE, "2026-11-27"),
        (Attribute.BIRTH_DATE, "1950"),
        (Attribute.SEX, "secret"),
        (Attribute.SEX, ""),
        (Attribute.PATIENT_ID, " "),
        (Attribute.PATIENT_ID, "secret" * 11),
        (Attribute.ISSUER, "secret\\b"),
        (Attribute.ACCESSION, "secretsecretsecre"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(attribute, value):
    with pytest.raises(Unfit) as told:
        fit(attribute, value, date(2026, 11, 26))
    assert "secret" not in str(told.value)
    assert attribute.keyword in str(told.value)
    assert told.value.__cause__ is None
