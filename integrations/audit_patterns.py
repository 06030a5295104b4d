"""Which of IHE's Basic Audit Log Patterns (BALP 1.1.4) an act follows, if any: the one list, by the log's own word for the act.

A pattern is claimed only where it holds: the act came by HTTP, succeeded, and the log knows where it came from. Everything else is an
AuditEvent of plain FHIR R4 in DICOM's codes. Not claimed: the pattern for consent decisions (there is no Consent here) and the one for
getting a token (it wants the raw request, which holds secrets).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from integrations.audit_act import AuditAct
from integrations.audit_codes import APPLICATION, AUTHOR, CUSTODIAN, DESTINATION, RECIPIENT, SOURCE
from integrations.audit_codes import CREATE as CREATE_INTERACTION
from integrations.audit_codes import DELETE as DELETE_INTERACTION
from integrations.audit_codes import READ as READ_INTERACTION
from integrations.audit_codes import SEARCH as SEARCH_INTERACTION
from integrations.audit_codes import UPDATE as UPDATE_INTERACTION
from integrations.codes import Coding

_PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit"
COMPREHENSIVE = f"{_PROFILES}.OAUTHaccessTokenUse.Comprehensive"
MINIMAL = f"{_PROFILES}.OAUTHaccessTokenUse.Minimal"
DISCLOSED = f"{_PROFILES}.PrivacyDisclosure.Source"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One of BALP's REST patterns: its name, what it calls the act, and what client, server and user are in it."""

    name: str
    subtype: Coding
    action: str
    client: Coding
    server: Coding
    user: Coding

    def profile(self, *, of_a_patient: bool) -> str:
        """Return the canonical URL of its profile; each has a form for what is a patient's."""
        return f"{_PROFILES}.{'Patient' if of_a_patient else ''}{self.name}"


class Pattern(Enum):
    """How an act is told."""

    # The client of a query is its source: its parameters flow from there (BALP, Query).
    CREATE = Interaction("Create", CREATE_INTERACTION, "C", SOURCE, DESTINATION, AUTHOR)
    READ = Interaction("Read", READ_INTERACTION, "R", DESTINATION, SOURCE, RECIPIENT)
    UPDATE = Interaction("Update", UPDATE_INTERACTION, "U", SOURCE, DESTINATION, AUTHOR)
    DELETE = Interaction("Delete", DELETE_INTERACTION, "D", APPLICATION, CUSTODIAN, AUTHOR)
    QUERY = Interaction("Query", SEARCH_INTERACTION, "E", SOURCE, DESTINATION, RECIPIENT)
    DISCLOSURE = "disclosure"
    PLAIN = "plain"


PATTERNS: Mapping[str, Pattern] = MappingProxyType(
    {
        "service-started": Pattern.PLAIN,
        "service-stopped": Pattern.PLAIN,
        "configuration-in-use": Pattern.PLAIN,
        "configuration-changed": Pattern.UPDATE,
        "model-in-use": Pattern.PLAIN,
        "model-changed": Pattern.UPDATE,
        "client-key-changed": Pattern.UPDATE,
        "subject-key-changed": Pattern.PLAIN,
        "clock-stepped": Pattern.PLAIN,
        "association-opened": Pattern.PLAIN,
        "association-refused": Pattern.PLAIN,
        "instance-received": Pattern.PLAIN,
        "instance-refused": Pattern.PLAIN,
        "instance-declined": Pattern.PLAIN,
        "instance-already-held": Pattern.PLAIN,
        "instance-revised": Pattern.PLAIN,
        "instance-conflicting": Pattern.PLAIN,
        "instance-uploaded": Pattern.CREATE,
        "image-analysed": Pattern.PLAIN,
        "image-parked": Pattern.PLAIN,
        "image-retried": Pattern.PLAIN,
        "report-retried": Pattern.PLAIN,
        "object-written": Pattern.PLAIN,
        "report-written": Pattern.PLAIN,
        "report-parked": Pattern.PLAIN,
        "verdict-given": Pattern.CREATE,
        "verdict-amended": Pattern.UPDATE,
        "second-opinion-asked": Pattern.PLAIN,
        "second-opinion-withdrawn": Pattern.PLAIN,
        "second-opinion-given": Pattern.CREATE,
        "verdicts-exported": Pattern.PLAIN,
        "transfer-begun": Pattern.PLAIN,
        "transfer-ended": Pattern.PLAIN,
        "delivery-parked": Pattern.PLAIN,
        "delivery-retried": Pattern.PLAIN,
        "studies-queried": Pattern.QUERY,
        "study-shown": Pattern.READ,
        "patient-changed": Pattern.UPDATE,
        "study-withdrawn": Pattern.UPDATE,
        "study-erased": Pattern.DELETE,
        "patient-erased": Pattern.DELETE,
        "patient-restricted": Pattern.UPDATE,
        "patient-released": Pattern.UPDATE,
        "patient-rectified": Pattern.UPDATE,
        "access-answered": Pattern.DISCLOSURE,
        "pixels-expired": Pattern.PLAIN,
        "user-signed-in": Pattern.PLAIN,
        "user-signed-out": Pattern.PLAIN,
        "sessions-ended": Pattern.PLAIN,
        "sign-in-refused": Pattern.PLAIN,
        "token-issued": Pattern.PLAIN,
        "token-refused": Pattern.PLAIN,
        "access-denied": Pattern.PLAIN,
        "log-contradicted": Pattern.PLAIN,
        "audit-read": Pattern.PLAIN,
        "audit-exported": Pattern.PLAIN,
        "audit-retired": Pattern.PLAIN,
    }
)
"""By the log's word. A word that is not here (a later version's) is told plainly."""


CLAIMED: tuple[str, ...] = (
    *(
        pattern.value.profile(of_a_patient=of_a_patient)
        for pattern in Pattern
        if isinstance(pattern.value, Interaction)
        for of_a_patient in (False, True)
    ),
    COMPREHENSIVE,
    MINIMAL,
    DISCLOSED,
)
"""Canonical URLs of the profiles that an AuditEvent may say that it follows."""


def pattern_of(act: AuditAct) -> Pattern:
    """Return the pattern that this very act fulfils."""
    meant = PATTERNS.get(act.type, Pattern.PLAIN)
    if act.outcome != "0" or not act.actor.address:
        return Pattern.PLAIN
    if meant is Pattern.DISCLOSURE:
        return meant if act.patient and (act.codes.event_id, act.codes.action) == ("110106", "R") else Pattern.PLAIN
    if isinstance(meant.value, Interaction) and act.request_id and meant.value.action == act.codes.action:
        return meant
    return Pattern.PLAIN
