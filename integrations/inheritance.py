"""Patient and study attributes, handed from a radiograph to what is made from it: the sender's own bytes where they are text."""

import re
from functools import cache

from highdicom import SOPClass
from highdicom._standard_utils import get_iod_module_map, get_module_attribute_map
from pydicom import config
from pydicom.charset import convert_encodings, default_encoding, python_encoding
from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import validate_value

_TEXT_VRS = frozenset(
    ["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"]
)
_CHECKED_VRS = frozenset(["AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI"])
"""Those whose form the standard fixes; names and identifiers are never touched, whatever they look like."""
_SEXES = ("M", "F", "O")
_CHARACTER_SET = BaseTag(0x00080005)
_TERM = re.compile(r"ISO[ _-]?(2022[ _-]?)?IR[ _-]?(\d+)")


def inherit_patient_and_study(made: SOPClass, source: Dataset) -> tuple[str, ...]:
    """Copy the Patient, Clinical Trial and Study modules of ``source`` and its character set into ``made``.

    Text keeps its bytes, so that no name is changed by a decoder. A value that its VR forbids (PS3.5 6.2: an age of `58`)
    is mended where its meaning is plain, and else left out. ``source`` must be as it was read, its values undecoded.

    Returns what was mended or left out, as `PatientAge mended`; never a value.
    """
    stored = {element.tag: element for element in source.values()}
    authored = {tag: made.get_item(tag) for tag in made.keys()}  # noqa: SIM118 a Dataset iterates over its elements
    made.copy_patient_and_study_information(source)
    notes = []
    for tag in [t for t in made.keys() if made.get_item(t) is not authored.get(t)]:  # noqa: SIM118
        element = stored[tag]
        vr = element.VR or dictionary_VR(tag)
        if vr not in _TEXT_VRS or not isinstance(element, RawDataElement):
            continue
        value = element.value or b""
        mended = _mended(vr, keyword_for_tag(tag), value)
        if mended is None and tag in authored:
            made[tag] = authored[tag]
        elif mended is None:
            del made[tag]
        else:
            made[tag] = _raw(tag, vr, mended)
        if mended != value:
            notes.append(f"{keyword_for_tag(tag)} {'left out' if mended is None else 'mended'}")
    if charset := stored.get(_CHARACTER_SET):
        terms = _mended_terms(charset.value or b"")
        if terms:
            made[_CHARACTER_SET] = _raw(_CHARACTER_SET, "CS", terms)
        if terms != (charset.value or b"").strip(b" \0"):
            notes.append(f"SpecificCharacterSet {'mended' if terms else 'left out'}")
    # pydicom would decode what it believes to be of another encoding, and encode it again: not always to the same bytes.
    said = made.get("SpecificCharacterSet")
    encodings = convert_encodings(said) if said else default_encoding
    made.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding=encodings)
    return tuple(notes)


def spell_in_unicode(made: Dataset) -> None:
    """Write what was inherited, undecoded until now, in UTF-8: what a person writes may need letters that its character set lacks."""
    charset = made.get("SpecificCharacterSet") or ""
    encodings = convert_encodings(charset)
    for tag in inherited_tags() & set(made.keys()):
        element = made.get_item(tag)
        if isinstance(element, RawDataElement):
            made[tag] = convert_raw_data_element(element, encoding=encodings)
        elif element is not None and element.VR == "SQ":
            for item in element.value:
                item.decode()
    made.SpecificCharacterSet = "ISO_IR 192"


@cache
def inherited_tags() -> frozenset[BaseTag]:
    """Return the root attributes of the modules of Patient and Study (PS3.3 A.1.3), in the tables that highdicom ships."""
    modules = {
        module["key"]
        for iod in ("secondary-capture-image", "comprehensive-3d-sr", "parametric-map")
        for module in get_iod_module_map()[iod]
        if module["ie"] in ("Patient", "Study")
    }
    attributes = get_module_attribute_map()
    return frozenset(
        BaseTag(tag)
        for module in modules
        for attribute in attributes[module]
        if not attribute["path"] and (tag := tag_for_keyword(attribute["keyword"])) is not None
    )


def _mended(vr: str, keyword: str, value: bytes) -> bytes | None:
    """Return ``value``, or what it plainly means, or None."""
    text = value.decode("ascii", "replace").strip(" \0")
    if vr not in _CHECKED_VRS or not text:
        return value
    if keyword == "PatientSex" and text not in _SEXES:
        return text.upper().encode() if text.upper() in _SEXES else None
    if keyword == "PatientAge" and re.fullmatch(r"\d{1,3}", text):
        return f"{int(text):03}Y".encode()
    try:
        for each in text.split("\\"):
            validate_value(vr, each, config.RAISE)
    except ValueError:
        return None
    return value


def _mended_terms(value: bytes) -> bytes:
    """Return Specific Character Set (PS3.3 C.12.1.1.2) in the form of the standard's terms: `iso_ir 100` means ISO_IR 100.

    A term that is none stays, for whoever reads it may know more of it than we do; what is no code string at all goes.
    """
    terms = []
    for said in value.decode("ascii", "replace").strip(" \0").split("\\"):
        term = said.strip().upper()
        if found := _TERM.fullmatch(term):
            meant = f"ISO 2022 IR {found[2]}" if found[1] else f"ISO_IR {found[2]}"
            term = meant if meant in python_encoding else term
        terms.append(term)
    whole = "\\".join(terms)
    return whole.encode() if any(terms) and re.fullmatch(r"[A-Z0-9 _\\]+", whole) else b""


def _raw(tag: BaseTag, vr: str, value: bytes) -> RawDataElement:
    padded = value + b" " * (len(value) % 2)
    return RawDataElement(tag, vr, len(padded), padded, 0, is_implicit_VR=False, is_little_endian=True)
