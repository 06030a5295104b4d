"""A rejection note: tells archives that results of ours count no longer, and why. The results stay what they are; viewers hide them.

Clauses: PS3.3 A.35.4 (Key Object Selection Document IOD), PS3.16 TID 2010 and CID 7010 (its titles); IHE RAD, Imaging Object
Change Management (RAD-66).
"""

import logging
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, KeyObjectSelectionDocumentStorage

from integrations.authorship import MANUFACTURER, date, sign
from integrations.encoding import UIDS, Syntax, encode
from integrations.evidence import evidence
from integrations.imaging_study import ReportedInstance
from integrations.inheritance import inherit_patient_and_study
from integrations.part10 import read_header, write_part10
from integrations.result_object import ResultKind, ResultObject
from integrations.uids import derive_uid
from models.assessment import ModelIdentity

SERIES_NUMBER = 9999
SERIES_DESCRIPTION = "Diafan AI: results withdrawn"
_DESCRIPTION = "The results of Diafan that are listed here were withdrawn by a person. Do not use them."

_log = logging.getLogger(__name__)


class RejectionReason(StrEnum):
    """Why results are withdrawn."""

    PATIENT_SAFETY = "patient-safety"
    QUALITY = "quality"
    WRONG_WORKLIST_ENTRY = "wrong-worklist-entry"
    RETENTION_EXPIRED = "retention-expired"


_TITLES = {
    RejectionReason.PATIENT_SAFETY: codes.DCM.RejectedForPatientSafetyReasons,
    RejectionReason.QUALITY: codes.DCM.RejectedForQualityReasons,
    RejectionReason.WRONG_WORKLIST_ENTRY: codes.DCM.IncorrectModalityWorklistEntry,
    RejectionReason.RETENTION_EXPIRED: codes.DCM.DataRetentionPolicyExpired,
}


def build_rejection_note(
    source: Path,
    rejected: Sequence[ReportedInstance],
    model: ModelIdentity,
    *,
    reason: RejectionReason,
    created: datetime,
) -> ResultObject:
    """Write the note on ``rejected``, objects of ours in the study of ``source``, whose patient and study it inherits.

    ``model`` is the equipment that it names, as the objects do. The same arguments give the same bytes.

    Raises:
        Unreadable: the source cannot be read again.
        ValueError: nothing is rejected.

    """
    header = read_header(source)
    undecoded = deepcopy(header)
    study_uid = str(header.StudyInstanceUID)
    ordered = sorted(rejected, key=lambda one: (one.series_instance_uid, one.sop_instance_uid))
    sop_uid = derive_uid("rejection note", study_uid, reason.value, *(one.sop_instance_uid for one in ordered))
    listed = [_listed(one, header) for one in ordered]
    made = KeyObjectSelectionDocument(
        evidence=listed,
        content=KeyObjectSelection(_TITLES[reason], listed, description=_DESCRIPTION),
        series_instance_uid=derive_uid("rejection note series", sop_uid),
        series_number=SERIES_NUMBER,
        sop_instance_uid=sop_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        series_description=SERIES_DESCRIPTION,
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    for item in made.ContentSequence:
        if item.ValueType in ("IMAGE", "COMPOSITE"):
            del item.ConceptNameCodeSequence  # highdicom names each reference: TID 2010 allows no name
    mended = inherit_patient_and_study(made, undecoded)
    if mended:
        _log.info("inherited attributes changed: %s", ", ".join(mended))
    sign(made, model)
    date(made, header, created)
    return ResultObject(
        sop_instance_uid=sop_uid,
        sop_class_uid=KeyObjectSelectionDocumentStorage,
        transfer_syntax_uid=str(ExplicitVRLittleEndian),
        series_instance_uid=str(made.SeriesInstanceUID),
        kind=ResultKind.REJECTION_NOTE.value,
        label=None,
        content=write_part10(made),
        mended=mended,
    )


def uid_with_loss(file: Path) -> str:
    """Return the UID that a picture of ours has where it is compressed with loss: there it is another instance, and rejected as well."""
    return str(dcmread(BytesIO(encode(file, UIDS[Syntax.JPEG_BASELINE])), stop_before_pixels=True).SOPInstanceUID)


def _listed(instance: ReportedInstance, header: Dataset) -> Dataset:
    listed = evidence(instance, header)
    if instance.modality != "SR":
        listed.Rows = listed.Columns = 1  # what highdicom tells an image by; nothing of it is written
    return listed
