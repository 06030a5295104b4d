"""The Grad-CAM values themselves: one Parametric Map for each image, with a frame for each called finding.

A projection radiograph has no position in the patient, and so the map claims none: its Frame of Reference is its own, and the
items of Plane Position and Plane Orientation are there and empty, as a derived frame may have them (PS3.3 C.7.6.16.2.3 and .4:
their values are required of original frames only). A map covers its whole source image from edge to edge. Each frame says how
many rows and columns of the source one cell stands for, and Pixel Spacing is that of a cell where the source gives one.
highdicom's class takes no projection image, so the object is built here.

Clauses: PS3.3 A.75 (Parametric Map IOD), C.8.32 (its modules), C.7.6.16.2.11 (Real World Value Mapping), C.7.6.24 (Floating
Point Image Pixel).
"""

import logging
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from highdicom import SOPClass
from highdicom.sr import CodedConcept
from pydicom.charset import default_encoding
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, ParametricMapStorage
from pydicom.valuerep import DSfloat

from integrations import dicom_codes
from integrations.authorship import IMAGE_COMMENTS, MANUFACTURER, SUPPORT, date, describe_image, sign, source_reference
from integrations.inheritance import inherit_patient_and_study
from integrations.part10 import write_part10
from integrations.pixels import extent_mm
from integrations.result_object import ResultKind, ResultObject
from integrations.source_image import SourceImage, read_source
from integrations.uids import derive_uid
from models.assessment import Assessment
from models.labels import Label

SERIES_NUMBER = {ResultKind.PARAMETRIC_MAP: 9902, ResultKind.PARAMETRIC_MAP_16BIT: 9903}
_ZERO = 2**15 - 1
_LABEL_LENGTH = 16  # of LUT Label, an SH
_KEPT = 64

_log = logging.getLogger(__name__)

Maps = npt.NDArray[np.float32]


def build_parametric_map(
    source: SourceImage | Path,
    assessment: Assessment,
    *,
    revision: int,
    created: datetime,
    kind: ResultKind = ResultKind.PARAMETRIC_MAP,
) -> ResultObject | None:
    """Build the maps of the findings called present, most probable first; None where nothing is called.

    Values are contributions to the logit, signed, a cell: float32, or for ``PARAMETRIC_MAP_16BIT`` unsigned integers whose
    slope and intercept are in the real world value mapping; 32767 is zero there. All UIDs are derived as those of the Secondary Captures are.

    Raises Unreadable where the source cannot be read again.
    """
    labels = tuple(finding.label for finding in assessment.called)
    if not labels:
        return None
    maps = np.stack([assessment.explanations[label].evidence for label in labels]).astype(np.float32)
    source = read_source(source) if isinstance(source, Path) else source
    header, model = source.undecoded(), assessment.model
    origin = (str(header.SOPInstanceUID), source.pixel_sha256, str(revision), model.digest)
    series_uid = derive_uid(f"{kind} series", *origin)
    made = SOPClass(
        study_instance_uid=str(header.StudyInstanceUID),
        series_instance_uid=series_uid,
        series_number=SERIES_NUMBER[kind],
        series_description="Diafan AI: Grad-CAM values (research use)",
        sop_instance_uid=derive_uid(kind, *origin),
        sop_class_uid=ParametricMapStorage,
        instance_number=1,
        modality="OT",
        manufacturer=MANUFACTURER,
        device_serial_number=model.digest,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        coding_schemes=[dicom_codes.own_scheme()],
    )
    mended = inherit_patient_and_study(made, source.undecoded())
    mended += describe_image(made, header, "Grad-CAM maps", model, source.lost_by)
    if mended:
        _log.info("inherited attributes changed: %s", ", ".join(mended))
    sign(made, model)
    _describe(made, header)
    _pixels(made, maps, kind)
    _functional_groups(made, header, labels, extent_mm(header), origin)
    date(made, header, created)
    return ResultObject(
        sop_instance_uid=str(made.SOPInstanceUID),
        sop_class_uid=str(made.SOPClassUID),
        transfer_syntax_uid=str(ExplicitVRLittleEndian),
        series_instance_uid=series_uid,
        kind=kind.value,
        label=None,
        content=write_part10(made),
        mended=mended,
    )


def _describe(made: Dataset, header: Dataset) -> None:
    made.ImageType = ["DERIVED", "PRIMARY", "STATIC", "QUANTITY"]
    made.ContentLabel = "GRAD_CAM"
    made.ContentDescription = IMAGE_COMMENTS
    made.ContentCreatorName = None
    made.DerivationDescription += f". Contribution of each cell to the logit of the finding. {SUPPORT}"
    made.BurnedInAnnotation = made.RecognizableVisualFeatures = "NO"
    made.LossyImageCompression = made.get("LossyImageCompression") or "00"
    made.PresentationLUTShape = "IDENTITY"
    made.AcquisitionContextSequence = []
    made.FrameOfReferenceUID = derive_uid("frame of reference of a projection", str(header.SOPInstanceUID))
    made.PositionReferenceIndicator = ""
    series, instance = Dataset(), Dataset()
    instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = header.SOPClassUID, header.SOPInstanceUID
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = header.SeriesInstanceUID, [instance]
    made.ReferencedSeriesSequence = [series]


def _pixels(made: Dataset, maps: Maps, kind: ResultKind) -> None:
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.NumberOfFrames, made.Rows, made.Columns = maps.shape
    largest = float(np.abs(maps).max()) or 1.0
    if kind is ResultKind.PARAMETRIC_MAP:
        made.BitsAllocated = 32
        made.FloatPixelData = maps.astype("<f4").tobytes()
        mapping, center, window = _mapping(1.0, 0.0), 0.0, 2 * largest
        mapping.DoubleFloatRealWorldValueFirstValueMapped = -largest
        mapping.DoubleFloatRealWorldValueLastValueMapped = largest
    else:
        made.BitsAllocated = made.BitsStored = 16
        made.HighBit, made.PixelRepresentation = 15, 0
        made.PixelData = (np.rint(maps * (_ZERO / largest)) + _ZERO).astype("<u2").tobytes()
        made["PixelData"].VR = "OW"
        mapping, center, window = _mapping(largest / _ZERO, -largest), float(_ZERO), 2.0 * _ZERO
        mapping.add_new("RealWorldValueFirstValueMapped", "US", 0)
        mapping.add_new("RealWorldValueLastValueMapped", "US", 2 * _ZERO)
    voi, transformation, shared = Dataset(), Dataset(), Dataset()
    voi.WindowCenter, voi.WindowWidth = DSfloat(center), DSfloat(window, auto_format=True)
    voi.VOILUTFunction = "LINEAR_EXACT"  # LINEAR knows no width below 1
    transformation.RescaleIntercept, transformation.RescaleSlope, transformation.RescaleType = 0, 1, "US"
    shared.FrameVOILUTSequence, shared.PixelValueTransformationSequence = [voi], [transformation]
    shared.RealWorldValueMappingSequence = [mapping]  # each frame gets it with its finding's name
    made.SharedFunctionalGroupsSequence = [shared]


def _mapping(slope: float, intercept: float) -> Dataset:
    mapping = Dataset()
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = slope, intercept
    return mapping


def _functional_groups(
    made: Dataset,
    header: Dataset,
    labels: tuple[Label, ...],
    extent_mm: tuple[float, float] | None,
    origin: tuple[str, ...],
) -> None:
    rows, columns = header.Rows / made.Rows, header.Columns / made.Columns
    (shared,) = made.SharedFunctionalGroupsSequence
    mapping = shared.RealWorldValueMappingSequence[0]
    del shared.RealWorldValueMappingSequence
    frame_type, derivation, measures = Dataset(), Dataset(), Dataset()
    frame_type.FrameType = list(made.ImageType)
    derivation.DerivationDescription = "Grad-CAM over the whole source image"
    derivation.DerivationCodeSequence = [CodedConcept.from_code(codes.DCM.ImageProcessing)]
    derivation.SourceImageSequence = [source_reference(header)]
    shared.ParametricMapFrameTypeSequence = [frame_type]
    shared.DerivationImageSequence = [derivation]
    if extent_mm:
        spacing = extent_mm[0] / made.Rows, extent_mm[1] / made.Columns
        measures.PixelSpacing = [DSfloat(mm, auto_format=True) for mm in spacing]
    shared.PixelMeasuresSequence = [measures]
    shared.PlanePositionSequence, shared.PlaneOrientationSequence = [Dataset()], [Dataset()]
    made.PerFrameFunctionalGroupsSequence = [
        _frame(number, label, deepcopy(mapping), rows, columns) for number, label in enumerate(labels, 1)
    ]
    organization, dimension = Dataset(), Dataset()
    organization.DimensionOrganizationUID = derive_uid("dimension organization", *origin)
    dimension.DimensionOrganizationUID = organization.DimensionOrganizationUID
    dimension.DimensionIndexPointer = tag_for_keyword("LUTLabel")
    dimension.FunctionalGroupPointer = tag_for_keyword("RealWorldValueMappingSequence")
    dimension.DimensionDescriptionLabel = "Finding"
    made.DimensionOrganizationSequence, made.DimensionIndexSequence = [organization], [dimension]


def _frame(number: int, label: Label, mapping: Dataset, rows: float, columns: float) -> Dataset:
    frame, content = Dataset(), Dataset()
    content.DimensionIndexValues = number
    content.FrameLabel = label.value
    mapping.LUTLabel = label.value[:_LABEL_LENGTH].strip()
    mapping.LUTExplanation = f"Grad-CAM of {label}: part of the logit"
    for element in _quantities(label, rows, columns):
        mapping[element.tag] = element
    # As if they were read like that: pydicom would look for what to encode anew in each.
    for item in (frame, mapping):
        item.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding=default_encoding)
    frame.FrameContentSequence, frame.RealWorldValueMappingSequence = [content], [mapping]
    return frame


@lru_cache(_KEPT)
def _quantities(label: Label, rows: float, columns: float) -> tuple[RawDataElement, ...]:
    """Return unit and quantity of a frame, encoded: half of a map's attributes, and the same in each map of a label and a size."""
    item = Dataset()
    item.MeasurementUnitsCodeSequence = [dicom_codes.NO_UNITS]
    item.QuantityDefinitionSequence = [
        _coded(dicom_codes.QUANTITY, dicom_codes.GRAD_CAM),
        _coded(dicom_codes.FINDING, dicom_codes.label_code(label)),
        _counted(dicom_codes.SOURCE_ROWS, rows),
        _counted(dicom_codes.SOURCE_COLUMNS, columns),
    ]
    encoded = DicomBytesIO()
    encoded.is_implicit_VR, encoded.is_little_endian = False, True
    write_dataset(encoded, item)
    read = read_dataset(BytesIO(encoded.getvalue()), is_implicit_VR=False, is_little_endian=True)
    return tuple(element for element in read.values() if isinstance(element, RawDataElement))


def _coded(name: CodedConcept, value: CodedConcept) -> Dataset:
    item = Dataset()
    item.ValueType, item.ConceptNameCodeSequence, item.ConceptCodeSequence = "CODE", [name], [value]
    return item


def _counted(name: CodedConcept, value: float) -> Dataset:
    item = Dataset()
    item.ValueType, item.ConceptNameCodeSequence = "NUMERIC", [name]
    item.NumericValue, item.MeasurementUnitsCodeSequence = DSfloat(value, auto_format=True), [dicom_codes.PIXELS]
    return item
