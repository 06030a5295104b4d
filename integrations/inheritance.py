"""Patient and study attributes, handed from a radiograph to what is made from it: the sender's own bytes where they are text."""

import re
from functools import cache

from highdicom import SOPClass
from highdicom._standard_utils import get_iod_module_map, get_module_attribute_map
from pydicom import config
from pydicom.charset import convert_encodings, default_encoding, python_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.valuerep import validate_value

from integrations.respelling import UNICODE, spell_what_is_known

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

    Text keeps its bytes, in sequences, too, so that no name is changed by a decoder. A value that its VR forbids (PS3.5 6.2: an
    age of `58`) is mended where its meaning is plain, and else left out, as is what nobody can read. Nothing private is copied.
    ``source`` must be as it was read, its values undecoded.

    Returns what was mended or left out, as `PatientAge mended`; never a value.
    """
    stored = {element.tag: element for element in source.values()}
    notes = [f"{keyword_for_tag(tag)} left out" for tag in _drop_what_is_unreadable(source)]
    authored = {tag: made.get_item(tag) for tag in made.keys()}  # noqa: SIM118 a Dataset iterates over its elements
    made.copy_patient_and_study_information(source)
    inherited = [t for t in made.keys() if made.get_item(t) is not authored.get(t) and t != _CHARACTER_SET]  # noqa: SIM118
    if charset := stored.get(_CHARACTER_SET):
        terms, said = _mended_terms(charset)
        made.pop(_CHARACTER_SET, None)
        if terms:
            made[_CHARACTER_SET] = _raw(_CHARACTER_SET, "CS", terms)
        if terms != said:
            notes.append(f"SpecificCharacterSet {'mended' if terms else 'left out'}")
    named = made.get("SpecificCharacterSet")
    encodings = convert_encodings(named) if named else default_encoding
    for tag in inherited:
        element = stored[tag]
        vr = _vr_of(element)
        if made[tag].VR == "SQ":
            unread: list[BaseTag] = []
            made[tag] = DataElement(tag, "SQ", [_as_sent(item, encodings, unread) for item in made[tag].value])
            notes += [f"{keyword_for_tag(below)} in {keyword_for_tag(tag)} left out" for below in dict.fromkeys(unread)]
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
    # pydicom would decode what it believes to be of another encoding, and encode it again: not always to the same bytes.
    made.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding=encodings)
    return tuple(notes)


def _drop_what_is_unreadable(source: Dataset) -> list[BaseTag]:
    """Remove what is to be inherited and cannot be read: a number of three bytes, a text that is too long to have been read."""
    dropped = []
    for tag in sorted(inherited_tags() & set(source.keys())):
        try:
            source[tag]
        except Exception:  # noqa: BLE001 a damaged value can raise anything
            del source[tag]
            dropped.append(tag)
    return dropped


def _as_sent(item: Dataset, encodings: str | list[str], unread: list[BaseTag]) -> Dataset:
    """Return an item of ``source`` as pydicom would have read it in explicit VR: what is text there is not decoded to be written.

    What nobody can read is left out, and its tag is added to ``unread``.
    """
    held = {tag: item.get_item(tag) for tag in item.keys() if not tag.is_private and tag.element}  # noqa: SIM118
    kept: dict[BaseTag, DataElement | RawDataElement] = {}
    if (charset := held.pop(_CHARACTER_SET, None)) and (terms := _mended_terms(charset)[0]):
        kept[_CHARACTER_SET] = _raw(_CHARACTER_SET, "CS", terms)
        encodings = convert_encodings(terms.decode().split("\\"))
    for tag, element in held.items():
        vr = _vr_of(element)
        if vr in _TEXT_VRS and isinstance(element, RawDataElement):
            kept[tag] = _raw(tag, vr, element.value or b"")
            continue
        try:
            read = item[tag]
        except Exception:  # noqa: BLE001 a damaged value can raise anything
            unread.append(tag)
            continue
        is_sequence = read.VR == "SQ"
        kept[tag] = (
            DataElement(tag, "SQ", [_as_sent(below, encodings, unread) for below in read.value])
            if is_sequence
            else read
        )
    made = Dataset(kept, parent_encoding=encodings)
    made.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding=encodings)
    return made


def spell_in_unicode(made: Dataset) -> tuple[str, ...]:
    """Write what was inherited, undecoded until now, in UTF-8: what a person writes may need letters that its character set lacks.

    Of a text that is not in the character set that the source names, or that names none, what is no ASCII becomes `\ufffd`:
    nobody knows which letters it was.

    Returns which attributes hold such texts, as `PatientName not readable`.
    """
    inherited = inherited_tags() & set(made.keys())
    part = Dataset(
        {tag: element for tag in (*inherited, _CHARACTER_SET) if (element := made.get_item(tag)) is not None}
    )
    misfits = spell_what_is_known(part)
    for tag in inherited:
        made[tag] = part.get_item(tag)
    made.SpecificCharacterSet = UNICODE
    # What is no text is written as the bytes that it is, unless pydicom believes that it was of another encoding.
    made.set_original_encoding(
        is_implicit_vr=False, is_little_endian=True, character_encoding=convert_encodings(UNICODE)
    )
    return tuple(f"{keyword_for_tag(tag)} not readable" for tag in sorted(misfits))


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


def _mended_terms(charset: DataElement | RawDataElement) -> tuple[bytes, bytes]:
    """Return Specific Character Set (PS3.3 C.12.1.1.2) in the form of the standard's terms: `iso_ir 100` means ISO_IR 100.

    A term that is none stays, for whoever reads it may know more of it than we do; what is no code string at all goes.
    Beside it, what was said.
    """
    value = charset.value or b""
    if not isinstance(value, bytes):
        value = ("\\".join(map(str, value)) if isinstance(value, MultiValue) else str(value)).encode()
    terms = []
    for one in value.decode("ascii", "replace").strip(" \0").split("\\"):
        term = one.strip().upper()
        if found := _TERM.fullmatch(term):
            meant = f"ISO 2022 IR {found[2]}" if found[1] else f"ISO_IR {found[2]}"
            term = meant if meant in python_encoding else term
        terms.append(term)
    whole = "\\".join(terms)
    is_one = any(terms) and re.fullmatch(r"[A-Z0-9 _]{0,16}(\\[A-Z0-9 _]{0,16})*", whole)
    return whole.encode() if is_one else b"", value.strip(b" \0")


def _vr_of(element: DataElement | RawDataElement) -> str:
    """Return the VR as it is sent, or as the standard has it where none is sent, or one that says nothing."""
    if element.VR and element.VR != "UN":
        return str(element.VR)
    return dictionary_VR(element.tag) if dictionary_has_tag(element.tag) else "UN"


def _raw(tag: BaseTag, vr: str, value: bytes) -> RawDataElement:
    padded = value + b" " * (len(value) % 2)
    return RawDataElement(tag, vr, len(padded), padded, 0, is_implicit_VR=False, is_little_endian=True)
