import subprocess
import time
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pydicom
import pytest
from dicom_samples import CHESTS, ENCAPSULATED, FOLDER, MODEL, PLAIN, altered, sent, validator_errors
from pydicom import uid
from result_samples import assessment, contents_of

from integrations.errors import Unreadable
from integrations.instance import DeclineCode, device_uid, eligibility, read_instance, study_of
from integrations.lossy import lossy_method
from integrations.object_check import objections
from integrations.parametric_map import build_parametric_map
from integrations.pixels import read_radiograph
from integrations.secondary_capture import author, build_secondary_captures
from integrations.source_image import read_source
from models.assessment import Assessment, Call, Explanation, Finding
from models.labels import LABELS, Label

CREATED = datetime(2025, 11, 22, 20, 30, 1, 250000, tzinfo=UTC)
MOMENTS = [(f"{what}Date", f"{what}Time") for what in ("InstanceCreation", "Series", "Content")]
MOMENTS += [("DateOfSecondaryCapture", "TimeOfSecondaryCapture")]
PICTURE = np.random.default_rng(7).integers(0, 256, (75, 101, 3), np.uint8)
PICTURES = [(None, PICTURE), (Label.PLEURAL_EFFUSION, PICTURE[::-1])]


@pytest.fixture
def host_in(monkeypatch):
    """Return what moves this machine to a time zone, until the test is over."""

    def move(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def _author(source, *, model=MODEL, revision=1):
    return author(source, PICTURES, model, revision=revision, created=CREATED)


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_what_we_author_is_valid_and_shows_the_picture(tmp_path, path):
    summary, overlay = _author(path)
    for result, (label, picture) in zip((summary, overlay), PICTURES, strict=True):
        file = tmp_path / f"{result.kind}.dcm"
        file.write_bytes(result.content)
        assert validator_errors(file) == []
        assert subprocess.run(["/usr/bin/dcmdump", "-q", file], capture_output=True, check=False).returncode == 0
        made = pydicom.dcmread(file)
        assert np.array_equal(made.pixel_array, picture)
        assert (result.label, result.sop_instance_uid) == (label, made.SOPInstanceUID)
    assert overlay.series_instance_uid == summary.series_instance_uid


def test_the_object_says_what_it_is_and_where_it_comes_from():
    source = pydicom.dcmread(PLAIN, stop_before_pixels=True)
    for number, result in enumerate(_author(PLAIN), 1):
        made = pydicom.dcmread(BytesIO(result.content))
        assert (made.Modality, made.ConversionType, list(made.ImageType)) == ("OT", "WSD", ["DERIVED", "SECONDARY"])
        assert made.ContentQualification == "RESEARCH"
        assert made.ImageComments == "AI output - not for diagnostic use"
        here = CREATED.astimezone()
        assert (made.InstanceNumber, made.ContentDate) == (number, f"{here:%Y%m%d}")
        assert made.ContentTime == f"{here:%H%M%S.%f}"
        assert study_of(made) == study_of(source)
        for reference in (made.SourceImageSequence[0], made.ReferencedImageSequence[0]):
            assert reference.ReferencedSOPInstanceUID == source.SOPInstanceUID
            assert reference.PurposeOfReferenceCodeSequence[0].CodeValue == "121322"
        algorithm = made.ContributingEquipmentSequence[0]
        assert (algorithm.DeviceUID, algorithm.SoftwareVersions) == (device_uid(MODEL), "0.1")


@pytest.mark.parametrize(
    ("said", "repeated", "notes"),
    [
        (b"YES ", "YES", ()),
        (b"NO", "NO", ()),
        (b"yes ", "YES", ("BurnedInAnnotation mended",)),
        (b"PERHAPS ", None, ("BurnedInAnnotation left out",)),
        (b"YES\\NO", None, ("BurnedInAnnotation left out",)),
        (None, None, ()),
    ],
)
def test_a_picture_says_of_burned_in_words_what_the_radiograph_in_it_says(tmp_path, said, repeated, notes):
    file = sent(tmp_path / "a.dcm", BurnedInAnnotation=said)
    for result in _author(file):
        made = pydicom.dcmread(BytesIO(result.content))
        assert made.get("BurnedInAnnotation") == repeated
        assert result.mended == notes
        assert objections(result.content) == ()
    (tmp_path / "made.dcm").write_bytes(_author(file)[0].content)
    assert validator_errors(tmp_path / "made.dcm") == []


def test_the_same_arguments_give_the_same_bytes():
    assert [r.content for r in _author(PLAIN)] == [r.content for r in _author(PLAIN)]


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_a_source_that_is_read_once_for_all_gives_the_same_bytes(path):
    shared = read_source(path, read_instance(path).pixel_sha256)
    for _ in range(2):
        assert [r.content for r in _author(shared)] == [r.content for r in _author(path)]
        maps = [build_parametric_map(s, assessment(), revision=1, created=CREATED).content for s in (shared, path)]
        assert maps[0] == maps[1]


def test_a_source_that_is_gone_or_damaged_is_unreadable(tmp_path):
    (tmp_path / "a.dcm").write_bytes(PLAIN.read_bytes()[:300])
    for file in (tmp_path / "a.dcm", tmp_path / "none.dcm"):
        with pytest.raises(Unreadable):
            read_source(file, "ab" * 32)


def test_another_revision_model_or_pixels_give_other_uids(tmp_path):
    retrained = type(MODEL)(MODEL.name, MODEL.version, "cd" * 32)
    pixels = altered(
        tmp_path / "a.dcm", np.zeros((80, 80), np.uint8), SOPInstanceUID=read_instance(PLAIN).sop_instance_uid
    )
    runs = [_author(PLAIN), _author(PLAIN, revision=2), _author(PLAIN, model=retrained), _author(pixels)]
    uids = [r.sop_instance_uid for run in runs for r in run]
    assert len(set(uids)) == len(uids) == 8
    assert len({run[0].series_instance_uid for run in runs}) == 4


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 100", "Müller^Jürgen"),
        ("ISO_IR 101", "Łącka^Żaneta"),
        ("ISO_IR 192", "Żółć^日本"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
    ],
)
@pytest.mark.parametrize(
    "syntax", [pydicom.uid.ImplicitVRLittleEndian, pydicom.uid.ExplicitVRLittleEndian], ids=["implicit", "explicit"]
)
def test_names_keep_their_bytes_and_character_set(tmp_path, charset, name, syntax):
    altered(
        tmp_path / "a.dcm",
        syntax=syntax,
        SpecificCharacterSet=charset,
        PatientName=name,
        StudyDescription=name.split("=")[-1].replace("^", " "),
        IssuerOfPatientID="Szpital",
    )
    read_back = pydicom.dcmread(tmp_path / "a.dcm", stop_before_pixels=True)
    for result in _author(tmp_path / "a.dcm"):
        made = pydicom.dcmread(BytesIO(result.content))
        for keyword in ("SpecificCharacterSet", "PatientName", "StudyDescription", "IssuerOfPatientID"):
            assert made.get_item(keyword).value == read_back.get_item(keyword).value, keyword
        assert str(made.PatientName) == name


def test_invalid_inherited_values_are_mended_or_left_out_and_listed(tmp_path):
    path = FOLDER / "chest_nih_00000001_000_dx_cardiomegaly.dcm"
    (result, _) = _author(path)
    assert result.mended == ("PatientAge mended",)
    assert pydicom.dcmread(BytesIO(result.content)).PatientAge == "058Y"
    file = sent(
        tmp_path / "a.dcm",
        PatientSex=b"f ",
        PatientBirthDate=b"1 Mai 1950",
        StudyTime=b"25:00 ",
        PatientAge=b"old ",
    )
    (result, _) = _author(file)
    made = pydicom.dcmread(BytesIO(result.content))
    assert set(result.mended) == {
        "PatientSex mended",
        "PatientBirthDate left out",
        "StudyTime left out",
        "PatientAge left out",
    }
    assert (made.PatientSex, made.PatientBirthDate, made.StudyTime, "PatientAge" in made) == ("F", "", "", False)
    (tmp_path / "b.dcm").write_bytes(result.content)
    assert validator_errors(tmp_path / "b.dcm") == []


def test_times_are_written_in_the_time_zone_of_the_source():
    made = pydicom.dcmread(BytesIO(_author(FOLDER / "chest_RG1half_mono1_12bit_rle.dcm")[0].content))
    assert (made.TimezoneOffsetFromUTC, made.ContentTime) == ("-0400", "163001.250000")
    assert made.LossyImageCompression == "01"


@pytest.mark.parametrize(
    ("zone", "moment"), [("Europe/Warsaw", "20251122213001"), ("America/New_York", "20251122153001")]
)
@pytest.mark.parametrize("said", [None, b"UTC+1 ", b"+2500 ", b"-0000 "])
def test_where_the_source_names_no_time_zone_times_are_those_of_the_host(tmp_path, host_in, zone, moment, said):
    host_in(zone)
    file = sent(tmp_path / "a.dcm", TimezoneOffsetFromUTC=said)
    for content in contents_of(file):
        made = pydicom.dcmread(BytesIO(content))
        assert "TimezoneOffsetFromUTC" not in made  # it would speak of the sender's times, too
        for day, hour in MOMENTS:
            if day in made:
                assert f"{made[day].value}{made[hour].value}" == f"{moment}.250000", day
        (equipment,) = made.ContributingEquipmentSequence
        when = datetime.strptime(equipment.ContributionDateTime, "%Y%m%d%H%M%S.%f%z")
        assert when == CREATED
        assert equipment.ContributionDateTime.startswith(moment)


def compressed(file, syntax, claimed, **options):
    """Write the plain radiograph compressed so, with a header that says nothing of it; ``claimed`` is the syntax that it names."""
    if syntax == uid.JPEGBaseline8Bit:
        dataset = pydicom.dcmread(ENCAPSULATED)
    else:
        dataset = pydicom.dcmread(PLAIN)
        dataset.compress(syntax, **options)
    for keyword in LOSSY:
        dataset.pop(keyword, None)
    dataset.file_meta.TransferSyntaxUID = claimed
    dataset.save_as(file)
    return file


LOSSY = ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod")
COMPRESSED = {
    "JPEG Baseline": (uid.JPEGBaseline8Bit, uid.JPEGBaseline8Bit, {}, "ISO_10918_1"),
    "JPEG-LS near-lossless": (uid.JPEGLSNearLossless, uid.JPEGLSNearLossless, {"jls_error": 2}, "ISO_14495_1"),
    "JPEG-LS that is nearer than it says": (uid.JPEGLSLossless, uid.JPEGLSNearLossless, {}, None),
    "JPEG 2000, irreversible": (uid.JPEG2000, uid.JPEG2000, {"j2k_cr": [10]}, "ISO_15444_1"),
    "JPEG 2000, reversible": (uid.JPEG2000Lossless, uid.JPEG2000, {}, None),
    "JPEG 2000 Lossless": (uid.JPEG2000Lossless, uid.JPEG2000Lossless, {}, None),
}


@pytest.mark.parametrize(("syntax", "claimed", "options", "method"), COMPRESSED.values(), ids=COMPRESSED)
def test_what_is_made_of_an_image_that_lost_something_says_so_though_its_header_does_not(
    tmp_path, syntax, claimed, options, method
):
    file = compressed(tmp_path / "a.dcm", syntax, claimed, **options)
    assert read_source(file).transfer_syntax_uid == read_source(file, "ab" * 32).transfer_syntax_uid == claimed
    map_of_it = build_parametric_map(file, assessment(), revision=1, created=CREATED)
    for content in (_author(file)[0].content, map_of_it.content):
        made = pydicom.dcmread(BytesIO(content))
        assert made.get("LossyImageCompression") == ("01" if method else "00" if "FloatPixelData" in made else None)
        assert made.get("LossyImageCompressionMethod") == method
        assert objections(content) == ()
        (tmp_path / "made.dcm").write_bytes(content)
        assert validator_errors(tmp_path / "made.dcm") == []


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        (("00", "1", None), ["01", None, "ISO_10918_1"]),
        (("01", "9", None), ["01", "9", "ISO_10918_1"]),
        (("01", "9", "ISO_15444_1"), ["01", "9", "ISO_15444_1"]),
    ],
)
def test_a_header_that_knows_of_the_loss_is_believed_and_one_that_denies_it_is_not(said, stated):
    source = read_source(ENCAPSULATED)
    for keyword, value in zip(LOSSY, said, strict=True):
        source.header.pop(keyword, None)
        if value:
            setattr(source.header, keyword, value)
    made = pydicom.dcmread(BytesIO(_author(source)[0].content))
    assert [None if made.get(keyword) is None else str(made[keyword].value) for keyword in LOSSY] == stated


def test_jpeg_extended_always_loses_something():
    assert lossy_method(uid.JPEGExtended12Bit, lambda: b"") == "ISO_10918_1"


@pytest.mark.parametrize("syntax", [uid.JPEG2000, uid.JPEGLSNearLossless])
@pytest.mark.parametrize(
    "codestream",
    [b"", b"\xff", b"\xff\x4f\xff\x52", b"\xff\xd8\xff\xda\0\2", b"\xff\xd8\xff\xda\0\3\xff", bytes(40), b"\xff" * 40],
)
def test_a_codestream_that_is_cut_tells_nothing(syntax, codestream):
    assert lossy_method(syntax, lambda: codestream) == ""


def test_a_result_that_comes_back_is_declined(tmp_path):
    (tmp_path / "a.dcm").write_bytes(_author(PLAIN)[0].content)
    instance = read_instance(tmp_path / "a.dcm")
    assert eligibility(instance, [device_uid(MODEL)]).code is DeclineCode.OWN_RESULT
    assert eligibility(instance, []).code is DeclineCode.MODALITY


def test_one_summary_and_one_overlay_for_each_called_finding():
    radiograph = read_radiograph(PLAIN)
    calls = {Label.EDEMA: 0.7, Label.PLEURAL_EFFUSION: 0.9}
    findings = tuple(
        Finding(label, Call.PRESENT, calls[label], 0.5, 1.0) if label in calls else Finding(label, Call.NOT_ASSESSED)
        for label in LABELS
    )
    evidence = np.zeros((7, 7), np.float32)
    evidence[2, 3] = 1.5
    explanations = {label: Explanation(label, evidence, (2, 3)) for label in calls}
    results = build_secondary_captures(
        PLAIN,
        radiograph,
        Assessment(MODEL, findings, explanations),
        revision=1,
        intended_use="research use, not for diagnosis",
        created=CREATED,
    )
    assert [(r.kind, r.label) for r in results] == [
        ("summary", None),
        ("overlay", Label.PLEURAL_EFFUSION),
        ("overlay", Label.EDEMA),
    ]
    assert all(
        max(pydicom.dcmread(BytesIO(r.content), stop_before_pixels=True)[k].value for k in ("Rows", "Columns")) >= 1024
        for r in results
    )
