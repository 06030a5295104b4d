"""A witness of somebody else, which remembers how our log was and signs that it only grew (C2SP tlog-witness, tlog-cosignature)."""

import base64
import binascii
import hashlib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from integrations.errors import Rejected
from integrations.http_exchange import exchange

_COSIGNATURE = b"\x04"
_KEY_ID_BYTES, _TIME_BYTES = 4, 8

Proof = Callable[[int], Sequence[bytes]]
"""Returns the RFC 9162 proof between the tree of so many entries and that of the checkpoint."""


@dataclass(frozen=True, slots=True)
class LogWitness:
    """The witness at ``url`` (what stands before ``/add-checkpoint``).

    ``verifier_key`` is its public key as it is published: ``name+id+key`` (C2SP signed-note); ``ca`` PEM, None: the public ones.
    """

    url: str
    verifier_key: str
    ca: Path | None = None
    timeout_s: float = 30.0

    def add_checkpoint(self, note: str, size: int, known: int, proof: Proof) -> str:
        """Have it sign the checkpoint ``note`` over ``size`` entries, and return its line.

        ``known`` is how many entries it was told of last (0: none); where it knows better, it is asked again from there.

        Raises:
            Unavailable: it does not answer.
            Rejected: it knows another history of the log, does not know the log, or answers with no signature of its own.

        """
        context = ssl.create_default_context(cafile=self.ca)
        with httpx.Client(timeout=self.timeout_s, verify=context) as client:
            return _add(client, self, note, size, known, proof)


def _add(client: httpx.Client, of: LogWitness, note: str, size: int, known: int, proof: Proof) -> str:
    peer = f"the witness {of.url}"
    for _ in range(2):
        proved = [base64.b64encode(node).decode() for node in (proof(known) if 0 < known < size else ())]
        body = "\n".join([f"old {known}", *proved, "", note])
        address = f"{of.url.rstrip('/')}/add-checkpoint"
        answer = exchange(client, "POST", address, peer=peer, content=body.encode(), answers={HTTPStatus.CONFLICT})
        if answer.status_code != HTTPStatus.CONFLICT:
            break
        known = _size(answer, size, peer)
    if answer.status_code == HTTPStatus.OK:
        return _cosignature(answer.text, note, of.verifier_key, peer)
    raise Rejected(
        f"{peer} does not sign (it answered {answer.status_code}): {_WHY.get(answer.status_code, 'ask who runs it')}"
    )


_WHY: dict[int, str] = {
    HTTPStatus.CONFLICT: "another program of ours told it more meanwhile",
    HTTPStatus.FORBIDDEN: "it does not know the key of our log: give it that of `diafan audit public-key`",
    HTTPStatus.NOT_FOUND: "it does not know our log: give it the first line of `diafan audit checkpoint`, and the key",
    HTTPStatus.UNPROCESSABLE_ENTITY: "the log that it knows is not the beginning of this one: it was rolled back, or forked",
}


def _size(answer: httpx.Response, size: int, peer: str) -> int:
    """Read how many entries the witness knows of."""
    try:
        known = int(answer.text.strip())
    except ValueError:
        known = -1
    if not 0 <= known <= size:
        raise Rejected(f"{peer} knows more of the log than there is: it was cut, or rolled back")
    return known


def _cosignature(text: str, note: str, verifier: str, peer: str) -> str:
    try:
        name, _, encoded = verifier.split("+", 2)
        kind, raw = (decoded := base64.b64decode(encoded, validate=True))[:1], decoded[1:]
        key = Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, binascii.Error):
        raise Rejected(f"{peer}: its verifier key in the settings is none") from None
    identity = hashlib.sha256(name.encode() + b"\n" + kind + raw).digest()[:_KEY_ID_BYTES]
    body = note.split("\n\n", maxsplit=1)[0] + "\n"
    for line in text.splitlines():
        dash, _, rest = line.partition(" ")
        signer, _, signature = rest.partition(" ")
        if dash != "\N{EM DASH}" or signer != name or kind != _COSIGNATURE:
            continue
        try:
            signed = base64.b64decode(signature, validate=True)
            moment = int.from_bytes(signed[_KEY_ID_BYTES : _KEY_ID_BYTES + _TIME_BYTES])
            if signed[:_KEY_ID_BYTES] == identity:
                key.verify(signed[_KEY_ID_BYTES + _TIME_BYTES :], f"cosignature/v1\ntime {moment}\n{body}".encode())
                return line
        except (binascii.Error, InvalidSignature):
            continue
    raise Rejected(f"{peer} answered without a signature of its own: check its verifier key in the settings")
