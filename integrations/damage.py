"""What pydicom raises at a damaged element, said as what it is: the sender's fault."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pydicom.errors import BytesLengthException, InvalidDicomError

from integrations.errors import Unreadable

_DAMAGE = (
    AttributeError, BytesLengthException, EOFError, InvalidDicomError, LookupError, NotImplementedError, RecursionError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip


@contextmanager
def damage_is_unreadable() -> Iterator[None]:
    """Raise Unreadable for what pydicom raises in here. Nothing else belongs in here, so that our own faults stay ours."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:  # the disk's fault; pydicom's own have no number
            raise
        raise Unreadable("an element of the data set is damaged") from None
    except _DAMAGE as error:  # what it says may quote the patient
        raise Unreadable(f"an element of the data set is damaged ({type(error).__name__})") from None
