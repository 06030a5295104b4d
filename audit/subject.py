"""Patients in the trail: a keyed pseudonym, so that who holds the secret finds a patient's entries, and nobody else."""

import hashlib
import hmac
import secrets
from pathlib import Path

from audit.keys import private_file

_SECRET_BYTES = 32


def subject_secret(path: Path) -> bytes:
    """Read the 32 bytes that key all pseudonyms, made at the first call. Lost, no entry can be tied to a patient again."""
    return private_file(path, lambda: secrets.token_bytes(_SECRET_BYTES))


def pseudonym(secret: bytes, issuer: str, patient_id: str) -> str:
    """Name a patient by ``p-`` and 32 hex digits, the same for the same (issuer, patient id) for ever; "" without a patient id.

    HMAC-SHA256 cut to 128 bits. Without the key a hash could be undone by trying all PESEL numbers, which are few.
    Padding blanks are not significant in DICOM (PS3.5 6.2, LO). The issuer's length keeps ("A", "B1") and ("AB", "1") apart.

    Raises ValueError when the secret is shorter than 32 bytes.
    """
    if len(secret) < _SECRET_BYTES:
        raise ValueError("the secret of the pseudonyms needs 32 bytes or more")
    issuer_bytes, patient_bytes = issuer.strip().encode(), patient_id.strip().encode()
    if not patient_bytes:
        return ""
    message = len(issuer_bytes).to_bytes(4, "big") + issuer_bytes + patient_bytes
    return f"p-{hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]}"
