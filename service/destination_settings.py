"""What a destination is told: where it is, how it is reached, and which kinds of object go there."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    model_validator,
)

from integrations.encoding import Syntax
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


def _is_asked_for(kind: ResultKind) -> ResultKind:
    if kind is ResultKind.REJECTION_NOTE:
        raise ValueError("a rejection note follows all that it rejects: it is not asked for")
    return kind


Objects = Annotated[
    tuple[Annotated[ResultKind, AfterValidator(_is_asked_for)], ...],
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
    """A PACS that receives result objects by C-STORE and proves it by storage commitment or by C-FIND."""

    kind: Literal["pacs"] = "pacs"
    name: DestinationName
    host: str
    port: int = Field(ge=1, le=65535)
    called_ae_title: AETitle
    timeout_s: float = Field(30, gt=0)
    read_back: bool = Field(True, description="ask by C-FIND whether the object arrived, before calling it delivered")
    commitment: Literal["off", "required"] = Field(
        "off",
        description="`required`: delivered is what the PACS has committed to (storage commitment), in place of C-FIND",
    )
    commitment_wait_s: float = Field(
        5, ge=0, description="how long the association of the request is held for the PACS's report"
    )
    commitment_timeout_s: float = Field(900, gt=0, description="without a report for so long, the PACS is asked again")
    transfer_syntaxes: tuple[Syntax, ...] = Field(
        (Syntax.EXPLICIT_LE, Syntax.IMPLICIT_LE),
        description="what is preferred, in this order, as far as it suits an object and the PACS accepts it; `explicit-le` and"
        " `implicit-le` are offered in any case; `jpeg-baseline` loses detail, and makes other instances of the pictures",
    )
    objects: Objects = DEFAULT_OBJECTS
    tls: PeerTls | None = Field(None, description="none: in clear")


ClientAuthentication = Annotated[
    Literal["client_secret_basic", "private_key_jwt"],
    Field(
        description="how we name ourselves to the token endpoint: `private_key_jwt` by a key of ours (SMART Backend"
        " Services; see `diafan client-key`), in place of the secret"
    ),
]


def _refuse_half_a_client(token_url: HttpUrl | None, client_id: str, client_secret: SecretStr) -> None:
    """Raise ValueError where a client with a key lacks what it needs, or has a secret beside it."""
    if token_url is None or not client_id:
        raise ValueError("private_key_jwt needs token_url and client_id")
    if client_secret.get_secret_value():
        raise ValueError("private_key_jwt takes the place of client_secret: give one of them")


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
    client_authentication: ClientAuthentication = "client_secret_basic"
    scope: str = "system/*.write"
    resource: str | None = Field(None, description="RFC 8707 resource indicator, where the provider wants one")
    timeout_s: float = Field(30, gt=0)
    entries_per_transaction: int | None = Field(
        None, ge=1, description="split the report for a server that limits transactions; none: one transaction"
    )
    if_match: bool = Field(
        True,
        description="park a revision where somebody else changed the report, or a finding, at the server meanwhile",
    )
    client_ids: bool = Field(
        True,
        description="the server lets clients name ids (update as create); off: Provenance, which needs it, is left out",
    )

    @model_validator(mode="after")
    def _is_sensible(self) -> Self:
        if self.client_authentication == "private_key_jwt":
            _refuse_half_a_client(self.token_url, self.client_id, self.client_secret)
        return self


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
    client_authentication: ClientAuthentication = "client_secret_basic"
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
        if self.client_authentication == "private_key_jwt":
            _refuse_half_a_client(self.token_url, self.client_id, self.client_secret)
        return self


Destination = Annotated[
    FolderDestination | PacsDestination | EhrDestination | DicomwebDestination, Field(discriminator="kind")
]
