"""The audit record repository: rsyslog, which takes syslog over TLS from who has a certificate and writes down what came."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.peers.process import LOOPBACK, Process, free_port, running, wait_for
from tests.peers.setup import DEBIAN

_SETTINGS = """
global(
  workDirectory="{folder}"
  maxMessageSize="64k"
  defaultNetstreamDriver="{driver}"
  defaultNetstreamDriverCAFile="{ca}"
  defaultNetstreamDriverCertFile="{certificate}"
  defaultNetstreamDriverKeyFile="{key}"
)
module(load="imtcp" streamDriver.name="{driver}" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
input(type="imtcp" address="{address}" port="{port}")
template(name="as-it-came" type="string" string="%rawmsg%\\n")
action(type="omfile" file="{received}" template="as-it-came")
"""


@dataclass(frozen=True, slots=True)
class Rsyslog:
    """A running collector; ``received`` is the file that holds what it took, a message a line."""

    port: int
    received: Path
    process: Process

    def messages(self) -> list[bytes]:
        """Return what it has taken from peers so far; what it says of itself is left out."""
        held = self.received.read_bytes() if self.received.exists() else b""
        return [line for line in held.split(b"\n")[:-1] if b" rsyslogd " not in line[:120]]

    def wait_for_messages(self, count: int, timeout_s: float = 20) -> Sequence[bytes]:
        """Return what it has taken as soon as that is ``count`` messages or more. Raises TimeoutError."""
        return wait_for(
            lambda: found if len(found := self.messages()) >= count else None, timeout_s, f"{count} messages"
        )


@contextmanager
def rsyslog(
    folder: Path, certificate: Path, key: Path, ca: Path, driver: Literal["gtls", "ossl"] = "gtls", port: int = 0
) -> Iterator[Rsyslog]:
    """Run rsyslog over ``folder`` with its own certificate and key; peers need a certificate of ``ca``. Port 0 is any free one."""
    folder.mkdir(exist_ok=True)
    port, received = port or free_port(), folder / "received"
    settings = folder / "rsyslog.conf"
    names = {"folder": folder, "driver": driver, "ca": ca, "certificate": certificate, "key": key, "received": received}
    settings.write_text(_SETTINGS.format(**names, address=LOOPBACK, port=port))

    def listens() -> bool | None:
        with socket.socket() as probe:
            return True if probe.connect_ex((LOOPBACK, port)) == 0 else None

    with running("rsyslog", [DEBIAN["rsyslog"], "-n", "-iNONE", "-f", settings]) as process:
        process.wait_for(listens, timeout_s=20)
        yield Rsyslog(port, received, process)
