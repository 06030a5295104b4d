"""Who hears of the log: witnesses, which keep its checkpoints, and audit repositories, which keep its entries."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr

from service.destination_settings import DestinationName, Part, PeerTls


class Told(Part):
    """What every witness has."""

    name: DestinationName
    every_s: float = Field(
        300, gt=0, description="a checkpoint at most so often, and none where nothing was done since"
    )


class FileWitness(Told):
    """A file that checkpoints are added to. It shows a database that was rolled back; on another host's disk, more."""

    kind: Literal["file"] = "file"
    path: Path | None = Field(None, description="default: `witness.ndjson` in the data folder")


class SyslogWitness(Told):
    """A syslog server, over TLS (RFC 5425)."""

    kind: Literal["syslog"]
    host: str
    port: int = Field(6514, ge=1, le=65535)
    tls: PeerTls


class MailWitness(Told):
    """A mail box."""

    kind: Literal["mail"]
    host: str
    port: int = Field(587, ge=1, le=65535, description="where mail is submitted, by STARTTLS")
    username: str = ""
    password: SecretStr = SecretStr("")
    ca: Path | None = Field(None, description="PEM: the CAs whose servers we trust; none: the public ones")
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1)


class LogWitness(Told):
    """A witness of a transparency log (C2SP tlog-witness): it answers with its signature that the log only grew."""

    kind: Literal["log-witness"]
    url: HttpUrl = Field(description="what stands before `/add-checkpoint`")
    verifier_key: str = Field(
        pattern=r"^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$", description="its public key, as it is published"
    )
    ca: Path | None = Field(None, description="PEM: the CAs whose witnesses we trust; none: the public ones")


Witness = Annotated[FileWitness | SyslogWitness | MailWitness | LogWitness, Field(discriminator="kind")]


class AuditRepository(Part):
    """A site's audit record repository (IHE ATNA): every entry goes there, as a DICOM audit message over syslog with TLS."""

    name: DestinationName
    host: str
    port: int = Field(6514, ge=1, le=65535)
    tls: PeerTls
    named: bool = Field(False, description="say whom the log's pseudonyms stand for: Patient ID and Study Instance UID")
