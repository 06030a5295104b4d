"""The root result of a study: a Comprehensive 3D SR (TID 1500) for each revision of its report.

It is partial, preliminary and unverified until a physician has signed; then complete and final, and verified where their name
and their organization are known, for Verifying Observer Sequence wants both. Each revision names the one before it.

Clauses: PS3.3 A.35.13 (Comprehensive 3D SR IOD), C.17.2 (SR Document General).
"""

import logging
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from highdicom.sr import Comprehensive3DSR
from pydicom.uid import Comprehensive3DSRStorage, ExplicitVRLittleEndian

from integrations import dicom_codes
from integrations.authorship import MANUFACTURER, date, sign
from integrations.diagnostic_report import Report, conclusion
from integrations.evidence import evidence
from integrations.imaging_study import ReportedInstance
from integrations.inheritance import inherit_patient_and_study, spell_in_unicode
from integrations.part10 import read_header, write_part10
from integrations.referenced_requests import referenced_requests
from integrations.report_content import Shown, content_tree, person_name
from integrations.respelling import can_write
from integrations.result_object import ResultKind, ResultObject
from integrations.uids import derive_uid

SERIES_NUMBER = 9900
SERIES_DESCRIPTION = "Diafan AI: findings (research use)"
_ORGANIZATION_LENGTH = 64

_log = logging.getLogger(__name__)


def build_structured_report(
    source: Path,
    report: Report,
    shown: Sequence[Shown],
    *,
    origin: Sequence[str],
    predecessor: ReportedInstance | None = None,
    organization: str = "",
) -> ResultObject:
    """Build the report. ``source`` is the image whose patient and study it inherits, ``shown`` are our objects of its images.

    ``origin`` is what its UID is derived from, beside study, model and revision: its images, and the signature. ``predecessor``
    is the revision before, ``organization`` where its physicians belong to. The same arguments give the same bytes.

    Raises Unreadable where the source cannot be read again.
    """
    header = read_header(source)
    undecoded = deepcopy(header)
    study_uid, digest = report.study.study_instance_uid, report.filed_under or report.model.digest
    series_uid = derive_uid("structured report series", study_uid, digest)
    sop_uid = derive_uid("structured report", study_uid, digest, str(report.revision), *origin)
    ours = [s.instance for s in shown]
    name = person_name(report.signed.verdict.physician.name) if report.signed else ""
    verified = bool(name and organization)
    made = Comprehensive3DSR(
        evidence=[evidence(i, header) for i in (*report.radiographs, *ours)],
        content=content_tree(report, shown),
        series_instance_uid=series_uid,
        series_number=SERIES_NUMBER,
        series_description=SERIES_DESCRIPTION,
        sop_instance_uid=sop_uid,
        instance_number=report.revision,
        manufacturer=MANUFACTURER,
        is_complete=report.signed is not None,
        is_final=report.signed is not None,
        is_verified=verified,
        verifying_observer_name=f"{name}^" if verified else None,
        verifying_organization=organization[:_ORGANIZATION_LENGTH] if verified else None,
        previous_versions=[evidence(predecessor, header)] if predecessor else None,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        coding_schemes=[dicom_codes.own_scheme()],
    )
    mended = inherit_patient_and_study(made, undecoded)
    if requests := referenced_requests(header, made.get("SpecificCharacterSet")):
        made.ReferencedRequestSequence = requests
    sign(made, *report.models)
    moment = date(made, header, report.issued)
    if report.signed is None:
        made.CompletionFlagDescription = "No physician has reviewed it"
    elif verified:
        made.VerifyingObserverSequence[0].VerificationDateTime = moment.strftime("%Y%m%d%H%M%S.%f%z")
    # A physician's words may need letters that the character set of the source lacks.
    if not can_write(made.get("SpecificCharacterSet"), f"{conclusion(report)}{name}{organization}"):
        mended += spell_in_unicode(made)
    if mended:
        _log.info("inherited attributes changed: %s", ", ".join(mended))
    return ResultObject(
        sop_instance_uid=sop_uid,
        sop_class_uid=Comprehensive3DSRStorage,
        transfer_syntax_uid=str(ExplicitVRLittleEndian),
        series_instance_uid=series_uid,
        kind=ResultKind.STRUCTURED_REPORT.value,
        label=None,
        content=write_part10(made),
        mended=mended,
    )
