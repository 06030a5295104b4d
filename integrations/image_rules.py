"""What our images promise beyond the module tables: pixels that are all there, a source, a name for every value.

Clauses: PS3.3 C.7.6.3 and C.7.6.24 (pixels), C.7.6.16 (functional groups), C.7.6.17 (dimensions), C.8.32 (Parametric Map).
"""

import math
from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset

_GRAD_CAM = ("130403", "DCM")
_GROUPS = (
    "DerivationImageSequence",
    "FrameContentSequence",
    "FrameVOILUTSequence",
    "ParametricMapFrameTypeSequence",
    "PixelMeasuresSequence",
    "PixelValueTransformationSequence",
    "PlaneOrientationSequence",
    "PlanePositionSequence",
    "RealWorldValueMappingSequence",
)


def capture(dataset: Dataset) -> Iterator[str]:
    """Yield what is wrong with a Secondary Capture."""
    yield from _image(dataset)
    if dataset.get("BurnedInAnnotation", "NO") not in ("YES", "NO"):
        yield "BurnedInAnnotation must be YES or NO, or absent"
    if dataset.get("ConversionType") != "WSD":
        yield "ConversionType must be WSD"
    if (dataset.get("PhotometricInterpretation"), dataset.get("SamplesPerPixel")) != ("RGB", 3):
        yield "PhotometricInterpretation must be RGB, with three samples a pixel"
    if dataset.get("PlanarConfiguration") != 0:
        yield "PlanarConfiguration (type 1C) must be 0"
    if (dataset.get("BitsAllocated"), dataset.get("BitsStored"), dataset.get("HighBit")) != (8, 8, 7):
        yield "BitsAllocated, BitsStored and HighBit must be 8, 8 and 7"
    yield from _length(dataset, "PixelData", 3)


def parametric_map(dataset: Dataset) -> Iterator[str]:
    """Yield what is wrong with a Parametric Map. It shows cells alone, and no word of the radiograph can be read in them."""
    yield from _image(dataset)
    if dataset.get("BurnedInAnnotation") != "NO":
        yield "BurnedInAnnotation must be NO"
    if (dataset.get("PhotometricInterpretation"), dataset.get("SamplesPerPixel")) != ("MONOCHROME2", 1):
        yield "PhotometricInterpretation must be MONOCHROME2, with one sample a pixel"
    if "FloatPixelData" in dataset:
        if dataset.get("BitsAllocated") != 32:  # noqa: PLR2004
            yield "BitsAllocated must be 32"
        if not np.isfinite(np.frombuffer(dataset.FloatPixelData, "<f4", len(dataset.FloatPixelData) // 4)).all():
            yield "FloatPixelData hold a value that is no number"
        yield from _length(dataset, "FloatPixelData", 4)
    else:
        depth = [dataset.get(k) for k in ("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation")]
        if depth != [16, 16, 15, 0]:
            yield "BitsAllocated, BitsStored, HighBit and PixelRepresentation must be 16, 16, 15 and 0"
        yield from _length(dataset, "PixelData", 2)
    if not dataset.get("ReferencedSeriesSequence"):
        yield "ReferencedSeriesSequence (type 1C) is missing"
    yield from _functional_groups(dataset)


def _image(dataset: Dataset) -> Iterator[str]:
    if dataset.get("Modality") != "OT":
        yield "Modality must be OT"
    if (dataset.get("ImageType") or [""])[0] != "DERIVED":
        yield "ImageType must begin with DERIVED"
    if "not for diagnostic use" not in (dataset.get("ImageComments") or ""):
        yield "ImageComments must say that it is no diagnosis"
    for keyword in ("SourceImageSequence", "ReferencedImageSequence"):
        if not dataset.get(keyword):
            yield f"{keyword} names no source"


def _length(dataset: Dataset, keyword: str, bytes_a_pixel: int) -> Iterator[str]:
    sides = [int(dataset.get(k) or 0) for k in ("Rows", "Columns")]
    expected = math.prod(sides) * int(dataset.get("NumberOfFrames") or 1) * bytes_a_pixel
    if len(dataset.get(keyword) or b"") != expected + expected % 2 or not expected:
        yield f"{keyword} has another length than its rows, columns and frames"


def _functional_groups(dataset: Dataset) -> Iterator[str]:
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if len(shared) != 1 or len(frames) != dataset.get("NumberOfFrames"):
        yield "NumberOfFrames is not that of PerFrameFunctionalGroupsSequence"
        return
    for group in _GROUPS:
        held = [group in frame for frame in frames]
        if (group in shared[0] and any(held)) or not (group in shared[0] or all(held)):
            yield f"{group} must be shared, or be in each frame"
    organizations = {
        item.get("DimensionOrganizationUID") for item in dataset.get("DimensionOrganizationSequence") or ()
    }
    dimensions = dataset.get("DimensionIndexSequence") or ()
    if not dimensions or {item.get("DimensionOrganizationUID") for item in dimensions} != organizations:
        yield "DimensionIndexSequence belongs to no dimension organization"
    seen = set()
    for number, frame in enumerate(frames, 1):
        here = f"PerFrameFunctionalGroupsSequence[{number}]"
        content = (frame.get("FrameContentSequence") or [Dataset()])[0]
        seen.add(content.get("DimensionIndexValues"))
        yield from _mapping((frame.get("RealWorldValueMappingSequence") or [Dataset()])[0], here, dataset)
    if seen != set(range(1, len(frames) + 1)):
        yield "DimensionIndexValues do not count the frames"


def _mapping(mapping: Dataset, here: str, dataset: Dataset) -> Iterator[str]:
    prefix = "DoubleFloatRealWorldValue" if "FloatPixelData" in dataset else "RealWorldValue"
    wanted = [f"{prefix}FirstValueMapped", f"{prefix}LastValueMapped", "RealWorldValueSlope", "RealWorldValueIntercept"]
    for keyword in wanted:
        if mapping.get(keyword) is None:
            yield f"{here}.RealWorldValueMappingSequence lacks {keyword} (type 1C)"
    if not mapping.get("RealWorldValueSlope"):
        yield f"{here}.RealWorldValueSlope must not be zero"
    quantities = [
        (code.get("CodeValue"), code.get("CodingSchemeDesignator"))
        for item in mapping.get("QuantityDefinitionSequence") or ()
        for code in item.get("ConceptCodeSequence") or ()
    ]
    if _GRAD_CAM not in quantities:
        yield f"{here}.QuantityDefinitionSequence does not say that it is Grad-CAM"
