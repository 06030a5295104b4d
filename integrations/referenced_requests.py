"""The requests that a report answers, as far as its radiograph names them (PS3.3 C.17.2, Referenced Request Sequence)."""

import re
from collections.abc import Sequence

from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag
from pydicom.valuerep import validate_value

from integrations.respelling import spell_what_is_known

_REQUESTS = "RequestAttributesSequence"
_READ = ("AccessionNumber", "StudyInstanceUID", _REQUESTS)
_TEXTS = (
    "AccessionNumber",
    "PlacerOrderNumberImagingServiceRequest",
    "FillerOrderNumberImagingServiceRequest",
    "RequestedProcedureID",
    "RequestedProcedureDescription",
)
_CODES, _CODE = "RequestedProcedureCodeSequence", ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
_NO_TEXT = re.compile("[\N{REPLACEMENT CHARACTER}\x00-\x1f\x7f-\x9f]")


def referenced_requests(header: Dataset, charset: str | Sequence[str] | None) -> list[Dataset]:
    """Return an item for each request that ``header`` names; none where it names none. ``header`` must be as it was read.

    ``charset`` is what its texts are read by. A value that cannot be read, or that its VR forbids, is left empty: whoever holds
    the report finds the order by the others.
    """
    stored = {tag: header.get_item(tag, keep_deferred=True) for tag in map(Tag, _READ) if tag in header}
    # What was too long to be read has no value, as what is empty has none.
    held = Dataset({tag: element for tag, element in stored.items() if element and element.value is not None})
    is_implicit, is_little_endian = header.original_encoding
    held.set_original_encoding(is_implicit, is_little_endian, header.original_character_set)
    if charset:
        held.SpecificCharacterSet = charset
    try:
        spell_what_is_known(held)
    except Exception:  # noqa: BLE001 a damaged sequence can raise anything
        return []
    accession, study_uid = _text(held, "AccessionNumber"), str(held.StudyInstanceUID)
    named = []
    for request in _items(held, _REQUESTS) or [Dataset()]:
        made = Dataset()
        for keyword in _TEXTS:
            setattr(made, keyword, _text(request, keyword))
        made.AccessionNumber = made.AccessionNumber or accession
        setattr(made, _CODES, [code for item in _items(request, _CODES)[:1] if (code := _code(item))])
        is_named = any(made[keyword].value for keyword in (*_TEXTS, _CODES))
        made.StudyInstanceUID = _text(request, "StudyInstanceUID") or study_uid
        made.ReferencedStudySequence = []
        if is_named and made not in named:  # a procedure of several steps is one request
            named.append(made)
    return named


def _code(item: Dataset) -> Dataset | None:
    made = Dataset()
    for keyword in _CODE:
        setattr(made, keyword, _text(item, keyword))
    return made if all(element.value for element in made) else None


def _items(dataset: Dataset, keyword: str) -> list[Dataset]:
    value = _value(dataset, keyword)
    return list(value) if isinstance(value, Items) else []


def _text(dataset: Dataset, keyword: str) -> str:
    value = _value(dataset, keyword)
    if not isinstance(value, str) or _NO_TEXT.search(value):
        return ""
    try:
        validate_value(dictionary_VR(keyword), value, config.RAISE)
    except ValueError:
        return ""
    return value.strip()


def _value(dataset: Dataset, keyword: str) -> object:
    try:
        return dataset.get(keyword)
    except Exception:  # noqa: BLE001 a damaged value can raise anything
        return None
