"""The gate before the door: what is wrong with an object of ours, by the standard's module tables and our own promises.

It judges what we author. What an object inherits (the modules of Patient and Study) was mended or left out when it was made, so
that a sender's slip holds back no result. It is quick and always there; dciodvfy, dsrdump and PixelMed's validator know more of
the standard, and judge the same objects in the tests.

Clauses: PS3.5 7.4 (types 1, 1C and 2), 6.2 (value representations), PS3.3 A.8.1, A.35.4, A.35.13, A.75.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any

import pydicom
from highdicom._standard_utils import construct_module_tree, get_iod_module_map, get_sop_class_iod_map
from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import validate_value

from integrations import image_rules, report_rules
from integrations.imaging_study import ReportedInstance
from integrations.inheritance import inherited_tags

Tree = Mapping[str, Any]
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_CONTENT_ITEMS = "sr-document-content"
"""A table of what content items of every value type have: `report_rules` knows which is which."""
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
        dataset = pydicom.dcmread(BytesIO(content))
        return tuple(dict.fromkeys(_objections(dataset, None if known is None else tuple(known))))
    except Exception as error:  # noqa: BLE001 a damaged object can raise anything, and what it raises may quote the patient
        return (f"it cannot be read ({type(error).__name__})",)


def _objections(dataset: Dataset, known: tuple[ReportedInstance, ...] | None) -> Iterator[str]:
    rules = _RULES.get(dataset.get("SOPClassUID"))
    if rules is None:
        yield "SOPClassUID is none of ours"
        return
    yield from _file_meta(dataset)
    for module in _modules(dataset):
        inherited = module in _inherited_modules()
        yield from _by_table(dataset, _tree(module), "", deep=not inherited)
    foreign = {uid for i in known or () for uid in (i.sop_instance_uid, i.series_instance_uid)}
    yield from _values(_authored(dataset), "", {*foreign, dataset.get("StudyInstanceUID")})
    if not dataset.get("SpecificCharacterSet") and not _is_ascii(_authored(dataset)):
        yield "SpecificCharacterSet is missing, and a text is not ASCII"
    if dataset.get("ContentQualification") != "RESEARCH":
        yield "ContentQualification must be RESEARCH"
    if not any(item.get("DeviceUID") for item in dataset.get("ContributingEquipmentSequence") or ()):
        yield "ContributingEquipmentSequence names no DeviceUID"
    yield from rules(dataset)
    if known is not None:
        yield from _references(_authored(dataset), {i.sop_instance_uid: i for i in known}, dataset)


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


@cache
def _tree(module: str) -> Tree:
    tree: Tree = construct_module_tree(module)["attributes"]
    return tree


def _by_table(dataset: Dataset, tree: Tree, path: str, *, deep: bool, group: bool = False) -> Iterator[str]:
    """Check types 1, 1C and 2; ``group``: a functional group may stand in the shared item or in each frame's."""
    for keyword, attribute in tree.items():
        kind, where = attribute["type"].value, f"{path}{keyword}"
        if keyword not in dataset:
            if kind in ("1", "2") and not group:
                yield f"{where} (type {kind}) is missing"
            continue
        element = dataset[keyword]
        # `Pixel Data` is large, and its length is checked with the image.
        if kind in ("1", "1C") and element.is_empty and deep:
            yield f"{where} (type {kind}) is empty"
        if deep and element.VR == "SQ":
            for number, item in enumerate(element.value, 1):
                below = attribute.get("attributes", {})
                yield from _by_table(item, below, f"{where}[{number}].", deep=True, group=keyword in _GROUPS)


def _authored(dataset: Dataset) -> Dataset:
    """Return the data set without what it inherits."""
    authored = Dataset({tag: dataset.get_item(tag) for tag in dataset.keys() - inherited_tags()})
    authored.StudyInstanceUID = dataset.get("StudyInstanceUID")
    return authored


def _elements(dataset: Dataset, path: str) -> Iterator[tuple[str, DataElement]]:
    for element in dataset:
        where = f"{path}{element.keyword or element.tag}"
        yield where, element
        if element.VR == "SQ":
            for number, item in enumerate(element.value, 1):
                yield from _elements(item, f"{where}[{number}].")


def _values(dataset: Dataset, path: str, foreign: set[str]) -> Iterator[str]:
    for where, element in _elements(dataset, path):
        if element.tag.is_private:
            yield f"{where} is private"
            continue
        if element.VR not in dictionary_VR(element.tag):
            yield f"{where} has the VR {element.VR}"
        if element.is_empty or element.VR in ("SQ", "OB", "OW", "OF", "UN"):
            continue
        values = element.value if element.VM > 1 else [element.value]
        for value in values:
            if value in foreign:
                continue
            try:
                validate_value(element.VR, _written(element.VR, value), config.RAISE)
            except ValueError:
                yield f"{where} has a value that its VR {element.VR} forbids"


def _written(vr: str, value: object) -> object:
    """Return a value as it is checked: numbers and moments as the text that stands in the file."""
    if vr in ("DA", "DS", "DT", "IS", "TM"):
        return str(getattr(value, "original_string", None) or value)
    return str(value) if isinstance(value, str) else value


def _is_ascii(dataset: Dataset) -> bool:
    texts = (e for _, e in _elements(dataset, "") if e.VR in ("PN", "LO", "SH", "ST", "LT", "UC", "UT"))
    return all(str(text.value).isascii() for text in texts)


def _references(dataset: Dataset, known: Mapping[str, ReportedInstance], whole: Dataset) -> Iterator[str]:
    for where, element in _elements(dataset, ""):
        if element.VR != "SQ":
            continue
        for number, item in enumerate(element.value, 1):
            here = f"{where}[{number}]"
            if (uid := item.get("ReferencedSOPInstanceUID")) is not None:
                referred = known.get(uid)
                if referred is None or uid == whole.SOPInstanceUID:
                    yield f"{here} refers to an instance that is neither a source nor ours"
                elif item.get("ReferencedSOPClassUID") != referred.sop_class_uid:
                    yield f"{here} refers to an instance by another SOP class"
            if element.keyword == "ReferencedSeriesSequence":
                yield from _series(item, here, known)
            if "ReferencedSeriesSequence" in item and item.get("StudyInstanceUID") != whole.StudyInstanceUID:
                yield f"{here} refers to another study"


def _series(item: Dataset, here: str, known: Mapping[str, ReportedInstance]) -> Iterator[str]:
    members = [*(item.get("ReferencedSOPSequence") or ()), *(item.get("ReferencedInstanceSequence") or ())]
    found = {known[uid].series_instance_uid for m in members if (uid := m.get("ReferencedSOPInstanceUID")) in known}
    if found and found != {item.get("SeriesInstanceUID")}:
        yield f"{here} lists an instance of another series"
