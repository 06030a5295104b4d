"""DICOM over HTTP (PS3.18): what STOW-RS, QIDO-RS and WADO-RS say, apart from the server that says it, and the client that delivers."""

from integrations.dicomweb.client import DicomwebArchive, Stored, WebTls
from integrations.dicomweb.store_answer import FailureReason, InstanceNames, StoreAnswer, names_in

__all__ = ["DicomwebArchive", "FailureReason", "InstanceNames", "StoreAnswer", "Stored", "WebTls", "names_in"]
