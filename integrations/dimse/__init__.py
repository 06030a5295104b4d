"""DICOM messages over a network (PS3.7, PS3.8): the Storage SCP that receives, and the SCU that delivers."""

from integrations.dimse.client import Peer, echo, find_instances, send
from integrations.dimse.door import Limits, Senders
from integrations.dimse.listener import Listener, NoRoom, NotAuthorised, Received
from integrations.dimse.tls import Tls, TlsProfile, TlsUnusable

__all__ = [
    "Limits",
    "Listener",
    "NoRoom",
    "NotAuthorised",
    "Peer",
    "Received",
    "Senders",
    "Tls",
    "TlsProfile",
    "TlsUnusable",
    "echo",
    "find_instances",
    "send",
]
