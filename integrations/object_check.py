"""The gate before the door: what is wrong with an object of ours, by the standard's module tables and our own promises.

It judges what we author. What an object inherits (the modules of Patient and Study) was mended or left out when it was made, so
that a sender's slip holds back no result. It is quick and always there; dciodvfy, dsrdump and PixelMed's validator know more of
the standard, and judge the same objects in the tests.

Clauses: PS3.5 7.4 (types 1, 1C and 2), 6.2 (value representations), PS3.3 A.8.1, A.35.4, A.35.13, A.75.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import pydicom
from highdicom._standard_utils import construct_module_tree, get_iod_module_map, get_sop_class_iod_map
from pydicom import config
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import validate_value

from integrations import image_rules, report_rules
from integrations.imaging_study import ReportedInstance
from integrations.inheritance import inherited_tags


@dataclass(frozen=True, slots=True)
class _Found:
    """An element as it was read, where it is, the data set that holds it, and its items where it is a sequence."""

    where: str
    tag: int
    element: DataElement | RawDataElement
    dataset: Dataset
    items: "tuple[tuple[Dataset, _Level], ...]"


_Level = dict[int, _Found]
"""A data set, or an item, by tag: numbers, which are found many times quicker than pydicom's tags."""
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_CONTENT_ITEMS = "sr-document-content"
"""A table of what content items of every value type have: `report_rules` knows which is which."""
_TEXTS = frozenset(["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "PN", "SH", "TM", "UC", "UI"])
_SINGLE_TEXTS = frozenset(["LT", "ST", "UR", "UT"])
"""Those that a backslash does not divide (PS3.5 6.2)."""
_REFERENCED_INSTANCE, _REFERENCED_SERIES = 0x00081155, 0x00081115
_VIEWED_BYTES = 1 << 16
_KEPT = 4096  # most of what our objects say is the same in each: codes, names of attributes, our own texts
_RULES = {
    pydicom.uid.SecondaryCaptureImageStorage: image_rules.capture,
    pydicom.uid.ParametricMapStorage: image_rules.parametric_map,
    pydicom.uid.Comprehensive3DSRStorage: report_rules.report,
    pydicom.uid.KeyObjectSelectionDocumentStorage: report_rules.rejection_note,
}


def objections(content: bytes, known: Iterable[ReportedInstance] | None = None) -> tuple[str, ...]:
    """Return what is wrong with an object of ours, a complete Part-10 file; empty: it may leave.

    ``known`` are the instances that it may refer to: sources of its study, and objects of ours. None: nobody knows, and no
    reference is followed. The words name attributes and never a value.
    """
    try:
        dataset = _read(content)
        return tuple(dict.fromkeys(_objections(dataset, None if known is None else tuple(known))))
    except Exception as error:  # noqa: BLE001 a damaged object can raise anything, and what it raises may quote the patient
        return (f"it cannot be read ({type(error).__name__})",)


def _read(content: bytes) -> Dataset:
    """Read an object of ours, its pixels as a view of ``content``: millions of them are not copied to be counted."""
    dataset = pydicom.dcmread(BytesIO(content), defer_size=_VIEWED_BYTES)
    for element in dataset.values():
        if isinstance(element, RawDataElement) and element.value is None and element.length:
            end = element.value_tell + element.length
            viewed = memoryview(content)[element.value_tell : end].toreadonly()
            dataset[element.tag] = element._replace(value=viewed)  # type: ignore[arg-type]
    return dataset


def _objections(dataset: Dataset, known: tuple[ReportedInstance, ...] | None) -> Iterator[str]:
    rules = _RULES.get(dataset.get("SOPClassUID"))
    if rules is None:
        yield "SOPClassUID is none of ours"
        return
    yield from _file_meta(dataset)
    level = _level(dataset, "", whole=inherited_tags())
    for module in _modules(dataset):
        yield from _by_table(level, _table(module), "", deep=module not in _inherited_modules())
    elements = [e for tag, one in level.items() if tag not in inherited_tags() for e in _flat(one)]
    foreign = {uid for i in known or () for uid in (i.sop_instance_uid, i.series_instance_uid)}
    yield from _values(elements, {*foreign, dataset.get("StudyInstanceUID")})
    yield from _private(dataset, inherited_tags())
    if not dataset.get("SpecificCharacterSet") and not _is_ascii(elements):
        yield "SpecificCharacterSet is missing, and a text is not ASCII"
    if dataset.get("ContentQualification") != "RESEARCH":
        yield "ContentQualification must be RESEARCH"
    if not any(item.get("DeviceUID") for item in dataset.get("ContributingEquipmentSequence") or ()):
        yield "ContributingEquipmentSequence names no DeviceUID"
    yield from rules(dataset)
    if known is not None:
        yield from _references(elements, {i.sop_instance_uid: i for i in known}, dataset)


def _file_meta(dataset: Dataset) -> Iterator[str]:
    meta = dataset.file_meta
    if meta.get("MediaStorageSOPClassUID") != dataset.get("SOPClassUID"):
        yield "MediaStorageSOPClassUID is not that of the data set"
    if meta.get("MediaStorageSOPInstanceUID") != dataset.get("SOPInstanceUID"):
        yield "MediaStorageSOPInstanceUID is not that of the data set"
    if meta.get("TransferSyntaxUID") != ExplicitVRLittleEndian:
        yield "TransferSyntaxUID is not Explicit VR Little Endian"


def _modules(dataset: Dataset) -> list[str]:
    """Return the modules that the object must have: mandatory ones, and of the conditional ones those that we promise."""
    pixels = "floating-point-image-pixel" if "FloatPixelData" in dataset else "image-pixel"
    promised = (
        {pixels, "common-instance-reference"} if dataset.SOPClassUID == pydicom.uid.ParametricMapStorage else set()
    )
    iod = get_iod_module_map()[get_sop_class_iod_map()[dataset.SOPClassUID]]
    return [m["key"] for m in iod if (m["usage"] == "M" and m["key"] != _CONTENT_ITEMS) or m["key"] in promised]


@cache
def _inherited_modules() -> frozenset[str]:
    iods = (get_iod_module_map()[get_sop_class_iod_map()[uid]] for uid in _RULES)
    return frozenset(m["key"] for iod in iods for m in iod if m["ie"] in ("Patient", "Study"))


@dataclass(frozen=True, slots=True)
class _Table:
    """What a module says of one level: by tag, an attribute's keyword, its type, and the table of its items."""

    attributes: Mapping[int, "tuple[str, str, _Table]"]
    required: tuple[tuple[int, str, str], ...]


@cache
def _table(module: str) -> _Table:
    return _compiled(construct_module_tree(module)["attributes"])


def _compiled(tree: Mapping[str, Any]) -> _Table:
    rows = {
        int(tag): (keyword, attribute["type"].value, _compiled(attribute.get("attributes", {})))
        for keyword, attribute in tree.items()
        if (tag := tag_for_keyword(keyword)) is not None
    }
    return _Table(rows, tuple((tag, keyword, kind) for tag, (keyword, kind, _) in rows.items() if kind in ("1", "2")))


def _by_table(level: _Level, table: _Table, path: str, *, deep: bool, group: bool = False) -> Iterator[str]:
    """Check types 1, 1C and 2; ``group``: a functional group may stand in the shared item or in each frame's."""
    if not group:
        for tag, keyword, kind in table.required:
            if tag not in level:
                yield f"{path}{keyword} (type {kind}) is missing"
    if not deep:
        return
    for tag, found in level.items():
        if (row := table.attributes.get(tag)) is None:
            continue
        keyword, kind, below = row
        if kind in ("1", "1C") and _is_empty(found.element):
            yield f"{found.where} (type {kind}) is empty"
        for number, (_, item) in enumerate(found.items, 1):
            yield from _by_table(item, below, f"{found.where}[{number}].", deep=True, group=keyword in _GROUPS)


def _is_empty(element: DataElement | RawDataElement) -> bool:
    if isinstance(element, RawDataElement):
        text = element.VR in _TEXTS or element.VR in _SINGLE_TEXTS
        return not (element.value.strip(b" \0") if text and element.value else element.value)
    return element.is_empty


def _level(dataset: Dataset, path: str, whole: Collection[int] = ()) -> _Level:
    """Read a data set level by level; what is in ``whole`` is taken as it is.

    Most of it is judged by its bytes, undecoded, which is many times quicker.
    """
    level = {}
    for tag, raw in tuple(dataset.items()):
        number, element = int(tag), raw
        where = f"{path}{_in_dictionary(number)[0] or tag}"
        items: tuple[tuple[Dataset, _Level], ...] = ()
        if number not in whole:
            if isinstance(raw, RawDataElement) and (raw.VR is None or raw.VR == "SQ"):
                element = dataset[tag]
            if element.VR == "SQ":
                sequence: Iterable[Dataset] = element.value or ()  # type: ignore[assignment]
                items = tuple((item, _level(item, f"{where}[{n}].")) for n, item in enumerate(sequence, 1))
        level[number] = _Found(where, number, element, dataset, items)
    return level


def _flat(found: _Found) -> Iterator[_Found]:
    yield found
    for _, item in found.items:
        for below in item.values():
            yield from _flat(below)


@lru_cache(_KEPT)
def _in_dictionary(tag: int) -> tuple[str, str]:
    """Return keyword and VR; empty where the standard knows no such attribute."""
    return (keyword_for_tag(tag), dictionary_VR(tag)) if dictionary_has_tag(tag) else ("", "")


def _values(elements: Iterable[_Found], foreign: set[str]) -> Iterator[str]:
    for found in elements:
        where, vr = found.where, str(found.element.VR)
        if found.tag >> 16 & 1:
            yield f"{where} is private"
            continue
        if vr not in _in_dictionary(found.tag)[1]:
            yield f"{where} has the VR {vr}"
        if vr in ("SQ", "OB", "OW", "OF", "UN") or _is_empty(found.element):
            continue
        for value in _values_of(found, vr):
            if value not in foreign and not _fits(vr, value):
                yield f"{where} has a value that its VR {vr} forbids"


def _private(dataset: Dataset, tags: Collection[int], path: str = "") -> Iterator[str]:
    """Yield what is private in the items of inherited sequences, however deep; of their values nothing is judged."""
    for tag in tuple(dataset.keys()):
        held = dataset.get_item(tag)
        if tag not in tags or held is None or held.VR != "SQ":
            continue
        for number, item in enumerate(dataset[tag].value or (), 1):
            here = f"{path}{_in_dictionary(int(tag))[0] or tag}[{number}]."
            yield from (f"{here}{one} is private" for one in item.keys() if one.is_private)  # noqa: SIM118
            yield from _private(item, item.keys(), here)


def _values_of(found: _Found, vr: str) -> Sequence[Any]:
    """Return the values of an element as they are checked: numbers and moments as the text that stands in the file."""
    raw = found.element.value or b""
    if isinstance(found.element, RawDataElement) and raw.isascii() and b"\x1b" not in raw:
        if vr in _TEXTS:
            return [text.rstrip(" \0") for text in raw.decode("ascii").split("\\")]
        if vr in _SINGLE_TEXTS:
            return [raw.decode("ascii").rstrip(" \0")]
    element = found.dataset[found.tag]
    values = element.value if element.VM > 1 else [element.value]
    if vr in ("DA", "DS", "DT", "IS", "TM"):
        return [str(getattr(value, "original_string", None) or value) for value in values]
    return [str(value) if isinstance(value, str) else value for value in values]


@lru_cache(_KEPT)
def _fits(vr: str, value: object) -> bool:
    try:
        validate_value(vr, value, config.RAISE)
    except ValueError:
        return False
    return True


def _is_ascii(elements: Iterable[_Found]) -> bool:
    texts = (f.element for f in elements if f.element.VR in ("PN", "LO", "SH", "ST", "LT", "UC", "UT"))
    return all((t.value or b"").isascii() if isinstance(t, RawDataElement) else str(t.value).isascii() for t in texts)


def _references(elements: Iterable[_Found], known: Mapping[str, ReportedInstance], whole: Dataset) -> Iterator[str]:
    for found in elements:
        for number, (item, level) in enumerate(found.items, 1):
            here = f"{found.where}[{number}]"
            if _REFERENCED_INSTANCE in level:
                referred = known.get(uid := item.ReferencedSOPInstanceUID)
                if referred is None or uid == whole.SOPInstanceUID:
                    yield f"{here} refers to an instance that is neither a source nor ours"
                elif item.get("ReferencedSOPClassUID") != referred.sop_class_uid:
                    yield f"{here} refers to an instance by another SOP class"
            if found.tag == _REFERENCED_SERIES:
                yield from _series(item, here, known)
            if _REFERENCED_SERIES in level and item.get("StudyInstanceUID") != whole.StudyInstanceUID:
                yield f"{here} refers to another study"


def _series(item: Dataset, here: str, known: Mapping[str, ReportedInstance]) -> Iterator[str]:
    members = [*(item.get("ReferencedSOPSequence") or ()), *(item.get("ReferencedInstanceSequence") or ())]
    found = {known[uid].series_instance_uid for m in members if (uid := m.get("ReferencedSOPInstanceUID")) in known}
    if found and found != {item.get("SeriesInstanceUID")}:
        yield f"{here} lists an instance of another series"
