"""One HTTP request to a peer, with what can go wrong told apart by what the caller does next.

httpx.RequestError ─┬─ UnsupportedProtocol, TooManyRedirects   -> Rejected: the settings are wrong
                    └─ all others (connect, TLS, time-out ...)  -> Unavailable
status 408, 409, 423, 425, 429, 5xx                             -> Unavailable, with Retry-After where given
any other status                                                -> the response: the caller knows what it means

409 is a race with another writer at the server; we send no version to lose against, so sending again is right.
Redirects are not followed: a token must not go to where it was not meant for. What httpx logs (at INFO the URL) holds no
patient data, because no URL of ours does: searches by patient stand inside of a FHIR bundle.
"""

from collections.abc import Collection
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from integrations.errors import Rejected, Unavailable

_LATER = frozenset({408, 409, 423, 425, 429})
_SERVER_ERROR = 500


def exchange(
    client: httpx.Client, method: str, url: str, *, peer: str, answers: Collection[int] = (), **request: Any
) -> httpx.Response:
    """Send one request and return the answer; ``peer`` names the other side in messages, ``request`` is httpx's own.

    ``answers`` are statuses that the caller knows the meaning of, although they would be Unavailable.

    Raises:
        Unavailable: no answer, or one that asks to come back later.
        Rejected: the URL can't be asked at all.

    """
    try:
        response = client.request(method, url, **request)
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
        raise Rejected(f"{peer} can't be asked ({type(error).__name__}): check its URL in the settings") from error
    except httpx.RequestError as error:
        raise Unavailable(f"{peer} did not answer ({type(error).__name__})") from error
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
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Rejected(f"{peer} answered {response.status_code} with something that is no JSON object: check its URL")
    return content


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return Retry-After in seconds (RFC 9110 10.2.3); a date counts from the server's own clock."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None
