"""The door of the listener: who may come in, how many at one time, and how long they may stand there without a word.

A connection takes one thread until its first bytes are there (and, with TLS, both sides have shown their certificates). Only
then it becomes an association: a health check that opens and closes, and a stranger who says nothing, never get that far.
The loop that takes connections never waits for a peer.

| who comes                                          | what happens                                          |
|---                                                 |---                                                    |
| from an address that no sender has                 | closed at once, noted once a minute for each address  |
| while twice the associations are open              | closed at once, noted likewise                        |
| and says nothing, or shows no certificate, in time | closed                                                |
| as one association too many, or under no known AE  | rejected in DICOM's own words, see ``listener``       |
"""

import gc
import logging
import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Lock, Thread
from typing import Any, cast

from pynetdicom.transport import ThreadedAssociationServer

from integrations.dimse.places import Places

Network = IPv4Network | IPv6Network

CONNECTIONS_PER_ASSOCIATION = 2
"""Beyond those that are served some are heard out, so that they can be rejected in words."""
NEWS_S = 60.0
COLLECT_AFTER = 60
"""Associations; each holds a PDU's buffer until it is collected."""
_MOST_ADDRESSES_REMEMBERED = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one listener gives, to all and to one address; times in seconds.

    ``artim_s`` is for the way from the connection to a complete request (ARTIM, PS3.8 9.1.5); within ``idle_s`` the next
    PDU must be there as a whole.
    """

    associations: int = 32
    per_address: int = 16
    artim_s: float = 30.0
    idle_s: float = 60.0
    largest_object_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Senders:
    """Who may send: AE titles, each with the networks from which it may call, none for all. Without any title everybody may."""

    networks: Mapping[str, Sequence[Network]] = field(default_factory=dict)

    def admit(self, address: str) -> bool:
        """Tell whether anybody at all may call from ``address``."""
        return not self.networks or any(self.know(title, address) for title in self.networks)

    def know(self, title: str, address: str) -> bool:
        """Tell whether ``title`` may call from ``address``."""
        if not self.networks:
            return True
        if (allowed := self.networks.get(title)) is None:
            return False
        ip = ip_address(address.partition("%")[0])
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return not allowed or any(ip in network for network in allowed)


SendOn = Callable[[socket.socket, Any, int], bool]
"""Gives a connection, its address and its place to another process; returns whether one took it."""


class Door(ThreadedAssociationServer):
    """pynetdicom's server with a door in front. ``handler`` makes an association of a connection and its first bytes.

    With ``send_on`` another process does, by the same ``places``. One that is not ``listening`` gets its connections by
    `let_in`, from such a door.
    """

    request_queue_size = 128

    def __init__(
        self,
        *args: Any,
        senders: Senders,
        limits: Limits,
        handler: Callable[[socket.socket, Any, "Door", bytes, int], object],
        on_turned_away: Callable[[str, str], None],
        places: Places,
        send_on: SendOn | None = None,
        listening: bool = True,
        **kwargs: Any,
    ) -> None:
        self._senders = senders
        self._limits = limits
        self._handler = handler
        self.places = places
        self._send_on = send_on
        self._listening = listening
        self._place = 0
        self._on_turned_away = on_turned_away
        self._lock = Lock()
        self._waiting: set[socket.socket] = set()
        self._noted_s: dict[str, float] = {}
        self._is_closed = False
        self._heard = 0
        super().__init__(*args, **kwargs)

    def server_bind(self) -> None:
        """Take the address, where connections come by it."""
        if self._listening:
            super().server_bind()

    def server_activate(self) -> None:
        """Begin to listen, likewise."""
        if self._listening:
            super().server_activate()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection, and no more: pynetdicom would shake hands here, while everybody else waits."""
        return cast("socket.socket", self.socket).accept()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - as socketserver calls it
        """Tell whether a connection may stay, by its address and by how many there are."""
        address = client_address[0]
        if not self._senders.admit(address):
            return self._turn_away("connection closed: address not recognised", address)
        fits = (
            self.places.connections() < self._limits.associations * CONNECTIONS_PER_ASSOCIATION
            and self.places.connections(address) < self._limits.per_address * CONNECTIONS_PER_ASSOCIATION
        )
        if not fits or (place := self.places.take(address)) is None:
            return self._turn_away("connection closed: too many at one time", address)
        self._place = place  # the loop that takes connections is one: the next call is about the same one
        return True

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection here, or have it served."""
        if self._send_on is None:
            self.let_in(request, client_address, self._place)
            return
        if not self._send_on(request, client_address, self._place):
            self.places.leave(self._place)
            _log.error("connection closed: no process took it")
        request.close()

    def let_in(self, request: socket.socket, client_address: Any, place: int) -> None:
        """Serve a connection, in a thread of its own, which holds ``place``. Raises RuntimeError where the machine has no thread."""
        try:
            super().process_request(request, (client_address, place))
        except RuntimeError:
            # socketserver has noted the thread before it was started, and could not wait for it at the end.
            cast("Any", self)._threads.reap()  # noqa: SLF001 - there is no other way to it
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Hear what a connection has to say first, then hand it over; whoever gets it tells by ``places`` when it is gone."""
        address, place = client_address
        handed_over = False
        try:
            if (heard := self._first_words(request)) is not None:
                handed_over = True
                self._heard += 1
                self.places.associate(place)
                self._handler(heard[0], address, self, heard[1], place)
        except Exception as error:  # noqa: BLE001 - whatever it was, it ends here and not the listener
            handed_over = False
            _log.warning("connection closed: %s", type(error).__name__)
        finally:
            if not handed_over:
                self.shutdown_request(request)
                self.places.leave(place)

    def service_actions(self) -> None:
        """Collect what associations leave behind (pynetdicom's refer to each other in circles), and not for health checks."""
        if self._heard >= COLLECT_AFTER:
            self._heard = 0
            gc.collect()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as socketserver calls it
        """Note that a connection got no thread; without this its place would be lost, and a traceback printed."""
        _log.error("connection closed: no thread for it")
        self.places.leave(self._place)

    def server_close(self) -> None:
        """Close the server, and send away who has not said anything yet: socketserver waits for their threads."""
        with self._lock:
            self._is_closed = True
            for connection in self._waiting:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def _first_words(self, connection: socket.socket) -> tuple[socket.socket, bytes] | None:
        """Return the connection and its first bytes; None where it closed or ran out of time. Raises OSError."""
        deadline = time.monotonic() + self._limits.artim_s
        with self._lock:
            if self._is_closed:
                return None
            self._waiting.add(connection)
        try:
            if (context := self.ssl_context) is None:
                connection.setblocking(False)
                first = _until(connection, deadline, lambda: connection.recv(1))
                return (connection, first) if first else None
            # What wrap_socket returns has taken the descriptor: `connection` is empty from then on.
            with self._lock:
                self._waiting.discard(connection)
                connection.setblocking(False)
                wrapped = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
                self._waiting.add(wrapped)
            connection = wrapped
            try:
                _until(connection, deadline, wrapped.do_handshake)
                first = _until(connection, deadline, lambda: wrapped.recv(1))
            except OSError:
                connection.close()
                raise
            if first:
                return connection, first
            connection.close()
            return None
        finally:
            with self._lock:
                self._waiting.discard(connection)

    def _turn_away(self, reason: str, address: str) -> bool:
        now_s = time.monotonic()
        if now_s - self._noted_s.get(address, -NEWS_S) >= NEWS_S:
            if len(self._noted_s) >= _MOST_ADDRESSES_REMEMBERED:
                self._noted_s.clear()
            self._noted_s[address] = now_s
            told = Thread(target=self._on_turned_away, args=(reason, address), name="turned away", daemon=True)
            try:
                told.start()
            except RuntimeError:  # it would end the loop that takes connections
                _log.error("a connection that was turned away has no entry: no thread for it")
        return False


def _until(connection: socket.socket, deadline: float, act: Callable[[], Any]) -> Any:
    """Return what ``act`` on a non-blocking connection returns, waiting until ``deadline``; raises TimeoutError after it."""
    poll = select.poll()
    while True:
        try:
            return act()
        except (BlockingIOError, ssl.SSLWantReadError):
            wanted = select.POLLIN
        except ssl.SSLWantWriteError:
            wanted = select.POLLOUT
        poll.register(connection, wanted)
        if (left_s := deadline - time.monotonic()) <= 0 or not poll.poll(left_s * 1000):
            raise TimeoutError
