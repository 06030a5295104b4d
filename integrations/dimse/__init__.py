"""DICOM messages over a network (PS3.7, PS3.8): the Storage SCP that receives, and the SCU that delivers."""

from integrations.dimse.client import Sent, echo, find_instances, send
from integrations.dimse.commitment import FAILURE_REASONS, CommitmentReport, offers_commitment, request_commitment
from integrations.dimse.crew import Crew, connections
from integrations.dimse.door import Limits, Senders
from integrations.dimse.listener import Listener, NoRoom, NotAuthorised, Received
from integrations.dimse.places import Places
from integrations.dimse.requestor import Peer
from integrations.dimse.tls import Tls, TlsProfile, TlsUnusable

__all__ = [
    "FAILURE_REASONS",
    "CommitmentReport",
    "Crew",
    "Limits",
    "Listener",
    "NoRoom",
    "NotAuthorised",
    "Peer",
    "Places",
    "Received",
    "Senders",
    "Sent",
    "Tls",
    "TlsProfile",
    "TlsUnusable",
    "connections",
    "echo",
    "find_instances",
    "offers_commitment",
    "request_commitment",
    "send",
]
