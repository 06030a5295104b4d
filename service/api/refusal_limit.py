"""How often a caller may be refused: beyond it the answer is 429, and the log hears of it once and not each time.

It is no guard against guessing, which 256 random bits and signatures need none of: it keeps one caller from flooding the log. So
credentials that are good are not held up, though somebody else behind the same address was refused a thousand times.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock
from time import monotonic

from cachetools import TTLCache

from audit.event import Agent
from service.access import Reason
from service.api.problems import ProblemError

_CALLERS_MOST = 10_000
_IPV6_SITE_BITS = 64  # of one network anybody has as many addresses as they like


class TooManyRefusals(ProblemError):
    """One refusal too many, answered as 429."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-refusals",
            "too many requests of yours were refused: mend your credentials, and try again after as many seconds as Retry-After says",
            {"Retry-After": str(retry_after_s)},
            {"reason": Reason.TOO_MANY.value},
        )


@dataclass(slots=True)
class _Count:
    until: float
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Excess:
    """A refusal beyond the limit: ``is_first`` of this window, which ends in ``retry_after_s``."""

    is_first: bool
    retry_after_s: int


class RefusalLimit:
    """Counts refusals in windows of ``window_s``, which begin with a caller's first; ``most`` of them are within the limit.

    It knows the latest 10,000 callers, and counts in one process. Callers from this machine itself are not counted.
    """

    def __init__(self, most: int, window_s: float, now: Callable[[], float] = monotonic) -> None:
        self._most, self._window_s, self._now = most, window_s, now
        self._counts: TTLCache[str, _Count] = TTLCache(_CALLERS_MOST, window_s, now)
        self._lock = Lock()

    def add(self, agent: Agent, *, is_known: bool) -> Excess | None:
        """Count a refusal of ``agent``, by who it is where that is proved; return None within the limit."""
        site = _site_of(agent.address)
        if site is None:
            return None
        whose = f"{agent.issuer} {agent.id}" if is_known else site
        with self._lock:
            count = self._counts.get(whose)
            if count is None:
                count = self._counts[whose] = _Count(self._now() + self._window_s)
            count.refusals += 1
            beyond = count.refusals - self._most
        return Excess(beyond == 1, max(1, ceil(count.until - self._now()))) if beyond > 0 else None


def _site_of(address: str) -> str | None:
    """Return what all addresses of one caller have in common; None on this machine itself."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if ip.is_loopback:
        return None
    return str(ip_network((ip, _IPV6_SITE_BITS), strict=False)) if isinstance(ip, IPv6Address) else str(ip)
