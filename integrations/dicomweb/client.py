"""Hands objects to an archive by STOW-RS, and asks for them back by QIDO-RS (PS3.18 10.5 and 10.6).

One instance a request: an archive, or a gateway before it, limits requests, and each instance then has an answer of its own. What
comes back decides what the caller does next, as in C-STORE: a Failure Reason of A7xx is for later, Bxxx and 0111 (the archive has
it already) are stored, any other is a refusal.
"""

import ssl
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import httpx

from integrations.dicomweb.store_answer import Verdict, verdict_on
from integrations.errors import Rejected, Unavailable
from integrations.http_exchange import exchange, json_object

_DICOM_JSON = "application/dicom+json"
_REFUSED_TOKEN = (401, 403)
_CONFLICT = 409
_NO_SEARCH = frozenset({501})
_PIECE_BYTES = 1 << 20
_NOBODY = "2.25.0"


class TokenSource(Protocol):
    """Where bearer tokens come from; ``renew`` asks for another one than the last."""

    def token(self, *, renew: bool = False) -> str:
        """Return an access token."""
        ...


@dataclass(frozen=True, slots=True)
class WebTls:
    """Whom we trust and who we are over https, as PEM files; None: the public CAs, and no certificate of ours."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """One object to be stored: its Part-10 file, and its UID."""

    path: Path
    sop_instance_uid: str


class DicomwebArchive:
    """An archive at ``base_url``, under which its /studies is; threads may share it.

    It is called with a bearer token, or by ``user`` and password, or as the certificate in ``tls`` says.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: TokenSource | None = None,
        user: tuple[str, str] | None = None,
        tls: WebTls | None = None,
        timeout_s: float = 30.0,
    ) -> None:
        url = httpx.URL(base_url)
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
            raise ValueError("a DICOMweb base URL is http(s)://host/path, without user, password or query")
        self._studies = f"{str(url).rstrip('/')}/studies"
        self._peer = f"the DICOMweb archive {url.host}"
        self._token = token
        self._user = user
        self._tls = tls or WebTls()
        self._timeout_s = timeout_s

    def store(self, study_uid: str, objects: Sequence[Stored]) -> None:
        """Store every object, the others also where one is refused.

        Raises:
            Rejected: the archive refused some, with its reasons, or does not speak STOW-RS there.
            Unavailable: no answer, or not now. What it made of it is unknown; sending it again is safe.

        """
        reasons: list[str] = []
        with self._connected() as http:
            for one in objects:
                verdict = self._store(http, study_uid, one)
                if verdict.is_for_later:
                    raise Unavailable(f"{self._peer} has no room for now (failure reason {verdict.reason:04X})")
                if not verdict.is_stored:
                    reasons.append("none given" if verdict.reason is None else f"{verdict.reason:04X}")
        if reasons:
            told = ", ".join(sorted(set(reasons)))
            raise Rejected(f"{self._peer} refused {len(reasons)} of {len(objects)} objects: failure reason {told}")

    def find_instances(self, study_uid: str, series_uid: str, sop_uids: Collection[str]) -> set[str]:
        """Ask which of a series' instances the archive has, one by one: lists have limits that each archive sets itself.

        Raises Rejected where it answers no such query, Unavailable.
        """
        found: set[str] = set()
        with self._connected() as http:
            for uid in sop_uids:
                path = f"/{study_uid}/series/{series_uid}/instances"
                found |= self._search(http, path, "00080018", SOPInstanceUID=uid)
        return found.intersection(sop_uids)

    def check(self) -> None:
        """Ask for a study that nobody has. Raises Rejected, Unavailable."""
        with self._connected() as http:
            self._search(http, "", "0020000D", StudyInstanceUID=_NOBODY)

    def _store(self, http: httpx.Client, study_uid: str, one: Stored) -> Verdict:
        boundary = uuid4().hex
        before = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        after = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Accept": _DICOM_JSON,
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
            # Some servers take no chunked body.
            "Content-Length": str(len(before) + one.path.stat().st_size + len(after)),
        }

        def content() -> Iterator[bytes]:
            yield before
            with one.path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    yield piece
            yield after

        url = f"{self._studies}/{study_uid}"
        response = self._send(http, "POST", url, frozenset({_CONFLICT}), headers, content)
        if response.is_success or response.status_code == _CONFLICT:
            answer = json_object(response, peer=self._peer)
            try:
                return verdict_on(one.sop_instance_uid, answer)
            except ValueError:
                raise Rejected(f"{self._peer} answered STOW-RS with something else: check its URL") from None
        raise Rejected(
            f"{self._peer} answered {response.status_code} to STOW-RS: check its URL, our rights there, and whether it takes"
            " such objects"
        )

    def _search(self, http: httpx.Client, path: str, key: str, **matching: str) -> set[str]:
        response = self._send(http, "GET", self._studies + path, _NO_SEARCH, {"Accept": _DICOM_JSON}, None, matching)
        if response.status_code == httpx.codes.NO_CONTENT:
            return set()
        if not response.is_success:
            raise Rejected(f"{self._peer} answers no QIDO-RS ({response.status_code})")
        try:
            return {str(found[key]["Value"][0]) for found in response.json()}
        except (ValueError, TypeError, LookupError):
            raise Rejected(f"{self._peer} answered QIDO-RS with something else: check its URL") from None

    def _send(
        self,
        http: httpx.Client,
        method: str,
        url: str,
        answers: frozenset[int],
        headers: dict[str, str],
        content: Callable[[], Iterator[bytes]] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        for renew in (False, True):
            if self._token is not None:
                headers = {**headers, "Authorization": f"Bearer {self._token.token(renew=renew)}"}
            response = exchange(
                http,
                method,
                url,
                peer=self._peer,
                answers=answers,
                headers=headers,
                content=content() if content else None,
                params=params,
            )
            if self._token is None or response.status_code not in _REFUSED_TOKEN:
                break
        return response

    @contextmanager
    def _connected(self) -> Iterator[httpx.Client]:
        """Open connections for one piece of work, with the certificate files as they are now: they are renewed every so often."""
        auth = httpx.BasicAuth(*self._user) if self._user else None
        with httpx.Client(timeout=self._timeout_s, verify=self._context(), auth=auth) as http:
            yield http

    def _context(self) -> ssl.SSLContext:
        tls = self._tls
        try:
            context = ssl.create_default_context(cafile=tls.ca) if tls.ca else httpx.create_ssl_context()
            if tls.certificate is not None:
                context.load_cert_chain(tls.certificate, tls.key, password=_no_password)
        except (OSError, ValueError, TypeError) as error:  # ssl.SSLError is an OSError
            files = ", ".join(str(file) for file in (tls.ca, tls.certificate, tls.key) if file)
            raise Unavailable(
                f"one of the TLS files of {self._peer} cannot be used ({type(error).__name__}): {files}"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _no_password() -> str:
    raise TypeError  # a key that asks for a password: nobody can type one in here
