"""Where results go: one port, and what stands behind it (a folder, a PACS, an archive on the web, an EHR)."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from integrations import dimse
from integrations.dicomweb import DicomwebArchive, Stored, WebTls
from integrations.errors import Rejected, Unavailable
from integrations.fhir_client import FhirClient
from integrations.oauth_client import ClientCredentials
from integrations.result_object import ResultKind
from service.client_keys import ClientKeys
from service.commitments import Commitments
from service.destination_settings import (
    DicomwebDestination,
    EhrDestination,
    FolderDestination,
    PacsDestination,
    PeerTls,
    Tls,
)
from service.pacs import Committing, Pacs
from service.parcel import DEFAULT_KINDS, Contents, Destination, Item, Receipt, not_found
from service.records import Parcel
from service.settings import Settings
from service.store import FolderStore

__all__ = ["Contents", "Destination", "Ehr", "Folder", "Item", "Pacs", "Receipt", "WebArchive", "build", "tls_of"]


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
        return not_found(contents, self._archive.find_instances)

    def check(self) -> None:
        """Ask by QIDO-RS for a study that nobody has."""
        self._archive.check()


class Ehr:
    """Posts the report as a FHIR transaction; conditional writes make a repeat safe."""

    carries = frozenset({Parcel.REPORT})
    takes: frozenset[ResultKind] = frozenset()

    def __init__(self, name: str, client: FhirClient, *, if_match: bool = True, client_ids: bool = True) -> None:
        self.name = name
        self._client = client
        self._if_match = if_match
        self._client_ids = client_ids

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:  # noqa: ARG002 - every entry is conditional
        """Post the bundle; the server's answer for each entry is the proof."""
        if contents.bundle is None:
            raise Rejected("an EHR takes reports only")
        bundle = json.loads(contents.bundle.read_bytes())
        entries = [e for e in bundle["entry"] if self._client_ids or not _names_its_id(e)]
        receipt = self._client.transact({**bundle, "entry": entries}, contents.held if self._if_match else {})
        proof = "transaction answered"
        if len(entries) < len(bundle["entry"]):
            # One receipt for each entry, in their order, whatever was left out.
            told = iter(receipt["entries"])
            receipt["entries"] = [next(told) if e in entries else _left_out(e) for e in bundle["entry"]]
            proof += " without Provenance: the server gives ids itself"
        if "attachments" in receipt:
            proof += " without the report's attachments: the server takes no transaction of this size"
        placed = zip(bundle["entry"], receipt["entries"], strict=True)
        if unplaced := [e for e, r in placed if r["resource"] == "DiagnosticReport" and not r["location"]]:
            return {**receipt, **self._read_back(proof, unplaced[0]["request"]["url"])}
        return {"proof": proof, **receipt}

    def _read_back(self, proof: str, search: str) -> Receipt:
        """Look for a report that the server took without saying where it put it."""
        try:
            found = self._client.find(search)
        except Rejected as refusal:
            return {"proof": f"{proof}, only: {refusal}"}
        if found is None:
            raise Unavailable("the report was taken, and is not found by its identifier yet")
        return {"proof": f"{proof}, found by its identifier", "report": found}

    def check(self) -> None:
        """Read the server's CapabilityStatement."""
        self._client.capability()


def _names_its_id(entry: Mapping[str, Any]) -> bool:
    return entry["request"]["method"] == "PUT" and "?" not in entry["request"]["url"]


def _left_out(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"resource": entry["resource"]["resourceType"], "status": "left out", "location": "", "version": ""}


def build(settings: Settings, commitments: Commitments) -> dict[str, Destination]:
    """Return the configured destinations by name."""
    return {d.name: _one(d, settings, commitments) for d in settings.destinations}


def _one(
    d: FolderDestination | PacsDestination | EhrDestination | DicomwebDestination,
    settings: Settings,
    commitments: Commitments,
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
            committing = None
            if d.commitment == "required":
                committing = Committing(commitments, d.commitment_wait_s, d.commitment_timeout_s)
            return Pacs(
                d.name,
                peer,
                read_back=d.read_back,
                takes=frozenset(d.objects),
                prefer=d.transfer_syntaxes,
                committing=committing,
            )
        case EhrDestination():
            return Ehr(
                d.name,
                FhirClient(
                    str(d.base_url), _token(d, settings), d.timeout_s, entries_per_transaction=d.entries_per_transaction
                ),
                if_match=d.if_match,
                client_ids=d.client_ids,
            )
        case DicomwebDestination():
            archive = DicomwebArchive(
                str(d.base_url),
                token=_token(d, settings),
                user=(d.username, d.password.get_secret_value()) if d.username else None,
                tls=WebTls(d.ca, d.certificate, d.key),
                timeout_s=d.timeout_s,
            )
            return WebArchive(d.name, archive, frozenset(d.objects))


def client_keys_of(settings: Settings) -> ClientKeys:
    """Return the keys by which we name ourselves to token endpoints."""
    return ClientKeys(settings.data_dir / "keys" / "client")


def _token(d: EhrDestination | DicomwebDestination, settings: Settings) -> ClientCredentials | None:
    if d.token_url is None:
        return None
    assertion = None
    if d.client_authentication == "private_key_jwt":
        keys = client_keys_of(settings)
        keys.ensure()
        assertion = keys.assertion
    secret = d.client_secret.get_secret_value()
    return ClientCredentials(str(d.token_url), d.client_id, secret, d.scope, d.resource, assertion=assertion)


def tls_of(given: Tls | None) -> dimse.Tls | None:
    """Return how DICOM is to be spoken over TLS, by the settings; None for in clear."""
    if given is None:
        return None
    name = given.server_name if isinstance(given, PeerTls) else ""
    return dimse.Tls(given.certificate, given.key, given.ca, dimse.TlsProfile(given.profile), name)
