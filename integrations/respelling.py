"""The texts of a header written in UTF-8, so that each means what it meant; or not at all, where nobody knows what one means."""

import re
from collections.abc import Sequence

from pydicom import config
from pydicom.charset import convert_encodings, default_encoding, python_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import CUSTOMIZABLE_CHARSET_VR

from integrations.damage import damage_is_unreadable

UNICODE = "ISO_IR 192"
_PLAIN = ("", "ISO_IR 6", "ISO 2022 IR 6")
_ASCII = "ascii"
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# pydicom leaves the escapes in what it cannot read; C1 controls are letters of cp1250 or cp1252 that were sent as ISO 8859.
_NOT_DECODED = re.compile("[\N{REPLACEMENT CHARACTER}\x1b\x80-\x9f]")
_NOT_AS_NAMED = "a text in the header is not in the character set that the header names"


class Undecodable(Exception):
    """A text in the header is not in the character set that it names: nobody knows how to write it in another one."""


def can_write(charset: str | Sequence[str] | None, text: str) -> bool:
    """Tell whether a character set has every letter of the text."""
    if text.isascii():
        return True
    if not isinstance(charset, str) or charset in _PLAIN or charset not in python_encoding:
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
    dataset.add_new("SpecificCharacterSet", "CS", UNICODE)
    # What is no text is written as the bytes that it is, unless pydicom believes that it was of another encoding.
    is_implicit, is_little_endian = dataset.original_encoding
    dataset.set_original_encoding(is_implicit, is_little_endian, convert_encodings(UNICODE))


def spell_what_is_known(dataset: Dataset) -> set[BaseTag]:
    """Decode every text, so that it can be written in UTF-8. Of one that is not in the character set that is named, only ASCII stays.

    Returns the tags of such texts. For what must be written in any case, and may not say a wrong letter.
    """
    misfits: set[BaseTag] = set()
    _decode(dataset, _encodings_of(dataset), misfits)
    return misfits


def _encodings_of(dataset: Dataset) -> list[str]:
    """Return what a text is decoded by. Where no set is named it is ASCII: what else is there nobody knows, and it is not Latin-1."""
    said = dataset.get("SpecificCharacterSet")
    encodings = convert_encodings(said) if said else [default_encoding]
    return [_ASCII if one == default_encoding else one for one in encodings]


def _decode(dataset: Dataset, encodings: list[str], misfits: set[BaseTag] | None = None) -> None:
    """Decode every text, those in sequences, too; an item that names a character set of its own keeps it.

    The tags of those that cannot be decoded are added to ``misfits``, and � stands for what is not ASCII in them. Without
    it, raises Undecodable.
    """
    for tag in list(dataset.keys()):
        element = dataset.get_item(tag)
        assert element is not None
        vr = element.VR or (dictionary_VR(tag) if dictionary_has_tag(tag) else "UN")
        if vr == "SQ":
            for item in dataset[tag].value:
                own = _encodings_of(item) if "SpecificCharacterSet" in item else None
                # Some who read it take an empty character set for that of what is around the item.
                if own in (None, [_ASCII]):
                    if misfits is not None:
                        item.pop("SpecificCharacterSet", None)
                    _decode(item, own or encodings, misfits)
        elif vr in CUSTOMIZABLE_CHARSET_VR and not _is_decoded(dataset, element, encodings):
            if misfits is None:
                raise Undecodable(_NOT_AS_NAMED)
            misfits.add(tag)
            dataset[tag] = DataElement(tag, vr, _ascii_of(element), validation_mode=config.IGNORE)


def _is_decoded(dataset: Dataset, element: DataElement | RawDataElement, encodings: list[str]) -> bool:
    """Decode a text in its place, and tell whether it was in the character set."""
    if isinstance(element, RawDataElement):
        if encodings == [_ASCII] and not (element.value or b"").isascii():
            return False
        dataset[element.tag] = convert_raw_data_element(element, encoding=encodings)
    return not _NOT_DECODED.search(str(dataset[element.tag].value))


def _ascii_of(element: DataElement | RawDataElement) -> str:
    """Return a text with � for what is not ASCII; behind an escape sequence nothing is, whatever it looks like."""
    said = element.value if isinstance(element, RawDataElement) else str(element.value).encode()
    plain, escape, _ = (said or b"").rstrip(b" \0").partition(b"\x1b")
    return plain.decode("ascii", "replace") + (_UNKNOWN if escape else "")
