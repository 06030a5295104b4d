"""DICOM messages over a network (PS3.7, PS3.8): the Storage SCP that receives, and the SCU that delivers."""

from integrations.dimse.client import Peer, echo, find_instances, send
from integrations.dimse.listener import Listener, NoRoom, NotAuthorised, Received

__all__ = ["Listener", "NoRoom", "NotAuthorised", "Peer", "Received", "echo", "find_instances", "send"]
