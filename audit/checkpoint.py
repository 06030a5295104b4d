"""A signed statement about the whole trail so far: how many entries, and the root over them."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from audit.event import timestamp
from audit.merkle import HASH_BYTES

ORIGIN = "diafan audit trail"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``size`` entries have the Merkle root ``root`` (32 bytes); said at ``signed_at`` (aware UTC)."""

    size: int
    root: bytes
    signed_at: datetime

    def body(self) -> str:
        """Write the text that is signed: origin, size, root in base64, an extension line (C2SP tlog-checkpoint)."""
        return f"{ORIGIN}\n{self.size}\n{base64.b64encode(self.root).decode()}\nsigned {timestamp(self.signed_at)}\n"

    @classmethod
    def parse(cls, body: str) -> "Checkpoint":
        """Read a body back.

        Raises ValueError for any other text than `body` would write.
        """
        try:
            _, size, root, signed, _ = body.split("\n")
            checkpoint = cls(
                int(size), base64.b64decode(root, validate=True), datetime.fromisoformat(signed.removeprefix("signed "))
            )
        except (ValueError, binascii.Error) as error:
            raise ValueError("this is no checkpoint") from error
        if checkpoint.signed_at.utcoffset() is None or len(checkpoint.root) != HASH_BYTES or checkpoint.body() != body:
            raise ValueError("this is no checkpoint of this trail")
        return checkpoint
