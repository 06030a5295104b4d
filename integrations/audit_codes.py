"""The codes of audit messages: of DICOM (PS3.16 CID 400 to 405), of FHIR R4's AuditEvent, of IHE BALP, and our own where there is none."""

from collections.abc import Mapping
from types import MappingProxyType

from integrations.codes import BASE, DCM, Coding

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "110037": "URI",
        "110100": "Application Activity",
        "110101": "Audit Log Used",
        "110102": "Begin Transferring DICOM Instances",
        "110103": "DICOM Instances Accessed",
        "110104": "DICOM Instances Transferred",
        "110105": "DICOM Study Deleted",
        "110106": "Export",
        "110107": "Import",
        "110111": "Procedure Record",
        "110112": "Query",
        "110113": "Security Alert",
        "110114": "User Authentication",
        "110120": "Application Start",
        "110121": "Application Stop",
        "110122": "Login",
        "110123": "Logout",
        "110126": "Node Authentication",
        "110127": "Emergency Override Started",
        "110132": "Use of Restricted Function",
        "110138": "Emergency Override Stopped",
        "110150": "Application",
        "110151": "Application Launcher",
        "110152": "Destination Role ID",
        "110153": "Source Role ID",
        "110154": "Destination Media",
        "110155": "Source Media",
        "110180": "Study Instance UID",
        "110181": "SOP Class UID",
        "110182": "Node ID",
    }
)
"""What DICOM calls its codes."""


def dicom_coding(code: str) -> Coding:
    """Return DICOM's code with its meaning; one that is not in `MEANINGS` is its own meaning."""
    return Coding(DCM, code, MEANINGS.get(code, code))


APPLICATION = dicom_coding("110150")
LAUNCHER = dicom_coding("110151")
DESTINATION = dicom_coding("110152")
SOURCE = dicom_coding("110153")
DESTINATION_MEDIA = dicom_coding("110154")
SOURCE_MEDIA = dicom_coding("110155")

ACTS_SYSTEM = f"{BASE}/CodeSystem/audit-act"
PSEUDONYMS = f"{BASE}/identifier/pseudonym"
ENTRIES = f"{BASE}/identifier/audit-log-index"
AGENTS = f"{BASE}/identifier/agent"
CLIENTS = f"{BASE}/identifier/client"
DEVICES = f"{BASE}/identifier/service"
DESTINATIONS = f"{BASE}/identifier/destination"
LOGS = f"{BASE}/identifier/audit-log"


def act_coding(word: str, words: str) -> Coding:
    """Return our own code of an act."""
    return Coding(ACTS_SYSTEM, word, words)


_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
REST = Coding(f"{_TERMINOLOGY}/audit-event-type", "rest", "RESTful Operation")
_INTERACTIONS = "http://hl7.org/fhir/restful-interaction"
CREATE, READ, UPDATE, DELETE, SEARCH = (
    Coding(_INTERACTIONS, word, word) for word in ("create", "read", "update", "delete", "search")
)
DISCLOSE = Coding(f"{_TERMINOLOGY}/iso-21089-lifecycle", "disclose", "Disclose Record Lifecycle Event")

PERSON = Coding(f"{_TERMINOLOGY}/audit-entity-type", "1", "Person")
SYSTEM_OBJECT = Coding(f"{_TERMINOLOGY}/audit-entity-type", "2", "System Object")
OTHER = Coding(f"{_TERMINOLOGY}/audit-entity-type", "4", "Other")
REQUEST = Coding(
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
    "XrequestId",
    "transport specific unique identifier where http X-Request-Id is used",
)

_ROLES = f"{_TERMINOLOGY}/object-role"
PATIENT_ROLE = Coding(_ROLES, "1", "Patient")
REPORT_ROLE = Coding(_ROLES, "3", "Report")
DOMAIN_RESOURCE_ROLE = Coding(_ROLES, "4", "Domain Resource")
SECURITY_RESOURCE_ROLE = Coding(_ROLES, "13", "Security Resource")
QUERY_ROLE = Coding(_ROLES, "24", "Query")

_PARTICIPATIONS = f"{_TERMINOLOGY}/v3-ParticipationType"
RECIPIENT = Coding(_PARTICIPATIONS, "IRCP", "information recipient")
AUTHOR = Coding(_PARTICIPATIONS, "AUT", "author (originator)")
CUSTODIAN = Coding(f"{_TERMINOLOGY}/provenance-participant-type", "custodian", "Custodian")
OAUTH_USER = Coding(
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes", "UserOauthAgent", "User OAuth Agent participant"
)

APPLICATION_SERVER = Coding(f"{_TERMINOLOGY}/security-source-type", "4", "Application Server")
PURPOSES = f"{_TERMINOLOGY}/v3-ActReason"
RESTRICTED = Coding(f"{_TERMINOLOGY}/v3-Confidentiality", "R", "restricted")
PSEUDONYMISED = Coding(f"{_TERMINOLOGY}/v3-ObservationValue", "PSEUDED", "pseudonymized")

TOKEN_ID = "urn:ietf:params:oauth:jti:"  # noqa: S105 - the prefix that BALP wants before a jti
