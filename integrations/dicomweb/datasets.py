"""Attributes of studies, series and instances in the DICOM JSON model (PS3.18 annex F), for QIDO-RS and WADO-RS metadata.

Values of senders are what they are: one that has no JSON form (a number that is none) is left out, and the rest is told.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info
from pydicom.tag import Tag

from integrations.instance import Study

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_MOST_BYTES = 1 << 18  # a LUT of 65,536 entries has half of it, and its descriptor would say what is not there
_CHARACTER_SET = "00080005"
_IN_UTF_8 = {"vr": "CS", "Value": ["ISO_IR 192"]}  # what JSON is in (PS3.18 F.2)
_OF_SERIES = ("Modality", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime", "BodyPartExamined")
_OF_INSTANCE = ("InstanceNumber", "Rows", "Columns", "BitsAllocated", "NumberOfFrames", "ContentDate", "ContentTime")

JsonDataset = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """An instance by its UIDs, and the URL under which /studies is."""

    base_url: str
    study_instance_uid: str
    series_instance_uid: str = ""
    sop_instance_uid: str = ""

    @property
    def url(self) -> str:
        """Return where it is retrieved: the study, the series or the instance."""
        series = f"/series/{self.series_instance_uid}" if self.series_instance_uid else ""
        instance = f"/instances/{self.sop_instance_uid}" if self.sop_instance_uid else ""
        return f"{self.base_url}/studies/{self.study_instance_uid}{series}{instance}"


def keyword_of(name: str) -> str:
    """Return the keyword of an attribute that a query names by keyword or by tag (PS3.18 8.3.4.1); "" for no attribute."""
    return keyword_for_tag(Tag(int(name, 16))) if _TAG.fullmatch(name) else name


def is_attribute(name: str) -> bool:
    """Tell whether a parameter names an attribute, or a path to one: clients have parameters of their own, which ask for nothing."""
    return all(not part or tag_for_keyword(keyword_of(part)) is not None for part in name.split("."))


def study_json(
    study: Study, address: Address, modalities: Collection[str], *, series: int, instances: int
) -> JsonDataset:
    """Return what a search tells of a study (PS3.18 table 10.6.3-3); ``series`` and ``instances`` are how many it has."""
    told = Dataset()
    told.SpecificCharacterSet = "ISO_IR 192"
    told.StudyDate = study.study_date
    told.StudyTime = study.study_time
    told.AccessionNumber = study.accession_number
    told.InstanceAvailability = "ONLINE"
    told.ModalitiesInStudy = sorted(modalities)
    told.ReferringPhysicianName = study.referring_physician
    told.StudyDescription = study.study_description
    told.RetrieveURL = address.url
    told.PatientName = study.patient_name
    told.PatientID = study.patient_id
    told.PatientBirthDate = study.birth_date
    told.PatientSex = study.sex
    told.StudyInstanceUID = study.study_instance_uid
    told.StudyID = study.study_id
    told.NumberOfStudyRelatedSeries = series
    told.NumberOfStudyRelatedInstances = instances
    return _json(told)


def series_json(path: Path, address: Address, *, instances: int) -> JsonDataset:
    """Return what a search tells of the series that the instance in ``path`` is of (PS3.18 table 10.6.3-4)."""
    told = _picked(path, _OF_SERIES)
    told.StudyInstanceUID, told.SeriesInstanceUID = address.study_instance_uid, address.series_instance_uid
    told.NumberOfSeriesRelatedInstances = instances
    told.RetrieveURL = address.url
    return _json(told)


def instance_json(path: Path, address: Address, sop_class_uid: str) -> JsonDataset:
    """Return what a search tells of an instance (PS3.18 table 10.6.3-5)."""
    told = _picked(path, (*_OF_SERIES, *_OF_INSTANCE))
    told.SOPClassUID, told.SOPInstanceUID = sop_class_uid, address.sop_instance_uid
    told.StudyInstanceUID, told.SeriesInstanceUID = address.study_instance_uid, address.series_instance_uid
    told.InstanceAvailability = "ONLINE"
    told.AvailableTransferSyntaxUID = transfer_syntax_of(path)
    told.RetrieveURL = address.url
    return _json(told)


def metadata_json(path: Path) -> JsonDataset:
    """Return the attributes of an instance (PS3.18 10.4.1.1.2), and in what syntax its pixels lie.

    Without the pixels, and without values of more than 256 KB: they would be bulk data, of which we give none out by themselves.
    """
    told = dcmread(path, stop_before_pixels=True)
    _leave_out_bulk(told)
    # A plain data set: what a file's own has besides would go into nothing.
    plain = Dataset(told)
    plain.AvailableTransferSyntaxUID = transfer_syntax_of(path)
    return _json(plain)


def _leave_out_bulk(dataset: Dataset) -> None:
    for tag in list(dataset.keys()):
        found = dataset.get_item(tag)
        if isinstance(found, RawDataElement):
            if found.value is None or len(found.value) <= _MOST_BYTES:
                continue  # nor is anything in it larger, where it is a sequence
            if not _is_sequence(found):
                del dataset[tag]
                continue
        try:
            element = dataset[tag]
            items = element.value if element.VR == "SQ" else ()
        except Exception:  # noqa: BLE001 what a sender wrote can raise anything when it is decoded
            del dataset[tag]
            continue
        for item in items:
            _leave_out_bulk(item)


def _is_sequence(raw: RawDataElement) -> bool:
    if raw.VR not in {None, "UN"}:
        return raw.VR == "SQ"
    return dictionary_has_tag(raw.tag) and dictionary_VR(raw.tag) == "SQ"


def transfer_syntax_of(path: Path) -> str:
    """Return the UID of the transfer syntax in which a file lies."""
    return str(read_file_meta_info(path).TransferSyntaxUID)


def _picked(path: Path, keywords: Collection[str]) -> Dataset:
    return Dataset(dcmread(path, stop_before_pixels=True, specific_tags=["SpecificCharacterSet", *keywords]))


def _json(dataset: Dataset) -> JsonDataset:
    try:
        told = dataset.to_json_dict()
        json.dumps(told, allow_nan=False)
    except Exception:  # noqa: BLE001 what a sender wrote can raise anything when it is decoded
        told = {}
        for tag in dataset.keys():  # noqa: SIM118 - a data set yields elements, and decoding one is what fails
            _add(told, dataset, tag)
    if _CHARACTER_SET in told:
        told[_CHARACTER_SET] = _IN_UTF_8
    return told


def _add(told: JsonDataset, dataset: Dataset, tag: Any) -> None:
    one = Dataset()
    try:
        one.add(dataset[tag])
        element = one.to_json_dict()
        json.dumps(element, allow_nan=False)
    except Exception:  # noqa: BLE001 as above: this one is left out
        return
    told.update(element)
