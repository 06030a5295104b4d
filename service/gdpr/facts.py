"""What the settings say about whose data are handled, why, and who receives them: every document of the GDPR reads it here."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from service.destination_settings import Destination, DicomwebDestination, EhrDestination, FolderDestination
from service.settings import Settings, is_loopback
from service.witness_settings import FileWitness, LogWitness, Witness

Kind = Literal[
    "folder", "pacs", "ehr", "dicomweb", "audit-repository", "file-witness", "syslog-witness", "mail-witness",
    "log-witness", "openid-provider",
]  # fmt: skip
Gets = Literal["results-reports", "images-results", "reports", "entries", "entries-named", "checkpoints", "sign-in"]
PERSONAL: frozenset[Gets] = frozenset({"results-reports", "images-results", "reports", "entries", "entries-named"})
"""What is about patients; a pseudonym is, too (GDPR recital 26)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told what. ``host`` is a host, or a path where ``is_local``; ``is_clear``: over a network, without TLS."""

    name: str
    kind: Kind
    host: str
    gets: Gets
    is_clear: bool = False
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What data are handled for, and on which articles; ``senders`` whose images are for this, ``is_default`` those of all others."""

    purpose: str
    legal_basis: str
    senders: tuple[str, ...]
    is_default: bool


def grounds(settings: Settings) -> list[Ground]:
    """Return every purpose that the settings name, the default first; one with neither is for who states it."""
    law = settings.lawfulness
    purposes = dict.fromkeys([law.purpose, *law.purposes.values(), *law.legal_bases])
    return [
        Ground(
            one,
            law.basis_of(one),
            tuple(sorted(sender for sender, purpose in law.purposes.items() if purpose == one)),
            one == law.purpose,
        )
        for one in purposes
    ]


def recipients(settings: Settings) -> list[Recipient]:
    """Return everybody whom the settings name: destinations, audit repositories, witnesses, and the OpenID provider."""
    return list(_recipients(settings))


def _recipients(settings: Settings) -> Iterator[Recipient]:
    for place in settings.destinations:
        yield _destination(place, settings.data_dir)
    for repository in settings.audit_repositories:
        gets: Gets = "entries-named" if repository.named else "entries"
        yield Recipient(repository.name, "audit-repository", repository.host, gets)
    for witness in settings.witnesses:
        yield _witness(witness, settings.data_dir)
    if settings.oidc is not None:
        url = urlsplit(settings.oidc.issuer)
        host = url.hostname or settings.oidc.issuer
        yield Recipient(settings.oidc.issuer, "openid-provider", host, "sign-in", _is_clear(url.scheme, host))


def _destination(place: Destination, data_dir: Path) -> Recipient:
    if isinstance(place, FolderDestination):
        path = str(place.path or data_dir / "outbox")
        return Recipient(place.name, "folder", path, "results-reports", is_local=True)
    if isinstance(place, EhrDestination | DicomwebDestination):
        host = place.base_url.host or ""
        gets: Gets = "reports" if isinstance(place, EhrDestination) else "images-results"
        return Recipient(place.name, place.kind, host, gets, _is_clear(place.base_url.scheme, host))
    return Recipient(
        place.name, "pacs", place.host, "images-results", is_clear=place.tls is None and not _is_here(place.host)
    )


def _witness(witness: Witness, data_dir: Path) -> Recipient:
    if isinstance(witness, FileWitness):
        path = str(witness_path(witness, data_dir))
        return Recipient(witness.name, "file-witness", path, "checkpoints", is_local=True)
    if isinstance(witness, LogWitness):
        host = witness.url.host or ""
        return Recipient(witness.name, "log-witness", host, "checkpoints", is_clear=_is_clear(witness.url.scheme, host))
    kind: Kind = "syslog-witness" if witness.kind == "syslog" else "mail-witness"
    return Recipient(witness.name, kind, witness.host, "checkpoints")


def witness_path(witness: FileWitness, data_dir: Path) -> Path:
    """Return where a file witness lies."""
    return witness.path or data_dir / "witness.ndjson"


def _is_clear(scheme: str, host: str) -> bool:
    return scheme != "https" and not _is_here(host)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return is_loopback(host)
