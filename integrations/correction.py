"""A header corrected as DICOM wants it: the new values in their places, and what was there before beside them (PS3.3 C.12.1.1.9).

Pixels and everything else stay as they were. Where the character set lacks a letter of a new value, every text is written in
UTF-8, and means the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pydicom
from pydicom import config
from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset, FileDataset
from pydicom.tag import BaseTag, Tag
from pydicom.valuerep import CUSTOMIZABLE_CHARSET_VR, validate_value

from integrations.errors import Unreadable
from integrations.original_attributes import Attribute, Reason
from integrations.part10 import HEADER_ALONE, write_part10

_UNICODE = "ISO_IR 192"
_PLAIN = ("", "ISO_IR 6", "ISO 2022 IR 6")
_SEXES = ("M", "F", "O")
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")  # PS3.5 6.2: no value of these VRs may hold them
_NOT_DECODED = re.compile("[\N{REPLACEMENT CHARACTER}\x1b]")  # pydicom leaves the escapes in what it cannot read
_SYSTEM_CHARACTERS = 64  # of an LO
_FIRST_AGE_IN_YEARS = 2
_QUALIFIERS = "IssuerOfPatientIDQualifiersSequence"
_READ = ("SpecificCharacterSet", *(one.keyword for one in Attribute), "PatientAge", "StudyDate")
_WANTED = {
    Attribute.NAME: "Family^Given, at most 64 characters each in up to three groups",
    Attribute.BIRTH_DATE: "a day that has been, as YYYY-MM-DD",
    Attribute.SEX: "M, F or O",
    Attribute.PATIENT_ID: "at most 64 characters",
    Attribute.ISSUER: "at most 64 characters",
    Attribute.ACCESSION: "at most 16 characters",
}


class Unfit(ValueError):
    """A value that its attribute cannot hold; the message says what would fit, and does not repeat the value."""


class Undecodable(ValueError):
    """A text in the header is not in the character set that it names: nobody knows how to write it in another one."""


@dataclass(frozen=True, slots=True)
class Modification:
    """New values, each `fit`, and what is said of the change: when (aware), by which system, why, and whose the old values were."""

    values: Mapping[Attribute, str]
    at: datetime
    system: str
    reason: Reason = Reason.CORRECT
    source: str = ""


def fit(attribute: Attribute, value: str, today: date) -> str:
    """Return ``value`` as the attribute holds it (a date as YYYYMMDD). Raises Unfit."""
    value = value.strip()
    if attribute is Attribute.SEX:
        value = value.upper()
    if attribute is Attribute.BIRTH_DATE and (said := _DATE.fullmatch(value)):
        value = "".join(said.groups())
    if not value.strip("^= ") or _FORBIDDEN.search(value) or not _holds(attribute, value, today):
        raise Unfit(f"the {attribute.value} does not fit ({attribute.keyword}): it must be {_WANTED[attribute]}")
    return value


def corrected(file: Path, wanted: Modification) -> bytes | None:
    """Return the image as a Part-10 file with its header corrected; None: it says so already.

    Raises Undecodable, and Unreadable where the file is no longer an image.
    """
    dataset = _opened(pydicom.dcmread(file))
    return write_part10(dataset) if correct(dataset, wanted) else None


def differs(file: Path, wanted: Modification) -> bool:
    """Tell whether the image's header says otherwise. Raises as `corrected` would."""
    return correct(_opened(pydicom.dcmread(file, stop_before_pixels=True)), wanted)


def correct(dataset: Dataset, wanted: Modification) -> bool:
    """Correct ``dataset``, which must be as it was read; tells whether there was anything to correct. Raises Undecodable."""
    said = _undecoded(dataset, _READ)
    changed = {one.keyword: value for one, value in wanted.values.items() if _text(said, one.keyword) != value}
    if not changed:
        return False
    # What goes with them, and would contradict them.
    if "PatientBirthDate" in changed and _text(said, "PatientAge"):
        changed["PatientAge"] = _age(changed["PatientBirthDate"], _text(said, "StudyDate"))
    if "IssuerOfPatientID" in changed and _QUALIFIERS in dataset:
        changed[_QUALIFIERS] = ""
    item = Dataset()
    item.SourceOfPreviousValues = _fitting(wanted.source)
    item.AttributeModificationDateTime = wanted.at.strftime("%Y%m%d%H%M%S.%f%z")
    item.ModifyingSystem = _fitting(wanted.system)
    item.ReasonForTheAttributeModification = wanted.reason.value
    before = _undecoded(dataset, changed)
    if nonconforming := [Tag(keyword) for keyword in changed if not _conforms(keyword, _text(said, keyword))]:
        item.NonconformingModifiedAttributesSequence = [_as_bytes(tag, before) for tag in nonconforming]
    for keyword in changed:
        if keyword not in before or Tag(keyword) in nonconforming:
            before[Tag(keyword)] = DataElement(Tag(keyword), dictionary_VR(keyword), "")
    item.ModifiedAttributesSequence = [before]
    dataset.OriginalAttributesSequence = [*(dataset.get("OriginalAttributesSequence") or ()), item]
    # With the old values in it, so that they are written anew with the rest.
    if not _can_write(said.get("SpecificCharacterSet"), "".join(changed.values())):
        _spell_in_unicode(dataset)
    for keyword, value in changed.items():
        if value:
            setattr(dataset, keyword, value)
        else:
            del dataset[keyword]
    return True


def _undecoded(dataset: Dataset, keywords: Iterable[str]) -> Dataset:
    """Return what of these is in ``dataset`` as a data set of its own, which is read and written in the same encoding."""
    is_implicit, is_little_endian = dataset.original_encoding
    charset = dataset.get_item("SpecificCharacterSet")
    named = Dataset({charset.tag: charset} if charset is not None else {}).get("SpecificCharacterSet")
    encodings = convert_encodings(named) if named else [default_encoding]
    tags = [Tag(keyword) for keyword in keywords if keyword in dataset]
    part = Dataset({tag: element for tag in tags if (element := dataset.get_item(tag)) is not None}, parent_encoding=encodings)  # fmt: skip
    part.set_original_encoding(is_implicit, is_little_endian, encodings)
    return part


def _opened(dataset: FileDataset) -> FileDataset:
    if dataset.file_meta.get("PrivateInformationCreatorUID") == HEADER_ALONE:
        raise Unreadable("of this image the header alone is kept")
    return dataset


def _holds(attribute: Attribute, value: str, today: date) -> bool:
    try:
        validate_value(attribute.vr, value, config.RAISE)
        if attribute is Attribute.BIRTH_DATE:
            return date.fromisoformat(value) <= today
    except ValueError:
        return False
    return attribute is not Attribute.SEX or value in _SEXES


def _text(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _fitting(text: str) -> str:
    return _FORBIDDEN.sub("?", text)[:_SYSTEM_CHARACTERS]


def _age(born: str, seen: str) -> str:
    """Return Patient's Age (PS3.5 6.2, AS) on the day of the study; "" where the dates give none."""
    try:
        first, last = date.fromisoformat(born), date.fromisoformat(seen)
    except ValueError:
        return ""
    if last < first:
        return ""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    if months >= _FIRST_AGE_IN_YEARS * 12:
        return f"{months // 12:03}Y"
    return f"{months:03}M" if months else f"{(last - first).days:03}D"


def _conforms(keyword: str, value: str) -> bool:
    vr = dictionary_VR(keyword)
    try:
        if vr != "SQ":
            validate_value(vr, value, config.RAISE)
    except ValueError:
        return False
    return True


def _as_bytes(tag: BaseTag, before: Dataset) -> Dataset:
    """Return an old value that its VR forbids as the item that may hold it (0400,0551)."""
    element = before.get_item(tag)
    item = Dataset()
    item.SelectorAttribute = tag
    item.SelectorValueNumber = 1
    item.NonconformingDataElementValue = (
        element.value if isinstance(element, RawDataElement) else str(before[tag].value).encode()
    )
    return item


def _can_write(charset: str | Sequence[str] | None, text: str) -> bool:
    """Tell whether a character set has every letter of the text."""
    if text.isascii():
        return True
    if not isinstance(charset, str) or charset in _PLAIN:
        return False
    [encoding] = convert_encodings(charset)
    try:
        return bool(text.encode(encoding).decode(encoding) == text)
    except UnicodeError:
        return False


def _spell_in_unicode(dataset: Dataset) -> None:
    said = dataset.get("SpecificCharacterSet")
    _decode(dataset, convert_encodings(said) if said else [default_encoding])
    dataset.SpecificCharacterSet = _UNICODE
    # What is no text is written as the bytes that it is, unless pydicom believes that it was of another encoding.
    is_implicit, is_little_endian = dataset.original_encoding
    dataset.set_original_encoding(is_implicit, is_little_endian, convert_encodings(_UNICODE))


def _decode(dataset: Dataset, encodings: list[str]) -> None:
    """Decode every text, those in sequences, too; an item that names a character set of its own keeps it."""
    for tag in list(dataset.keys()):
        element = dataset.get_item(tag)
        assert element is not None
        vr = element.VR or (dictionary_VR(tag) if dictionary_has_tag(tag) else "UN")
        if vr == "SQ":
            for item in dataset[tag].value:
                if "SpecificCharacterSet" not in item:
                    _decode(item, encodings)
        elif vr in CUSTOMIZABLE_CHARSET_VR:
            if isinstance(element, RawDataElement):
                dataset[tag] = convert_raw_data_element(element, encoding=encodings)
            if _NOT_DECODED.search(str(dataset[tag].value)):
                raise Undecodable("a text in the header is not in the character set that the header names")
