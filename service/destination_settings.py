"""What a destination is told: where it is, how it is reached, and which kinds of object go there."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, StringConstraints, model_validator

from integrations.result_object import ResultKind

AETitle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16, pattern=r"^[\x21-\x5b\x5d-\x7e ]+$")
]
DestinationName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class Part(BaseModel):
    """A group of settings; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tls(Part):
    """DICOM over TLS, with certificates on both sides; PEM files."""

    certificate: Path = Field(description="our certificate, followed by those between it and its CA")
    key: Path = Field(description="its private key, without a password")
    ca: Path = Field(description="certificates of the CAs whose peers we trust")
    profile: Literal["bcp195", "bcp195-modified"] = Field(
        "bcp195", description="cipher suites, by PS3.15 B.12 or B.13; TLS 1.2 or 1.3"
    )


class PeerTls(Tls):
    """The same where we call."""

    server_name: str = Field(
        "", description="the name that the peer's certificate must be for; empty: the destination's `host`"
    )


DEFAULT_OBJECTS = (ResultKind.SECONDARY_CAPTURE, ResultKind.STRUCTURED_REPORT, ResultKind.PARAMETRIC_MAP)
Objects = Annotated[
    tuple[ResultKind, ...],
    Field(
        min_length=1,
        description="which kinds of DICOM object go there; `parametric-map-16bit` holds integers for who cannot read floats",
    ),
]


class FolderDestination(Part):
    """A folder on this machine: the embedded default, for DICOM objects and FHIR bundles alike."""

    kind: Literal["folder"] = "folder"
    name: DestinationName
    path: Path | None = Field(None, description="where to write; default: `outbox` in the data folder")
    objects: Objects = DEFAULT_OBJECTS


class PacsDestination(Part):
    """A PACS that receives result objects by C-STORE and proves it by C-FIND."""

    kind: Literal["pacs"] = "pacs"
    name: DestinationName
    host: str
    port: int = Field(ge=1, le=65535)
    called_ae_title: AETitle
    timeout_s: float = Field(30, gt=0)
    read_back: bool = Field(True, description="ask by C-FIND whether the object arrived, before calling it delivered")
    objects: Objects = DEFAULT_OBJECTS
    tls: PeerTls | None = Field(None, description="none: in clear")


class EhrDestination(Part):
    """A FHIR R4 server that receives reports as transactions."""

    kind: Literal["ehr"] = "ehr"
    name: DestinationName
    base_url: HttpUrl
    token_url: HttpUrl | None = Field(
        None, description="OAuth 2 token endpoint (client credentials); none: no token is sent"
    )
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    scope: str = "system/*.write"
    resource: str | None = Field(None, description="RFC 8707 resource indicator, where the provider wants one")
    timeout_s: float = Field(30, gt=0)
    entries_per_transaction: int | None = Field(
        None, ge=1, description="split the report for a server that limits transactions; none: one transaction"
    )


class DicomwebDestination(Part):
    """An archive that receives result objects by STOW-RS and proves it by QIDO-RS."""

    kind: Literal["dicomweb"] = "dicomweb"
    name: DestinationName
    base_url: HttpUrl = Field(description="what stands before `/studies`")
    token_url: HttpUrl | None = Field(
        None, description="OAuth 2 token endpoint (client credentials); none: no token is sent"
    )
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    scope: str = ""
    resource: str | None = Field(None, description="RFC 8707 resource indicator, where the provider wants one")
    username: str = Field("", description="of HTTP Basic, in place of a token; empty: none")
    password: SecretStr = SecretStr("")
    ca: Path | None = Field(None, description="PEM: the CAs whose archives we trust; none: the public ones")
    certificate: Path | None = Field(None, description="PEM: our certificate, where the archive asks for one")
    key: Path | None = Field(None, description="PEM: its private key, without a password")
    timeout_s: float = Field(30, gt=0)
    objects: Objects = DEFAULT_OBJECTS

    @model_validator(mode="after")
    def _is_sensible(self) -> Self:
        if self.token_url is not None and self.username:
            raise ValueError("an archive is called with a token or by username, not both")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        return self


Destination = Annotated[
    FolderDestination | PacsDestination | EhrDestination | DicomwebDestination, Field(discriminator="kind")
]
