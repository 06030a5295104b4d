"""Who is inside of a listener: a place for each connection, in memory that all processes of the listener see.

One process gives places, whichever serves the connection says that it became an association and that it has left.
"""

import hashlib
from multiprocessing.sharedctypes import RawArray

_FREE, _CONNECTED, _ASSOCIATED = range(3)


class Places:
    """``count`` places. Each is written by one process at a time, so that nobody waits for anybody."""

    def __init__(self, count: int) -> None:
        self._states = RawArray("b", count)
        self._whose = RawArray("q", count)
        self._turns = RawArray("Q", count)

    def take(self, address: str) -> int | None:
        """Take a place for a connection from ``address``; None where all are taken."""
        for place, state in enumerate(self._states):
            if state == _FREE:
                self._whose[place] = _key(address)
                self._turns[place] += 1
                self._states[place] = _CONNECTED
                return place
        return None

    def associate(self, place: int) -> None:
        """Note that who is there asks for an association."""
        self._states[place] = _ASSOCIATED

    def leave(self, place: int) -> None:
        """Give the place to the next."""
        self._states[place] = _FREE

    def turn(self, place: int) -> int:
        """Return how often the place was taken so far."""
        return int(self._turns[place])

    def is_held(self, place: int, turn: int) -> bool:
        """Tell whether who took the place at that turn is still there, and not somebody after them."""
        return bool(self._states[place] != _FREE and self._turns[place] == turn)

    def connections(self, address: str = "") -> int:
        """Return how many connections there are, in all or from one address."""
        return self._count(_CONNECTED, address)

    def associations(self, address: str = "") -> int:
        """Return how many of them are associations."""
        return self._count(_ASSOCIATED, address)

    def _count(self, least: int, address: str) -> int:
        whose = _key(address) if address else None
        return sum(
            state >= least and whose in (None, key) for state, key in zip(self._states, self._whose, strict=True)
        )


def _key(address: str) -> int:
    return int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), "big", signed=True)
