"""A header corrected as DICOM wants it: the new values in their places, and what was there before beside them (PS3.3 C.12.1.1.9).

Pixels and everything else stay as they were. Where the character set lacks a letter of a new value, every text is written in
UTF-8, and means the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pydicom
from pydicom import config
from pydicom.charset import convert_encodings
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag, Tag
from pydicom.valuerep import validate_value

from integrations.damage import damage_is_unreadable
from integrations.errors import Unreadable
from integrations.original_attributes import Attribute, Reason
from integrations.part10 import HEADER_ALONE, write_part10
from integrations.respelling import Undecodable, can_write, spell_in_unicode

__all__ = ["Modification", "Undecodable", "Unfit", "correct", "corrected", "differs", "fit"]

_SEXES = ("M", "F", "O")
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")  # PS3.5 6.2: no value of these VRs may hold them
_UNSEEN = ("Cf", "Zl", "Zp")  # zero width, order of writing, separators: two values that look the same would differ
_SYSTEM_CHARACTERS = 64  # of an LO
_FIRST_AGE_IN_YEARS, _LAST_AGE_IN_YEARS = 2, 999
_LONGEST_LIFE_YEARS = 150
_ORIGINAL, _REQUESTS = "OriginalAttributesSequence", "RequestAttributesSequence"
_QUALIFIERS = "IssuerOfPatientIDQualifiersSequence"
_READ = ("SpecificCharacterSet", *(one.keyword for one in Attribute), "PatientAge", "StudyDate")
_WANTED = {
    Attribute.NAME: "Family^Given, at most 64 characters each in up to three groups",
    Attribute.BIRTH_DATE: f"a day of the last {_LONGEST_LIFE_YEARS} years that has been, as YYYY-MM-DD",
    Attribute.SEX: "M, F or O",
    Attribute.PATIENT_ID: "at most 64 characters",
    Attribute.ISSUER: "at most 64 characters",
    Attribute.ACCESSION: "at most 16 characters",
}


class Unfit(ValueError):
    """A value that its attribute cannot hold; the message says what would fit, and does not repeat the value."""


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
    if _FORBIDDEN.search(value) or any(unicodedata.category(character) in _UNSEEN for character in value):
        raise Unfit(
            f"the {attribute.value} does not fit ({attribute.keyword}): it must be without backslashes, control characters "
            "and characters that cannot be seen"
        )
    if not value.strip("^= ") or not _holds(attribute, value, today):
        raise Unfit(f"the {attribute.value} does not fit ({attribute.keyword}): it must be {_WANTED[attribute]}")
    return value


def corrected(file: Path, wanted: Modification) -> bytes | None:
    """Return the image as a Part-10 file with its header corrected; None: it says so already.

    Raises Undecodable, and Unreadable where the file is damaged, or no longer an image. What stands after Pixel Data is read
    only here, so that both can come of a file of which `differs` told something.
    """
    dataset = _opened(file, whole=True)
    if not correct(dataset, wanted):
        return None
    with damage_is_unreadable():
        return write_part10(dataset)


def differs(file: Path, wanted: Modification) -> bool:
    """Tell whether the image's header says otherwise. Raises as `corrected` would."""
    return correct(_opened(file, whole=False), wanted)


def correct(dataset: Dataset, wanted: Modification) -> bool:
    """Correct ``dataset``, which must be as it was read; tells whether there was anything to correct.

    Requests (0040,0275) with the old accession number get the new one, and the sequence as it was is kept with the old values.

    Raises Undecodable, Unreadable.
    """
    said = _undecoded(dataset, _READ)
    changed = {one.keyword: value for one, value in wanted.values.items() if _text(said, one.keyword) != value}
    if not changed:
        return False
    # What goes with them, and would contradict them.
    if "PatientBirthDate" in changed and _text(said, "PatientAge"):
        changed["PatientAge"] = _age(changed["PatientBirthDate"], _text(said, "StudyDate"))
    if "IssuerOfPatientID" in changed and _QUALIFIERS in dataset:
        changed[_QUALIFIERS] = ""
    before = _undecoded(dataset, changed)
    requests = _requests_of(dataset, _text(said, "AccessionNumber")) if "AccessionNumber" in changed else []
    if requests:
        before[_REQUESTS] = deepcopy(dataset[_REQUESTS])
    nonconforming = [Tag(keyword) for keyword in changed if not _conforms(keyword, _text(said, keyword))]
    item = _original(wanted, changed, before, nonconforming)
    items = [*_items(dataset, _ORIGINAL), item]
    with damage_is_unreadable():  # a sequence is told of Pixel Representation
        dataset.add_new(_ORIGINAL, "SQ", items)
    # With the old values in it, so that they are written anew with the rest.
    if not can_write(_value(said, "SpecificCharacterSet"), "".join(changed.values())):
        spell_in_unicode(dataset)
    for keyword, value in changed.items():
        if value:
            _put(dataset, keyword, value)
        else:
            del dataset[keyword]
    for request in requests:
        if "SpecificCharacterSet" in request and not can_write(
            _value(request, "SpecificCharacterSet"), changed["AccessionNumber"]
        ):
            spell_in_unicode(request)
        _put(request, "AccessionNumber", changed["AccessionNumber"])
    return True


def _original(
    wanted: Modification, changed: Iterable[str], before: Dataset, nonconforming: Sequence[BaseTag]
) -> Dataset:
    """Return the item that says what was changed, when, by what and why; ``before`` are the old values."""
    item = Dataset()
    item.SourceOfPreviousValues = _fitting(wanted.source)
    item.AttributeModificationDateTime = wanted.at.strftime("%Y%m%d%H%M%S.%f%z")
    item.ModifyingSystem = _fitting(wanted.system)
    item.ReasonForTheAttributeModification = wanted.reason.value
    if nonconforming:
        item.NonconformingModifiedAttributesSequence = [_as_bytes(tag, before) for tag in nonconforming]
    for keyword in changed:
        if keyword not in before or Tag(keyword) in nonconforming:
            _put(before, keyword, "")
    item.ModifiedAttributesSequence = [before]
    return item


def _put(dataset: Dataset, keyword: str, value: str) -> None:
    """Put a new element in the place of the old one, which may have been of another VR."""
    dataset.add_new(keyword, dictionary_VR(keyword), value)


def _requests_of(dataset: Dataset, accession: str) -> list[Dataset]:
    items = _items(dataset, _REQUESTS) if accession else ()
    return [one for one in items if _text(_undecoded(one, ["AccessionNumber"]), "AccessionNumber") == accession]


def _undecoded(dataset: Dataset, keywords: Iterable[str]) -> Dataset:
    """Return what of these is in ``dataset`` as a data set of its own, which is read and written in the same encoding."""
    is_implicit, is_little_endian = dataset.original_encoding
    charset = dataset.get_item("SpecificCharacterSet")
    named = _value(Dataset({charset.tag: charset} if charset is not None else {}), "SpecificCharacterSet")
    encodings = convert_encodings(named) if named else dataset.original_character_set
    tags = [Tag(keyword) for keyword in keywords if keyword in dataset]
    part = Dataset({tag: element for tag in tags if (element := dataset.get_item(tag)) is not None}, parent_encoding=encodings)  # fmt: skip
    part.set_original_encoding(is_implicit, is_little_endian, encodings)
    return part


def _opened(file: Path, *, whole: bool) -> FileDataset:
    with damage_is_unreadable():
        dataset = pydicom.dcmread(file, stop_before_pixels=not whole)
    if _value(dataset.file_meta, "PrivateInformationCreatorUID") == HEADER_ALONE:
        raise Unreadable("of this image the header alone is kept")
    return dataset


def _value(dataset: Dataset, keyword: str) -> Any:
    with damage_is_unreadable():
        return dataset.get(keyword)


def _items(dataset: Dataset, keyword: str) -> Sequence[Dataset]:
    value = _value(dataset, keyword) or Items()
    if not isinstance(value, Items):
        raise Unreadable(f"{keyword} is no sequence")
    return value


def _holds(attribute: Attribute, value: str, today: date) -> bool:
    try:
        validate_value(attribute.vr, value, config.RAISE)
        if attribute is Attribute.BIRTH_DATE:
            born = date.fromisoformat(value)
            oldest = (today.year - _LONGEST_LIFE_YEARS, today.month, today.day)
            return oldest <= (born.year, born.month, born.day) and born <= today
    except ValueError:
        return False
    return attribute is not Attribute.SEX or value in _SEXES


def _text(dataset: Dataset, keyword: str) -> str:
    value = _value(dataset, keyword)
    with damage_is_unreadable():  # a name is decoded only now
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
        return f"{months // 12:03}Y" if months // 12 <= _LAST_AGE_IN_YEARS else ""
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
