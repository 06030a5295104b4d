"""Where results go: one port, and what stands behind it (a folder, a PACS, an archive on the web, an EHR)."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from integrations import dimse
from integrations.dicomweb import DicomwebArchive, Stored, WebTls
from integrations.errors import Rejected, Unavailable
from integrations.fhir_client import FhirClient
from integrations.oauth_client import ClientCredentials
from integrations.result_object import ResultKind
from service.destination_settings import (
    DEFAULT_OBJECTS,
    DicomwebDestination,
    EhrDestination,
    FolderDestination,
    PacsDestination,
    PeerTls,
    Tls,
)
from service.records import Parcel
from service.settings import Settings
from service.store import FolderStore

DEFAULT_KINDS = frozenset(DEFAULT_OBJECTS)
Receipt = Mapping[str, object]
"""What a destination answered: ``proof`` says how we know that the parcel arrived; kept with the delivery."""


@dataclass(frozen=True, slots=True)
class Item:
    """One DICOM object on its way."""

    path: Path
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one delivery carries: DICOM items, and for a report its FHIR bundle (``bundle`` is its path)."""

    parcel: Parcel
    study_instance_uid: str
    items: Sequence[Item] = ()
    bundle: Path | None = None


@runtime_checkable
class Destination(Protocol):
    """One place that takes parcels, and of DICOM objects the kinds that it asks for.

    A repeat must be safe; what arrived already is not sent again.
    """

    name: str
    carries: frozenset[Parcel]
    takes: frozenset[ResultKind]

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:
        """Hand over and return the proof; ``again`` says that an earlier try may have got through. Raises Rejected, Unavailable."""

    def check(self) -> None:
        """Raise Rejected or Unavailable if the destination does not answer."""


class Folder:
    """Writes every parcel below a folder: DICOM by study, FHIR bundles beside."""

    carries = frozenset(Parcel)

    def __init__(self, name: str, root: Path, takes: frozenset[ResultKind] = DEFAULT_KINDS) -> None:
        self.name = name
        self.takes = takes
        self.root = root

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:  # noqa: ARG002 - the same bytes under the same name: a repeat changes nothing
        """Copy the files; each appears whole or not at all."""
        files = [(f"dicom/{contents.study_instance_uid}/{i.sop_instance_uid}.dcm", i.path) for i in contents.items]
        if contents.bundle is not None:
            files.append((f"fhir/{contents.study_instance_uid}.json", contents.bundle))
        try:
            folder = FolderStore(self.root)
            for key, source in files:
                folder.put(key, source.read_bytes())
        except OSError as error:
            raise Unavailable(f"the folder of destination {self.name} cannot be written: {error.strerror}") from error
        return {"proof": "written and flushed", "files": [str(self.root / key) for key, _ in files]}

    def check(self) -> None:
        """Raise Unavailable if the folder cannot be made or written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the folder {self.root} cannot be made: {error.strerror}") from error
        if not os.access(self.root, os.W_OK):
            raise Unavailable(f"the folder {self.root} is not writable")


class Pacs:
    """Sends DICOM objects by C-STORE and asks for them back by C-FIND."""

    def __init__(
        self, name: str, peer: dimse.Peer, *, read_back: bool, takes: frozenset[ResultKind] = DEFAULT_KINDS
    ) -> None:
        self.name = name
        self.takes = takes
        # A report is its Structured Report here: an archive that takes none has no use for it.
        report = {Parcel.REPORT} if ResultKind.STRUCTURED_REPORT in takes else set()
        self.carries = frozenset({Parcel.SOURCE, Parcel.RESULTS, *report})
        self._peer = peer
        self._read_back = read_back

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:
        """Store what the PACS lacks; with read-back, delivered means found there."""
        missing = list(contents.items)
        if not missing:
            return {"proof": "nothing of the kinds that it takes", "sent": 0}
        if again and self._read_back:
            # A PACS that answers no query is sent everything again: the same bytes under the same UIDs.
            with suppress(Rejected):
                missing = self._missing(contents)
        if missing:
            dimse.send(self._peer, [item.path for item in missing])
        if not self._read_back:
            return {"proof": "C-STORE status only: read-back is switched off", "sent": len(missing)}
        try:
            lost = self._missing(contents)
        except Rejected as refusal:
            return {"proof": f"C-STORE status only: {refusal}", "sent": len(missing)}
        if lost:
            raise Unavailable(
                f"{len(lost)} of {len(contents.items)} objects were stored and are not found by C-FIND yet"
            )
        return {"proof": "found by C-FIND", "sent": len(missing)}

    def _missing(self, contents: Contents) -> list[Item]:
        return _not_found(contents, partial(dimse.find_instances, self._peer))

    def check(self) -> None:
        """C-ECHO."""
        dimse.echo(self._peer)


class WebArchive:
    """Sends DICOM objects by STOW-RS and asks for them back by QIDO-RS."""

    def __init__(self, name: str, archive: DicomwebArchive, takes: frozenset[ResultKind] = DEFAULT_KINDS) -> None:
        self.name = name
        self.takes = takes
        report = {Parcel.REPORT} if ResultKind.STRUCTURED_REPORT in takes else set()
        self.carries = frozenset({Parcel.SOURCE, Parcel.RESULTS, *report})
        self._archive = archive

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:
        """Store what the archive lacks; delivered means found there."""
        missing = list(contents.items)
        if not missing:
            return {"proof": "nothing of the kinds that it takes", "sent": 0}
        if again:
            # As with a PACS: whoever answers no query is sent everything again.
            with suppress(Rejected):
                missing = self._missing(contents)
        if missing:
            objects = [Stored(item.path, item.sop_instance_uid) for item in missing]
            self._archive.store(contents.study_instance_uid, objects)
        try:
            lost = self._missing(contents)
        except Rejected as refusal:
            return {"proof": f"STOW-RS answer only: {refusal}", "sent": len(missing)}
        if lost:
            raise Unavailable(
                f"{len(lost)} of {len(contents.items)} objects were stored and are not found by QIDO-RS yet"
            )
        return {"proof": "found by QIDO-RS", "sent": len(missing)}

    def _missing(self, contents: Contents) -> list[Item]:
        return _not_found(contents, self._archive.find_instances)

    def check(self) -> None:
        """Ask by QIDO-RS for a study that nobody has."""
        self._archive.check()


def _not_found(contents: Contents, find: Callable[[str, str, list[str]], set[str]]) -> list[Item]:
    """Return the items that ``find`` (study, series, instances) does not find at a peer; raises what it raises."""
    found: set[str] = set()
    for series in {item.series_instance_uid for item in contents.items}:
        wanted = [item.sop_instance_uid for item in contents.items if item.series_instance_uid == series]
        found |= find(contents.study_instance_uid, series, wanted)
    return [item for item in contents.items if item.sop_instance_uid not in found]


class Ehr:
    """Posts the report as a FHIR transaction; conditional writes make a repeat safe."""

    carries = frozenset({Parcel.REPORT})
    takes: frozenset[ResultKind] = frozenset()

    def __init__(self, name: str, client: FhirClient) -> None:
        self.name = name
        self._client = client

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:  # noqa: ARG002 - every entry is conditional
        """Post the bundle; the server's answer for each entry is the proof."""
        if contents.bundle is None:
            raise Rejected("an EHR takes reports only")
        return {"proof": "transaction answered", **self._client.transact(json.loads(contents.bundle.read_bytes()))}

    def check(self) -> None:
        """Read the server's CapabilityStatement."""
        self._client.capability()


def build(settings: Settings) -> dict[str, Destination]:
    """Return the configured destinations by name."""
    return {d.name: _one(d, settings) for d in settings.destinations}


def _one(
    d: FolderDestination | PacsDestination | EhrDestination | DicomwebDestination, settings: Settings
) -> Destination:
    match d:
        case FolderDestination():
            return Folder(d.name, (d.path or settings.data_dir / d.name).absolute(), frozenset(d.objects))
        case PacsDestination():
            peer = dimse.Peer(
                host=d.host,
                port=d.port,
                called_ae_title=d.called_ae_title,
                calling_ae_title=settings.ae_title,
                timeout_s=d.timeout_s,
                tls=tls_of(d.tls),
            )
            return Pacs(d.name, peer, read_back=d.read_back, takes=frozenset(d.objects))
        case EhrDestination():
            return Ehr(
                d.name,
                FhirClient(str(d.base_url), _token(d), d.timeout_s, entries_per_transaction=d.entries_per_transaction),
            )
        case DicomwebDestination():
            archive = DicomwebArchive(
                str(d.base_url),
                token=_token(d),
                user=(d.username, d.password.get_secret_value()) if d.username else None,
                tls=WebTls(d.ca, d.certificate, d.key),
                timeout_s=d.timeout_s,
            )
            return WebArchive(d.name, archive, frozenset(d.objects))


def _token(d: EhrDestination | DicomwebDestination) -> ClientCredentials | None:
    if d.token_url is None:
        return None
    return ClientCredentials(str(d.token_url), d.client_id, d.client_secret.get_secret_value(), d.scope, d.resource)


def tls_of(given: Tls | None) -> dimse.Tls | None:
    """Return how DICOM is to be spoken over TLS, by the settings; None for in clear."""
    if given is None:
        return None
    name = given.server_name if isinstance(given, PeerTls) else ""
    return dimse.Tls(given.certificate, given.key, given.ca, dimse.TlsProfile(given.profile), name)
