"""Syslog over TLS: messages of RFC 5424 in the frames of RFC 5425, as PS3.15 A.6 wants audit messages sent.

Syslog has no acknowledgement, so this is all the proof there is: the peer is who its certificate says, and it closed the connection in
order after it had been told that nothing more comes: by TLS close-notify, or, as rsyslog does, by a bare TCP FIN. That counts only where
the peer's system has confirmed every byte: a process that dies, or that refuses us after the handshake, leaves bytes unread, and its system
(Linux, at least) answers with a reset. A peer that closes in order and then loses what it took is not seen. Where a batch fails, all of it
is to be sent again: a message twice is told by what it carries, a lost one by nothing.

No library does this: those that there are hang on Python's logging, which swallows failures.
"""

import fcntl
import socket
import ssl
import termios
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.dimse.tls import Tls, client_context
from integrations.errors import Rejected, Unavailable

PORT = 6514
"""Where syslog over TLS listens (RFC 5425, 4.1)."""
MESSAGE_ID = "DICOM+RFC3881"
NO_ACKNOWLEDGEMENT = "no acknowledgement in syslog; handed to TCP and closed orderly"
_FACILITY = 10  # security and authorization (PS3.15 A.6)
_NOTICE, _WARNING = 5, 4
_BOM = b"\xef\xbb\xbf"
_POLL_S = 0.005
_HOST_MAX, _APP_MAX = 255, 48
# What a peer says about our certificate, in TLS alerts (RFC 8446, 6.2): asking again does not help.
_REFUSALS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "PROTOCOL_VERSION", "HANDSHAKE_FAILURE")
_LAST_HINT = ": it may have stopped, or not take our certificate, which some say in no other way"


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a batch, as far as syslog can tell: so many messages and octets, over which TLS, and what that proves.

    ``by_close_notify``: the peer closed within TLS; else by TCP alone.
    """

    messages: int
    octets: int
    tls_version: str
    by_close_notify: bool
    proof: str = NO_ACKNOWLEDGEMENT


def syslog_message(
    content: bytes,
    at: datetime,
    host: str,
    *,
    app: str = "diafan",
    message_id: str = MESSAGE_ID,
    is_failure: bool = False,
) -> bytes:
    """Return the message (RFC 5424, 6) that carries ``content``, UTF-8: facility 10, severity 5, or 4 for what failed.

    ``at`` is aware. It says nothing of the process, and has no structured data.
    """
    priority = _FACILITY * 8 + (_WARNING if is_failure else _NOTICE)
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    header = f"<{priority}>1 {when} {_word(host, _HOST_MAX)} {_word(app, _APP_MAX)} - {message_id} - "
    return header.encode("ascii") + _BOM + content


def _word(text: str, longest: int) -> str:
    """Return a name as the header can hold it: printable ASCII without blanks; "-" for none (RFC 5424, 6)."""
    return "".join(c if "!" <= c <= "~" else "?" for c in text.strip())[:longest] or "-"


@dataclass(frozen=True, slots=True)
class SyslogSender:
    """Sends to one collector, each batch over a connection of its own; ``timeout_s`` bounds each wait for the peer."""

    host: str
    port: int
    tls: Tls
    timeout_s: float = 30.0

    def send(self, messages: Sequence[bytes]) -> Handed:
        """Hand over a batch, and return when the peer has closed in order.

        Raises:
            Unavailable: nobody is there, or the connection broke before its end: send the whole batch again, later.
            Rejected: the peer does not take our certificate, or its own does not do.

        """
        context = client_context(self.tls)
        peer = f"the syslog collector {self.host}:{self.port}"
        octets = b"".join(b"%d %b" % (len(message), message) for message in messages)
        try:
            with (
                socket.create_connection((self.host, self.port), self.timeout_s) as connection,
                context.wrap_socket(connection, server_hostname=self.tls.server_name or self.host) as secured,
            ):
                secured.sendall(octets)
                version = secured.version() or ""
                by_close_notify = _closed(secured, self.timeout_s)
        except ssl.SSLCertVerificationError as error:
            why = f"its certificate does not do ({error.verify_message})"
            raise Rejected(f"{peer}: {why}: check its certificate and the CA in the settings") from error
        except ssl.SSLError as error:
            reason = error.reason or type(error).__name__
            if any(word in reason for word in _REFUSALS):
                raise Rejected(
                    f"{peer} does not take our certificate ({reason}): check it with whoever runs it"
                ) from error
            raise Unavailable(f"{peer} broke the connection off ({reason}){_LAST_HINT}") from error
        except OSError as error:
            hint = _LAST_HINT if isinstance(error, ConnectionResetError | BrokenPipeError) else ""
            raise Unavailable(f"{peer} did not take the messages ({type(error).__name__}){hint}") from error
        return Handed(len(messages), len(octets), version, by_close_notify)


def _closed(connection: ssl.SSLSocket, timeout_s: float) -> bool:
    """Say that nothing more comes, wait for the peer's close, and tell whether it was by close-notify. Raises OSError."""
    deadline = time.monotonic() + timeout_s
    try:
        below = connection.unwrap()
    except ssl.SSLEOFError:
        by_close_notify = False
        below = connection
    else:
        by_close_notify = True
        below.recv(1)  # the end, or a reset: bytes of ours were thrown away
    while _unconfirmed_bytes(below):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_POLL_S)
    below.close()
    return by_close_notify


def _unconfirmed_bytes(connection: socket.socket) -> int:
    """Return how much of what was sent the peer's system has not confirmed (SIOCOUTQ). Raises OSError after a reset."""
    if error := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(error, "reset by the peer")
    waiting = array("i", [0])
    fcntl.ioctl(connection, termios.TIOCOUTQ, waiting)
    return waiting[0]
