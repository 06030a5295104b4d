from io import BytesIO

import numpy as np
import pydicom
import pytest
from dicom_samples import validator_errors
from PIL import Image

from integrations.errors import Unreadable
from integrations.instance import eligibility, read_instance, read_radiograph, stored_pixels
from integrations.upload import Particulars, wrap

PERSON = Particulars(
    patient_id="X-1",
    patient_name="Łącka^Żaneta=山田^花子",
    birth_date="19700102",
    sex="F",
    accession_number="A7",
    study_date="20240103",
    view="PA",
)
RNG = np.random.default_rng(3)
GREY_8 = RNG.integers(0, 256, (101, 77), np.uint8)
GREY_16 = RNG.integers(0, 65536, (101, 77), np.uint16)


def _encoded(pixels, kind="PNG", **options):
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("pixels", "kind"), [(GREY_8, "PNG"), (GREY_16, "PNG"), (np.dstack([GREY_8] * 3), "JPEG"), (GREY_8 > 99, "PNG")]
)
def test_an_upload_becomes_a_valid_instance_that_is_for_us(tmp_path, pixels, kind):
    file = tmp_path / "a.dcm"
    file.write_bytes(wrap(_encoded(pixels, kind), PERSON))
    instance = read_instance(file)
    assert eligibility(instance, ()) is None
    assert validator_errors(file) == []
    assert (instance.study.patient_name, instance.study.accession_number, instance.view) == (
        "Łącka^Żaneta=山田^花子",
        "A7",
        "PA",
    )
    assert read_radiograph(file).pixels.shape == (101, 77)
    if kind == "PNG" and pixels.dtype != bool:
        assert np.array_equal(stored_pixels(file), pixels)
    assert pydicom.dcmread(file).get("LossyImageCompression") == ("01" if kind == "JPEG" else None)


def test_the_same_upload_gives_the_same_bytes_and_another_patient_another_instance():
    picture = _encoded(GREY_8)
    assert wrap(picture, PERSON) == wrap(picture, PERSON)
    other = wrap(picture, Particulars(patient_id="X-2"))
    uids = {
        pydicom.dcmread(BytesIO(content)).SOPInstanceUID
        for content in (other, wrap(picture, PERSON), wrap(_encoded(GREY_16), PERSON))
    }
    assert len(uids) == 3


def test_images_of_one_accession_come_into_one_study():
    studies = {pydicom.dcmread(BytesIO(wrap(_encoded(p), PERSON))).StudyInstanceUID for p in (GREY_8, GREY_16)}
    nameless = {pydicom.dcmread(BytesIO(wrap(_encoded(p), Particulars()))).StudyInstanceUID for p in (GREY_8, GREY_16)}
    assert (len(studies), len(nameless)) == (1, 2)


def test_a_photo_is_turned_as_its_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = pydicom.dcmread(BytesIO(wrap(_encoded(GREY_8, "JPEG", exif=exif), PERSON)))
    assert (turned.Rows, turned.Columns) == (77, 101)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"garbage",
        _encoded(GREY_8)[:-200],
        _encoded(GREY_8, "JPEG")[:-500],
        _encoded(GREY_8, "GIF"),
        _encoded(np.zeros((8, 8), np.uint8)),
        _encoded(np.zeros((10001, 64), np.uint8)),
    ],
    ids=["empty", "garbage", "cut PNG", "cut JPEG", "GIF", "tiny", "huge"],
)
def test_what_is_no_picture_of_a_radiograph_is_unreadable(picture):
    with pytest.raises(Unreadable):
        wrap(picture, PERSON)


@pytest.mark.parametrize(
    "field",
    [
        {"birth_date": "2.1.1970"},
        {"sex": "female"},
        {"patient_id": "x" * 65},
        {"patient_name": "a\\b"},
        {"accession_number": "1\n2"},
        {"view": "LL"},
    ],
    ids=lambda f: next(iter(f)),
)
def test_particulars_that_do_not_fit_are_refused_by_name_and_not_by_value(field):
    ((name, value),) = field.items()
    with pytest.raises(ValueError, match=name) as refusal:
        Particulars(**field)
    assert value not in str(refusal.value)
