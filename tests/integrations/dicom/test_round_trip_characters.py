"""Names, ages, identifiers and private elements on their way through: what a radiograph says of its patient is what the results say."""

import struct
from io import BytesIO

import pydicom
import pytest
from dicom_samples import PLAIN, altered, validator_errors
from pydicom.dataset import Dataset
from pydicom.uid import DigitalXRayImageStorageForPresentation
from pynetdicom import AE, evt
from result_samples import contents_of, results_of
from test_dicom_structured_report import signed

from integrations import dimse
from integrations.errors import Unreadable
from integrations.fhir_patient import patient
from integrations.instance import read_instance
from integrations.object_check import objections

LATIN1, LATIN2, UTF8 = "ISO_IR 100", "ISO_IR 101", "ISO_IR 192"
JAPANESE = ["ISO 2022 IR 13", "ISO 2022 IR 87"]
REPERTOIRES = {
    "Latin-1": (LATIN1, "Müller^Jürgen^^Dr.", "Thorax für Übersicht", "Spital Zürich"),
    "Polish in Latin-2": (LATIN2, "Żółć^Łucja", "Klatka piersiowa, zdjęcie", "Szpital Łódź"),
    "Polish in UTF-8": (UTF8, "Żółć^Łucja", "Klatka piersiowa — zdjęcie", "Szpital Łódź"),
    "Japanese": (JAPANESE, "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "胸部", "病院"),
    "Japanese beside ASCII": (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう", "胸部正面", "病院"),
    "Japanese in UTF-8": (UTF8, "Yamada^Tarou=山田^太郎=やまだ^たろう", "胸部正面", "病院"),
    "Korean": (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "흉부", "병원"),
    "ASCII, nothing declared": (None, "Nowak^Anna", "Chest", "Hospital"),
}
TYPE_2 = (
    "StudyID",
    "ReferringPhysicianName",
    "PatientSex",
    "PatientBirthDate",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
)
AGES = ("003D", "011M", "045Y")

# The service ignores warnings, which would quote what somebody sent; here they would stop pydicom from going on.
pydicom_goes_on = pytest.mark.filterwarnings("ignore")


def radiograph(folder, repertoire=UTF8, name="Żółć^Łucja", description="Chest", place="Hospital", **more):
    """Write a radiograph that says the same in every place where text may stand."""
    issuer, other, qualifiers = Dataset(), Dataset(), Dataset()
    issuer.LocalNamespaceEntityID = place
    other.PatientID, other.TypeOfPatientID, other.IssuerOfPatientID = "OTHER-1", "TEXT", place
    qualifiers.UniversalEntityID, qualifiers.UniversalEntityIDType = "1.2.3", "ISO"
    elements = {
        "SpecificCharacterSet": repertoire,
        "PatientName": name,
        "StudyDescription": description,
        "PatientID": "ID-1",
        "IssuerOfPatientID": place,
        "IssuerOfPatientIDQualifiersSequence": [qualifiers],
        "OtherPatientIDsSequence": [other],
        "AccessionNumber": "ACC-1",
        "IssuerOfAccessionNumberSequence": [issuer],
        **more,
    }
    if repertoire is None:
        del elements["SpecificCharacterSet"]
    return altered(folder / "source.dcm", **elements)


def all_objects(file):
    """Return every kind of object that is made of a radiograph, one of each, read back."""
    results = results_of(file)
    made = {
        "capture": results.captures[0],
        "overlay": results.captures[1],
        "map": results.map,
        "map of integers": results.map_16bit,
        "report": results.document(),
        "signed report": results.document(signed(results), organization="Szpital Łódź"),
    }
    return {kind: (made.content, pydicom.dcmread(BytesIO(made.content))) for kind, made in made.items()}


@pytest.mark.parametrize(("repertoire", "name", "description", "place"), REPERTOIRES.values(), ids=REPERTOIRES)
def test_names_and_places_are_the_same_text_in_every_result(tmp_path, repertoire, name, description, place):
    file = radiograph(tmp_path, repertoire, name, description, place)
    study = read_instance(file).study
    assert (study.patient_name, study.study_description, study.issuer_of_patient_id) == (name, description, place)
    for kind, (content, made) in all_objects(file).items():
        assert str(made.PatientName) == name, kind
        assert (made.StudyDescription, made.IssuerOfPatientID) == (description, place), kind
        assert (made.PatientID, made.AccessionNumber) == ("ID-1", "ACC-1"), kind
        assert made.IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID == place, kind
        assert made.IssuerOfPatientIDQualifiersSequence[0].UniversalEntityID == "1.2.3", kind
        assert made.OtherPatientIDsSequence[0].IssuerOfPatientID == place, kind
        # What a physician writes, here in Polish, may need letters that the sender's repertoire has not.
        is_respelled = kind == "signed report" and repertoire not in (LATIN2, UTF8)
        assert made.get("SpecificCharacterSet") == (UTF8 if is_respelled else repertoire), kind
        assert objections(content) == (), kind
        (tmp_path / "made.dcm").write_bytes(content)
        assert validator_errors(tmp_path / "made.dcm") == [], kind


@pytest.mark.parametrize(("repertoire", "name"), [(c, n) for c, n, *_ in REPERTOIRES.values()], ids=REPERTOIRES)
def test_a_name_has_its_groups_in_the_ehr_as_well(tmp_path, repertoire, name):
    told = patient(read_instance(radiograph(tmp_path, repertoire, name, place="")).study, {})
    groups = name.split("=")
    assert ["^".join([n["family"], *n["given"]]) for n in told["name"]] == [g.split("^^")[0] for g in groups]
    codes = [e["valueCode"] for n in told["name"] for e in n.get("extension", ())]
    assert codes == (["ABC", "IDE", "SYL"] if len(groups) > 1 else [])


@pytest.mark.parametrize("age", AGES)
def test_an_age_keeps_its_unit(tmp_path, age):
    file = radiograph(tmp_path, PatientAge=age)
    assert {made.PatientAge for _, made in all_objects(file).values()} == {age}


def test_what_the_source_lacks_is_there_and_empty(tmp_path):
    header = pydicom.dcmread(PLAIN)
    for keyword in TYPE_2:
        if keyword in header:
            del header[keyword]
    header.save_as(tmp_path / "bare.dcm")
    for kind, (content, made) in all_objects(tmp_path / "bare.dcm").items():
        assert [keyword for keyword in TYPE_2 if keyword not in made] == [], kind
        assert {str(made.get(keyword) or "") for keyword in TYPE_2} == {""}, kind
        assert objections(content) == (), kind
        (tmp_path / "made.dcm").write_bytes(content)
        assert validator_errors(tmp_path / "made.dcm") == [], kind


def test_private_elements_travel_with_the_source_and_stay_out_of_results(tmp_path):
    file = radiograph(tmp_path)
    header = pydicom.dcmread(file)
    header.private_block(0x0011, "ACME 1.0", create=True).add_new(0x01, "LO", "Żółć")
    header.SOPClassUID = header.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    header.save_as(file)
    arrived = []
    archive = AE("PACS")
    archive.add_supported_context(DigitalXRayImageStorageForPresentation, header.file_meta.TransferSyntaxUID)
    server = archive.start_server(
        ("127.0.0.1", 0), block=False,
        evt_handlers=[(evt.EVT_C_STORE, lambda event: arrived.append(event.encoded_dataset(include_meta=False)) or 0)],
    )  # fmt: skip
    try:
        dimse.send(dimse.Peer("127.0.0.1", server.server_address[1], "PACS", "DIAFAN"), [file])
    finally:
        server.shutdown()
    assert file.read_bytes().endswith(arrived[0])
    sent = pydicom.filereader.read_dataset(BytesIO(arrived[0]), is_implicit_VR=False, is_little_endian=True)
    assert sent.private_block(0x0011, "ACME 1.0")[0x01].value == "Żółć"
    for kind, (_, made) in all_objects(file).items():
        assert not [element for element in made if element.tag.is_private], kind


def sent_with(folder, terms: bytes, text: bytes):
    """Write a radiograph whose Specific Character Set and texts are these very bytes, whether they fit each other or not."""
    terms, text = (value + b" " * (len(value) % 2) for value in (terms, text))
    place = "N" * len(text)
    file = altered(folder / "dirty.dcm", PatientName=place, StudyDescription=place, IssuerOfPatientID=place)
    content = file.read_bytes().replace(place.encode(), text)
    begin = 132 + 12 + int(pydicom.dcmread(file).file_meta[0x00020000].value)
    element = struct.pack("<HH2sH", 0x0008, 0x0005, b"CS", len(terms)) + terms
    file.write_bytes(content[:begin] + element + content[begin:])
    return file


LATIN1_BYTES = "Müller^Jürgen".encode("latin-1")
MISFITS = {
    "UTF-8 declared, Latin-1 sent": (UTF8.encode(), LATIN1_BYTES),
    "nothing declared, Latin-1 sent": (b"", LATIN1_BYTES),
    "no values": (rb"\\", LATIN1_BYTES),
    "an unknown term": (b"ISO_IR 999", LATIN1_BYTES),
    "cut in the middle of a character": (b"GB18030", b"\xd0"),
    "an escape sequence to nowhere": (b"\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$Z\xff\xfe=x"),
    "two bytes that are no character": (b"\\ISO 2022 IR 87", b"Yamada=\x1b$B;3E\x1b(B^\x1b$B\x7f\x7f\x1b(B"),
    "katakana where kanji is announced": (b"ISO 2022 IR 13", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3"),
    "UTF-16": (UTF8.encode(), "Nowak".encode("utf-16-le")),
}


@pydicom_goes_on
@pytest.mark.parametrize(("terms", "text"), MISFITS.values(), ids=MISFITS)
def test_text_that_cannot_be_decoded_holds_no_result_back_and_keeps_its_bytes(tmp_path, terms, text):
    file = sent_with(tmp_path, terms, text)
    assert read_instance(file).study.patient_name
    for kind, (content, made) in all_objects(file).items():
        assert objections(content) == (), kind
        if (
            made.get("SpecificCharacterSet") != UTF8 or terms == UTF8.encode()
        ):  # else spelled anew, as far as it can be read
            for keyword in ("PatientName", "StudyDescription", "IssuerOfPatientID"):
                assert made.get_item(keyword).value.rstrip() == text.rstrip(), kind


@pydicom_goes_on
@pytest.mark.parametrize(
    ("said", "meant"),
    [(b"iso_ir 100", LATIN1), (b"ISO IR 100", LATIN1), (b"ISO-IR 100", LATIN1), (b"ISO_IR 100\0", LATIN1), (b"iso2022 ir 6\\ISO_2022_IR_100", ["ISO 2022 IR 6", "ISO 2022 IR 100"])],
)  # fmt: skip
def test_a_character_set_in_another_form_is_mended(tmp_path, said, meant):
    file = sent_with(tmp_path, said, LATIN1_BYTES)
    results = results_of(file)
    for made in (results.captures[0], results.map, results.document()):
        (tmp_path / "made.dcm").write_bytes(made.content)
        read = pydicom.dcmread(tmp_path / "made.dcm")
        assert (read.SpecificCharacterSet, str(read.PatientName)) == (meant, "Müller^Jürgen")
        assert objections(made.content) == ()
        assert validator_errors(tmp_path / "made.dcm") == []
        assert made.mended == (() if b"\0" in said else ("SpecificCharacterSet mended",))


KANJI, HANGUL = b"\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", b"\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"
SENT = {
    "Japanese": (rb"ISO 2022 IR 13\ISO 2022 IR 87", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=" + KANJI, "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"),
    "Korean": (rb"\ISO 2022 IR 149", b"Hong=" + HANGUL, "Hong=洪^吉洞"),
    "Latin-2": (b"ISO_IR 101", "Żółć".encode("latin2"), None),
    "Latin-2 in another form": (b"iso_ir 101", "Żółć".encode("latin2"), None),
    "Latin-1 in UTF-8": (b"ISO_IR 192", b"M\xfcller J\xfcrgen", None),
    "nothing declared": (None, "Żółć".encode("cp1250"), "����"),
    "Windows letters in Latin-1": (b"ISO_IR 100", "Żółć ś".encode("cp1250"), "���� �"),
    "Latin-1 in an unknown set": (b"ISO_IR 999", b"M\xfcller", "M�ller"),
    "a broken escape sequence": (rb"\ISO 2022 IR 87", b"Yamada=\x1b$B;3E\x1b(B^x", "Yamada=�"),
}
"""Terms and text as they are sent, and what stands in a report that must be spelled anew; None: the set can write it, and it stays."""
IMPLICIT, EXPLICIT = pydicom.uid.ImplicitVRLittleEndian, pydicom.uid.ExplicitVRLittleEndian


def sent_in_sequences(file, terms: bytes | None, text: bytes, syntax):
    """Write a radiograph that has these very bytes at the root, in an item, and in an item of an item; and private elements beside them."""
    text += b" " * (len(text) % 2)
    outer, inner = Dataset(), Dataset()
    for item, value in ((outer, b"<o>"), (inner, b"<i>")):
        item.CodeValue, item.CodingSchemeDesignator = "X1", "99L"
        item.CodeMeaning = (value.decode() * len(text))[: len(text)]
        item.private_block(0x0011, "ACME 1.0", create=True).add_new(0x01, "LO", "secret")
    outer.EquivalentCodeSequence = [inner]
    file = altered(
        file, syntax=syntax, PatientName=("<r>" * len(text))[: len(text)], ProcedureCodeSequence=[outer],
        **({} if terms is None else {"SpecificCharacterSet": ("ISO_IR 6" * 9)[: len(terms) + len(terms) % 2]}),
    )  # fmt: skip
    content = file.read_bytes()
    for mark in (b"<r>", b"<o>", b"<i>"):
        content = replaced_once(content, (mark * len(text))[: len(text)], text)
    if terms is not None:
        terms += b" " * (len(terms) % 2)
        content = replaced_once(content, (b"ISO_IR 6" * 9)[: len(terms)], terms)
    file.write_bytes(content)
    return text


def replaced_once(content, place, value):
    assert content.count(place) == 1
    return content.replace(place, value)


@pydicom_goes_on
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT], ids=["explicit", "implicit"])
@pytest.mark.parametrize(("terms", "text", "spelled"), SENT.values(), ids=SENT)
def test_a_text_keeps_its_bytes_in_sequences_or_is_spelled_without_a_wrong_letter(
    tmp_path, terms, text, spelled, syntax
):
    file = tmp_path / "a.dcm"
    text = sent_in_sequences(file, terms, text, syntax)
    for content in contents_of(file):
        assert content.count(text) == 3
        assert objections(content) == ()
    results = results_of(file)
    # The physician is Polish: Latin-2 and UTF-8 can write what they write.
    report = results.document(signed(results), organization="Szpital Łódź")
    assert objections(report.content) == ()
    made = pydicom.dcmread(BytesIO(report.content))
    said = next(i.TextValue for i in made.ContentSequence if i.ConceptNameCodeSequence[0].CodeMeaning == "Conclusion")
    assert "Złamanie żebra." in said
    (code,) = made.ProcedureCodeSequence
    if spelled is None:
        assert report.content.count(text) == 3
    else:
        assert made.SpecificCharacterSet == UTF8
        texts = [str(made.PatientName), code.CodeMeaning, code.EquivalentCodeSequence[0].CodeMeaning]
        assert texts == [spelled] * 3
        told = [note for note in report.mended if note.endswith("not readable")]
        assert told == (["CodeMeaning not readable", "PatientName not readable"] if "�" in spelled else [])
    (tmp_path / "made.dcm").write_bytes(report.content)
    assert validator_errors(tmp_path / "made.dcm") == []
    assert b"secret" not in report.content


def test_nothing_private_is_inherited_in_an_item_however_deep(tmp_path):
    sent_in_sequences(tmp_path / "a.dcm", None, b"Chest", EXPLICIT)
    for content in contents_of(tmp_path / "a.dcm"):
        assert b"secret" not in content
        made = pydicom.dcmread(BytesIO(content))
        made.ProcedureCodeSequence[0].EquivalentCodeSequence[0].private_block(0x0011, "ACME 1.0", create=True).add_new(
            1, "LO", "x"
        )
        made.save_as(buffer := BytesIO())
        told = objections(buffer.getvalue())
        assert len(told) == 2
        assert all(
            words.startswith("ProcedureCodeSequence[1].EquivalentCodeSequence[1].") and words.endswith(" is private")
            for words in told
        )


def test_an_item_with_a_character_set_of_its_own_keeps_it(tmp_path):
    item = Dataset()
    item.SpecificCharacterSet, item.PatientID, item.TypeOfPatientID, item.IssuerOfPatientID = (
        LATIN2,
        "1",
        "TEXT",
        "Łódź",
    )
    file = altered(
        tmp_path / "a.dcm",
        syntax=IMPLICIT,
        SpecificCharacterSet=LATIN1,
        PatientName="Müller",
        OtherPatientIDsSequence=[item],
    )
    results = results_of(file)
    for content in (*contents_of(file), results.document(signed(results)).content):
        made = pydicom.dcmread(BytesIO(content))
        assert str(made.PatientName) == "Müller"
        assert made.OtherPatientIDsSequence[0].IssuerOfPatientID == "Łódź"
        assert objections(content) == ()


def test_a_character_set_that_is_no_text_at_all_is_refused(tmp_path):
    with pytest.raises(Unreadable):
        read_instance(sent_with(tmp_path, b"\xff\xfe\0\1", LATIN1_BYTES))
