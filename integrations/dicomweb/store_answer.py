"""What an archive says of each instance that it was sent by STOW-RS (PS3.18 10.5.3.3, Store Instances Response, annex I)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info

_UID = re.compile(r"[0-9.]{1,64}")
_WARNINGS = range(0xB000, 0xC000)
_OUT_OF_RESOURCES = range(0xA700, 0xA800)
_DUPLICATE = 0x0111


class FailureReason(IntEnum):
    """Failure Reason (0008,1197) as Diafan gives it (PS3.18 table I.2-2, in the ranges of a C-STORE status)."""

    PROCESSING_FAILURE = 0x0110
    OUT_OF_RESOURCES = 0xA700
    OTHER_STUDY = 0xA901
    CANNOT_UNDERSTAND = 0xC000


@dataclass(frozen=True, slots=True)
class InstanceNames:
    """What an instance is called in an answer; both have the shape of a UID."""

    sop_class_uid: str
    sop_instance_uid: str


def names_in(path: Path) -> InstanceNames | None:
    """Return what a file that could not be taken says that it is, by its File Meta Information alone; None where it does not say.

    The data set is left alone: it may be what made the file unreadable, or be made to be costly.
    """
    try:
        meta = read_file_meta_info(path)
        said = [str(meta.get(keyword) or "") for keyword in ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID")]
    except Exception:  # noqa: BLE001 a damaged file can raise anything
        return None
    return InstanceNames(*said) if all(_UID.fullmatch(uid) for uid in said) else None


@dataclass(slots=True)
class StoreAnswer:
    """The answer while it grows, an instance at a time.

    ``stored`` and ``failed`` hold the items of Referenced and Failed SOP Sequence, ``others`` the reasons of what had no UIDs.
    """

    study_url: str = ""
    stored: list[Dataset] = field(default_factory=list)
    failed: list[Dataset] = field(default_factory=list)
    others: list[Dataset] = field(default_factory=list)

    def add_stored(self, names: InstanceNames, url: str) -> None:
        """Note a success; ``url`` is where the instance can be retrieved, "" where nowhere."""
        item = _item(names)
        item.RetrieveURL = url
        self.stored.append(item)

    def add_failed(self, names: InstanceNames | None, reason: FailureReason) -> None:
        """Note a failure."""
        item = _item(names) if names else Dataset()
        item.FailureReason = int(reason)
        (self.failed if names else self.others).append(item)

    @property
    def has_failures(self) -> bool:
        """Tell whether anything failed."""
        return bool(self.failed or self.others)

    def is_out_of_room(self) -> bool:
        """Tell whether anything failed that may be sent again as it is."""
        return any(int(item.FailureReason) in _OUT_OF_RESOURCES for item in (*self.failed, *self.others))

    def json(self) -> dict[str, Any]:
        """Return the answer in the DICOM JSON model (PS3.18 annex F)."""
        answer = Dataset()
        answer.RetrieveURL = self.study_url
        if self.failed:
            answer.FailedSOPSequence = self.failed
        if self.stored:
            answer.ReferencedSOPSequence = self.stored
        if self.others:
            answer.add_new(0x0008119A, "SQ", self.others)  # Other Failures Sequence
        return answer.to_json_dict()


def _item(names: InstanceNames) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = names.sop_class_uid
    item.ReferencedSOPInstanceUID = names.sop_instance_uid
    return item


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a peer says of one instance: ``is_stored``, else the Failure Reason; both False and None: it says nothing."""

    is_stored: bool
    reason: int | None = None

    @property
    def is_for_later(self) -> bool:
        """Tell whether the peer lacks room for now."""
        return self.reason in _OUT_OF_RESOURCES


def verdict_on(sop_instance_uid: str, answer: Mapping[str, Any]) -> Verdict:
    """Read from an answer, in the DICOM JSON model, what it says of one instance.

    A warning (Bxxx) and 0111 (it has the instance already) count as stored, as in C-STORE. Raises ValueError for an answer
    that is none.
    """
    try:
        told = Dataset.from_json(dict(answer))
        failed = [*told.get("FailedSOPSequence", ()), *told.get("OtherFailuresSequence", ())]
        stored = [str(item.ReferencedSOPInstanceUID) for item in told.get("ReferencedSOPSequence", ())]
        reasons = {
            str(item.get("ReferencedSOPInstanceUID", "")): int(item.get("FailureReason") or 0) for item in failed
        }
    except Exception as error:  # what a stranger's JSON makes pydicom raise has no common base
        raise ValueError("no Store Instances Response") from error
    if sop_instance_uid in stored:
        return Verdict(is_stored=True)
    # One instance was sent: a failure that names none is its own.
    reason = reasons.get(sop_instance_uid, reasons.get(""))
    if reason is None:
        return Verdict(is_stored=False)
    return Verdict(is_stored=reason == _DUPLICATE or reason in _WARNINGS, reason=reason)
