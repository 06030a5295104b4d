"""The texts of a header written in UTF-8, so that each means what it meant; or not at all, where nobody knows what one means."""

import re
from collections.abc import Sequence

from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.valuerep import CUSTOMIZABLE_CHARSET_VR

from integrations.damage import damage_is_unreadable

_UNICODE = "ISO_IR 192"
_PLAIN = ("", "ISO_IR 6", "ISO 2022 IR 6")
_ASCII = "ascii"
# pydicom leaves the escapes in what it cannot read; C1 controls are letters of cp1250 or cp1252 that were sent as ISO 8859.
_NOT_DECODED = re.compile("[\N{REPLACEMENT CHARACTER}\x1b\x80-\x9f]")
_NOT_AS_NAMED = "a text in the header is not in the character set that the header names"


class Undecodable(Exception):
    """A text in the header is not in the character set that it names: nobody knows how to write it in another one."""


def can_write(charset: str | Sequence[str] | None, text: str) -> bool:
    """Tell whether a character set has every letter of the text."""
    if text.isascii():
        return True
    if not isinstance(charset, str) or charset in _PLAIN:
        return False
    [encoding] = convert_encodings(charset)
    try:
        return bool(text.encode(encoding).decode(encoding) == text)
    except (UnicodeError, LookupError):  # Python has encodings that are none of texts
        return False


def spell_in_unicode(dataset: Dataset) -> None:
    """Have every text of ``dataset`` written in UTF-8 when it is written. Raises Undecodable, Unreadable."""
    with damage_is_unreadable():
        _decode(dataset, _encodings_of(dataset))
    dataset.add_new("SpecificCharacterSet", "CS", _UNICODE)
    # What is no text is written as the bytes that it is, unless pydicom believes that it was of another encoding.
    is_implicit, is_little_endian = dataset.original_encoding
    dataset.set_original_encoding(is_implicit, is_little_endian, convert_encodings(_UNICODE))


def _encodings_of(dataset: Dataset) -> list[str]:
    """Return what a text is decoded by. Where no set is named it is ASCII: what else is there nobody knows, and it is not Latin-1."""
    said = dataset.get("SpecificCharacterSet")
    encodings = convert_encodings(said) if said else [default_encoding]
    return [_ASCII if one == default_encoding else one for one in encodings]


def _decode(dataset: Dataset, encodings: list[str]) -> None:
    """Decode every text, those in sequences, too; an item that names a character set of its own keeps it."""
    for tag in list(dataset.keys()):
        element = dataset.get_item(tag)
        assert element is not None
        vr = element.VR or (dictionary_VR(tag) if dictionary_has_tag(tag) else "UN")
        if vr == "SQ":
            for item in dataset[tag].value:
                own = _encodings_of(item) if "SpecificCharacterSet" in item else None
                # Some who read it take an empty character set for that of what is around the item.
                if own in (None, [_ASCII]):
                    _decode(item, own or encodings)
        elif vr in CUSTOMIZABLE_CHARSET_VR:
            if isinstance(element, RawDataElement):
                if encodings == [_ASCII] and not (element.value or b"").isascii():
                    raise Undecodable(_NOT_AS_NAMED)
                dataset[tag] = convert_raw_data_element(element, encoding=encodings)
            if _NOT_DECODED.search(str(dataset[tag].value)):
                raise Undecodable(_NOT_AS_NAMED)
