"""Every setting of Diafan, its default, and where it is read from.

Settings come from environment variables (``DIAFAN_HTTP_PORT=8080``; nested: ``DIAFAN_OIDC__ISSUER=...``), then from
a TOML file (``--config FILE``, or ``DIAFAN_CONFIG``), then from the embedded defaults below, which need nothing but this machine.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

from pydantic import (
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from audit.event import LEGAL_BASIS, PURPOSE
from models.labels import Label
from service.destination_settings import AETitle, Destination, FolderDestination, Part, Tls
from service.gdpr.retention_settings import Retention
from service.roles import PersonRole
from service.witness_settings import AuditRepository, FileWitness, Witness


def _titles_alone(given: Any) -> Any:
    """Let a mere list of AE titles stand for titles without addresses."""
    return dict.fromkeys(given, ()) if isinstance(given, list | tuple) else given


Purpose = Annotated[str, Field(pattern=f"^{PURPOSE.pattern}$", max_length=64)]
LegalBasis = Annotated[str, Field(pattern=f"^{LEGAL_BASIS.pattern}$", max_length=128)]
CallingAETitles = Annotated[dict[AETitle, tuple[IPvAnyNetwork, ...]], BeforeValidator(_titles_alone)]


class Oidc(Part):
    """The OpenID provider whose access tokens open the API, and who signs people in."""

    issuer: str
    audience: str = "https://diafan.example/api"
    jwks_url: str = Field("", description="default: as the provider's discovery document says")
    client_id: str = Field("", description="as whom Diafan signs people in; empty: nobody signs in, systems only")
    client_secret: SecretStr = Field(SecretStr(""), description="none: a public client, which PKCE protects")
    scope: str = Field("openid profile", description="what to ask for when people sign in; must have `openid` in it")
    roles_claim: str = Field(
        "roles", description="the claim that holds a person's roles; dots lead inwards: `realm_access.roles`"
    )
    roles: dict[str, PersonRole] = Field(
        {}, description="the provider's words for ours; without an entry a word must be ours"
    )


class Reporting(Part):
    """How reports name the patient, and what they may create in an EHR."""

    patient_system: str = Field(
        "urn:diafan:patient-id", description="FHIR identifier system of Patient IDs without an issuer"
    )
    issuer_systems: dict[str, str] = Field(
        {}, description="FHIR identifier system for each Issuer of Patient ID (0010,0021)"
    )
    create_patient: bool = Field(
        True, description="create a minimal Patient where the EHR has none; off: such a report is parked"
    )
    organization: str = Field(
        "",
        max_length=64,
        description="whose physicians sign: a signed Structured Report is marked as verified by them; empty: none is",
    )
    documents: bool = Field(
        True, description="send each report as a page for people, too: PDF and HTML, some 250 kB in a transaction"
    )
    language: Literal["en", "pl"] = Field("en", description="of that page, and of what people read in the FHIR report")
    owns_imaging_study: bool = Field(
        False,
        description="nobody else writes ImagingStudy at this EHR: update it with late images and Structured Reports",
    )

    def system_of(self, issuer: str) -> str:
        """Return the identifier system of an issuer; one that is not configured never shares the default's numbers."""
        if not issuer:
            return self.patient_system
        return self.issuer_systems.get(issuer) or f"{self.patient_system}:{quote(issuer, safe='')}"


class Lawfulness(Part):
    """Why personal data are handled, as each entry of the log that concerns a patient states it (GDPR Art. 6 and 9)."""

    purpose: Purpose = Field("TREAT", description="HL7 v3 PurposeOfUse of what nobody gave a purpose")
    purposes: dict[AETitle, Purpose] = Field(
        {}, description='what a sender\'s images are for, where it is something else: `{"TRIAL" = "HRESCH"}`'
    )
    legal_basis: LegalBasis = Field(
        "gdpr-6-1-c+gdpr-9-2-h", description="articles that the handling rests on, joined by a plus"
    )
    legal_bases: dict[Purpose, LegalBasis] = Field({}, description="for a purpose that rests on others")

    def purpose_of(self, agent: str) -> str:
        """Return what an agent that stated no purpose acts for."""
        return self.purposes.get(agent, self.purpose)

    def basis_of(self, purpose: str) -> str:
        """Return what the handling for a purpose rests on."""
        return self.legal_bases.get(purpose, self.legal_basis)


class Privacy(Part):
    """What patients are told about the handling of their data (GDPR Art. 12 to 15)."""

    controller: str = Field("", max_length=300, description="who is responsible for the data, with an address")
    contact: str = Field("", max_length=300, description="how the data protection officer is reached")
    retention_years: int = Field(
        20, ge=0, description="how long what belongs to the medical record is kept; 20 in Poland"
    )
    log_years: int = Field(20, ge=1, description="entries of the log that are younger are never retired")


class Settings(BaseSettings):
    """What one Diafan is told at start. Unknown names are refused."""

    model_config = SettingsConfigDict(env_prefix="DIAFAN_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="received and produced objects, keys, and the embedded database")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL URL of the service role; none: an embedded server in the data folder"
    )
    database_owner_url: SecretStr | None = Field(
        None,
        description="PostgreSQL URL of the role that migrates; needed where database_url is given and the schema is not up to date",
    )

    ae_title: AETitle = "DIAFAN"
    calling_ae_titles: CallingAETitles = Field(
        default_factory=dict, description="who may send, and from which addresses or networks; empty: anyone"
    )
    dimse_host: str = "127.0.0.1"
    dimse_port: int = Field(11112, ge=0, le=65535)
    dimse_tls: Tls | None = Field(None, description="none: in clear")
    dimse_processes: int = Field(
        0,
        ge=0,
        le=16,
        description="that receive, behind one port and within the same limits; 0: one per core, at most four",
    )
    dimse_max_associations: int = Field(32, ge=1, le=256, description="at one time; one more is rejected for now")
    dimse_max_per_address: int = Field(
        16, ge=1, description="of these, for one address: a peer that hangs or floods leaves the rest to others"
    )
    dimse_artim_s: float = Field(30, gt=0, description="from a connection to its whole request; then it is closed")
    dimse_idle_s: float = Field(60, gt=0, description="an association that says nothing for so long is aborted")
    dimse_max_mb: int = Field(1000, gt=0, description="a larger data set is refused")

    http_host: str = "127.0.0.1"
    http_port: int = Field(8710, ge=0, le=65535)
    public_url: str | None = Field(
        None, description="how others reach the API; default: `http://<http_host>:<http_port>`"
    )
    max_upload_mb: int = Field(100, gt=0, description="a larger upload is answered 413")

    oidc: Oidc | None = Field(None, description="none: the embedded issuer, on loopback only")
    session_idle_min: int = Field(30, ge=2, description="a person's session ends when it was not used for so long")
    session_max_h: float = Field(12, gt=0, description="a person's session ends after so long, used or not")
    refusals_max: int = Field(60, ge=1, description="so many refused credentials of a caller; then 429")
    refusals_window_s: float = Field(60, gt=0, description="within so long, from the first one on")
    purpose_required: bool = Field(False, description="refuse tokens that state no purpose of use")
    reporting: Reporting = Reporting()
    lawfulness: Lawfulness = Lawfulness()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    subject_keys: SecretStr | None = Field(
        None,
        description="keys that seal the table of patients' pseudonyms, newest first; none: a file in the data folder",
    )

    witnesses: tuple[Witness, ...] = Field(
        (FileWitness(name="file"),),
        description="who is told checkpoints of the log: any number of the four kinds below",
    )
    audit_repositories: tuple[AuditRepository, ...] = Field(
        (), description="where every entry of the log goes, too, as a DICOM audit message over syslog with TLS"
    )
    destinations: tuple[Destination, ...] = (FolderDestination(name="outbox"),)
    rules: Path | None = Field(
        None,
        description="TOML file with the rules of the site (see Rules); none: what Diafan reads is analysed, and goes everywhere",
    )
    quiet_period_s: float = Field(5, ge=0, description="a study's report is issued when nothing arrived for so long")
    retry_first_s: float = Field(
        2, gt=0, description="wait before the second try at an unavailable destination; doubles each time"
    )
    retry_longest_s: float = Field(300, gt=0, description="longest wait between two tries")

    model: str = Field(
        "bundled",
        description="until a person chooses (`diafan model use`): `bundled`, or a folder with manifest.json and weights.safetensors",
    )
    engine: Literal["auto", "torch", "openvino", "openvino-bf16", "cuda"] = Field(
        "auto", description="what runs the network; auto: CUDA where there is a GPU, else OpenVINO, else torch"
    )
    threads: int = Field(0, ge=0, description="threads of the network; 0: one per core")
    intended_use: str = Field(
        "research use, not for diagnosis", min_length=3, max_length=200, description="printed on every result"
    )

    priority: tuple[Label, ...] = Field(
        (Label.PNEUMOTHORAX, Label.EDEMA, Label.PLEURAL_EFFUSION, Label.CONSOLIDATION, Label.PNEUMONIA),
        description="findings in the order in which the worklist brings them up; for each site to decide",
    )

    min_free_mb: int = Field(
        256, ge=0, description="below this much free disk nothing is accepted, so that the log can go on"
    )
    stalled_after_s: float = Field(6, gt=1, description="a job whose worker was silent for so long is run again")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is no such source here
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults."""
        config = os.environ.get("DIAFAN_CONFIG")
        file = (TomlConfigSettingsSource(settings_cls, Path(config)),) if config else ()
        return init_settings, env_settings, *file

    @model_validator(mode="after")
    def _fail_closed(self) -> Self:
        names = [d.name for d in self.destinations]
        if len(set(names)) != len(names):
            raise ValueError("two destinations have the same name")
        if self.retention.results_days is not None and not any(
            d.kind in {"pacs", "dicomweb"} for d in self.destinations
        ):
            raise ValueError(
                "retention.results_days needs an archive that has the results: a destination of the kind pacs or dicomweb"
            )
        if self.oidc is None and not (is_loopback(self.http_host) and is_loopback(self.dimse_host)):
            raise ValueError(
                "beyond loopback Diafan needs an OpenID provider: set oidc.issuer (the embedded issuer serves this machine only)"
            )
        named = self.calling_ae_titles and all(self.calling_ae_titles.values())
        if not (is_loopback(self.dimse_host) or self.dimse_tls or named):
            raise ValueError(
                "beyond loopback the DICOM listener must know who calls: set dimse_tls, or calling_ae_titles with the"
                ' addresses of each sender, as {"PACS": ["10.1.2.3"]}'
            )
        return self

    @property
    def api_url(self) -> str:
        """The address that links in output point to."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
