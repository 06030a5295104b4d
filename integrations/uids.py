"""Unique identifiers that a repeat of the same work makes again."""

import hashlib
import json
from uuid import UUID

from pydicom.uid import UID

from models.assessment import ModelIdentity


def derive_uid(*parts: str) -> str:
    """Return the UID that belongs to ``parts``: the same parts always give the same UID, other parts another.

    It is a UUID under the root 2.25 (PS3.5 B.2), at most 44 characters; its bits are the first 128 of the SHA-256 of the
    parts, marked as a version 8 UUID (RFC 9562 section 5.8).
    """
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).digest()
    bits = bytearray(digest[:16])
    bits[6] = bits[6] & 0x0F | 0x80
    bits[8] = bits[8] & 0x3F | 0x80
    return f"2.25.{UUID(bytes=bytes(bits)).int}"


def device_uid(model: ModelIdentity) -> str:
    """Return the Device UID of the algorithm that ``model`` is: one per manifest, so that a retrained model gets a new one."""
    return derive_uid("diafan", "device", model.digest)


IMPLEMENTATION_CLASS_UID = UID(derive_uid("diafan", "implementation class"))
"""What Diafan calls itself in associations and in the files that it writes (PS3.7 D.3.3.2)."""
IMPLEMENTATION_VERSION_NAME = "DIAFAN_0_1"
