"""What a token says that it is used for: a code of HL7's value set PurposeOfUse (v3-ActReason as of FHIR R4).

IHE IUA (ITI-71, JWT extension ``ihe_iua``) states it as codings; others as words, plain or as ``system#code`` (UDAP).
"""

from collections.abc import Mapping
from typing import Any

from service.signed_token import Reason, TokenError

_LISTED = """
    HMARKT HOPERAT CAREMGT DONAT FRAUD GOV HACCRED HCOMPL HDECD HDIRECT HDM HLEGAL HOUTCOMS HPRGRP HQUALIMP HSYSADMIN LABELING
    METAMGT MEMADMIN MILCDM PATADMIN PATSFTY PERFMSR RECORDMGT SYSDEV HTEST TRAIN HPAYMT CLMATTCH COVAUTH COVERAGE ELIGDTRM
    ELIGVER ENROLLM MILDCRG REMITADV HRESCH BIORCH CLINTRCH CLINTRCHNPC CLINTRCHPC PRECLINTRCH DSRCH POARCH TRANSRCH PATRQT
    FAMRQT PWATRNY SUPNWK PUBHLTH DISASTER THREAT TREAT CLINTRL COC ETREAT BTG ERTREAT POPHLTH
"""
CODES = frozenset(_LISTED.split())
"""All codes below PurposeOfUse, which itself says nothing."""

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_SYSTEMS = frozenset(
    {
        ACT_REASON,
        "http://hl7.org/fhir/v3/ActReason",  # until FHIR R3
        "urn:oid:2.16.840.1.113883.5.8",
        "2.16.840.1.113883.5.8",
        "urn:oid:2.16.840.1.113883.1.11.20448",  # of the value set, which some name in its place
    }
)


def purpose_in(claims: Mapping[str, Any]) -> str:
    """Return the purpose that the claims state, the first of several that are HL7's; "" where none is stated.

    Raises TokenError for one that is stated and none of HL7's: what we cannot name in the log is not known to be allowed.
    """
    stated = _stated(claims)
    if stated is None:
        return ""
    known = (code for system, code in map(_coding, stated) if system in _SYSTEMS and code in CODES)
    purpose = next(known, "")
    if not purpose:
        raise TokenError(Reason.PURPOSE)
    return purpose


def _stated(claims: Mapping[str, Any]) -> list[Any] | None:
    extensions = claims.get("extensions")
    iua = extensions.get("ihe_iua") if isinstance(extensions, Mapping) else None
    value = iua.get("purpose_of_use") if isinstance(iua, Mapping) else None
    if value is None:
        value = claims.get("purpose_of_use")
    if value is None or value == []:
        return None
    return value.split() if isinstance(value, str) else value if isinstance(value, list) else [value]


def _coding(stated: Any) -> tuple[str, str]:
    """Return system and code; a word without a system is taken for HL7's."""
    if isinstance(stated, str):
        system, _, code = stated.rpartition("#")
        return system or ACT_REASON, code
    if isinstance(stated, Mapping) and all(isinstance(stated.get(name), str) for name in ("system", "code")):
        return stated["system"], stated["code"]
    raise TokenError(Reason.CLAIMS)
