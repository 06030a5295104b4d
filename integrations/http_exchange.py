"""One HTTP request to a peer, with what can go wrong told apart by what the caller does next.

httpx.RequestError ─┬─ UnsupportedProtocol, TooManyRedirects   -> Rejected: the settings are wrong
                    └─ all others (connect, TLS, time-out ...)  -> Unavailable
a body that breaks off, or is not here in time                  -> Unavailable
a body too large, or packed in a way that we can't undo         -> Rejected
status 408, 409, 423, 425, 429, 5xx                             -> Unavailable, with Retry-After where given
any other status                                                -> the response: the caller knows what it means

409 is a race with another writer at the server: sending again is right, unless a version was sent to lose against (``answers``).
Redirects are not followed: a token must not go to where it was not meant for. What httpx logs (at INFO the URL) holds no
patient data, because no URL of ours does: searches by patient stand inside of a FHIR bundle.

An answer never takes more memory than `LARGEST_ANSWER_BYTES` twice over: httpx would unpack a gzip bomb whole, so that answers
are asked for as they are, and one that comes packed all the same is unpacked here.
"""

import ssl
import time
import zlib
from collections.abc import Collection, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from integrations.errors import Rejected, Unavailable

_LATER = frozenset({408, 409, 423, 425, 429})
_SERVER_ERROR = 500
LARGEST_ANSWER_BYTES = 16 << 20
LONGEST_RETRY_AFTER_S = 3600.0
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_OF_THE_TRANSFER = (b"content-encoding", b"content-length", b"transfer-encoding")


def exchange(
    client: httpx.Client, method: str, url: str, *, peer: str, answers: Collection[int] = (), **request: Any
) -> httpx.Response:
    """Send one request and return the answer; ``peer`` names the other side in messages, ``request`` is httpx's own.

    ``answers`` are statuses that the caller knows the meaning of, although they would be Unavailable. The answer's body must be
    here as long after its head as the client's time-out for reading, however often a byte of it comes.

    Raises:
        Unavailable: no answer, not the whole of it in time, or one that asks to come back later.
        Rejected: the URL can't be asked at all, or the answer is larger than any answer to us.

    """
    headers = {"Accept-Encoding": "identity", **request.pop("headers", {})}
    try:
        with client.stream(method, url, headers=headers, **request) as coming:
            response = _whole(coming, client.timeout.read, peer)
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
        raise Rejected(f"{peer} can't be asked ({type(error).__name__}): check its URL in the settings") from error
    except httpx.RequestError as error:
        raise Unavailable(f"{peer} did not answer ({_how_it_failed(error)})") from error
    status = response.status_code
    if status not in answers and (status in _LATER or status >= _SERVER_ERROR):
        raise Unavailable(f"{peer} answered {status}", _retry_after_s(response))
    return response


def json_object(response: httpx.Response, *, peer: str) -> dict[str, Any]:
    """Return the JSON object that ``response`` holds.

    Raises:
        Rejected: it holds something else, such as a log-in page.

    """
    try:
        content = response.json()
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Rejected(f"{peer} answered {response.status_code} with something that is no JSON object: check its URL")
    return content


def _whole(coming: httpx.Response, timeout_s: float | None, peer: str) -> httpx.Response:
    """Return the answer with its body, read and unpacked within limits."""
    content = b"".join(_unpacked(coming, _pieces(coming, timeout_s, peer), peer))
    headers = [(name, value) for name, value in coming.headers.raw if name.lower() not in _OF_THE_TRANSFER]
    return httpx.Response(coming.status_code, headers=headers, content=content, request=coming.request)


def _pieces(coming: httpx.Response, timeout_s: float | None, peer: str) -> Iterator[bytes]:
    ends = float("inf") if timeout_s is None else time.monotonic() + timeout_s
    size = 0
    for piece in coming.iter_raw():
        size += len(piece)
        if size > LARGEST_ANSWER_BYTES:
            raise _too_large(peer)
        if time.monotonic() > ends:
            raise Unavailable(f"{peer} did not end its answer within {timeout_s:g} s")
        yield piece


def _unpacked(coming: httpx.Response, pieces: Iterator[bytes], peer: str) -> Iterator[bytes]:
    encoding = coming.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        yield from pieces
        return
    packed = b"".join(pieces)
    if not packed:
        return
    unreadable = Rejected(f"{peer} answered {coming.status_code}, packed in a way that we do not read")
    if encoding not in _PACKED:
        raise unreadable
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        content = unpacker.decompress(packed, LARGEST_ANSWER_BYTES + 1)
    except zlib.error:
        raise unreadable from None
    if len(content) > LARGEST_ANSWER_BYTES:
        raise _too_large(peer)
    if not unpacker.eof:
        raise Unavailable(f"{peer} broke off its answer")
    yield content


def _too_large(peer: str) -> Rejected:
    return Rejected(f"{peer} answered with more than {LARGEST_ANSWER_BYTES >> 20} MB: check its URL in the settings")


def _how_it_failed(error: httpx.RequestError) -> str:
    """Return the kind of failure; of TLS what is wrong with the certificate, which names no patient."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {getattr(cause, 'verify_message', '') or cause.reason or 'failed'}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return Retry-After in seconds (RFC 9110 10.2.3), an hour at most; a date counts from the server's own clock.

    A server that names next year, by mistake or not, must not silence a delivery for so long.
    """
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER_S)
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(response.headers.get("date", ""))
        return min(max(0.0, (until - now).total_seconds()), LONGEST_RETRY_AFTER_S)
    except (ValueError, TypeError, OverflowError):
        return None
