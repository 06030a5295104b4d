import warnings

import numpy as np
import pydicom
import pytest
from dicom_samples import CHESTS, ENCAPSULATED, FOLDER, PLAIN, REJECTS, altered
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.errors import Unreadable
from integrations.instance import DeclineCode, device_uid, eligibility, read_instance
from integrations.uids import derive_uid
from models.assessment import ModelIdentity

REASONS = {
    "reject_RG3_leg_cr_mono1_10bit_j2k_lossless": "Body Part Examined is EXTREMITY",
    "reject_nih_bodypart_ribcage": "Body Part Examined is RIBCAGE",
    "reject_nih_modality_ct": "Modality is CT",
    "reject_sc_test_pattern_deflated": "Modality is OT",
    "reject_sr_document": "Comprehensive SR Storage holds no image",
    "reject_us_echo_jpeg_lossless_8bit": "Modality is US",
}


@pytest.mark.parametrize("path", CHESTS, ids=lambda p: p.stem)
def test_every_frontal_chest_radiograph_is_for_us(path):
    assert eligibility(read_instance(path), ()) is None


@pytest.mark.parametrize("path", REJECTS, ids=lambda p: p.stem)
def test_everything_else_is_declined_with_a_reason_that_an_administrator_understands(path):
    declined = eligibility(read_instance(path), ())
    assert declined is not None
    assert declined.reason.startswith(REASONS[path.stem])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ViewPosition": "LL"}, DeclineCode.VIEW),
        ({"ViewPosition": "pa"}, None),
        ({"ViewPosition": None}, None),
        ({"ViewPosition": None, "PatientPosition": "RL"}, DeclineCode.VIEW),
        ({"ViewPosition": None, "PatientOrientation": ["P", "F"]}, DeclineCode.VIEW),
        ({"ViewPosition": None, "PatientOrientation": ["L", "F"]}, None),
        ({"ViewPosition": "PA", "PatientOrientation": ["A", "F"]}, None),
        ({"ViewPosition": None, "PatientOrientation": "PA"}, None),
        ({"ViewPosition": None, "PatientOrientation": "AP"}, None),
        ({"ViewPosition": None, "PatientOrientation": "AL"}, None),
        ({"ViewPosition": None, "PatientOrientation": "A"}, None),
        ({"ViewPosition": None, "PatientOrientation": ["A", "F", "L"]}, None),
        ({"BodyPartExamined": None}, None),
        ({"BodyPartExamined": "Klatka piersiowa"}, None),
        ({"BodyPartExamined": "CHEST_PA"}, None),
        ({"BodyPartExamined": "THORAX"}, None),
        ({"BodyPartExamined": "KNEE"}, DeclineCode.BODY_PART),
        ({"Modality": "MG"}, DeclineCode.MODALITY),
        ({"SOPClassUID": pydicom.uid.DigitalMammographyXRayImageStorageForPresentation}, DeclineCode.SOP_CLASS),
        ({"SOPClassUID": pydicom.uid.DigitalXRayImageStorageForProcessing}, None),
        ({"pixels": np.zeros((32, 512), np.uint8)}, DeclineCode.IMAGE_SIZE),
        ({"Rows": 512, "NumberOfFrames": 2}, DeclineCode.IMAGE_KIND),
    ],
)
def test_what_the_attributes_say_decides(tmp_path, values, code):
    declined = eligibility(read_instance(altered(tmp_path / "a.dcm", **values)), ())
    assert (declined and declined.code) == code


@pytest.mark.parametrize(("orientation", "view"), [("PA", "PA"), ("ap", "AP"), ("AF", ""), ("L", ""), (["L", "F"], ""), (["P", "F"], "LATERAL")])  # fmt: skip
def test_a_view_may_stand_where_two_directions_would(tmp_path, orientation, view):
    with pydicom.config.disable_value_validation():
        file = altered(tmp_path / "a.dcm", ViewPosition=None, PatientOrientation=orientation)
    assert read_instance(file).view == view


def test_a_reason_holds_no_free_text_of_the_sender(tmp_path):
    declined = eligibility(read_instance(altered(tmp_path / "a.dcm", BodyPartExamined="Kowalski^Jan, 1950")), ())
    assert declined is not None
    assert "owalski" not in declined.reason.lower()


def test_our_own_result_is_known_by_its_device(tmp_path):
    ours = device_uid(ModelIdentity("demo", "0.1", "ab" * 32))
    item = pydicom.Dataset()
    item.DeviceUID = ours
    instance = read_instance(altered(tmp_path / "a.dcm", ContributingEquipmentSequence=[item]))
    assert eligibility(instance, ["1.2.3"]) is None
    assert eligibility(instance, ["1.2.3", ours]).code is DeclineCode.OWN_RESULT
    assert eligibility(read_instance(PLAIN), [ours], own=True).code is DeclineCode.OWN_RESULT


@pytest.mark.parametrize(
    "path",
    [PLAIN, ENCAPSULATED, FOLDER / "chest_nih_00000001_000_dx_cardiomegaly.dcm", REJECTS[-1]],
    ids=lambda p: p.stem,
)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_cut_anywhere_is_unreadable(tmp_path_factory, path, data):
    whole = path.read_bytes()
    cut = data.draw(
        st.integers(0, len(whole) - 1) | st.integers(0, 2000) | st.integers(len(whole) - 40, len(whole) - 1)
    )
    file = tmp_path_factory.mktemp("cut") / "cut.dcm"
    file.write_bytes(whole[:cut])
    with pytest.raises(Unreadable) as refusal:
        read_instance(file)
    assert len(str(refusal.value)) <= 64


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(128) + b"DICM", bytes(4000)])
def test_what_is_no_dicom_is_unreadable(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Unreadable):
        read_instance(tmp_path / "a")


def test_a_uid_that_could_be_a_path_is_unreadable(tmp_path):
    raw = PLAIN.read_bytes()
    uid = pydicom.dcmread(PLAIN, stop_before_pixels=True).SOPInstanceUID.encode()
    (tmp_path / "a").write_bytes(raw.replace(uid, b"../" + uid[3:]))
    with pytest.raises(Unreadable):
        read_instance(tmp_path / "a")


def test_the_pixel_hash_ignores_headers_and_the_content_hash_does_not(tmp_path):
    one = read_instance(altered(tmp_path / "a.dcm"))
    other = read_instance(altered(tmp_path / "b.dcm", PatientName="Corrected^Name"))
    implicit = read_instance(altered(tmp_path / "c.dcm", syntax=pydicom.uid.ImplicitVRLittleEndian))
    assert one.pixel_sha256 == other.pixel_sha256 == implicit.pixel_sha256
    assert one.content_sha256 != other.content_sha256
    assert one.content_sha256 == read_instance(PLAIN).content_sha256


def test_the_basic_offset_table_is_no_part_of_the_pixels(tmp_path):
    dataset = pydicom.dcmread(ENCAPSULATED)
    frames = list(pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=1))
    hashes = set()
    for has_table in (True, False):
        dataset.PixelData = pydicom.encaps.encapsulate(frames, has_bot=has_table)
        dataset.save_as(tmp_path / "a.dcm")
        hashes.add(read_instance(tmp_path / "a.dcm").pixel_sha256)
    assert len(hashes) == 1


def test_names_are_decoded_with_the_character_set_of_the_file(tmp_path):
    path = altered(tmp_path / "a.dcm", SpecificCharacterSet="ISO_IR 101", PatientName="Łącka^Żaneta")
    assert read_instance(path).study.patient_name == "Łącka^Żaneta"


def test_derived_uids_are_stable_distinct_and_valid():
    assert derive_uid("a", "b") == derive_uid("a", "b")
    assert len({derive_uid("a", "b"), derive_uid("ab"), derive_uid("a,b"), derive_uid("b", "a")}) == 4
    uid = pydicom.uid.UID(derive_uid("x"))
    assert uid.is_valid
    assert len(uid) <= 44


@pytest.mark.parametrize(
    ("changes", "years"),
    [
        ({"PatientAge": "047Y"}, 47),
        ({"PatientAge": "006M"}, 0.5),
        ({"PatientAge": "058", "PatientBirthDate": "20000101", "StudyDate": "20100101"}, pytest.approx(10, abs=0.01)),
        ({"PatientAge": "", "PatientBirthDate": "20100101", "StudyDate": "20000101"}, 0),
        ({"PatientAge": "", "PatientBirthDate": "2000", "StudyDate": "20100101"}, None),
        ({"PatientAge": "", "PatientBirthDate": ""}, None),
    ],
)
def test_the_age_is_what_is_said_or_what_the_dates_tell(tmp_path, changes, years):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a sender's slip
        file = altered(tmp_path / "a.dcm", **changes)
        assert read_instance(file).age_years == years
